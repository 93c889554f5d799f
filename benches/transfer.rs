//! What a whole workspace costs on its way out and in, and mail of before on its way in:
//! `cargo bench --bench transfer -- 10000 100000`.
//!
//! Makes a workspace of so many contacts and interactions (1,000 and 10,000 where not said), each interaction with its raw mail, exports
//! it into a file, imports that into an empty instance, compares every row of both, erases a contact there,
//! and files an mbox of so many mails. Each step is a
//! process of its own, so that its peak of memory is its own. Prints seconds and peaks. `--only sqlite` leaves a database out.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::workspace::{Desk, NOON};
use common::{Place, databases, key};
use rapport::domain::Clock;
use rapport::ingest::history::{Archive, Source, file as file_history};
use rapport::store::Store;
use rapport::store::registry::{AddressKind, Route};
use rapport::store::workspace::address_book::{self, AddressRow};
use rapport::store::workspace::contacts::ContactRow;
use rapport::store::workspace::erasing;
use rapport::store::workspace::interactions::{self, AttachmentRow, ContactRole, InteractionRow};
use rapport::store::workspace::mail_keys::{self, MailKeyRow, WitnessRow};
use rapport::store::workspace::raw::{self, RawRow};
use rapport::store::workspace::search::{self, Kind};
use rapport::store::workspace::transfer::{TABLES, rows};
use rapport::store::workspace::{last_numbers, put_last_numbers, threads};
use rapport::transfer::{Mode, export, import};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Rows of one transaction while a workspace is made.
const CHUNK: i64 = 1_000;
/// One mail of so many comes with a file.
const FILE_EVERY: i64 = 20;
/// Words that mail is made of.
const WORDS: [&str; 24] = [
    "pier", "offer", "sign", "harbour", "meeting", "friday", "invoice", "thank", "please",
    "colour", "draft", "number", "contract", "answer", "price", "sample", "delivery", "letter",
    "summer", "question", "budget", "agree", "printed", "window",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    if arguments.first().is_some_and(|first| first == "step") {
        return step(&arguments[1..]).await;
    }
    let numbers: Vec<i64> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    let contacts = numbers.first().copied().unwrap_or(1_000);
    let interactions = numbers.get(1).copied().unwrap_or(10_000);
    let only = arguments
        .iter()
        .position(|a| a == "--only")
        .and_then(|at| arguments.get(at + 1));
    let (full, empty) = (databases().await, databases().await);
    for (full, empty) in full.iter().zip(&empty) {
        if only.is_none_or(|only| only == full.name) {
            compare(full, empty, contacts, interactions).await;
        }
    }
}

async fn compare(full: &Place, empty: &Place, contacts: i64, interactions: i64) {
    println!(
        "\n{}: {contacts} contacts, {interactions} interactions with their mail",
        full.name
    );
    let desk = Desk::open(full).await;
    let begun = Instant::now();
    fill(&desk, contacts, interactions).await;
    println!("made in {:.1} s", begun.elapsed().as_secs_f64());
    println!("step             seconds    peak MB");
    let zip = full.folder.path().join("out.zip");
    run("export", full, &zip);
    println!(
        "the ZIP has {:.1} MB",
        std::fs::metadata(&zip).unwrap().len() as f64 / 1e6
    );
    run("import", empty, &zip);
    let store = empty.open().await;
    let id = store.registry.workspaces(10).await.unwrap()[0].id;
    let (before, after) = (
        digests(&desk.store, desk.id).await,
        digests(&store, id).await,
    );
    assert_eq!(before, after, "every row of every table is the same");
    println!("every row of {} tables is the same", before.len());
    run("erase", empty, &zip);
    let mbox = full.folder.path().join("archive.mbox");
    let mut out = BufWriter::new(File::create(&mbox).unwrap());
    for id in 1..=interactions {
        rapport::mail::mbox::write(
            &mut out,
            "x@y.example Tue Nov 10 12:00:00 2026",
            &letter(id, contacts, "mbox"),
        )
        .unwrap();
    }
    out.flush().unwrap();
    let begun = Instant::now();
    run("history", full, &mbox);
    println!(
        "{:.0} mails a second",
        interactions as f64 / begun.elapsed().as_secs_f64()
    );
}

/// Runs a step in a process of its own, which prints.
fn run(name: &str, place: &Place, path: &Path) {
    let url = place.database_url.clone().unwrap_or_default();
    let done = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["step", name])
        .arg(place.folder.path())
        .arg(url)
        .arg(path)
        .status();
    assert!(done.unwrap().success(), "{name}");
}

