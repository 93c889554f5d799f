//! The chat as a door: a real dispatcher of the members' bot, with Mia linked.

use crate::SIGNED_IN;
use crate::common::workspace::{Desk, NOON};
use rapport::bot::{Api, Bots, Settings};
use rapport::demo::telegram::BotApi;
use rapport::domain::Clock;
use rapport::store::workspace::member_chats::{self, MemberChatRow};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

const BOT: &str = "100001:members_bot_token_of_letters_0000";
const MIA: i64 = 11;

/// Mia's chat with the members' bot.
pub struct Chat {
    api: BotApi,
    said: i64,
    stop: CancellationToken,
}

impl Chat {
    pub async fn open(desk: &Desk) -> Chat {
        let api = BotApi::start().await.unwrap();
        api.add_bot(BOT, 100_001, "RapportBot");
        api.person(MIA, "Mia", "mia", "en");
        link(desk).await;
        let settings = Settings {
            mail_domain: "crm.example".to_owned(),
            token: Some(BOT.to_owned()),
            base_url: None,
            poll_seconds: 5,
        };
        let bots = Bots {
            store: desk.store.clone(),
            settings: Arc::new(settings),
            ai: rapport::ai::Ais::default(),
            api: Api::new(Some(&api.url()), 5).unwrap(),
            node: "door".into(),
            clock: Clock::of(|| NOON),
            random: rand::random,
        };
        let stop = CancellationToken::new();
        tokio::spawn(bots.run(stop.clone()));
        Chat { api, said: 0, stop }
    }

    /// Mia says a line; returns when it is done.
    pub async fn says(&mut self, desk: &Desk, line: &str) {
        self.api.says(BOT, MIA, line);
        self.said += 1;
        let done = self.said.to_string();
        let count = "select cast(count(*) as text) from chat_done";
        let waits = async {
            while desk.column(count).await[0] != done {
                tokio::task::yield_now().await;
            }
        };
        let within = tokio::time::timeout(crate::common::PATIENCE, waits).await;
        assert!(within.is_ok(), "never done: {line}");
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn link(desk: &Desk) {
    let mut members = desk.store.registry.members(desk.id).await.unwrap();
    members.retain(|member| SIGNED_IN == Some(member.account.email.as_str()));
    let mia = members.remove(0).account.id;
    desk.store
        .registry
        .link(MIA, desk.id, mia, NOON)
        .await
        .unwrap();
    let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
    let mut tx = workspace.write().await.unwrap();
    let row = MemberChatRow {
        member_id: mia,
        user_id: MIA,
        chat_id: MIA,
        linked_at: NOON,
    };
    member_chats::put(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}
