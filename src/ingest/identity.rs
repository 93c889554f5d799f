//! What makes two mails one (MAIL.md 22): the Message-ID, and a digest of what was said.
//!
//! The digest does not see what transport changes: line ends, wrapping, trailing spaces, blank lines of footers.

use crate::mail::{Mailbox, Message};
use sha2::{Digest, Sha256};

/// Longer ids are kept as their digest: an index holds no row of any length.
const ID_BYTES_MAX: usize = 255;

/// A mail's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MailKey {
    /// Normalised Message-ID; where there is none, `-` and a digest of author, date and subject.
    pub message_id: String,
    /// Digest of what was said, hexadecimal.
    pub body_digest: String,
}

/// The identity of a mail.
pub fn of(message: &Message) -> MailKey {
    let own = message
        .message_id
        .as_deref()
        .map(message_id)
        .unwrap_or_default();
    MailKey {
        message_id: if own.is_empty() {
            canonical_id(message)
        } else {
            own
        },
        body_digest: body_digest(message),
    }
}

/// A Message-ID as it compares: without brackets and spaces, in lower case, of bounded length.
pub fn message_id(id: &str) -> String {
    let bare = id
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim();
    let lower: String = bare
        .chars()
        .filter(|c| !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    bounded(lower)
}

/// A key of bounded length: itself, or its digest.
pub fn bounded(key: String) -> String {
    if key.len() <= ID_BYTES_MAX {
        return key;
    }
    format!("sha256:{}", hex(&Sha256::digest(key.as_bytes())))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| {
        DIGITS
            .get(usize::from(nibble))
            .map_or('0', |d| char::from(*d))
    };
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

fn canonical_id(message: &Message) -> String {
    let mut digest = Sha256::new();
    digest.update(
        message
            .author
            .as_ref()
            .map(Mailbox::key)
            .unwrap_or_default(),
    );
    digest.update([0]);
    digest.update(message.date.map(|d| d.to_string()).unwrap_or_default());
    digest.update([0]);
    words_into(&mut digest, message.subject.as_deref().unwrap_or_default());
    format!("-{}", hex(&digest.finalize()))
}

fn body_digest(message: &Message) -> String {
    let mut digest = Sha256::new();
    words_into(&mut digest, &message.text);
    for letter in &message.forwards {
        digest.update([1]);
        words_into(&mut digest, &letter.body);
    }
    for file in &message.attachments {
        digest.update([2]);
        digest.update(&file.sha256);
    }
    // Of what has no text of its own, all that there is.
    if message.text.trim().is_empty() && message.forwards.is_empty() {
        digest.update([3]);
        words_into(&mut digest, &message.body);
    }
    hex(&digest.finalize())
}

fn words_into(digest: &mut Sha256, text: &str) {
    for word in text.split_whitespace() {
        digest.update(word);
        digest.update(b" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, text: &str) -> Message {
        Message {
            message_id: (!id.is_empty()).then(|| id.to_owned()),
            text: text.to_owned(),
            subject: Some("Pier 4".to_owned()),
            ..Message::default()
        }
    }

    #[test]
    fn what_transport_changes_makes_no_other_mail() {
        let one = of(&message("<A1@Mail.Example>", "Dear Mia,\n\nsixty signs.\n"));
        for same in [
            "Dear Mia,\r\n\r\nsixty signs.",
            "Dear Mia,  \n\nsixty\nsigns.\n\n\n",
        ] {
            assert_eq!(of(&message("a1@mail.example", same)), one, "{same:?}");
        }
        let other = of(&message("a1@mail.example", "Dear Mia, seventy signs."));
        assert_eq!(other.message_id, one.message_id);
        assert_ne!(other.body_digest, one.body_digest);
    }

    #[test]
    fn a_mail_without_id_is_known_by_its_content() {
        let one = of(&message("", "sixty signs"));
        assert_eq!(of(&message(" ", "sixty signs ")), one);
        assert_ne!(of(&message("", "sixty")), one);
        assert!(one.message_id.starts_with('-'));
    }

    #[test]
    fn an_endless_id_is_kept_as_its_digest() {
        let id = message_id(&"x".repeat(100_000));
        assert_eq!(id.len(), "sha256:".len() + 64);
    }
}
