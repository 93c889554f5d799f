//! A reminder at its time: one letter with one thing to answer, and the next occurrence where it comes again.

use super::lane::Hour;
use super::letter;
use crate::commands::Ref;
use crate::commands::reply::{Block, Entry, Reply};
use crate::domain::Result;
use crate::post::{self, Occasion, Written};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::{contacts, members, timeline};

/// Letters of a mail's beginning that a reminder about it shows.
const OPENING_CHARS: usize = 300;

/// Whether a reminder is due and was not told.
pub(super) fn is_due(row: &ActionRow, now_us: i64) -> bool {
    row.kind == "reminder"
        && row.state == "current"
        && row.reminded_at.is_none()
        && row.due_at.is_some_and(|due_at| due_at <= now_us)
}

/// Tells one reminder, and moves it on; `None` where nothing is to be told. After `TooMany` nothing may be committed.
pub(super) async fn tell(tx: &mut Tx, hour: &Hour<'_>, row: &ActionRow) -> Result<Option<Written>> {
    actions::told(tx, row, hour.now_us).await?;
    if is_silent(tx, row).await? {
        return Ok(None);
    }
    let reply = reply(tx, hour, row).await?;
    let subject = match row.text.trim() {
        "" => "Reminder".to_owned(),
        text => format!("Reminder: {}", letter::short(text)),
    };
    let letter = post::Letter {
        member_id: row.member_id,
        occasion: Occasion::Reminder,
        replies: &[reply],
        subject: &subject,
        answers: None,
        about_contact_id: row.contact_id,
        about_interaction_id: row.interaction_id,
        batch: None,
        nonce: hour.nonce(),
    };
    let written = post::write(tx, &hour.letterhead, &letter).await?;
    Ok(Some(written))
}

/// Nothing is told of a contact that was deleted.
async fn is_silent(tx: &mut Tx, row: &ActionRow) -> Result<bool> {
    let Some(id) = row.contact_id else {
        return Ok(false);
    };
    let contact = contacts::by_id(tx, id).await?;
    Ok(contact.is_none_or(|contact| contact.deleted_at.is_some()))
}

async fn reply(tx: &mut Tx, hour: &Hour<'_>, row: &ActionRow) -> Result<Reply> {
    let settings = members::settings(tx, row.member_id).await?;
    let now = letter::Now::of(hour.now_us, &settings);
    let mut blocks = Vec::new();
    let contact = match row.contact_id {
        Some(id) => contacts::by_id(tx, id).await?,
        None => None,
    };
    let name = match &contact {
        Some(contact) => actions::names_of(tx, &[contact.id])
            .await?
            .into_iter()
            .next()
            .map(|n| n.2),
        None => None,
    };
    let mut entry: Entry = letter::entry_of(row, name.as_deref(), &now);
    if let Some(due_at) = row.due_at {
        entry.lines.truncate(1);
        entry.lines.push(letter::moment(due_at, &now));
    }
    entry.item = Some(Ref::Action(row.id));
    blocks.push(Block::Numbered(vec![entry]));
    // Of a muted contact no more is said than what the member wrote down.
    if contact.as_ref().is_some_and(|c| c.muted_at.is_some()) {
        return Ok(Reply::done(blocks));
    }
    if let Some(contact) = contact {
        let mut card = vec![("Contact".to_owned(), format!("#c{}", contact.id))];
        card.extend(contact.phone.map(|phone| ("Phone".to_owned(), phone)));
        let addresses = contacts::addresses(tx, contact.id).await?;
        card.extend(
            addresses
                .into_iter()
                .next()
                .map(|address| ("Mail".to_owned(), address)),
        );
        blocks.push(Block::Card(card));
    }
    if let Some(id) = row.interaction_id
        && let Some(interaction) = timeline::interaction(tx, id).await?
    {
        let subject = interaction.subject.unwrap_or_default();
        let opening: String = interaction.text.chars().take(OPENING_CHARS).collect();
        blocks.push(Block::Lines(vec![
            format!("About #i{id} {subject}").trim().to_owned(),
        ]));
        blocks.push(Block::Quote(opening));
    }
    Ok(Reply::done(blocks))
}
