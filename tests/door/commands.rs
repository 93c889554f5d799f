//! Where commands stand in a mail, and where not.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::{ADA, INTAKE, MIA, SIGNED_IN, meet_ada, mia_writes, notes};

#[tokio::test]
async fn a_head_block_is_run_once_and_acked_once_in_the_thread() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let body = "@ada: note: prefers mornings\n\nShe said so on the phone.";
        mia_writes(&desk, "log.m7a2x4", "one@studio.example", "Ada", body).await;
        assert_eq!(
            notes(&desk).await,
            ["She said so on the phone.", "prefers mornings"],
            "{}",
            place.name
        );
        let sent = desk.outbox().await;
        let [ack] = sent.as_slice() else {
            panic!("{} letters", sent.len())
        };
        assert_eq!(
            (ack.kind.as_str(), ack.to.as_str()),
            ("ack", "mia@studio.example")
        );
        assert_eq!(ack.message.in_reply_to, ["one@studio.example"]);
        assert!(
            ack.message.text.contains("Noted for #c1 Ada Byron"),
            "{}",
            ack.message.text
        );
        // The same again, by another copy: nothing is applied, and no second letter is written.
        mia_writes(&desk, "log.m7a2x4", "one@studio.example", "Ada", body).await;
        assert_eq!(notes(&desk).await.len(), 2);
        assert_eq!(desk.outbox().await.len(), 1);
        // The same text under a new id within ten minutes is the same message.
        mia_writes(&desk, "log.m7a2x4", "two@studio.example", "Ada", body).await;
        assert_eq!(
            desk.column("select text from interaction where text = 'prefers mornings'")
                .await
                .len(),
            1
        );
        // Later it is another.
        desk.pass(700);
        mia_writes(&desk, "log.m7a2x4", "three@studio.example", "Ada", body).await;
        assert_eq!(
            desk.column("select text from interaction where text = 'prefers mornings'")
                .await
                .len(),
            2
        );
        assert_eq!(desk.outbox().await.len(), 2);
    }
}

#[tokio::test]
async fn one_wrong_line_changes_nothing_and_loses_no_mail() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let body = "@ada:\nnote: one\nnoet: two\n\nAbout the pier.";
        mia_writes(&desk, "log.m7a2x4", "wrong@studio.example", "Ada", body).await;
        assert_eq!(notes(&desk).await, ["About the pier."], "{}", place.name);
        let sent = desk.outbox().await;
        let text = &sent[0].message.body;
        assert!(
            text.contains("Nothing changed: 1 of 2 lines was not understood"),
            "{text}"
        );
        assert!(text.contains("did you mean \"note: two\"?"), "{text}");
        assert_eq!(sent.len(), 1);
    }
}

/// Where a command stands, and whether it is run.
#[tokio::test]
async fn commands_stand_where_they_may_and_nowhere_else() {
    let note = "note @ada: seen";
    let cases: [(&str, &str, &str, String, usize); 12] = [
        (
            "the head block",
            "log.m7a2x4",
            "Hello",
            format!("{note}\n\nMore."),
            1,
        ),
        ("the subject", "log.m7a2x4", note, "Hello.".to_owned(), 1),
        (
            "the subject of an answer",
            "log.m7a2x4",
            "Re: note @ada: seen",
            "Hello.".to_owned(),
            0,
        ),
        ("a tag", "acme+note", "@ada: seen", "Hello.".to_owned(), 1),
        (
            "below a text",
            "log.m7a2x4",
            "Hello",
            format!("Hello.\n\n{note}"),
            0,
        ),
        (
            "a quote",
            "log.m7a2x4",
            "Hello",
            format!("On 1 Nov 2026, Ada wrote:\n> {note}\n"),
            0,
        ),
        (
            "a forward",
            "log.m7a2x4",
            "Fwd: x",
            format!(
                "---------- Forwarded message ---------\nFrom: {ADA}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: x\nTo: {MIA}\n\n{note}\n"
            ),
            0,
        ),
        (
            "a signature",
            "log.m7a2x4",
            "Hello",
            format!("Hello.\n\n-- \n{note}"),
            0,
        ),
        (
            "above a quote",
            "log.m7a2x4",
            "Re: Hello",
            format!("{note}\n\nOn 1 Nov 2026, Ada wrote:\n> Hello\n"),
            1,
        ),
        (
            "a remark above a forward",
            "log.m7a2x4",
            "Fwd: x",
            format!(
                "{note}\n\n---------- Forwarded message ---------\nFrom: {ADA}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: x\nTo: {MIA}\n\nHello\n"
            ),
            1,
        ),
        (
            "behind end",
            "log.m7a2x4",
            "Hello",
            format!("end\n{note}"),
            0,
        ),
        ("a dry run", "log.m7a2x4", "Hello", format!("?{note}"), 0),
    ];
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let mut seen = 0;
        for (number, (name, to, subject, body, runs)) in cases.iter().enumerate() {
            desk.pass(700);
            mia_writes(
                &desk,
                to,
                &format!("{number}@studio.example"),
                subject,
                body,
            )
            .await;
            seen += runs;
            let found = desk
                .column("select text from interaction where text = 'seen'")
                .await;
            assert_eq!(found.len(), seen, "{name} on {}", place.name);
        }
    }
}

#[tokio::test]
async fn nothing_of_anybody_else_is_run_or_answered() {
    let body = "note @ada: seen\n\nHello.";
    let of = |from: &str, id: &str| mail(from, INTAKE, id, "Subject: x\n", body);
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let listed = mail(
            MIA,
            INTAKE,
            "list@studio.example",
            "Subject: x\nList-Id: <x.example>\n",
            body,
        );
        let automatic = mail(
            MIA,
            INTAKE,
            "auto@studio.example",
            "Subject: x\nAuto-Submitted: auto-replied\n",
            body,
        );
        let two = mail(
            &format!("{MIA}, {ADA}"),
            INTAKE,
            "two@studio.example",
            "Subject: x\n",
            body,
        );
        let nobody = None;
        let cases = [
            (
                "a stranger at the intake",
                nobody,
                "log.m7a2x4",
                of("eve@evil.example", "1@evil.example"),
            ),
            (
                "a contact at the intake",
                nobody,
                "log.m7a2x4",
                of(ADA, "2@northwind.example"),
            ),
            (
                "another member at the intake",
                Some("jon@studio.example"),
                "log.m7a2x4",
                of("jon@studio.example", "3@studio.example"),
            ),
            (
                "a member's From at the plain address",
                nobody,
                "acme",
                of(MIA, "4@studio.example"),
            ),
            (
                "a member's From at a capture address",
                nobody,
                capture.as_str(),
                of(MIA, "5@studio.example"),
            ),
            (
                "a stranger who signed in as somebody",
                Some("jon@studio.example"),
                "acme",
                of(MIA, "6@studio.example"),
            ),
            ("a list", SIGNED_IN, "log.m7a2x4", listed),
            ("a program", SIGNED_IN, "log.m7a2x4", automatic),
            ("two authors", SIGNED_IN, "log.m7a2x4", two),
        ];
        for (name, account, to, raw) in cases {
            desk.spool(account, &[to], &raw).await;
            desk.file().await;
            let found = desk
                .column("select text from interaction where text = 'seen'")
                .await;
            assert!(found.is_empty(), "{name} on {}", place.name);
            let acks = desk
                .outbox()
                .await
                .into_iter()
                .filter(|p| p.kind == "ack")
                .count();
            assert_eq!(acks, 0, "{name} on {}", place.name);
        }
    }
}
