//! A workspace that is deleted: closed, reminded of, taken back or gone. On a clock of the test's own.

use crate::common::workspace::{Desk, NOON, SECOND, mail};
use crate::common::{databases, key};
use crate::house::{ADA, answer, cx, done, open, places_of, say, timekeeper, writes};
use rapport::commands::Verdict;
use rapport::digest::leaving::{begin, finish_now, reverse};
use rapport::domain::Kind;
use rapport::store::registry::Lane;
use rapport::store::restore::restore;
use rapport::store::workspace::outbox::{self, Claim};
use rapport::transfer::{Form, Mode, Roll, Watch, bring};

const DAY: i64 = 86_400;

pub async fn keeps(desk: &Desk) {
    Box::pin(timekeeper(desk).drain()).await.unwrap();
}

async fn day(desk: &Desk, day: i64) {
    let now = (desk.lanes.clock.now_us() - NOON) / SECOND;
    desk.pass(day * DAY - now);
    keeps(desk).await;
}

/// The subjects of what delivery would take now.
pub async fn going(desk: &Desk) -> Vec<String> {
    let now_us = desk.lanes.clock.now_us();
    let claim = Claim {
        node: "test",
        run: "one",
        now_us,
        until_us: now_us + 1,
    };
    let mut tx = desk.write().await;
    let mut subjects = Vec::new();
    for row in outbox::claim(&mut tx, claim, outbox::Whose::All, 100)
        .await
        .unwrap()
    {
        let raw = outbox::message(&mut tx, row.id).await.unwrap().unwrap();
        let subject = rapport::mail::read(&raw).subject.unwrap_or_default();
        subjects.push(format!("{}: {subject}", row.recipient));
        outbox::sent(&mut tx, row.id, now_us).await.unwrap();
    }
    tx.commit().await.unwrap();
    subjects
}

/// Deletes the workspace; true where all of it is done.
pub async fn now(desk: &Desk, by: Option<i64>) -> bool {
    let keeper = timekeeper(desk);
    let head = keeper.letterhead(desk.id);
    finish_now(&desk.store, &head, rand::random, by)
        .await
        .unwrap()
}

async fn leaves(desk: &Desk) {
    let (_, asked) = say(desk, "delete workspace").await;
    let at = asked.find("confirm ").expect("a code");
    let confirm = asked[at..at + 12].to_owned();
    let (verdict, shown) = say(desk, &confirm).await;
    assert_eq!(verdict, Verdict::Done, "{shown}");
    assert!(shown.contains("The workspace is closed"), "{shown}");
    keeps(desk).await;
}

pub async fn lived_in(desk: &Desk) -> String {
    done(desk, "new: Ada Byron <ada@acme.example>").await;
    done(desk, "note @ada: zanzibar").await;
    let ada = desk.capture("ada@acme.example").await;
    writes(desk, ADA, &ada, "one@acme.example", "Hello", "Shall we?").await;
    timekeeper(desk).begin().await.unwrap();
    keeps(desk).await;
    ada
}

#[tokio::test]
async fn what_is_closed_takes_nothing_sends_nothing_and_opens_again() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        let registry = &desk.store.registry;
        leaves(&desk).await;
        assert!(registry.is_leaving(desk.id).await.unwrap());
        // The letter of before waits; what goes is the one about this, to the owner.
        assert_eq!(
            going(&desk).await,
            ["mia@studio.example: Your workspace is closed"]
        );
        // What is in the spool rests.
        let raw = mail(
            ADA,
            "ada@crm.example",
            "two@acme.example",
            "",
            "Are you there?",
        );
        desk.spool(None, &[&ada], &raw).await;
        desk.file().await;
        assert_eq!(
            registry
                .spool()
                .counts(Some(desk.id))
                .await
                .unwrap()
                .waiting,
            1
        );
        let now_us = desk.lanes.clock.now_us();
        registry.wake(desk.id, Lane::Chat, now_us).await.unwrap();
        for lane in [Lane::Ingest, Lane::Chat] {
            let claimed = registry.claim_lane(lane, "x", now_us, now_us + 1).await;
            assert_eq!(claimed.unwrap(), None, "{lane:?}");
        }
        assert!(
            registry
                .date_route("friday", "mia@studio.example")
                .await
                .unwrap()
                .is_none()
        );
        let (verdict, shown) = say(&desk, "undo").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("restore workspace"), "{shown}");
        // Digests stay away.
        day(&desk, 5).await;
        assert_eq!(going(&desk).await, [""; 0]);
        assert!(
            done(&desk, "restore workspace")
                .await
                .contains("is open again")
        );
        assert!(
            done(&desk, "restore workspace")
                .await
                .contains("is not closed")
        );
        keeps(&desk).await;
        assert!(!registry.is_leaving(desk.id).await.unwrap());
        desk.file().await;
        assert_eq!(
            registry
                .spool()
                .counts(Some(desk.id))
                .await
                .unwrap()
                .waiting,
            0
        );
        assert!(!going(&desk).await.is_empty());
        day(&desk, 40).await;
        assert_eq!(desk.column("select name from contact").await, ["Ada Byron"]);
    }
}

