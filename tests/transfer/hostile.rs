//! A ZIP that is broken, cut, or made to do harm.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON};
use crate::common::zips::changed;
use crate::round::{exported, file};
use crate::world;
use rapport::domain::Kind;
use rapport::store::Store;
use rapport::transfer::{Mode, import};
use std::future::poll_fn;
use std::io::{Cursor, Write};
use std::sync::Arc;
use std::task::Poll;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The error of an import, after which nothing is there.
async fn refused(store: &Store, zip: &[u8], mode: Mode) -> String {
    let error = import(store, file(zip), None, mode, NOON, Arc::default())
        .await
        .unwrap_err();
    assert!(store.registry.workspaces(10).await.unwrap().is_empty());
    assert!(store.registry.route("acme").await.unwrap().is_none());
    error.message
}

/// A change of one file, what the error says, and whether reading alone finds it.
type Case = (
    &'static str,
    fn(String) -> Option<String>,
    &'static str,
    Mode,
);

const CASES: [Case; 16] = [
    (
        "manifest.json",
        |_| None,
        "manifest.json is not in the ZIP",
        Mode::DryRun,
    ),
    (
        "manifest.json",
        |t| Some(t.replace("\"format\":1", "\"format\":2")),
        "install a newer Rapport",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |_| None,
        "data/contact.jsonl is not in the ZIP",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |t| Some(t.replacen("\"name\":\"Ada B.\"", "\"name\":", 1)),
        "data/contact.jsonl, line 2: ",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |t| Some(t.replacen("\"score\":80", "\"score\":\"80\"", 1)),
        "data/contact.jsonl, line 1: \"score\"",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |t| Some(t.replacen("\"score\":80", "\"score\":[80,80]", 1)),
        "data/contact.jsonl, line 1: invalid type: sequence",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |t| Some(t.replacen("\"score\"", "\"id) values (1); drop table contact; --\"", 1)),
        "is no column of contact",
        Mode::DryRun,
    ),
    (
        "data/contact.jsonl",
        |t| Some(t.lines().skip(1).map(|l| format!("{l}\n")).collect()),
        "it has 3 rows, and the manifest says 4",
        Mode::DryRun,
    ),
    (
        "data/contact_tag.jsonl",
        |t| Some(t.replace("\"contact_id\":1", "\"contact_id\":99")),
        "data/contact_tag.jsonl: a row",
        Mode::Write,
    ),
    (
        "mail.mbox",
        |t| Some(t.replacen("Message-ID", "Massage-ID", 1)),
        "is not the one of its digest",
        Mode::DryRun,
    ),
    (
        "mail.mbox",
        |t| Some(t[..t.len() / 2].to_owned()),
        "mail.mbox: the message",
        Mode::DryRun,
    ),
    (
        "mail.mbox",
        |t| Some(format!("{t}From x\n\nmore\n\n")),
        "there is more in it",
        Mode::DryRun,
    ),
    (
        "registry/addresses.jsonl",
        |t| Some(t.replace("log.m7a2x4", "postmaster")),
        "\"postmaster\" is no address",
        Mode::DryRun,
    ),
    (
        "registry/workspace.json",
        |t| Some(t.replace("acme", "../acme")),
        "its slug is no address",
        Mode::DryRun,
    ),
    (
        "registry/memberships.jsonl",
        |t| Some(t.replacen("\"account_id\":1", "\"account_id\":2", 1)),
        "registry/memberships.jsonl, line 1",
        Mode::DryRun,
    ),
    (
        "data/raw_message.jsonl",
        |t| Some(t.replacen("\"size_bytes\":", "\"size_bytes\":9999999999", 1)),
        "data/raw_message.jsonl, line 1",
        Mode::DryRun,
    ),
];

