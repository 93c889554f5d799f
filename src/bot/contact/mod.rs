//! A workspace's own bot: whoever writes to it becomes a contact, what they write is filed and told, and what members answer
//! reaches them through it. What they write is text: nothing of it ever runs.

pub(super) mod connect;
mod greeting;

pub(super) use greeting::AGREE;

use super::media;
use super::update::{Serving, private};
use crate::commands::outcome::people::Newness;
use crate::domain::Result;
use crate::domain::why::Rule;
use crate::ingest::chat::{Author, News, Person, Talk, TalkFile, arrive, file, made_for, tell};
use crate::store::Tx;
use crate::store::registry::Lane;
use crate::store::workspace::chat_outbox::{self, ChatKind, NewChatMessage};
use crate::store::workspace::contact_chats::{self, ContactChatRow};
use crate::store::workspace::{channel_bots, contacts};
use teloxide::prelude::*;
use teloxide::types::{ChatMemberUpdated, Message};

/// Whether a message is new, or one that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// It is new.
    First,
    /// It was said before, in other words.
    Edited,
}

/// What somebody wants of the bot itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// `/start`.
    Begin,
    /// `/stop`.
    Stop,
    /// To be heard.
    Talk,
}

fn wish(message: &Message) -> Wish {
    let first = message.text().unwrap_or_default().split_whitespace().next();
    match first.map(|word| word.split('@').next().unwrap_or(word)) {
        Some("/start") => Wish::Begin,
        Some("/stop") => Wish::Stop,
        _ => Wish::Talk,
    }
}

fn person(serving: &Serving, chat_id: i64, from: &teloxide::types::User) -> Person {
    Person {
        bot_id: serving.row.id,
        chat_id,
        name: from.full_name(),
        username: from.username.clone(),
        language: from.language_code.clone(),
    }
}

/// Deals with a message to the workspace's bot.
pub(super) async fn said(
    serving: &Serving,
    workspace_id: i64,
    update_id: i64,
    message: &Message,
    version: Version,
) -> Result<()> {
    let (Some((_, chat_id)), Some(from)) = (private(message), &message.from) else {
        return Ok(());
    };
    let person = person(serving, chat_id, from);
    let passage = media::passage(serving, workspace_id);
    let wish = wish(message);
    let media = match wish {
        Wish::Talk => media::of(serving, message).await?,
        Wish::Begin | Wish::Stop => media::Media {
            files: Vec::new(),
            said: Vec::new(),
            heard: None,
        },
    };
    let capture = made_for(&passage, &person).await?;
    let workspace = serving.bots.store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    if !chat_outbox::once(&mut tx, serving.row.id, update_id, passage.now_us).await? {
        return Ok(());
    }
    let (mut chat, newness) = arrive(&mut tx, &passage, &person, capture).await?;
    match wish {
        Wish::Begin => {
            chat.stopped_at = None;
            greeting::greet(&mut tx, serving, workspace_id, &chat).await?;
        }
        Wish::Stop => {
            chat.stopped_at = Some(passage.now_us);
            chat_outbox::cancel_broadcasts(&mut tx, serving.row.id, chat_id).await?;
            greeting::stopped(&mut tx, serving, &chat).await?;
        }
        Wish::Talk => {
            // Who writes after the greeting has read what is done with it.
            match newness {
                Newness::New => greeting::greet(&mut tx, serving, workspace_id, &chat).await?,
                Newness::Known => chat.consented_at = chat.consented_at.or(Some(passage.now_us)),
            }
            let text = text(message, &media.said, version);
            heard(
                &mut tx,
                serving,
                workspace_id,
                &mut chat,
                (message, &text, media.files),
            )
            .await?;
        }
    }
    contact_chats::put(&mut tx, &chat).await?;
    let registry = &serving.bots.store.registry;
    registry
        .wake(workspace_id, Lane::Delivery, passage.now_us)
        .await?;
    tx.commit().await
}