#[tokio::test]
async fn after_thirty_days_nothing_of_it_is_left() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        leaves(&desk).await;
        going(&desk).await;
        day(&desk, 22).await;
        assert_eq!(going(&desk).await, [""; 0]);
        day(&desk, 23).await;
        keeps(&desk).await;
        let reminded = "mia@studio.example: Your workspace is deleted in a week";
        assert_eq!(going(&desk).await, [reminded], "{}", place.name);
        day(&desk, 29).await;
        assert_eq!(going(&desk).await, [""; 0]);
        let found = places_of(&place, &desk, "zanzibar").await;
        assert!(!found.is_empty());
        day(&desk, 30).await;
        is_gone(&place, &desk, &ada).await;
        // Waking it for nothing brings nothing back.
        keeps(&desk).await;
        is_gone(&place, &desk, &ada).await;
    }
}

pub async fn is_gone(place: &crate::common::Place, desk: &Desk, ada: &str) {
    let registry = &desk.store.registry;
    assert_eq!(registry.workspaces(10).await.unwrap(), []);
    for local_part in [ada, "acme", "log.m7a2x4"] {
        assert!(
            registry.route(local_part).await.unwrap().is_none(),
            "{local_part}"
        );
    }
    assert!(
        registry
            .sign_in("mia@studio.example", "correct horse")
            .await
            .unwrap()
            .is_none()
    );
    let file = place
        .folder
        .path()
        .join(format!("workspaces/{}.db", desk.id));
    assert!(!file.exists());
    for word in ["zanzibar", "mia@studio.example", "ada@acme.example"] {
        let found = crate::house::rows_of(place, word).await;
        assert!(found.is_empty(), "{word}: {found:?}");
    }
}

#[tokio::test]
async fn the_page_closes_takes_back_and_deletes_at_once() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        let keeper = timekeeper(&desk);
        let head = keeper.letterhead(desk.id);
        let row = begin(&desk.store, &head, rand::random).await.unwrap();
        assert_eq!(row.gone_at - row.since, 30 * DAY * SECOND);
        assert_eq!(begin(&desk.store, &head, rand::random).await.unwrap(), row);
        assert_eq!(going(&desk).await.len(), 1);
        let now_us = desk.lanes.clock.now_us();
        assert!(reverse(&desk.store, desk.id, now_us).await.unwrap());
        assert!(!reverse(&desk.store, desk.id, now_us).await.unwrap());
        keeps(&desk).await;
        assert!(!desk.store.registry.is_leaving(desk.id).await.unwrap());
        assert!(now(&desk, None).await);
        is_gone(&place, &desk, &ada).await;
        // A backup that is put back does not bring it back: the tombstone is there.
        let tombstones = desk.store.registry.tombstones(0).await.unwrap();
        assert!(tombstones.iter().any(|t| t.is_of_workspace()));
    }
}

#[tokio::test]
async fn what_stops_half_way_is_gone_on_with() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        // The list of what was deleted cannot be written.
        let list = place.folder.path().join("erasures.jsonl");
        std::fs::create_dir(&list).unwrap();
        assert!(!now(&desk, None).await);
        std::fs::remove_dir(&list).unwrap();
        desk.pass(61);
        keeps(&desk).await;
        is_gone(&place, &desk, &ada).await;
    }
}

