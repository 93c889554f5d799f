//! What contacts, strangers and programs send.

use super::*;

#[tokio::test]
async fn a_capture_address_is_its_contact_s_and_the_author_is_who_he_is() {
    let to = "ada.x@crm.example";
    let by_ada = mail(
        ADA,
        to,
        "a1@northwind.example",
        "Subject: Re: Pier 4\n",
        "Blue, please.",
    );
    let expected = "filed mail in capture.address by contact:ada@northwind.example author:ada@northwind.example";
    check(
        "herself",
        &[ada_is_known(), (NOBODY, TO_ADA, by_ada)],
        &[FORWARDED, expected],
    )
    .await;
    let by_bob = mail(
        "Bob <bob@dock.example>",
        to,
        "a2@dock.example",
        "",
        "I answer for Ada.",
    );
    let expected =
        "filed mail in capture.address by other:bob@dock.example about:ada@northwind.example";
    check(
        "somebody else",
        &[ada_is_known(), (NOBODY, TO_ADA, by_bob)],
        &[FORWARDED, expected],
    )
    .await;
    let by_mia = mail(MIA, to, "a3@studio.example", "", "Blue it is.");
    let expected = "filed mail internal capture.address by member:mia@studio.example recipient:ada@northwind.example";
    check(
        "a member",
        &[ada_is_known(), (MIA_SIGNED_IN, TO_ADA, by_mia.clone())],
        &[FORWARDED, expected],
    )
    .await;
    let held = "held mail in held.unproved by other:mia@studio.example";
    check(
        "who says to be a member",
        &[ada_is_known(), (NOBODY, TO_ADA, by_mia)],
        &[FORWARDED, held],
    )
    .await;
}

#[tokio::test]
async fn a_report_is_the_contact_s_that_it_is_about() {
    let bounce = "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: acme@crm.example\nSubject: Undelivered Mail Returned to Sender\n\
        Message-ID: <bounce1@mx.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
        I could not deliver.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
        Final-Recipient: rfc822; ada@northwind.example\nAction: failed\nStatus: 5.1.1\n\
        Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--b--\n";
    let about = "filed report in report.about by other:mailer-daemon@mx.example about:ada@northwind.example";
    let sent = [ada_is_known(), (NOBODY, PLAIN, bounce.to_owned())];
    check("a contact", &sent, &[FORWARDED, about]).await;
    let unknown = "set_aside report in report.unknown by other:mailer-daemon@mx.example";
    check("nobody", &[(NOBODY, PLAIN, bounce.to_owned())], &[unknown]).await;
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &sent).await;
        let bounced = desk
            .column("select address from contact_address where bounced_at is not null")
            .await;
        let nothing_of_ours = Vec::<String>::new();
        assert_eq!(bounced, nothing_of_ours, "{}", place.name);
        assert_eq!(
            desk.column("select address from contact_address")
                .await
                .len(),
            1
        );
    }
}

