//! Letters to members, as they stand in the outbox of both databases.

#[path = "../common/mod.rs"]
mod common;
mod silence;

use common::workspace::{Desk, NOON, SECOND};
use common::{databases, key};
use rapport::commands::reply::{Entry, Reply, Row, Table, Verdict};
use rapport::commands::{Block, Ref};
use rapport::post::{self, Answered, Letter, Letterhead, Occasion, Written};
use rapport::store::Tx;
use rapport::store::registry::AddressKind;
use rapport::store::workspace::members::{self, MemberRow};
use rapport::store::workspace::outbox;

const MIA: i64 = 7;
const JON: i64 = 8;
const HOUR: i64 = 3600 * SECOND;

/// A desk whose workspace knows Mia and Jon.
async fn desk(place: &common::Place) -> Desk {
    let desk = Desk::open(place).await;
    let mut tx = desk.write().await;
    for (id, email, name) in [
        (MIA, "mia.post@studio.example", Some("Mia Lind")),
        (JON, "jon.post@studio.example", None),
    ] {
        let member = MemberRow {
            id,
            email: email.to_owned(),
            name: name.map(str::to_owned),
            role: "member".to_owned(),
        };
        members::put(&mut tx, &member).await.unwrap();
    }
    tx.commit().await.unwrap();
    desk
}

/// Ten bytes that are not the same twice.
fn nonce() -> [u8; 10] {
    rand::random()
}

fn done() -> Reply {
    Reply::done(vec![Block::Lines(vec!["Tagged Ada with vip.".to_owned()])])
}

fn refused() -> Reply {
    Reply {
        verdict: Verdict::Refused,
        ..Reply::done(vec![
            Block::Lines(vec![
                "Nothing changed: 1 of 3 lines was not understood.".to_owned(),
            ]),
            Block::Numbered(vec![Entry::marked(
                "2 ?",
                vec!["\"amout: 4500\"".to_owned()],
            )]),
        ])
        .answer()
    }
}

fn letter<'a>(replies: &'a [Reply], answers: Option<&'a Answered>) -> Letter<'a> {
    Letter {
        member_id: MIA,
        occasion: Occasion::Commands,
        replies,
        subject: "Your commands",
        answers,
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        nonce: nonce(),
    }
}

async fn write(desk: &Desk, now_us: i64, letter: &Letter<'_>) -> Written {
    let mut tx = desk.write().await;
    let written = write_in(&mut tx, desk, now_us, letter).await;
    tx.commit().await.unwrap();
    written
}

async fn write_in(tx: &mut Tx, desk: &Desk, now_us: i64, letter: &Letter<'_>) -> Written {
    let key = key();
    let head = Letterhead {
        key: &key,
        mail_domain: "crm.example",
        workspace_id: desk.id,
        now_us,
    };
    post::write(tx, &head, letter).await.unwrap()
}

fn outbox_id(written: Written) -> i64 {
    match written {
        Written::Letter { outbox_id, .. } => outbox_id,
        other => panic!("{other:?}"),
    }
}

/// The header of a letter, unfolded, one field a line, without the fields of its body; and the whole as it reads.
async fn read(desk: &Desk, outbox_id: i64) -> (Vec<String>, rapport::mail::Message) {
    let raw = outbox::message(&mut desk.read().await, outbox_id)
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(raw.clone()).unwrap();
    let header = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let fields = header
        .lines()
        .filter(|l| !l.starts_with("Content-") && !l.starts_with("MIME-"))
        .map(str::to_owned)
        .collect();
    (fields, rapport::mail::read(&raw))
}

#[tokio::test]
async fn an_answer_has_exactly_these_headers_and_its_address_leads_back() {
    for place in databases().await {
        let desk = desk(&place).await;
        let answered = Answered {
            interaction_id: Some(4),
            message_id: Some("mine@studio.example".to_owned()),
            references: vec!["first@acme.example".to_owned()],
            subject: Some("Pilot in May".to_owned()),
        };
        let replies = [done()];
        let letter = Letter {
            batch: Some(3),
            about_contact_id: Some(12),
            nonce: [1; 10],
            ..letter(&replies, Some(&answered))
        };
        let written = write(&desk, NOON, &letter).await;
        let Written::Letter { outbox_id, number } = written else {
            panic!("{written:?}")
        };
        let (fields, message) = read(&desk, outbox_id).await;
        let id = key().message_id([1; 10], "crm.example");
        let local_part = fields[0].split(['<', '@']).nth(1).unwrap().to_owned();
        assert_eq!(
            fields,
            [
                format!("From: Rapport <{local_part}@crm.example>"),
                "To: Mia Lind <mia.post@studio.example>".to_owned(),
                format!("Reply-To: Rapport <{local_part}@crm.example>"),
                "Subject: Re: Pilot in May".to_owned(),
                "Date: Tue, 10 Nov 2026 12:00:00 +0000".to_owned(),
                format!("Message-ID: <{id}>"),
                "In-Reply-To: <mine@studio.example>".to_owned(),
                format!("References: <first@acme.example> <mine@studio.example> <{id}>"),
                "Auto-Submitted: auto-replied".to_owned(),
                "X-Auto-Response-Suppress: All".to_owned(),
            ],
            "{}",
            place.name
        );
        assert!(key().marks(&id) && !message.answerable);
        let route = desk
            .store
            .registry
            .route(&local_part)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (route.kind, route.workspace_id, route.number),
            (AddressKind::Reply, desk.id, Some(number))
        );
        let text =
            "Tagged Ada with vip.\n\n-- \nReply \"undo\" to take this back · \"help\" for more\n";
        assert_eq!(
            message.body.replace("\r\n", "\n").trim_end(),
            text.trim_end()
        );
        let row = outbox::by_id(&mut desk.read().await, outbox_id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (
                row.recipient.as_str(),
                row.kind.as_str(),
                row.interaction_id
            ),
            ("mia.post@studio.example", "ack", Some(4))
        );
        let sent = post::sent(&mut desk.read().await, number)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (sent.member_id, sent.answering.batch, sent.about_contact_id),
            (MIA, Some(3), Some(12))
        );
        let by_id = post::number_of(&mut desk.read().await, &id).await.unwrap();
        assert_eq!(by_id, Some(number));
    }
}

