//! What we write to members: reply blocks become a letter, the letter becomes an outbox row with a reply address of its own.
//!
//! Where the member chose the chat, the same is said there, under the same number.
//!
//! A letter goes to the registered address of a member and nowhere else, at most one answers an interaction, and there are
//! never more than [`caps`] allow. Sends nothing: `delivery` does. Knows no spool and no chat; clock and randomness are given.

pub mod account;
pub mod admins;
mod answered;
pub mod by_mail;
pub mod caps;
pub mod chat;
pub mod in_chat;
#[cfg(test)]
mod tests;
pub mod undelivered;
pub mod way_in;
mod words;

pub use crate::store::workspace::sent::number_of;
pub use answered::{Sent, sent};

use crate::commands::reply::{self, Reply, ReplyKind, Verdict, html, text};
use crate::domain::Result;
use crate::domain::instance_key::{ID_NONCE_BYTES, InstanceKey, Purpose, Token};
use crate::mail::compose::{self, Writer};
use crate::mail::message::Mailbox;
use crate::store::Tx;
use crate::store::workspace::chat_outbox::ChatKind;
use crate::store::workspace::members::{self, MemberRow};
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::sent::SentMessage;
use crate::store::workspace::{next_number, sent as sent_rows};
use caps::Allowed;
use jiff::Timestamp;
use std::borrow::Cow;

/// The name in front of our addresses.
const NAME: &str = "Rapport";
/// What is longer goes as text alone, cut off: mail programs show no more of it either.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// What all letters of a workspace have in common.
#[derive(Clone, Copy, Debug)]
pub struct Letterhead<'a> {
    /// Makes the reply address and the mark in the Message-ID.
    pub key: &'a InstanceKey,
    /// The domain of our own addresses.
    pub mail_domain: &'a str,
    /// The workspace.
    pub workspace_id: i64,
    /// Microseconds since 1970.
    pub now_us: i64,
}

impl Letterhead<'_> {
    /// The address by which an answer to the letter of this number is known.
    fn answer_to(&self, number: i64) -> String {
        let token = Token {
            purpose: Purpose::Reply,
            workspace_id: self.workspace_id,
            number,
        };
        format!("{}@{}", self.key.local_part(token), self.mail_domain)
    }
}

/// Why a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The member's commands: what was done, or what was wrong.
    Commands,
    /// Something that the member must know.
    Notice,
    /// Whether a mail that nothing proves is the member's own.
    Doubt,
    /// The list of the day.
    Digest,
    /// One thing at its time.
    Reminder,
    /// The workspace is closed, and is to be deleted: the only letters that go out then.
    Leaving,
}

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// To whom: an account id.
    pub member_id: i64,
    /// Why.
    pub occasion: Occasion,
    /// What it says; what stands in it as an item is numbered.
    pub replies: &'a [Reply],
    /// What about, where nothing is answered that has a subject itself.
    pub subject: &'a str,
    /// The message that it answers: no other letter answers the same.
    pub answers: Option<&'a Answered>,
    /// What an answer without a target is about.
    pub about_contact_id: Option<i64>,
    /// What an answer without a target is about.
    pub about_interaction_id: Option<i64>,
    /// The text whose changes it acknowledges.
    pub batch: Option<i64>,
    /// Random; makes the Message-ID.
    pub nonce: [u8; ID_NONCE_BYTES],
}

/// A message that is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// What it was filed as.
    pub interaction_id: Option<i64>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Its References, oldest first.
    pub references: Vec<String>,
    /// Its subject, as it was written.
    pub subject: Option<String>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is in the outbox: wake the delivery lane before the commit.
    Letter {
        /// Its row in the outbox.
        outbox_id: i64,
        /// Its number, which its reply address says.
        number: i64,
    },
    /// It is said in the member's chat alone: wake the delivery lane all the same, which wakes that of the chat.
    InChat {
        /// Its number, which answers to it refer to.
        number: i64,
    },
    /// It says only that all was done, and the member wants no such letters.
    Quiet,
    /// A letter answers that interaction already.
    AnsweredBefore,
    /// The member got as many as there may be in an hour.
    TooMany,
    /// The workspace has no such member.
    NoMember,
}

