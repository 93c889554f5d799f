//! The walk through the parts of a message: what is text, what is a file, what is a letter, within the limits.

use super::fields::Fields;
use super::kind::Kind;
use super::text::{self, Slot};
use super::{Letter, Part, armor, pkcs7, structure, uuencode};
use crate::mail::message::{Attachment, Limit, Message, Protection};
use crate::mail::tnef;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Most parts of one message that are read.
pub const PARTS: usize = 1000;
/// Deepest nesting of multiparts that is followed.
pub const DEPTH: u8 = 20;
/// Most decoded bytes of one message that are read.
pub const DECODED_BYTES: usize = 64 * 1024 * 1024;
/// How deep letters inside letters are read as letters; deeper ones are files only.
pub const LETTER_DEPTH: u8 = 4;

/// Reads one message, part by part.
pub struct Reader {
    /// Takes attachments, limits and protection.
    pub message: Message,
    /// Every part that is no multipart.
    pub parts: Vec<Part>,
    /// The letters inside.
    pub letters: Vec<Letter>,
    /// The attachment whose bytes are wanted, and the bytes.
    pub wanted: Option<(u32, Option<Vec<u8>>)>,
    /// The bytes of every attachment, where they are asked for.
    pub kept: Option<Vec<Vec<u8>>>,
    letter_depth: u8,
    part_count: usize,
    decoded_bytes: usize,
    has_text: bool,
}

/// What a part stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parent {
    Message,
    Mixed,
    Alternative,
    Related,
    Digest,
    Signed,
    Encrypted,
    Double,
}

/// One part that is no multipart, decoded.
struct Leaf<'a> {
    fields: Fields,
    kind: Kind,
    bytes: Cow<'a, [u8]>,
    parent: Parent,
    depth: u8,
}

impl Reader {
    /// For a letter that is `letter_depth` letters deep.
    pub fn new(message: Message, letter_depth: u8) -> Reader {
        Reader {
            message,
            parts: Vec::new(),
            letters: Vec::new(),
            wanted: None,
            kept: None,
            letter_depth,
            part_count: 0,
            decoded_bytes: 0,
            has_text: false,
        }
    }

    /// Reads the body of a message; answers its texts.
    pub fn read(&mut self, fields: Fields, body: &[u8]) -> Vec<Slot> {
        self.entity(fields, body, Parent::Message, 0)
    }

    fn part(&mut self, raw: &[u8], parent: Parent, depth: u8) -> Vec<Slot> {
        let (fields, at) = Fields::read(raw);
        self.entity(fields, raw.get(at..).unwrap_or_default(), parent, depth)
    }

    fn entity(&mut self, fields: Fields, body: &[u8], parent: Parent, depth: u8) -> Vec<Slot> {
        self.part_count += 1;
        if fields.cut {
            self.limit(Limit::Headers);
        }
        let default = if parent == Parent::Digest {
            "message/rfc822"
        } else {
            "text/plain"
        };
        let mut kind = Kind::read(&fields, default);
        let is_headless =
            parent == Parent::Message && !kind.is_declared && structure::starts_with_part(body);
        if is_headless {
            kind.media_type = "multipart/mixed".to_owned();
        }
        kind.encoding = kind.encoding.of(body);
        if kind.family() == "multipart" && self.may_enter(depth) {
            let bytes = kind.encoding.decode(body);
            let left = PARTS.saturating_sub(self.part_count);
            if let Some(split) = structure::split(&bytes, kind.parameters.get("boundary"), left) {
                if split.is_cut {
                    self.limit(Limit::Parts);
                }
                return self.multipart(&kind, &split.parts, depth);
            }
            kind.media_type = text::sniff(&bytes).to_owned();
        }
        if self.decoded_bytes.saturating_add(body.len()) > DECODED_BYTES {
            self.limit(Limit::Size);
            self.attach(&kind, &[]);
            return Vec::new();
        }
        let bytes = kind.encoding.decode(body);
        self.decoded_bytes += bytes.len();
        if parent == Parent::Message && !kind.is_declared {
            kind.media_type = text::sniff(&bytes).to_owned();
        }
        self.leaf(Leaf {
            fields,
            kind,
            bytes,
            parent,
            depth,
        })
    }

    fn may_enter(&mut self, depth: u8) -> bool {
        if depth >= DEPTH {
            self.limit(Limit::Depth);
        }
        depth < DEPTH
    }

