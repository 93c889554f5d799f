//! What is told at its time, and what its answers do, on a clock of the test's own.

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod caps;

use common::databases;
use common::workspace::{Desk, NOON, SECOND, mail};
use rapport::commands::context::Confirmation;
use rapport::commands::{Actor, Cx, Door, Proof, Said, run};
use rapport::digest::{Settings, Timekeeper};
use rapport::on;
use rapport::store::registry::Role;
use std::sync::Arc;

const ADA: &str = "Ada Byron <ada@northwind.example>";
const MIA: &str = "Mia Laine <mia@studio.example>";
const SIGNED_IN: Option<&str> = Some("mia@studio.example");
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn timekeeper(desk: &Desk) -> Timekeeper {
    Timekeeper {
        store: desk.store.clone(),
        settings: Arc::new(Settings {
            mail_domain: "crm.example".to_owned(),
            page_origin: None,
        }),
        node: Arc::from("test"),
        clock: desk.lanes.clock.clone(),
        random: rand::random,
    }
}

async fn say(desk: &Desk, text: &str) {
    say_as(desk, text, Confirmation::Asked).await;
}

async fn say_confirmed(desk: &Desk, text: &str) {
    say_as(desk, text, Confirmation::Given).await;
}

async fn say_as(desk: &Desk, text: &str, confirmation: Confirmation) {
    let members = desk.store.registry.members(desk.id).await.unwrap();
    let mia = members.into_iter().find(|m| m.role == Role::Owner).unwrap();
    let said = Said {
        workspace_id: desk.id,
        actor: Actor {
            member_id: mia.account.id,
            email: mia.account.email,
            name: mia.account.name,
            role: mia.role,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: desk.lanes.clock.now_us(),
        mail_domain: "crm.example".to_owned(),
    };
    let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    let settings = rapport::store::workspace::members::settings(&mut tx, said.actor.member_id)
        .await
        .unwrap();
    drop(tx);
    let mut cx = Cx::new(said, settings);
    cx.confirmation = confirmation;
    let replies = run(&desk.store, &cx, text).await.unwrap();
    let shown = rapport::commands::reply::text::render(&replies, 80);
    assert!(!shown.contains("Nothing changed"), "{text}: {shown}");
}

async fn forwarded(desk: &Desk, from: &str, id: &str) {
    let body = format!(
        "---------- Forwarded message ---------\nFrom: {from}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: Pier 4\n\
         To: Mia Laine <mia@studio.example>\n\n\nWe need sixty signs."
    );
    let raw = mail(
        MIA,
        "log.m7a2x4@crm.example",
        id,
        "Subject: Fwd: Pier 4\n",
        &body,
    );
    desk.spool(SIGNED_IN, &["log.m7a2x4"], &raw).await;
    desk.file().await;
}

/// Tuesday noon, a member in UTC, Ada among the contacts, and nothing told yet.
async fn open(place: &common::Place) -> (Desk, Timekeeper) {
    let desk = Desk::open(place).await;
    forwarded(&desk, ADA, "first@studio.example").await;
    let time = timekeeper(&desk);
    time.begin().await.unwrap();
    time.drain().await.unwrap();
    assert!(desk.outbox().await.is_empty());
    (desk, time)
}

async fn wake(desk: &Desk, time: &Timekeeper) {
    time.drain().await.unwrap();
    desk.file().await;
}

#[tokio::test]
async fn a_digest_comes_at_its_time_says_what_is_due_and_its_numbers_are_answered() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "next @ada: call about the pier by wednesday").await;
        say(&desk, "remind me to book a hotel on 12 Nov 15:00").await;
        desk.pass(1);
        forwarded(&desk, ADA, "news@studio.example").await;
        // Wednesday, 7:29: nothing yet.
        desk.pass(19 * HOUR + 29 * 60 - 1);
        wake(&desk, &time).await;
        assert!(desk.outbox().await.is_empty(), "{}", place.name);
        desk.pass(60);
        wake(&desk, &time).await;
        let sent = desk.outbox().await;
        let [digest] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        assert_eq!(
            (digest.kind.as_str(), digest.to.as_str()),
            ("digest", "mia@studio.example")
        );
        assert_eq!(
            digest.message.subject.as_deref(),
            Some("Wednesday 11 Nov: 1 due, 1 new")
        );
        assert!(
            digest.message.body.contains("call about the pier"),
            "{}",
            digest.message.body
        );
        let html = String::from_utf8_lossy(&digest.raw).into_owned();
        assert!(html.contains("mailto:"));
        // Told once.
        wake(&desk, &time).await;
        assert_eq!(desk.outbox().await.len(), 1);
        // Three weeks later, after Ada was merged into somebody else, 1 still means what it meant.
        desk.pass(21 * DAY);
        forwarded(&desk, "Ada B. <ada@byron.example>", "second@studio.example").await;
        let raw = mail(
            MIA,
            &format!("{}@crm.example", digest.answer_to()),
            "answer@studio.example",
            "Subject: Re: x\n",
            "1 done she agreed",
        );
        desk.spool(None, &[&digest.answer_to()], &raw).await;
        desk.file().await;
        let actions = desk
            .column("select state || ' ' || coalesce(result, '') from action where kind = 'action'")
            .await;
        assert_eq!(actions, ["done she agreed"], "{}", place.name);
    }
}

