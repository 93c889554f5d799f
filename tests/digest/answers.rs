//! What a digest numbered is answered weeks later, and whom it tells of.

use super::{ADA, DAY, HOUR, MIA, SIGNED_IN, forwarded, open, say, say_confirmed, wake};
use crate::common::databases;
use crate::common::workspace::{Desk, Posted, mail};
use rapport::on;

async fn answer(desk: &Desk, to: &Posted, text: &str) -> String {
    let before = desk.outbox().await.len();
    let id = format!("answer{before}@studio.example");
    let address = format!("{}@crm.example", to.answer_to());
    let raw = mail(MIA, &address, &id, "Subject: Re: x\n", text);
    desk.spool(None, &[&to.answer_to()], &raw).await;
    desk.pass(60);
    desk.file().await;
    let sent = desk.outbox().await;
    assert_eq!(sent.len(), before + 1, "one answer to {text}");
    sent.last().unwrap().message.body.clone()
}

async fn written_to_ada(desk: &Desk, from: &str, id: &str) {
    let capture = desk.capture("ada@northwind.example").await;
    let address = format!("{capture}@crm.example");
    let raw = mail(from, &address, id, "Subject: Pier 4\n", "A word.");
    desk.spool(None, &[&capture], &raw).await;
    desk.file().await;
}

/// What the next digest says, a day later; none where none comes.
async fn next_digest(desk: &Desk, time: &rapport::digest::Timekeeper) -> Option<Posted> {
    let told = |sent: &[Posted]| sent.iter().filter(|p| p.kind == "digest").count();
    let before = told(&desk.outbox().await);
    desk.pass(DAY);
    wake(desk, time).await;
    let mut sent = desk.outbox().await;
    if told(&sent) == before {
        return None;
    }
    sent.retain(|p| p.kind == "digest");
    sent.pop()
}

#[tokio::test]
async fn numbers_mean_weeks_later_what_they_meant_also_after_a_merge() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "keep in touch @ada: 1 day").await;
        say(&desk, "next @ada: call about the pier by wednesday").await;
        forwarded(&desk, "Bo Ek <bo@pier.example>", "bo@studio.example").await;
        let digest = next_digest(&desk, &time).await.unwrap();
        assert_eq!(
            digest.message.subject.as_deref(),
            Some("Wednesday 11 Nov: 1 due, 1 new, 1 quiet"),
            "{}",
            digest.message.body
        );
        desk.pass(21 * DAY);
        forwarded(&desk, "Ada B. <ada@byron.example>", "second@studio.example").await;
        say_confirmed(&desk, "merge #c3: #c1").await;
        let noted = answer(&desk, &digest, "1 note: she moved house").await;
        assert!(noted.contains("#c3"), "{noted}");
        let later = answer(&desk, &digest, "2 snooze monday").await;
        assert!(later.contains("Nothing changed"), "{later}");
        let quiet = answer(&desk, &digest, "3 snooze monday").await;
        // The one thing that is open for the contact, wherever it went.
        assert!(
            quiet.contains("call about the pier") && quiet.contains("Mon 7 Dec"),
            "{quiet}"
        );
        let called = answer(&desk, &digest, "3 next action: write to her on friday").await;
        assert!(called.contains("#c3"), "{called}");
        let done = answer(&desk, &digest, "1 done she agreed").await;
        assert!(done.contains("call about the pier"), "{done}");
        let none = answer(&desk, &digest, "9 done").await;
        assert!(
            none.contains("Nothing changed") && none.contains('9'),
            "{none}"
        );
        let actions = desk
            .column("select cast(contact_id as text) || ' ' || state || ' ' || text from action order by id")
            .await;
        assert_eq!(
            actions,
            ["3 done call about the pier", "3 current write to her"],
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn strangers_are_told_as_such_and_nothing_is_told_of_who_is_muted() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        written_to_ada(&desk, ADA, "a@northwind.example").await;
        written_to_ada(&desk, "Ada Byron <eve@other.example>", "e@other.example").await;
        let told = next_digest(&desk, &time).await.unwrap();
        let body = told.message.body.replace('\n', " ");
        assert!(
            body.contains("Ada Byron <eve@other.example>, no contact · Pier 4")
                && body.contains("at the address of Ada Byron"),
            "{} on {}",
            told.message.body,
            place.name
        );
        assert_eq!(
            told.message.subject.as_deref(),
            Some("Wednesday 11 Nov: 2 new")
        );
        say(&desk, "mute @ada").await;
        written_to_ada(&desk, ADA, "b@northwind.example").await;
        written_to_ada(&desk, "Eve <eve@other.example>", "f@other.example").await;
        assert!(next_digest(&desk, &time).await.is_none(), "{}", place.name);
        // A reminder that Mia set herself comes, and says no more than she wrote.
        say(&desk, "remind @ada: send the offer at 18:00").await;
        desk.pass(6 * HOUR);
        wake(&desk, &time).await;
        let sent = desk.outbox().await;
        let reminder = sent.iter().find(|p| p.kind == "reminder").unwrap();
        assert!(reminder.message.body.contains("send the offer"));
        assert!(!reminder.message.body.contains("northwind"));
    }
}

#[tokio::test]
async fn who_was_deleted_and_wrote_again_may_be_restored_by_number() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        say(&desk, "next @ada: call by thursday").await;
        say_confirmed(&desk, "delete @ada").await;
        desk.pass(60);
        written_to_ada(&desk, ADA, "a@northwind.example").await;
        let told = next_digest(&desk, &time).await.unwrap();
        assert_eq!(
            told.message.subject.as_deref(),
            Some("Wednesday 11 Nov: 1 back"),
            "{}",
            told.message.body
        );
        let asked = answer(&desk, &told, "1 restore").await;
        let code: String = asked
            .split("confirm ")
            .nth(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect())
            .unwrap_or_default();
        if !code.is_empty() {
            answer(&desk, &told, &format!("confirm {code}")).await;
        }
        let mut tx = desk.read().await;
        let deleted: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from contact where deleted_at is not null").fetch_one(c).await)
        .unwrap();
        assert_eq!(deleted, 0, "{asked} on {}", place.name);
    }
}

#[tokio::test]
async fn what_waits_is_listed_when_it_is_new_and_counted_while_it_waits() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        let nobody = mail(
            MIA,
            "log.m7a2x4@crm.example",
            "odd@studio.example",
            "Subject: Fwd: leaflet\n",
            "---------- Forwarded message ---------\nFrom: nobody\nSubject: leaflet\n\n\nSigns!",
        );
        desk.spool(SIGNED_IN, &["log.m7a2x4"], &nobody).await;
        desk.file().await;
        let waiting = desk
            .column("select subject from interaction where state = 'unfiled'")
            .await;
        assert_eq!(waiting.len(), 1, "{:?}", desk.interactions().await);
        let told = next_digest(&desk, &time).await.unwrap();
        assert!(
            told.message.body.contains("leaflet"),
            "{}",
            told.message.body
        );
        assert!(next_digest(&desk, &time).await.is_none(), "told once");
        forwarded(&desk, ADA, "news@studio.example").await;
        let told = next_digest(&desk, &time).await.unwrap();
        let body = &told.message.body;
        assert!(
            !body.contains("leaflet") && body.contains("1 is unfiled"),
            "{body} on {}",
            place.name
        );
    }
}
