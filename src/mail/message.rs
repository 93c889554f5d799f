//! What was read out of one message: plain data, no behaviour beyond small questions about itself.

use super::forward::subject::{self, Prefix};
use jiff::Timestamp;
use serde::Serialize;

/// A mailbox of RFC 5322 §3.4: display name, decoded, and address as written with its domain in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// Display name, decoded and unquoted; absent when none was written.
    pub name: Option<String>,
    /// `local@domain`; absent when only a name was written.
    pub address: Option<String>,
}

/// What kind of message this is (MAIL.md 7): only a person's mail is ever answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Written by a person to persons.
    #[default]
    Person,
    /// Sent through a mailing list or as a newsletter.
    List,
    /// An invitation, its update or its answer.
    Calendar,
    /// An out-of-office or another answer made by a program to one mail.
    AutoReply,
    /// Made by a program: notifications, receipts.
    Automatic,
    /// A delivery that failed (RFC 3464 action failed, or its look-alikes).
    Bounce,
    /// A delivery that is still tried (action delayed).
    Delayed,
    /// A delivery that was made, or a read receipt (actions delivered, relayed, expanded; MDN).
    Delivered,
    /// A complaint of a feedback loop (RFC 5965).
    Feedback,
}

/// One recipient's fate as a delivery report tells it (RFC 3464 §2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The address that the report is about, lower case.
    pub recipient: Option<String>,
    /// `failed`, `delayed`, `delivered`, `relayed` or `expanded`.
    pub action: Option<String>,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// Whether trying again is pointless; absent where the report does not tell.
    pub permanent: Option<bool>,
    /// What the remote server said.
    pub diagnostic: Option<String>,
    /// Message-ID of the message that the report is about, without angle brackets.
    pub original_message_id: Option<String>,
}

/// A letter inside a letter: what a member forwarded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forwarded {
    /// Who wrote it.
    pub from: Option<Mailbox>,
    /// Its recipients.
    pub to: Vec<Mailbox>,
    /// Its further recipients.
    pub cc: Vec<Mailbox>,
    /// Its subject, without prefixes added by forwarding.
    pub subject: Option<String>,
    /// Its date as written in the header block (no client agrees with another on a form).
    pub date: Option<String>,
    /// Its text.
    pub body: String,
    /// Its Message-ID without angle brackets, where a `message/rfc822` part brought it.
    pub message_id: Option<String>,
    /// How it was found: `message/rfc822`, or `header block` with the client or the words that marked it.
    pub found_by: String,
}

/// A file that came with a message. Its bytes stay in the raw message; `part` finds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Decoded file name; absent where none was given.
    pub name: Option<String>,
    /// Media type in lower case, without parameters.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Decoded size in bytes.
    pub bytes: u64,
    /// SHA-256 of the decoded bytes, hexadecimal.
    pub sha256: String,
    /// Which file of the message it is, counted from 0 in the order of this list.
    #[serde(skip)]
    pub part: u32,
}

/// A meeting (RFC 5545, RFC 5546): one VEVENT of a `text/calendar` part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// REQUEST, REPLY, CANCEL, …
    pub method: String,
    /// Identity of the meeting across its messages.
    pub uid: String,
    /// Revision of the meeting.
    pub sequence: i64,
    /// What it is about.
    pub summary: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When it starts.
    pub start: Option<Timestamp>,
    /// When it ends.
    pub end: Option<Timestamp>,
    /// Who invites.
    pub organizer: Option<Mailbox>,
    /// Who is invited, with PARTSTAT (`ACCEPTED`, `DECLINED`, `NEEDS-ACTION`, …).
    pub attendees: Vec<(Mailbox, String)>,
}

/// How the content was protected by its sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Not at all.
    #[default]
    None,
    /// S/MIME or OpenPGP signed; unwrapped, the signature itself not verified.
    Signed,
    /// S/MIME or OpenPGP encrypted: kept, labelled, never run.
    Encrypted,
}

/// A bound that the message ran into; what lies beyond it was kept raw and not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// More parts than are read.
    Parts,
    /// Deeper nesting than is followed.
    Depth,
    /// More header bytes or fields than are read.
    Headers,
    /// More decoded bytes than are read.
    Size,
    /// A longer text than is taken apart.
    Text,
}

