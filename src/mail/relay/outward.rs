//! From a member to a contact: the commands come out and stay here, the rest goes on.

use super::cut_text::{self, CutText, Next};
use super::letters::{HeadLine, is_blank};
use super::private::Privacy;
use super::tree_form::Taking;
use super::verify::Allowance;
use super::{Cover, Held, footer, has_long_line, header, text_form, with_crlf};
use crate::domain::error::Error;
use crate::mail::message::{Attachment, Limit, Message, Protection};
use crate::mail::mime::tree::{self, Node, Role};
use crate::mail::mime::{fields::Fields, pkcs7};
use crate::mail::tnef;

/// Longest text of one message that is taken apart, in bytes.
const TEXT_BYTES: usize = 4 * 1024 * 1024;
/// The most lines of one head.
const HEAD_LINES: usize = 300;

/// In which form a message went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it was written, page and all.
    Whole,
    /// As plain text with its files, since the page could not be cut with certainty.
    TextOnly,
}

/// A message that may go to a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// RFC 5322 bytes, not yet signed.
    pub bytes: Vec<u8>,
    /// What the member newly wrote, without the commands, signature and quotes.
    pub text: String,
    /// The files that were attached; pictures inside the text or the signature are none.
    pub files: Vec<Attachment>,
    /// In which form it is.
    pub form: Form,
}

impl Outgoing {
    /// Whether there is nothing to send: the member wrote commands alone.
    pub fn is_empty(&self) -> bool {
        is_blank(&self.text) && self.files.is_empty()
    }
}

/// Why a text could not be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncertain {
    /// A line of the head does not stand where it should.
    Elsewhere(String),
    /// A line begins like one of the head and goes on.
    Longer(String),
    /// The parts are not built in a way that can be cut.
    Form,
}

/// The lines of an opening that stand above its note: what a head is, once its note is known. Empty lines are left out.
pub fn head_lines(opening: &str, note: &str) -> Vec<String> {
    let opening = opening.trim_end();
    let head = opening.strip_suffix(note.trim()).unwrap_or(opening);
    let lines = head.lines().filter(|line| !is_blank(line));
    lines.map(str::to_owned).collect()
}

/// Takes a member's message apart, and writes what goes on to the contact. `head` holds the lines of its head block as
/// [`Message::opening`] has them: commands, targets, remarks, and the word that ended them. `private` are addresses that the
/// contact shall not see; those with a token of ours are known without.
pub fn outward(
    raw: &[u8],
    cover: &Cover,
    head: &[String],
    private: &[String],
) -> Result<Outgoing, Held> {
    let raw = with_crlf(raw);
    let message = crate::mail::read(&raw);
    if message.protection == Protection::Encrypted {
        return Err(Held::Encrypted);
    }
    let raw = unwrapped(raw);
    let tree = tree::read(&raw);
    let is_cut = message.limits.iter().any(|l| *l != Limit::Text);
    let texts = tree.all();
    let is_text = |n: &&&Node<'_>| matches!(n.role, Role::Plain | Role::Html);
    let text_bytes: usize = texts.iter().filter(is_text).map(|n| n.body.len()).sum();
    if is_cut || text_bytes > TEXT_BYTES || head.len() > HEAD_LINES {
        return Err(Held::TooLarge);
    }
    let is_closed = |n: &&Node<'_>| n.role == Role::Tnef && tnef::read(&n.decoded()).is_none();
    if texts.into_iter().any(|n| is_closed(&n)) {
        return Err(Held::Closed);
    }
    let capture = cover.from.address.as_deref().unwrap_or_default();
    let privacy = Privacy::of(capture, private)
        .ok_or_else(|| Held::Cover(Error::invalid("the capture address is no mail address")))?;
    let head = HeadLine::all(head);
    let member = Member {
        raw: &raw,
        tree: &tree,
        message: &message,
        head: &head,
        privacy: &privacy,
    };
    member.outgoing(cover)
}