pub fn invitation(id: &str, method: &str, sequence: u32, start: &str, answer: &str) -> String {
    let (from, to) = if method == "REPLY" {
        (MIA, ADA)
    } else {
        (ADA, "acme@crm.example")
    };
    format!(
        "From: {from}\nTo: {to}\nMessage-ID: <{id}>\nDate: Tue, 10 Nov 2026 11:30:00 +0000\nSubject: Site visit\nMIME-Version: 1.0\n\
         Content-Type: text/calendar; charset=utf-8; method={method}\n\n\
         BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//EN\nMETHOD:{method}\nBEGIN:VEVENT\nUID:visit-1@northwind.example\n\
         SEQUENCE:{sequence}\nDTSTAMP:20261110T100000Z\nDTSTART:{start}\nDTEND:20261112T110000Z\nSUMMARY:Site visit\n\
         ORGANIZER;CN=Ada Byron:mailto:ada@northwind.example\n\
         ATTENDEE;CN=Mia;PARTSTAT={answer}:mailto:mia@studio.example\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

#[tokio::test]
async fn a_meeting_follows_its_newest_revision_and_no_older_one() {
    let asks = "NEEDS-ACTION";
    let sent = [
        ada_is_known(),
        (
            NOBODY,
            PLAIN,
            invitation(
                "m1@northwind.example",
                "REQUEST",
                0,
                "20261112T090000Z",
                asks,
            ),
        ),
        (
            NOBODY,
            PLAIN,
            invitation(
                "m2@northwind.example",
                "REQUEST",
                2,
                "20261112T100000Z",
                asks,
            ),
        ),
        (
            NOBODY,
            PLAIN,
            invitation(
                "m3@northwind.example",
                "REQUEST",
                1,
                "20261112T080000Z",
                asks,
            ),
        ),
        (
            NOBODY,
            INTAKE,
            invitation(
                "m4@studio.example",
                "REPLY",
                2,
                "20261112T100000Z",
                "ACCEPTED",
            ),
        ),
        (
            NOBODY,
            PLAIN,
            invitation(
                "m5@northwind.example",
                "CANCEL",
                1,
                "20261112T100000Z",
                asks,
            ),
        ),
    ];
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &sent).await;
        let meeting = "select status || ' ' || cast(sequence as text) || ' ' || cast(starts_at as text) || ' ' || attendees from meeting";
        let at_ten = "1794477600000000";
        let accepted = "{\"mia@studio.example\":\"ACCEPTED\"}";
        assert_eq!(
            desk.column(meeting).await,
            [format!("confirmed 2 {at_ten} {accepted}")],
            "{}",
            place.name
        );
        let cancel = (
            NOBODY,
            PLAIN,
            invitation(
                "m6@northwind.example",
                "CANCEL",
                3,
                "20261112T100000Z",
                asks,
            ),
        );
        let rupert = invitation("m7@cheap.example", "REQUEST", 9, "20261113T100000Z", asks)
            .replace(ADA, "R <r@cheap.example>");
        send(&desk, &[cancel, (NOBODY, PLAIN, rupert)]).await;
        assert_eq!(
            desk.column(meeting).await,
            [format!("cancelled 3 {at_ten} {accepted}")],
            "{}",
            place.name
        );
        let threads = desk.column("select distinct cast(thread_id as text) from interaction where kind = 'meeting' and state = 'filed'").await;
        assert_eq!(threads.len(), 1, "{threads:?}");
        let kinds = desk
            .column("select distinct kind from interaction where id > 1")
            .await;
        assert_eq!(kinds, ["meeting"]);
    }
}

#[tokio::test]
async fn what_file_taught_wins() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &[ada_is_known()]).await;
        let mut tx = desk.write().await;
        rules::learn(&mut tx, "office@northwind.example", 1, 1, 1, 0)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let sent = forward("r2@studio.example", "Office <office@northwind.example>");
        send(&desk, &[(NOBODY, INTAKE, sent)]).await;
        let expected = "filed mail in forward.from by contact:office@northwind.example author:ada@northwind.example";
        assert_eq!(desk.interactions().await[1], expected, "{}", place.name);
    }
}

#[tokio::test]
async fn our_own_mail_and_automatic_answers_are_set_aside() {
    let own = mail(
        "Rapport <r.abc@crm.example>",
        "log.m7a2x4@crm.example",
        "o@crm.example",
        "",
        "1 done",
    );
    check(
        "own",
        &[(NOBODY, INTAKE, own)],
        &["set_aside mail in own.mail by other:r.abc@crm.example"],
    )
    .await;
    let away = mail(
        ADA,
        "ada.x@crm.example",
        "away@northwind.example",
        "Auto-Submitted: auto-replied\n",
        "I am away.",
    );
    let expected = "filed mail in capture.address by contact:ada@northwind.example author:ada@northwind.example";
    check(
        "away",
        &[ada_is_known(), (NOBODY, TO_ADA, away)],
        &[FORWARDED, expected],
    )
    .await;
}

#[tokio::test]
async fn what_nothing_proved_is_nobody_s_deed() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let held = mail(MIA, "acme@crm.example", "1@studio.example", "", "Is it me?");
        let hers = mail(MIA, "acme@crm.example", "2@studio.example", "", "It is.");
        let by_eve = mail(
            "Eve <eve@evil.example>",
            "log.m7a2x4@crm.example",
            "3@evil.example",
            "",
            "Hi",
        );
        send(
            &desk,
            &[
                (NOBODY, &["acme"], held),
                (MIA_SIGNED_IN, &["acme"], hers),
                (NOBODY, INTAKE, by_eve),
            ],
        )
        .await;
        let sql = "select case when member_id is null then 'nobody' else 'a member' end || ' ' || proof from journal order by id";
        assert_eq!(
            desk.column(sql).await,
            ["nobody none", "a member auth", "nobody none"],
            "{}",
            place.name
        );
    }
}
