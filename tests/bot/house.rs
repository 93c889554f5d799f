//! Mia and Jon in the workspace `acme`, the members' bot, and the world in which people have Telegram.

use crate::common::Place;
use crate::common::ai::{Hearing, KEY};
use crate::common::workspace::{Desk, SECOND};
use rapport::ai::{Ai, Ais, Provider, SPEECH_MODEL};
use rapport::bot::{Api, Bots, Settings};
use rapport::commands::context::{Actor, Cx, Door, Proof, Said};
use rapport::commands::reply::{Reply, text};
use rapport::demo::telegram::{BotApi, Shown};
use rapport::domain::Clock;
use rapport::store::registry::Role;
use rapport::store::workspace::members;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The members' bot.
pub const BOT: &str = "100001:members_bot_token_of_letters_0000";
/// The workspace's own.
pub const OWN: &str = "200002:workspace_bot_token_of_letters_00";
/// Mia's account at Telegram, and Jon's.
pub const MIA: i64 = 11;
pub const JON: i64 = 12;
/// Somebody from outside.
pub const ADA: i64 = 21;
/// 2026-11-10T12:00:00Z in microseconds.
const NOON: i64 = crate::common::workspace::NOON;

pub struct House {
    pub desk: Desk,
    pub api: BotApi,
    pub now: Arc<AtomicI64>,
    /// Leases and rests that a fault leaves behind run out by themselves.
    began: std::time::Instant,
    running: Option<(JoinHandle<()>, CancellationToken)>,
    node: &'static str,
    pub ai: Ais,
}

impl House {
    /// With nobody linked.
    pub async fn open(place: &Place) -> House {
        if std::env::var_os("RAPPORT_TEST_LOG").is_some() {
            let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        }
        let desk = Desk::open(place).await;
        let api = BotApi::start().await.unwrap();
        api.add_bot(BOT, 100_001, "RapportBot");
        api.add_bot(OWN, 200_002, "AcmeBot");
        api.person(MIA, "Mia Moe", "mia", "en");
        api.person(JON, "Jon Doe", "jon", "en");
        api.person(ADA, "Ada Byron", "ada_b", "de");
        let mut house = House {
            desk,
            api,
            now: Arc::new(AtomicI64::new(NOON)),
            began: std::time::Instant::now(),
            running: None,
            node: "one",
            ai: Ais::default(),
        };
        // Mail makes members known to their workspace; here nothing has come yet.
        house.know_members().await;
        house.start();
        house.until_served(BOT).await;
        house
    }

    /// With Mia linked.
    pub async fn with_mia(place: &Place) -> House {
        let house = House::open(place).await;
        house.link("mia@studio.example", MIA).await;
        house
    }

