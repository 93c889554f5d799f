//! The chat in the command language: links, the workspace's bot, broadcasts; and what was paid.

mod bots;
mod broadcasts;
mod cards;
mod links;

use crate::people::Desk;
use crate::world::World;
use rapport::commands::reply::text;
use rapport::commands::{Cx, Verdict, VerifiedBot, run};
use rapport::on;
use rapport::store::registry::BotRow;
use rapport::store::workspace::channel_bots::{self, ChannelBotRow};
use rapport::store::workspace::member_chats::{self, MemberChatRow};

/// The number of the workspace's bot, and its token.
pub const BOT: i64 = 123_456_789;
pub const TOKEN: &str = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

/// What is answered, and how.
pub async fn say(world: &World, cx: &Cx, line: &str) -> (Verdict, String) {
    let replies = run(&world.store, cx, line).await.unwrap();
    let refused = replies.iter().find(|r| r.verdict == Verdict::Refused);
    let verdict = refused.unwrap_or(&replies[0]).verdict;
    (verdict, text::render(&replies, 300))
}

/// The members' bot, as the registry knows it.
pub fn members_bot() -> BotRow {
    BotRow {
        id: 42,
        workspace_id: None,
        username: "rapport_bot".to_owned(),
        sealed: None,
        next_update_id: 0,
        leased_by: None,
        leased_until: None,
        created_at: 1,
    }
}

/// The door's word for the workspace's bot.
pub fn verified(cx: &Cx) -> Cx {
    Cx {
        verified_bot: Some(VerifiedBot {
            id: BOT,
            username: "acme_bot".to_owned(),
            sealed: "c2VhbGVk".to_owned(),
        }),
        ..cx.clone()
    }
}

impl Desk {
    /// Connects the workspace's bot, without a word in the journal.
    pub async fn with_bot(self) -> Desk {
        let row = ChannelBotRow {
            id: BOT,
            username: "acme_bot".to_owned(),
            sealed: "c2VhbGVk".to_owned(),
            greeting: None,
            connected_at: self.world.cx.now_us,
        };
        let mut tx = self.world.write().await;
        channel_bots::put(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        self
    }

    /// Links the owner's chat, without a word in the journal.
    pub async fn with_chat(self) -> Desk {
        let row = MemberChatRow {
            member_id: self.world.cx.actor.member_id,
            user_id: 77,
            chat_id: 77,
            linked_at: self.world.cx.now_us,
        };
        let mut tx = self.world.write().await;
        member_chats::put(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        self
    }

    /// A chat of a contact with the bot: who agreed, unless it is said otherwise in `columns = value`.
    pub async fn contact_chat(&self, chat_id: i64, contact_id: i64, otherwise: &str) {
        let now = self.world.cx.now_us;
        let mut tx = self.world.write().await;
        on!(&mut tx, c => sqlx::query(
            "insert into contact_chat (bot_id, chat_id, contact_id, username, consented_at, first_at, last_at, message_count) \
             values ($1, $2, $3, 'ada_b', $4, $5, $4, 12)")
            .bind(BOT).bind(chat_id).bind(contact_id).bind(now).bind(now - 11 * 86_400_000_000)
            .execute(c).await.map(drop).unwrap());
        if !otherwise.is_empty() {
            let sql = format!("update contact_chat set {otherwise} where chat_id = $1");
            on!(&mut tx, c => sqlx::query(sqlx::AssertSqlSafe(sql)).bind(chat_id)
                .execute(c).await.map(drop).unwrap());
        }
        tx.commit().await.unwrap();
    }
}
