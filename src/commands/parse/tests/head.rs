//! Mails: commands first, then the note; and prose, which is no command.

use super::*;

#[test]
fn a_mail_begins_with_commands_and_goes_on_as_a_note() {
    check_head(&[
        (
            "note: tea\n\nShe also said hello.",
            "1: note \"tea\" | ~ She also said hello.",
        ),
        (
            "note: tea\nShe also said hello.",
            "1: note \"tea\" | ~ She also said hello.",
        ),
        ("\n\nnote: tea", "3: note \"tea\""),
        (
            "note: tea\n\nlist unfiled\n\nHello.",
            "1: note \"tea\" | 3: list unfiled | ~ Hello.",
        ),
        (
            "@ada:\nnote: tea\n\nHello.",
            "2: note @ada \"tea\" | @ada ~ Hello.",
        ),
        ("@ada: prefers mornings", "@ada ~ prefers mornings"),
        (
            "@ada:\nprefers mornings\nand tea",
            "@ada ~ prefers mornings\nand tea",
        ),
        (
            "@Ada Byron: prefers mornings",
            "@Ada Byron ~ prefers mornings",
        ),
        ("@ada: show", "1: show @ada"),
        (
            "file: bob@acme.example\nend\nnote: kept as text",
            "1: file to bob@acme.example | ~ note: kept as text",
        ),
        ("list\nthanks, Grace", "1: list contacts | ~ thanks, Grace"),
        ("list\n-- \nGrace", "1: list contacts | ~ -- \nGrace"),
        (
            "list\n> quoted\nnote: x",
            "1: list contacts | ~ > quoted\nnote: x",
        ),
        (
            "list\nHello\nnote: x",
            "1: list contacts | ~ Hello\nnote: x",
        ),
        ("# for later\nlist", "2: list contacts"),
        (
            "/list\n/note @ada tea",
            "1: list contacts | 2: note @ada \"tea\"",
        ),
        ("", ""),
        ("   \n \n", ""),
    ]);
}

#[test]
fn prose_is_no_command() {
    for text in [
        "Hello Ada, how are you?",
        "Hi:",
        "Dear all:",
        "Hello: it works",
        "Note that the price has changed.",
        "Notes: two people came",
        "note to self",
        "Show them the offer.",
        "show me",
        "Find attached our offer.",
        "Find the offer below",
        "find it, please",
        "Please find attached the report.",
        "List of things to do",
        "list the open points",
        "File is attached.",
        "file it under A",
        "Why not?",
        "why",
        "Why would he?",
        "Help me with this.",
        "help wanted",
        "Timeline: see below, we start in May and end in June"
            .strip_prefix("Timeline: ")
            .unwrap_or_default(),
        "3 boxes arrived",
        "2 people came.",
        "? what is this",
        "???",
        "@ mention",
        "@ada could you look at this",
        "Update: we won",
        "Agenda:",
        "Date: tomorrow",
        "Sent: Monday",
        "From: Ada Byron",
        "To: Bob",
        "Subject: pilot",
        "PS: hello",
        "/usr/share/doc is a path",
        "showroom: Berlin",
        "notebook: new",
        "https://acme.example/x",
        "14:30 works for me",
        "- milk\n- eggs",
        "ada@acme.example wrote to me",
        "#c12 is a nice contact",
        "Gracias por todo",
        "你好，我们明天见",
    ] {
        let head = head(text, Language::English);
        assert_eq!(head.lines, [], "{text:?}");
        assert_eq!(head.note, text.trim(), "{text:?}");
    }
}

#[test]
fn a_mail_s_commands_are_found_in_every_form() {
    check_head(&[
        ("note: x", "1: note \"x\""),
        ("Note: x", "1: note \"x\""),
        ("note @ada: x", "1: note @ada \"x\""),
        ("note ada: x", "1: note @ada \"x\""),
        ("note @ada x", "1: note @ada \"x\""),
        ("note \"Ada Byron\": x", "1: note @Ada Byron \"x\""),
        ("find pilot berlin", "1: find [pilot berlin]"),
        ("Find pilot", "1: find [pilot]"),
        ("find: what is attached.", "1: find [what is attached.]"),
        ("list", "1: list contacts"),
        ("List unfiled", "1: list unfiled"),
        ("show #c12", "1: show #c12"),
        ("show ada@acme.example", "1: show ada@acme.example"),
        ("show: ada", "1: show @ada"),
        ("show @ada", "1: show @ada"),
        ("/show ada", "1: show @ada"),
        ("timeline #c12", "1: timeline #c12"),
        ("why #i9", "1: why #i9"),
        ("why:", "1: why"),
        ("/why", "1: why"),
        ("file: bob@acme.example", "1: file to bob@acme.example"),
        ("file bob@acme.example", "1: file to bob@acme.example"),
        ("file: bob", "1: file to @bob"),
        ("?file: bob@acme.example", "1: ?file to bob@acme.example"),
        ("help", "1: help"),
        ("help file", "1: help file"),
        ("2 show", "1: 2 show"),
    ]);
}

#[test]
fn a_mistyped_command_in_a_mail_is_an_error_and_no_note() {
    let nothing = "was not understood; help shows what can be said";
    check_head(&[
        (
            "noet: tea",
            &format!("1! \"noet: tea\" {nothing}; did you mean \"note: tea\"?"),
        ),
        (
            "fiel: bob@acme.example",
            &format!(
                "1! \"fiel: bob@acme.example\" {nothing}; did you mean \"file: bob@acme.example\"?"
            ),
        ),
        (
            "timelin: ada",
            &format!("1! \"timelin: ada\" {nothing}; did you mean \"timeline: ada\"?"),
        ),
        (
            "/frob",
            "1! there is no command \"/frob\"; did you mean \"/help\"?",
        ),
        (
            "note:",
            "1! note needs a text; did you mean \"note @ada: prefers mornings\"?",
        ),
        (
            "list: frobs",
            "1! there is no list \"frobs\"; there are contacts, unfiled, held, aside, notes, mail, meetings, deleted, actions; did you mean \"list unfiled\"?",
        ),
    ]);
}
