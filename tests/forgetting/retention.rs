//! What arises beside what was said goes after its time, once a day, in bounded pieces.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON, SECOND};
use crate::house::{done, mia_writes, open, timekeeper};
use rapport::domain::retention::Kept;
use rapport::domain::workspace_settings::WorkspaceSettings;
use rapport::on;
use rapport::store::registry::{
    AddressRequestRow, InvitationRow, PageEvent, SessionRow, SignInRow,
};
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

/// A session that is never used and one that is until the last day, a request to sign in and one for an address, two
/// invitations, one in place of the other, and a line of the log.
async fn visited(desk: &Desk) {
    let registry = &desk.store.registry;
    let mia = registry
        .account_by_email("mia@studio.example")
        .await
        .unwrap();
    let mia = mia.unwrap().id;
    for (id, last) in [(1, 0), (2, 29)] {
        let session = SessionRow {
            digest: format!("session {id}"),
            id,
            account_id: mia,
            workspace_id: None,
            device: "Firefox on Linux".to_owned(),
            address: "192.0.2.7".to_owned(),
            is_half: false,
            misses: 0,
            created_at: NOON,
            last_at: NOON + last * DAY * SECOND,
            expires_at: NOON + 30 * DAY * SECOND,
        };
        registry.add_session(&session).await.unwrap();
        let invitation = InvitationRow {
            id,
            digest: format!("invitation {id}"),
            workspace_id: desk.id,
            email: "kim@acme.example".to_owned(),
            role: "member".to_owned(),
            code: String::new(),
            invited_by: mia,
            created_at: NOON,
            expires_at: NOON + 7 * DAY * SECOND,
            ..InvitationRow::default()
        };
        registry.add_invitation(&invitation).await.unwrap();
    }
    let sign_in = SignInRow {
        digest: "sign-in".to_owned(),
        account_id: Some(mia),
        browser: "browser".to_owned(),
        created_at: NOON,
        expires_at: NOON + SECOND,
        ..SignInRow::default()
    };
    registry
        .add_sign_in(sign_in, String::new())
        .await
        .unwrap()
        .unwrap();
    let request = AddressRequestRow {
        id: 1,
        digest: "request".to_owned(),
        account_id: mia,
        address: "mia@private.example".to_owned(),
        code: None,
        misses: 0,
        created_at: NOON,
        expires_at: NOON + DAY * SECOND,
    };
    registry
        .add_address_request(request)
        .await
        .unwrap()
        .unwrap();
    let event = PageEvent {
        at: NOON,
        account_id: Some(mia),
        event: "signed in".to_owned(),
        ..PageEvent::default()
    };
    registry.add_page_event(&event).await.unwrap();
}

#[tokio::test]
async fn what_is_kept_of_accounts_goes_though_nobody_comes_by() {
    for place in databases().await {
        let desk = open(&place).await;
        visited(&desk).await;
        timekeeper(&desk).begin().await.unwrap();
        for (days, wanted) in [
            (6, [2, 1, 1, 2, 1]),
            (9, [1, 1, 0, 2, 1]),
            (29, [1, 1, 0, 2, 1]),
            (31, [0, 1, 0, 1, 1]),
            (36, [0, 1, 0, 1, 1]),
            (38, [0, 1, 0, 0, 1]),
            (89, [0, 1, 0, 0, 1]),
            (91, [0, 0, 0, 0, 1]),
            (364, [0, 0, 0, 0, 1]),
            (366, [0, 0, 0, 0, 0]),
        ] {
            let now = (desk.lanes.clock.now_us() - NOON) / SECOND;
            desk.pass(days * DAY - now);
            keeps(&desk).await;
            let mut tx = desk.store.registry.db().read().await.unwrap();
            let kept: (i64, i64, i64, i64, i64) = on!(&mut tx, c => sqlx::query_as(
                "select (select count(*) from session), (select count(*) from sign_in), \
                 (select count(*) from address_request), (select count(*) from invitation), \
                 (select count(*) from page_event)")
                .fetch_one(c).await)
            .unwrap();
            let kept = [kept.0, kept.1, kept.2, kept.3, kept.4];
            assert_eq!(kept, wanted, "day {days} on {}", place.name);
        }
    }
}
