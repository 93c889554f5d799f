//! Lines of a chat and of the command line: each is a command, or wrong.

use super::*;

#[test]
fn a_line_names_its_verb_in_every_form() {
    check_lines(&[
        ("note: prefers mornings", "1: note \"prefers mornings\""),
        ("note prefers mornings", "1: note \"prefers mornings\""),
        ("/note prefers mornings", "1: note \"prefers mornings\""),
        ("/note: prefers mornings", "1: note \"prefers mornings\""),
        ("NOTE: x", "1: note \"x\""),
        ("Note : x", "1: note \"x\""),
        ("note：早上", "1: note \"早上\""),
        ("note:x", "1: note \"x\""),
        ("  note:   x  ", "1: note \"x\""),
        ("\u{a0}note:\u{a0}x", "1: note \"x\""),
        ("\u{feff}note: x", "1: note \"x\""),
        ("\u{200b}note: x", "1: note \"x\""),
        ("- note: x", "1: note \"x\""),
        ("* list unfiled", "1: list unfiled"),
        ("find pilot berlin", "1: find [pilot berlin]"),
        ("find: pilot", "1: find [pilot]"),
        ("search pilot", "1: find [pilot]"),
        (
            "/find \"pilot in berlin\" -draft",
            "1: find [\"pilot in berlin\" -draft]",
        ),
        ("find subject: pilot", "1: find [subject: pilot]"),
        ("list", "1: list contacts"),
        ("ls", "1: list contacts"),
        ("/list", "1: list contacts"),
        ("list:", "1: list contacts"),
        ("list unfiled", "1: list unfiled"),
        ("List Held.", "1: list held"),
        ("list: notes", "1: list notes"),
        ("list set aside", "1: list aside"),
        ("help", "1: help"),
        ("/help", "1: help"),
        ("?", "1: help"),
        ("help file", "1: help file"),
        ("help /file", "1: help file"),
        ("help search", "1: help find"),
        ("why", "1: why"),
        ("show", "1: show"),
        ("history ada", "1: timeline @ada"),
    ]);
}

#[test]
fn a_record_is_named_in_every_form() {
    check_lines(&[
        ("show #c12", "1: show #c12"),
        ("show #C12", "1: show #c12"),
        ("show #i9", "1: show #i9"),
        (
            "why #i9?",
            "1! \"#i9?\" names nobody and nothing; did you mean \"why #i9\"?",
        ),
        ("why #a3", "1: why #a3"),
        ("show #d7", "1: show #d7"),
        ("show ada", "1: show @ada"),
        ("show @ada", "1: show @ada"),
        ("show Ada Byron", "1: show @Ada Byron"),
        ("show \"Ada Byron\"", "1: show @Ada Byron"),
        ("show “Ada Byron”", "1: show @Ada Byron"),
        ("show @\"Ada Byron\"", "1: show @Ada Byron"),
        ("show 田中太郎", "1: show @田中太郎"),
        ("show O'Brien", "1: show @O'Brien"),
        ("show ada@acme.example", "1: show ada@acme.example"),
        ("show ADA@Acme.Example", "1: show ada@acme.example"),
        ("show <ada@acme.example>", "1: show ada@acme.example"),
        ("show mailto:ada@acme.example", "1: show ada@acme.example"),
        (
            "show ada@acme.example<mailto:ada@acme.example>",
            "1: show ada@acme.example",
        ),
        (
            "show ada@acme.example [mailto:ada@acme.example]",
            "1: show ada@acme.example",
        ),
        (
            "show ada+sales@acme.example.",
            "1: show ada+sales@acme.example",
        ),
        (
            "show Ada <ada@acme.example>",
            "1: show Ada <ada@acme.example>",
        ),
        ("show: ada", "1: show @ada"),
        ("/show ada", "1: show @ada"),
        ("timeline #c12", "1: timeline #c12"),
        (
            "show #x9",
            "1! \"#x9\" names nobody and nothing; did you mean \"show ada\"?",
        ),
        (
            "show #c",
            "1! \"#c\" names nobody and nothing; did you mean \"show ada\"?",
        ),
        (
            "show #c99999999999999999999",
            "1! \"#c99999999999999999999\" names nobody and nothing; did you mean \"show ada\"?",
        ),
        (
            "show #c12x",
            "1! \"#c12x\" names nobody and nothing; did you mean \"show ada\"?",
        ),
        (
            "show !!!",
            "1! \"!!!\" names nobody and nothing; did you mean \"show ada\"?",
        ),
    ]);
}