#[tokio::test]
async fn letters_show_times_by_the_clock_that_was_chosen() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "my clock: 12 hours").await;
        say(&desk, "remind me to book a hotel at 16:05").await;
        say(&desk, "next @ada: call on wednesday at 15:00").await;
        desk.pass(4 * HOUR + 5 * 60);
        wake(&desk, &time).await;
        desk.pass(15 * HOUR + 25 * 60);
        forwarded(&desk, ADA, "news@studio.example").await;
        wake(&desk, &time).await;
        let sent = desk.outbox().await;
        let [reminder, digest] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        for (letter, words) in [
            (reminder, "Tue 10 Nov 2026, 4:05 PM UTC"),
            (digest, "today, 3:00 PM"),
        ] {
            let body = &letter.message.body;
            assert!(body.contains(words), "{}: {body}", letter.kind);
        }
    }
}

#[tokio::test]
async fn a_reminder_comes_at_its_time_once_and_is_answered_without_a_number() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "remind @ada: send the offer at 16:00").await;
        desk.pass(4 * HOUR - 1);
        wake(&desk, &time).await;
        assert!(desk.outbox().await.is_empty());
        desk.pass(1);
        wake(&desk, &time).await;
        wake(&desk, &time).await;
        let sent = desk.outbox().await;
        let [reminder] = sent.as_slice() else {
            panic!("{} letters on {}", sent.len(), place.name)
        };
        assert_eq!(reminder.kind, "reminder");
        assert_eq!(
            reminder.message.subject.as_deref(),
            Some("Reminder: send the offer")
        );
        let raw = mail(
            MIA,
            &format!("{}@crm.example", reminder.answer_to()),
            "answer@studio.example",
            "Subject: Re: x\n",
            "snooze tomorrow 9am",
        );
        desk.spool(None, &[&reminder.answer_to()], &raw).await;
        desk.file().await;
        desk.pass(17 * HOUR);
        wake(&desk, &time).await;
        let kinds: Vec<String> = desk.outbox().await.into_iter().map(|p| p.kind).collect();
        assert_eq!(
            kinds.iter().filter(|k| *k == "reminder").count(),
            2,
            "{kinds:?} on {}",
            place.name
        );
    }
}

#[tokio::test]
async fn a_reminder_that_comes_again_does_not_pile_up() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "remind me to water the plants every day 10:00").await;
        for _ in 0..10 {
            desk.pass(DAY);
            wake(&desk, &time).await;
        }
        let reminders = desk
            .outbox()
            .await
            .into_iter()
            .filter(|p| p.kind == "reminder")
            .count();
        assert_eq!(reminders, 10, "{}", place.name);
        let open = desk
            .column("select text from action where state = 'current'")
            .await;
        assert_eq!(open.len(), 1);
    }
}

#[tokio::test]
async fn nothing_to_tell_is_not_told_and_a_week_is_summed_up() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        // What Ada wrote is told on Wednesday; then nothing happens until Monday.
        desk.pass(1);
        forwarded(&desk, ADA, "news@studio.example").await;
        desk.pass(20 * HOUR);
        wake(&desk, &time).await;
        assert_eq!(desk.outbox().await.len(), 1);
        for _ in 0..3 {
            desk.pass(DAY);
            wake(&desk, &time).await;
        }
        assert_eq!(
            desk.outbox().await.len(),
            1,
            "Thursday to Saturday, on {}",
            place.name
        );
        desk.pass(2 * DAY);
        wake(&desk, &time).await;
        let mut sent = desk.outbox().await;
        sent.retain(|posted| posted.to == "mia@studio.example");
        let subjects: Vec<_> = sent.iter().map(|p| p.message.subject.clone()).collect();
        assert_eq!(sent.len(), 2, "Monday, on {}: {subjects:?}", place.name);
        let body = &sent[1].message.body;
        assert!(body.contains("2 letters in, 0 out"), "{body}");
    }
}

