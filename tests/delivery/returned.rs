//! What comes back: a report finds the mail that it is about where it can prove that, and changes nothing where it cannot.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::common::world::World;
use crate::sending::{desk, drain, put, row, settings, workers};
use rapport::domain::InstanceKey;
use rapport::domain::instance_key::{Purpose, Token};
use rapport::store::registry::Envelope;
use rapport::store::workspace::outbox::OutboxKind;
use rapport::store::workspace::suppression;

const ADA: &str = "ada@northwind.example";
const MIA: &str = "mia@studio.example";

/// A report as mail servers write them; `about` is the Message-ID of the mail that it gives back.
fn report(id: &str, action: &str, recipient: &str, status: &str, about: &str) -> String {
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: <return@crm.example>\nSubject: Delivery Status Notification\n\
         Message-ID: <{id}@mx.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
         This is about your mail.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 {status} so it is\n\n--b\nContent-Type: message/rfc822\n\n\
         From: acme@crm.example\nMessage-ID: <{about}>\nSubject: Signs\n\nSixty signs.\n\n--b--\n"
    )
}

fn complaint(id: &str, kind: &str, about: &str) -> String {
    format!(
        "From: <abuse@mx.example>\nTo: <return@crm.example>\nSubject: complaint\nMessage-ID: <{id}@mx.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
         This is a complaint.\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: Loop/1.0\n\
         Version: 1\n\n--b\nContent-Type: message/rfc822\n\nFrom: acme@crm.example\nMessage-ID: <{about}>\n\
         Subject: Signs\n\nSixty signs.\n\n--b--\n"
    )
}

/// A mail to Ada, or an ack to Mia, that the world took; and its return path.
async fn sent(desk: &Desk, world: &World, kind: OutboxKind, to: &str) -> (i64, String) {
    let id = put(desk, kind, to).await;
    drain(&workers(desk, world, settings())).await;
    assert_eq!(row(desk, id).await.state, "sent");
    world.take();
    (id, return_path(desk, id))
}

fn return_path(desk: &Desk, number: i64) -> String {
    desk.store.registry.key().local_part(Token {
        purpose: Purpose::Bounce,
        workspace_id: desk.id,
        number,
    })
}

/// What the world knows of a mail that came back: state of the row, marked addresses, whether Ada is suppressed, notices.
async fn outcome(desk: &Desk, world: &World, id: i64) -> (String, usize, bool, Vec<String>) {
    drain(&workers(desk, world, settings())).await;
    let marked = desk
        .column("select address from contact_address where bounced_at is not null")
        .await;
    let mut tx = desk.read().await;
    let hash = desk.store.registry.key().suppression_hash(ADA);
    let is_suppressed = !suppression::among(&mut tx, &[hash])
        .await
        .unwrap()
        .is_empty();
    drop(tx);
    let notices = world.mails().iter().map(|m| m.header("Subject")).collect();
    (
        row(desk, id).await.state,
        marked.len(),
        is_suppressed,
        notices,
    )
}

async fn knows_ada(desk: &Desk) {
    let bcc = mail(
        "Mia <mia@studio.example>",
        ADA,
        "first@studio.example",
        "",
        "Hello Ada.",
    );
    desk.spool(Some(MIA), &["log.m7a2x4"], &bcc).await;
    desk.file().await;
}

async fn comes_back(desk: &Desk, to: &str, raw: &str) {
    let raw = raw.replace('\n', "\r\n").into_bytes();
    desk.spool_bytes(&Envelope::default(), &[to], raw).await;
    desk.file().await;
}

