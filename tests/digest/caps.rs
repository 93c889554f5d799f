//! What may not be written for now, comes later.

use super::{ADA, HOUR, forwarded, open, say, wake};
use crate::common::databases;
use crate::common::workspace::Desk;
use rapport::store::workspace::outbox::{self, NewMail, OutboxKind};

const MINUTE: i64 = 60;

/// As many letters of a kind to Mia as there may be in an hour.
async fn fill(desk: &Desk, kind: OutboxKind) {
    let mut tx = desk.write().await;
    let now_us = desk.lanes.clock.now_us();
    for number in 0..rapport::post::caps::LETTERS_MAX {
        let mail = NewMail {
            kind,
            due_at: now_us,
            recipient: "mia@studio.example",
            message_id: &format!("{number}.{now_us}@crm.example"),
            message: b"Subject: x\r\n\r\n",
            member_id: None,
            contact_id: None,
            interaction_id: None,
            object: None,
        };
        outbox::insert(&mut tx, &mail, now_us).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn told(desk: &Desk, kind: &str) -> i64 {
    let sent = desk.outbox().await;
    let of_kind = sent.iter().filter(|p| p.kind == kind).count();
    i64::try_from(of_kind).unwrap() - rapport::post::caps::LETTERS_MAX
}

#[tokio::test]
async fn a_reminder_that_may_not_be_written_stays_due_and_holds_nobody_up() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        for text in ["feed the cat", "feed the fish", "feed the dog"] {
            say(&desk, &format!("remind me to {text} today 16:00")).await;
        }
        desk.pass(4 * HOUR - 10 * MINUTE);
        fill(&desk, OutboxKind::Reminder).await;
        desk.pass(10 * MINUTE);
        // It returns: the lane is due again later, not at once.
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "reminder").await, 0, "{}", place.name);
        let waiting = "select text from action where reminded_at is null and state = 'current'";
        assert_eq!(desk.column(waiting).await.len(), 3);
        // One that is said meanwhile is not behind them.
        say(&desk, "remind me to feed the bird in 55 minutes").await;
        desk.pass(20 * MINUTE);
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "reminder").await, 0);
        desk.pass(30 * MINUTE);
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "reminder").await, 3, "{}", place.name);
        desk.pass(5 * MINUTE);
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "reminder").await, 4, "{}", place.name);
        assert_eq!(desk.column(waiting).await.len(), 0);
    }
}

#[tokio::test]
async fn a_digest_that_may_not_be_written_comes_later_with_all_of_it() {
    for place in databases().await {
        let (desk, time) = open(&place).await;
        forwarded(&desk, ADA, "news@studio.example").await;
        desk.pass(19 * HOUR);
        fill(&desk, OutboxKind::Digest).await;
        desk.pass(30 * MINUTE);
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "digest").await, 0, "{}", place.name);
        forwarded(&desk, ADA, "more@studio.example").await;
        desk.pass(31 * MINUTE);
        wake(&desk, &time).await;
        wake(&desk, &time).await;
        assert_eq!(told(&desk, "digest").await, 1, "{}", place.name);
        let sent = desk.outbox().await;
        let subject = sent.last().and_then(|p| p.message.subject.clone());
        assert_eq!(subject.as_deref(), Some("Wednesday 11 Nov: 2 new"));
    }
}
