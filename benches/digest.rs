//! How long the digest of a member takes in workspaces of 1,000, 10,000 and 100,000 contacts: `cargo bench --bench digest`.
//!
//! Each has ten letters and half an open action a contact, all of one member, all with an interval to keep in touch; forty letters
//! came since the last digest. Read, written as text and page, and put into the outbox, committed; medians of 21. On SQLite, and
//! on PostgreSQL where its programs are installed. `-- --largest 10000` leaves out what is larger.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use rapport::digest::contents::contents;
use rapport::digest::digest;
use rapport::domain::member_settings::MemberSettings;
use rapport::on;
use rapport::post::{self, Letter, Letterhead, Occasion, Written};
use rapport::store::Tx;
use rapport::store::workspace::actions::{self, ActionRow};
use rapport::store::workspace::address_book::{self, AddressRow};
use rapport::store::workspace::contacts::ContactRow;
use rapport::store::workspace::digests::Since;
use rapport::store::workspace::interactions::{self, ContactRole, InteractionRow};
use rapport::store::workspace::members::{self, MemberRow};
use std::time::{Duration, Instant};

/// 2026-11-10T07:30:00Z, a Tuesday.
const NOW_US: i64 = 1_794_295_800_000_000;
const DAY_US: i64 = 86_400_000_000;
const SIZES: [i64; 3] = [1_000, 10_000, 100_000];
const LETTERS_EACH: i64 = 10;
const NEW_LETTERS: i64 = 40;
const ROUNDS: usize = 21;
const LOT: i64 = 5_000;
const MEMBER: i64 = 1;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let largest = arguments.iter().position(|a| a == "--largest");
    let largest = largest
        .and_then(|at| arguments.get(at + 1)?.parse().ok())
        .unwrap_or(i64::MAX);
    println!(
        "database   contacts   letters   actions   read ms   written ms   committed ms   all ms"
    );
    for place in common::databases().await {
        let store = place.open().await;
        for (id, size) in (1..).zip(SIZES.into_iter().filter(|size| *size <= largest)) {
            store.registry.announce(id, 1).await.unwrap();
            let workspace = store.workspaces.get(id).await.unwrap();
            fill(&workspace, size).await;
            if place.database_url.is_some() {
                let mut tx = workspace.write().await.unwrap();
                on!(&mut tx, c => sqlx::query("analyze").execute(c).await.map(drop)).unwrap();
                tx.commit().await.unwrap();
            }
            let mut times: [Vec<Duration>; 4] = Default::default();
            for _ in 0..ROUNDS {
                for (kind, time) in times.iter_mut().zip(one(&workspace, size).await) {
                    kind.push(time);
                }
            }
            let [read, written, committed, all] = times.map(median_ms);
            println!(
                "{:<8} {size:>10} {:>9} {:>9} {read:>9.2} {written:>12.2} {committed:>14.2} {all:>8.2}",
                place.name,
                size * LETTERS_EACH,
                size / 2
            );
        }
    }
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

/// One digest: read, written, committed, and all three.
async fn one(workspace: &rapport::store::workspace::Workspace, size: i64) -> [Duration; 4] {
    let settings = MemberSettings::default();
    let since = Since {
        at_us: NOW_US - DAY_US,
        interaction_id: size * LETTERS_EACH - NEW_LETTERS,
    };
    let started = Instant::now();
    let mut tx = workspace.write().await.unwrap();
    let told = contents(&mut tx, MEMBER, since, NOW_US).await.unwrap();
    assert!(told.has_more_due && told.has_more_news && !told.quiet.is_empty());
    let read = started.elapsed();
    let told = digest(&told, &settings, NOW_US).unwrap();
    let key = common::key();
    let head = Letterhead {
        key: &key,
        mail_domain: "crm.example",
        workspace_id: workspace.id,
        now_us: NOW_US,
    };
    let letter = Letter {
        member_id: MEMBER,
        occasion: Occasion::Digest,
        replies: &told.replies,
        subject: &told.subject,
        answers: None,
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        nonce: rand::random(),
    };
    let row = post::write(&mut tx, &head, &letter).await.unwrap();
    assert!(matches!(row, Written::Letter { .. }));
    let written = started.elapsed();
    tx.commit().await.unwrap();
    let all = started.elapsed();
    [read, written - read, all - written, all]
}

