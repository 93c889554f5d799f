//! What was to be said in a chat and did not get there, as a letter: the same words, and an answer to it means the same.

use super::{Letterhead, NAME};
use crate::domain::Result;
use crate::domain::instance_key::ID_NONCE_BYTES;
use crate::mail::compose::{self, Writer};
use crate::mail::message::Mailbox;
use crate::store::Tx;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::{members, sent};
use jiff::Timestamp;

/// Letters of a subject.
const SUBJECT_CHARS_MAX: usize = 100;

/// Writes the letter into the outbox; nothing where a letter of the same number stands there already. Wake the delivery lane
/// before the commit.
pub async fn instead(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    (member_id, number): (i64, Option<i64>),
    text: &str,
    nonce: [u8; ID_NONCE_BYTES],
) -> Result<()> {
    let (Some(member), Some(number)) = (members::present(tx, member_id).await?, number) else {
        return Ok(());
    };
    let known = sent::by_number(tx, number).await?;
    let Some(known) = known.filter(|row| row.outbox_id.is_none()) else {
        return Ok(());
    };
    let from = Mailbox {
        name: Some(NAME.to_owned()),
        address: Some(head.answer_to(number)),
    };
    let message_id = head.key.message_id(nonce, head.mail_domain);
    let first = text.lines().next().unwrap_or_default();
    let letter = compose::Letter {
        from: from.clone(),
        to: Mailbox {
            name: member.name.clone(),
            address: Some(member.email.clone()),
        },
        reply_to: Some(from),
        subject: first.chars().take(SUBJECT_CHARS_MAX).collect(),
        date: Timestamp::from_microsecond(head.now_us).unwrap_or_default(),
        message_id: message_id.clone(),
        references: vec![message_id.clone()],
        text: format!("{text}\n\n-- \nThis was to be told in the chat, which did not take it.\n"),
        writer: Writer::Program,
        ..compose::Letter::default()
    };
    let mail = NewMail {
        kind: OutboxKind::from_word(&known.kind),
        due_at: head.now_us,
        recipient: &member.email,
        message_id: &message_id,
        message: &letter.write()?,
        member_id: Some(member.id),
        contact_id: known.about_contact_id,
        interaction_id: None,
        object: None,
    };
    let outbox_id = outbox::insert(tx, &mail, head.now_us).await?;
    sent::put_outbox(tx, number, outbox_id).await
}
