//! An account that is deleted: closed, reminded of, taken back or gone. On a clock of the test's own.

use crate::common::workspace::{Desk, NOON, SECOND};
use crate::common::{Place, databases, key};
use crate::house::{ADA, cx, done, open, timekeeper, writes};
use rapport::commands::context::Actor;
use rapport::commands::team;
use rapport::domain::Kind;
use rapport::on;
use rapport::store::registry::{Account, InvitationRow, Lane, Role};
use rapport::store::restore::restore;

const JON: &str = "jon@studio.example";
const DAY: i64 = 86_400;

async fn account(desk: &Desk) -> Account {
    let registry = &desk.store.registry;
    registry.account_by_email(JON).await.unwrap().unwrap()
}

async fn keeps(desk: &Desk) {
    Box::pin(timekeeper(desk).drain()).await.unwrap();
}

async fn day(desk: &Desk, day: i64) {
    let now = (desk.lanes.clock.now_us() - NOON) / SECOND;
    desk.pass(day * DAY - now);
    keeps(desk).await;
}

/// What waits in the house for somebody.
async fn told(desk: &Desk, email: &str) -> i64 {
    let house = desk.store.house().await.unwrap();
    on!(&mut house.read().await.unwrap(), c => sqlx::query_scalar(
        "select count(*) from outbox where recipient = $1 and state = 'waiting'").bind(email).fetch_one(c).await)
    .unwrap()
}

/// What the workspace would send to somebody.
async fn waits(desk: &Desk, email: &str) -> i64 {
    on!(&mut desk.read().await, c => sqlx::query_scalar(
        "select count(*) from outbox where recipient = $1 and state = 'waiting'").bind(email).fetch_one(c).await)
    .unwrap()
}

/// Jon answers for Ada, has something to do for her, and is told so.
async fn lived_in(place: &Place) -> (Desk, String) {
    let desk = open(place).await;
    done(&desk, "new: Ada Byron <ada@acme.example>").await;
    done(&desk, "assign @ada: jon@studio.example").await;
    let ada = desk.capture("ada@acme.example").await;
    jon_writes(
        &desk,
        "1@studio.example",
        "next @ada@acme.example: call in 3 days",
    )
    .await;
    writes(&desk, ADA, &ada, "one@acme.example", "Hello", "Shall we?").await;
    assert!(waits(&desk, JON).await > 0);
    timekeeper(&desk).begin().await.unwrap();
    keeps(&desk).await;
    (desk, ada)
}

async fn jon_writes(desk: &Desk, id: &str, text: &str) {
    let raw = format!(
        "From: {JON}\nTo: acme@crm.example\nMessage-ID: <{id}>\nDate: Tue, 10 Nov 2026 11:30:00 +0000\n\n{text}\n"
    );
    desk.spool(Some(JON), &["acme"], &raw).await;
    Box::pin(desk.file()).await;
}

