//! Letters between a contact and a member, through the contact's own address.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::{ADA, MIA, SIGNED_IN, meet_ada, mia_writes, notes};

#[tokio::test]
async fn a_letter_goes_there_and_back_and_the_command_stays() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        let raw = mail(
            ADA,
            &ours,
            "a1@northwind.example",
            "Subject: Pier 4\n",
            "When can you come?",
        );
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let sent = desk.outbox().await;
        let [inward] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        assert_eq!(
            (inward.kind.as_str(), inward.to.as_str()),
            ("relay_in", "mia@studio.example")
        );
        assert_eq!(inward.from(), ours);
        assert_eq!(inward.answer_to(), capture);
        assert!(inward.message.body.contains("When can you come?"));
        assert!(inward.message.body.contains("Reply goes to Ada Byron"));
        let inside = inward.message.message_id.clone().unwrap();

        let body = format!(
            "note: likes mornings\n\nOn Tuesday.\n\nOn Tue, 10 Nov 2026 at 11:30, Ada Byron (northwind.example) via Rapport \
             <{ours}> wrote:\n\n> When can you come?\n>\n> — Reply goes to Ada Byron. Lines such as \"next action: call \
             Friday\" on top stay with you. —\n"
        );
        let headers =
            format!("Subject: Re: Pier 4\nIn-Reply-To: <{inside}>\nReferences: <{inside}>\n");
        let raw = mail(MIA, &ours, "m1@studio.example", &headers, &body);
        desk.spool(SIGNED_IN, &[&capture], &raw).await;
        desk.file().await;
        let sent = desk.outbox().await;
        assert_eq!(sent.len(), 3, "the letter and the ack, on {}", place.name);
        let out = sent.iter().find(|p| p.kind == "relay_out").unwrap();
        assert_eq!(
            (out.to.as_str(), out.from()),
            ("ada@northwind.example", ours.clone())
        );
        assert_eq!(out.hold_us, 60_000_000);
        assert_eq!(out.message.in_reply_to, ["a1@northwind.example"]);
        assert_eq!(out.message.text.trim(), "On Tuesday.");
        let whole = String::from_utf8_lossy(&out.raw);
        assert!(
            !whole.contains("likes mornings") && !whole.contains("stay with you"),
            "{whole}"
        );
        assert!(!whole.contains("log.m7a2x4"));
        assert!(whole.contains("When can you come?"));
        assert!(notes(&desk).await.contains(&"likes mornings".to_owned()));
        let ack = sent.iter().find(|p| p.kind == "ack").unwrap();
        assert!(
            ack.message.text.contains("goes to Ada Byron"),
            "{}",
            ack.message.text
        );

        // Ada's next answer is threaded by what Mia's program knows.
        let outside = out.message.message_id.clone().unwrap();
        let headers = format!(
            "Subject: Re: Pier 4\nIn-Reply-To: <{outside}>\nReferences: <a1@northwind.example> <{outside}>\n"
        );
        let raw = mail(ADA, &ours, "a2@northwind.example", &headers, "Fine.");
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let sent = desk.outbox().await;
        let last = sent.last().unwrap();
        assert_eq!(last.kind, "relay_in");
        assert_eq!(last.message.in_reply_to, ["m1@studio.example"]);
        let threads = desk
            .column("select cast(thread_id as text) from interaction where id > 1 and kind = 'mail' order by id")
            .await;
        assert!(threads.windows(2).all(|w| w[0] == w[1]), "{threads:?}");
    }
}

#[tokio::test]
async fn a_wrong_line_keeps_the_letter_here() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        mia_writes(
            &desk,
            &capture,
            "m1@studio.example",
            "Pier 4",
            "noet: x\n\nOn Tuesday.",
        )
        .await;
        let sent = desk.outbox().await;
        let [ack] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        assert_eq!(ack.kind, "ack");
        assert!(
            ack.message.body.contains("Not sent"),
            "{}",
            ack.message.body
        );
    }
}

