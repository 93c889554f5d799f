//! Addresses of ours that are not for contacts: what a member was given to answer to, log to or bounce to. In what goes out
//! the capture address stands in their place, so that a link still leads to the conversation.

use crate::domain::address::{TOKEN_ALPHABET, split, split_tag};

/// Longest local part that is looked at, in bytes (RFC 5321 §4.5.3.1.1).
const LOCAL_BYTES: usize = 64;
/// Shortest token of ours, in letters.
const TOKEN_LETTERS: usize = 6;
/// Shortest sealed token of ours, in letters: its seal alone has as many.
const SEALED_LETTERS: usize = 13;

/// The address that may be seen, and others that may not, beyond those that are known by their form.
pub struct Privacy<'a> {
    capture: (&'a str, &'a str),
    private: &'a [String],
}

impl<'a> Privacy<'a> {
    /// For a relay from behind this capture address; absent where it is no address.
    pub fn of(capture: &'a str, private: &'a [String]) -> Option<Privacy<'a>> {
        Some(Privacy {
            capture: split(capture)?,
            private,
        })
    }

    /// A text or a page without private addresses.
    pub fn keep(&self, text: &str) -> String {
        let (shown, domain) = self.capture;
        let lower = text.to_ascii_lowercase();
        let domain = domain.to_ascii_lowercase();
        let mut kept = String::with_capacity(text.len());
        let mut at = 0;
        for found in memchr::memmem::find_iter(lower.as_bytes(), domain.as_bytes()) {
            let above = lower.get(at..found).unwrap_or_default();
            let Some(sign) = ["@", "%40", "&#64;", "&commat;"]
                .into_iter()
                .find(|sign| above.ends_with(sign))
            else {
                continue;
            };
            let end = found - sign.len();
            let window = above
                .as_bytes()
                .get(..above.len() - sign.len())
                .unwrap_or_default();
            let length = window
                .iter()
                .rev()
                .take(LOCAL_BYTES)
                .take_while(|b| b.is_ascii_alphanumeric() || b"._+=-".contains(b))
                .count();
            let local = lower.get(end - length..end).unwrap_or_default();
            if self.is_private(local, &domain) {
                kept.push_str(text.get(at..end - length).unwrap_or_default());
                kept.push_str(shown);
                at = end;
            }
        }
        kept.push_str(text.get(at..).unwrap_or_default());
        kept
    }

    fn is_private(&self, local: &str, domain: &str) -> bool {
        let (bare, tag) = split_tag(local);
        if bare.eq_ignore_ascii_case(self.capture.0) {
            // What stands behind it is a command.
            return tag.is_some();
        }
        let is_named = |address: &String| {
            split(address).is_some_and(|(l, d)| {
                l.eq_ignore_ascii_case(bare) && d.eq_ignore_ascii_case(domain)
            })
        };
        is_ours(bare) || self.private.iter().any(is_named)
    }
}

/// `ada.7k3q9x`, `log.u4x9k2`, `r.…`, `b.…`, `k.….…`: a word, a dot, a token.
fn is_ours(local: &str) -> bool {
    let Some((word, token)) = local.split_once('.') else {
        return false;
    };
    let is_word = !word.is_empty() && word.len() <= 20;
    let is_letter = |b: u8| TOKEN_ALPHABET.contains(&b);
    let is_token = token.len() >= TOKEN_LETTERS && token.bytes().all(is_letter);
    let is_sealed = matches!(word, "r" | "b" | "k") && token.len() >= SEALED_LETTERS;
    is_word && (is_token || is_sealed)
}
