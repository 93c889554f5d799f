//! What a command from mail costs in a workspace that is full, against one that is nearly empty:
//! `cargo bench --bench commands`.
//!
//! Fills a workspace with contacts, mail and actions, puts the same ten contacts into an empty one, and has mails with one
//! command each filed, run and answered in both, in turn. Prints the medians and their ratio, and ends with an error where a
//! ratio is above 2. `-- --interactions 20000 --mails 40` makes it smaller, `-- --only sqlite` leaves a database out.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::workspace::{Desk, NOON, SECOND};
use common::{Place, databases};
use rapport::on;
use rapport::store::registry::{AddressKind, Envelope, Route};
use rapport::store::workspace::actions::{self, ActionRow};
use rapport::store::workspace::address_book::{self, AddressRow};
use rapport::store::workspace::contacts::ContactRow;
use rapport::store::workspace::interactions::{self, ContactRole, InteractionRow};
use rapport::store::workspace::journal::{self, JournalRow};
use rapport::store::workspace::mail_keys::{self, MailKeyRow};
use rapport::store::workspace::members::{self, MemberRow};
use rapport::store::workspace::search::{self, Kind};
use rapport::store::workspace::{last_numbers, put_last_numbers, threads};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What one command may cost in a full workspace, as a multiple of what it costs in an empty one.
const RATIO_MAX: f64 = 2.0;
/// Contacts to whom the commands speak.
const SPOKEN_OF: i64 = 10;
/// Members among whom the actions are shared.
const MEMBERS: i64 = 10;
/// Rows of one transaction while a workspace is filled.
const CHUNK: i64 = 10_000;
/// People are called by these, so that a first name is many people's.
const FIRST_NAMES: [&str; 20] = [
    "Ada", "Bob", "Carl", "Dora", "Emil", "Fred", "Grace", "Hugo", "Ines", "Jon", "Kaisa", "Lena",
    "Marta", "Nils", "Olga", "Paul", "Quentin", "Rosa", "Sven", "Tove",
];

/// A mail about a contact.
type Shape = fn(i64) -> Written;

/// What a mail asks for: its name in the table, and how it is written about a contact.
const SHAPES: [(&str, Shape); 5] = [
    ("next action, tag in a BCC", |contact| Written {
        to: address(contact),
        envelope: format!("{}+next.fri", capture(contact)),
        subject: "Call about the pier".to_owned(),
        body: "Dear all, here is the plan.".to_owned(),
    }),
    ("@name: next action", |contact| {
        Written::home(format!("@\"{}\": next action: call Friday", name(contact)))
    }),
    ("@first-last: note", |contact| {
        Written::home(format!("@{}:\nnote: prefers mornings", name(contact)))
    }),
    ("next action #c", |contact| {
        Written::home(format!("next action #c{contact}: write by friday"))
    }),
    ("done", |contact| Written {
        to: format!("{}@crm.example", capture(contact)),
        envelope: capture(contact),
        subject: "Pier".to_owned(),
        body: "done".to_owned(),
    }),
];

struct Written {
    to: String,
    envelope: String,
    subject: String,
    body: String,
}

impl Written {
    /// To the member's own address.
    fn home(body: String) -> Written {
        Written {
            to: "log.m7a2x4@crm.example".to_owned(),
            envelope: "log.m7a2x4".to_owned(),
            subject: "Pier".to_owned(),
            body,
        }
    }
}

fn name(contact: i64) -> String {
    let first = FIRST_NAMES[contact as usize % FIRST_NAMES.len()];
    format!("{first} Lind{contact}")
}

fn address(contact: i64) -> String {
    format!("p{contact}@firm{}.example", contact / 50)
}

fn capture(contact: i64) -> String {
    format!("p.k{contact}")
}

struct Arguments {
    interactions: i64,
    mails: usize,
    only: Option<String>,
}

