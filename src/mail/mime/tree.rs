//! A message as a tree of its parts, each with the very bytes that it came in: what the relay cuts and puts together again.
//!
//! Where [`reader`](super::reader) answers what a message says, this answers where it says it. Both judge by [`Kind`].

use super::fields::Fields;
use super::kind::Kind;
use super::reader::{DEPTH, PARTS};
use super::transfer::Encoding;
use super::{structure, text};
use std::borrow::Cow;

/// What a part is to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It holds parts.
    Multipart,
    /// It holds parts, of which the first was signed by its sender.
    Signed,
    /// Text to read.
    Plain,
    /// HTML to read.
    Html,
    /// The same text in another form that few know: enriched, for a watch, a calendar among alternatives.
    Variant,
    /// A winmail.dat, which holds a text and files of its own.
    Tnef,
    /// An S/MIME envelope.
    Envelope,
    /// A file, or a letter.
    File,
}

/// One part.
#[derive(Debug)]
pub struct Node<'a> {
    /// What it is.
    pub role: Role,
    /// Its header, with its line ends and the empty line.
    pub header: &'a [u8],
    /// What stands below its header, still encoded.
    pub body: &'a [u8],
    /// What its header says.
    pub kind: Kind,
    /// Its own parts.
    pub children: Vec<Node<'a>>,
    /// The line, without its two dashes, that its parts were found by; empty where it holds none.
    pub boundary: Vec<u8>,
    /// Whether the parts were found just as RFC 2046 says, by the boundary that the header declares.
    pub is_strict: bool,
}

/// Takes a message apart. Limits are those of the reader: what lies beyond them is one file.
pub fn read(raw: &[u8]) -> Node<'_> {
    let mut walk = Walk::default();
    walk.node(raw, "", 0)
}

impl Node<'_> {
    /// The decoded bytes.
    pub fn decoded(&self) -> Cow<'_, [u8]> {
        self.kind.encoding.decode(self.body)
    }

    /// Its text, LF line ends, still flowed where it was; empty where it is no text.
    pub fn text(&self) -> String {
        let label = self.kind.parameters.get("charset");
        match self.role {
            Role::Plain => text::plain(&self.decoded(), label),
            Role::Html => text::html(&self.decoded(), label),
            _ => String::new(),
        }
    }

    /// It and all parts in it, in the order in which they stand.
    pub fn all(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        let mut next = vec![self];
        while let Some(node) = next.pop() {
            next.extend(node.children.iter().rev());
            all.push(node);
        }
        all
    }
}

#[derive(Default)]
struct Walk {
    parts: usize,
    has_text: bool,
}

impl Walk {
    fn node<'a>(&mut self, raw: &'a [u8], parent: &str, depth: u8) -> Node<'a> {
        self.parts += 1;
        let (fields, at) = Fields::read(raw);
        let (header, body) = raw.split_at(at.min(raw.len()));
        let default = if parent == "multipart/digest" {
            "message/rfc822"
        } else {
            "text/plain"
        };
        let mut kind = Kind::read(&fields, default);
        let is_top = depth == 0;
        if is_top && !kind.is_declared && structure::starts_with_part(body) {
            kind.media_type = "multipart/mixed".to_owned();
        }
        kind.encoding = kind.encoding.of(body);
        let mut node = Node {
            role: Role::File,
            header,
            body,
            kind,
            children: Vec::new(),
            boundary: Vec::new(),
            is_strict: true,
        };
        if node.kind.family() == "multipart" && depth < DEPTH && self.divide(&mut node, depth) {
            node.role = match node.kind.media_type.as_str() {
                "multipart/signed" => Role::Signed,
                _ => Role::Multipart,
            };
            return node;
        }
        if node.kind.family() == "multipart" || (is_top && !node.kind.is_declared) {
            node.kind.media_type = text::sniff(&node.decoded()).to_owned();
        }
        node.role = self.role(&node.kind, parent, depth);
        if matches!(node.role, Role::Plain | Role::Html) {
            self.has_text |= !body.trim_ascii().is_empty();
        }
        node
    }

    /// Finds the parts of a multipart; false where there are none to be found.
    fn divide<'a>(&mut self, node: &mut Node<'a>, depth: u8) -> bool {
        let left = PARTS.saturating_sub(self.parts);
        if node.kind.encoding != Encoding::Identity || left == 0 {
            return false;
        }
        let declared = node.kind.parameters.get("boundary").map(str::to_owned);
        let Some(split) = structure::split(node.body, declared.as_deref(), left) else {
            return false;
        };
        let Some((boundary, is_alone)) = first_boundary(node.body, &split.parts) else {
            return false;
        };
        let is_declared = declared.is_some_and(|d| d.as_bytes() == boundary);
        node.is_strict = is_declared && is_alone && !split.is_cut;
        node.boundary = boundary.to_vec();
        let media_type = node.kind.media_type.clone();
        for part in split.parts {
            node.children.push(self.node(part, &media_type, depth + 1));
        }
        true
    }

    fn role(&self, kind: &Kind, parent: &str, depth: u8) -> Role {
        let is_alternative = parent == "multipart/alternative";
        if kind.is_letter() && kind.family() == "message" {
            return Role::File;
        }
        if kind.is_smime() {
            return Role::Envelope;
        }
        if kind.is_tnef() {
            return Role::Tnef;
        }
        let is_shown = match parent {
            _ if depth == 0 && kind.is_attached() => kind.name.is_none(),
            _ if kind.is_attached() => false,
            "multipart/alternative" => true,
            _ => depth == 0 || kind.name.is_none() || !self.has_text,
        };
        let is_variant = is_alternative && kind.family() == "text" && kind.name.is_none();
        match kind.media_type.as_str() {
            "text/enriched" | "text/richtext" if is_shown => Role::Variant,
            _ if is_shown && kind.is_plain() => Role::Plain,
            _ if is_shown && kind.is_marked() => Role::Html,
            _ if is_variant => Role::Variant,
            _ => Role::File,
        }
    }
}

/// The boundary that stands before the first of these parts, and whether it stands alone on its line.
fn first_boundary<'a>(body: &'a [u8], parts: &[&'a [u8]]) -> Option<(&'a [u8], bool)> {
    // A part is a slice of the body, so that the distance of their beginnings is its place.
    let at = (parts.first()?.as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    let above = body.get(..at)?;
    let above = above.strip_suffix(b"\n").unwrap_or(above);
    let start = memchr::memrchr(b'\n', above).map_or(0, |i| i + 1);
    let line = above.get(start..)?.strip_prefix(b"--")?;
    let bare = line.trim_ascii_end();
    let is_alone = line.len() - bare.len() <= 1 && !bare.contains(&b' ');
    (!bare.is_empty()).then_some((bare, is_alone))
}