/// The text, the caption, and what is said of files; marked where it was said before in other words.
fn text(message: &Message, said: &[String], version: Version) -> String {
    let own = message.text().or(message.caption()).unwrap_or_default();
    let card = message.contact().map(|card| {
        let last = card.last_name.as_deref().unwrap_or_default();
        format!("Contact: {} {last} {}", card.first_name, card.phone_number)
    });
    let mark = match version {
        Version::First => None,
        Version::Edited => Some("(changed)".to_owned()),
    };
    let own = (!own.trim().is_empty()).then(|| own.to_owned());
    let parts = mark
        .into_iter()
        .chain(own)
        .chain(card)
        .chain(said.iter().cloned());
    let text = parts.collect::<Vec<_>>().join("\n");
    match text.is_empty() {
        true => "[a message without text]".to_owned(),
        false => text,
    }
}

/// Files what somebody wrote, and tells the member who answers for them.
async fn heard(
    tx: &mut Tx,
    serving: &Serving,
    workspace_id: i64,
    chat: &mut ContactChatRow,
    (message, text, files): (&Message, &str, Vec<TalkFile>),
) -> Result<()> {
    let passage = media::passage(serving, workspace_id);
    let Some(contact) = contacts::by_id(tx, chat.contact_id).await? else {
        return Ok(());
    };
    let name = contact.shown();
    let talk = Talk {
        kind: "chat",
        direction: "in",
        author: Author::Contact {
            id: contact.id,
            name: name.clone(),
        },
        member_id: None,
        contacts: vec![contact.id],
        text: text.to_owned(),
        subject: None,
        files: files.clone(),
        happened_at: message.date.timestamp_micros().min(passage.now_us),
        thread_id: chat.thread_id,
        rule: Rule::ChatContact,
        written: name,
    };
    let interaction_id = file(tx, &passage, &talk).await?;
    chat.message_count += 1;
    let thread_id = *chat.thread_id.get_or_insert(interaction_id);
    let news = News {
        contact: &contact,
        interaction_id,
        thread_id,
        subject: None,
        text,
        files: &files,
    };
    tell(tx, &passage, &news).await
}

/// Somebody pressed the button under the greeting.
pub(super) async fn agreed(
    serving: &Serving,
    workspace_id: i64,
    update_id: i64,
    query: &CallbackQuery,
) -> Result<()> {
    let chat_id = i64::try_from(query.from.id.0).unwrap_or_default();
    let now_us = serving.now_us();
    let workspace = serving.bots.store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    let known = contact_chats::by_chat(&mut tx, serving.row.id, chat_id).await?;
    if let Some(mut chat) = known
        && query.data.as_deref() == Some(greeting::AGREE)
        && chat_outbox::once(&mut tx, serving.row.id, update_id, now_us).await?
    {
        chat.consented_at = chat.consented_at.or(Some(now_us));
        contact_chats::put(&mut tx, &chat).await?;
        tx.commit().await?;
    }
    if let Err(error) = serving.client.answer_callback_query(query.id.clone()).await {
        let why = super::api::refusal(&error);
        tracing::info!(?why, "a pressed button was not ticked");
    }
    Ok(())
}

/// Somebody blocked the bot, or took it up again.
pub(super) async fn blocked(
    serving: &Serving,
    workspace_id: i64,
    change: &ChatMemberUpdated,
) -> Result<()> {
    if !change.chat.is_private() {
        return Ok(());
    }
    let now_us = serving.now_us();
    let gone = change.new_chat_member.is_banned().then_some(now_us);
    let workspace = serving.bots.store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    contact_chats::put_blocked(&mut tx, serving.row.id, change.chat.id.0, gone).await?;
    if gone.is_some() {
        chat_outbox::cancel_broadcasts(&mut tx, serving.row.id, change.chat.id.0).await?;
    }
    tx.commit().await
}

/// Says something of the bot itself in a chat.
async fn say(
    tx: &mut Tx,
    serving: &Serving,
    chat: &ContactChatRow,
    body: &crate::domain::chat::Outgoing,
) -> Result<()> {
    let message = NewChatMessage {
        kind: ChatKind::Greeting,
        bot_id: Some(serving.row.id),
        chat_id: chat.chat_id,
        member_id: None,
        contact_id: Some(chat.contact_id),
        interaction_id: None,
        number: None,
        body,
        due_at: serving.now_us(),
        edits_id: None,
    };
    chat_outbox::insert(tx, &message, serving.now_us()).await?;
    Ok(())
}

/// What the workspace's bot says first, where its members set that.
async fn own_greeting(tx: &mut Tx) -> Result<Option<String>> {
    Ok(channel_bots::get(tx).await?.and_then(|bot| bot.greeting))
}