impl Arguments {
    fn read() -> Arguments {
        let arguments: Vec<String> = std::env::args().collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|a| a == name)?;
            arguments.get(at + 1).cloned()
        };
        let number = |name: &str, or: i64| value(name).map_or(or, |v| v.parse().unwrap());
        Arguments {
            interactions: number("--interactions", 1_000_000),
            mails: number("--mails", 200) as usize,
            only: value("--only"),
        }
    }
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let (small, large) = (databases().await, databases().await);
    let mut is_slow = false;
    for (small, large) in small.into_iter().zip(large) {
        let is_left_out = |only: &String| only != small.name;
        if !arguments.only.as_ref().is_some_and(is_left_out) {
            is_slow |= !compare(&arguments, &small, &large).await;
        }
    }
    if is_slow {
        println!("slower than {RATIO_MAX} times");
        std::process::exit(1);
    }
}

/// True where nothing was slower than it may be.
async fn compare(arguments: &Arguments, small: &Place, large: &Place) -> bool {
    let small = Desk::open(small).await;
    fill(&small, SPOKEN_OF, 0).await;
    let begun = Instant::now();
    let full = Desk::open(large).await;
    let contacts = (arguments.interactions / 10).max(SPOKEN_OF);
    fill(&full, contacts, arguments.interactions).await;
    println!(
        "\n{}: {contacts} contacts, {} interactions, {} actions, made in {:.0} s",
        large.name,
        arguments.interactions,
        arguments.interactions / 20,
        begun.elapsed().as_secs_f64()
    );
    println!("one command in a mail          empty ms    full ms    ratio");
    let mut holds = true;
    let mut all = [Vec::new(), Vec::new()];
    for (shape, (title, write)) in SHAPES.iter().enumerate() {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..arguments.mails {
            // The one that comes second finds the machine warmer: each is first in turn.
            let mut order = [(0, &small), (1, &full)];
            order.rotate_left(round % 2);
            for (which, desk) in order {
                let contact = 1 + round as i64 % SPOKEN_OF;
                let id = format!("{shape}.{round}@studio.example");
                times[which].push(one(desk, &id, &write(contact)).await);
            }
        }
        holds &= print(title, &times);
        for (all, times) in all.iter_mut().zip(times) {
            all.extend(times);
        }
    }
    holds &= print("all of them", &all);
    for desk in [&small, &full] {
        everything_was_done(desk, SHAPES.len() * arguments.mails).await;
    }
    holds
}

/// Spools a mail, and measures how long it takes to be filed, run and answered.
async fn one(desk: &Desk, id: &str, written: &Written) -> Duration {
    // Further apart than the caps on letters ask for.
    desk.pass(700);
    let raw = format!(
        "From: Mia Laine <mia@studio.example>\r\nTo: {}\r\nMessage-ID: <{id}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        written.to, written.subject, written.body
    );
    let envelope = Envelope {
        authenticated: Some("mia@studio.example".to_owned()),
        ..Envelope::default()
    };
    let to = [written.envelope.as_str()];
    desk.spool_bytes(&envelope, &to, raw.into_bytes()).await;
    let begun = Instant::now();
    desk.file().await;
    begun.elapsed()
}

fn print(title: &str, times: &[Vec<Duration>; 2]) -> bool {
    let [empty, full] = times.each_ref().map(|times| median(times) * 1_000.0);
    let ratio = full / empty;
    println!("{title:28} {empty:10.2} {full:10.2} {ratio:8.2}");
    ratio <= RATIO_MAX
}

fn median(times: &[Duration]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted
        .get(sorted.len() / 2)
        .map_or(0.0, Duration::as_secs_f64)
}

async fn everything_was_done(desk: &Desk, mails: usize) {
    let done = desk
        .column("select cast(count(*) as text) from command_run where batch > 0 and outbox_id is not null")
        .await;
    assert_eq!(
        done,
        [mails.to_string()],
        "each mail was run and answered once"
    );
}