    async fn know_members(&self) {
        let workspace = self.desk.store.workspaces.get(self.desk.id).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        for member in self
            .desk
            .store
            .registry
            .members(self.desk.id)
            .await
            .unwrap()
        {
            let row = members::MemberRow {
                id: member.account.id,
                email: member.account.email,
                name: member.account.name,
                role: member.role.word().to_owned(),
            };
            members::put(&mut tx, &row).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Begins to serve, as a process does that starts.
    pub fn start(&mut self) {
        let (shown, began) = (self.now.clone(), self.began);
        let settings = Settings {
            mail_domain: "crm.example".to_owned(),
            token: Some(BOT.to_owned()),
            base_url: None,
            poll_seconds: 5,
        };
        let bots = Bots {
            ai: self.ai.clone(),
            store: self.desk.store.clone(),
            settings: Arc::new(settings),
            api: Api::new(Some(&self.api.url()), 5).unwrap(),
            node: self.node.into(),
            clock: Clock::of(move || {
                let passed = i64::try_from(began.elapsed().as_micros()).unwrap();
                shown.load(Ordering::SeqCst) + passed
            }),
            random: rand::random,
        };
        let stop = CancellationToken::new();
        self.running = Some((tokio::spawn(bots.run(stop.clone())), stop));
    }

    /// Begins anew, with somebody who hears voices.
    pub async fn start_hearing(&mut self, hearing: &Hearing) {
        let provider = Provider {
            base_url: Some(hearing.url.clone()),
            key: Some(KEY.to_owned()),
            speech_model: SPEECH_MODEL.to_owned(),
        };
        self.ai.instance = Some(Ai::new(&provider).unwrap());
        self.stop().await;
        self.start();
        self.until_served(BOT).await;
    }

    /// Stops in good order.
    pub async fn stop(&mut self) {
        if let Some((task, stop)) = self.running.take() {
            stop.cancel();
            task.await.unwrap();
        }
    }

    /// Dies: nothing comes to its end.
    pub fn kill(&mut self) {
        if let Some((task, _)) = self.running.take() {
            task.abort();
        }
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * SECOND, Ordering::SeqCst);
        self.desk.pass(seconds);
    }

    /// Returns when the bot asks for updates.
    pub async fn until_served(&self, token: &str) {
        self.api.until(|api| api.is_asked(token)).await.unwrap();
    }

    /// What a member's text runs with at the command line.
    pub async fn cx(&self, email: &str) -> Cx {
        let members = self
            .desk
            .store
            .registry
            .members(self.desk.id)
            .await
            .unwrap();
        let member = members
            .into_iter()
            .find(|m| m.account.email == email)
            .unwrap();
        let said = Said {
            workspace_id: self.desk.id,
            actor: Actor {
                member_id: member.account.id,
                email: member.account.email,
                name: member.account.name,
                role: member.role,
            },
            proof: Proof::Machine,
            door: Door::CommandLine,
            now_us: self.now.load(Ordering::SeqCst),
            mail_domain: "crm.example".to_owned(),
        };
        let workspace = self.desk.store.workspaces.get(self.desk.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let settings = members::settings(&mut tx, said.actor.member_id)
            .await
            .unwrap();
        Cx::new(said, settings)
    }

    /// Runs a text at the command line, as Mia.
    pub async fn run(&self, line: &str) -> String {
        shown(&self.run_as("mia@studio.example", line).await)
    }

    pub async fn run_as(&self, email: &str, line: &str) -> Vec<Reply> {
        let cx = self.cx(email).await;
        rapport::commands::run(&self.desk.store, &cx, line)
            .await
            .unwrap()
    }

    /// The token of a fresh deep link.
    pub async fn link_token(&self, email: &str) -> String {
        let text = shown(&self.run_as(email, "link telegram").await);
        let token = text
            .split("/start ")
            .nth(1)
            .unwrap_or_else(|| panic!("{text}"));
        token
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect()
    }

    /// Links a person to a member, and reads away the welcome.
    pub async fn link(&self, email: &str, person: i64) {
        let token = self.link_token(email).await;
        let before = self.api.said_to(BOT, person).len();
        self.api.says(BOT, person, &format!("/start {token}"));
        self.said(BOT, person, before + 1).await;
    }

    /// Returns when a bot has said so much to a person: the last of it.
    pub async fn said(&self, token: &str, person: i64, count: usize) -> Shown {
        self.api
            .until(|api| api.said_to(token, person).len() >= count)
            .await
            .unwrap();
        self.api.said_to(token, person)[count - 1].clone()
    }

    /// Says something to a bot, and gives what it says back.
    pub async fn ask(&self, token: &str, person: i64, text: &str) -> Shown {
        let before = self.api.said_to(token, person).len();
        self.api.says(token, person, text);
        self.said(token, person, before + 1).await
    }

    /// The same in answer to a message.
    pub async fn answer(&self, token: &str, person: i64, to: i64, text: &str) -> Shown {
        let before = self.api.said_to(token, person).len();
        self.api.answers(token, person, to, text);
        self.said(token, person, before + 1).await
    }

    /// Connects the workspace's own bot, and returns when it is served.
    pub async fn connect(&self) -> Shown {
        let said = self.ask(BOT, MIA, &format!("connect bot: {OWN}")).await;
        self.until_served(OWN).await;
        said
    }

    /// Returns when a message was shown anew for the first time: as it is shown then.
    pub async fn edited(&self, token: &str, person: i64, id: i64) -> Shown {
        let edited = |api: &BotApi| {
            let all = api.said_to(token, person);
            all.into_iter().find(|s| s.id == id && s.edits == 1)
        };
        self.api.until(|api| edited(api).is_some()).await.unwrap();
        edited(&self.api).unwrap()
    }

    /// Asks the workspace's database for texts.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        let workspace = self.desk.store.workspaces.get(self.desk.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        rapport::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
    }

    /// Returns when the workspace's database says this number.
    pub async fn until_count(&self, sql: &'static str, count: i64) {
        let what = format!("{count} of {sql}");
        crate::common::until(&what, async || self.count(sql).await == count).await;
    }

    /// Asks the workspace's database for one number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let workspace = self.desk.store.workspaces.get(self.desk.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        rapport::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
    }
}

impl House {
    /// The mails of a kind that are to be sent.
    pub async fn posted(&self, kind: &str) -> Vec<crate::common::workspace::Posted> {
        let mut mails = self.desk.outbox().await;
        mails.retain(|mail| mail.kind == kind);
        mails
    }

    /// Another workspace of a member, linked to the same person; its id.
    pub async fn other_workspace(&self, email: &str, person: i64) -> i64 {
        let registry = &self.desk.store.registry;
        let new = rapport::store::registry::NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: email,
            intake: "log.o1t2h3",
            app_password: "correct horse",
        };
        let (workspace, account) = registry.make_workspace(new, NOON).await.unwrap();
        let opened = self.desk.store.workspaces.get(workspace.id).await.unwrap();
        let mut tx = opened.write().await.unwrap();
        let row = members::MemberRow {
            id: account.id,
            email: email.to_owned(),
            name: None,
            role: "owner".to_owned(),
        };
        members::put(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        let mut cx = self.cx("mia@studio.example").await;
        cx.workspace_id = workspace.id;
        cx.actor.member_id = account.id;
        cx.actor.email = email.to_owned();
        cx.actor.role = Role::Owner;
        let replies = rapport::commands::run(&self.desk.store, &cx, "link telegram")
            .await
            .unwrap();
        let text = shown(&replies);
        let token = text
            .split("/start ")
            .nth(1)
            .unwrap_or_else(|| panic!("{text}"));
        let token: String = token
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        let before = self.api.said_to(BOT, person).len();
        self.api.says(BOT, person, &format!("/start {token}"));
        self.said(BOT, person, before + 1).await;
        workspace.id
    }
}

/// Answers as a terminal shows them.
pub fn shown(replies: &[Reply]) -> String {
    text::render(replies, 200)
}