#[test]
fn a_target_stands_in_the_line_or_above_it() {
    check_lines(&[
        (
            "note @ada: prefers mornings",
            "1: note @ada \"prefers mornings\"",
        ),
        (
            "note @ada prefers mornings",
            "1: note @ada \"prefers mornings\"",
        ),
        (
            "note ada: prefers mornings",
            "1: note @ada \"prefers mornings\"",
        ),
        (
            "note Ada Byron: prefers mornings",
            "1: note @Ada Byron \"prefers mornings\"",
        ),
        ("note \"Ada Byron\": tea", "1: note @Ada Byron \"tea\""),
        ("note #c12: tea", "1: note #c12 \"tea\""),
        ("note #c12 tea", "1: note #c12 \"tea\""),
        (
            "note ada@acme.example: tea",
            "1: note ada@acme.example \"tea\"",
        ),
        ("note @Ada Byron: tea", "1: note @Ada \"Byron: tea\""),
        ("/note @ada tea", "1: note @ada \"tea\""),
        ("note call at 14:30", "1: note \"call at 14:30\""),
        (
            "note see https://acme.example/x",
            "1: note \"see https://acme.example/x\"",
        ),
    ]);
}

#[test]
fn numbers_dry_runs_remarks_and_the_end_are_read() {
    check_lines(&[
        ("?note: x", "1: ?note \"x\""),
        ("? note: x", "1: ?note \"x\""),
        ("?/note x", "1: ?note \"x\""),
        ("?file #i9: #c12", "1: ?file #i9 to #c12"),
        ("2 show", "1: 2 show"),
        ("2. show", "1: 2 show"),
        ("2) note: x", "1: 2 note \"x\""),
        ("2 ?note: x", "1: 2 ?note \"x\""),
        ("# a remark\nlist", "2: list contacts"),
        ("#\nlist", "2: list contacts"),
        ("\n\nlist\n\nhelp\n", "3: list contacts | 5: help"),
        ("list\nend\nhelp", "1: list contacts"),
        ("list\r\nhelp", "1: list contacts | 2: help"),
        ("", ""),
        ("# only a remark", ""),
    ]);
}

#[test]
fn what_is_wrong_is_named_with_the_nearest_right_form() {
    let nothing = "was not understood; help shows what can be said";
    check_lines(&[
        (
            "note",
            "1! note needs a text; did you mean \"note @ada: prefers mornings\"?",
        ),
        (
            "note:",
            "1! note needs a text; did you mean \"note @ada: prefers mornings\"?",
        ),
        (
            "note @ada:",
            "1! note needs a text; did you mean \"note @ada: prefers mornings\"?",
        ),
        (
            "find",
            "1! find needs words to look for; did you mean \"find pilot berlin\"?",
        ),
        (
            "noet: x",
            &format!("1! \"noet: x\" {nothing}; did you mean \"note: x\"?"),
        ),
        (
            "shwo ada",
            &format!("1! \"shwo ada\" {nothing}; did you mean \"show ada\"?"),
        ),
        ("blah blah", &format!("1! \"blah blah\" {nothing}")),
        ("-- ", &format!("1! \"--\" {nothing}")),
        (
            "/nte x",
            "1! there is no command \"/nte\"; did you mean \"/note x\"?",
        ),
        (
            "/frobnicate x",
            "1! there is no command \"/frobnicate\"; did you mean \"/help\"?",
        ),
        ("/", "1! there is no command \"/\"; did you mean \"/help\"?"),
        (
            "list frobs",
            "1! there is no list \"frobs\"; there are contacts, unfiled, held, aside, notes, mail, meetings, deleted, actions; did you mean \"list unfiled\"?",
        ),
        (
            "help fiel",
            "1! there is no command \"fiel\"; did you mean \"help file\"?",
        ),
        (
            "help xyz",
            "1! there is no command \"xyz\"; did you mean \"help\"?",
        ),
        ("@ada: likes tea", &format!("1! \"likes tea\" {nothing}")),
        ("3 blah", &format!("1! \"3 blah\" {nothing}")),
    ]);
}

