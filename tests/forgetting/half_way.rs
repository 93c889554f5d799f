//! A deletion and what happens beside it: mail that comes too late, a reader, somebody who takes it back, a step that fails.

use crate::common::workspace::{Desk, NOON, SECOND, mail};
use crate::common::{Place, databases, key};
use crate::house::{ADA, done, open, timekeeper};
use crate::leaving::{going, is_gone, keeps, lived_in, now};
use rapport::digest::leaving::{begin, reverse};
use rapport::domain::Kind;
use rapport::domain::instance_key::{Purpose, Token};
use rapport::on;
use rapport::store::registry::{Account, Envelope, NewWorkspace, Role, Tombstone, WorkspaceRow};
use rapport::store::restore::restore;
use std::time::Duration;

const MIA: &str = "mia@studio.example";
const JON: &str = "jon@studio.example";
const DAY: i64 = 86_400 * SECOND;

async fn account(desk: &Desk, email: &str) -> Account {
    let registry = &desk.store.registry;
    registry.account_by_email(email).await.unwrap().unwrap()
}

/// A workspace that Jon owns alone.
async fn of_jon(desk: &Desk) -> WorkspaceRow {
    let new = NewWorkspace {
        slug: "other",
        name: "Other",
        owner_email: JON,
        intake: "log.o7o2o4",
        app_password: "",
    };
    let registry = &desk.store.registry;
    registry.make_workspace(new, NOON).await.unwrap().0
}

async fn counted(desk: &Desk, sql: &'static str) -> i64 {
    let mut tx = desk.store.registry.db().read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

async fn has_database(place: &Place, desk: &Desk, id: i64) -> bool {
    if place.database_url.is_none() {
        let file = format!("workspaces/{id}.db");
        return place.folder.path().join(file).exists();
    }
    let mut tx = desk.store.registry.db().read().await.unwrap();
    let schemas: i64 = on!(&mut tx, c => sqlx::query_scalar(
        "select count(*) from pg_namespace where nspname = $1")
        .bind(format!("w{id}")).fetch_one(c).await)
    .unwrap();
    schemas > 0
}

#[tokio::test]
async fn mail_for_what_is_gone_is_refused_and_what_came_before_jams_nothing() {
    for place in databases().await {
        let desk = open(&place).await;
        lived_in(&desk).await;
        let other = of_jon(&desk).await;
        let registry = &desk.store.registry;
        let spool = registry.spool();
        let token = Token {
            purpose: Purpose::Reply,
            workspace_id: desk.id,
            number: 1,
        };
        let local_part = registry.key().local_part(token);
        let late = registry.route(&local_part).await.unwrap().unwrap();
        let staying = registry.route("other").await.unwrap().unwrap();
        assert!(!registry.is_closed(&late).await.unwrap());
        assert!(now(&desk, None).await);
        assert!(registry.is_closed(&late).await.unwrap(), "{}", place.name);
        assert!(!registry.is_closed(&staying).await.unwrap());
        // Another process has seen nothing of it yet; both files what was accepted just before.
        let beside = Desk::beside(&place).await;
        for (desk, id) in [(&desk, "1@acme.example"), (&beside, "2@acme.example")] {
            let recipients = vec![
                late.clone().recipient("late@crm.example"),
                staying.clone().recipient("other@crm.example"),
            ];
            let raw = mail(ADA, "other@crm.example", id, "", "Are you there?");
            let raw = raw.replace('\n', "\r\n").into_bytes();
            let envelope = Envelope::default();
            spool
                .accept(&envelope, recipients, raw, NOON)
                .await
                .unwrap();
            desk.file().await;
            let left = spool.counts(None).await.unwrap();
            assert_eq!((left.waiting, left.parked), (0, 0), "{}", place.name);
        }
        assert_eq!(counted(&desk, "select count(*) from spool").await, 0);
        let all = "select count(*) from wake_up where workspace_id not in (select id from workspace) and workspace_id <> 0";
        assert_eq!(counted(&desk, all).await, 0);
        // The other's copies are filed, and no database was made anew.
        let mut filed = desk.clone();
        filed.id = other.id;
        let both = filed.column("select cast(count(*) as text) from raw_message");
        assert_eq!(both.await, ["2"], "{}", place.name);
        let opened = beside.store.workspaces.get(desk.id).await;
        assert_eq!(opened.unwrap_err().kind, Kind::NotFound);
        assert!(!has_database(&place, &desk, desk.id).await);
    }
}

#[tokio::test]
async fn a_workspace_is_deleted_though_somebody_reads_it_without_end() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
        let mut reading = workspace.snapshot().await.unwrap();
        let people: i64 =
            on!(&mut reading, c => sqlx::query_scalar("select count(*) from contact").fetch_one(c).await)
                .unwrap();
        assert_eq!(people, 1);
        let deleting = tokio::time::timeout(Duration::from_secs(20), now(&desk, None));
        let is_gone_now = deleting.await.expect("nobody waits for the reader");
        assert_eq!(is_gone_now, place.database_url.is_none());
        drop(reading);
        desk.pass(61);
        keeps(&desk).await;
        is_gone(&place, &desk, &ada).await;
    }
}

