//! The language in tables: how cases are written, and what holds for any text.

mod chat;
mod head;
mod languages;
mod lines;
mod properties;
mod prose;
mod verbs;

use super::*;
use crate::commands::command::{Field, Undone};
use crate::domain::money::Sum;

/// A line in short: `2: ?note @ada "prefers tea"`, or `3! what is wrong`.
fn shown(line: &Line) -> String {
    let item = line.item.map(|i| format!("{i} ")).unwrap_or_default();
    let mode = match line.mode {
        Mode::Apply => "",
        Mode::Tell => "?",
    };
    let target = line.target.as_ref().map(|t| format!(" {}", named(t)));
    let target = target.unwrap_or_default();
    match &line.result {
        Ok(command) => format!(
            "{}: {item}{mode}{}{target}{}",
            line.number,
            word(command),
            said(command)
        ),
        Err(problem) => format!("{}! {problem}", line.number),
    }
}

fn word(command: &Command) -> String {
    format!("{:?}", command.verb()).to_lowercase()
}

fn said(command: &Command) -> String {
    match command {
        Command::Next { text, due } => {
            let due = due.as_ref().map(|due| format!(" ^ {due}"));
            format!(" \"{text}\"{}", due.unwrap_or_default())
        }
        Command::Done { text } if text.is_empty() => String::new(),
        Command::Done { text } => format!(" \"{text}\""),
        Command::Snooze { until } => format!(" ^ {until}"),
        Command::Remind { text, due } if text.is_empty() => format!(" ^ {due}"),
        Command::Remind { text, due } => format!(" \"{text}\" ^ {due}"),
        Command::Note { text } => format!(" \"{text}\""),
        Command::Log { contact_by, text } => {
            format!(" {} \"{text}\"", format!("{contact_by:?}").to_lowercase())
        }
        Command::Tag { tags } | Command::Untag { tags } => format!(" [{}]", tags.join(", ")),
        Command::Set { field, value } => format!(" {} = {value}", field_word(field)),
        Command::Clear { field, value } => {
            let value = value.as_ref().map(|value| format!(" = {value}"));
            format!(" {}{}", field_word(field), value.unwrap_or_default())
        }
        Command::Company { name } => format!(" = {name}"),
        Command::New { who } => format!(" {}", named(who)),
        Command::Assign { to } => format!(" to {}", named(to)),
        Command::Status { status } => format!(" = {status}"),
        Command::Score { score } => format!(" = {score}"),
        Command::Keep { days } => days.map_or(" never".to_owned(), |days| format!(" {days}")),
        Command::Paid { amount, on } => {
            let on = on.as_ref().map(|on| format!(" ^ {on}"));
            let amount = match amount {
                Sum::Of(money) => money.to_string(),
                Sum::Bare { number } => number.clone(),
            };
            format!(" {amount}{}", on.unwrap_or_default())
        }
        Command::Connect { token } => format!(" {token:?}"),
        Command::Greeting { text } => text
            .as_ref()
            .map(|text| format!(" {text:?}"))
            .unwrap_or_default(),
        Command::Broadcast { to, text } => format!(" {to:?} {text:?}"),
        Command::Merge { other } => format!(" + {}", named(other)),
        Command::File { to } => format!(" to {}", named(to)),
        Command::Find { query } => format!(" [{query}]"),
        Command::List { what } => format!(" {}", what.word()),
        Command::Workspace { setting, value } => {
            let value = value.as_ref().map(|value| format!(" = {value}"));
            format!(" {}{}", setting.word(), value.unwrap_or_default())
        }
        Command::My { setting, value } => {
            let value = value.as_ref().map(|value| format!(" = {value}"));
            format!(" {setting:?}{}", value.unwrap_or_default()).to_lowercase()
        }
        Command::Undo { what } => match what {
            Undone::Last => String::new(),
            Undone::Number(number) => format!(" {number}"),
            Undone::Journal(id) => format!(" #j{id}"),
            Undone::Together(id) => format!(" all #j{id}"),
        },
        Command::Confirm { code } => format!(" {code}"),
        Command::Help { about } => about
            .map(|v| format!(" {v:?}").to_lowercase())
            .unwrap_or_default(),
        // The verb says all.
        _ => String::new(),
    }
}

fn field_word(field: &Field) -> String {
    match field {
        Field::Custom(name) => format!("'{name}'"),
        field => format!("{field:?}").to_lowercase(),
    }
}

fn named(of: &Ref) -> String {
    match of {
        Ref::Address {
            name: Some(name),
            address,
        } => format!("{name} <{address}>"),
        other => other.to_string(),
    }
}

/// All lines, and behind `or` what they are where their first words are a name.
fn shown_lines(text: &str, language: Language) -> String {
    let all: Vec<String> = lines(text, language).iter().map(shown).collect();
    all.join(" | ")
}

/// What is wrong with each case: all of them are looked at before any is told.
#[track_caller]
fn check(cases: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let faults: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, read(text), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(text, found, expected)| format!("{text:?}\n     is {found}\n not {expected}"))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[track_caller]
fn check_lines(cases: &[(&str, &str)]) {
    check(cases, |text| shown_lines(text, Language::English));
}

/// The commands, and the note behind `~`.
fn shown_head(text: &str, language: Language) -> String {
    let head = head(text, language);
    let mut all: Vec<String> = head.lines.iter().map(shown).collect();
    if !head.note.is_empty() {
        let about = head.target.as_ref().map(|t| format!("{} ", named(t)));
        all.push(format!("{}~ {}", about.unwrap_or_default(), head.note));
    }
    all.join(" | ")
}

#[track_caller]
fn check_head(cases: &[(&str, &str)]) {
    check(cases, |text| shown_head(text, Language::English));
    check(cases, |text| {
        shown_head(&text.replace('\n', "\r\n"), Language::English)
    });
}