async fn step(arguments: &[String]) {
    let [name, folder, url, path] = arguments else {
        panic!("{arguments:?}")
    };
    let url = (!url.is_empty()).then_some(url.as_str());
    let store = Store::open(Path::new(folder), url, key()).await.unwrap();
    let begun = Instant::now();
    match name.as_str() {
        "export" => {
            let id = store.registry.workspaces(10).await.unwrap()[0].id;
            let out = BufWriter::new(File::create(path).unwrap());
            export(&store, id, NOON, out).await.unwrap();
        }
        "erase" => {
            let id = store.registry.workspaces(10).await.unwrap()[0].id;
            let workspace = store.workspaces.get(id).await.unwrap();
            let mut tx = workspace.write().await.unwrap();
            let person = erasing::person(&mut tx, 1).await.unwrap().unwrap();
            let erased = erasing::erase(&mut tx, &person).await.unwrap();
            assert!(erased.counts.addresses > 0);
            tx.commit().await.unwrap();
        }
        "import" => {
            import(
                &store,
                File::open(path).unwrap(),
                None,
                Mode::Write,
                NOON,
                Arc::default(),
            )
            .await
            .unwrap();
        }
        _ => history(&store, path.into()).await,
    }
    println!(
        "{name:15} {:9.1} {:10.1}",
        begun.elapsed().as_secs_f64(),
        peak_mb()
    );
}

async fn history(store: &Store, path: PathBuf) {
    let workspace = store.registry.workspaces(10).await.unwrap().remove(0);
    let members = store.registry.members(workspace.id).await.unwrap();
    let archive = Archive {
        store: store.clone(),
        workspace_id: workspace.id,
        member_id: members[0].account.id,
        mail_domain: "crm.example".to_owned(),
        clock: Clock::of(|| NOON),
        random: rand::random,
        stop: Default::default(),
    };
    let (report, ended) = file_history(&archive, &Source::at(&path).unwrap(), |_| {}).await;
    ended.unwrap();
    println!("{report:?}");
}

/// The largest resident set of this process.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1_024.0
}

/// A digest of all rows of each table, in an order that no database chooses.
async fn digests(store: &Store, id: i64) -> Vec<(&'static str, u64, u64)> {
    let workspace = store.workspaces.get(id).await.unwrap();
    let mut tx = workspace.snapshot().await.unwrap();
    let mut digests = Vec::new();
    for table in TABLES {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(100);
        let reading = async {
            rows(&mut tx, table, &sender).await.unwrap();
            drop(sender);
        };
        let adding = async {
            let (mut count, mut sum) = (0, 0_u64);
            while let Some(row) = receiver.recv().await {
                let line = serde_json::to_vec(&row).unwrap();
                let digest: [u8; 8] = Sha256::digest(&line)[..8].try_into().unwrap();
                sum = sum.wrapping_add(u64::from_le_bytes(digest));
                count += 1;
            }
            (count, sum)
        };
        let (_, (count, sum)) = tokio::join!(Box::pin(reading), adding);
        digests.push((table.name, count, sum));
    }
    digests
}