#[tokio::test]
async fn what_was_read_before_it_was_taken_back_deletes_nothing() {
    for place in databases().await {
        let desk = open(&place).await;
        lived_in(&desk).await;
        let registry = &desk.store.registry;
        let jon = account(&desk, JON).await;
        let row = desk.store.close_account(&jon, NOON).await.unwrap();
        assert!(desk.store.reopen_account(&jon, NOON).await.unwrap());
        assert!(!registry.account_reminded(jon.id, row, NOON).await.unwrap());
        assert!(!registry.expire_account(jon.id, row).await.unwrap());
        desk.store.rest_everywhere(&jon, NOON).await.unwrap();
        assert!(registry.account_leaving(jon.id).await.unwrap().is_none());
        let there = "select email from member where left_at is null order by email";
        assert_eq!(desk.column(there).await, [JON, MIA]);
        let keeper = timekeeper(&desk);
        let head = keeper.letterhead(desk.id);
        let row = begin(&desk.store, &head, rand::random).await.unwrap();
        assert!(reverse(&desk.store, desk.id, NOON).await.unwrap());
        registry
            .workspace_reminded(desk.id, row, NOON)
            .await
            .unwrap();
        assert!(!desk.store.expire(desk.id, row).await.unwrap());
        assert!(registry.leaving(desk.id).await.unwrap().is_none());
        // What is being removed is closed by nobody for thirty days, and opened by nobody.
        desk.store.end(desk.id, None, NOON).await.unwrap();
        desk.store.close(desk.id, NOON).await.unwrap();
        assert!(!desk.store.reopen(desk.id, NOON).await.unwrap());
        assert!(!reverse(&desk.store, desk.id, NOON).await.unwrap());
        assert_eq!(registry.leaving(desk.id).await.unwrap().unwrap().gone_at, 0);
    }
}

#[tokio::test]
async fn two_who_close_a_workspace_at_once_are_told_once() {
    for place in databases().await {
        let desk = open(&place).await;
        let keeper = timekeeper(&desk);
        let head = keeper.letterhead(desk.id);
        let (one, other) = tokio::join!(
            begin(&desk.store, &head, rand::random),
            begin(&desk.store, &head, rand::random)
        );
        assert_eq!(one.unwrap(), other.unwrap());
        assert_eq!(going(&desk).await.len(), 1, "{}", place.name);
        // As after a crash before the registry knew: it is closed again, and told no more.
        let registry = &desk.store.registry;
        assert!(registry.keep_workspace(desk.id).await.unwrap());
        begin(&desk.store, &head, rand::random).await.unwrap();
        assert_eq!(going(&desk).await, [""; 0]);
        // Closed another time it is told another time.
        assert!(reverse(&desk.store, desk.id, NOON).await.unwrap());
        going(&desk).await;
        desk.pass(1);
        let head = keeper.letterhead(desk.id);
        begin(&desk.store, &head, rand::random).await.unwrap();
        assert_eq!(going(&desk).await.len(), 1);
    }
}

/// The letters of the house to somebody.
async fn told(desk: &Desk, email: &str) -> i64 {
    let house = desk.store.house().await.unwrap();
    on!(&mut house.read().await.unwrap(), c => sqlx::query_scalar(
        "select count(*) from outbox where recipient = $1").bind(email).fetch_one(c).await)
    .unwrap()
}

#[tokio::test]
async fn whoever_answers_for_it_is_told_once_though_the_deletion_fails_half_way() {
    for place in databases().await {
        let desk = open(&place).await;
        lived_in(&desk).await;
        let mia = account(&desk, MIA).await;
        let list = place.folder.path().join("erasures.jsonl");
        std::fs::create_dir(&list).unwrap();
        for _ in 0..2 {
            assert!(!now(&desk, Some(mia.id)).await);
            assert_eq!(told(&desk, MIA).await, 1, "{}", place.name);
        }
        std::fs::remove_dir(&list).unwrap();
        desk.pass(61);
        keeps(&desk).await;
        assert_eq!(desk.store.registry.workspaces(10).await.unwrap(), []);
        assert_eq!(told(&desk, MIA).await, 1);
        assert_eq!(told(&desk, JON).await, 0, "he did not answer for it");
        let house = desk.store.house().await.unwrap();
        let marks: i64 = on!(&mut house.read().await.unwrap(), c => sqlx::query_scalar(
            "select count(*) from chore where name like 'gone %'").fetch_one(c).await)
        .unwrap();
        assert_eq!(marks, 0);
    }
}