/// What was signed inside an opaque envelope stands in its place; the signature does not survive a cut.
fn unwrapped(raw: Vec<u8>) -> Vec<u8> {
    let (fields, at) = Fields::read(&raw);
    let kind = crate::mail::mime::kind::Kind::read(&fields, "text/plain");
    if !kind.is_smime() {
        return raw;
    }
    let body = raw.get(at..).unwrap_or_default();
    match pkcs7::signed_content(&kind.encoding.of(body).decode(body)) {
        Some(content) => with_crlf(&content),
        None => raw,
    }
}

/// A member's message and what is known of it.
struct Member<'a> {
    raw: &'a [u8],
    tree: &'a Node<'a>,
    message: &'a Message,
    head: &'a [HeadLine],
    privacy: &'a Privacy<'a>,
}

impl Member<'_> {
    fn outgoing(&self, cover: &Cover) -> Result<Outgoing, Held> {
        let own = self.cut(&self.message.text)?;
        let rest = self.cut(&self.message.body)?;
        let kept = footer::without_in_text(&rest.text);
        let allowance = Allowance::of(&kept);
        let has_page = self.tree.all().iter().any(|n| n.role == Role::Html);
        // Only a page tells a wrapped line from two.
        if rest.next == Next::Wrapped && !has_page {
            return Err(self.wrapped());
        }
        let mut outgoing = Outgoing {
            bytes: Vec::new(),
            text: own.text.trim().to_owned(),
            files: self.files(),
            form: Form::Whole,
        };
        match self.whole(cover)? {
            Ok(bytes)
                if !has_long_line(&bytes)
                    && allowance.first_remaining(self.head, &bytes).is_none() =>
            {
                outgoing.bytes = bytes;
                return Ok(outgoing);
            }
            Err(Uncertain::Longer(line)) if rest.next != Next::Apart => {
                return Err(Held::Wrapped { line });
            }
            _ if rest.next == Next::Wrapped => return Err(self.wrapped()),
            _ => (),
        }
        outgoing.form = Form::TextOnly;
        outgoing.bytes =
            text_form::write(cover, &self.privacy.keep(&kept), self.raw).map_err(Held::Cover)?;
        match allowance.first_remaining(self.head, &outgoing.bytes) {
            Some(line) => Err(Held::Remains {
                line: line.line.clone(),
            }),
            None => Ok(outgoing),
        }
    }

    fn wrapped(&self) -> Held {
        let line = self.head.last().map(|l| l.line.clone()).unwrap_or_default();
        Held::Wrapped { line }
    }

    /// A text without the head, all of which must stand on top of it.
    fn cut(&self, text: &str) -> Result<CutText, Held> {
        let missing = |line: String| Held::NotFound { line };
        let cut = cut_text::cut(text, self.head, 0).map_err(|uncertain| match uncertain {
            Uncertain::Elsewhere(line) => missing(line),
            Uncertain::Longer(line) => Held::Wrapped { line },
            Uncertain::Form => missing(String::new()),
        })?;
        match self.head.get(cut.found) {
            Some(line) => Err(missing(line.line.clone())),
            None => Ok(cut),
        }
    }

    /// The message in its own form, under the new header.
    fn whole(&self, cover: &Cover) -> Result<Result<Vec<u8>, Uncertain>, Held> {
        let mut written = header(cover).map_err(Held::Cover)?;
        written.line("MIME-Version", "1.0");
        let mut written = written.finish();
        let taking = Taking {
            head: self.head,
            privacy: self.privacy,
        };
        Ok(taking.whole(self.tree).map(|part| {
            written.extend(part);
            if !written.ends_with(b"\r\n") {
                written.extend_from_slice(b"\r\n");
            }
            written
        }))
    }

    /// What the member attached. A picture that the page shows has an id and is not called an attachment.
    fn files(&self) -> Vec<Attachment> {
        let nodes = self.tree.all();
        let inside: Vec<String> = nodes
            .iter()
            .filter(|n| n.role == Role::File && !n.kind.is_attached())
            .filter(|n| Fields::read(n.header).0.has("content-id"))
            .map(|n| digest(&n.decoded()))
            .collect();
        let is_attached = |file: &&Attachment| {
            let is_signature = file.content_type.ends_with("-signature");
            !is_signature && !inside.contains(&file.sha256)
        };
        self.message
            .attachments
            .iter()
            .filter(is_attached)
            .cloned()
            .collect()
    }
}

fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
