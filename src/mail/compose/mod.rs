//! Writing mail: a [`Letter`] in, RFC 5322 bytes with CRLF out. Pure: clock, ids and addresses are given; knows no store.
//!
//! What comes out is 7-bit (but for a local part outside ASCII), no line is longer than 78 bytes unless one id or address is,
//! and nothing that stands in a name or a subject can write a header line of its own.

mod address;
mod body;
pub(crate) mod encode;
pub(crate) mod header;
mod sender;
#[cfg(test)]
mod tests;

pub(crate) use body::{container, part};
pub use sender::sent_as;

use super::message::Mailbox;
use crate::domain::error::{Error, Result};
use header::Header;
use jiff::Timestamp;

/// The most References that are written: the first, and the newest of the rest.
const REFERENCES: usize = 30;

/// Who really writes: a program says so, that no other program answers it (RFC 3834 §5, MAIL.md 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    /// A program, of its own accord: digests, reminders, notices.
    #[default]
    Program,
    /// A program, in answer to one message: acks, errors.
    Answering,
    /// A person.
    Person,
}

/// A file that goes with a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type, such as `application/pdf`; what is none is written as `application/octet-stream`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A message of our own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letter {
    /// From whom.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// Where answers go, if not to `from`.
    pub reply_to: Option<Mailbox>,
    /// What about; any text, made one line.
    pub subject: String,
    /// Date field.
    pub date: Timestamp,
    /// Message-ID, with or without angle brackets.
    pub message_id: String,
    /// The id of the message that is answered.
    pub in_reply_to: Option<String>,
    /// The ids of the thread, oldest first.
    pub references: Vec<String>,
    /// The text: UTF-8, LF or CRLF, lines of any length.
    pub text: String,
    /// The same as a page of HTML.
    pub html: Option<String>,
    /// Who writes it.
    pub writer: Writer,
    /// What goes with it.
    pub files: Vec<File>,
}

impl Letter {
    /// The message as it goes over the wire, not yet signed. An error where an address or the Message-ID is none.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut header = Header::default();
        header.envelope(&self.envelope())?;
        header.writer(self.writer);
        header.line("MIME-Version", "1.0");
        let mut written = header.finish();
        written.extend(self.body());
        Ok(written)
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            from: &self.from,
            to: &self.to,
            reply_to: self.reply_to.as_ref(),
            subject: &self.subject,
            date: self.date,
            message_id: &self.message_id,
            in_reply_to: self.in_reply_to.as_deref(),
            references: &self.references,
        }
    }

    fn body(&self) -> Vec<u8> {
        let seed = self.message_id.as_bytes();
        let text = part::text("text/plain", &self.text);
        let shown = match &self.html {
            None => text,
            Some(html) => {
                let parts = [text, part::text("text/html", html)];
                container::write("alternative", seed, &parts)
            }
        };
        if self.files.is_empty() {
            return shown;
        }
        let files = self
            .files
            .iter()
            .map(|f| part::file(&f.name, &f.media_type, &f.bytes));
        let parts: Vec<Vec<u8>> = std::iter::once(shown).chain(files).collect();
        container::write("mixed", seed, &parts)
    }
}

/// The header fields that every message of ours has.
pub(crate) struct Envelope<'a> {
    pub from: &'a Mailbox,
    pub to: &'a Mailbox,
    pub reply_to: Option<&'a Mailbox>,
    pub subject: &'a str,
    pub date: Timestamp,
    pub message_id: &'a str,
    pub in_reply_to: Option<&'a str>,
    pub references: &'a [String],
}

impl Header {
    /// Writes those fields, in the order in which people read them.
    pub(crate) fn envelope(&mut self, envelope: &Envelope<'_>) -> Result<()> {
        self.mailbox("From", envelope.from)?;
        self.mailbox("To", envelope.to)?;
        if let Some(reply_to) = envelope.reply_to {
            self.mailbox("Reply-To", reply_to)?;
        }
        self.text("Subject", envelope.subject);
        self.line("Date", &header::date(envelope.date));
        let id = header::id(envelope.message_id)
            .ok_or_else(|| Error::invalid("a Message-ID has the form local@domain"))?;
        self.ids("Message-ID", &[id]);
        if let Some(id) = envelope.in_reply_to.and_then(header::id) {
            self.ids("In-Reply-To", &[id]);
        }
        let mut references: Vec<&str> = envelope
            .references
            .iter()
            .filter_map(|r| header::id(r))
            .collect();
        if references.len() > REFERENCES {
            references.drain(1..references.len() + 1 - REFERENCES);
        }
        self.ids("References", &references);
        Ok(())
    }

    /// Marks what a program writes (RFC 3834 §5; the second field is what Exchange reads).
    pub(crate) fn writer(&mut self, writer: Writer) {
        let keyword = match writer {
            Writer::Person => return,
            Writer::Program => "auto-generated",
            Writer::Answering => "auto-replied",
        };
        self.line("Auto-Submitted", keyword);
        self.line("X-Auto-Response-Suppress", "All");
    }
}