#[tokio::test]
async fn an_account_is_gone_though_its_remains_are_cleaned_later() {
    for place in databases().await {
        let desk = open(&place).await;
        lived_in(&desk).await;
        let registry = &desk.store.registry;
        let unclean = "select count(*) from instance where name = 'unclean'";
        let mut reading = registry.db().snapshot().await.unwrap();
        let accounts: i64 =
            on!(&mut reading, c => sqlx::query_scalar("select count(*) from account").fetch_one(c).await)
                .unwrap();
        assert_eq!(accounts, 2);
        let jon = account(&desk, JON).await;
        let is_gone = desk.store.remove_account_now(&jon, NOON).await.unwrap();
        assert!(is_gone, "{}", place.name);
        assert!(registry.account(jon.id).await.unwrap().is_none());
        assert_eq!(counted(&desk, unclean).await, 1, "somebody reads still");
        drop(reading);
        desk.pass(61);
        keeps(&desk).await;
        assert_eq!(counted(&desk, unclean).await, 0);
    }
}

#[tokio::test]
async fn nobody_who_leaves_is_left_as_the_only_owner() {
    for place in databases().await {
        let desk = open(&place).await;
        let registry = &desk.store.registry;
        let (mia, jon) = (account(&desk, MIA).await, account(&desk, JON).await);
        desk.store.close_account(&jon, NOON).await.unwrap();
        let handed = registry.hand_over(desk.id, mia.id, jon.id).await;
        assert_eq!(handed.unwrap_err().kind, Kind::NotFound);
        registry
            .set_role(desk.id, jon.id, Role::Owner)
            .await
            .unwrap();
        let lessened = registry.set_role(desk.id, mia.id, Role::Member).await;
        assert_eq!(lessened.unwrap_err().kind, Kind::Conflict);
        let taken_out = registry.remove_member(desk.id, mia.id, NOON).await;
        assert_eq!(taken_out.unwrap_err().kind, Kind::Conflict);
    }
}

#[tokio::test]
async fn who_was_erased_while_a_backup_ran_does_not_come_back_and_who_wrote_again_stays() {
    for place in databases().await {
        if place.database_url.is_some() {
            continue;
        }
        let desk = open(&place).await;
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        desk.pass(1);
        // The command began before the backup, and its commit came behind the copy.
        let out = tempfile::tempdir().unwrap();
        let backup = out.path().join("backup");
        desk.store
            .back_up(&backup, NOON + 5 * SECOND)
            .await
            .unwrap();
        done(&desk, "new: Eve Hall <eve@foo.example>").await;
        done(&desk, "erase @ada").await;
        done(&desk, "erase @eve").await;
        let data = place.folder.path();
        let restored = restore(&backup, data, key(), NOON + 9 * SECOND).await;
        assert_eq!(restored.unwrap().again.erased, 1);
        let desk = Desk::beside(&place).await;
        let names = "select name from contact order by id";
        assert_eq!(desk.column(names).await, ["Bob Stone"]);
        // She is there again, with the number that Eve had, and a backup of that is put back: she stays.
        desk.pass(10);
        done(&desk, "new: Ada Lovelace <ada@acme.example>").await;
        let backup = out.path().join("later");
        desk.store
            .back_up(&backup, NOON + 20 * SECOND)
            .await
            .unwrap();
        let restored = restore(&backup, data, key(), NOON + 30 * SECOND).await;
        assert_eq!(restored.unwrap().again.erased, 0);
        let desk = Desk::beside(&place).await;
        assert_eq!(desk.column(names).await, ["Bob Stone", "Ada Lovelace"]);
    }
}

#[tokio::test]
async fn an_account_goes_again_behind_the_workspace_that_it_owned_alone() {
    for place in databases().await {
        let desk = open(&place).await;
        let other = of_jon(&desk).await;
        desk.store.workspaces.get(other.id).await.unwrap();
        let jon = account(&desk, JON).await;
        let of_account = Tombstone::of_account(jon.id, NOON);
        let of_other = Tombstone::of_workspace(other.id, NOON - SECOND);
        let before = NOON - DAY / 2;
        // Alone it cannot go, and that is told.
        let alone = [of_account.clone()];
        let again = desk.store.erase_again(&alone, before, NOON).await.unwrap();
        assert_eq!((again.erased, again.kept), (0, vec![JON.to_owned()]));
        let both = [of_account, of_other];
        let again = desk.store.erase_again(&both, before, NOON).await.unwrap();
        assert_eq!((again.erased, again.kept), (2, vec![]), "{}", place.name);
        let registry = &desk.store.registry;
        assert!(registry.account(jon.id).await.unwrap().is_none());
        assert!(registry.workspace(other.id).await.unwrap().is_none());
        assert_eq!(registry.members(desk.id).await.unwrap().len(), 1);
    }
}
