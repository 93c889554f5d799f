//! The language in tables: how cases are written, and what holds for any text.

mod head;
mod lines;

use super::*;
use proptest::prelude::*;

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
        Command::Note { text } => format!(" \"{text}\""),
        Command::File { to } => format!(" to {}", named(to)),
        Command::Find { query } => format!(" [{query}]"),
        Command::List { what } => format!(" {}", what.word()),
        Command::Help { about } => about
            .map(|v| format!(" {v:?}").to_lowercase())
            .unwrap_or_default(),
        _ => String::new(),
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

#[track_caller]
fn check_lines(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let all: Vec<String> = lines(text, Language::English).iter().map(shown).collect();
        assert_eq!(all.join(" | "), *expected, "{text:?}");
    }
}

/// The commands, and the note behind `~`.
fn shown_head(text: &str) -> String {
    let head = head(text, Language::English);
    let mut all: Vec<String> = head.lines.iter().map(shown).collect();
    if !head.note.is_empty() {
        let about = head.target.as_ref().map(|t| format!("{} ", named(t)));
        all.push(format!("{}~ {}", about.unwrap_or_default(), head.note));
    }
    all.join(" | ")
}

#[track_caller]
fn check_head(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown_head(text), *expected, "{text:?}");
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(shown_head(&crlf), *expected, "{text:?} with CRLF");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        let _ = head(&text, Language::English);
        let _ = lines(&text, Language::English);
    }

    #[test]
    fn a_text_of_pieces_of_commands_is_read_alike_with_either_line_end(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "note", "file", "find", "show", "why", "help", "list", "/", "?", ":", "@", "#c12", "#i9", "ada", "\"", "<", ">",
            "ada@acme.example", " ", " ", "\n", "2 ", "end", "--", "…", "田", "\u{feff}", "mailto:", "unfiled", "*", "- ",
        ]), 0..30)
    ) {
        let text = pieces.concat();
        let crlf = text.replace('\n', "\r\n");
        prop_assert_eq!(head(&text, Language::English), head(&crlf, Language::English));
        prop_assert_eq!(lines(&text, Language::English), lines(&crlf, Language::English));
        let note = head(&text, Language::English).note;
        prop_assert!(note.is_empty() || text.contains(note.lines().next().unwrap_or_default()));
    }
}
