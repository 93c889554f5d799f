//! The members' bot. What a linked person says in their private chat is the command language, as typed anywhere else; what they
//! say in answer to a message of ours is about what that message was about; what they pass on is filed.

mod file;
mod link;
mod press;
mod speak;
mod speaker;
mod switch;

pub(super) use press::pressed;

use super::update::{Serving, private};
use crate::domain::Result;
use speaker::Speaker;
use teloxide::types::Message;

/// Deals with a message to the members' bot.
pub(super) async fn said(serving: &Serving, update_id: i64, message: &Message) -> Result<()> {
    let Some((user_id, chat_id)) = private(message) else {
        return Ok(());
    };
    let text = message
        .text()
        .map(|text| typed(text, &serving.row.username));
    if let Some(token) = text
        .as_deref()
        .and_then(|text| text.strip_prefix("/start "))
    {
        return link::link(
            serving,
            update_id,
            message,
            (user_id, chat_id),
            token.trim(),
        )
        .await;
    }
    let answers = message
        .reply_to_message()
        .map(|answered| i64::from(answered.id.0));
    let Some(speaker) = Speaker::of(serving, user_id, chat_id, answers).await? else {
        return link::refuse_stranger(serving, user_id, chat_id).await;
    };
    match text {
        Some(text) if message.forward_origin().is_none() => {
            if let Some(wanted) = switch::wanted(&text) {
                return switch::switch(serving, update_id, &speaker, wanted).await;
            }
            let text = match text.as_str() {
                "/start" => "help",
                text => text,
            };
            speak::speak(serving, update_id, message, &speaker, text).await
        }
        _ => file::file(serving, update_id, message, &speaker).await,
    }
}

/// The text without the bot's name behind a command: `/next@RapportBot ada: call`.
fn typed(text: &str, username: &str) -> String {
    let text = text.trim();
    let Some((command, rest)) = text
        .strip_prefix('/')
        .map(|text| text.split_once(char::is_whitespace).unwrap_or((text, "")))
    else {
        return text.to_owned();
    };
    let Some((verb, name)) = command.split_once('@') else {
        return text.to_owned();
    };
    if !name.eq_ignore_ascii_case(username) {
        return text.to_owned();
    }
    let at = text.len() - rest.len();
    let gap = text.get(1 + command.len()..at).unwrap_or_default();
    format!("/{verb}{gap}{rest}")
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn the_bot_s_name_behind_a_command_is_no_part_of_it() {
        for (said, meant) in [
            ("/next@RapportBot ada call", "/next ada call"),
            ("/today@rapportbot", "/today"),
            ("/next@other ada", "/next@other ada"),
            ("/note@rapportbot tea\n/done", "/note tea\n/done"),
            ("next @ada: call", "next @ada: call"),
        ] {
            assert_eq!(typed(said, "RapportBot"), meant);
        }
    }
}