/// Writes a letter into the outbox, with its number and items, in the transaction of what it tells of.
pub async fn write(tx: &mut Tx, head: &Letterhead<'_>, letter: &Letter<'_>) -> Result<Written> {
    let Some(member) = members::present(tx, letter.member_id).await? else {
        return Ok(Written::NoMember);
    };
    if letter.is_mere_receipt() && is_quiet(tx, member.id).await? {
        return Ok(Written::Quiet);
    }
    let answers = letter.answers.and_then(|a| a.interaction_id);
    if let Some(interaction_id) = answers
        && sent_rows::answer_to(tx, interaction_id).await?.is_some()
    {
        return Ok(Written::AnsweredBefore);
    }
    let mut replies = Cow::Borrowed(letter.replies);
    let object = match caps::allowed(tx, head.now_us, &member.email, letter).await? {
        Allowed::Yes(object) => object,
        Allowed::Last(object) => {
            replies.to_mut().insert(0, words::last_of(letter.occasion));
            object
        }
        Allowed::No => {
            tracing::warn!(
                workspace_id = head.workspace_id,
                member_id = member.id,
                "a letter was not written: too many in an hour"
            );
            return Ok(Written::TooMany);
        }
    };
    if answers.is_some() && letter.is_error() {
        words::say_filed(replies.to_mut());
    }
    put(tx, head, letter, &member, &replies, object.as_deref()).await
}

/// Sends a letter once more: the same bytes, for the same message that came again. At most once, and only where it was sent;
/// false else. Wake the delivery lane before the commit.
pub async fn again(tx: &mut Tx, outbox_id: i64, now_us: i64) -> Result<bool> {
    sent_rows::again(tx, outbox_id, now_us).await
}

async fn is_quiet(tx: &mut Tx, member_id: i64) -> Result<bool> {
    Ok(members::settings(tx, member_id).await?.quiet == Some(true))
}

async fn put(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    letter: &Letter<'_>,
    member: &MemberRow,
    replies: &[Reply],
    object: Option<&str>,
) -> Result<Written> {
    let ways = letter.ways(tx).await?;
    if !ways.by_mail && !chat::may(tx, head.now_us, letter).await? {
        return Ok(Written::TooMany);
    }
    let number = next_number(tx, "sent_message").await?;
    if let Some(chat_id) = ways.chat_id {
        chat::beside_letter(tx, head, letter, replies, (chat_id, number)).await?;
    }
    let outbox_id = match ways.by_mail {
        true => Some(put_mail(tx, head, letter, member, replies, (number, object)).await?),
        false => None,
    };
    let row = SentMessage {
        number,
        member_id: member.id,
        kind: letter.occasion.kind().word().to_owned(),
        created_at: head.now_us,
        about_contact_id: letter.about_contact_id,
        about_interaction_id: letter.about_interaction_id,
        batch: letter.batch,
        outbox_id,
    };
    keep(tx, &row, replies).await?;
    Ok(match outbox_id {
        Some(outbox_id) => Written::Letter { outbox_id, number },
        None => Written::InChat { number },
    })
}

/// Keeps what was said under a number, with what was numbered in it.
async fn keep(tx: &mut Tx, row: &SentMessage, replies: &[Reply]) -> Result<()> {
    let items: Vec<(u32, String)> = reply::items(replies)
        .into_iter()
        .map(|(item, record)| (item, record.to_string()))
        .collect();
    sent_rows::insert(tx, row, &items).await
}

async fn put_mail(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    letter: &Letter<'_>,
    member: &MemberRow,
    replies: &[Reply],
    (number, object): (i64, Option<&str>),
) -> Result<i64> {
    let message_id = head.key.message_id(letter.nonce, head.mail_domain);
    let mail = NewMail {
        kind: letter.occasion.kind(),
        due_at: head.now_us,
        recipient: &member.email,
        message_id: &message_id,
        message: &composed(head, letter, member, replies, number)?,
        member_id: Some(member.id),
        contact_id: letter.about_contact_id,
        interaction_id: letter.answers.and_then(|a| a.interaction_id),
        object,
    };
    outbox::insert(tx, &mail, head.now_us).await
}

