//! `connect bot: <token>` in a member's private chat: Telegram says whose token it is before anything is written, and the token is
//! sealed before it reaches a database.

use crate::bot::update::Serving;
use crate::bot::{Bots, api, seal_purpose};
use crate::commands::context::VerifiedBot;
use crate::commands::parse::{Line, Mode};
use crate::commands::{Command, Cx};
use crate::domain::chance;
use crate::store::registry::Role;

/// Has Telegram verify the tokens of a text; true where there is one, and the message is to leave the chat.
pub(in crate::bot) async fn verify(serving: &Serving, cx: &mut Cx, lines: &[Line]) -> bool {
    let mut found = false;
    for line in lines {
        let Ok(Command::Connect { token }) = &line.result else {
            continue;
        };
        found = true;
        if line.mode == Mode::Apply && cx.actor.role >= Role::Admin {
            cx.verified_bot = serving.bots.verified(cx.workspace_id, token.secret()).await;
        }
    }
    found
}

impl Bots {
    /// The bot of a token, where Telegram knows it and it is nobody else's.
    pub async fn verified(&self, workspace_id: i64, token: &str) -> Option<VerifiedBot> {
        let (id, username) = match api::who(&self.api.bot(token)).await {
            Ok(who) => who,
            Err(error) => {
                let why = api::refusal(&error);
                tracing::warn!(workspace_id, ?why, "Telegram knows no bot by a token");
                return None;
            }
        };
        let registry = &self.store.registry;
        let nonce = chance::nonce(self.random);
        let sealed = registry
            .key()
            .seal(&seal_purpose(workspace_id), token.as_bytes(), nonce)
            .ok()?;
        // Another workspace's, or the members' own: it is not taken.
        match registry.bot(id).await {
            Ok(Some(known)) if known.workspace_id != Some(workspace_id) => None,
            Ok(_) => Some(VerifiedBot {
                id,
                username,
                sealed,
            }),
            Err(_) => None,
        }
    }
}
