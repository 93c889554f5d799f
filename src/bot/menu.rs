//! The commands that Telegram offers while one types: those of the language, with their help, and the few of the chat itself.

use super::api::refusal;
use crate::commands::specification::ROWS;
use crate::commands::words;
use crate::domain::language::Language;
use teloxide::prelude::*;
use teloxide::types::{BotCommand, BotCommandScope, Recipient};

/// Telegram's bound of a list.
const COMMANDS_MAX: usize = 100;

/// Tells Telegram which commands there are, in English: what a program speaks says nothing of what its member chose.
pub(super) async fn tell(bot: &Bot) {
    said(bot.set_my_commands(commands(Language::English)).await);
}

/// The commands in one member's chat, in the language that the member chose.
pub(super) async fn tell_in(bot: &Bot, chat_id: i64, language: Language) {
    let chat_id = Recipient::Id(ChatId(chat_id));
    let request = bot.set_my_commands(commands(language));
    said(request.scope(BotCommandScope::Chat { chat_id }).await);
}

fn said<T>(answer: Result<T, teloxide::RequestError>) {
    if let Err(error) = answer {
        let why = refusal(&error);
        tracing::warn!(?why, "Telegram does not take the list of commands");
    }
}

/// A name is a command of Telegram where it is of small letters, digits and `_`, 1 to 32 of them.
fn is_command(name: &str) -> bool {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=32).contains(&name.len()) && name.chars().all(small)
}

/// The commands in one language: its own word for each, where that is one that Telegram takes.
pub(super) fn commands(language: Language) -> Vec<BotCommand> {
    let mut commands = Vec::new();
    for row in ROWS {
        let own = words::of(language).verbs.iter();
        let own = own.filter(|(verb, _)| *verb == row.verb);
        let name = own
            .flat_map(|(_, names)| names.iter().copied())
            .chain(row.names.iter().copied())
            .find(|name| is_command(name));
        if let Some(name) = name {
            commands.push(BotCommand::new(name, row.help));
        }
    }
    commands.push(BotCommand::new(
        "switch",
        "Goes to another of your workspaces.",
    ));
    commands.truncate(COMMANDS_MAX);
    commands
}