/// What is known about who really sent a message (MAIL.md 11). Every field is a word of RFC 8601 §2.7: `pass`, `fail`,
/// `softfail`, `neutral`, `none`, `temperror`, `permerror`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trust {
    /// SPF of the envelope sender (RFC 7208).
    pub spf: String,
    /// Best DKIM result over all signatures (RFC 6376).
    pub dkim: String,
    /// DMARC of the author domain (RFC 7489): passes by aligned SPF or aligned DKIM.
    pub dmarc: String,
    /// What the author domain asks for: `none`, `quarantine`, `reject`.
    pub policy: Option<String>,
    /// The domain by which DMARC passed; where the author domain publishes no policy, that domain if it signed itself.
    pub aligned_by: Option<String>,
    /// The account that signed in with SMTP AUTH, by its address.
    pub authenticated: Option<String>,
    /// Whose word this is: `self`, or the authserv-id of a configured relay.
    pub verified_by: String,
    /// Why, in words, in order.
    pub reasons: Vec<String>,
}

/// One message, understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// What kind of message it is.
    pub class: Class,
    /// Whether an automatic answer is allowed at all (MAIL.md 7).
    pub answerable: bool,
    /// The From mailbox; the first, where several are written.
    pub from: Option<Mailbox>,
    /// How many mailboxes all From fields hold together; more than one proves nothing (MAIL.md 11).
    pub from_count: u32,
    /// Sender of RFC 5322 §3.6.2.
    pub sender: Option<Mailbox>,
    /// Who really wrote it: From, or behind a list that rewrites From, the original (MAIL.md 14).
    pub author: Option<Mailbox>,
    /// Where answers are wanted.
    pub reply_to: Vec<Mailbox>,
    /// Visible recipients.
    pub to: Vec<Mailbox>,
    /// Visible further recipients.
    pub cc: Vec<Mailbox>,
    /// Recipients of a Bcc field, where a client left one.
    pub bcc: Vec<Mailbox>,
    /// Decoded subject.
    pub subject: Option<String>,
    /// Date field; absent where there is none or it is no date. Absurd dates are clamped by who files, who knows the time.
    pub date: Option<Timestamp>,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References, without angle brackets, oldest first.
    pub references: Vec<String>,
    /// List-Id, or another sign of the list that it came through.
    pub list: Option<String>,
    /// The whole text, decoded, LF line ends; HTML turned into text where there is no text part.
    pub body: String,
    /// What was newly written: without signature, quotes and forwarded letters.
    pub text: String,
    /// How much of `text`, in bytes, stands above any quote: what [`Message::opening`] gives.
    pub opening_bytes: usize,
    /// The author's signature.
    pub signature: Option<String>,
    /// What was quoted.
    pub quoted: Option<String>,
    /// The forwarded letters, outermost first.
    pub forwards: Vec<Forwarded>,
    /// Each recipient's fate, for bounces and their kin.
    pub reports: Vec<Report>,
    /// `abuse`, `not-spam`, … of a feedback report.
    pub feedback_type: Option<String>,
    /// Message-ID of the message that a report is about, without angle brackets.
    pub original_message_id: Option<String>,
    /// Files, in order.
    pub attachments: Vec<Attachment>,
    /// A meeting.
    pub invitation: Option<Invitation>,
    /// Signed, encrypted, or neither.
    pub protection: Protection,
    /// Whether the text was made from HTML.
    pub html_only: bool,
    /// Bounds that were met.
    pub limits: Vec<Limit>,
}

impl Mailbox {
    /// A mailbox with an address and maybe a name.
    pub fn new(name: Option<&str>, address: &str) -> Mailbox {
        Mailbox {
            name: name.map(str::to_owned),
            address: Some(address.to_owned()),
        }
    }

    /// The address for comparing: lower case (MAIL.md 16); empty where there is none.
    pub fn key(&self) -> String {
        self.address.as_deref().unwrap_or_default().to_lowercase()
    }
}

impl Message {
    /// The subject without the prefixes of answers and forwards, and without the tags that gateways add.
    pub fn bare_subject(&self) -> String {
        subject::bare(self.subject.as_deref().unwrap_or_default())
    }

    /// Whether it begins a conversation: it answers nothing and forwards nothing, by its subject and its letters.
    pub fn is_first(&self) -> bool {
        let subject = self.subject.as_deref().unwrap_or_default();
        subject::prefix(subject) == Prefix::None && self.forwards.is_empty()
    }

    /// The part of the new text that stands above any quote. Commands stand here or nowhere: an answer between quoted lines
    /// is kept as text and never runs (MAIL.md 18). Empty where nobody can command: mail of several authors (MAIL.md 11), of
    /// lists and of programs (MAIL.md 14).
    pub fn opening(&self) -> &str {
        if self.from_count > 1 || self.class != Class::Person {
            return "";
        }
        self.text.get(..self.opening_bytes).unwrap_or_default()
    }
}
