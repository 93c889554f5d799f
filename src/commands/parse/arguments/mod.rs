//! What follows a verb, made into its command: one function for each kind of argument in the specification.

mod action;
mod chat;
mod contact;
mod field;
mod payment;
mod reading;

pub use field::interval;

use super::opening::{Built, Form, Opening};
use crate::commands::command::{Command, Ref, Verb};
use crate::commands::problem::Problem;
use crate::commands::specification::Argument;
use crate::commands::words::{self, Meaning};

/// What is read for one verb.
struct Input<'o, 'a> {
    opening: &'o Opening<'a>,
    verb: Verb,
    /// The target in the line itself.
    target: Option<&'o Ref>,
    /// What follows verb and target, without the space around it.
    args: &'o str,
}

/// The command of an opening, with the target and the rest of its arguments; `None` where it is prose.
pub fn build(opening: &Opening<'_>, target: Option<&Ref>, args: &str) -> Option<Built> {
    let row = opening.row();
    let input = Input {
        opening,
        verb: row.verb,
        target,
        args: args.trim(),
    };
    if let Meaning::Field(field) = opening.found.meaning {
        return input.value_of(field);
    }
    match row.argument {
        Argument::Text => input.text(),
        Argument::Action => input.action(),
        Argument::Came => input.came(),
        Argument::Date => input.date(),
        Argument::Reminder => input.reminder(),
        Argument::Tags => input.tags(),
        Argument::Field => input.field(),
        Argument::FieldName => input.field_name(),
        Argument::Value => input.value(),
        Argument::Contact => input.contact(),
        Argument::Member => input.member(),
        Argument::Number => input.number(),
        Argument::Interval => input.interval(),
        Argument::Other => input.other(),
        Argument::Change => input.change(),
        Argument::Code => input.code(),
        Argument::Setting => input.setting(),
        Argument::WorkspaceSetting => input.workspace_setting(),
        Argument::Payment => input.payment(),
        Argument::Token => input.token(),
        Argument::Greeting => input.greeting(),
        Argument::Broadcast => input.broadcast(),
        Argument::Nothing => input.nothing(),
        Argument::Destination => input.destination(),
        Argument::Query => input.query(),
        Argument::Listing => input.listing(),
        Argument::Record => input.record(),
        Argument::Verb => input.about_verb(),
    }
}

/// Whether a ref behind the verb is the target of the line, and not a part of what the verb reads itself.
pub fn takes_target(opening: &Opening<'_>) -> bool {
    if let Meaning::Field(_) = opening.found.meaning {
        return true;
    }
    matches!(
        opening.row().argument,
        Argument::Text
            | Argument::Action
            | Argument::Came
            | Argument::Date
            | Argument::Reminder
            | Argument::Tags
            | Argument::Field
            | Argument::FieldName
            | Argument::Value
            | Argument::Member
            | Argument::Number
            | Argument::Interval
            | Argument::Payment
    )
}

/// Whether the target may be a name without `@` before a colon: `note ada: tea`. In a mail only behind the verbs that say what
/// was or will be said, since prose has colons; and not where a colon stands behind the name of a field.
pub fn takes_bare_name(opening: &Opening<'_>) -> bool {
    let row = opening.row();
    let names_field = matches!(row.argument, Argument::Field | Argument::FieldName)
        && !matches!(opening.found.meaning, Meaning::Field(_));
    if names_field || row.argument == Argument::Reminder {
        return false;
    }
    opening.is_certain() || matches!(row.verb, Verb::Note | Verb::Next | Verb::Log)
}

impl Input<'_, '_> {
    fn form(&self) -> Form {
        self.opening.found.form
    }

    /// Whether a command is surely meant, by its form or by the target in it.
    fn is_written(&self) -> bool {
        self.opening.is_meant() || self.target.is_some()
    }

    /// The same, or by the number in front.
    fn is_asked(&self) -> bool {
        self.is_written() || self.opening.item.is_some()
    }

    fn lacking(&self, what: &str) -> Option<Built> {
        match self.is_written() {
            true => self.opening.lacking(what).or_else(|| {
                let name = self.opening.found.name;
                Some(Built::of(Err(Problem::new(format!("{name} needs {what}")))))
            }),
            false => None,
        }
    }

    /// `note`, `log`.
    fn text(&self) -> Option<Built> {
        // `Call @ada about the offer` is to be done, and not what was said.
        let spoken = self.verb != Verb::Log || self.opening.is_meant() || self.has_colon();
        if !self.is_written() || !spoken {
            return None;
        }
        if self.args.is_empty() {
            return self.lacking("a text");
        }
        let text = self.args.to_owned();
        Built::right(match self.verb {
            Verb::Log => Command::Log {
                contact_by: words::channel(self.opening.found.name, self.opening.language),
                text,
            },
            _ => Command::Note { text },
        })
    }

    /// Whether a colon stands between the target and the rest.
    fn has_colon(&self) -> bool {
        let all = self.opening.found.args;
        let before = all.len().saturating_sub(self.args.len());
        all.get(..before)
            .is_some_and(|before| before.contains([':', '：']))
    }

    /// `today`, `redo`, `link telegram`, …
    fn nothing(&self) -> Option<Built> {
        if self.args.trim_matches(['.', '!']).is_empty() {
            return Built::right(match self.verb {
                Verb::Redo => Command::Redo,
                Verb::Pipeline => Command::Pipeline,
                Verb::Stats => Command::Stats,
                Verb::Link => Command::Link,
                Verb::Leave => Command::Leave,
                Verb::Stay => Command::Stay,
                Verb::Export => Command::Export,
                Verb::Unlink => Command::Unlink,
                Verb::SignIn => Command::SignIn,
                Verb::Disconnect => Command::Disconnect,
                _ => Command::Today,
            });
        }
        let name = self.opening.found.name;
        let problem = Problem::new(format!("{name} stands alone")).nearest(name);
        // `Today: two meetings` is prose.
        match self.opening.is_certain() {
            true => self.opening.wrong(problem),
            false => None,
        }
    }
}