/// It is no open relay: who writes to which address, and how many letters leave for whom.
#[tokio::test]
async fn only_a_proved_member_writes_to_a_contact_and_nobody_to_anybody_else() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        let eve = "Eve <eve@evil.example>";
        let both = format!("{ours}, ada@northwind.example");
        let far = format!("{ours}, victim@far.example");
        let cases = [
            (
                "a stranger",
                None,
                mail(eve, &ours, "1@evil.example", "Subject: x\n", "Hello"),
                vec!["relay_in mia@studio.example"],
            ),
            (
                "a stranger as the member",
                None,
                mail(MIA, &ours, "2@evil.example", "Subject: x\n", "Pay here"),
                vec![],
            ),
            (
                "a stranger who names others too",
                None,
                mail(eve, &far, "3@evil.example", "Subject: x\n", "Hello"),
                vec!["relay_in mia@studio.example"],
            ),
            (
                "the member",
                SIGNED_IN,
                mail(MIA, &ours, "4@studio.example", "Subject: x\n", "Hello Ada"),
                vec!["relay_out ada@northwind.example"],
            ),
            (
                "the member, who wrote to her directly too",
                SIGNED_IN,
                mail(
                    MIA,
                    &both,
                    "5@studio.example",
                    "Subject: x\n",
                    "Hello again",
                ),
                vec![],
            ),
            (
                "the member, in blind copy",
                SIGNED_IN,
                mail(
                    MIA,
                    "ada@northwind.example",
                    "6@studio.example",
                    "Subject: x\n",
                    "Hello there",
                ),
                vec![],
            ),
            (
                "an autoresponder of the member",
                SIGNED_IN,
                mail(
                    MIA,
                    &ours,
                    "7@studio.example",
                    "Subject: x\nAuto-Submitted: auto-replied\n",
                    "I am away",
                ),
                vec![],
            ),
            (
                "an autoresponder of the contact",
                None,
                mail(
                    ADA,
                    &ours,
                    "8@northwind.example",
                    "Subject: x\nAuto-Submitted: auto-replied\n",
                    "I am away",
                ),
                vec![],
            ),
            (
                "a list",
                None,
                mail(
                    eve,
                    &ours,
                    "9@evil.example",
                    "Subject: x\nList-Id: <l.example>\n",
                    "News",
                ),
                vec![],
            ),
        ];
        let mut before = desk.outbox().await.len();
        for (name, account, raw, expected) in cases {
            desk.spool(account, &[&capture], &raw).await;
            desk.file().await;
            let sent = desk.outbox().await;
            let new: Vec<String> = sent[before..]
                .iter()
                .filter(|p| p.kind != "notice")
                .map(|p| format!("{} {}", p.kind, p.to))
                .collect();
            assert_eq!(new, expected, "{name} on {}", place.name);
            before = sent.len();
        }
    }
}

#[tokio::test]
async fn a_letter_that_was_kept_here_goes_on_without_its_lines_when_the_member_says_so() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        mia_writes(
            &desk,
            &capture,
            "m1@studio.example",
            "Pier 4",
            "noet: x\n\nOn Tuesday.",
        )
        .await;
        let ack = desk.outbox().await.pop().unwrap();
        let (_, rest) = ack.message.body.split_once("confirm ").unwrap();
        let says = format!("confirm {}", rest.chars().take(4).collect::<String>());
        mia_writes(
            &desk,
            &ack.answer_to(),
            "m2@studio.example",
            "Re: Pier 4",
            &says,
        )
        .await;
        let sent = desk.outbox().await;
        let out: Vec<_> = sent.iter().filter(|p| p.kind == "relay_out").collect();
        assert_eq!(out.len(), 1, "{}", place.name);
        assert_eq!(out[0].message.text.trim(), "On Tuesday.");
        assert_eq!(out[0].to, "ada@northwind.example");
    }
}

#[tokio::test]
async fn undo_stops_a_letter_while_it_waits() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        mia_writes(
            &desk,
            &capture,
            "m1@studio.example",
            "Pier 4",
            "On Tuesday.",
        )
        .await;
        assert_eq!(desk.outbox().await[0].state, "waiting");
        mia_writes(&desk, "log.m7a2x4", "m2@studio.example", "x", "undo").await;
        assert_eq!(desk.outbox().await[0].state, "cancelled", "{}", place.name);
    }
}

#[tokio::test]
async fn a_command_in_the_subject_is_run_and_reaches_no_contact() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        mia_writes(
            &desk,
            &capture,
            "m1@studio.example",
            "note: seen",
            "Hello Ada.",
        )
        .await;
        let sent = desk.outbox().await;
        let kinds: Vec<&str> = sent.iter().map(|p| p.kind.as_str()).collect();
        assert_eq!(kinds, ["ack"], "{}", place.name);
        assert!(
            sent[0].message.body.contains("Not sent"),
            "{}",
            sent[0].message.body
        );
        assert!(notes(&desk).await.contains(&"seen".to_owned()));
    }
}

