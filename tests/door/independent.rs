//! The same lines through the command line, the body, the subject and the address of a mail give the same changes.

use crate::chat::Chat;
use crate::common::workspace::{Desk, NOON};
use crate::common::{Place, databases};
use crate::lines::{InAddress, Line, PEOPLE, lines};
use crate::whole::{Naming, Whole};
use crate::{INTAKE, MIA, SIGNED_IN};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rapport::commands::{Actor, Cx, Door, Proof, Said, Verdict, run};
use rapport::on;
use rapport::store::registry::Envelope;
use rapport::store::workspace::members;
use std::collections::{BTreeMap, BTreeSet};

/// Lines that go through every door.
const LINES: usize = 500;
/// Of the scene: one letter of each contact.
const SCENE: i64 = PEOPLE.len() as i64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    CommandLine,
    Body,
    Subject,
    /// What an address can say, said on the command line.
    PlainOfAddress,
    Address,
    Chat,
}

/// What was said through one door.
struct Spoken {
    /// Where the desk stands.
    _place: Place,
    desk: Desk,
    way: Way,
    /// The lines whose batch changed something, by batch.
    changed: BTreeMap<i64, usize>,
    chat: Option<Chat>,
}

/// Eight contacts, each by a letter that Mia forwards; Mia lives in Helsinki.
async fn scene(place: &Place) -> Desk {
    let desk = Desk::open(place).await;
    for (number, person) in PEOPLE.iter().enumerate() {
        let body = format!(
            "---------- Forwarded message ---------\nFrom: {} <{}>\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: Pier {number}\n\
             To: {MIA}\n\n\nWe need sixty signs.\n",
            person.name, person.address
        );
        let raw = letter(INTAKE, &format!("scene{number}"), "Fwd: Pier", &body);
        let to = ["log.m7a2x4"];
        desk.spool_bytes(&signed_in(), &to, raw).await;
    }
    desk.file().await;
    say(&desk, "my zone: Europe/Helsinki").await;
    desk
}

fn signed_in() -> Envelope {
    Envelope {
        authenticated: SIGNED_IN.map(str::to_owned),
        ..Envelope::default()
    }
}

/// A mail of Mia's, sent at this moment. Every second one has its text in base64.
fn letter(to: &str, id: &str, subject: &str, body: &str) -> Vec<u8> {
    let subject: Vec<String> = subject
        .chars()
        .collect::<Vec<char>>()
        .chunks(10)
        .map(|part| STANDARD.encode(part.iter().collect::<String>()))
        .map(|part| format!("=?utf-8?B?{part}?="))
        .collect();
    let (encoding, body) = match id.len() % 2 {
        0 => ("8bit", body.replace('\n', "\r\n")),
        _ => ("base64", STANDARD.encode(body)),
    };
    format!(
        "From: {MIA}\r\nTo: {to}\r\nMessage-ID: <{id}@studio.example>\r\nDate: Tue, 10 Nov 2026 12:00:00 +0000\r\n\
         Subject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n",
        subject.join("\r\n ")
    )
    .into_bytes()
}

