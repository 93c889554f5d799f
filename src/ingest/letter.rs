//! An arrival, read: pure and by itself, before anything is known of the workspace.

use super::identity::{self, MailKey};
use crate::domain::{Error, Kind, Result};
use crate::mail::{self, Message, Trust};
use crate::store::registry::{AddressKind, Arrival, Envelope, Recipient};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest letter that is unpacked again, in bytes.
pub const LETTER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How hard raw mail is compressed: speed counts while mail comes in.
const ZSTD_LEVEL: i32 = 1;

/// A spooled message, understood.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The spooled message.
    pub spool_id: i64,
    /// When it was accepted, microseconds since 1970.
    pub received_at: i64,
    /// How it came.
    pub envelope: Envelope,
    /// To which addresses of the workspace.
    pub recipients: Vec<Recipient>,
    /// What it says.
    pub message: Message,
    /// Who really sent it.
    pub trust: Trust,
    /// What makes it the same mail as another.
    pub key: MailKey,
    /// Its bytes, ready to be kept.
    pub raw: Packed,
}

/// Raw bytes, compressed.
#[derive(Clone, Debug)]
pub struct Packed {
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// Bytes before compression.
    pub size_bytes: i64,
    /// Compressed with zstd.
    pub zstd: Vec<u8>,
}

/// Reads an arrival. A panic of a reader is an error of this one message.
pub fn read(arrival: Arrival, trust: Trust) -> Result<Letter> {
    let read = catch_unwind(AssertUnwindSafe(|| mail::read(&arrival.raw)));
    let mut message = read.map_err(|_| {
        Error::new(
            Kind::Corrupt,
            "the mail could not be read: its reader failed",
        )
    })?;
    shorten(&mut message);
    let zstd = zstd::bulk::compress(&arrival.raw, ZSTD_LEVEL)
        .map_err(|e| Error::new(Kind::Corrupt, "the mail could not be compressed").because(e))?;
    let raw = Packed {
        digest: identity::hex(&Sha256::digest(&arrival.raw)),
        size_bytes: i64::try_from(arrival.raw.len()).unwrap_or(i64::MAX),
        zstd,
    };
    Ok(Letter {
        spool_id: arrival.spool_id,
        received_at: arrival.received_at,
        envelope: arrival.envelope,
        recipients: arrival.recipients,
        key: identity::of(&message),
        message,
        trust,
        raw,
    })
}

/// Cuts endless lists of people; the raw bytes keep all.
fn shorten(message: &mut Message) {
    for list in [&mut message.to, &mut message.cc, &mut message.bcc] {
        list.truncate(MAILBOXES_MAX);
    }
    for letter in &mut message.forwards {
        letter.to.truncate(MAILBOXES_MAX);
        letter.cc.truncate(MAILBOXES_MAX);
    }
    message.reports.truncate(MAILBOXES_MAX);
}

impl Letter {
    /// From, for comparing; empty where there is none.
    pub fn sender_key(&self) -> String {
        key_of(self.message.from.as_ref())
    }

    /// The address for comparing of who really wrote it; empty where there is none.
    pub fn author_key(&self) -> String {
        match key_of(self.message.author.as_ref()) {
            key if key.is_empty() => self.sender_key(),
            key => key,
        }
    }

    /// The capture addresses that it was sent to, by local part.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        let captures = self
            .recipients
            .iter()
            .filter(|r| r.kind == AddressKind::Capture);
        captures.map(|r| r.local_part.as_str())
    }

    /// Every Message-ID that it holds or mentions, the nearest first: what it answers, what led there, its own, and those of
    /// the letters inside it. Normalised, each once.
    pub fn references(&self) -> Vec<String> {
        let message = &self.message;
        let ancestors = message
            .in_reply_to
            .iter()
            .chain(message.references.iter().rev());
        let reports = message
            .reports
            .iter()
            .filter_map(|r| r.original_message_id.as_ref());
        let inside = message
            .forwards
            .iter()
            .filter_map(|f| f.message_id.as_ref());
        let mentioned = ancestors
            .chain(reports)
            .chain(&message.original_message_id)
            .chain(inside);
        let mut ids: Vec<String> = Vec::new();
        for id in mentioned
            .map(|id| identity::message_id(id))
            .chain(self.own_id())
        {
            if !id.is_empty() && ids.len() < REFERENCES_MAX && !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// Its own Message-ID, normalised; absent where it has none.
    pub fn own_id(&self) -> Option<String> {
        self.message.message_id.as_deref().map(identity::message_id)
    }
}

/// People of one header field that are looked at.
const MAILBOXES_MAX: usize = 200;

/// Message-IDs that are followed and kept of one mail.
const REFERENCES_MAX: usize = 50;

/// A mailbox for comparing; empty where it is none, or longer than an address can be.
pub fn key_of(mailbox: Option<&mail::Mailbox>) -> String {
    let key = mailbox.map(mail::Mailbox::key).unwrap_or_default();
    let fits = key.len() <= crate::domain::address::ADDRESS_BYTES_MAX
        && key.contains('@')
        && !key.contains('\0');
    if fits { key } else { String::new() }
}
