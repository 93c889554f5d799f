//! Reading mail: bytes in, a [`Message`] out. Pure, never fails, never panics, linear in the size of the input.
//!
//! Knows nothing of workspaces, members or stores: what a message *is* stands here, what it *means to a workspace* in `ingest`.
//!
//! The way of one message: `mime` (parts, charsets, names) → `automatic` and `report` (what kind) → `forward` (whose letter
//! is inside) → `quote` (what is newly written) → [`Message`]. `trust` is apart, since it asks DNS.
//!
//! The other way: `compose` writes a letter of our own, and `relay` passes on somebody else's, cut and under a new header.

pub mod archived;
pub mod automatic;
pub mod card;
pub mod compose;
pub mod forward;
pub mod html;
pub mod invitation;
mod labels;
pub mod mbox;
pub mod message;
pub mod mime;
pub mod quote;
pub mod records;
pub mod relay;
pub mod report;
pub mod resolver;
pub mod sign;
pub mod tnef;
pub mod trust;
mod wrapped;

pub use message::{
    Attachment, Class, Forwarded, Invitation, Limit, Mailbox, Message, Protection, Report, Trust,
};

/// Reads one message as it came over the wire (RFC 5322). Whatever the bytes are, there is an answer; what was cut at a
/// limit is named in [`Message::limits`].
pub fn read(raw: &[u8]) -> Message {
    read_letter(raw, 0)
}

/// Reads a letter that is `letter_depth` letters deep in another.
pub(crate) fn read_letter(raw: &[u8], letter_depth: u8) -> Message {
    let mut parts = mime::read_at(raw, letter_depth);
    automatic::classify(&mut parts);
    report::read(&mut parts);
    invitation::read(&mut parts);
    compose(parts)
}

/// Reads a bare text body with its subject, as `explain --input text` and chat forwards give it.
pub fn read_text(text: &str, subject: Option<&str>) -> Message {
    compose(mime::Parts::from_text(text, subject))
}

/// Reads a bare HTML body with its subject.
pub fn read_html(html: &str, subject: Option<&str>) -> Message {
    compose(mime::Parts::from_html(html, subject))
}

/// Takes the body apart: first the letters that were forwarded, then, in what stands above them, the newly written text.
fn compose(parts: mime::Parts<'_>) -> Message {
    let mime::Parts {
        mut message, body, ..
    } = parts;
    let found = forward::find(&body, &message);
    let split = quote::split(&found.above, &message);
    let before = found
        .before
        .as_ref()
        .map(|before| quote::split(before, &message));
    message.body = body.whole_text();
    message.opening_bytes = match &before {
        None => split.opening_bytes,
        Some(before) if split.text.starts_with(before.opening()) => before.opening_bytes,
        Some(_) => 0,
    };
    message.text = split.text;
    if let (Some(_), Some(page)) = (&body.plain, &body.html) {
        unwrap(&mut message, page);
    }
    message.signature = split.signature;
    message.quoted = split.quoted;
    message.forwards = found.forwards;
    message
}

/// Makes the lines of the opening whole. Of what may hold commands only: nothing else needs it.
fn unwrap(message: &mut Message, page: &str) {
    let Some(whole) = wrapped::whole(message.opening(), page) else {
        return;
    };
    let below = message
        .text
        .get(message.opening_bytes..)
        .unwrap_or_default();
    message.text = format!("{whole}{below}");
    message.opening_bytes = whole.len();
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "From: Eve <eve@evil.example>\nDate: Mon, 9 Nov 2026 at 13:45\n\\
                          Subject: Pier 4\nTo: Mia <mia@studio.example>\n\nHello.\n";

    /// The opening of a forward that begins so, ends so, and goes on with words that may be anybody's.
    fn opening(own: &str, begin: &str, end: &str) -> String {
        let text = format!("{own}{begin}\n{LETTER}{end}\n\nnote: hers\n");
        let message = read_text(&text, Some("Fwd: Pier 4"));
        assert_eq!(message.forwards.len(), 1, "{text}");
        let html: String = text
            .lines()
            .map(|l| format!("<div>{}<br></div>", l.replace('<', "&lt;")))
            .collect();
        let in_html = read_html(&html, Some("Fwd: Pier 4"));
        assert_eq!(in_html.opening(), message.opening(), "{html}");
        message.opening().to_owned()
    }

    #[test]
    fn what_stands_below_a_letter_is_never_the_opening() {
        let begins = [
            "---------- Forwarded message ---------",
            "Begin forwarded message:\n",
            "-------- Weitergeleitete Nachricht --------",
        ];
        let ends = [
            "----- End forwarded message -----",
            "------- End of Forwarded Message",
            "--- Ende der weitergeleiteten Nachricht ---",
            "----- Fin du message transf\u{e9}r\u{e9} -----",
            "",
        ];
        for begin in begins {
            for end in ends {
                assert_eq!(opening("", begin, end), "", "{begin} {end}");
                let own = "note: mine\n\n";
                assert_eq!(opening(own, begin, end), "note: mine", "{begin} {end}");
            }
        }
    }
}
