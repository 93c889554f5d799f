//! From a contact, or anybody, to the member who answers for the contact.

use super::{Desk, HOUR_US, Side, date, id_as_written, is_to, raw, shown, translated};
use crate::domain::Result;
use crate::domain::why::Rule;
use crate::ingest::attribute::State;
use crate::ingest::chat::{self, News};
use crate::ingest::known::Member;
use crate::ingest::letter::Letter;
use crate::ingest::plan::{self, Asked};
use crate::mail::compose::Writer;
use crate::mail::relay::{self, Cover, Footer};
use crate::mail::{Class, Mailbox};
use crate::post::chat::ways;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::members;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::timeline;

/// Letters of one contact that are passed on to members, in how long; those beyond are filed, and the digest tells of them.
const INWARD_MAX: [(i64, i64); 2] = [(20, HOUR_US), (60, 24 * HOUR_US)];

/// Passes on to the responsible members what somebody wrote to contacts' addresses: to each member once. True where one gets it.
pub async fn inward(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter, asked: &Asked) -> Result<bool> {
    if !goes_inward(letter, asked) {
        return Ok(false);
    }
    let mut told: Vec<i64> = Vec::new();
    for capture in letter.captures().take(super::CAPTURES_MAX) {
        let Some(contact) = contacts::by_capture(tx, capture).await? else {
            continue;
        };
        let Some(member) = responsible(tx, desk, letter, &contact).await? else {
            continue;
        };
        let is_silent = contact.muted_at.is_some() || contact.deleted_at.is_some();
        if is_silent
            || told.contains(&member.id)
            || member.addresses().any(|own| is_to(letter, own))
            || is_flood(tx, desk, contact.id).await?
        {
            continue;
        }
        let ways = ways(tx, member.id).await?;
        let in_chat = match ways.chat_id {
            Some(chat_id) => say(tx, desk, letter, asked, (&contact, member, chat_id)).await?,
            None => false,
        };
        // What could not be said in the chat alone goes by mail.
        let by_mail = (ways.by_mail || !in_chat)
            && pass_on(tx, desk, letter, asked, (capture, &contact, member)).await?;
        if in_chat || by_mail {
            told.push(member.id);
        }
    }
    Ok(!told.is_empty())
}

/// Says in the member's chat that a letter came; false where too much was said of the contact lately.
async fn say(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    (contact, member, chat_id): (&ContactRow, &Member, i64),
) -> Result<bool> {
    let Some(row) = members::present(tx, member.id).await? else {
        return Ok(false);
    };
    let news = News {
        contact,
        interaction_id: asked.interaction_id,
        thread_id: asked.interaction_id,
        subject: letter.message.subject.as_deref(),
        text: &letter.message.text,
        files: &[],
    };
    chat::in_chat(tx, desk.now_us, &news, &row, chat_id).await
}

/// Writes the letter to one member into the outbox.
async fn pass_on(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    (capture, contact, member): (&str, &ContactRow, &Member),
) -> Result<bool> {
    let Some(raw) = raw(letter) else {
        return Ok(false);
    };
    let author = letter
        .message
        .author
        .clone()
        .or(letter.message.from.clone())
        .unwrap_or_default();
    let message_id = desk.message_id();
    let ids = translated(tx, letter, Side::Inside).await?;
    let cover = Cover {
        from: Mailbox::new(Some(&relay::shown_as(&author)), &desk.address(capture)),
        to: Mailbox::new(member.name.as_deref(), &member.address),
        subject: letter.message.subject.clone().unwrap_or_default(),
        date: date(letter),
        message_id: message_id.clone(),
        in_reply_to: ids.in_reply_to,
        references: ids.references,
        writer: Writer::Person,
    };
    let footer = Footer::naming(&shown(tx, contact).await?);
    let Ok(bytes) = relay::inward(&raw, &cover, &footer) else {
        // An author or a subject that no header can carry: it is filed, and stands in the digest.
        tracing::warn!(
            interaction_id = asked.interaction_id,
            "a letter could not be passed on to a member"
        );
        return Ok(false);
    };
    let mail = NewMail {
        kind: OutboxKind::RelayIn,
        due_at: desk.now_us,
        recipient: &member.address,
        message_id: &message_id,
        message: &bytes,
        member_id: Some(member.id),
        contact_id: Some(contact.id),
        interaction_id: Some(asked.interaction_id),
        object: None,
    };
    outbox::insert(tx, &mail, desk.now_us).await?;
    let outside_id = id_as_written(letter);
    desk.keep_ids(tx, asked, contact, outside_id, message_id, &member.address)
        .await?;
    Ok(true)
}

/// Whether so much was passed on of a contact lately that programs seem to answer each other.
async fn is_flood(tx: &mut Tx, desk: &Desk<'_>, contact_id: i64) -> Result<bool> {
    for (max, us) in INWARD_MAX {
        let since = desk.now_us - us;
        if outbox::count_of_contact(tx, OutboxKind::RelayIn, contact_id, since).await? >= max {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Only what a person newly sent, and that nobody's rules speak against.
fn goes_inward(letter: &Letter, asked: &Asked) -> bool {
    asked.standing != plan::Standing::Repeated
        && asked.state == State::Filed
        && asked.rule == Rule::CaptureAddress
        && asked.author_member.is_none()
        && asked.spoken.is_none()
        && letter.trust.dmarc != "fail"
        && letter.message.from_count <= 1
        && matches!(letter.message.class, Class::Person | Class::Calendar)
}

/// The member who wrote what is answered, else who answers for the contact; the oldest owner where that member is gone.
async fn responsible<'a>(
    tx: &mut Tx,
    desk: &Desk<'a>,
    letter: &Letter,
    contact: &ContactRow,
) -> Result<Option<&'a Member>> {
    let answered = translated(tx, letter, Side::Inside).await?.interaction_id;
    if let Some(id) = answered
        && let Some(interaction) = timeline::interaction(tx, id).await?
        && let Some(member) = interaction
            .author_member_id
            .and_then(|id| desk.known.member(id))
    {
        return Ok(Some(member));
    }
    let own = contact.responsible_id.and_then(|id| desk.known.member(id));
    Ok(own.or_else(|| desk.known.members.iter().find(|m| m.role == "owner")))
}