#[tokio::test]
async fn what_answers_nothing_is_marked_as_a_program_s_own() {
    for place in databases().await {
        let desk = desk(&place).await;
        let replies = [done()];
        let letter = Letter {
            member_id: JON,
            occasion: Occasion::Digest,
            subject: "Tuesday 10 November",
            ..letter(&replies, None)
        };
        let id = outbox_id(write(&desk, NOON, &letter).await);
        let (fields, _) = read(&desk, id).await;
        for field in [
            "To: jon.post@studio.example",
            "Subject: Tuesday 10 November",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
        }
        assert!(!fields.iter().any(|f| f.starts_with("In-Reply-To")));
    }
}

#[tokio::test]
async fn items_are_numbered_on_through_all_answers_of_a_letter() {
    for place in databases().await {
        let desk = desk(&place).await;
        let table = Block::Table(Table {
            rows: vec![Row::new(["#c12".to_owned(), "Ada".to_owned()]).of(Ref::Contact(12))],
            ..Table::default()
        });
        let entry = Entry::of(Ref::Action(5), vec!["call Ada".to_owned()]).link("Done", "done");
        let replies = [
            Reply::done(vec![table]).answer().of_line(1),
            Reply::done(vec![Block::Numbered(vec![entry])])
                .answer()
                .of_line(2),
        ];
        let written = write(&desk, NOON, &letter(&replies, None)).await;
        let Written::Letter { outbox_id, number } = written else {
            panic!("{written:?}")
        };
        let sent = post::sent(&mut desk.read().await, number)
            .await
            .unwrap()
            .unwrap();
        let items: Vec<(u32, Ref)> = sent.answering.items.into_iter().collect();
        assert_eq!(items, [(1, Ref::Contact(12)), (2, Ref::Action(5))]);
        let raw = outbox::message(&mut desk.read().await, outbox_id)
            .await
            .unwrap()
            .unwrap();
        let message = rapport::mail::read(&raw);
        assert!(
            message.body.contains("1 ✓  1  Ada") && message.body.contains("2 ✓  2  call Ada"),
            "{}",
            message.body
        );
        let raw = String::from_utf8(raw).unwrap().replace("=\r\n", "");
        assert!(raw.contains("body=3D2%20done"), "{raw}");
        assert_eq!(
            post::sent(&mut desk.read().await, number + 1)
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn the_same_letter_goes_again_once_and_with_the_same_bytes() {
    for place in databases().await {
        let desk = desk(&place).await;
        let replies = [done()];
        let id = outbox_id(write(&desk, NOON, &letter(&replies, None)).await);
        let before = outbox::message(&mut desk.read().await, id).await.unwrap();
        let again = async |now| {
            let mut tx = desk.write().await;
            let queued = post::again(&mut tx, id, now).await.unwrap();
            tx.commit().await.unwrap();
            queued
        };
        let sent = async |now| {
            let mut tx = desk.write().await;
            outbox::sent(&mut tx, id, now).await.unwrap();
            tx.commit().await.unwrap();
        };
        assert!(!again(NOON + 1).await, "it was not sent yet");
        sent(NOON + 2).await;
        assert!(again(NOON + 3).await);
        assert!(!again(NOON + 4).await, "it waits");
        let row = outbox::by_id(&mut desk.read().await, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.state.as_str(), row.due_at, row.attempts),
            ("waiting", NOON + 3, 0)
        );
        let after = outbox::message(&mut desk.read().await, id).await.unwrap();
        assert!(before.is_some() && before == after);
        sent(NOON + 5).await;
        assert!(!again(NOON + 6).await, "twice is enough");
    }
}