/// A number that looks random and is the same each time.
fn mixed(seed: i64) -> u64 {
    let mut x = (seed as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn prose(id: i64, words: i64) -> String {
    let word = |n| {
        let number = mixed(id * 1_000 + n);
        match number % 7 {
            0 => format!("{:x}", number >> 40),
            _ => WORDS[(number >> 8) as usize % WORDS.len()].to_owned(),
        }
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn address(contact: i64) -> String {
    format!("p{contact}@firm{}.example", contact / 50)
}

fn letter(id: i64, contacts: i64, host: &str) -> Vec<u8> {
    let from = address(1 + id % contacts);
    let text = prose(id, 150);
    let file = match id % FILE_EVERY {
        0 => format!(
            "--b\r\nContent-Type: text/csv; name=\"f{id}.csv\"\r\nContent-Disposition: attachment; filename=\"f{id}.csv\"\r\n\r\n{}\r\n",
            prose(-id, 1_500)
        ),
        _ => String::new(),
    };
    format!(
        "From: P{id} <{from}>\r\nTo: Mia Laine <mia@studio.example>\r\nMessage-ID: <m{id}@{host}.example>\r\n\
         Date: Tue, 10 Nov 2026 11:30:00 +0000\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n{file}--b--\r\n",
        prose(id + 7, 4)
    )
    .into_bytes()
}

async fn fill(desk: &Desk, contacts: i64, count: i64) {
    let mut first = 1;
    while first <= contacts {
        let last = (first + CHUNK - 1).min(contacts);
        people(desk, first, last).await;
        first = last + 1;
    }
    let mut first = 1;
    while first <= count {
        let last = (first + CHUNK - 1).min(count);
        mail(desk, contacts, first, last).await;
        first = last + 1;
    }
    let mut tx = desk.write().await;
    let mut numbers = last_numbers(&mut tx).await.unwrap();
    let made = [
        ("contact", contacts),
        ("interaction", count),
        ("raw_message", count),
    ];
    numbers.extend(made.map(|(name, last)| (name.to_owned(), last)));
    put_last_numbers(&mut tx, &numbers).await.unwrap();
    tx.commit().await.unwrap();
}

async fn people(desk: &Desk, first: i64, last: i64) {
    let capture = |id| format!("p.k{id}");
    let rows: Vec<ContactRow> = (first..=last)
        .map(|id| ContactRow {
            id,
            name: Some(format!("{} Lind{id}", prose(id, 1))),
            phone: Some(format!("+358 9 {id}")),
            capture: Some(capture(id)),
            created_at: NOON,
            ..ContactRow::default()
        })
        .collect();
    let addresses: Vec<AddressRow> = (first..=last)
        .map(|id| AddressRow {
            address: address(id),
            contact_id: id,
            source: "mail".to_owned(),
            created_at: NOON,
        })
        .collect();
    let routes: Vec<Route> = (first..=last)
        .map(|id| Route {
            local_part: capture(id),
            kind: AddressKind::Capture,
            workspace_id: desk.id,
            account_id: None,
            contact_id: Some(id),
            number: None,
        })
        .collect();
    let mut tx = desk.write().await;
    address_book::insert_contacts(&mut tx, &rows).await.unwrap();
    address_book::insert_addresses(&mut tx, &addresses)
        .await
        .unwrap();
    for id in first..=last {
        search::index_contact(&mut tx, id).await.unwrap();
    }
    tx.commit().await.unwrap();
    desk.store
        .registry
        .add_addresses(&routes, NOON)
        .await
        .unwrap();
}

async fn mail(desk: &Desk, contacts: i64, first: i64, last: i64) {
    let ids = first..=last;
    let raws: Vec<RawRow> = ids
        .clone()
        .map(|id| {
            let bytes = letter(id, contacts, "filled");
            let digest = Sha256::digest(&bytes);
            RawRow {
                id,
                digest: digest.iter().map(|b| format!("{b:02x}")).collect(),
                size_bytes: bytes.len() as i64,
                zstd: zstd::bulk::compress(&bytes, 1).unwrap(),
            }
        })
        .collect();
    let row = |id: i64| InteractionRow {
        id,
        kind: "mail".to_owned(),
        direction: "in".to_owned(),
        state: "filed".to_owned(),
        class: "person".to_owned(),
        happened_at: NOON - id,
        created_at: NOON,
        author_kind: "contact".to_owned(),
        author_address: Some(address(1 + id % contacts)),
        author_contact_id: Some(1 + id % contacts),
        subject: Some(prose(id + 7, 4)),
        text: prose(id, 150),
        protection: "none".to_owned(),
        thread_id: id,
        raw_id: Some(id),
        why: "{\"rule\":\"author.known\"}".to_owned(),
        trust: "{}".to_owned(),
        ..InteractionRow::default()
    };
    let rows: Vec<InteractionRow> = ids.clone().map(row).collect();
    let texts: Vec<(i64, String)> = rows.iter().map(|row| (row.id, row.text.clone())).collect();
    let mut tx = desk.write().await;
    raw::insert_many(&mut tx, &raws).await.unwrap();
    interactions::insert_many(&mut tx, &rows).await.unwrap();
    beside(&mut tx, contacts, ids).await;
    search::index_many(&mut tx, Kind::Interaction, &texts)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn beside(tx: &mut rapport::store::Tx, contacts: i64, ids: std::ops::RangeInclusive<i64>) {
    let roles: Vec<ContactRole> = ids
        .clone()
        .map(|id| ContactRole {
            contact_id: 1 + id % contacts,
            interaction_id: id,
            role: "author".to_owned(),
        })
        .collect();
    let files: Vec<AttachmentRow> = ids
        .clone()
        .filter(|id| id % FILE_EVERY == 0)
        .map(|id| AttachmentRow {
            interaction_id: id,
            position: 0,
            name: Some(format!("f{id}.csv")),
            content_type: "text/csv".to_owned(),
            size_bytes: 1,
            sha256: String::new(),
        })
        .collect();
    let keys: Vec<MailKeyRow> = ids
        .clone()
        .map(|id| MailKeyRow {
            message_id: format!("m{id}@filled.example"),
            body_digest: format!("{:x}", mixed(id)),
            interaction_id: id,
        })
        .collect();
    let witnesses: Vec<WitnessRow> = ids
        .clone()
        .map(|id| WitnessRow {
            spool_id: id,
            interaction_id: id,
            received_at: NOON,
            member_id: None,
            addresses: "[\"acme@crm.example\"]".to_owned(),
            envelope: "{}".to_owned(),
            raw_id: Some(id),
            why: "{}".to_owned(),
        })
        .collect();
    let references: Vec<(String, i64)> = ids
        .clone()
        .map(|id| (format!("m{id}@filled.example"), id))
        .collect();
    let participants: Vec<(i64, String)> = ids.map(|id| (id, address(1 + id % contacts))).collect();
    interactions::insert_contacts(tx, &roles).await.unwrap();
    interactions::insert_attachments(tx, &files).await.unwrap();
    mail_keys::insert_many(tx, &keys).await.unwrap();
    mail_keys::insert_witnesses(tx, &witnesses).await.unwrap();
    threads::insert_references(tx, &references).await.unwrap();
    threads::insert_participants(tx, &participants)
        .await
        .unwrap();
}