#[tokio::test]
async fn an_answer_goes_to_the_member_who_wrote_and_nothing_to_a_contact_who_was_deleted() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        // Jon writes to Mia's contact; her answer is his.
        let raw = mail(
            "Jon <jon@studio.example>",
            &ours,
            "j1@studio.example",
            "Subject: Pier 4\n",
            "Hello Ada.",
        );
        desk.spool(Some("jon@studio.example"), &[&capture], &raw)
            .await;
        desk.file().await;
        let out = desk.outbox().await.pop().unwrap();
        let outside = out.message.message_id.unwrap();
        let headers =
            format!("Subject: Re: Pier 4\nIn-Reply-To: <{outside}>\nReferences: <{outside}>\n");
        let raw = mail(ADA, &ours, "a1@northwind.example", &headers, "Hello Jon.");
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let inward = desk.outbox().await.pop().unwrap();
        assert_eq!(
            (inward.kind.as_str(), inward.to.as_str()),
            ("relay_in", "jon@studio.example"),
            "{}",
            place.name
        );

        mia_writes(&desk, "log.m7a2x4", "d1@studio.example", "x", "delete #c1").await;
        let ask = desk.outbox().await.pop().unwrap();
        let (_, rest) = ask.message.body.split_once("confirm ").unwrap();
        let says = format!("confirm {}", rest.chars().take(4).collect::<String>());
        mia_writes(&desk, &ask.answer_to(), "d2@studio.example", "Re: x", &says).await;
        let before = desk.outbox().await.len();
        mia_writes(
            &desk,
            &capture,
            "m1@studio.example",
            "Pier 4",
            "Hello again.",
        )
        .await;
        let sent = desk.outbox().await;
        let kinds: Vec<&str> = sent[before..].iter().map(|p| p.kind.as_str()).collect();
        assert_eq!(kinds, ["ack"], "{}", place.name);
        assert!(
            sent[before]
                .message
                .body
                .contains("is deleted; restore #c1"),
            "{}",
            sent[before].message.body
        );
    }
}

/// A further address is the member's on this side of the relay as well; what is for the member goes where they are registered.
#[tokio::test]
async fn a_member_answers_a_contact_from_a_further_address() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        desk.verify("mia@studio.example", "mia@home.example").await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        // She has it already.
        let to_both = format!("{ours}, mia@home.example");
        let raw = mail(
            ADA,
            &to_both,
            "a1@northwind.example",
            "Subject: Pier 4\n",
            "Hello both.",
        );
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        assert!(desk.outbox().await.is_empty(), "{}", place.name);
        let raw = mail(
            ADA,
            &ours,
            "a2@northwind.example",
            "Subject: Pier 4\n",
            "When?",
        );
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let sent: Vec<String> = desk
            .outbox()
            .await
            .into_iter()
            .map(|p| format!("{} {}", p.kind, p.to))
            .collect();
        assert_eq!(sent, ["relay_in mia@studio.example"]);
        let answer = |id: &str| {
            let headers = "Subject: Re: Pier 4\n";
            mail(
                "Mia <mia@home.example>",
                &ours,
                id,
                headers,
                "note: likes mornings\n\nOn Tuesday.",
            )
        };
        desk.spool(SIGNED_IN, &[&capture], &answer("m1@home.example"))
            .await;
        // Somebody else's sign-in is none, and nobody's none either.
        desk.spool(
            Some("jon@studio.example"),
            &[&capture],
            &answer("m2@home.example"),
        )
        .await;
        desk.spool(None, &[&capture], &answer("m3@home.example"))
            .await;
        desk.file().await;
        let mut sent: Vec<String> = desk
            .outbox()
            .await
            .into_iter()
            .map(|p| format!("{} {}", p.kind, p.to))
            .collect();
        sent.sort();
        assert_eq!(
            sent,
            [
                "ack mia@studio.example",
                "notice mia@studio.example",
                "notice mia@studio.example",
                "relay_in mia@studio.example",
                "relay_out ada@northwind.example",
            ],
            "{}",
            place.name
        );
        let out = desk
            .outbox()
            .await
            .into_iter()
            .find(|p| p.kind == "relay_out")
            .unwrap();
        let whole = String::from_utf8_lossy(&out.raw).into_owned();
        assert!(
            whole.contains("On Tuesday.") && !whole.contains("likes mornings"),
            "{whole}"
        );
        assert!(!whole.contains("home.example"), "{whole}");
    }
}