/// Says a line as `rapport do` does.
async fn say(desk: &Desk, line: &str) -> Verdict {
    let mut members = desk.store.registry.members(desk.id).await.unwrap();
    members.retain(|member| SIGNED_IN == Some(member.account.email.as_str()));
    let mia = members.remove(0);
    let said = Said {
        workspace_id: desk.id,
        actor: Actor {
            member_id: mia.account.id,
            email: mia.account.email,
            name: mia.account.name,
            role: mia.role,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: NOON,
        mail_domain: "crm.example".to_owned(),
    };
    let settings = members::settings(&mut desk.read().await, mia.account.id)
        .await
        .unwrap();
    let replies = Box::pin(run(&desk.store, &Cx::new(said, settings), line))
        .await
        .unwrap();
    replies
        .first()
        .map_or(Verdict::Refused, |reply| reply.verdict)
}

impl Spoken {
    async fn all(place: Place, way: Way, said: &[Line]) -> Spoken {
        let desk = scene(&place).await;
        let chat = match way {
            Way::Chat => Some(Chat::open(&desk).await),
            _ => None,
        };
        let mut spoken = Spoken {
            _place: place,
            desk,
            way,
            changed: BTreeMap::new(),
            chat,
        };
        for (number, line) in said.iter().enumerate() {
            Box::pin(spoken.line(number, line)).await;
        }
        Box::pin(spoken.desk.file()).await;
        if !matches!(way, Way::CommandLine | Way::PlainOfAddress | Way::Chat) {
            spoken.changed = spoken.by_mail().await;
        }
        spoken
    }

    async fn line(&mut self, number: usize, line: &Line) {
        let id = format!("{number}.line");
        self.words(number, &id, &line.text, line.address.as_ref())
            .await;
        if line.is_confirmed() {
            Box::pin(self.desk.file()).await;
            let Some(code) = self.code().await else {
                return;
            };
            let confirm = InAddress {
                contact: None,
                tag: format!("confirm.{code}"),
                subject: String::new(),
                plain: format!("confirm {code}"),
            };
            let id = format!("{number}.sure");
            self.words(number, &id, &confirm.plain, Some(&confirm))
                .await;
            Box::pin(self.desk.file()).await;
        }
    }

    async fn words(&mut self, number: usize, id: &str, text: &str, address: Option<&InAddress>) {
        let desk = &self.desk;
        let home = "log.m7a2x4".to_owned();
        let (to, raw) = match self.way {
            Way::CommandLine | Way::Chat => return self.said(number, text).await,
            Way::PlainOfAddress => {
                return self.said(number, &address.unwrap().plain).await;
            }
            Way::Body => (home, letter(INTAKE, id, &format!("Line {number}"), text)),
            Way::Subject => {
                let body = format!("This is line {number}.");
                (home, letter(INTAKE, id, text, &body))
            }
            Way::Address => {
                let address = address.unwrap();
                let local_part = match address.contact {
                    Some(contact) => capture(desk, contact).await,
                    None => home,
                };
                let separator = ["+", "=", "--"][number % 3];
                let body = format!("This is line {number}.");
                let raw = letter(MIA, id, &address.subject, &body);
                (format!("{local_part}{separator}{}", address.tag), raw)
            }
        };
        desk.spool_bytes(&signed_in(), &[&to], raw).await;
    }

    async fn said(&mut self, number: usize, text: &str) {
        match &mut self.chat {
            Some(chat) => chat.says(&self.desk, text).await,
            None => {
                say(&self.desk, text).await;
            }
        }
        let last = self
            .desk
            .column("select cast(max(batch) as text) from journal")
            .await;
        let last: i64 = last[0].parse().unwrap();
        self.changed.entry(last).or_insert(number);
    }

    /// The code that was asked for last.
    async fn code(&self) -> Option<String> {
        let codes = self
            .desk
            .column("select code from confirmation where used_at is null order by id desc limit 1")
            .await;
        codes.into_iter().next()
    }

    /// Which mail ran as which batch.
    async fn by_mail(&self) -> BTreeMap<i64, usize> {
        let rows = self
            .desk
            .column(
                "select cast(r.batch as text) || ' ' || k.message_id from command_run r \
                 join mail_key k on k.interaction_id = r.interaction_id where r.batch > 0",
            )
            .await;
        let line = |row: &String| {
            let (batch, id) = row.split_once(' ')?;
            let number = id.split('.').next()?.trim_start_matches('<');
            Some((batch.parse().ok()?, number.parse().ok()?))
        };
        rows.iter().map(|row| line(row).unwrap()).collect()
    }

    async fn rows(&self, naming: Naming) -> Vec<(String, Option<usize>)> {
        let shown = Whole::read(&self.desk, SCENE, naming).await;
        let number = |batch: Option<i64>| self.changed.get(&batch?).copied();
        shown
            .into_iter()
            .map(|row| (row.text, number(row.batch)))
            .collect()
    }
}

async fn capture(desk: &Desk, contact: usize) -> String {
    let mut tx = desk.read().await;
    on!(&mut tx, c => sqlx::query_scalar("select capture from contact where id = $1")
        .bind(contact as i64).fetch_one(c).await)
    .unwrap()
}

/// The first row that differs, and the line that wrote it.
async fn compare(one: &Spoken, other: &Spoken, said: &[Line], naming: Naming) {
    let (left, right) = (one.rows(naming).await, other.rows(naming).await);
    let differs = |at: &usize| left.get(*at).map(|r| &r.0) != right.get(*at).map(|r| &r.0);
    let Some(at) = (0..left.len().max(right.len())).find(differs) else {
        return;
    };
    let show = |row: Option<&(String, Option<usize>)>| match row {
        None => "nothing".to_owned(),
        Some((text, number)) => {
            let line = number.map(|n| format!(" by line {n}: {}", said[n].text));
            format!("{text}{}", line.unwrap_or_default())
        }
    };
    panic!(
        "{:?}: {}\n{:?}: {}",
        one.way,
        show(left.get(at)),
        other.way,
        show(right.get(at))
    );
}

/// Nearly every line changes something, and every verb does.
fn most_lines_change_something(spoken: &Spoken, said: &[Line]) {
    let changed: BTreeSet<usize> = spoken.changed.values().copied().collect();
    assert!(
        changed.len() * 100 >= said.len() * 85,
        "{} of {} lines",
        changed.len(),
        said.len()
    );
    let verbs = |lines: &mut dyn Iterator<Item = usize>| -> BTreeSet<&str> {
        lines.map(|number| said[number].verb).collect()
    };
    assert_eq!(
        verbs(&mut (0..said.len())),
        verbs(&mut changed.iter().copied())
    );
}

async fn every_door(places: [Place; 6]) {
    let name = places[0].name;
    let [command_line, body, subject, plain, address, chat] = places;
    let said = lines(LINES);
    let (in_words, in_mail) = (
        Spoken::all(command_line, Way::CommandLine, &said),
        Spoken::all(body, Way::Body, &said),
    );
    let (in_words, in_body) = tokio::join!(in_words, in_mail);
    most_lines_change_something(&in_words, &said);
    compare(&in_words, &in_body, &said, Naming::Same).await;
    let in_chat = Spoken::all(chat, Way::Chat, &said).await;
    compare(&in_words, &in_chat, &said, Naming::Same).await;
    let in_subject = Spoken::all(subject, Way::Subject, &said).await;
    compare(&in_words, &in_subject, &said, Naming::Same).await;
    let count = said.len();
    let said: Vec<Line> = said.into_iter().filter(|l| l.address.is_some()).collect();
    let (plain, in_address) = tokio::join!(
        Spoken::all(plain, Way::PlainOfAddress, &said),
        Spoken::all(address, Way::Address, &said)
    );
    most_lines_change_something(&plain, &said);
    compare(&plain, &in_address, &said, Naming::Different).await;
    println!(
        "{name}: {count} lines by command line, chat, body and subject; {} of them by address, {} cannot be said there; \
         {} changed something",
        said.len(),
        count - said.len(),
        in_words.changed.len()
    );
}

#[test]
fn the_same_lines_give_the_same_changes_through_every_door() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A build for tests wants more of a stack than a worker has by default.
    runtime
        .worker_threads(2)
        .thread_stack_size(16 << 20)
        .enable_all();
    runtime.build().unwrap().block_on(on_every_database());
}

async fn on_every_database() {
    let mut places = Vec::new();
    for _ in 0..6 {
        places.push(databases().await.into_iter());
    }
    let mut running = tokio::task::JoinSet::new();
    while let [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)] =
        std::array::from_fn(|at| places[at].next())
    {
        running.spawn(Box::pin(every_door([a, b, c, d, e, f])));
    }
    running.join_all().await;
}
