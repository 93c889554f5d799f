//! What members are told: echoes, and problems that say what to write instead.

use super::{prefs, timestamp, zoned};
use crate::domain::dates::{DayMonthOrder, HasTime, Hours, shown, whole};
use crate::domain::error::{Error, Kind};
use crate::domain::language::Language;
use jiff::tz::TimeZone;

const FRIDAY: &str = "2026-11-20T10:00+02:00[Europe/Helsinki]";

#[test]
fn a_moment_is_shown_with_weekday_date_and_zone() {
    for (at, zone, has_time, expected) in [
        (
            "2026-11-27T07:00Z",
            "Europe/Helsinki",
            HasTime::Yes,
            "Fri 27 Nov 2026, 09:00 EET (Europe/Helsinki)",
        ),
        (
            "2026-11-27T07:00Z",
            "Europe/Helsinki",
            HasTime::No,
            "Fri 27 Nov 2026 (Europe/Helsinki)",
        ),
        (
            "2026-07-01T06:05Z",
            "Europe/Helsinki",
            HasTime::Yes,
            "Wed 1 Jul 2026, 09:05 EEST (Europe/Helsinki)",
        ),
        (
            "2026-12-31T10:30Z",
            "Pacific/Kiritimati",
            HasTime::Yes,
            "Fri 1 Jan 2027, 00:30 +14 (Pacific/Kiritimati)",
        ),
        (
            "2026-12-31T10:30Z",
            "America/Los_Angeles",
            HasTime::Yes,
            "Thu 31 Dec 2026, 02:30 PST (America/Los_Angeles)",
        ),
        (
            "2026-12-31T10:30Z",
            "UTC",
            HasTime::Yes,
            "Thu 31 Dec 2026, 10:30 UTC",
        ),
    ] {
        let zone = TimeZone::get(zone).unwrap();
        assert_eq!(
            shown(timestamp(at), &zone, Hours::default(), has_time),
            expected
        );
    }
}

#[test]
fn what_is_shown_names_the_same_moment_when_it_is_written() {
    let said = zoned(FRIDAY);
    let prefs = prefs(said.time_zone());
    let at = timestamp("2027-07-14T11:30Z");
    let echo = shown(at, &prefs.zone, Hours::default(), HasTime::Yes);
    let phrase = echo.split(" EEST").next().unwrap();
    let when = whole(phrase, Language::English).unwrap();
    assert_eq!(when.resolve(said.timestamp(), &prefs).unwrap().at, at);
}

#[test]
fn a_problem_says_what_to_write_instead() {
    let said = zoned(FRIDAY);
    for (phrase, expected) in [
        (
            "this monday",
            "\"this monday\" is past (Mon 16 Nov 2026): name a later time, such as \"tomorrow\" or a date with its year",
        ),
        (
            "today 8:30",
            "\"today 08:30\" is past (Fri 20 Nov 2026, 08:30): name a later time, such as \"tomorrow\" or a date with its year",
        ),
        (
            "03/11",
            "\"03/11\" can be 3 Nov or 11 Mar: write \"3 Nov\" or \"11 Mar\", or choose the order of dates in your settings",
        ),
        (
            "3/11/2027",
            "\"03/11/2027\" can be 3 Nov 2027 or 11 Mar 2027: write \"3 Nov 2027\" or \"11 Mar 2027\", \
             or choose the order of dates in your settings",
        ),
        (
            "31 feb",
            "there is no 31 february: name a day that the month has",
        ),
        (
            "thu 27 nov 2026",
            "\"thursday 27 november 2026\" does not fit: it would be Fri 27 Nov 2026; name the weekday or the date",
        ),
        (
            "in 51 years",
            "\"in 51 years\" is too far away: name a time within 50 years",
        ),
    ] {
        let when = whole(phrase, Language::English).unwrap();
        let problem = when
            .resolve(said.timestamp(), &prefs(said.time_zone()))
            .unwrap_err();
        assert_eq!(problem.to_string(), expected);
        let kind = if phrase.contains('/') {
            Kind::Ambiguous
        } else {
            Kind::Invalid
        };
        assert_eq!(Error::from(problem).kind, kind);
    }
}

#[test]
fn a_member_s_order_settles_two_numbers() {
    let said = zoned(FRIDAY);
    for (order, phrase, expected) in [
        (DayMonthOrder::DayFirst, "03/12", "2026-12-03T09:00+02:00"),
        (DayMonthOrder::MonthFirst, "03/12", "2027-03-12T09:00+02:00"),
        (DayMonthOrder::DayFirst, "12/31", "2026-12-31T09:00+02:00"),
        (DayMonthOrder::MonthFirst, "31/12", "2026-12-31T09:00+02:00"),
        (DayMonthOrder::DayFirst, "3/12/26", "2026-12-03T09:00+02:00"),
        (
            DayMonthOrder::MonthFirst,
            "03-12-2027",
            "2027-03-12T09:00+02:00",
        ),
    ] {
        let mut prefs = prefs(said.time_zone());
        prefs.order = Some(order);
        let when = whole(phrase, Language::English).unwrap();
        let due = when.resolve(said.timestamp(), &prefs).unwrap();
        assert_eq!(due.at, timestamp(expected), "{phrase} {order:?}");
    }
}

#[test]
fn only_a_time_that_was_said_is_shown() {
    let said = zoned(FRIDAY);
    for (phrase, has_time) in [
        ("friday", HasTime::No),
        ("today", HasTime::No),
        ("eom", HasTime::No),
        ("3d", HasTime::No),
        ("every monday", HasTime::No),
        ("friday 9:00", HasTime::Yes),
        ("in 2 hours", HasTime::Yes),
        ("tonight", HasTime::Yes),
        ("noon", HasTime::Yes),
        ("eod", HasTime::Yes),
        ("every monday at 9", HasTime::Yes),
    ] {
        let when = whole(phrase, Language::English).unwrap();
        let due = when.resolve(said.timestamp(), &prefs(said.time_zone()));
        assert_eq!(due.unwrap().has_time, has_time, "{phrase}");
        assert_eq!(when.has_time(), has_time == HasTime::Yes, "{phrase}");
    }
}