#[tokio::test]
async fn in_the_thirty_days_one_is_told_nothing_and_does_nothing() {
    for place in databases().await {
        let (desk, ada) = lived_in(&place).await;
        let registry = &desk.store.registry;
        let jon = account(&desk).await;
        registry.link(77, desk.id, jon.id, NOON).await.unwrap();
        assert!(registry.links_of_user(77).await.unwrap().len() == 1);
        let intake = registry.route("log.j9k3w6").await.unwrap().unwrap();
        assert!(!registry.is_closed(&intake).await.unwrap());
        let row = desk.store.close_account(&jon, NOON).await.unwrap();
        assert_eq!(row.gone_at - row.since, 30 * DAY * SECOND);
        assert_eq!(desk.store.close_account(&jon, NOON + 1).await.unwrap(), row);
        assert!(registry.is_closed(&intake).await.unwrap());
        assert_eq!(waits(&desk, JON).await, 0);
        assert!(registry.links_of_user(77).await.unwrap().is_empty());
        assert!(registry.date_route("friday", JON).await.unwrap().is_none());
        // What he writes runs no more, wherever it goes; what Ada writes is told to an owner, and lost by nobody.
        jon_writes(
            &desk,
            "2@studio.example",
            "note @ada@acme.example: zanzibar",
        )
        .await;
        let notes = "select verb from journal where verb = 'note'";
        assert_eq!(desk.column(notes).await, [""; 0]);
        let before = waits(&desk, "mia@studio.example").await;
        writes(&desk, ADA, &ada, "two@acme.example", "Hello", "And now?").await;
        assert_eq!(waits(&desk, "mia@studio.example").await, before + 1);
        day(&desk, 4).await;
        assert_eq!(waits(&desk, JON).await, 0, "no digest and no reminder");
        let invitation = InvitationRow {
            workspace_id: desk.id,
            email: JON.to_owned(),
            role: "admin".to_owned(),
            invited_by: cx(&desk, "mia@studio.example").await.actor.member_id,
            expires_at: NOON + 1,
            ..InvitationRow::default()
        };
        registry.add_invitation(&invitation).await.unwrap();
        let joined = team::join(&desk.store, &invitation, "log.j0j0j0", NOON).await;
        let refused = joined.unwrap_err();
        assert_eq!(refused.kind, Kind::Conflict);
        assert!(refused.message.contains("being deleted"), "{refused}");
        // Taken back, he is who he was.
        let now_us = desk.lanes.clock.now_us();
        assert!(desk.store.reopen_account(&jon, now_us).await.unwrap());
        assert!(!desk.store.reopen_account(&jon, now_us).await.unwrap());
        assert!(!registry.is_closed(&intake).await.unwrap());
        jon_writes(&desk, "3@studio.example", "note @ada@acme.example: back").await;
        assert_eq!(desk.column(notes).await, ["note"]);
        writes(&desk, ADA, &ada, "three@acme.example", "Hello", "Jon?").await;
        assert!(waits(&desk, JON).await > 0);
        day(&desk, 40).await;
        assert!(registry.account_by_email(JON).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn after_thirty_days_the_account_is_gone_and_its_work_goes_on() {
    for place in databases().await {
        let (desk, _) = lived_in(&place).await;
        let registry = &desk.store.registry;
        let jon = account(&desk).await;
        registry
            .add_app_password(jon.id, "x", "secret", NOON)
            .await
            .unwrap();
        assert!(registry.sign_in(JON, "secret").await.unwrap().is_some());
        registry.link(77, desk.id, jon.id, NOON).await.unwrap();
        desk.store.close_account(&jon, NOON).await.unwrap();
        assert!(registry.sign_in(JON, "secret").await.unwrap().is_none());
        day(&desk, 22).await;
        assert_eq!(told(&desk, JON).await, 0);
        day(&desk, 23).await;
        keeps(&desk).await;
        assert_eq!(told(&desk, JON).await, 1);
        day(&desk, 29).await;
        assert_eq!(told(&desk, JON).await, 1, "once");
        assert!(registry.account_by_email(JON).await.unwrap().is_some());
        day(&desk, 30).await;
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
        assert_eq!(told(&desk, JON).await, 0);
        assert!(registry.route("log.j9k3w6").await.unwrap().is_none());
        assert!(registry.links_of_user(77).await.unwrap().is_empty());
        assert_eq!(registry.members(desk.id).await.unwrap().len(), 1);
        let mia = cx(&desk, "mia@studio.example").await.actor.member_id;
        let owners = "select cast(member_id as text) from action where state = 'current'";
        assert_eq!(desk.column(owners).await, [mia.to_string()]);
        let responsible = "select cast(responsible_id as text) from contact";
        assert_eq!(desk.column(responsible).await, [mia.to_string()]);
        assert_eq!(
            desk.column("select email from member where left_at is not null")
                .await,
            [JON]
        );
        let verbs = "select verb from journal where verb like 'account%' order by id";
        assert_eq!(desk.column(verbs).await, ["account leaves", "account gone"]);
        // Once more is once.
        keeps(&desk).await;
        day(&desk, 31).await;
    }
}

#[tokio::test]
async fn a_workspace_is_left_with_an_owner_whoever_goes() {
    for place in databases().await {
        let (desk, _) = lived_in(&place).await;
        let registry = &desk.store.registry;
        let mia = registry
            .account_by_email("mia@studio.example")
            .await
            .unwrap()
            .unwrap();
        let refused = desk.store.close_account(&mia, NOON).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Conflict);
        assert!(refused.message.contains("\"Acme\""), "{refused}");
        // Nobody is handed a workspace who leaves.
        let jon = account(&desk).await;
        desk.store.close_account(&jon, NOON).await.unwrap();
        let actor = Actor {
            member_id: mia.id,
            email: mia.email.clone(),
            name: None,
            role: Role::Owner,
        };
        let changing = team::Changing {
            actor: &actor,
            workspace_id: desk.id,
            now_us: NOON,
        };
        let handed = team::hand_over(&desk.store, changing, jon.id).await;
        assert_eq!(handed.unwrap_err().kind, Kind::NotFound);
        assert!(desk.store.reopen_account(&jon, NOON).await.unwrap());
        // Handed over, she may go, but not at once where the new owner goes too.
        team::hand_over(&desk.store, changing, jon.id)
            .await
            .unwrap();
        desk.store.close_account(&mia, NOON).await.unwrap();
        let refused = desk.store.close_account(&jon, NOON).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Conflict);
        day(&desk, 30).await;
        assert!(registry.account(mia.id).await.unwrap().is_none());
        let owners: Vec<String> = registry
            .members(desk.id)
            .await
            .unwrap()
            .into_iter()
            .map(|member| format!("{} {}", member.account.email, member.role.word()))
            .collect();
        assert_eq!(owners, [format!("{JON} owner")]);
        // A closed workspace is still there: nobody goes at once and leaves it without an owner, but in thirty days it is gone.
        let now_us = desk.lanes.clock.now_us();
        let head = timekeeper(&desk);
        let head = head.letterhead(desk.id);
        rapport::digest::leaving::begin(&desk.store, &head, rand::random)
            .await
            .unwrap();
        let refused = desk
            .store
            .remove_account_now(&jon, now_us)
            .await
            .unwrap_err();
        assert_eq!(refused.kind, Kind::Conflict);
        assert!(registry.account_leaving(jon.id).await.unwrap().is_none());
        desk.store.close_account(&jon, now_us).await.unwrap();
        registry.wake(desk.id, Lane::Time, now_us).await.unwrap();
        day(&desk, 60).await;
        // Whichever comes first, the account waits for its workspace.
        desk.pass(601);
        keeps(&desk).await;
        assert!(registry.workspace(desk.id).await.unwrap().is_none());
        assert!(registry.account(jon.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_backup_of_before_does_not_bring_an_account_back() {
    for place in databases().await {
        if place.database_url.is_some() {
            continue;
        }
        let (desk, _) = lived_in(&place).await;
        let out = tempfile::tempdir().unwrap();
        let backup = out.path().join("backup");
        desk.store.back_up(&backup, NOON).await.unwrap();
        let now_us = NOON + SECOND;
        let jon = account(&desk).await;
        desk.store.remove_account_now(&jon, now_us).await.unwrap();
        let restored = restore(&backup, place.folder.path(), key(), now_us).await;
        assert_eq!(restored.unwrap().again.erased, 1);
        let desk = Desk::beside(&place).await;
        let registry = &desk.store.registry;
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
        assert_eq!(registry.members(desk.id).await.unwrap().len(), 1);
    }
}
