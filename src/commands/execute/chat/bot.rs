//! `connect bot`, `disconnect bot`, `greeting`. A token is verified by the door and comes here sealed.

use crate::commands::context::{Cx, VerifiedBot};
use crate::commands::execute::deed::Deed;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::chat::{Connected, Disconnected, Greeting};
use crate::commands::problem::{Failure, Problem};
use crate::commands::words;
use crate::domain::bot_token::BotToken;
use crate::domain::chat::{PIECE_UNITS_MAX, units};
use crate::store::Tx;
use crate::store::workspace::channel_bots::{self, ChannelBotRow};
use crate::store::workspace::ledger::{RowKey, Table};
use serde_json::json;

/// Connects the bot that the door verified; another one goes, and its greeting is that of the new one.
pub async fn connect(tx: &mut Tx, cx: &Cx, token: &BotToken) -> Result<Outcome, Failure> {
    let VerifiedBot {
        id,
        username,
        sealed,
    } = verified(cx, token)?;
    let before = channel_bots::get(tx).await?;
    let mut deed = Deed::new("connect bot");
    if let Some(before) = &before {
        deed.touch(tx, RowKey::number(Table::ChannelBot, before.id))
            .await?;
    }
    deed.touch(tx, RowKey::number(Table::ChannelBot, *id))
        .await?;
    let row = ChannelBotRow {
        id: *id,
        username: username.clone(),
        sealed: sealed.clone(),
        greeting: before.as_ref().and_then(|bot| bot.greeting.clone()),
        connected_at: cx.now_us,
    };
    channel_bots::put(tx, &row).await?;
    let was = before.as_ref().map(|bot| bot.username.clone());
    let (old, new) = (json!({ "bot": was }), json!({ "bot": username }));
    deed.finish(tx, cx, subject(username), old, new).await?;
    Ok(Outcome::Connected(Connected {
        bot: username.clone(),
        again: before.as_ref().is_some_and(|bot| bot.id == *id),
        before: before.filter(|bot| bot.id != *id).map(|bot| bot.username),
    }))
}

fn verified<'a>(cx: &'a Cx, token: &BotToken) -> Result<&'a VerifiedBot, Problem> {
    let bot = cx.verified_bot.as_ref().ok_or_else(|| {
        Problem::new(
            "Telegram knows no bot by this token, or it is another's, or this is neither the page nor the private chat with the members' bot, where alone a token is checked",
        )
    })?;
    match bot.id == token.bot_id() {
        true => Ok(bot),
        false => Err(Problem::new("connect one bot at a time")),
    }
}

/// Disconnects the bot. Who wrote to it stays known.
pub async fn disconnect(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let bot = connected(tx).await?;
    let mut deed = Deed::new("disconnect bot");
    deed.touch(tx, RowKey::number(Table::ChannelBot, bot.id))
        .await?;
    channel_bots::remove(tx, bot.id).await?;
    let (before, after) = (json!({ "bot": bot.username }), json!({ "bot": null }));
    deed.finish(tx, cx, subject(&bot.username), before, after)
        .await?;
    Ok(Outcome::Disconnected(Disconnected { bot: bot.username }))
}

/// Shows what the bot says to who comes first, or sets it.
pub async fn greeting(tx: &mut Tx, cx: &Cx, text: Option<&str>) -> Result<Outcome, Failure> {
    let bot = connected(tx).await?;
    let Some(text) = text else {
        return Ok(Outcome::Greeting(Greeting {
            bot: bot.username,
            before: bot.greeting.clone(),
            after: bot.greeting,
        }));
    };
    if units(text) > PIECE_UNITS_MAX {
        return Err(too_long("the greeting", text).into());
    }
    let mut all = words::beside(cx.language());
    let is_none = all.any(|words| words::is_one_of(text, words.never));
    let after = (!is_none).then(|| text.to_owned());
    let mut deed = Deed::new("greeting");
    deed.touch(tx, RowKey::number(Table::ChannelBot, bot.id))
        .await?;
    let row = ChannelBotRow {
        greeting: after.clone(),
        ..bot.clone()
    };
    channel_bots::put(tx, &row).await?;
    let (was, is) = (
        json!({ "greeting": bot.greeting }),
        json!({ "greeting": after }),
    );
    deed.finish(tx, cx, subject(&bot.username), was, is).await?;
    Ok(Outcome::Greeting(Greeting {
        bot: bot.username,
        before: bot.greeting,
        after,
    }))
}

/// The bot of the workspace; a problem that says how one is connected.
pub(super) async fn connected(tx: &mut Tx) -> Result<ChannelBotRow, Failure> {
    let bot = channel_bots::get(tx).await?;
    Ok(bot.ok_or_else(|| {
        Problem::new(
            "no bot of yours is connected: an admin makes one with @BotFather and says its token to the members' bot, as \
             \"connect bot: 123456789:AAH…\"",
        )
    })?)
}

/// A text that does not fit one message of the chat.
pub(super) fn too_long(what: &str, text: &str) -> Problem {
    Problem::new(format!(
        "{what} has {} letters; a message has {PIECE_UNITS_MAX} at most",
        units(text)
    ))
}

fn subject(username: &str) -> String {
    format!("@{username}")
}
