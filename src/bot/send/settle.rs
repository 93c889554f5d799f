//! What became of a row: sent, to be tried again, or given up; and what its member is told by mail then.

use super::Sender;
use crate::bot::api::Refusal;
use crate::commands::reply::{Block, Reply};
use crate::domain::{Result, chance};
use crate::post::{self, Letterhead, Occasion, by_mail};
use crate::store::Tx;
use crate::store::registry::Lane;
use crate::store::workspace::chat_outbox::{self, ChatMessageRow};
use crate::store::workspace::{Workspace, contact_chats};

/// A second in microseconds.
const SECOND_US: i64 = 1_000_000;
/// What a member is to be told waits so long for Telegram; then it goes by mail.
const BY_MAIL_AFTER_US: i64 = 10 * 60 * SECOND_US;
/// What goes to a contact, and answers, wait so long.
const GIVE_UP_AFTER_US: i64 = 24 * 3600 * SECOND_US;
/// The longest rest between two tries.
const REST_MAX_US: i64 = 300 * SECOND_US;

/// Marks what came of handing a row over; gives until when others of its chat wait.
pub(super) async fn settle(
    sender: &Sender,
    workspace: &Workspace,
    row: &ChatMessageRow,
    result: Result<(), Refusal>,
) -> Result<Option<i64>> {
    let now_us = sender.bots.clock.now_us();
    match result {
        Ok(()) | Err(Refusal::AsIs) => {
            let mut tx = workspace.write().await?;
            chat_outbox::sent(&mut tx, row.id, now_us).await?;
            tx.commit().await?;
            Ok(None)
        }
        Err(Refusal::Unsure) if row.kind == "broadcast" => {
            let mut tx = workspace.write().await?;
            chat_outbox::uncertain(&mut tx, row.id).await?;
            tx.commit().await?;
            Ok(None)
        }
        Err(why @ (Refusal::Later(_) | Refusal::Unsure)) => {
            let seconds = match why {
                Refusal::Later(seconds) => seconds,
                _ => None,
            };
            let due_at = now_us + rest_us(row.attempts, seconds);
            if is_too_late(row, due_at) {
                give_up(sender, workspace, row, "Telegram did not answer in time").await?;
                return Ok(None);
            }
            wait(workspace, row, due_at).await?;
            Ok(Some(due_at))
        }
        Err(Refusal::Gone) => {
            let words = "the person blocked the bot, or is gone";
            give_up(sender, workspace, row, words).await?;
            Ok(None)
        }
        Err(Refusal::Revoked) => {
            let words = "the bot's token is not valid any more";
            give_up(sender, workspace, row, words).await?;
            Ok(None)
        }
        Err(Refusal::Never(words)) => {
            give_up(sender, workspace, row, &words).await?;
            Ok(None)
        }
    }
}

fn rest_us(attempts: i64, said: Option<u32>) -> i64 {
    let said = said.map(|seconds| i64::from(seconds) * SECOND_US);
    let doubled = SECOND_US << attempts.clamp(1, 9);
    said.unwrap_or_else(|| doubled.min(REST_MAX_US))
}

/// Whether it is told by mail instead, or not at all.
fn is_too_late(row: &ChatMessageRow, due_at: i64) -> bool {
    let waits = match is_to_member(row) {
        true => BY_MAIL_AFTER_US,
        false => GIVE_UP_AFTER_US,
    };
    due_at - row.created_at > waits
}

fn is_to_member(row: &ChatMessageRow) -> bool {
    matches!(row.kind.as_str(), "notice" | "digest" | "reminder" | "news")
}

/// It is tried again at a time.
pub(super) async fn wait(workspace: &Workspace, row: &ChatMessageRow, due_at: i64) -> Result<()> {
    let mut tx = workspace.write().await?;
    chat_outbox::retry(&mut tx, row.id, due_at, "Telegram did not take it").await?;
    tx.commit().await
}

/// Gives a row up, and tells whom it concerns: what a member was to be told goes by mail, and what did not reach a contact is a
/// notice.
async fn give_up(
    sender: &Sender,
    workspace: &Workspace,
    row: &ChatMessageRow,
    words: &str,
) -> Result<()> {
    tracing::warn!(
        workspace_id = workspace.id,
        chat_message_id = row.id,
        kind = row.kind,
        "a message of the chat is given up"
    );
    let now_us = sender.bots.clock.now_us();
    let mut tx = workspace.write().await?;
    chat_outbox::dead(&mut tx, row.id, words).await?;
    if let Some(bot_id) = row.bot_id
        && words.contains("blocked")
    {
        contact_chats::put_blocked(&mut tx, bot_id, row.chat_id, Some(now_us)).await?;
        chat_outbox::cancel_broadcasts(&mut tx, bot_id, row.chat_id).await?;
    }
    let head = Letterhead {
        key: sender.bots.store.registry.key(),
        mail_domain: &sender.bots.settings.mail_domain,
        workspace_id: workspace.id,
        now_us,
    };
    if is_to_member(row) {
        instead(&mut tx, sender, &head, row).await?;
    } else if row.kind == "relay_out" {
        not_delivered(&mut tx, sender, &head, row, words).await?;
    }
    let registry = &sender.bots.store.registry;
    registry.wake(workspace.id, Lane::Delivery, now_us).await?;
    tx.commit().await
}

/// What was to be told in the chat, as a mail; nothing where a mail says it already.
async fn instead(
    tx: &mut Tx,
    sender: &Sender,
    head: &Letterhead<'_>,
    row: &ChatMessageRow,
) -> Result<()> {
    let Some(member_id) = row.member_id else {
        return Ok(());
    };
    let body = row.outgoing();
    let text: Vec<&str> = body
        .pieces
        .iter()
        .map(|piece| piece.text.as_str())
        .collect();
    by_mail::instead(
        tx,
        head,
        (member_id, row.number),
        &text.join("\n"),
        chance::nonce(sender.bots.random),
    )
    .await
}

/// A member's words did not reach a contact.
async fn not_delivered(
    tx: &mut Tx,
    sender: &Sender,
    head: &Letterhead<'_>,
    row: &ChatMessageRow,
    words: &str,
) -> Result<()> {
    let Some(member_id) = row.member_id else {
        return Ok(());
    };
    let contact = row
        .contact_id
        .map(|id| format!("#c{id}"))
        .unwrap_or_default();
    let reply = Reply::done(vec![Block::Lines(vec![
        format!("Your message to {contact} was not delivered in the chat: {words}."),
        "It stays filed with the contact.".to_owned(),
    ])]);
    let letter = post::Letter {
        member_id,
        occasion: Occasion::Notice,
        replies: &[reply.answer()],
        subject: &format!("Not delivered: your message to {contact}"),
        answers: None,
        about_contact_id: row.contact_id,
        about_interaction_id: row.interaction_id,
        batch: None,
        nonce: chance::nonce(sender.bots.random),
    };
    post::write(tx, head, &letter).await?;
    Ok(())
}
