//! A member's message in the form in which it came, with the commands and our footer taken out of every text in it.

use super::letters::HeadLine;
use super::outward::Uncertain;
use super::private::Privacy;
use super::{allowed, cut_html, cut_text, footer};
use crate::mail::compose::part;
use crate::mail::mime::tree::{Node, Role};
use crate::mail::tnef;

/// What is taken out.
pub struct Taking<'a> {
    /// The commands.
    pub head: &'a [HeadLine],
    /// The addresses.
    pub privacy: &'a Privacy<'a>,
}

/// The parts that a part becomes, and how many lines of the head were found up to its end.
struct Taken {
    parts: Vec<Vec<u8>>,
    found: usize,
}

impl Taking<'_> {
    /// The whole message as one part.
    pub fn whole(&self, tree: &Node<'_>) -> Result<Vec<u8>, Uncertain> {
        let taken = self.part(tree, 0)?;
        if let Some(missing) = self.head.get(taken.found) {
            return Err(Uncertain::Elsewhere(missing.line.clone()));
        }
        let mut parts = taken.parts.into_iter();
        match (parts.next(), parts.next()) {
            (Some(part), None) => Ok(part),
            _ => Err(Uncertain::Form),
        }
    }

    fn part(&self, node: &Node<'_>, found: usize) -> Result<Taken, Uncertain> {
        let one = |part: Vec<u8>, found: usize| Taken {
            parts: vec![part],
            found,
        };
        match node.role {
            Role::Plain => {
                let text = node.text();
                let cut = cut_text::cut(&text, self.head, found)?;
                let kept = self.privacy.keep(&footer::without_in_text(&cut.text));
                Ok(one(changed(node, &text, &kept), cut.found))
            }
            Role::Html => {
                let html = node.text();
                let (cut, found) = cut_html::cut(&html, self.head, found)?;
                let kept = self.privacy.keep(&footer::without_in_page(&cut));
                Ok(one(changed(node, &html, &kept), found))
            }
            // Where commands were cut, the same text in a form that cannot be cut stays here.
            Role::Variant if !self.head.is_empty() => Ok(Taken {
                parts: Vec::new(),
                found,
            }),
            Role::Variant | Role::File => Ok(one(allowed::copied(node), found)),
            Role::Tnef => self.tnef(node, found),
            Role::Envelope => Err(Uncertain::Form),
            Role::Signed => self.signed(node, found),
            Role::Multipart => self.multipart(node, found),
        }
    }

    /// A winmail.dat holds the text once more, with the commands: only its files go on.
    fn tnef(&self, node: &Node<'_>, found: usize) -> Result<Taken, Uncertain> {
        let Some(inside) = tnef::read(&node.decoded()) else {
            return Err(Uncertain::Form);
        };
        let files = inside.files.iter();
        let parts = files.map(|f| {
            part::file(
                f.name.as_deref().unwrap_or_default(),
                &f.media_type,
                &f.bytes,
            )
        });
        Ok(Taken {
            parts: parts.collect(),
            found,
        })
    }

    /// A signature does not survive a cut: what was signed goes on without it.
    fn signed(&self, node: &Node<'_>, found: usize) -> Result<Taken, Uncertain> {
        let inner = node.children.first().ok_or(Uncertain::Form)?;
        self.part(inner, found)
    }

    fn multipart(&self, node: &Node<'_>, found: usize) -> Result<Taken, Uncertain> {
        if !node.is_strict {
            return Err(Uncertain::Form);
        }
        let is_alternative = node.kind.media_type == "multipart/alternative";
        let mut parts = Vec::new();
        let mut reached = found;
        for child in &node.children {
            if !is_alternative {
                let taken = self.part(child, reached)?;
                reached = taken.found;
                parts.extend(taken.parts);
                continue;
            }
            // Each form of the same text holds the same commands.
            let taken = self.part(child, found)?;
            let holds_text = child
                .all()
                .iter()
                .any(|n| matches!(n.role, Role::Plain | Role::Html));
            if holds_text && reached != found && reached != taken.found {
                return Err(Uncertain::Form);
            }
            reached = reached.max(taken.found);
            parts.extend(taken.parts);
        }
        let mut written = allowed::fields(node);
        written.extend_from_slice(b"\r\n");
        for part in parts {
            written.extend_from_slice(b"--");
            written.extend_from_slice(&node.boundary);
            written.extend_from_slice(b"\r\n");
            written.extend(part);
            written.extend_from_slice(b"\r\n");
        }
        written.extend_from_slice(b"--");
        written.extend_from_slice(&node.boundary);
        written.extend_from_slice(b"--\r\n");
        Ok(Taken {
            parts: vec![written],
            found: reached,
        })
    }
}

/// A part of text: as it came where nothing in it changed.
fn changed(node: &Node<'_>, before: &str, after: &str) -> Vec<u8> {
    match before == after {
        true => allowed::copied(node),
        false => allowed::with_text(node, after),
    }
}