/// Contacts, what was said with them, and what is to be done for every second one of them.
async fn fill(desk: &Desk, contacts: i64, interactions: i64) {
    let mia = member(desk).await;
    let mut first = 1;
    while first <= contacts {
        let last = (first + CHUNK - 1).min(contacts);
        people(desk, mia, first, last).await;
        first = last + 1;
    }
    let mut first = 1;
    while first <= interactions {
        let last = (first + CHUNK - 1).min(interactions);
        mail(desk, mia, contacts, first, last).await;
        first = last + 1;
    }
    let mut tx = desk.write().await;
    let count = interactions / 20;
    for id in 1..=count {
        // Not for those whom the commands speak of: they begin alike in both workspaces.
        let contact = SPOKEN_OF + 1 + id % (contacts - SPOKEN_OF).max(1);
        let member = match id % MEMBERS {
            0 => mia,
            other => other,
        };
        let row = action(id, member, contact);
        actions::insert(&mut tx, &row).await.unwrap();
    }
    let mut numbers = last_numbers(&mut tx).await.unwrap();
    let made = [
        ("contact", contacts),
        ("interaction", interactions),
        ("journal", interactions),
        ("action", count),
    ];
    numbers.extend(made.map(|(name, last)| (name.to_owned(), last)));
    put_last_numbers(&mut tx, &numbers).await.unwrap();
    tx.commit().await.unwrap();
    analyze(desk).await;
}

/// PostgreSQL gathers what it plans by within a minute, by itself; SQLite never does.
async fn analyze(desk: &Desk) {
    let mut tx = desk.write().await;
    if tx.is_postgres() {
        on!(&mut tx, c => sqlx::query("analyze").execute(c).await.map(drop)).unwrap();
    }
    tx.commit().await.unwrap();
}

async fn member(desk: &Desk) -> i64 {
    let all = desk.store.registry.members(desk.id).await.unwrap();
    let mia = all
        .into_iter()
        .find(|m| m.account.email == "mia@studio.example")
        .unwrap();
    let row = MemberRow {
        id: mia.account.id,
        email: mia.account.email,
        name: None,
        role: mia.role.word().to_owned(),
    };
    let mut tx = desk.write().await;
    members::put(&mut tx, &row).await.unwrap();
    for id in 1..MEMBERS {
        let other = MemberRow {
            id,
            email: format!("m{id}@studio.example"),
            ..row.clone()
        };
        members::put(&mut tx, &other).await.unwrap();
    }
    tx.commit().await.unwrap();
    row.id
}

async fn people(desk: &Desk, mia: i64, first: i64, last: i64) {
    let row = |id| ContactRow {
        id,
        name: Some(name(id)),
        phone: Some(format!("+358 9 {id}")),
        capture: Some(capture(id)),
        responsible_id: Some(mia),
        created_at: NOON,
        ..ContactRow::default()
    };
    let of = |id| AddressRow {
        address: address(id),
        contact_id: id,
        source: "mail".to_owned(),
        created_at: NOON,
    };
    let rows: Vec<ContactRow> = (first..=last).map(row).collect();
    let addresses: Vec<AddressRow> = (first..=last).map(of).collect();
    let texts: Vec<(i64, String)> = (first..=last)
        .map(|id| (id, format!("{} · {}", name(id), address(id))))
        .collect();
    let routes: Vec<Route> = rows.iter().map(|row| route(desk.id, row)).collect();
    let mut tx = desk.write().await;
    address_book::insert_contacts(&mut tx, &rows).await.unwrap();
    address_book::insert_addresses(&mut tx, &addresses)
        .await
        .unwrap();
    search::index_many(&mut tx, Kind::Contact, &texts)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.store
        .registry
        .add_addresses(&routes, NOON)
        .await
        .unwrap();
}

fn route(workspace_id: i64, row: &ContactRow) -> Route {
    Route {
        local_part: capture(row.id),
        kind: AddressKind::Capture,
        workspace_id,
        account_id: None,
        contact_id: Some(row.id),
        number: None,
    }
}

