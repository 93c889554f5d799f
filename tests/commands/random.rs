//! Random sequences of commands, taken back in reverse: the workspace is what it was, journal aside. Done again in order, it
//! is what it became.

use crate::dump::difference;
use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Confirmation, Cx, Verdict, run};
use rapport::on;
use rapport::store::registry::Role;
use rapport::store::workspace::last_numbers;
use std::collections::BTreeMap;
use std::time::Instant;

/// Sequences on each database.
const SEQUENCES: u64 = 1_000;
/// Each so many-th is also done again, and taken back once more.
const REDONE_EACH: u64 = 5;

/// Numbers that look random, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // xorshift64*, Vigna 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// What a sequence may speak of.
struct Scene {
    dice: Dice,
    sequence: u64,
    numbers: BTreeMap<String, i64>,
}

impl Scene {
    fn contact(&mut self) -> String {
        let next = self.numbers.get("contact").copied().unwrap_or_default() + 1;
        match self.dice.below(8) {
            0 => "@ada".to_owned(),
            1 => "bob@acme.example".to_owned(),
            2 => format!("#c{}", next + self.dice.below(2) as i64),
            other => format!("#c{}", 1 + other % 5),
        }
    }

    fn interaction(&mut self) -> String {
        let next = self.numbers.get("interaction").copied().unwrap_or_default() + 1;
        match self.dice.below(5) {
            0 => format!("#i{}", next + self.dice.below(2) as i64),
            other => format!("#i{other}"),
        }
    }

    fn action(&mut self) -> String {
        let next = self.numbers.get("action").copied().unwrap_or_default() + 1;
        match self.dice.below(4) {
            0 => format!("#a{}", next + self.dice.below(2) as i64),
            other => format!("#a{other}"),
        }
    }

    fn word(&mut self) -> &'static str {
        self.dice
            .one(&["tea", "pilot", "Åbo", "blue", "vip", "berlin", "x"])
    }

    fn due(&mut self) -> &'static str {
        self.dice.one(&[
            "friday",
            "tomorrow 9am",
            "30 Nov",
            "in 2 weeks",
            "every monday",
        ])
    }

    fn address(&mut self) -> String {
        format!(
            "p{}.{}@new{}.example",
            self.sequence,
            self.dice.below(3),
            self.dice.below(2)
        )
    }

    fn line(&mut self) -> String {
        let who = self.contact();
        let (word, other) = (self.word(), self.word());
        match self.dice.below(38) {
            0 => format!("next action {who}: {word} by {}", self.due()),
            1 => format!("next action {who}: {word}"),
            2 => format!("next action {who}: {word} {}", self.due()),
            3 => format!("done {} {word}", self.action()),
            4 => format!("@{}: done", who.trim_start_matches('@')),
            5 => format!("snooze {} 3 days", self.action()),
            6 => format!("snooze {who} mon"),
            7 => format!("remind me to {word} in 2 weeks"),
            8 => format!("note {who}: {word} {other}"),
            9 => format!("call {who}: {word}"),
            10 => format!("meeting {who}: {word} {other}"),
            11 => format!("tag {who}: {word}, {other}"),
            12 => format!("untag {who}: {word}"),
            13 => format!("phone {who}: +49 30 {}", 1000 + self.dice.below(9000)),
            14 => format!("name {who}: {word} {other}"),
            15 => format!("email {who}: {}", self.address()),
            16 => format!("title {who}: {word}"),
            17 => format!(
                "@{}:\nset shoe size: {}",
                who.trim_start_matches('@'),
                36 + self.dice.below(10)
            ),
            18 => format!(
                "clear {who}: {}",
                self.dice.one(&["phone", "title", "shoe size", "email"])
            ),
            19 => format!("company {who}: {word} Oy"),
            20 => format!("new: {word} {other} <{}>", self.address()),
            21 => format!("assign {who}: {}", self.dice.one(&["me", "mia@us.example"])),
            22 => format!("status {who}: {word}"),
            23 => format!("score {who}: {}", self.dice.below(100)),
            24 => format!("keep in touch {who}: {} days", 1 + self.dice.below(60)),
            25 => format!("{} {who}", self.dice.one(&["mute", "unmute"])),
            26 => format!("rotate {who}"),
            27 => format!("merge {who}: {}", self.contact()),
            28 => format!("unmerge {who}"),
            29 => format!("delete {}", self.record()),
            30 => format!("restore {}", self.record()),
            31 => format!("file {}: {who}", self.interaction()),
            32 => format!("file {}: {}", self.interaction(), self.address()),
            33 => format!("paid {who}: {} EUR", 1 + self.dice.below(900)),
            34 => format!("paid {who}: {} JPY yesterday", 1 + self.dice.below(900)),
            35 => "unlink telegram".to_owned(),
            36 => format!("greeting: {word} {other}"),
            _ => self
                .dice
                .one(&[
                    "my zone: Asia/Tokyo",
                    "my quiet: on",
                    "my language: de",
                    "my digest: mon 8:00",
                    "my default time: 10:00",
                ])
                .to_owned(),
        }
    }

    fn record(&mut self) -> String {
        match self.dice.below(3) {
            0 => self.action(),
            1 => self.interaction(),
            _ => self.contact(),
        }
    }

    /// One line, or a few that are done together or not at all.
    fn text(&mut self) -> String {
        let lines = match self.dice.below(4) {
            0 => 1 + self.dice.below(3),
            _ => 1,
        };
        let lines: Vec<String> = (0..lines).map(|_| self.line()).collect();
        lines.join("\n")
    }
}