/// The finished message (MAIL.md 7, 8, 21).
fn composed(
    head: &Letterhead<'_>,
    letter: &Letter<'_>,
    member: &MemberRow,
    replies: &[Reply],
    number: i64,
) -> Result<Vec<u8>> {
    let answer_to = head.answer_to(number);
    let message_id = head.key.message_id(letter.nonce, head.mail_domain);
    let subject = words::subject(letter);
    let (text, html) = body(letter, replies, &subject, &answer_to);
    let answered = letter.answers.cloned().unwrap_or_default();
    let mut references = answered.references;
    references.extend(answered.message_id.clone());
    // Providers write another Message-ID over ours: here it stays, and answers carry it on.
    references.push(message_id.clone());
    // From is the reply address too: some programs answer to it whatever Reply-To says.
    let from = Mailbox {
        name: Some(NAME.to_owned()),
        address: Some(answer_to),
    };
    let letter = compose::Letter {
        from: from.clone(),
        to: Mailbox {
            name: member.name.clone(),
            address: Some(member.email.clone()),
        },
        reply_to: Some(from),
        subject,
        date: Timestamp::from_microsecond(head.now_us).unwrap_or_default(),
        message_id,
        in_reply_to: answered.message_id,
        references,
        text,
        html,
        writer: match letter.answers {
            Some(_) => Writer::Answering,
            None => Writer::Program,
        },
        files: Vec::new(),
    };
    letter.write()
}

/// What the letter says, as text for 72 columns and as a page.
pub fn body(
    letter: &Letter<'_>,
    replies: &[Reply],
    subject: &str,
    answer_to: &str,
) -> (String, Option<String>) {
    let note = words::numbers_note(replies);
    let hints = words::hints(letter);
    let said = text::letter(replies, text::LETTER_WIDTH);
    if said.len() > TEXT_BYTES_MAX {
        let said = words::cut(&said, TEXT_BYTES_MAX);
        return (words::with_footer(&said, note.as_deref(), hints), None);
    }
    let answer_subject = words::answer_subject(subject);
    let frame = html::Frame {
        title: subject,
        answer_to,
        answer_subject: &answer_subject,
        note: note.as_deref(),
        hints,
    };
    let text = words::with_footer(&said, note.as_deref(), hints);
    (text, Some(html::page(replies, &frame)))
}

impl Written {
    /// Whether there is something to send.
    pub fn is_to_send(self) -> bool {
        matches!(self, Written::Letter { .. } | Written::InChat { .. })
    }
}

impl Occasion {
    fn chat_kind(self) -> ChatKind {
        in_chat::kind(self.kind())
    }

    fn kind(self) -> OutboxKind {
        match self {
            Occasion::Commands => OutboxKind::Ack,
            Occasion::Notice | Occasion::Doubt | Occasion::Leaving => OutboxKind::Notice,
            Occasion::Digest => OutboxKind::Digest,
            Occasion::Reminder => OutboxKind::Reminder,
        }
    }
}

impl Letter<'_> {
    /// By which ways it goes. What answers a mail goes by mail; what was not asked for, as the member chose.
    async fn ways(&self, tx: &mut Tx) -> Result<chat::Ways> {
        let is_by_mail = matches!(self.occasion, Occasion::Commands | Occasion::Leaving);
        if is_by_mail || self.answers.is_some() {
            return Ok(chat::Ways {
                by_mail: true,
                chat_id: None,
            });
        }
        chat::ways(tx, self.member_id).await
    }

    /// Whether it tells a member that commands were not done.
    fn is_error(&self) -> bool {
        self.occasion == Occasion::Commands
            && self.replies.iter().any(|r| r.verdict == Verdict::Refused)
    }

    /// Whether it only says that what was commanded was done.
    fn is_mere_receipt(&self) -> bool {
        let is_receipt = |r: &Reply| r.verdict == Verdict::Done && r.kind == ReplyKind::Receipt;
        self.occasion == Occasion::Commands && self.replies.iter().all(is_receipt)
    }
}
