//! `/switch`: which of several workspaces a person speaks to.

use super::speaker::Speaker;
use crate::bot::update::Serving;
use crate::commands::reply::{Block, Entry, Reply};
use crate::domain::Result;
use crate::post::chat::{Saying, say};
use crate::store::registry::{Lane, WorkspaceRow};
use crate::store::workspace::chat_outbox::ChatKind;

/// The workspace that is wanted, or an empty text for the list; none where this is no `/switch`.
pub(super) fn wanted(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("/switch")?;
    match rest.is_empty() || rest.starts_with(char::is_whitespace) {
        true => Some(rest.trim()),
        false => None,
    }
}

/// Goes to another workspace, or lists them.
pub(super) async fn switch(
    serving: &Serving,
    update_id: i64,
    speaker: &Speaker,
    wanted: &str,
) -> Result<()> {
    let registry = &serving.bots.store.registry;
    let mut own: Vec<WorkspaceRow> = Vec::new();
    for link in registry.links_of_user(speaker.user_id).await? {
        own.extend(registry.workspace(link.workspace_id).await?);
    }
    let slug = wanted.to_lowercase();
    let chosen = own.iter().find(|row| row.slug == slug).cloned();
    if let Some(chosen) = &chosen {
        registry.switch(speaker.user_id, chosen.id).await?;
    }
    // Who is linked there as well is answered there.
    let there = Speaker::of(serving, speaker.user_id, speaker.chat_id, None).await?;
    let speaker = there.as_ref().unwrap_or(speaker);
    let current = own.iter().find(|row| row.id == speaker.workspace_id);
    let name = current.map(|row| row.name.as_str()).unwrap_or_default();
    let first = match (wanted.is_empty(), &chosen) {
        (false, None) => format!("You have no workspace \"{wanted}\" here. You are in {name}."),
        _ => format!("You are in {name}."),
    };
    let others = own.iter().filter(|row| row.id != speaker.workspace_id);
    let entry = others.fold(Entry::marked("", vec![first]), |entry, row| {
        entry.link(row.name.clone(), format!("/switch {}", row.slug))
    });
    let reply = Reply::done(vec![Block::Numbered(vec![entry])]);
    let now_us = serving.now_us();
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(());
    };
    let saying = Saying {
        member_id: speaker.member.id,
        chat_id: speaker.chat_id,
        kind: ChatKind::Answer,
        replies: &[reply],
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        answers: None,
        buttons: &[],
    };
    say(&mut tx, now_us, &saying).await?;
    registry
        .wake(speaker.workspace_id, Lane::Chat, now_us)
        .await?;
    tx.commit().await
}
