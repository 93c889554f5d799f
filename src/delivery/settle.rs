//! What became of a mail, written down.

use super::lane::Delivery;
use super::refusal::Refusal;
use super::{own, schedule};
use crate::domain::Result;
use crate::domain::instance_key::ID_NONCE_BYTES;
use crate::post::in_chat;
use crate::post::undelivered::{self, Fate, Undelivered};
use crate::store::Tx;
use crate::store::registry::Lane;
use crate::store::workspace::Workspace;
use crate::store::workspace::address_book;
use crate::store::workspace::outbox::{self, ClaimedRow, OutboxKind};
use crate::store::workspace::sending::{self, RelayRow};
use crate::store::workspace::suppression::{self, SuppressionReason};

/// What a refusal says of the recipient's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Nothing.
    Unknown,
    /// There is no such address.
    Gone,
}

/// Marks what came of handing a mail over, by the workspace's own relay where it went by that.
pub(super) async fn settle(
    delivery: &Delivery,
    workspace: &Workspace,
    row: &ClaimedRow,
    relay: Option<&RelayRow>,
    result: Result<String, Refusal>,
) -> Result<()> {
    match result {
        Ok(_) => {
            let mut tx = workspace.write().await?;
            outbox::sent(&mut tx, row.id, delivery.clock.now_us()).await?;
            if let Some(relay) = relay {
                sending::relay_is_open(&mut tx, &relay.sealed).await?;
            }
            tx.commit().await
        }
        Err(Refusal::Later(words)) => later(delivery, workspace, row, None, &words).await,
        Err(Refusal::Shut(words)) => later(delivery, workspace, row, relay, &words).await,
        Err(Refusal::Never { words, is_gone }) => {
            let address = if is_gone {
                Address::Gone
            } else {
                Address::Unknown
            };
            refused_for_good(delivery, workspace, row, &words, address).await
        }
    }
}

/// A mail is tried again; where a relay of the workspace's own is shut, the others that wait for it rest as well.
async fn later(
    delivery: &Delivery,
    workspace: &Workspace,
    row: &ClaimedRow,
    shut: Option<&RelayRow>,
    words: &str,
) -> Result<()> {
    let now_us = delivery.clock.now_us();
    let [a, b, c, d, ..] = (delivery.random)();
    let chance = u32::from_be_bytes([a, b, c, d]);
    let Some(due_at) = schedule::again(row.created_at, now_us, row.attempts, chance) else {
        let words = format!("{words} (the last of {} tries in five days)", row.attempts);
        return refused_for_good(delivery, workspace, row, &words, Address::Unknown).await;
    };
    let mut tx = workspace.write().await?;
    outbox::retry(&mut tx, delivery.claim(now_us), row.id, due_at, words).await?;
    if let Some(relay) = shut {
        own::is_shut(delivery, &mut tx, workspace.id, (relay, due_at, words)).await?;
    }
    tx.commit().await?;
    tracing::info!(
        workspace_id = workspace.id,
        outbox_id = row.id,
        attempts = row.attempts,
        "a mail is tried again later"
    );
    Ok(())
}

/// A mail that is not tried again, in a transaction of its own.
pub(super) async fn refused_for_good(
    delivery: &Delivery,
    workspace: &Workspace,
    row: &ClaimedRow,
    words: &str,
    address: Address,
) -> Result<()> {
    let mut tx = workspace.write().await?;
    bury(delivery, &mut tx, workspace, row, words, address).await?;
    tx.commit().await
}

/// Marks a claimed row dead, tells its member, and remembers an address that does not exist: all of it, or nothing where the
/// claim was lost.
pub(super) async fn bury(
    delivery: &Delivery,
    tx: &mut Tx,
    workspace: &Workspace,
    row: &ClaimedRow,
    words: &str,
    address: Address,
) -> Result<()> {
    let now_us = delivery.clock.now_us();
    if !outbox::dead(tx, delivery.claim(now_us), row.id, words).await? {
        return Ok(());
    }
    let kind = OutboxKind::from_word(&row.kind);
    let key = delivery.store.registry.key();
    // A member is not cut off by one server's word: nobody else could tell them.
    if address == Address::Gone && !kind.is_to_member() {
        let hash = key.suppression_hash(&row.recipient);
        suppression::add(tx, &hash, SuppressionReason::Bounced, Some(row.id), now_us).await?;
        address_book::mark_bounced(tx, std::slice::from_ref(&row.recipient), now_us).await?;
    }
    tracing::warn!(
        workspace_id = workspace.id,
        outbox_id = row.id,
        kind = row.kind,
        "a mail is given up"
    );
    let [.., a, b, c, d, e, f, g, h, i, j] = (delivery.random)();
    let nonce: [u8; ID_NONCE_BYTES] = [a, b, c, d, e, f, g, h, i, j];
    let head = own::head(delivery, workspace.id, now_us);
    let mail = Undelivered {
        fate: Fate::NotDelivered,
        kind,
        recipient: &row.recipient,
        member_id: row.member_id,
        contact_id: row.contact_id,
        interaction_id: row.interaction_id,
        created_at: row.created_at,
        words,
    };
    undelivered::tell(tx, &head, nonce, mail).await?;
    if let Some(member_id) = row.member_id.filter(|_| kind.is_to_member()) {
        let refused = in_chat::Refused {
            outbox_id: row.id,
            kind,
            member_id,
            contact_id: row.contact_id,
            interaction_id: row.interaction_id,
            words,
        };
        if in_chat::instead(tx, now_us, refused).await? {
            let registry = &delivery.store.registry;
            registry.wake(workspace.id, Lane::Chat, now_us).await?;
        }
    }
    Ok(())
}
