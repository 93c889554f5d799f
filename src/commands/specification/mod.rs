//! The table of the language: one row a verb. The parser, the rights, `help` and the README's table read it.

mod later;
mod rows;
mod workspace;

pub use later::{LATER, Later, Stands};

use super::command::Verb;
use crate::store::registry::Role;

/// The language: one row a verb.
pub const ROWS: &[Row] = &ALL;

const ALL: [Row; rows::ROWS.len() + workspace::ROWS.len()] = {
    let mut all = [rows::ROWS[0]; rows::ROWS.len() + workspace::ROWS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = match at < rows::ROWS.len() {
            true => rows::ROWS[at],
            false => workspace::ROWS[at - rows::ROWS.len()],
        };
        at += 1;
    }
    all
};

/// One verb.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub verb: Verb,
    /// Its name, then its aliases; in lower case, some of several words.
    pub names: &'static [&'static str],
    /// How it is written.
    pub usage: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Lines to copy.
    pub examples: &'static [&'static str],
    /// Who may.
    pub rights: Role,
    /// What it may do.
    pub risk: Risk,
    /// What follows it.
    pub argument: Argument,
}

/// What a command may do (COMMANDS.md, "Who may").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// R0: reads.
    Reads,
    /// R1: changes, and can be undone.
    Reversible,
    /// R2: destroys or sends, and wants a confirmation.
    Confirmed,
}

/// What follows a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A text, maybe with its target before the colon: `note @ada: prefers mornings`.
    Text,
    /// What is to be done, maybe by when: `next: call Friday`.
    Action,
    /// What came of it, or nothing: `done sent it by post`.
    Came,
    /// A date phrase: `snooze 3 days`.
    Date,
    /// A date phrase, and maybe of what to remind.
    Reminder,
    /// Words with commas between them.
    Tags,
    /// A field, a colon, and its value.
    Field,
    /// The name of a field.
    FieldName,
    /// A value: a company, a status.
    Value,
    /// Whom to make: a name, an address, or both.
    Contact,
    /// One of the members.
    Member,
    /// A whole number.
    Number,
    /// So many days, weeks or months; or never.
    Interval,
    /// The contact that becomes part of the target: `merge #c41`.
    Other,
    /// What is taken back: `2`, `#j41`, or nothing for the last.
    Change,
    /// Four digits.
    Code,
    /// A setting of the member's own, a colon, and its value.
    Setting,
    /// A setting of the workspace, a colon, and its value.
    WorkspaceSetting,
    /// An amount with its currency, and maybe when: `25 EUR on 3 Nov`.
    Payment,
    /// The token of a bot.
    Token,
    /// A text, or nothing to show the one that is there.
    Greeting,
    /// A tag or all, a colon, and a text.
    Broadcast,
    /// Nothing.
    Nothing,
    /// The contact to which the target goes: `file #i9: bob@acme.example`.
    Destination,
    /// Everything that follows, as it is.
    Query,
    /// The word of a list, or nothing.
    Listing,
    /// A record, or nothing where the target says it.
    Record,
    /// A verb, or nothing.
    Verb,
}

impl Row {
    /// The row of a verb. Each has one; a test says so.
    pub fn of(verb: Verb) -> &'static Row {
        ROWS.iter().find(|row| row.verb == verb).unwrap_or(&ROWS[0])
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

impl Risk {
    /// R0, R1 or R2.
    pub fn word(self) -> &'static str {
        match self {
            Risk::Reads => "R0",
            Risk::Reversible => "R1",
            Risk::Confirmed => "R2",
        }
    }
}

/// The table of the README, as Markdown, with a line feed after each row.
pub fn table_markdown() -> String {
    let mut table = String::from(
        "| command | what it does | example | who may | risk |\n|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let aliases = match row.names {
            [_] | [] => String::new(),
            [_, aliases @ ..] => format!(" ({})", aliases.join(", ")),
        };
        let example = row.examples.first().copied().unwrap_or_default();
        table.push_str(&format!(
            "| {}{aliases} | {} | `{}` | {} | {} |\n",
            row.name(),
            row.help,
            example.replace('|', "\\|"),
            row.rights.word(),
            row.risk.word(),
        ));
    }
    table
}
