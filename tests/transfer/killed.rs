//! An import whose process is killed (SIGKILL) in the middle.

use crate::common::workspace::{Desk, NOON, SECOND};
use crate::common::{Place, databases, until};
use crate::round::{assert_same, expected, exported, taken_in};
use crate::{dump, world};
use rapport::domain::Kind;
use rapport::on;
use rapport::store::Store;
use rapport::store::registry::{AddressLine, NewcomerWorkspace};
use rapport::transfer::Mode;
use std::process::{Command, Stdio};

const HOUR: i64 = 3_600 * SECOND;

fn import(place: &Place, zip: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command
        .env_clear()
        .env("RAPPORT_DATA", place.folder.path())
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .current_dir(place.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .args(["import".as_ref(), zip.as_os_str()]);
    if let Some(url) = &place.database_url {
        command.env("RAPPORT_DATABASE_URL", url);
    }
    command
}

/// The workspaces that are on their way, each with the time of its beginning.
async fn coming(store: &Store) -> Vec<(i64, i64)> {
    let mut tx = store.registry.db().read().await.unwrap();
    on!(&mut tx, c => sqlx::query_as("select workspace_id, begun_at from coming order by workspace_id").fetch_all(c).await)
        .unwrap()
}

/// The databases of workspaces that are there.
async fn workspaces(store: &Store, place: &Place) -> Vec<String> {
    if place.database_url.is_some() {
        let mut tx = store.registry.db().read().await.unwrap();
        let sql = "select cast(nspname as text) from pg_namespace where nspname like 'w%' and nspname <> 'w0' order by 1";
        return on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap();
    }
    let Ok(files) = std::fs::read_dir(place.folder.path().join("workspaces")) else {
        return Vec::new();
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name != "0.db")
        .filter_map(|name| name.strip_suffix(".db").map(|id| format!("w{id}")))
        .collect()
}

#[tokio::test]
async fn an_import_that_is_killed_is_repeated_and_its_remains_go_after_a_day() {
    let source = databases().await.swap_remove(0);
    let desk = world::lived_in(&source).await;
    let rows: String = (0..1_000)
        .map(|n| format!("P{n} Q,p{n}@far.example\n"))
        .collect();
    let roll = world::sheet(&format!("name,email\n{rows}"));
    let told = world::brought(&desk, &roll, Mode::Write).await;
    assert_eq!(told.made, 1_000);
    let before = expected(dump::dump(&mut desk.read().await).await);
    let zip = exported(&desk).await;
    let path = source.folder.path().join("acme.zip");
    std::fs::write(&path, &zip).unwrap();
    for place in databases().await {
        let store = place.open().await;
        let mut importing = import(&place, &path).spawn().unwrap();
        until("the database is made", async || {
            !coming(&store).await.is_empty() && !workspaces(&store, &place).await.is_empty()
        })
        .await;
        importing.kill().unwrap();
        importing.wait().unwrap();
        assert!(store.registry.workspaces(10).await.unwrap().is_empty());
        let [(lost, begun_at)] = coming(&store).await[..] else {
            panic!("{}: {:?}", place.name, coming(&store).await)
        };
        let lost = format!("w{lost}");
        assert_eq!(
            workspaces(&store, &place).await,
            std::slice::from_ref(&lost)
        );
        // The next one is whole, and takes nothing away from one that may go on still.
        let (copy, _): (Desk, _) = taken_in(&place, &zip).await;
        let after = dump::dump(&mut copy.read().await).await;
        assert_same(&before, &after, place.name);
        store.remove_remains(begun_at + 23 * HOUR).await.unwrap();
        assert!(
            workspaces(&store, &place).await.contains(&lost),
            "{}",
            place.name
        );
        assert_eq!(coming(&store).await.len(), 1, "{}", place.name);
        store.remove_remains(begun_at + 25 * HOUR).await.unwrap();
        assert_eq!(workspaces(&store, &place).await, [format!("w{}", copy.id)]);
        assert!(coming(&store).await.is_empty(), "{}", place.name);
        let again = dump::dump(&mut copy.read().await).await;
        assert_same(&before, &again, place.name);
    }
}

#[tokio::test]
async fn an_import_that_is_being_removed_is_not_registered() {
    for place in databases().await {
        let store = place.open().await;
        store.registry.announce(77, NOON).await.unwrap();
        assert_eq!(store.registry.claim_remains(NOON + 1).await.unwrap(), [77]);
        let workspace = NewcomerWorkspace {
            slug: "late".to_owned(),
            name: "Late".to_owned(),
            created_at: NOON,
            by_person: false,
        };
        let refused = store
            .registry
            .begin_registration(77, &workspace, NOON)
            .await;
        assert!(refused.is_err_and(|e| e.message.contains("more than a day")));
    }
}

/// What the registry and the disk hold of a workspace that comes: its note, its addresses that wait, its database.
async fn remains(store: &Store, place: &Place) -> (usize, i64, Vec<String>) {
    let mut tx = store.registry.db().read().await.unwrap();
    let waiting: i64 = on!(&mut tx, c => sqlx::query_scalar("select count(*) from coming_address").fetch_one(c).await).unwrap();
    drop(tx);
    let there = workspaces(store, place).await;
    (coming(store).await.len(), waiting, there)
}

#[tokio::test]
async fn addresses_lead_nowhere_until_their_workspace_is_registered_and_then_it_stays() {
    for place in databases().await {
        let store = place.open().await;
        let registry = &store.registry;
        let line = |number: usize| AddressLine {
            local_part: format!("ada.{}", "23456789".repeat(number + 1)),
            kind: "capture".to_owned(),
            account_id: None,
            contact_id: Some(1),
            created_at: NOON,
        };
        let lines: Vec<AddressLine> = (0..3).map(line).collect();
        let begin = async |id: i64| {
            registry.announce(id, NOON).await.unwrap();
            store.workspaces.get(id).await.unwrap();
            registry.announce_addresses(id, &lines).await.unwrap();
        };
        begin(77).await;
        let again = registry.announce_addresses(77, &lines[..1]).await;
        assert_eq!(again.unwrap_err().kind, Kind::Conflict);
        assert!(
            registry
                .route(&lines[0].local_part)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            remains(&store, &place).await,
            (1, 3, vec!["w77".to_owned()])
        );
        // One that does not come leaves nothing.
        assert!(store.forget_coming(77).await.unwrap());
        assert_eq!(remains(&store, &place).await, (0, 0, Vec::new()));
        // Whoever does not hear that it is registered takes nothing away.
        begin(78).await;
        let workspace = NewcomerWorkspace {
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
            created_at: NOON,
            by_person: true,
        };
        let tx = registry.begin_registration(78, &workspace, NOON).await;
        tx.unwrap().commit().await.unwrap();
        assert!(!store.forget_coming(78).await.unwrap());
        assert_eq!(
            remains(&store, &place).await,
            (0, 0, vec!["w78".to_owned()])
        );
        for line in &lines {
            let route = registry.route(&line.local_part).await.unwrap().unwrap();
            assert_eq!((route.workspace_id, route.contact_id), (78, Some(1)));
        }
        // Somebody was faster.
        begin(79).await;
        let other = NewcomerWorkspace {
            slug: "other".to_owned(),
            ..workspace
        };
        let refused = registry.begin_registration(79, &other, NOON).await;
        assert!(refused.is_err_and(|e| {
            e.message
                .contains("one of its addresses was made meanwhile")
        }));
        assert!(store.forget_coming(79).await.unwrap());
        assert_eq!(
            remains(&store, &place).await,
            (0, 0, vec!["w78".to_owned()])
        );
    }
}

#[tokio::test]
async fn people_whose_import_is_killed_come_in_by_the_next_and_once() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::known_members(&desk).await;
        let rows = (0..1_000).map(|n| format!("P{n} Q,p{n}@far.example\n"));
        let file = format!("name,email\n{}", rows.collect::<String>());
        let path = place.folder.path().join("people.csv");
        std::fs::write(&path, file).unwrap();
        let contacts = "select cast(count(*) as text) from contact";
        let mut importing = import(&place, &path).spawn().unwrap();
        until("some are there", async || {
            desk.column(contacts).await != ["0"]
        })
        .await;
        importing.kill().unwrap();
        importing.wait().unwrap();
        assert_ne!(desk.column(contacts).await, ["1000"], "{}", place.name);
        let again = import(&place, &path).status();
        assert!(again.unwrap().success());
        assert_eq!(desk.column(contacts).await, ["1000"], "{}", place.name);
        let twice = "select cast(count(*) as text) from contact_address";
        assert_eq!(desk.column(twice).await, ["1000"], "{}", place.name);
    }
}
