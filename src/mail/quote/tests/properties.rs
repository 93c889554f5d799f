//! What holds for every body, whatever is in it.

use super::{of_html, of_text};
use proptest::prelude::*;
use std::fmt::Write as _;

/// Bodies of lines that the rules know, in any order.
fn bodies() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just("Friday suits me.".to_owned()),
        Just("> quoted".to_owned()),
        Just(">> quoted twice".to_owned()),
        Just("On Wed, May 1, 2024 at 10:15 AM Ada <ada@example.com> wrote:".to_owned()),
        Just("On Wed, May 1, 2024, Ada".to_owned()),
        Just("<ada@example.com>".to_owned()),
        Just("wrote:".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("From: Ada <ada@example.com>".to_owned()),
        Just("Sent: 1 May 2024 10:15".to_owned()),
        Just("To: Bob <bob@example.com>".to_owned()),
        Just("Subject: Offer".to_owned()),
        Just("-- ".to_owned()),
        Just("___________".to_owned()),
        Just("- Ada".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        "[a-zA-Z0-9>:@<. -]{0,60}",
        "\\PC{0,40}",
    ];
    prop::collection::vec(line, 0..25).prop_map(|lines| lines.join("\n"))
}

/// The lines of a text that can be seen, sorted; without marks of a quotation, since a line that lost its mark when it was folded
/// gets it back.
fn seen(texts: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(|line| line.trim_start_matches(['>', ' ']).trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort();
    lines
}

proptest! {
    #[test]
    fn no_line_is_lost(body in bodies()) {
        let split = of_text(&body);
        let apart = [split.text.as_str(), split.signature.as_deref().unwrap_or(""), split.quoted.as_deref().unwrap_or("")];
        prop_assert_eq!(seen(&apart), seen(&[&body]));
    }

    #[test]
    fn line_ends_make_no_difference(body in bodies()) {
        let dos = body.replace('\n', "\r\n");
        prop_assert_eq!(of_text(&body), of_text(&dos));
    }

    #[test]
    fn the_opening_is_the_beginning_of_the_text(body in bodies()) {
        let split = of_text(&body);
        prop_assert!(split.text.starts_with(split.opening()));
        prop_assert!(split.opening_bytes <= split.text.len());
    }

    #[test]
    fn any_characters_are_read(body in "\\PC{0,400}", markup in "(<[a-z/!]{0,6}[ a-z=\"'>]{0,8}|&[a-z#0-9]{0,5};?|[ -~]){0,120}") {
        of_text(&body);
        of_html(&body);
        of_html(&markup);
    }

    #[test]
    fn html_of_lines_says_what_the_lines_say(body in bodies()) {
        prop_assume!(body.is_ascii() && !body.contains("  ") && !body.contains(['&', '\t']));
        let mut html = String::new();
        for line in body.lines() {
            let escaped = line.trim().replace('<', "&lt;").replace('>', "&gt;");
            let _ = write!(html, "<div>{escaped}{}</div>", if escaped.is_empty() { "<br>" } else { "" });
        }
        let plain: String = body.lines().map(|line| format!("{}\n", line.trim())).collect();
        prop_assert_eq!(of_html(&html).text, of_text(&plain).text);
    }
}