#[tokio::test]
async fn what_is_deleted_is_deleted_while_somebody_reads() {
    for place in databases().await {
        let desk = open(&place).await;
        let ada = lived_in(&desk).await;
        let mut reading = desk.store.registry.db().snapshot().await.unwrap();
        let count: i64 =
            rapport::on!(&mut reading, c => sqlx::query_scalar("select count(*) from workspace")
            .fetch_one(c).await)
            .unwrap();
        assert_eq!(count, 1);
        assert!(now(&desk, None).await);
        drop(reading);
        // What lay in free pages is cleaned by the house.
        desk.pass(61);
        keeps(&desk).await;
        is_gone(&place, &desk, &ada).await;
    }
}

#[tokio::test]
async fn a_backup_of_before_does_not_bring_it_back() {
    for place in databases().await {
        if place.database_url.is_some() {
            continue;
        }
        let desk = open(&place).await;
        lived_in(&desk).await;
        let out = tempfile::tempdir().unwrap();
        let backup = out.path().join("backup");
        desk.store.back_up(&backup, NOON).await.unwrap();
        desk.pass(1);
        assert!(now(&desk, None).await);
        let now_us = NOON + SECOND;
        let restored = restore(&backup, place.folder.path(), key(), now_us).await;
        assert_eq!(restored.unwrap().again.erased, 1);
        let desk = Desk::beside(&place).await;
        assert_eq!(desk.store.registry.workspaces(10).await.unwrap(), []);
        let found = crate::house::rows_of(&place, "zanzibar").await;
        assert!(found.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn only_an_owner_closes_it() {
    for place in databases().await {
        let desk = open(&place).await;
        let jon = cx(&desk, "jon@studio.example").await;
        for line in ["delete workspace", "?delete workspace", "restore workspace"] {
            let (verdict, shown) = answer(&desk, &jon, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(shown.contains("needs the role owner"), "{line}: {shown}");
        }
    }
}

#[tokio::test]
async fn commands_change_nothing_in_a_closed_workspace_and_read_all_of_it() {
    for place in databases().await {
        let desk = open(&place).await;
        lived_in(&desk).await;
        // It waits for its code as the workspace is closed.
        let (_, asked) = say(&desk, "erase ada@acme.example").await;
        let at = asked.find("confirm ").expect("a code");
        let erasing = asked[at..at + 12].to_owned();
        let before = desk.column("select name from contact").await;
        leaves(&desk).await;
        for line in [
            "note @ada: tea",
            "?note @ada: tea",
            "new: Bob <bob@acme.example>",
            "my quiet: on",
            "workspace currency: EUR",
            "connect bot",
            "erase ada@acme.example",
            &erasing,
            "undo",
            "find ada\nnote @ada: tea",
        ] {
            let (verdict, shown) = say(&desk, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
        }
        let (_, shown) = say(&desk, "note @ada: tea").await;
        for words in [
            "on Thu 10 Dec 2026 all of it is deleted",
            "restore workspace",
        ] {
            assert!(shown.contains(words), "{shown}");
        }
        let people = b"name,email\nBob,bob@acme.example\n";
        let people = Roll::of_bytes(people, Form::Table).unwrap();
        let mia = cx(&desk, "mia@studio.example").await;
        let watch = Watch::default();
        let (_, ended) = Box::pin(bring(&desk.store, &mia, &people, Mode::Write, &watch)).await;
        assert_eq!(ended.unwrap_err().kind, Kind::Conflict);
        assert_eq!(desk.column("select name from contact").await, before);
        for line in [
            "find zanzibar",
            "show @ada",
            "list",
            "timeline @ada",
            "help",
        ] {
            done(&desk, line).await;
        }
        let (_, asked) = say(&desk, "export").await;
        let at = asked.find("confirm ").expect("a code");
        done(&desk, &asked[at..at + 12]).await;
        done(&desk, "restore workspace").await;
        keeps(&desk).await;
        done(&desk, "note @ada: tea").await;
    }
}