/// Mail of ten in a thread, with all that filing writes but the raw bytes, which no command reads.
async fn mail(desk: &Desk, mia: i64, contacts: i64, first: i64, last: i64) {
    let whose = |id: i64| 1 + id % contacts;
    let rows: Vec<InteractionRow> = (first..=last)
        .map(|id| interaction(id, mia, whose(id)))
        .collect();
    let role = |id| ContactRole {
        contact_id: whose(id),
        interaction_id: id,
        role: "author".to_owned(),
    };
    let roles: Vec<ContactRole> = (first..=last).map(role).collect();
    let texts: Vec<(i64, String)> = rows
        .iter()
        .map(|row| {
            (
                row.id,
                format!("{} {}", row.subject.as_deref().unwrap(), row.text),
            )
        })
        .collect();
    let key = |id: i64| MailKeyRow {
        message_id: format!("{id}@mail.example"),
        body_digest: format!("{id:064x}"),
        interaction_id: id,
    };
    let keys: Vec<MailKeyRow> = (first..=last).map(key).collect();
    let references: Vec<(String, i64)> = (first..=last)
        .map(|id| (format!("{id}@mail.example"), thread(id)))
        .collect();
    let participants: Vec<(i64, String)> = (first..=last)
        .filter(|id| *id == thread(*id))
        .flat_map(|id| {
            [
                (id, address(whose(id))),
                (id, "mia@studio.example".to_owned()),
            ]
        })
        .collect();
    let changes: Vec<JournalRow> = (first..=last).map(|id| filed(id, mia)).collect();
    let moments: BTreeMap<i64, i64> = rows
        .iter()
        .map(|row| (whose(row.id), row.happened_at))
        .collect();
    let moments: Vec<(i64, i64)> = moments.into_iter().collect();
    let mut tx = desk.write().await;
    interactions::insert_many(&mut tx, &rows).await.unwrap();
    interactions::insert_contacts(&mut tx, &roles)
        .await
        .unwrap();
    mail_keys::insert_many(&mut tx, &keys).await.unwrap();
    threads::insert_references(&mut tx, &references)
        .await
        .unwrap();
    threads::insert_participants(&mut tx, &participants)
        .await
        .unwrap();
    journal::insert_many(&mut tx, &changes).await.unwrap();
    address_book::heard_of(&mut tx, &moments).await.unwrap();
    search::index_many(&mut tx, Kind::Interaction, &texts)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn thread(id: i64) -> i64 {
    1 + (id - 1) / 10 * 10
}

fn interaction(id: i64, mia: i64, contact: i64) -> InteractionRow {
    InteractionRow {
        id,
        kind: "mail".to_owned(),
        direction: "in".to_owned(),
        state: "filed".to_owned(),
        class: "person".to_owned(),
        happened_at: NOON - (2_000_000 - id) * 30 * SECOND,
        created_at: NOON - (2_000_000 - id) * 30 * SECOND,
        member_id: Some(mia),
        author_kind: "contact".to_owned(),
        author_name: Some(name(contact)),
        author_address: Some(address(contact)),
        author_contact_id: Some(contact),
        subject: Some(format!("Offer {} for the pier", id % 1_000)),
        text: format!(
            "Dear Mia, sixty signs for pier {} by the {}th; a call on Friday would do. {}",
            id % 97,
            id % 28,
            name(contact)
        ),
        protection: "none".to_owned(),
        thread_id: thread(id),
        why: r#"{"rule":"capture_address"}"#.to_owned(),
        trust: "{}".to_owned(),
        ..InteractionRow::default()
    }
}

fn filed(id: i64, mia: i64) -> JournalRow {
    JournalRow {
        id,
        at: NOON - (2_000_000 - id) * 30 * SECOND,
        member_id: Some(mia),
        door: "mail".to_owned(),
        proof: "none".to_owned(),
        verb: "file".to_owned(),
        subject: format!("#i{id}"),
        before: "{}".to_owned(),
        after: "{}".to_owned(),
        ..JournalRow::default()
    }
}

fn action(id: i64, mia: i64, contact: i64) -> ActionRow {
    ActionRow {
        id,
        kind: "action".to_owned(),
        state: "current".to_owned(),
        member_id: mia,
        contact_id: Some(contact),
        text: "call about the pier".to_owned(),
        due_at: Some(NOON + (id % 60) * 86_400 * SECOND),
        created_at: NOON,
        ..ActionRow::default()
    }
}