#[tokio::test]
async fn a_report_counts_where_it_proves_which_mail_it_is_about() {
    const BACK: &str = "Not delivered: your mail to ada@northwind.example";
    let other = "someone@else.example";
    // Where it comes to, action, recipient, status, whether it names our Message-ID; then: row, marked, suppressed, notices.
    let cases = [
        (
            "its return path",
            "failed",
            ADA,
            "5.1.1",
            false,
            ("dead", 1, true, 1),
        ),
        (
            "its return path",
            "failed",
            ADA,
            "5.2.2",
            false,
            ("dead", 1, false, 1),
        ),
        (
            "its return path",
            "failed",
            other,
            "5.1.1",
            false,
            ("dead", 0, false, 1),
        ),
        (
            "its return path",
            "delayed",
            ADA,
            "4.4.1",
            false,
            ("sent", 0, false, 0),
        ),
        ("acme", "failed", ADA, "5.1.1", true, ("dead", 1, true, 1)),
        (
            "acme",
            "failed",
            other,
            "5.1.1",
            true,
            ("sent", 0, false, 0),
        ),
        ("acme", "failed", ADA, "5.1.1", false, ("sent", 0, false, 0)),
        (
            "another's return path",
            "failed",
            ADA,
            "5.1.1",
            false,
            ("sent", 0, false, 0),
        ),
    ];
    for (to, action, recipient, status, is_named, expected) in cases {
        for place in databases().await {
            let (desk, world) = (desk(&place).await, World::start().await);
            knows_ada(&desk).await;
            let (id, path) = sent(&desk, &world, OutboxKind::RelayOut, ADA).await;
            let about = match is_named {
                true => row(&desk, id).await.message_id,
                false => InstanceKey::of([9; 32]).message_id([1; 10], "crm.example"),
            };
            let to_local = match to {
                "its return path" => path,
                "another's return path" => return_path(&desk, 1_000),
                plain => plain.to_owned(),
            };
            // Twice, as reports come: the second changes nothing more.
            for copy in ["r1", "r2"] {
                let raw = report(copy, action, recipient, status, &about);
                comes_back(&desk, &to_local, &raw).await;
            }
            let (state, marked, is_suppressed, notices) = outcome(&desk, &world, id).await;
            let found = (&*state, marked, is_suppressed, notices.len());
            let case = format!(
                "{to} {action} {recipient} {status} {is_named} on {}",
                place.name
            );
            assert_eq!(found, expected, "{case}: {notices:?}");
            assert!(notices.iter().all(|subject| subject == BACK), "{notices:?}");
        }
    }
}

#[tokio::test]
async fn a_return_path_of_another_instance_is_nobody_s() {
    for place in databases().await {
        let desk = desk(&place).await;
        let token = Token {
            purpose: Purpose::Bounce,
            workspace_id: desk.id,
            number: 1,
        };
        let forged = InstanceKey::of([9; 32]).local_part(token);
        let route = desk.store.registry.route(&forged).await.unwrap();
        assert_eq!(route, None, "refused at RCPT, on {}", place.name);
    }
}

#[tokio::test]
async fn what_comes_back_to_a_member_is_marked_and_nobody_is_told() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let (id, path) = sent(&desk, &world, OutboxKind::Digest, MIA).await;
        comes_back(&desk, &path, &report("r1", "failed", MIA, "5.1.1", "")).await;
        let (state, _, _, notices) = outcome(&desk, &world, id).await;
        assert_eq!((&*state, notices.len()), ("dead", 0), "on {}", place.name);
        // The next one is tried all the same.
        sent(&desk, &world, OutboxKind::Ack, MIA).await;
    }
}

#[tokio::test]
async fn a_complaint_ends_mail_to_that_address_and_is_told_once() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let (id, path) = sent(&desk, &world, OutboxKind::RelayOut, ADA).await;
        comes_back(&desk, &path, &complaint("c0", "not-spam", "")).await;
        assert!(!outcome(&desk, &world, id).await.2, "that is praise");
        for copy in ["c1", "c2"] {
            comes_back(&desk, &path, &complaint(copy, "abuse", "")).await;
        }
        let (state, _, is_suppressed, notices) = outcome(&desk, &world, id).await;
        assert_eq!(
            (&*state, is_suppressed),
            ("sent", true),
            "on {}",
            place.name
        );
        assert_eq!(notices, ["Not wanted: your mail to ada@northwind.example"]);
    }
}

#[tokio::test]
async fn a_person_s_letter_to_a_return_path_reports_nothing() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        knows_ada(&desk).await;
        let (id, path) = sent(&desk, &world, OutboxKind::RelayOut, ADA).await;
        let letter = mail(
            ADA,
            "acme@crm.example",
            "p1@northwind.example",
            "",
            "550 5.1.1 no such user, ha ha",
        );
        comes_back(&desk, &path, &letter).await;
        let found = outcome(&desk, &world, id).await;
        assert_eq!(
            found,
            ("sent".to_owned(), 0, false, vec![]),
            "on {}",
            place.name
        );
    }
}
