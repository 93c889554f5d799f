//! MIME: headers, parts, charsets, names. Bytes → [`Parts`], which the other files of this folder read on.

pub mod charset;
pub mod envelope;
pub mod fields;
pub mod words;

use super::message::{Attachment, Message};
use fields::Fields;
use mail_parser::{MessagePart, MimeHeaders, PartType};

/// How deep letters inside letters are read as letters; deeper ones are files only.
const LETTER_DEPTH: u8 = 4;

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
    /// The tree of mail-parser. It goes away: use `fields` and `parts`, which read what mail-parser does not.
    pub tree: Option<mail_parser::Message<'a>>,
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
            plain: Some(line_ends(text)),
            ..Body::default()
        };
        Parts {
            message: Message {
                subject: subject.map(str::to_owned),
                ..Message::default()
            },
            body,
            fields: Fields::default(),
            parts: Vec::new(),
            tree: None,
        }
    }

    /// A bare HTML body with its subject.
    pub fn from_html(html: &str, subject: Option<&str>) -> Parts<'static> {
        let body = Body {
            html: Some(html.to_owned()),
            ..Body::default()
        };
        Parts {
            message: Message {
                subject: subject.map(str::to_owned),
                ..Message::default()
            },
            body,
            fields: Fields::default(),
            parts: Vec::new(),
            tree: None,
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
    let (fields, _) = Fields::read(raw);
    let mut parts = Parts {
        message: envelope::read(&fields),
        fields,
        parts: Vec::new(),
        body: Body::default(),
        tree: mail_parser::MessageParser::default().parse(raw),
    };
    let Some(tree) = parts.tree.take() else {
        return parts;
    };
    for part in &tree.parts {
        parts.add(part, &tree, letter_depth);
    }
    parts.tree = Some(tree);
    parts
}

impl Parts<'_> {
    fn add(&mut self, part: &MessagePart<'_>, tree: &mail_parser::Message<'_>, letter_depth: u8) {
        let raw = tree.raw_message();
        let slice = |from: u32, to: u32| raw.get(from as usize..to as usize).unwrap_or_default();
        let fields = Fields::read(slice(part.offset_header, part.offset_body)).0;
        let kind = part.content_type();
        let media_type = kind.map_or("text/plain".to_owned(), |k| {
            format!("{}/{}", k.ctype(), k.subtype().unwrap_or_default())
        });
        let attached = part
            .content_disposition()
            .is_some_and(|d| d.is_attachment())
            || part.attachment_name().is_some();
        let mut text = String::new();
        match &part.body {
            PartType::Multipart(_) => return,
            PartType::Html(html) if !attached => {
                self.body.html.get_or_insert_default().push_str(html);
                text = html.to_string();
            }
            PartType::Text(content) => {
                text = line_ends(content);
                if !attached && media_type == "text/plain" {
                    self.body.plain.get_or_insert_default().push_str(&text);
                }
            }
            PartType::Message(_) if letter_depth < LETTER_DEPTH => {
                let letter = slice(part.offset_body, part.offset_end);
                text = line_ends(&String::from_utf8_lossy(letter));
                let message = Box::new(super::read_letter(letter, letter_depth + 1));
                self.body.letters.push(Letter { message });
            }
            PartType::Binary(bytes) if media_type.starts_with("message/") => {
                text = line_ends(&charset::detect(bytes));
            }
            _ => (),
        }
        if attached || !media_type.starts_with("text/") {
            self.message.attachments.push(Attachment {
                name: part.attachment_name().map(str::to_owned),
                content_type: media_type.clone(),
                bytes: part.contents().len() as u64,
                sha256: String::new(),
                part: self.message.attachments.len() as u32,
            });
        }
        self.parts.push(Part {
            fields,
            media_type,
            text,
        });
    }
}

/// LF line ends, whatever they were.
pub fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