async fn fill(workspace: &rapport::store::workspace::Workspace, size: i64) {
    let mut tx = workspace.write().await.unwrap();
    let member = MemberRow {
        id: MEMBER,
        email: "mia@studio.example".to_owned(),
        name: Some("Mia Laine".to_owned()),
        role: "owner".to_owned(),
    };
    members::put(&mut tx, &member).await.unwrap();
    tx.commit().await.unwrap();
    for first in (1..=size).step_by(usize::try_from(LOT).unwrap()) {
        let ids: Vec<i64> = (first..(first + LOT).min(size + 1)).collect();
        let mut tx = workspace.write().await.unwrap();
        people(&mut tx, &ids).await;
        letters(&mut tx, &ids, size).await;
        for id in ids.iter().filter(|id| *id % 2 == 0) {
            let action = ActionRow {
                id: *id / 2,
                kind: "action".to_owned(),
                state: "current".to_owned(),
                member_id: MEMBER,
                contact_id: Some(*id),
                text: "call about the signs at the pier".to_owned(),
                // From a month ago to most of a year ahead.
                due_at: Some(NOW_US + (id % 365 - 30) * DAY_US),
                created_at: NOW_US - 40 * DAY_US,
                ..ActionRow::default()
            };
            actions::insert(&mut tx, &action).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let mut tx = workspace.write().await.unwrap();
    on!(&mut tx, c => sqlx::query("update contact set keep_in_touch_days = 30 + id % 60")
        .execute(c).await.map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

async fn people(tx: &mut Tx, ids: &[i64]) {
    let contacts: Vec<ContactRow> = ids
        .iter()
        .map(|id| ContactRow {
            id: *id,
            name: Some(format!("Person {id}")),
            capture: Some(format!("person{id}.aaaaaa")),
            responsible_id: Some(MEMBER),
            created_at: NOW_US - 400 * DAY_US,
            ..ContactRow::default()
        })
        .collect();
    address_book::insert_contacts(tx, &contacts).await.unwrap();
    let addresses: Vec<AddressRow> = ids
        .iter()
        .map(|id| AddressRow {
            address: format!("person{id}@northwind.example"),
            contact_id: *id,
            source: "mail".to_owned(),
            created_at: NOW_US - 400 * DAY_US,
        })
        .collect();
    address_book::insert_addresses(tx, &addresses)
        .await
        .unwrap();
}

/// Ten letters each over a year, and a few of them since yesterday; every fiftieth waits to be filed.
async fn letters(tx: &mut Tx, ids: &[i64], size: i64) {
    let mut rows = Vec::new();
    let mut roles = Vec::new();
    let mut moments = Vec::new();
    let all = size * LETTERS_EACH;
    for contact in ids {
        for letter in 1..=LETTERS_EACH {
            let id = (contact - 1) * LETTERS_EACH + letter;
            let is_new = id > all - NEW_LETTERS;
            let at = match is_new {
                true => NOW_US - 3_600_000_000 + id % 1_000,
                false => NOW_US - 2 * DAY_US - (all - id) * (363 * DAY_US / all),
            };
            rows.push(InteractionRow {
                id,
                kind: "mail".to_owned(),
                direction: "in".to_owned(),
                state: match is_new || id % 50 > 0 {
                    true => "filed".to_owned(),
                    false => "unfiled".to_owned(),
                },
                class: "person".to_owned(),
                happened_at: at,
                created_at: at,
                author_kind: "contact".to_owned(),
                author_name: Some(format!("Person {contact}")),
                author_address: Some(format!("person{contact}@northwind.example")),
                author_contact_id: Some(*contact),
                subject: Some("The signs at the pier".to_owned()),
                text: "We need sixty signs, and they should stand before the season begins."
                    .to_owned(),
                protection: "none".to_owned(),
                thread_id: id,
                why: "{}".to_owned(),
                trust: "{}".to_owned(),
                ..InteractionRow::default()
            });
            roles.push(ContactRole {
                contact_id: *contact,
                interaction_id: id,
                role: "author".to_owned(),
            });
            moments.push((*contact, at));
        }
    }
    interactions::insert_many(tx, &rows).await.unwrap();
    interactions::insert_contacts(tx, &roles).await.unwrap();
    // The last letter of each counts; so do not say all ten.
    let last: Vec<(i64, i64)> = moments
        .chunks(LETTERS_EACH as usize)
        .filter_map(|of_one| of_one.last().copied())
        .collect();
    address_book::heard_of(tx, &last).await.unwrap();
}