    fn multipart(&mut self, kind: &Kind, parts: &[&[u8]], depth: u8) -> Vec<Slot> {
        let parent = match kind.media_type.as_str() {
            "multipart/alternative" => Parent::Alternative,
            "multipart/related" => Parent::Related,
            "multipart/digest" => Parent::Digest,
            "multipart/signed" => Parent::Signed,
            "multipart/encrypted" => Parent::Encrypted,
            "multipart/appledouble" => Parent::Double,
            _ => Parent::Mixed,
        };
        match parent {
            Parent::Signed => self.protect(Protection::Signed),
            Parent::Encrypted => self.protect(Protection::Encrypted),
            _ => (),
        }
        let mut texts = Vec::new();
        for part in parts {
            texts.push(self.part(part, parent, depth + 1));
        }
        match parent {
            Parent::Alternative => text::choose(texts),
            _ => texts.concat(),
        }
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Vec<Slot> {
        let kind = &leaf.kind;
        if kind.is_letter()
            && (kind.family() == "message" || super::fields::looks_like_letter(&leaf.bytes))
        {
            self.letter(leaf);
            return Vec::new();
        }
        if kind.is_smime() {
            return self.smime(leaf);
        }
        if kind.is_tnef()
            && let Some(inside) = tnef::read(&leaf.bytes)
        {
            return self.tnef(inside);
        }
        if self.is_text(&leaf) {
            return self.text(leaf);
        }
        let is_unnamed = kind.name.is_none() && !kind.is_attached();
        let is_hidden = match leaf.parent {
            Parent::Signed => is_unnamed && kind.is_signature(),
            Parent::Encrypted => kind.media_type == "application/pgp-encrypted",
            Parent::Double => kind.media_type == "application/applefile",
            // Another form of the same text: an invitation, a page for another kind of reader.
            Parent::Alternative => is_unnamed && kind.family() == "text",
            _ => false,
        };
        let bytes = text::canonical(&leaf.kind, &leaf.bytes);
        if !is_hidden {
            self.attach(&leaf.kind, &bytes);
        }
        self.keep_part(leaf);
        Vec::new()
    }

    /// Whether a part is text to read. A text with a name is a file, unless it is the first text of the message: some
    /// clients name even that.
    fn is_text(&self, leaf: &Leaf<'_>) -> bool {
        let kind = &leaf.kind;
        if !kind.is_plain() && !kind.is_marked() {
            return false;
        }
        match leaf.parent {
            Parent::Message if kind.is_attached() => kind.name.is_none(),
            Parent::Alternative => !kind.is_attached(),
            _ if kind.is_attached() => false,
            _ => kind.name.is_none() || !self.has_text,
        }
    }

    fn text(&mut self, leaf: Leaf<'_>) -> Vec<Slot> {
        let label = leaf.kind.parameters.get("charset");
        let mut slot = Slot::default();
        let read;
        if leaf.kind.is_plain() {
            let mut bytes = Cow::Borrowed(&leaf.bytes[..]);
            if uuencode::may_hold_files(&bytes) {
                let (kept, files) = uuencode::take_out(&bytes);
                for file in files {
                    self.attach_embedded(&file);
                }
                bytes = Cow::Owned(kept);
            }
            let content = text::plain(&bytes, label);
            let content = text::unflow(content, &leaf.kind.parameters);
            let (content, protection) = armor::unwrap(content);
            self.protect(protection);
            read = content.clone();
            slot.plain = Some(content);
        } else if leaf.kind.media_type.starts_with("text/")
            && !leaf.kind.media_type.ends_with("html")
        {
            read = text::plain(&leaf.bytes, label);
            slot.plain = Some(text::without_marks(&read));
        } else {
            read = text::html(&leaf.bytes, label);
            slot.html = Some(read.clone());
        }
        self.has_text |= !read.trim().is_empty();
        self.parts.push(Part {
            fields: leaf.fields,
            media_type: leaf.kind.media_type,
            text: read,
        });
        vec![slot]
    }

    fn letter(&mut self, leaf: Leaf<'_>) {
        let bytes = text::canonical(&leaf.kind, &leaf.bytes);
        self.attach(&leaf.kind, &bytes);
        let is_for_bytes = self.wanted.is_some() || self.kept.is_some();
        if self.letter_depth < LETTER_DEPTH && !is_for_bytes {
            let message = Box::new(crate::mail::read_letter(&bytes, self.letter_depth + 1));
            message.limits.iter().for_each(|limit| self.limit(*limit));
            self.letters.push(Letter { message });
        } else if !is_for_bytes {
            self.limit(Limit::Depth);
        }
        self.keep_part(leaf);
    }

    /// S/MIME: what is signed is read as if it stood here; what is encrypted stays a file.
    fn smime(&mut self, leaf: Leaf<'_>) -> Vec<Slot> {
        match pkcs7::signed_content(&leaf.bytes) {
            Some(content) if self.may_enter(leaf.depth) => {
                self.protect(Protection::Signed);
                self.part(&content, Parent::Mixed, leaf.depth + 1)
            }
            _ => {
                self.protect(Protection::Encrypted);
                let bytes = text::canonical(&leaf.kind, &leaf.bytes);
                self.attach(&leaf.kind, &bytes);
                self.keep_part(leaf);
                Vec::new()
            }
        }
    }

    fn tnef(&mut self, inside: tnef::Tnef) -> Vec<Slot> {
        if inside.is_cut {
            self.limit(Limit::Size);
        }
        for file in inside.files {
            let kind = Kind {
                name: file.name,
                media_type: file.media_type,
                ..Kind::default()
            };
            self.attach(&kind, &file.bytes);
        }
        // Mostly the text came as a part of its own too.
        if self.has_text || (inside.plain.is_none() && inside.html.is_none()) {
            return Vec::new();
        }
        self.has_text = true;
        vec![Slot {
            plain: inside.plain,
            html: inside.html,
        }]
    }

    fn attach_embedded(&mut self, file: &uuencode::Embedded) {
        let name = super::words::decode(&file.name, None);
        let kind = Kind {
            name: Some(name.chars().filter(|c| !c.is_control()).collect()),
            media_type: "application/octet-stream".to_owned(),
            ..Kind::default()
        };
        self.attach(&kind, &file.bytes);
    }

    fn attach(&mut self, kind: &Kind, bytes: &[u8]) {
        let part = self.message.attachments.len();
        if part >= PARTS {
            self.limit(Limit::Parts);
            return;
        }
        let part = part as u32;
        if let Some((wanted, kept)) = &mut self.wanted {
            if *wanted == part {
                *kept = Some(bytes.to_vec());
            }
            self.message.attachments.push(Attachment::default());
            return;
        }
        if let Some(kept) = &mut self.kept {
            kept.push(bytes.to_vec());
        }
        let sha256 = Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        self.message.attachments.push(Attachment {
            name: kind.name.clone(),
            content_type: kind.media_type.clone(),
            bytes: bytes.len() as u64,
            sha256,
            part,
        });
    }

    /// Keeps a part for reports and invitations: with its text, where programs read it.
    fn keep_part(&mut self, leaf: Leaf<'_>) {
        let is_text_file = is_small_text_file(&leaf);
        let media_type = leaf.kind.media_type;
        let is_read = media_type.starts_with("message/")
            || matches!(
                media_type.as_str(),
                "text/calendar" | "application/ics" | "text/rfc822-headers" | "text/ics"
            )
            || is_text_file;
        let label = leaf.kind.parameters.get("charset");
        let text = if is_read {
            text::plain(&leaf.bytes, label)
        } else {
            String::new()
        };
        self.parts.push(Part {
            fields: leaf.fields,
            media_type,
            text,
        });
    }

    fn protect(&mut self, protection: Protection) {
        match (self.message.protection, protection) {
            (Protection::Encrypted, _) | (_, Protection::None) => (),
            _ => self.message.protection = protection,
        }
    }

    fn limit(&mut self, limit: Limit) {
        if !self.message.limits.contains(&limit) {
            self.message.limits.push(limit);
        }
    }
}

/// Most bytes of a text file that is read as one: some servers attach their report as `details.txt`.
const TEXT_FILE_BYTES: usize = 256 * 1024;

fn is_small_text_file(leaf: &Leaf<'_>) -> bool {
    let media_type = leaf.kind.media_type.as_str();
    let is_file = leaf.kind.name.is_some() || leaf.kind.is_attached() || media_type != "text/plain";
    media_type.starts_with("text/")
        && media_type != "text/html"
        && is_file
        && leaf.bytes.len() <= TEXT_FILE_BYTES
}
