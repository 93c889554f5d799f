//! How many messages of a chat are filed in a second, in order for each chat and in parallel across chats, and what that takes of
//! memory: a real dispatcher, a server that speaks the Bot API in the same process, SQLite in a scratch folder.
//!
//! `cargo bench --bench chat`; `-- 100000` for so many updates. Resident memory is that of the whole process, the server included.

use rapport::bot::{Api, Bots, Settings};
use rapport::demo::telegram::BotApi;
use rapport::domain::instance_key::KEY_BYTES;
use rapport::domain::{Clock, InstanceKey};
use rapport::on;
use rapport::store::Store;
use rapport::store::registry::{BotRow, NewWorkspace};
use rapport::store::workspace::channel_bots::{self, ChannelBotRow};
use rapport::store::workspace::members::{self, MemberRow};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "200002:workspace_bot_token_of_letters_00";
const PEOPLE: i64 = 50;
const WAITING_MAX: usize = 1_000;

fn main() {
    let count = std::env::args().filter_map(|a| a.parse().ok()).next_back();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime
        .worker_threads(2)
        .thread_stack_size(16 << 20)
        .enable_all();
    runtime
        .build()
        .unwrap()
        .block_on(run(count.unwrap_or(1_000)));
}

async fn run(count: i64) {
    let folder = tempfile::tempdir().unwrap();
    let key = InstanceKey::of([7; KEY_BYTES]);
    let store = Store::open(folder.path(), None, key).await.unwrap();
    let id = workspace(&store).await;
    let api = BotApi::start().await.unwrap();
    api.add_bot(TOKEN, 200_002, "AcmeBot");
    api.forgets_calls();
    let settings = Settings {
        mail_domain: "crm.example".to_owned(),
        token: None,
        base_url: None,
        poll_seconds: 5,
    };
    let bots = Bots {
        store: store.clone(),
        settings: Arc::new(settings),
        ai: rapport::ai::Ais::default(),
        api: Api::new(Some(&api.url()), 5).unwrap(),
        node: "bench".into(),
        clock: Clock::system(),
        random: rand::random,
    };
    for person in 0..PEOPLE {
        api.person(1_000 + person, &format!("Fan {person}"), "", "en");
    }
    let stop = CancellationToken::new();
    let task = tokio::spawn(bots.run(stop.clone()));
    api.until(|api| api.is_asked(TOKEN))
        .await
        .expect("the bot goes on");
    let began = Instant::now();
    let mut tenths_mb = Vec::new();
    for number in 0..count {
        if api.waiting(TOKEN) >= WAITING_MAX {
            api.until(|api| api.waiting(TOKEN) < WAITING_MAX)
                .await
                .expect("the bot goes on");
        }
        let person = 1_000 + number % PEOPLE;
        api.says(
            TOKEN,
            person,
            &format!("{:08} what do you say to this?", number / PEOPLE),
        );
        if number % (count / 10).max(1) == 0 && number > 0 {
            tenths_mb.push((resident_kib() / 1024).to_string());
        }
    }
    while done(&store, id, "select count(*) from interaction").await < count {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let wrong = "select count(*) from interaction a join interaction b on b.author_contact_id = a.author_contact_id \
                 and b.id > a.id and b.text < a.text where a.id <= 2000 and b.id <= 2000";
    println!(
        "{count} updates of {PEOPLE} chats: {:.0} a second; out of order in a chat: {}; resident after each tenth {} MB, {} MB at the end",
        count as f64 / seconds,
        done(&store, id, wrong).await,
        tenths_mb.join(" "),
        resident_kib() / 1024
    );
    stop.cancel();
    task.await.unwrap();
}

async fn workspace(store: &Store) -> i64 {
    let new = NewWorkspace {
        slug: "acme",
        name: "Acme",
        owner_email: "mia@studio.example",
        intake: "log.m7a2x4",
        app_password: "correct horse",
    };
    let (workspace, account) = store.registry.make_workspace(new, 1).await.unwrap();
    let key = store.registry.key();
    let purpose = format!("bot {}", workspace.id);
    let sealed = key
        .seal(&purpose, TOKEN.as_bytes(), rand::random())
        .unwrap();
    let opened = store.workspaces.get(workspace.id).await.unwrap();
    let mut tx = opened.write().await.unwrap();
    let member = MemberRow {
        id: account.id,
        email: account.email,
        name: None,
        role: "owner".to_owned(),
    };
    members::put(&mut tx, &member).await.unwrap();
    let bot = ChannelBotRow {
        id: 200_002,
        username: "AcmeBot".to_owned(),
        sealed: sealed.clone(),
        greeting: None,
        connected_at: 1,
    };
    channel_bots::put(&mut tx, &bot).await.unwrap();
    tx.commit().await.unwrap();
    let row = BotRow {
        id: 200_002,
        workspace_id: Some(workspace.id),
        username: "AcmeBot".to_owned(),
        sealed: Some(sealed),
        next_update_id: 0,
        leased_by: None,
        leased_until: None,
        created_at: 1,
    };
    store.registry.put_bot(&row).await.unwrap();
    workspace.id
}

async fn done(store: &Store, id: i64, sql: &'static str) -> i64 {
    let workspace = store.workspaces.get(id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

/// Resident memory of this process in KiB (proc(5)).
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|n| n.parse().ok()).unwrap_or_default()
}
