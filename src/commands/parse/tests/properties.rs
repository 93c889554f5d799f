//! What holds for any text, in any language.

use super::*;
use crate::commands::specification::ROWS;
use crate::commands::{explain, words};
use proptest::prelude::*;

fn language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

/// What texts are made of: words of every language, and what stands around them.
fn pieces() -> impl Strategy<Value = String> {
    let mut all: Vec<String> = [
        "/",
        "?",
        ":",
        "：",
        "@",
        "#c12",
        "#a3",
        "#i9",
        "#j41",
        "ada",
        "Ada Byron",
        "\"",
        "<",
        ">",
        "ada@acme.example",
        " ",
        " ",
        " ",
        "\n",
        "\n",
        "2 ",
        "end",
        "--",
        "…",
        "田",
        "\u{feff}",
        "\u{308}",
        "mailto:",
        "unfiled",
        "*",
        "- ",
        ",",
        ".",
        "=",
        "friday",
        "in 2 weeks",
        "03/11",
        "by",
        "^",
        "4821",
        "never",
        "thanks",
        "perjantaina",
        "\u{202f}",
    ]
    .map(str::to_owned)
    .to_vec();
    for language in Language::ALL {
        all.extend(words::openings(language).map(|entry| entry.name.to_owned()));
    }
    prop::collection::vec(prop::sample::select(all), 0..30).prop_map(|pieces| pieces.concat())
}

/// Lines that are commands through any door, right or wrong, with ends of their own.
fn commands() -> impl Strategy<Value = Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for row in ROWS {
        let examples = row.examples.iter().map(|example| (*example).to_owned());
        all.extend(examples.filter(|example| !ONLY_IN_A_CHAT.contains(&example.as_str())));
        all.push(format!("/{}", row.name()));
        all.push(format!("/{} ada", row.name()));
        all.push(format!("?/{} #c12", row.name()));
    }
    for line in [
        "",
        "# a remark",
        "noet: tea",
        "/frob",
        "deal: x",
        "phone: +49 30 1234",
        "@ada: note: tea",
        "@bob:",
    ] {
        all.push(line.to_owned());
    }
    prop::collection::vec(prop::sample::select(all), 0..12)
}

/// What is prose in a mail, without colon or slash: "show me", "my word".
const ONLY_IN_A_CHAT: [&str; 3] = ["show ada", "timeline ada", "my"];

#[test]
fn every_example_is_the_same_command_in_a_mail_but_for_a_few_that_are_prose_there() {
    let mut different = Vec::new();
    for example in ROWS.iter().flat_map(|row| row.examples) {
        let in_mail = head(example, Language::English).lines;
        if in_mail != lines(example, Language::English) {
            different.push(*example);
        }
    }
    assert_eq!(different, ONLY_IN_A_CHAT);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), language in language()) {
        let _ = head(&text, language);
        let _ = lines(&text, language);
    }

    #[test]
    fn a_text_of_pieces_of_commands_is_read_alike_with_either_line_end(text in pieces(), language in language()) {
        let crlf = text.replace('\n', "\r\n");
        prop_assert_eq!(head(&text, language), head(&crlf, language));
        prop_assert_eq!(lines(&text, language), lines(&crlf, language));
        let note = head(&text, language).note;
        prop_assert!(note.is_empty() || text.contains(note.lines().next().unwrap_or_default()));
    }

    #[test]
    fn a_text_of_commands_alone_is_read_alike_through_any_door(commands in commands()) {
        let text = commands.join("\n");
        let in_mail = head(&text, Language::English);
        prop_assert_eq!(&in_mail.note, "", "{}", text);
        prop_assert_eq!(in_mail.lines, lines(&text, Language::English));
    }

    #[test]
    fn what_is_explained_is_a_command_or_what_is_wrong_with_it(text in pieces()) {
        for line in explain(&text) {
            prop_assert!(line.get("line").is_some() && line.get("text").is_some());
            prop_assert!(line.get("command").is_some() != line.get("error").is_some());
        }
    }

    #[test]
    fn a_ref_is_read_as_it_is_shown(id in 0..i64::MAX, name in "[A-Za-zäöé]{1,9}( [A-Z][a-zø]{1,9}){0,2}", local in "[a-z]{1,8}([.+][a-z0-9]{1,5})?") {
        let address = format!("{local}@acme.example");
        for of in [
            Ref::Contact(id), Ref::Deal(id), Ref::Action(id), Ref::Interaction(id), Ref::Journal(id), Ref::Name(name),
            Ref::Address { name: None, address },
        ] {
            let read = lines(&format!("/show: {of}"), Language::English);
            prop_assert_eq!(read.first().and_then(|line| line.target.clone()), Some(of));
        }
    }

    #[test]
    fn what_follows_a_line_of_prose_never_runs(text in pieces(), language in language()) {
        let text = format!("Dear Ada, this is a letter.\n{text}");
        prop_assert!(head(&text, language).lines.is_empty());
    }
}
