//! The table of the language: one row a verb. The parser, the rights, `help` and the README's table read it.

use super::command::Verb;
use crate::store::registry::Role;

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

/// The language.
pub const ROWS: &[Row] = &[
    Row {
        verb: Verb::Note,
        names: &["note"],
        usage: "note [who]: text",
        help: "Writes a note and files it with the contact.",
        examples: &["note @ada: prefers mornings", "note #c12: moved to Turku"],
        rights: Role::Member,
        risk: Risk::Reversible,
        argument: Argument::Text,
    },
    Row {
        verb: Verb::File,
        names: &["file"],
        usage: "file [#i9]: who",
        help: "Moves a mail or note to the right contact, and learns for the next one.",
        examples: &["file #i9: bob@acme.example", "file #i9: #c12"],
        rights: Role::Member,
        risk: Risk::Reversible,
        argument: Argument::Destination,
    },
    Row {
        verb: Verb::Find,
        names: &["find", "search"],
        usage: "find words \"a phrase\" pref* -without",
        help: "Searches contacts and all that was said.",
        examples: &["find pilot berlin", "find \"annual report\" acme -draft"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Query,
    },
    Row {
        verb: Verb::List,
        names: &["list", "ls"],
        usage: "list [contacts | unfiled | held | aside | notes | mail | meetings]",
        help: "Lists contacts, who was heard of last first, or what waits.",
        examples: &["list", "list unfiled"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Listing,
    },
    Row {
        verb: Verb::Show,
        names: &["show"],
        usage: "show who | #i9",
        help: "Shows a contact with what was said last, or an interaction with its text.",
        examples: &["show ada", "show #i9"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Record,
    },
    Row {
        verb: Verb::Timeline,
        names: &["timeline", "history"],
        usage: "timeline who",
        help: "What was said with a contact, the newest first.",
        examples: &["timeline ada"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Record,
    },
    Row {
        verb: Verb::Why,
        names: &["why"],
        usage: "why #i9",
        help: "Says why something was filed where it is, and who moved it since.",
        examples: &["why #i9"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Record,
    },
    Row {
        verb: Verb::Help,
        names: &["help", "?"],
        usage: "help [command]",
        help: "What can be said.",
        examples: &["help", "help file"],
        rights: Role::Viewer,
        risk: Risk::Reads,
        argument: Argument::Verb,
    },
];

impl Row {
    /// The row of a verb. Each has one; a test says so.
    pub fn of(verb: Verb) -> &'static Row {
        ROWS.iter().find(|row| row.verb == verb).unwrap_or(&ROWS[0])
    }

    /// The row that a word names.
    pub fn named(word: &str) -> Option<&'static Row> {
        let word = word.to_lowercase();
        ROWS.iter().find(|row| row.names.contains(&word.as_str()))
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
