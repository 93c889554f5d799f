//! The notice that a member's mail to a contact did not arrive. Written in the transaction that finds it out, so that there is
//! one notice or none; never about a mail to a member: a notice about a notice has nowhere to go.

use super::{Letter, Letterhead, Occasion, Written, write};
use crate::commands::reply::{Block, Reply, ReplyKind, Verdict};
use crate::domain::Result;
use crate::domain::instance_key::ID_NONCE_BYTES;
use crate::store::Tx;
use crate::store::workspace::members;
use crate::store::workspace::outbox::OutboxKind;
use jiff::Timestamp;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It did not arrive.
    NotDelivered,
    /// It arrived, and whoever read it told their provider that they want none.
    Unwanted,
}

/// A mail that did not arrive, or was not wanted.
#[derive(Clone, Copy, Debug)]
pub struct Undelivered<'a> {
    /// What became of it.
    pub fate: Fate,
    /// What it was.
    pub kind: OutboxKind,
    /// To whom it was to go.
    pub recipient: &'a str,
    /// Whose it was.
    pub member_id: Option<i64>,
    /// The contact.
    pub contact_id: Option<i64>,
    /// The interaction that it carried on.
    pub interaction_id: Option<i64>,
    /// When it was written, microseconds since 1970.
    pub created_at: i64,
    /// What was said against it, by us or by a server: any text.
    pub words: &'a str,
}

/// Writes the notice into the outbox; false where nobody is to be told. Wake the delivery lane before the commit.
pub async fn tell(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    nonce: [u8; ID_NONCE_BYTES],
    mail: Undelivered<'_>,
) -> Result<bool> {
    let Some(member_id) = mail.member_id.filter(|_| !mail.kind.is_to_member()) else {
        return Ok(false);
    };
    let settings = members::settings(tx, member_id).await?;
    let pattern = format!("%a %-d %b %Y {} %Z", settings.hours().pattern());
    let written = Timestamp::from_microsecond(mail.created_at)
        .map(|at| {
            let at = at.to_zoned(settings.time_zone());
            at.strftime(&pattern).to_string()
        })
        .unwrap_or_default();
    let words: Vec<&str> = mail.words.split_whitespace().collect();
    let (subject, first, last) = match mail.fate {
        Fate::NotDelivered => (
            "Not delivered: your mail to",
            "was not delivered, and is not tried again. Why:",
            "It stays filed with the contact.",
        ),
        Fate::Unwanted => (
            "Not wanted: your mail to",
            "was delivered, and this came back:",
            "Nothing more is sent to that address.",
        ),
    };
    let reply = Reply {
        verdict: Verdict::Done,
        blocks: vec![
            Block::Lines(vec![format!(
                "Your mail to {} of {written} {first}",
                mail.recipient
            )]),
            Block::Quote(words.join(" ")),
            Block::Lines(vec![last.to_owned()]),
        ],
        line: None,
        kind: ReplyKind::Answer,
    };
    let letter = Letter {
        member_id,
        occasion: Occasion::Notice,
        replies: &[reply],
        subject: &format!("{subject} {}", mail.recipient),
        answers: None,
        about_contact_id: mail.contact_id,
        about_interaction_id: mail.interaction_id,
        batch: None,
        nonce,
    };
    Ok(matches!(
        write(tx, head, &letter).await?,
        Written::Letter { .. } | Written::InChat { .. }
    ))
}
