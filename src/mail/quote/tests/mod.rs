//! Replies as clients write them, each with what its author newly wrote.

mod answers;
mod attributions;
mod blocks;
mod markup;
mod properties;
mod signatures;
mod wider;

use super::{Split, split};
use crate::mail::{Message, mime::Body};

fn of_text(text: &str) -> Split {
    let body = Body {
        plain: Some(text.to_owned()),
        ..Body::default()
    };
    split(&body, &Message::default())
}

fn of_html(html: &str) -> Split {
    let body = Body {
        html: Some(html.to_owned()),
        ..Body::default()
    };
    split(&body, &Message::default())
}

/// The new text of a plain body.
#[track_caller]
fn check(body: &str, expected: &str) {
    assert_eq!(of_text(body).text, expected, "in\n{body}");
}

/// The new text of many plain bodies, all faults told at once.
#[track_caller]
fn check_all<'a>(cases: impl Iterator<Item = (String, &'a str)>) {
    let faults: Vec<String> = cases
        .map(|(body, expected)| (of_text(&body).text, expected, body))
        .filter(|(text, expected, _)| text != expected)
        .map(|(text, _, body)| format!("{text:?} of {body:?}"))
        .collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// The new text of an HTML body.
#[track_caller]
fn check_html(html: &str, expected: &str) {
    assert_eq!(of_html(html).text, expected, "in\n{html}");
}

/// New text and signature of a plain body.
#[track_caller]
fn check_signed(body: &str, text: &str, signature: &str) {
    let split = of_text(body);
    let signature = Some(signature).filter(|s| !s.is_empty());
    assert_eq!(
        (split.text.as_str(), split.signature.as_deref()),
        (text, signature),
        "in\n{body}"
    );
}
