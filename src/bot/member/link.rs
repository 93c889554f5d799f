//! `/start <token>`: a person's chat becomes a member's. Whoever was given the token at the member's address, or in a terminal,
//! is the member; it works once.

use super::speaker::Speaker;
use crate::bot::update::Serving;
use crate::bot::{menu, send};
use crate::commands::execute::chat::linked;
use crate::commands::reply::{Block, Reply};
use crate::domain::{Result, chat};
use crate::post::chat::{Saying, say};
use crate::store::registry::{Lane, link_digest};
use crate::store::workspace::chat_outbox::ChatKind;
use crate::store::workspace::members;
use teloxide::types::Message;

/// What somebody hears who is no member.
const STRANGER: &str = "Hello! This bot serves members of a Rapport workspace only; ask for a link with \"link telegram\".";
const STALE: &str =
    "This link is used up or ran out. Ask for a new one: write \"link telegram\" to your Rapport.";

/// Links the chat to the member that the token was made for.
pub(super) async fn link(
    serving: &Serving,
    update_id: i64,
    message: &Message,
    (user_id, chat_id): (i64, i64),
    token: &str,
) -> Result<()> {
    let registry = &serving.bots.store.registry;
    let now_us = serving.now_us();
    let Some((workspace_id, account_id)) = registry
        .take_link_token(&link_digest(token), now_us)
        .await?
    else {
        return refuse_token(serving, user_id, chat_id).await;
    };
    registry
        .link(user_id, workspace_id, account_id, now_us)
        .await?;
    let workspace = serving.bots.store.workspaces.get(workspace_id).await?;
    let member = members::present(&mut workspace.read().await?, account_id).await?;
    let Some(member) = member else {
        return refuse_token(serving, user_id, chat_id).await;
    };
    let speaker = Speaker {
        workspace_id,
        member,
        user_id,
        chat_id,
        answered: None,
    };
    let cx = speaker.context(serving, None).await?;
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(());
    };
    if let Err(failure) = linked(&mut tx, &cx, user_id, chat_id).await {
        let problem = failure.into_problem()?;
        send::say_once(&serving.client, chat_id, &problem.message).await;
        return Ok(());
    }
    let reply = Reply::done(vec![
        Block::Title("This chat is yours now".to_owned()),
        Block::Lines(vec![
            "Write here what you would write on top of a mail: \"next @ada: call Friday\". Forward messages, photos and files to have them filed.".to_owned(),
            "\"my notify: both\" tells you here of new mail, reminders and the digest; \"unlink telegram\" ends it; \"help\" shows the rest.".to_owned(),
        ]),
    ]);
    let saying = Saying {
        member_id: account_id,
        chat_id,
        kind: ChatKind::Answer,
        replies: &[reply],
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        answers: Some(i64::from(message.id.0)),
        buttons: &[
            button("Notify me here", "my notify: both"),
            button("Today", "today"),
        ],
    };
    say(&mut tx, now_us, &saying).await?;
    registry.wake(workspace_id, Lane::Chat, now_us).await?;
    tx.commit().await?;
    menu::tell_in(&serving.client, chat_id, cx.language()).await;
    Ok(())
}

fn button(label: &str, says: &str) -> chat::Button {
    chat::Button {
        label: label.to_owned(),
        says: says.to_owned(),
    }
}

/// A token that is none: a member is told, anybody else hears what every stranger hears.
async fn refuse_token(serving: &Serving, user_id: i64, chat_id: i64) -> Result<()> {
    match Speaker::of(serving, user_id, chat_id, None).await? {
        Some(_) => send::say_once(&serving.client, chat_id, STALE).await,
        None if serving.strangers.get(&user_id).await.is_some() => {}
        None => {
            serving.strangers.insert(user_id, ()).await;
            send::say_once(&serving.client, chat_id, STALE).await;
        }
    }
    Ok(())
}

/// One polite sentence in an hour, and nothing else.
pub(super) async fn refuse_stranger(serving: &Serving, user_id: i64, chat_id: i64) -> Result<()> {
    if serving.strangers.get(&user_id).await.is_some() {
        return Ok(());
    }
    serving.strangers.insert(user_id, ()).await;
    send::say_once(&serving.client, chat_id, STRANGER).await;
    Ok(())
}
