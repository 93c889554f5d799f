//! What comes back about mail of our own: bounces, delays, complaints. Applied in the transaction that files the report.
//!
//! Anybody can write a bounce. One counts where it came to the return path of the very mail (a `b.` address, which the instance
//! key proves), or where it names a Message-ID that this instance marked and the recipient that the mail went to. An address is
//! marked only where the report names it. All else is filed like any report, and changes nothing.

use super::door::Desk;
use super::letter::Letter;
use crate::domain::{Result, address};
use crate::mail::Class;
use crate::mail::message::Report;
use crate::post::undelivered::{self, Fate, Undelivered};
use crate::store::Tx;
use crate::store::registry::{AddressKind, Lane};
use crate::store::workspace::address_book;
use crate::store::workspace::outbox::{self, OutboxKind, OutboxRow};
use crate::store::workspace::suppression::{self, SuppressionReason};

/// Mails of ours that one report is looked up for.
const ROWS_MAX: usize = 20;
/// Feedback that asks for no more mail (RFC 5965 §7.3; opt-out is in use and unregistered).
const COMPLAINTS: [&str; 4] = ["abuse", "fraud", "opt-out", "opt-out-list"];

/// By what a report is known to be about a mail of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// It came to the mail's own return path.
    ReturnPath,
    /// It names the mail's Message-ID.
    MessageId,
}

/// Applies what a letter reports of our own mail.
pub(super) async fn apply(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter) -> Result<()> {
    let class = letter.message.class;
    let is_report = matches!(class, Class::Bounce | Class::Delayed | Class::Feedback);
    if !is_report || letter.trust.dmarc == "fail" {
        return Ok(());
    }
    let mut has_told = false;
    for (row, proof) in rows(tx, desk, letter).await? {
        has_told |= match class {
            Class::Feedback => complaint(tx, desk, letter, &row).await?,
            Class::Delayed => delayed(tx, letter, &row).await?,
            _ => bounce(tx, desk, letter, &row, proof).await?,
        };
    }
    if has_told {
        desk.wake(Lane::Delivery, desk.now_us).await?;
    }
    Ok(())
}

/// The mails of ours that it is about.
async fn rows(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter) -> Result<Vec<(OutboxRow, Proof)>> {
    let mut rows: Vec<(OutboxRow, Proof)> = Vec::new();
    let returned = letter
        .recipients
        .iter()
        .filter(|r| r.kind == AddressKind::Bounce);
    for number in returned.filter_map(|r| r.number).take(ROWS_MAX) {
        if let Some(row) = outbox::by_id(tx, number).await? {
            rows.push((row, Proof::ReturnPath));
        }
    }
    let message = &letter.message;
    let named = message
        .reports
        .iter()
        .filter_map(|r| r.original_message_id.as_deref())
        .chain(message.original_message_id.as_deref());
    let key = desk.lanes.store.registry.key();
    let mut ids: Vec<String> = named
        .map(address::normalise)
        .filter(|id| key.marks(id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids.iter().take(ROWS_MAX) {
        if let Some(row) = outbox::by_message_id(tx, id).await?
            && !rows.iter().any(|(there, _)| there.id == row.id)
        {
            rows.push((row, Proof::MessageId));
        }
    }
    Ok(rows)
}

/// True where a member was told.
async fn bounce(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    row: &OutboxRow,
    proof: Proof,
) -> Result<bool> {
    let failed = |r: &&Report| r.permanent == Some(true);
    let reports = || letter.message.reports.iter().filter(failed);
    let named = reports().find(|r| is_about(r, row));
    // A mail that was forwarded on bounces under another address: its own return path vouches for it.
    let Some(report) = named.or_else(|| reports().next().filter(|_| proof == Proof::ReturnPath))
    else {
        return delayed(tx, letter, row).await;
    };
    let words = words(report);
    if !outbox::bounced(tx, row.id, desk.now_us, &words).await? {
        return Ok(false);
    }
    let kind = OutboxKind::from_word(&row.kind);
    if named.is_some() && !kind.is_to_member() {
        address_book::mark_bounced(tx, std::slice::from_ref(&row.recipient), desk.now_us).await?;
        if report.status.as_deref().is_some_and(address::is_gone) {
            suppress(tx, desk, row, SuppressionReason::Bounced).await?;
        }
    }
    tracing::warn!(
        workspace_id = desk.workspace_id,
        outbox_id = row.id,
        kind = row.kind,
        "a mail came back"
    );
    tell(tx, desk, row, Fate::NotDelivered, &words).await
}

/// It may still arrive: nothing is to be done.
async fn delayed(tx: &mut Tx, letter: &Letter, row: &OutboxRow) -> Result<bool> {
    if let Some(report) = letter.message.reports.iter().find(|r| is_about(r, row)) {
        outbox::note(tx, row.id, &words(report)).await?;
    }
    Ok(false)
}

/// Whoever reads that address wants no more of it. A member is not cut off so, who has settings for it.
async fn complaint(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter, row: &OutboxRow) -> Result<bool> {
    let kind = letter.message.feedback_type.as_deref().unwrap_or_default();
    if !COMPLAINTS.contains(&kind.to_lowercase().as_str()) {
        return Ok(false);
    }
    tracing::warn!(
        workspace_id = desk.workspace_id,
        outbox_id = row.id,
        kind = row.kind,
        "a mail was complained about"
    );
    let words = "its reader reported it as unwanted";
    outbox::note(tx, row.id, words).await?;
    let hash = recipient_hash(desk, row);
    let is_known = !suppression::among(tx, &[hash]).await?.is_empty();
    if is_known || OutboxKind::from_word(&row.kind).is_to_member() {
        return Ok(false);
    }
    suppress(tx, desk, row, SuppressionReason::Complained).await?;
    tell(tx, desk, row, Fate::Unwanted, words).await
}

async fn suppress(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &OutboxRow,
    reason: SuppressionReason,
) -> Result<()> {
    let hash = recipient_hash(desk, row);
    suppression::add(tx, &hash, reason, Some(row.id), desk.now_us).await
}

/// What the recipient is suppressed under.
fn recipient_hash(desk: &Desk<'_>, row: &OutboxRow) -> String {
    let key = desk.lanes.store.registry.key();
    key.suppression_hash(&row.recipient)
}

async fn tell(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &OutboxRow,
    fate: Fate,
    words: &str,
) -> Result<bool> {
    let mail = Undelivered {
        fate,
        kind: OutboxKind::from_word(&row.kind),
        recipient: &row.recipient,
        member_id: row.member_id,
        contact_id: row.contact_id,
        interaction_id: row.interaction_id,
        created_at: row.created_at,
        words,
    };
    undelivered::tell(tx, &desk.letterhead(), desk.nonce(), mail).await
}

fn is_about(report: &Report, row: &OutboxRow) -> bool {
    let named = report.recipient.as_deref().map(address::normalise);
    named.as_deref() == Some(row.recipient.as_str())
}

fn words(report: &Report) -> String {
    let status = report.status.as_deref().unwrap_or_default();
    let said = report.diagnostic.as_deref().or(report.action.as_deref());
    format!("{status} {}", said.unwrap_or_default())
        .trim()
        .to_owned()
}
