//! The notice that a member's mail to a contact did not arrive. Written in the transaction that finds it out, so that there is
//! one notice or none; never about a mail to a member: a notice about a notice has nowhere to go.

use crate::domain::Result;
use crate::domain::instance_key::{ID_NONCE_BYTES, InstanceKey};
use crate::mail::Mailbox;
use crate::mail::compose::{Letter, Writer};
use crate::store::Tx;
use crate::store::workspace::members;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use jiff::Timestamp;

/// A mail that did not arrive.
#[derive(Clone, Copy, Debug)]
pub struct Undelivered<'a> {
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

/// Who writes the notice, and when.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// Makes the Message-ID.
    pub key: &'a InstanceKey,
    /// Random bytes for it.
    pub nonce: [u8; ID_NONCE_BYTES],
    /// The domain of our own addresses.
    pub mail_domain: &'a str,
    /// The local part of the workspace's plain address.
    pub slug: &'a str,
    /// Microseconds since 1970.
    pub now_us: i64,
}

/// Writes the notice into the outbox; gives its number, and nothing where nobody is to be told. Wake the delivery lane.
pub async fn tell(tx: &mut Tx, writing: Writing<'_>, mail: Undelivered<'_>) -> Result<Option<i64>> {
    if mail.kind.is_to_member() {
        return Ok(None);
    }
    let member = match mail.member_id {
        Some(id) => members::by_id(tx, id).await?,
        None => None,
    };
    let Some(member) = member else {
        return Ok(None);
    };
    let message_id = writing.key.message_id(writing.nonce, writing.mail_domain);
    let letter = Letter {
        from: Mailbox {
            name: Some("Rapport".to_owned()),
            address: Some(format!("{}@{}", writing.slug, writing.mail_domain)),
        },
        to: Mailbox {
            name: member.name,
            address: Some(member.email.clone()),
        },
        subject: format!("Not delivered: your mail to {}", mail.recipient),
        date: Timestamp::from_microsecond(writing.now_us).unwrap_or_default(),
        message_id: message_id.clone(),
        text: text(mail),
        writer: Writer::Program,
        ..Letter::default()
    };
    let notice = NewMail {
        kind: OutboxKind::Notice,
        due_at: writing.now_us,
        recipient: &member.email,
        message_id: &message_id,
        message: &letter.write()?,
        member_id: Some(member.id),
        contact_id: mail.contact_id,
        interaction_id: mail.interaction_id,
        object: None,
    };
    let id = outbox::insert(tx, &notice, writing.now_us).await?;
    Ok(Some(id))
}

fn text(mail: Undelivered<'_>) -> String {
    let words: Vec<&str> = mail.words.split_whitespace().collect();
    let written = Timestamp::from_microsecond(mail.created_at)
        .map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default();
    let recipient = mail.recipient;
    format!(
        "Your mail to {recipient} was not delivered, and is not tried again.\n\nWhy: {}\nWritten: {written}\n\n\
         It stays filed with the contact. Nothing was changed.\n",
        words.join(" ")
    )
}
