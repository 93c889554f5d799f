//! What was to reach a member by mail and was refused for good, told in the chat: the other way round of [`super::by_mail`].

use super::chat::{self, Saying};
use crate::commands::Ref;
use crate::commands::reply::{Block, Entry, Reply};
use crate::domain::Result;
use crate::mail;
use crate::store::Tx;
use crate::store::workspace::chat_outbox::{self, ChatKind};
use crate::store::workspace::outbox::{self, OutboxKind};
use crate::store::workspace::{member_chats, sent};

/// A mail to a member that is not tried again.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Its row in the outbox.
    pub outbox_id: i64,
    /// What it was.
    pub kind: OutboxKind,
    /// To whom it was to go: an account id.
    pub member_id: i64,
    /// The contact that it is about.
    pub contact_id: Option<i64>,
    /// The interaction that it passes on.
    pub interaction_id: Option<i64>,
    /// What was said against it: any text.
    pub words: &'a str,
}

/// Says in the member's chat what the mail said, under the mail's own number; of a contact's mail only that it came, and where
/// it is. False where the member has no chat, or was told there already. Wake the chat lane before the commit.
pub async fn instead(tx: &mut Tx, now_us: i64, refused: Refused<'_>) -> Result<bool> {
    let Some(linked) = member_chats::of_member(tx, refused.member_id).await? else {
        return Ok(false);
    };
    let why: Vec<&str> = refused.words.split_whitespace().collect();
    let why = format!(
        "This was to reach you by mail, which was refused: {}",
        why.join(" ")
    );
    if refused.kind == OutboxKind::RelayIn {
        return contact_wrote(tx, now_us, &refused, linked.chat_id, why).await;
    }
    let Some(number) = sent::number_of_mail(tx, refused.outbox_id).await? else {
        return Ok(false);
    };
    let known = sent::by_number(tx, number).await?;
    let Some(known) = known else { return Ok(false) };
    if chat_outbox::is_said(tx, number).await? {
        return Ok(false);
    }
    let raw = outbox::message(tx, refused.outbox_id).await?;
    let message = mail::read(&raw.unwrap_or_default());
    let subject = message.subject.clone().unwrap_or_default();
    let body = crate::commands::reply::chat::outgoing(&[Reply::done(vec![
        Block::Title(subject),
        Block::Lines(message.text.lines().map(str::to_owned).collect()),
        Block::Lines(vec![why]),
    ])]);
    let saying = Saying {
        member_id: refused.member_id,
        chat_id: linked.chat_id,
        kind: kind(refused.kind),
        replies: &[],
        about_contact_id: known.about_contact_id,
        about_interaction_id: known.about_interaction_id,
        batch: known.batch,
        answers: None,
        buttons: &[],
    };
    chat::put(tx, now_us, &saying, number, &body).await?;
    Ok(true)
}

async fn contact_wrote(
    tx: &mut Tx,
    now_us: i64,
    refused: &Refused<'_>,
    chat_id: i64,
    why: String,
) -> Result<bool> {
    let (Some(contact), Some(interaction)) = (refused.contact_id, refused.interaction_id) else {
        return Ok(false);
    };
    if chat_outbox::is_news(tx, interaction, refused.member_id).await? {
        return Ok(false);
    }
    let about = Ref::Interaction(interaction);
    let entry = Entry::marked("", vec![why]).link("Show", format!("show {about}"));
    let title = Block::Title("A mail of a contact could not be passed on to you".to_owned());
    let saying = Saying {
        member_id: refused.member_id,
        chat_id,
        kind: ChatKind::News,
        replies: &[Reply::done(vec![title, Block::Numbered(vec![entry])])],
        about_contact_id: Some(contact),
        about_interaction_id: Some(interaction),
        batch: None,
        answers: None,
        buttons: &[],
    };
    chat::say(tx, now_us, &saying).await?;
    Ok(true)
}

/// What a letter is where it is said in the chat.
pub(super) fn kind(mail: OutboxKind) -> ChatKind {
    match mail {
        OutboxKind::Digest => ChatKind::Digest,
        OutboxKind::Reminder => ChatKind::Reminder,
        OutboxKind::Notice => ChatKind::Notice,
        _ => ChatKind::Answer,
    }
}
