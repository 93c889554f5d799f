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
        ("a tag", "capture+note", "seen", "Hello.".to_owned(), 1),
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
        let capture = desk.capture("ada@northwind.example").await;
        let mut seen = 0;
        for (number, (name, to, subject, body, runs)) in cases.iter().enumerate() {
            desk.pass(700);
            let to = &to.replace("capture", &capture);
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

/// The code that a letter of ours asks for.
fn code(text: &str) -> String {
    let (_, rest) = text
        .split_once("confirm ")
        .unwrap_or_else(|| panic!("{text}"));
    rest.chars().take(4).collect()
}

#[tokio::test]
async fn what_nothing_proves_is_held_and_let_in_by_its_member_alone() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let raw = mail(
            MIA,
            "acme@crm.example",
            "held@studio.example",
            "Subject: x\n",
            "note @ada: seen\n",
        );
        desk.spool(None, &["acme"], &raw).await;
        desk.file().await;
        let sent = desk.outbox().await;
        let [notice] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        assert_eq!(
            (notice.kind.as_str(), notice.to.as_str()),
            ("notice", "mia@studio.example")
        );
        assert!(notice.message.body.contains("note @ada: seen"));
        // The same again bothers nobody.
        desk.spool(None, &["acme"], &raw).await;
        desk.file().await;
        assert_eq!(desk.outbox().await.len(), 1);
        let says = format!("confirm {}", code(&notice.message.body));
        let answer = |from: &str, id: &str| {
            let to = format!("{}@crm.example", notice.answer_to());
            mail(from, &to, id, "Subject: Re: x\n", &says)
        };
        // Another member who got hold of the address confirms nothing.
        let raw = answer("jon@studio.example", "1@studio.example");
        desk.spool(Some("jon@studio.example"), &[&notice.answer_to()], &raw)
            .await;
        desk.file().await;
        assert!(
            desk.column("select text from interaction where text = 'seen'")
                .await
                .is_empty()
        );
        // The address is bound to Mia: with her From it is enough.
        desk.spool(
            None,
            &[&notice.answer_to()],
            &answer(MIA, "2@studio.example"),
        )
        .await;
        desk.file().await;
        assert_eq!(
            desk.column("select text from interaction where text = 'seen'")
                .await
                .len(),
            1,
            "{}",
            place.name
        );
        let held = desk
            .column("select subject from interaction where state = 'held' and subject = 'x'")
            .await;
        assert!(held.is_empty());
    }
}

#[tokio::test]
async fn an_answer_is_about_what_it_answers() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        mia_writes(
            &desk,
            "log.m7a2x4",
            "1@studio.example",
            "x",
            "list contacts",
        )
        .await;
        let list = desk.outbox().await.pop().unwrap();
        assert!(list.message.body.contains("1"), "{}", list.message.body);
        mia_writes(
            &desk,
            &list.answer_to(),
            "2@studio.example",
            "Re: x",
            "1 note: seen",
        )
        .await;
        assert_eq!(
            desk.column("select text from interaction where text = 'seen'")
                .await
                .len(),
            1,
            "{}",
            place.name
        );
        // Weeks later it means the same.
        desk.pass(40 * 86_400);
        mia_writes(
            &desk,
            &list.answer_to(),
            "3@studio.example",
            "Re: x",
            "1 note: still seen",
        )
        .await;
        assert_eq!(
            desk.column("select text from interaction where text = 'still seen'")
                .await
                .len(),
            1
        );
        // What it acknowledged is what undo takes back.
        let ack = desk.outbox().await.pop().unwrap();
        mia_writes(
            &desk,
            "log.m7a2x4",
            "4@studio.example",
            "x",
            "note @ada: another",
        )
        .await;
        mia_writes(&desk, &ack.answer_to(), "5@studio.example", "Re: x", "undo").await;
        assert!(
            desk.column("select text from interaction where text = 'still seen'")
                .await
                .is_empty()
        );
        assert_eq!(
            desk.column("select text from interaction where text = 'another'")
                .await
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn a_date_is_an_address_and_sets_a_next_action() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let route = desk
            .store
            .registry
            .date_route("friday", "mia@studio.example")
            .await
            .unwrap()
            .unwrap();
        let raw = mail(
            MIA,
            ADA,
            "1@studio.example",
            "Subject: The offer\n",
            "Dear Ada, here it is.",
        );
        let envelope = rapport::store::registry::Envelope {
            authenticated: SIGNED_IN.map(str::to_owned),
            ..Default::default()
        };
        let spool = desk.store.registry.spool();
        let recipients = vec![route.recipient("friday@crm.example")];
        let raw = raw.replace('\n', "\r\n").into_bytes();
        spool
            .accept(&envelope, recipients, raw, crate::common::workspace::NOON)
            .await
            .unwrap();
        desk.file().await;
        let actions = desk.column("select text || ' ' || cast(contact_id as text) || ' ' || cast(due_at as text) from action").await;
        assert_eq!(
            actions,
            [format!("The offer 1 {}", 1_794_560_400_000_000_i64)],
            "{}",
            place.name
        );
        assert!(
            desk.store
                .registry
                .date_route("friday", "eve@evil.example")
                .await
                .unwrap()
                .is_none()
        );
    }
}
