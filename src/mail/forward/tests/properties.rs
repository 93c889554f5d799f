//! What holds for any text: no panic, LF as CRLF, nothing lost.

use super::super::{MOST_LETTERS, html, lines, mailbox, sentence, subject};
use super::read;
use proptest::prelude::*;

/// Lines that forwards are made of, and some that only look so.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-----Original Message-----",
        "________________________________",
        "From: Jane Roe <jane@acme.example>",
        "Sent: March 6, 2024",
        "Date: Wed, 6 Mar 2024",
        "To: ada@example.com;",
        "Cc: Bob <bob@acme.example>,",
        "Subject: Offer 12",
        "Subject:",
        "*Von:* Jane",
        "On Mar 6, 2024 Jane <jane@acme.example> wrote:",
        "----- End forwarded message -----",
        "",
        "   ",
        "> ",
        ">> From: x@y.example",
        "Hello",
        "件名：x",
        "| 主题 | x |",
        "<tr><td>From:",
        "&nbsp;",
        "From: a@b.exampleTo: c@d.exampleSubject: x",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,30}", 1 => "[<>@\",;:\\[\\]() a-c.*-]{0,30}"]
}

fn text() -> impl Strategy<Value = String> {
    (prop::collection::vec((line(), 0_usize..3), 0..30)).prop_map(|rows| {
        rows.iter()
            .map(|(line, depth)| format!("{}{line}\n", "> ".repeat(*depth)))
            .collect()
    })
}

fn outer() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some("Fwd: Offer 12"),
        Some("Re: Offer 12"),
        Some("Offer 12"),
        Some(""),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn line_ends_change_nothing(text in text(), outer in outer()) {
        let found = read(&text, outer);
        let wire = read(&text.replace('\n', "\r\n"), outer);
        prop_assert_eq!(&found.forwards, &wire.forwards);
        prop_assert_eq!(&found.above.plain, &wire.above.plain);
        prop_assert!(found.forwards.len() <= MOST_LETTERS);
    }

    #[test]
    fn no_line_of_text_is_lost(text in text(), outer in outer()) {
        let marked: String = text.lines().enumerate().map(|(index, line)| if line.trim_matches(['>', ' ']) == "Hello" { format!("{line} number {index} said so.\n") } else { format!("{line}\n") }).collect();
        let found = read(&marked, outer);
        let mut kept = found.above.plain.unwrap_or_default();
        for letter in &found.forwards {
            // A line between two fields is the field's.
            let boxes: Vec<_> = letter.from.iter().chain(&letter.to).chain(&letter.cc).map(|found| format!("{found:?}")).collect();
            kept.push_str(&format!("\n{}\n{:?}\n{:?}\n{}", letter.body, letter.subject, letter.date, boxes.join("\n")));
        }
        for line in marked.lines().filter(|line| line.contains("said so.")) {
            let words = line.trim_matches(['>', ' ']);
            prop_assert!(kept.contains(words) || found.forwards.iter().any(|letter| letter.from.is_none() || !letter.to.is_empty() || !letter.cc.is_empty()), "{:?} of\n{}", words, marked);
        }
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,200}", outer in "\\PC{0,40}") {
        read(&text, Some(&outer));
        html::render(&text);
        mailbox::list(&text);
        sentence::read(&text);
        subject::prefix(&text);
        subject::unforwarded(&text);
        lines::unquote(&text, 3);
    }

    #[test]
    fn html_never_panics_and_origins_lie_in_it(html in "[<>/!&;# a-d=\"brtdhp\\-]{0,200}") {
        let rendered = html::render(&html);
        for (at, _) in rendered.text.match_indices('\n') {
            if let Some(origin) = rendered.origin(at + 1) {
                prop_assert!(html.is_char_boundary(origin));
            }
        }
    }
}
