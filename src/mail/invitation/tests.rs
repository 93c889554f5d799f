//! Calendars as clients send them.

use super::super::{Invitation, Mailbox, mime};

fn read(calendar: &str) -> Option<Invitation> {
    let raw = format!(
        "From: ada@acme.example\nSubject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nHello\n--b\n\
         Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n{calendar}\n--b--\n"
    );
    let mut parts = mime::read(raw.as_bytes());
    super::read(&mut parts);
    assert!(
        parts.message.attachments.is_empty(),
        "an invitation is no file"
    );
    parts.message.invitation
}

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u1@acme.example\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
}

#[test]
fn an_invitation_tells_what_when_where_and_who() {
    let found = read(&event(
        "SEQUENCE:2\r\nSUMMARY:Plan\\, and more\r\nLOCATION:Room 1\r\nDTSTART;TZID=Europe/Berlin:20260701T100000\r\n\
         DTEND;TZID=Europe/Berlin:20260701T113000\r\nORGANIZER;CN=\"Ada Byron\":mailto:Ada@ACME.example\r\n\
         ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.com\r\nATTENDEE;RSVP=TRUE:MAILTO:eve@exam\r\n ple.com",
    ))
    .unwrap();
    assert_eq!(found.method, "REQUEST");
    assert_eq!(found.uid, "u1@acme.example");
    assert_eq!(found.sequence, 2);
    assert_eq!(found.summary.as_deref(), Some("Plan, and more"));
    assert_eq!(found.location.as_deref(), Some("Room 1"));
    assert_eq!(found.start.unwrap().to_string(), "2026-07-01T08:00:00Z");
    assert_eq!(found.end.unwrap().to_string(), "2026-07-01T09:30:00Z");
    assert_eq!(
        found.organizer,
        Some(Mailbox::new(Some("Ada Byron"), "Ada@acme.example"))
    );
    assert_eq!(
        found.attendees,
        [
            (
                Mailbox::new(Some("Bob"), "bob@example.com"),
                "ACCEPTED".to_owned()
            ),
            (
                Mailbox::new(None, "eve@example.com"),
                "NEEDS-ACTION".to_owned()
            ),
        ]
    );
}

#[test]
fn times_are_right_in_every_zone_that_clients_write() {
    for (start, expected) in [
        ("DTSTART:20261121T090000Z", "2026-11-21T09:00:00Z"),
        (
            "DTSTART;TZID=America/New_York:20261121T090000",
            "2026-11-21T14:00:00Z",
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20261121T090000",
            "2026-11-21T08:00:00Z",
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260721T090000",
            "2026-07-21T07:00:00Z",
        ),
        (
            "DTSTART;TZID=\"Pacific Standard Time\":20261121T090000",
            "2026-11-21T17:00:00Z",
        ),
        (
            "DTSTART;TZID=India Standard Time:20261121T090000",
            "2026-11-21T03:30:00Z",
        ),
        ("DTSTART;VALUE=DATE:20261121", "2026-11-21T00:00:00Z"),
        ("DTSTART:20261121T090000", "2026-11-21T09:00:00Z"),
    ] {
        let found = read(&event(start)).unwrap();
        assert_eq!(found.start.unwrap().to_string(), expected, "{start}");
    }
}

#[test]
fn a_duration_gives_the_end() {
    let found = read(&event("DTSTART:20261121T090000Z\r\nDURATION:PT1H30M")).unwrap();
    assert_eq!(found.end.unwrap().to_string(), "2026-11-21T10:30:00Z");
}

#[test]
fn a_calendar_that_invites_to_nothing_is_no_invitation() {
    let published = event("DTSTART:20261121T090000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u2")
        .replace("REQUEST", "PUBLISH");
    for calendar in [
        "",
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR",
        "hello",
        &published,
    ] {
        assert_eq!(read(calendar), None, "{calendar:?}");
    }
}

#[test]
fn an_answer_says_who_comes() {
    let calendar =
        event("DTSTART:20261121T090000Z\r\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com")
            .replace("REQUEST", "REPLY");
    let found = read(&calendar).unwrap();
    assert_eq!(found.method, "REPLY");
    assert_eq!(found.attendees[0].1, "DECLINED");
}