#[tokio::test]
async fn what_is_wrong_is_named_and_leaves_nothing() {
    for place in databases().await {
        let zip = exported(&world::lived_in(&place).await).await;
        let other = databases()
            .await
            .into_iter()
            .find(|p| p.name == place.name)
            .unwrap();
        let store = other.open().await;
        for (name, change, says, mode) in CASES {
            let broken = changed(&zip, |entry, bytes| match entry == name {
                true => {
                    change(String::from_utf8_lossy(&bytes).into_owned()).map(String::into_bytes)
                }
                false => Some(bytes),
            });
            let message = refused(&store, &broken, mode).await;
            assert!(message.contains(says), "{name}, {mode:?}: {message}");
            refused(&store, &broken, Mode::Write).await;
        }
        let left = std::fs::read_dir(other.folder.path().join("workspaces"));
        let left = left.map_or(0, |files| files.count());
        assert_eq!(left, 0, "of an import that failed no file is left");
        // After all of these it is taken in.
        import(&store, file(&zip), None, Mode::Write, NOON, Arc::default())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_export_that_was_cut_anywhere_is_refused() {
    let place = databases().await.swap_remove(0);
    let zip = exported(&world::lived_in(&place).await).await;
    let store = databases().await.swap_remove(0);
    let store = store.open().await;
    for part in 0..40 {
        let cut = zip.len() * part / 40;
        refused(&store, &zip[..cut], Mode::Write).await;
    }
    refused(&store, b"PK\x05\x06", Mode::Write).await;
}

#[tokio::test]
async fn names_that_lead_outside_are_never_looked_at_and_bombs_are_defused() {
    let place = databases().await.swap_remove(0);
    let zip = exported(&world::lived_in(&place).await).await;
    let other = databases().await.swap_remove(0);
    let store = other.open().await;
    // 70 MB of spaces and empty lines in some kilobytes.
    let bomb = changed(&zip, |name, bytes| match name {
        "data/journal.jsonl" => Some(
            [
                bytes,
                vec![b' '; 30 << 20],
                b"\n".to_vec(),
                vec![b'\n'; 40 << 20],
            ]
            .concat(),
        ),
        _ => Some(bytes),
    });
    let message = refused(&store, &bomb, Mode::DryRun).await;
    assert!(message.contains("unpacks to far more"), "{message}");
    let long = changed(&zip, |name, bytes| match name {
        "data/journal.jsonl" => Some(vec![b'7'; 66 << 20]),
        _ => Some(bytes),
    });
    let message = refused(&store, &long, Mode::DryRun).await;
    assert!(message.contains("data/journal.jsonl, line 1"), "{message}");
    let mut out = ZipWriter::new_append(Cursor::new(zip.clone())).unwrap();
    for name in ["../../evil", "/etc/evil", "data/../../evil"] {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(b"evil").unwrap();
    }
    let slipping = out.finish().unwrap().into_inner();
    import(
        &store,
        file(&slipping),
        None,
        Mode::Write,
        NOON,
        Arc::default(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn an_import_that_is_broken_off_anywhere_leaves_nothing_that_anybody_finds() {
    for place in databases().await {
        let zip = exported(&world::lived_in(&place).await).await;
        let others = databases().await;
        let other = others.into_iter().find(|p| p.name == place.name).unwrap();
        let store = other.open().await;
        let mut broken_off = 0;
        for polls in (0..).map(|n| 1_usize << n) {
            let mut importing = Box::pin(import(
                &store,
                file(&zip),
                None,
                Mode::Write,
                NOON,
                Arc::default(),
            ));
            let mut count = 0;
            let done = poll_fn(|cx| {
                count += 1;
                match count > polls {
                    true => Poll::Ready(None),
                    false => importing.as_mut().poll(cx).map(Some),
                }
            });
            let done = done.await;
            drop(importing);
            if let Some(done) = done {
                done.unwrap();
                break;
            }
            broken_off += 1;
            assert!(store.registry.workspaces(10).await.unwrap().is_empty());
            assert!(store.registry.route("acme").await.unwrap().is_none());
        }
        assert!(broken_off > 5, "{broken_off}");
        assert_eq!(store.registry.workspaces(10).await.unwrap().len(), 1);
    }
}

/// What takes a few bytes and then nothing more, as a connection does that is gone.
struct Gone(usize);

impl Write for Gone {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => {
                self.0 = left;
                Ok(bytes.len())
            }
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_reader_who_goes_away_ends_the_export() {
    for place in databases().await {
        let desk: Desk = world::lived_in(&place).await;
        for bytes in [0, 100, 2_000] {
            let error = rapport::transfer::export(&desk.store, desk.id, NOON, Gone(bytes)).await;
            let error = error.err().unwrap();
            assert_eq!(error.kind, Kind::Unavailable, "{error}");
            assert!(error.message.contains("not written to its end"), "{error}");
        }
    }
}
