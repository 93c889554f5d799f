//! The relay between a member and a contact: a message passed on from behind a capture address. Pure; what it needs to know
//! is given; knows no members, contacts or commands.
//!
//! | way | what happens |
//! |---|---|
//! | [`inward()`] | a contact's message goes to the member as it is, with a new header and one line that says what a reply does |
//! | [`outward()`] | a member's reply is taken apart: commands and our line come out, the rest goes on to the contact |
//!
//! Invariant: no command reaches a contact. What is written is read again; where a command could still stand in it, a plainer
//! form is tried, and where even that is not certain, the message is [`Held`].

mod allowed;
mod cut_html;
mod cut_text;
mod footer;
mod inward;
mod letters;
mod outward;
mod page;
mod private;
#[cfg(test)]
mod tests;
mod text_form;
mod tree_form;
mod verify;

pub use footer::Footer;
pub use inward::inward;
pub use outward::{Form, Outgoing, head_lines, outward};

use super::compose::header::Header;
use super::compose::{Envelope, Writer};
use super::message::Mailbox;
use super::mime::fields::Fields;
use crate::domain::error::{Error, Result};
use jiff::Timestamp;
use std::fmt;

/// What a relayed message bears on the outside. All ids are given by the caller, who knows which id of one side belongs to
/// which of the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cover {
    /// The capture address, with the name that is to be shown; answers go there too.
    pub from: Mailbox,
    /// Who gets it.
    pub to: Mailbox,
    /// The subject.
    pub subject: String,
    /// The date of what is passed on.
    pub date: Timestamp,
    /// A new Message-ID.
    pub message_id: String,
    /// What it answers, in the ids that its receiver knows.
    pub in_reply_to: Option<String>,
    /// The thread, in the ids that its receiver knows, oldest first.
    pub references: Vec<String>,
    /// Whether a program wrote what is passed on, so that no program answers it.
    pub writer: Writer,
}

/// Why a member's message does not go out. Each is for the member to settle.
#[derive(Debug)]
pub enum Held {
    /// Encrypted: nobody can say whether commands stand in it.
    Encrypted,
    /// A winmail.dat that cannot be opened: it holds the text once more, with the commands.
    Closed,
    /// More, larger or deeper than is read whole.
    TooLarge,
    /// The commands do not stand where they should: on lines of their own, above everything else.
    NotFound {
        /// The first that was not found.
        line: String,
    },
    /// A command goes on in the next line, where it cannot be told from what the contact is to read.
    Wrapped {
        /// Its first line.
        line: String,
    },
    /// A command would still stand in what goes out.
    Remains {
        /// That command.
        line: String,
    },
    /// The header cannot be written: an address or an id of the cover is none.
    Cover(Error),
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Held::Encrypted => f.write_str("the mail is encrypted, so that nobody can say whether commands stand in it; send it unencrypted"),
            Held::Closed => f.write_str("the mail came as a winmail.dat that cannot be opened; send it as HTML or plain text"),
            Held::TooLarge => f.write_str("the mail has more parts or text than can be looked through; send less at once"),
            Held::NotFound { line } => write!(f, "\"{line}\" does not stand on a line of its own above everything else; put the commands on top, an empty line below them"),
            Held::Wrapped { line } => write!(f, "\"{line}\" may go on in the next line; put an empty line below the commands, or make it shorter"),
            Held::Remains { line } => write!(f, "\"{line}\" stands in the text once more and would reach the contact; take it out there"),
            Held::Cover(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Held {}

/// How the From of a message that goes to a member names its writer: `Ada Byron (acme.example) via Rapport`. The domain tells
/// a stranger who borrows a contact's name; no whole address, since filters take that for a forgery.
pub fn shown_as(writer: &Mailbox) -> String {
    let address = writer.key();
    let (local, domain) = crate::domain::address::split(&address).unwrap_or((&address, ""));
    let name = super::compose::header::clipped(writer.name.as_deref().unwrap_or_default(), 60);
    // A name with an address in it says who somebody else is.
    let name = if name.is_empty() || name.contains('@') {
        local
    } else {
        &name
    };
    match (name.is_empty(), domain.is_empty()) {
        (true, true) => "Rapport".to_owned(),
        (_, true) => format!("{name} via Rapport"),
        (true, _) => format!("{domain} via Rapport"),
        _ => format!("{name} ({domain}) via Rapport"),
    }
}

/// The header above the fields of the body.
fn header(cover: &Cover) -> Result<Header> {
    let mut header = Header::default();
    let envelope = Envelope {
        from: &cover.from,
        to: &cover.to,
        reply_to: Some(&cover.from),
        subject: &cover.subject,
        date: cover.date,
        message_id: &cover.message_id,
        in_reply_to: cover.in_reply_to.as_deref(),
        references: &cover.references,
    };
    header.envelope(&envelope)?;
    header.writer(cover.writer);
    Ok(header)
}

/// The message with CRLF everywhere: neither CR nor LF stands alone on the wire, and CR CR LF of broken relays is one end. In
/// the header a bare CR never ended a line for those who read it, so there it is a space.
fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(raw.len() + raw.len() / 40);
    let has_lines = memchr::memchr(b'\n', raw).is_some();
    let body_at = if has_lines { Fields::read(raw).1 } else { 0 };
    let mut at = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let is_ended = line.ends_with(b"\n");
        let end = line
            .iter()
            .rposition(|b| !matches!(b, b'\r' | b'\n'))
            .map_or(0, |i| i + 1);
        let text = line.get(..end).unwrap_or_default();
        let mut pieces = text.split(|b| *b == b'\r');
        written.extend_from_slice(pieces.next().unwrap_or_default());
        let between: &[u8] = if at < body_at { b" " } else { b"\r\n" };
        for piece in pieces {
            written.extend_from_slice(between);
            written.extend_from_slice(piece);
        }
        at += line.len();
        if is_ended || end < line.len() {
            written.extend_from_slice(b"\r\n");
        }
    }
    written
}

/// Longest line that a server takes, in bytes, without its end (RFC 5321 §4.5.3.1.6).
const LINE_BYTES: usize = 998;

/// Whether a line is longer than a server takes.
fn has_long_line(bytes: &[u8]) -> bool {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end.saturating_sub(start) > LINE_BYTES + 1 {
            return true;
        }
        start = end + 1;
    }
    false
}