/// A chat of the owner, a bot of the workspace, and two contacts who wrote to it.
async fn chats(world: &World) {
    let mut tx = world.write().await;
    on!(&mut tx, c => sqlx::query("insert into member_chat (member_id, user_id, chat_id, linked_at) values ($1, 7, 7, 1)")
        .bind(world.cx.actor.member_id).execute(c).await.map(drop).unwrap());
    on!(&mut tx, c => sqlx::query("insert into channel_bot (id, username, sealed, connected_at) values (9, 'us_bot', '', 1)")
        .execute(c).await.map(drop).unwrap());
    for contact in [1_i64, 3] {
        on!(&mut tx, c => sqlx::query(
            "insert into contact_chat (bot_id, chat_id, contact_id, first_at, last_at, message_count) values (9, $1, $1, 1, 1, 1)")
            .bind(contact).execute(c).await.map(drop).unwrap());
    }
    tx.commit().await.unwrap();
}

/// The workspace that every sequence begins with: five contacts, four mails, three actions, two members, a bot.
async fn desk(world: &World) -> Vec<Cx> {
    for (name, company, address) in [
        ("Ada Byron", "Acme", "ada@acme.example"),
        ("Bob Ray", "Acme", "bob@acme.example"),
        ("Carl Moor", "Foo", "carl@foo.example"),
        ("Dora Lind", "Foo", "dora@foo.example"),
        ("Emil Sand", "Home", "emil@home.example"),
    ] {
        world.contact(name, company, address).await;
    }
    for (author, contact, subject) in [
        ("ada@acme.example", Some(1), "Pilot"),
        ("bob@acme.example", Some(2), "Tea"),
        ("eve@home.example", None, "Hello"),
        ("fred@home.example", None, "Offer"),
    ] {
        world.mail(author, contact, subject, "Shall we?").await;
    }
    chats(world).await;
    world.settle().await;
    let mia = world.member("mia@us.example", Role::Member).await;
    let given = |cx: &Cx| Cx {
        confirmation: Confirmation::Given,
        ..cx.clone()
    };
    let members = vec![given(&world.cx), given(&mia)];
    for line in [
        "next action #c1: call by friday",
        "next action #c2: write",
        "remind me to look in 2 weeks",
    ] {
        let replies = run(&world.store, &members[0], line).await.unwrap();
        assert_eq!(
            replies[0].verdict,
            Verdict::Done,
            "{}",
            text::render(&replies, 80)
        );
    }
    members
}