#[tokio::test]
async fn who_fell_quiet_is_told_then_and_once_a_week() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "my digest: daily 07:30").await;
        say(&desk, "keep in touch @ada: 10 days").await;
        let mut told = Vec::new();
        for day in 0..30 {
            desk.pass(DAY);
            let before = desk.outbox().await.len();
            wake(&desk, &time).await;
            let sent = desk.outbox().await;
            if sent[before..]
                .iter()
                .any(|p| p.message.body.contains("Gone quiet"))
            {
                told.push(day);
            }
        }
        assert_eq!(told.len(), 3, "{told:?} on {}", place.name);
        assert!(told.windows(2).all(|w| w[1] - w[0] == 7), "{told:?}");
        // A word of theirs begins the count anew.
        say(&desk, "call @ada: she is well").await;
        for _ in 0..9 {
            desk.pass(DAY);
            let before = desk.outbox().await.len();
            wake(&desk, &time).await;
            let sent = desk.outbox().await;
            assert!(
                !sent[before..]
                    .iter()
                    .any(|p| p.message.body.contains("Gone quiet"))
            );
        }
    }
}

#[tokio::test]
async fn who_is_quiet_by_the_workspace_s_interval_is_named_too() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "my digest: daily 07:30").await;
        for number in 0..7 {
            let from = format!("Bob {number} <bob{number}@dock.example>");
            forwarded(&desk, &from, &format!("b{number}@studio.example")).await;
        }
        let quiet = async |days: i64| -> Vec<String> {
            let before = desk.outbox().await.len();
            desk.pass(days * DAY);
            wake(&desk, &time).await;
            let sent = desk.outbox().await;
            let bodies = sent[before..].iter().map(|p| p.message.body.clone());
            bodies.filter(|body| body.contains("Gone quiet")).collect()
        };
        assert!(quiet(40).await.is_empty(), "off as long as nobody chose it");
        say(&desk, "workspace keep in touch: 30 days").await;
        say(&desk, "keep in touch @ada: never").await;
        say(&desk, "call #c2: he is well").await;
        let told = quiet(31).await;
        let [body] = told.as_slice() else {
            panic!("{} digests on {}", told.len(), place.name)
        };
        assert_eq!(
            body.matches("the workspace wants 30 at most").count(),
            5,
            "{body}"
        );
        assert!(body.contains("Bob 0") && !body.contains("Ada"), "{body}");
        // Its numbers are answered as all are.
        let digest = desk.outbox().await.pop().unwrap();
        let raw = mail(
            MIA,
            &format!("{}@crm.example", digest.answer_to()),
            "answer@studio.example",
            "Subject: Re: x\n",
            "1 next action: call on 1 March\n1 snooze 2 weeks",
        );
        desk.spool(SIGNED_IN, &[&digest.answer_to()], &raw).await;
        desk.file().await;
        let actions = desk
            .column("select contact_id || ' ' || text from action where state = 'current'")
            .await;
        assert_eq!(actions, ["2 call"], "{}", place.name);
        say(&desk, "workspace keep in touch: none").await;
        assert!(quiet(7).await.is_empty());
    }
}

#[tokio::test]
async fn after_days_without_a_worker_one_digest_comes_not_many() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "next @ada: call by friday").await;
        desk.pass(9 * DAY);
        time.begin().await.unwrap();
        wake(&desk, &time).await;
        let sent = desk.outbox().await;
        assert_eq!(sent.len(), 1, "{}", place.name);
        assert!(
            sent[0].message.body.contains("overdue"),
            "{}",
            sent[0].message.body
        );
        let mut tx = desk.read().await;
        let last: i64 = on!(&mut tx, c => sqlx::query_scalar("select max(last_at) from member_digest").fetch_one(c).await).unwrap();
        assert_eq!(last, NOON + 9 * DAY * SECOND);
    }
}
