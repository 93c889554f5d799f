//! MIME: headers, parts, charsets, names. Bytes → [`Parts`], which the other files of this folder read on.

pub mod address;
pub mod armor;
pub mod charset;
mod charset_old;
pub mod date;
pub mod envelope;
pub mod fields;
pub mod kind;
pub mod parameters;
pub mod pkcs7;
pub mod reader;
pub mod structure;
#[cfg(test)]
mod tests;
pub mod text;
pub mod transfer;
pub mod tree;
pub mod uuencode;
pub mod words;

use super::message::Message;
use fields::Fields;
use reader::Reader;
use std::borrow::Cow;

/// A message on its way to being understood.
pub struct Parts<'a> {
    /// The header of the message.
    pub fields: Fields,
    /// Every part that is not a multipart, in order, decoded. Reports and invitations look here.
    pub parts: Vec<Part>,
    /// What is known so far.
    pub message: Message,
    /// The text that people read.
    pub body: Body,
    /// The message as it came; empty for bare bodies.
    pub raw: &'a [u8],
}

/// One part that holds something itself: text, a file, a report, a letter.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its own header.
    pub fields: Fields,
    /// Media type in lower case, without parameters; `text/plain` where none is given.
    pub media_type: String,
    /// Decoded text of `text/*`, `message/*` and their kin, LF line ends; empty for files.
    pub text: String,
}

/// The text of a message in the forms in which it came.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// All text/plain inline parts in order, LF line ends.
    pub plain: Option<String>,
    /// The HTML part, as written.
    pub html: Option<String>,
    /// Whole attached letters (`message/rfc822`), in order.
    pub letters: Vec<Letter>,
}

/// A `message/rfc822` part that was read.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The letter as `read` understood it.
    pub message: Box<Message>,
}

impl Parts<'static> {
    /// A bare text with its subject.
    pub fn from_text(text: &str, subject: Option<&str>) -> Parts<'static> {
        let body = Body {
            plain: Some(text::line_ends(text.replace('\0', ""))),
            ..Body::default()
        };
        Parts::bare(body, subject)
    }

    /// A bare HTML body with its subject.
    pub fn from_html(html: &str, subject: Option<&str>) -> Parts<'static> {
        let body = Body {
            html: Some(text::line_ends(html.replace('\0', ""))),
            ..Body::default()
        };
        Parts::bare(body, subject)
    }

    fn bare(body: Body, subject: Option<&str>) -> Parts<'static> {
        Parts {
            message: Message {
                subject: subject.map(str::to_owned),
                ..Message::default()
            },
            body,
            fields: Fields::default(),
            parts: Vec::new(),
            raw: &[],
        }
    }
}

impl Body {
    /// The whole text for people and for the index: the plain text, else the HTML as text.
    pub fn whole_text(&self) -> String {
        match (&self.plain, &self.html) {
            (Some(text), _) => text.clone(),
            (None, Some(html)) => super::html::to_text(html),
            (None, None) => String::new(),
        }
    }
}

/// Reads the MIME structure.
pub fn read(raw: &[u8]) -> Parts<'_> {
    read_at(raw, 0)
}

/// Reads the MIME structure of a letter that is `letter_depth` letters deep.
pub fn read_at(raw: &[u8], letter_depth: u8) -> Parts<'_> {
    let lines = lines(raw);
    let (fields, at) = Fields::read(&lines);
    let mut reader = Reader::new(envelope::read(&fields), letter_depth);
    let slots = reader.read(fields.clone(), lines.get(at..).unwrap_or_default());
    let mut body = text::join(slots);
    body.letters = reader.letters;
    let mut message = reader.message;
    message.html_only = body.plain.is_none() && body.html.is_some();
    Parts {
        message,
        fields,
        parts: reader.parts,
        body,
        raw,
    }
}

/// The bytes of a file of a message, by [`Attachment::part`](super::Attachment::part); absent where there is no such file.
pub fn attachment_bytes(raw: &[u8], part: u32) -> Option<Vec<u8>> {
    let lines = lines(raw);
    let (fields, at) = Fields::read(&lines);
    let mut reader = Reader::new(Message::default(), 0);
    reader.wanted = Some((part, None));
    reader.read(fields, lines.get(at..).unwrap_or_default());
    reader.wanted?.1
}

/// All files of a message with their bytes, in the order of [`Message::attachments`](super::Message::attachments).
pub fn files(raw: &[u8]) -> Vec<(super::Attachment, Vec<u8>)> {
    let lines = lines(raw);
    let (fields, at) = Fields::read(&lines);
    let mut reader = Reader::new(Message::default(), 0);
    reader.kept = Some(Vec::new());
    reader.read(fields, lines.get(at..).unwrap_or_default());
    let bytes = reader.kept.unwrap_or_default();
    reader.message.attachments.into_iter().zip(bytes).collect()
}

/// The message with lines: one that has only CR between them gets LF instead.
fn lines(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', raw).is_some() || memchr::memchr(b'\r', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(
        raw.iter()
            .map(|b| if *b == b'\r' { b'\n' } else { *b })
            .collect(),
    )
}
