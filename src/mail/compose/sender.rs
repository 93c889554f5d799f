//! A letter of ours from another address.

use super::header::Header;
use crate::domain::error::{Error, Result};
use crate::mail::message::Mailbox;
use crate::mail::mime::envelope;
use crate::mail::mime::fields::Fields;

/// The same letter from this address, with the name that stood in front of the one before; answers go where they went. The letter
/// is one of ours: CRLF, one From, an empty line behind its header.
pub fn sent_as(raw: &[u8], address: &str) -> Result<Vec<u8>> {
    let (fields, _) = Fields::read(raw);
    let first = |name: &str| envelope::mailboxes(&fields, name).into_iter().next();
    let from = first("from").ok_or_else(|| Error::invalid("the letter has no From"))?;
    let answers = first("reply-to").unwrap_or_else(|| from.clone());
    let mut header = Header::default();
    header.mailbox("From", &Mailbox::new(from.name.as_deref(), address))?;
    header.mailbox("Reply-To", &answers)?;
    let mut written = header.finish();
    let end = memchr::memmem::find(raw, b"\r\n\r\n").map_or(raw.len(), |at| at + 2);
    let (old, rest) = raw.split_at_checked(end).unwrap_or((raw, b""));
    let mut is_left_out = false;
    for line in old.split_inclusive(|byte| *byte == b'\n') {
        if !line.first().is_some_and(u8::is_ascii_whitespace) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            let name = name.trim_ascii();
            is_left_out =
                name.eq_ignore_ascii_case(b"from") || name.eq_ignore_ascii_case(b"reply-to");
        }
        if !is_left_out {
            written.extend_from_slice(line);
        }
    }
    written.extend_from_slice(rest);
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail;
    use crate::mail::compose::{Letter, Writer};

    fn letter(name: Option<&str>, reply_to: Option<Mailbox>) -> Vec<u8> {
        let letter = Letter {
            from: Mailbox::new(name, "ada.7k3q9x@crm.example"),
            to: Mailbox::new(Some("Ada"), "ada@northwind.example"),
            reply_to,
            subject: "From: here\u{e4} to there".to_owned(),
            message_id: "k.1@crm.example".to_owned(),
            text: "From: nobody\n\nReply-To: nobody\n".to_owned(),
            writer: Writer::Person,
            ..Letter::default()
        };
        letter.write().unwrap()
    }

    #[test]
    fn the_address_changes_and_answers_go_where_they_went() {
        let long = "Mia \u{c4}\u{e4}kk\u{f6}nen-".repeat(6);
        for name in [
            None,
            Some("Mia Moe"),
            Some("M\u{f6}e, Mia \"M\""),
            Some(long.as_str()),
        ] {
            for reply_to in [None, Some(Mailbox::new(Some("X"), "x.1@crm.example"))] {
                let before = letter(name, reply_to.clone());
                let after = sent_as(&before, "mia@studio.example").unwrap();
                let (was, is) = (mail::read(&before), mail::read(&after));
                let from = is.from.clone().unwrap();
                assert_eq!(from.key(), "mia@studio.example");
                assert_eq!(from.name, was.from.clone().unwrap().name);
                assert_eq!(is.reply_to.len(), 1);
                let answers = reply_to.map_or(was.from.unwrap().key(), |to| to.key());
                assert_eq!(is.reply_to[0].key(), answers);
                assert_eq!(
                    (is.subject, is.text, is.to),
                    (was.subject, was.text, was.to)
                );
                let text = String::from_utf8(after).unwrap();
                assert_eq!(
                    text.matches("\r\nFrom:").count() + usize::from(text.starts_with("From:")),
                    2
                );
                assert!(text.contains("\r\n\r\nFrom: nobody"), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let before = letter(Some("Mia"), None);
        for address in ["", "mia", "mia@x.example\r\nBcc: eve@x.example"] {
            assert!(sent_as(&before, address).is_err(), "{address}");
        }
    }
}
