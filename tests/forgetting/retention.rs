//! What arises beside what was said goes after its time, once a day, in bounded pieces.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON};
use crate::house::{done, mia_writes, open, timekeeper};
use rapport::domain::retention::Kept;
use rapport::domain::workspace_settings::WorkspaceSettings;
use rapport::on;
use rapport::store::workspace::settings;
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

async fn keeps(desk: &Desk) {
    Box::pin(timekeeper(desk).drain()).await.unwrap();
}

async fn count(desk: &Desk, sql: &'static str) -> i64 {
    let mut tx = desk.read().await;
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

const ENVELOPES: &str = "select count(*) from witness where envelope <> '{}'";
const LETTERS: &str = "select count(*) from outbox where message is not null";
const CHANGES: &str = "select count(*) from journal where changes is not null";

#[tokio::test]
async fn what_is_old_goes_once_a_day_and_what_was_said_stays() {
    for place in databases().await {
        let desk = open(&place).await;
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        let body = "note @ada: prefers mornings";
        mia_writes(&desk, &["log.m7a2x4"], "x", "one@studio.example", "A", body).await;
        let mut tx = desk.write().await;
        on!(&mut tx, c => sqlx::query("update outbox set state = 'sent'").execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        done(&desk, "workspace keep sent letters: 40 days").await;
        let parked = desk
            .spool(None, &["acme"], "From: x@x.example\n\nx\n")
            .await;
        let spool = desk.store.registry.spool();
        let parking = spool.put_off(desk.id, parked, 0, Some(NOON), "it could not be read");
        parking.await.unwrap();
        timekeeper(&desk).begin().await.unwrap();
        let all = async |desk: &Desk| {
            [
                count(desk, ENVELOPES).await,
                count(desk, LETTERS).await,
                count(desk, CHANGES).await,
                desk.store
                    .registry
                    .spool()
                    .counts(Some(desk.id))
                    .await
                    .unwrap()
                    .parked,
            ]
        };
        keeps(&desk).await;
        let [_, letters, changes, _] = all(&desk).await;
        assert!(letters > 0 && changes > 0);
        for (days, wanted) in [
            (39, [1, letters, changes, 1]),
            (41, [1, 0, changes, 1]),
            (89, [1, 0, changes, 1]),
            (91, [0, 0, changes, 0]),
            (364, [0, 0, changes, 0]),
            (366, [0, 0, 0, 0]),
        ] {
            let now = (desk.lanes.clock.now_us() - NOON) / 1_000_000;
            desk.pass(days * DAY - now);
            keeps(&desk).await;
            assert_eq!(all(&desk).await, wanted, "day {days} on {}", place.name);
        }
        assert_eq!(
            desk.column("select text from interaction where kind = 'note'")
                .await,
            ["prefers mornings"]
        );
    }
}

/// The migration that takes over what was chosen before it was a command.
const KEPT: &str = include_str!("../../migrations/workspace/0014_kept.sql");

#[tokio::test]
async fn what_was_chosen_before_it_was_a_command_stays_chosen() {
    for place in databases().await {
        let desk = open(&place).await;
        for (before, chosen) in [
            ("{}", vec![]),
            (r#"{"retention":{}}"#, vec![]),
            (r#"{"x":{"envelopes":9}}"#, vec![]),
            (
                r#"{"retention":{"sent_letters":40}}"#,
                vec![(Kept::SentLetters, 40)],
            ),
            (
                r#"{"a":1,"retention":{"chat_messages":7,"envelopes":730,"journal_changes":3650,"parked_mail":100}}"#,
                vec![
                    (Kept::ChatMessages, 7),
                    (Kept::ParkedMail, 100),
                    (Kept::Envelopes, 730),
                    (Kept::JournalChanges, 3_650),
                ],
            ),
        ] {
            let mut tx = desk.write().await;
            on!(&mut tx, c => sqlx::query("update workspace set settings = $1")
                .bind(before).execute(c).await.map(drop))
            .unwrap();
            on!(&mut tx, c => sqlx::query(KEPT).execute(c).await.map(drop)).unwrap();
            let kept = WorkspaceSettings::of(&settings::all(&mut tx).await.unwrap()).kept_days;
            // Never committed.
            assert_eq!(
                kept,
                BTreeMap::from_iter(chosen),
                "{before} on {}",
                place.name
            );
        }
    }
}

#[tokio::test]
async fn very_much_that_is_old_goes_in_pieces_and_all_of_it() {
    for place in databases().await {
        let desk = open(&place).await;
        let mut tx = desk.write().await;
        for id in 0..1_300 {
            on!(&mut tx, c => sqlx::query(
                "insert into journal (id, at, door, proof, verb, subject, before, after, changes) \
                 values ($1, 1, 'web', 'session', 'tag', '#c1', '{}', '{}', '[]')")
                .bind(1_000_000 + id).execute(c).await.map(drop))
            .unwrap();
        }
        tx.commit().await.unwrap();
        timekeeper(&desk).begin().await.unwrap();
        keeps(&desk).await;
        assert_eq!(count(&desk, CHANGES).await, 0, "{}", place.name);
        // Not again before a day is over.
        let mut tx = desk.write().await;
        on!(&mut tx, c => sqlx::query("update journal set changes = '[]'").execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        desk.pass(DAY - 1);
        timekeeper(&desk).begin().await.unwrap();
        keeps(&desk).await;
        assert_eq!(count(&desk, CHANGES).await, 1_300);
        desk.pass(1);
        keeps(&desk).await;
        assert_eq!(count(&desk, CHANGES).await, 0);
    }
}