#[test]
fn commands_are_bounded() {
    let many = "list\n".repeat(1_000);
    assert_eq!(head(&many, Language::English).lines.len(), LINES_MAX);
    assert!(head(&many, Language::English).note.starts_with("list"));
    let lines = lines(&many, Language::English);
    assert_eq!(lines.len(), LINES_MAX + 1);
    assert!(lines.last().is_some_and(|line| line.result.is_err()));
}

#[test]
fn every_verb_has_one_row_and_its_examples_are_read_as_it() {
    use crate::commands::specification::{ROWS, Row, table_markdown};
    for row in ROWS {
        assert_eq!(Row::of(row.verb).name(), row.name());
        assert_eq!(ROWS.iter().filter(|r| r.verb == row.verb).count(), 1);
        for example in row.examples {
            let lines = lines(example, Language::English);
            let command = lines.first().and_then(|l| l.result.as_ref().ok());
            assert_eq!(command.map(Command::verb), Some(row.verb), "{example}");
        }
        for name in row.names {
            let holders = ROWS.iter().filter(|r| r.names.contains(name)).count();
            assert_eq!(holders, 1, "{name}");
        }
    }
    assert_eq!(table_markdown().lines().count(), ROWS.len() + 2);
}

#[test]
fn a_target_above_holds_for_the_lines_below() {
    check_lines(&[
        ("@ada:\nnote: tea", "2: note @ada \"tea\""),
        ("@ada: note: tea", "1: note @ada \"tea\""),
        ("@ada\nnote: tea", "2: note @ada \"tea\""),
        ("@Ada Byron:\nnote: tea", "2: note @Ada Byron \"tea\""),
        ("@\"Ada Byron\":\nnote: tea", "2: note @Ada Byron \"tea\""),
        ("@#c12:\nnote: tea", "2: note #c12 \"tea\""),
        ("@ada@acme.example:\nshow", "2: show ada@acme.example"),
        ("@ada：\nshow", "2: show @ada"),
        (
            "@ada:\nnote: tea\n@bob:\nnote: beer",
            "2: note @ada \"tea\" | 4: note @bob \"beer\"",
        ),
        (
            "@ada:\nnote #c3: tea\nshow",
            "2: note #c3 \"tea\" | 3: show @ada",
        ),
    ]);
}

#[test]
fn what_is_filed_where_is_read_in_every_form() {
    check_lines(&[
        (
            "@#i9: file: bob@acme.example",
            "1: file #i9 to bob@acme.example",
        ),
        (
            "file #i9: bob@acme.example",
            "1: file #i9 to bob@acme.example",
        ),
        (
            "file #i9 bob@acme.example",
            "1: file #i9 to bob@acme.example",
        ),
        (
            "file: #i9 bob@acme.example",
            "1: file #i9 to bob@acme.example",
        ),
        ("file #i9: #c12", "1: file #i9 to #c12"),
        ("file #i9: bob", "1: file #i9 to @bob"),
        ("file #i9 to bob", "1: file #i9 to @bob"),
        (
            "file: Bob Stone <bob@acme.example>",
            "1: file to Bob Stone <bob@acme.example>",
        ),
        (
            "file: \"Stone, Bob\" <bob@acme.example>",
            "1: file to Stone, Bob <bob@acme.example>",
        ),
        ("file bob@acme.example", "1: file to bob@acme.example"),
        (
            "file",
            "1! file needs the contact to which it belongs; did you mean \"file #i9: bob@acme.example\"?",
        ),
        (
            "file #i9",
            "1! file needs the contact to which it belongs; did you mean \"file #i9: bob@acme.example\"?",
        ),
    ]);
}

#[test]
fn a_tag_of_an_address_means_the_word_that_stands_there() {
    for (tag, subject, line) in [
        ("call", "20 min", "/call: 20 min"),
        ("met", "at the fair", "/met: at the fair"),
        ("log", "wrote on paper", "/log: wrote on paper"),
        ("phone", "+49 30 1234", "/phone: +49 30 1234"),
        ("keep-in-touch", "30 days", "/keep in touch: 30 days"),
        ("tag.vip.berlin", "Pier", "/tag: vip, berlin"),
        ("mute", "Pier", "/mute"),
    ] {
        let in_address = address::tag(tag, subject, 1);
        let said = lines(line, Language::English);
        assert_eq!(
            Some(&in_address.result),
            said.first().map(|l| &l.result),
            "{tag}"
        );
        assert!(in_address.result.is_ok(), "{tag}");
    }
    assert!(address::tag("frob", "Pier", 1).result.is_err());
}