/// The texts that changed something since a change of the journal, the newest first: (member, batch).
async fn changed(world: &World, since: i64) -> Vec<(i64, i64)> {
    let mut tx = world.read().await;
    on!(&mut tx, c => sqlx::query_as(
        "select member_id, batch from journal where id > $1 and changes is not null \
         group by member_id, batch order by max(id) desc")
        .bind(since).fetch_all(c).await.unwrap())
}

async fn numbers(world: &World) -> BTreeMap<String, i64> {
    last_numbers(&mut world.read().await).await.unwrap()
}

async fn must(world: &World, cx: &Cx, line: &str, told: &str) {
    let replies = run(&world.store, cx, line).await.unwrap();
    let shown = text::render(&replies, 200);
    assert!(
        replies.iter().all(|r| r.verdict == Verdict::Done),
        "{line} after:\n{told}\n{shown}"
    );
}

async fn same(world: &World, wanted: &[String], told: &str) {
    let is = world.dump().await;
    assert_eq!(wanted, is, "{told}\n{}", difference(wanted, &is));
}

/// Runs one sequence and takes it back. Gives the verbs that were done.
async fn sequence(
    world: &World,
    members: &[Cx],
    number: u64,
    start: &[String],
) -> BTreeMap<String, u64> {
    let mut verbs: BTreeMap<String, u64> = BTreeMap::new();
    let numbers = numbers(world).await;
    let since = numbers.get("journal").copied().unwrap_or_default();
    let mut scene = Scene {
        dice: Dice(0x9E37_79B9_7F4A_7C15 ^ (number + 1).wrapping_mul(0xBF58_476D_1CE4_E5B9)),
        sequence: number,
        numbers,
    };
    let mut told = format!("{}, sequence {number}:", world.place.name);
    // Most are short, since they are many; some are long.
    let texts = match number % 25 {
        0 => 10,
        _ => 1 + scene.dice.below(3),
    };
    for _ in 0..texts {
        let cx = &members[scene.dice.below(3) as usize / 2];
        let text = scene.text();
        let replies = run(&world.store, cx, &text).await.unwrap();
        let verdict = replies[0].verdict;
        told.push_str(&format!("\n{} says {text}: {verdict:?}", cx.actor.email));
        if verdict == Verdict::Done {
            for line in text.lines() {
                let word = line.split([' ', ':']).next().unwrap_or_default();
                *verbs.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    let batches = changed(world, since).await;
    let speaker = |member: i64| {
        let found = members.iter().find(|cx| cx.actor.member_id == member);
        found.unwrap()
    };
    let rounds = match number.is_multiple_of(REDONE_EACH) {
        true => 2,
        false => 1,
    };
    let end = match rounds {
        1 => Vec::new(),
        _ => world.dump().await,
    };
    for round in 0..rounds {
        for (member, _) in &batches {
            must(world, speaker(*member), "undo", &told).await;
        }
        same(world, start, &told).await;
        if round + 1 < rounds {
            for (member, _) in batches.iter().rev() {
                must(world, speaker(*member), "redo", &told).await;
            }
            same(world, &end, &told).await;
        }
    }
    verbs
}

async fn sequences(world: World) {
    let members = desk(&world).await;
    let start = world.dump().await;
    let begun = Instant::now();
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    for number in 0..SEQUENCES {
        for (verb, count) in sequence(&world, &members, number, &start).await {
            *done.entry(verb).or_default() += count;
        }
    }
    let name = world.place.name;
    println!(
        "{name}: {SEQUENCES} sequences in {:?}; done: {done:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_thousand_random_sequences_undone_in_reverse_leave_what_was_there() {
    let mut running = tokio::task::JoinSet::new();
    for world in worlds().await {
        running.spawn(sequences(world));
    }
    running.join_all().await;
}
