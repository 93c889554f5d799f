//! Out and in again.

use crate::common::workspace::{Desk, NOON};
use crate::common::{Place, databases};
use crate::{dump, world};
use rapport::store::registry::{NewWorkspace, Role};
use rapport::transfer::{Imported, Mode, export, import};
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

/// A ZIP of a workspace, through a writer that cannot seek.
pub async fn exported(desk: &Desk) -> Vec<u8> {
    let exporting = export(&desk.store, desk.id, NOON + 5_000_000, Vec::new());
    let (_, zip) = crate::on_any_thread(exporting).await.unwrap();
    zip
}

pub fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

pub fn entry(zip: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut bytes = Vec::new();
    archive
        .by_name(name)
        .unwrap_or_else(|_| panic!("{name}"))
        .read_to_end(&mut bytes)
        .unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub async fn taken_in(place: &Place, zip: &[u8]) -> (Desk, Imported) {
    let mut desk = Desk::beside(place).await;
    let importing = import(
        &desk.store,
        file(zip),
        None,
        Mode::Write,
        NOON + 9_000_000,
        Arc::default(),
    );
    let imported = crate::on_any_thread(importing).await;
    let imported = imported.unwrap_or_else(|e| panic!("{e}: {:?}", e.cause));
    desk.id = imported.workspace_id.unwrap();
    (desk, imported)
}

/// What an import leaves out on purpose, taken out of a dump, and what it stops, stopped.
pub fn expected(lines: Vec<String>) -> Vec<String> {
    let is_open = |line: &str| line.starts_with("confirmation ") && line.contains("used_at=~");
    lines
        .into_iter()
        .filter(|line| !line.starts_with("channel_bot ") && !line.starts_with("member_chat "))
        .filter(|line| !is_open(line))
        .map(|line| match line.starts_with("outbox ") {
            true => line.replace("state=waiting", "state=cancelled"),
            false => line,
        })
        .map(|line| match line.contains("SECRET") {
            true => {
                let (before, rest) = line.split_once("changes=").unwrap();
                format!(
                    "{before}changes=~|{}",
                    rest.split_once("}}]").unwrap().1.trim_start_matches('|')
                )
            }
            false => line,
        })
        .collect()
}

#[track_caller]
pub fn assert_same(before: &[String], after: &[String], what: &str) {
    let difference = dump::difference(before, after);
    assert!(difference.is_empty(), "{what}:\n{}", difference.join("\n"));
    assert_eq!(before.len(), after.len(), "{what}");
}

#[tokio::test]
async fn a_workspace_comes_back_as_it_was_on_either_database() {
    for place in databases().await {
        let desk = world::lived_in(&place).await;
        let before = expected(dump::dump(&mut desk.read().await).await);
        let addresses = world::addresses(&desk, desk.id).await;
        let zip = exported(&desk).await;
        assert!(!zip.windows(6).any(|w| w == b"SECRET"));
        for other in databases().await {
            let what = format!("{} to {}", place.name, other.name);
            let (copy, imported) = taken_in(&other, &zip).await;
            let after = dump::dump(&mut copy.read().await).await;
            assert_same(&before, &after, &what);
            assert_eq!(world::addresses(&copy, copy.id).await, addresses, "{what}");
            let (accounts, memberships) = copy.store.registry.member_lines(copy.id).await.unwrap();
            assert_eq!(
                (accounts, memberships),
                desk.store.registry.member_lines(desk.id).await.unwrap(),
                "{what}"
            );
            assert_eq!((imported.new_accounts, imported.not_sent > 0), (2, true));
            // What was done before can be taken back, and mail goes on to be filed.
            world::say(&copy, "untag #c1: vip").await;
            world::say(&copy, "undo").await;
            let again = exported(&copy).await;
            assert_eq!(
                entry(&again, "mail.mbox").replace("rapport T", ""),
                entry(&zip, "mail.mbox").replace("rapport T", "")
            );
        }
    }
}

#[tokio::test]
async fn what_is_there_is_named_and_nothing_is_written() {
    for place in databases().await {
        let desk = world::lived_in(&place).await;
        let zip = exported(&desk).await;
        let refused = import(
            &desk.store,
            file(&zip),
            None,
            Mode::Write,
            NOON,
            Arc::default(),
        )
        .await
        .unwrap_err();
        assert!(
            refused
                .message
                .contains("there is a workspace \"acme\" already"),
            "{refused}"
        );
        let renamed = Some(("acme-two".to_owned(), "Acme Two".to_owned()));
        let refused = import(
            &desk.store,
            file(&zip),
            renamed,
            Mode::Write,
            NOON,
            Arc::default(),
        )
        .await
        .unwrap_err();
        assert!(refused.message.contains("log.j9k3w6"), "{refused}");
        assert_eq!(desk.store.registry.workspaces(10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn members_who_have_an_account_here_are_themselves() {
    for place in databases().await {
        let desk = world::lived_in(&place).await;
        let zip = exported(&desk).await;
        let before = world::cx(&desk).await.actor.member_id;
        for other in databases().await {
            let store = other.open().await;
            let new = NewWorkspace {
                slug: "home",
                name: "Home",
                owner_email: "mia@studio.example",
                intake: "log.zzz999",
                app_password: "correct horse",
            };
            let (home, mia) = store.registry.make_workspace(new, NOON + 77).await.unwrap();
            assert_ne!(mia.id, before);
            let (copy, imported) = taken_in(&other, &zip).await;
            assert_eq!(imported.known_accounts, ["mia@studio.example"]);
            assert_eq!(imported.new_accounts, 1);
            // A file that says she was there before makes nothing her first workspace.
            let dated = copy
                .store
                .registry
                .date_route("friday", "mia@studio.example");
            let dated = dated.await.unwrap().unwrap();
            assert_eq!(dated.workspace_id, home.id, "{}", other.name);
            let members = copy.store.registry.members(copy.id).await.unwrap();
            let roles: Vec<(i64, Role)> = members.iter().map(|m| (m.account.id, m.role)).collect();
            assert!(roles.contains(&(mia.id, Role::Owner)), "{roles:?}");
            let lines = dump::dump(&mut copy.read().await).await;
            let old = before.to_string();
            let left: Vec<&String> = lines.iter().filter(|line| line.contains(&old)).collect();
            assert!(left.is_empty(), "{}: {left:#?}", other.name);
            // Her own changes are hers to take back.
            world::say(&copy, "undo").await;
        }
    }
}

#[tokio::test]
async fn a_dry_run_reads_all_and_changes_nothing() {
    for place in databases().await {
        let desk = world::lived_in(&place).await;
        let zip = exported(&desk).await;
        for other in databases().await {
            let store = other.open().await;
            let imported = import(&store, file(&zip), None, Mode::DryRun, NOON, Arc::default())
                .await
                .unwrap();
            assert_eq!(imported.workspace_id, None);
            assert_eq!(imported.manifest.rows["contact"], 4);
            assert!(store.registry.workspaces(10).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn people_and_programs_can_read_what_was_exported() {
    let place = databases().await.swap_remove(0);
    let desk = world::lived_in(&place).await;
    let zip = exported(&desk).await;
    assert!(entry(&zip, "README.txt").contains("The bot @acme_bot is not in here"));
    let contacts = entry(&zip, "contacts.csv");
    assert!(
        contacts.contains(
            "\"Ada Byron\",\"Northwind Oy\",\"Countess\",\"ada@northwind.example\",\"ada.byron@mail.example\",\"'+358"
        ),
        "{contacts}"
    );
    assert!(!contacts.contains("Bob Nobody"), "deleted");
    assert!(entry(&zip, "interactions.csv").contains(",\"'=1+1\","));
    assert!(entry(&zip, "actions.csv").contains("send the plan"));
    assert!(entry(&zip, "companies.csv").contains("Northwind Oy"));
    assert!(entry(&zip, "contacts.vcf").contains("BDAY:19851210\r\n"));
    assert!(entry(&zip, "commands.jsonl").contains("\"verb\":\"merge\""));
    let mut archive = zip::ZipArchive::new(Cursor::new(&zip[..])).unwrap();
    let files: Vec<String> = archive
        .file_names()
        .filter(|n| n.starts_with("attachments/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(files, ["attachments/4/0-_plan_1.txt"]);
    let mut text = String::new();
    archive
        .by_name(&files[0])
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text.trim_end(), "From the beginning");
}
