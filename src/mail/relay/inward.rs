//! From a contact to a member: the message as it is, with a header of ours and one line below its text.

use super::footer::Footer;
use super::{Cover, allowed, has_long_line, header, text_form, with_crlf};
use crate::domain::error::Result;
use crate::mail::compose::Writer;
use crate::mail::message::Protection;
use crate::mail::mime::tree::{self, Node, Role};
use std::ops::Range;

/// Passes a message on to a member. Parts stay byte for byte, but for the first text and the first page, which get the footer
/// below, and those with lines that no server takes. Of a signed or encrypted message no byte of the body changes.
pub fn inward(raw: &[u8], cover: &Cover, footer: &Footer) -> Result<Vec<u8>> {
    let raw = with_crlf(raw);
    let message = crate::mail::read(&raw);
    let tree = tree::read(&raw);
    let mut cover = cover.clone();
    if !message.answerable && cover.writer == Writer::Person {
        cover.writer = Writer::Program;
    }
    let is_sealed = message.protection != Protection::None;
    let edits = if is_sealed {
        Vec::new()
    } else {
        edits(&tree, &raw, footer)
    };
    let mut written = header(&cover)?;
    written.line("MIME-Version", "1.0");
    let mut written = written.finish();
    let top = raw.len() - tree.header.len() - tree.body.len();
    match edits.as_slice() {
        // The message is one part, and it changed.
        [(place, part)] if place.start == top && place.end == raw.len() => {
            written.extend_from_slice(part)
        }
        _ => {
            written.extend(allowed::fields(&tree));
            written.extend_from_slice(b"\r\n");
            let mut at = raw.len() - tree.body.len();
            for (place, part) in edits {
                written.extend_from_slice(raw.get(at..place.start).unwrap_or_default());
                written.extend(part);
                at = place.end;
            }
            written.extend_from_slice(raw.get(at..).unwrap_or_default());
        }
    }
    if !written.ends_with(b"\r\n") {
        written.extend_from_slice(b"\r\n");
    }
    if !is_sealed && has_long_line(&written) {
        let text = footer.below_text(&message.body);
        return text_form::write(&cover, &text, &raw);
    }
    Ok(written)
}

/// Which parts are written anew, in order.
fn edits(tree: &Node<'_>, raw: &[u8], footer: &Footer) -> Vec<(Range<usize>, Vec<u8>)> {
    let (mut has_text, mut has_page) = (false, false);
    let mut edits = Vec::new();
    for node in tree.all() {
        let part = match node.role {
            Role::Plain if !has_text => {
                has_text = true;
                allowed::with_text(node, &footer.below_text(&node.text()))
            }
            Role::Html if !has_page => {
                has_page = true;
                allowed::with_text(node, &footer.below_page(&node.text()))
            }
            Role::Multipart | Role::Signed => continue,
            _ if has_long_line(node.body) => allowed::copied(node),
            _ => continue,
        };
        // A part is a slice of the message, so that the distance of their beginnings is its place.
        let start = (node.header.as_ptr() as usize).saturating_sub(raw.as_ptr() as usize);
        edits.push((start..start + node.header.len() + node.body.len(), part));
    }
    edits
}
