//! A backup brings everything back but those who were erased since.

use crate::common::workspace::{Desk, NOON, SECOND};
use crate::common::{databases, key};
use crate::house::{done, mia_writes, open, places_of, timekeeper};
use rapport::digest::leaving;
use rapport::domain::backups::Backups;
use rapport::domain::{InstanceKey, Kind};
use rapport::on;
use rapport::store::restore::restore;
use rapport::store::workspace::Workspace;

async fn met(desk: &Desk) {
    for line in [
        "new: Ada Byron <ada@acme.example>",
        "new: Bob Stone <bob@foo.example>",
        "note @ada: prefers zanzibar",
        "note @bob: prefers tea",
    ] {
        done(desk, line).await;
    }
}

#[tokio::test]
async fn a_restored_backup_holds_all_but_those_who_were_erased_since() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        let out = tempfile::tempdir().unwrap();
        let backup = out.path().join("backup");
        if place.database_url.is_some() {
            let error = desk.store.back_up(&backup, NOON).await.unwrap_err();
            assert!(error.message.contains("pg_dump"), "{}", error.message);
            continue;
        }
        let bob = desk.capture("bob@foo.example").await;
        // As if its mail had come between the copies of the registry and of the workspace.
        let mut tx = desk.store.registry.db().write().await.unwrap();
        on!(&mut tx, c => sqlx::query("delete from address where local_part = $1")
            .bind(&bob).execute(c).await.map(drop))
        .unwrap();
        tx.commit().await.unwrap();
        let about = desk.store.back_up(&backup, NOON).await.unwrap();
        assert_eq!(about.workspaces, [desk.id]);
        let again = desk.store.back_up(&backup, NOON).await.unwrap_err();
        assert!(again.message.contains("is not empty"), "{}", again.message);
        desk.pass(60);
        done(&desk, "erase @ada").await;
        done(&desk, "note @bob: lost by the restore").await;
        let other = InstanceKey::of([8; 32]);
        let data = place.folder.path();
        let error = restore(&backup, data, other, NOON).await.unwrap_err();
        assert_eq!(error.kind, Kind::Conflict);
        let error = restore(out.path(), data, key(), NOON).await.unwrap_err();
        assert!(error.message.contains("is no backup"), "{}", error.message);
        drop(desk);
        let now = NOON + 120 * SECOND;
        let restored = restore(&backup, data, key(), now).await.unwrap();
        assert_eq!((restored.again.erased, restored.addresses), (1, 1));
        assert!(restored.before.is_some_and(|path| path.exists()));
        let desk = Desk::beside(&place).await;
        assert_eq!(desk.column("select name from contact").await, ["Bob Stone"]);
        let said = desk.column("select text from interaction").await;
        assert_eq!(said, ["prefers tea"]);
        assert!(desk.store.registry.route(&bob).await.unwrap().is_some());
        for word in ["ada@acme.example", "zanzibar"] {
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word}: {found:?}");
        }
        // The same again finds nobody to erase, and keeps the tombstones.
        let tombstones = desk.store.registry.tombstones(i64::MIN).await.unwrap();
        assert!(!tombstones.is_empty());
        let erased = desk.store.erase_again(&tombstones, NOON, now).await;
        assert_eq!(erased.unwrap().erased, 0);
    }
}

#[tokio::test]
async fn who_is_back_by_other_means_is_erased_again() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        done(&desk, "erase @ada").await;
        let tombstones = desk.store.registry.tombstones(i64::MIN).await.unwrap();
        // As after a dump of before was put back: she is there under whatever number.
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        let now = NOON + 2 * 86_400 * SECOND;
        let later = desk.store.erase_again(&tombstones, now, now).await.unwrap();
        assert_eq!(later.erased, 0, "{}", place.name);
        let again = desk.store.erase_again(&tombstones, NOON - 1, now).await;
        assert_eq!(again.unwrap().erased, 1, "{}", place.name);
        assert_eq!(desk.column("select name from contact").await, ["Bob Stone"]);
        let found = places_of(&place, &desk, "ada@acme.example").await;
        assert!(found.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn the_program_makes_a_backup_and_puts_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let backup = folder.path().join("backup");
    let rapport = |arguments: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_rapport"))
            .args(arguments)
            .env("RAPPORT_DATA", &data)
            .env("RAPPORT_MAIL_DOMAIN", "crm.example")
            .env_remove("RAPPORT_DATABASE_URL")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        (
            done.status.success(),
            said + &String::from_utf8_lossy(&done.stderr),
        )
    };
    let out = backup.display().to_string();
    for (arguments, said) in [
        (vec!["init", "--owner", "mia@studio.example"], ""),
        (vec!["do", "new: Ada Byron <ada@acme.example>"], "Made #c1"),
        (vec!["backup", "--out", &out], "The key file"),
        (vec!["restore", &out], "Nobody was erased since"),
        (vec!["do", "show ada"], "ada@acme.example"),
    ] {
        let (is_done, shown) = rapport(&arguments);
        assert!(is_done && shown.contains(said), "{arguments:?}: {shown}");
    }
    let (is_done, shown) = rapport(&["restore"]);
    assert!(!is_done && shown.contains("rapport restore DIR"), "{shown}");
}

/// The newest letter of a kind in an outbox, in one line.
async fn newest(workspace: &Workspace, kind: &str) -> String {
    let mut tx = workspace.read().await.unwrap();
    let packed: Vec<u8> = on!(&mut tx, c => sqlx::query_scalar(
        "select message from outbox where kind = $1 and message is not null order by id desc limit 1")
        .bind(kind).fetch_one(c).await)
    .unwrap();
    let raw = zstd::bulk::decompress(&packed, 1 << 20).unwrap();
    let body = rapport::mail::read(&raw).body;
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn until_when_backups_hold_it_is_told_whoever_deletes() {
    for place in databases().await {
        let mut desk = open(&place).await;
        met(&desk).await;
        let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
        for (line, days, said) in [
            (
                "erase ada@acme.example",
                None,
                "when that is was not said here",
            ),
            ("erase #c1", Some(0), "There are no backups that hold it."),
            (
                "erase: ada@acme.example",
                Some(14),
                "may hold it until Tue 24 Nov 2026, and not longer.",
            ),
        ] {
            desk.lanes.store.backups = Backups::of(days);
            let id = format!("{days:?}@studio.example").replace(['(', ')'], "");
            mia_writes(&desk, &["log.m7a2x4"], "x", &id, "", line).await;
            let asked = newest(&workspace, "ack").await;
            assert!(asked.contains(said), "{days:?}: {asked}");
        }
        // What goes in thirty days is in a backup of the day before.
        desk.store.backups = Backups::of(Some(14));
        let said = "until Thu 24 Dec 2026, and not longer";
        let keeper = timekeeper(&desk);
        let head = keeper.letterhead(desk.id);
        leaving::begin(&desk.store, &head, rand::random)
            .await
            .unwrap();
        let told = newest(&workspace, "notice").await;
        assert!(told.contains(said), "{told}");
        let jon = desk
            .store
            .registry
            .account_by_email("jon@studio.example")
            .await;
        desk.store
            .close_account(&jon.unwrap().unwrap(), NOON)
            .await
            .unwrap();
        desk.pass(23 * 86_400);
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        let reminder = newest(&workspace, "notice").await;
        assert!(
            reminder.contains("since some weeks") && reminder.contains(said),
            "{reminder}"
        );
        let house = desk.store.house().await.unwrap();
        let reminder = newest(&house, "sign_in").await;
        assert!(
            reminder.contains("since some weeks") && reminder.contains(said),
            "{reminder}"
        );
    }
}
