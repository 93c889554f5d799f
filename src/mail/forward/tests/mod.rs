//! Forwards as mail clients write them. Every row names the same letter: from Jane Roe to Ada, copied to Bob, about
//! "Offer 12", in 2024; what a client leaves out of its block is not expected.

mod apple;
mod claims;
mod gmail;
mod lists;
mod markup;
mod others;
mod outlook;
mod properties;
mod webmail;

use super::super::message::{Forwarded, Mailbox, Message};
use super::super::mime::Body;
use super::{Found, find};

/// A client and its language, the subject of the mail around (empty: none), the block with its marker.
type Row = (&'static str, &'static str, &'static str);

const BODY: &str = "Could we meet on Tuesday?\nFrom here it is ten minutes: see below.\n\nJane";
const ABOVE: &str = "Please file this with her.\n\nThanks";

/// Checks rows: bare, with the member's words above, with the line ends of the wire, and quoted whole.
fn check<'a>(rows: impl IntoIterator<Item = &'a Row>) {
    let wrong: Vec<String> = rows.into_iter().flat_map(wrong_in).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn wrong_in((client, subject, block): &Row) -> Vec<String> {
    let subject = Some(*subject).filter(|subject| !subject.is_empty());
    let alone = format!("{block}\n\n{BODY}\n");
    let below = format!("{ABOVE}\n\n{block}\n\n{BODY}\n");
    let quoted: String = alone.lines().map(|line| format!("> {line}\n")).collect();
    let shapes = [
        ("alone", alone.clone(), subject, ""),
        ("below", below.clone(), subject, ABOVE),
        ("CRLF", below.replace('\n', "\r\n"), subject, ABOVE),
        ("quoted", quoted, Some("Fwd: Offer 12"), ""),
    ];
    let mut wrong = Vec::new();
    for (shape, text, subject, above) in shapes {
        for (field, want, got) in differences(&read(&text, subject), block, above) {
            if want != got {
                wrong.push(format!(
                    "{client}, {shape}: {field} should be {want:?}, is {got:?}"
                ));
            }
        }
    }
    wrong
}

/// Each field of the first letter: what it should be and what it is.
fn differences(found: &Found, block: &str, above: &str) -> Vec<(&'static str, String, String)> {
    let letter = found.forwards.first().cloned().unwrap_or_default();
    let has = |address: &str| block.contains(address).to_string();
    let have = |boxes: &[Mailbox], address: &str| addresses(boxes).contains(&address).to_string();
    vec![
        ("letters", "1".to_owned(), found.forwards.len().to_string()),
        ("from", from_of(block), show(letter.from.as_ref())),
        (
            "subject",
            "Offer 12".to_owned(),
            letter.subject.unwrap_or_default(),
        ),
        (
            "date",
            has("24"),
            letter
                .date
                .is_some_and(|date| date.contains("24"))
                .to_string(),
        ),
        (
            "to",
            has("ada@example.com"),
            have(&letter.to, "ada@example.com"),
        ),
        (
            "cc",
            has("bob@acme.example"),
            have(&letter.cc, "bob@acme.example"),
        ),
        ("body", squeezed(BODY), squeezed(&letter.body)),
        (
            "above",
            squeezed(above),
            squeezed(found.above.plain.as_deref().unwrap_or_default()),
        ),
    ]
}

/// Blocks of clients that show no name, or no address, expect none.
fn from_of(block: &str) -> String {
    match (
        block.contains("Jane Roe"),
        block.contains("jane@acme.example"),
    ) {
        (true, true) => "Jane Roe <jane@acme.example>".to_owned(),
        (true, false) => "Jane Roe <>".to_owned(),
        _ => " <jane@acme.example>".to_owned(),
    }
}

fn show(mailbox: Option<&Mailbox>) -> String {
    let mailbox = mailbox.cloned().unwrap_or_default();
    format!(
        "{} <{}>",
        mailbox.name.unwrap_or_default(),
        mailbox.address.unwrap_or_default()
    )
}

fn addresses(boxes: &[Mailbox]) -> Vec<&str> {
    boxes
        .iter()
        .filter_map(|mailbox| mailbox.address.as_deref())
        .collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Finds in a bare text; line ends as `mime` leaves them.
fn read(text: &str, subject: Option<&str>) -> Found {
    let body = Body {
        plain: Some(text.replace("\r\n", "\n")),
        ..Body::default()
    };
    find(
        &body,
        &Message {
            subject: subject.map(str::to_owned),
            ..Message::default()
        },
    )
}

/// The letters of a text, for cases outside the table.
fn letters(text: &str, subject: Option<&str>) -> Vec<Forwarded> {
    read(text, subject).forwards
}
