//! Which rows are sent now: those that are due, whose recipient is not suppressed, and for which the hour has room.

use super::lane::Delivery;
use super::schedule::is_stale;
use super::settle;
use crate::domain::Result;
use crate::store::Tx;
use crate::store::workspace::Workspace;
use crate::store::workspace::outbox::{self, ClaimedRow};
use crate::store::workspace::suppression;
use std::collections::HashMap;

const HOUR_US: i64 = 3_600_000_000;

/// Rows that were claimed.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub rows: Vec<ClaimedRow>,
    /// When they are anybody's again.
    pub claim_until: i64,
    /// Whether others may be due.
    pub is_more: bool,
    /// When the hour of the workspace has room again, where it has none.
    pub capped_until: Option<i64>,
}

/// Claims rows in one transaction, at most `free`. `going` are the mails on their way, by the domain of their recipient.
pub(super) async fn take(
    delivery: &Delivery,
    workspace: &Workspace,
    free: usize,
    going: &HashMap<tokio::task::Id, String>,
) -> Result<Taken> {
    let now_us = delivery.clock.now_us();
    let caps = delivery.settings.caps;
    let mut tx = workspace.write().await?;
    let since = now_us - HOUR_US + 1;
    let (sent, first) = outbox::sent_since(&mut tx, None, since, caps.workspace_hour_max).await?;
    let room = caps.workspace_hour_max - sent - count(going.len());
    let wanted = count(free).min(room);
    if wanted <= 0 {
        return Ok(Taken {
            capped_until: Some(first.unwrap_or(now_us) + HOUR_US),
            ..Taken::default()
        });
    }
    let claim = delivery.claim(now_us);
    let claimed = outbox::claim(&mut tx, claim, wanted).await?;
    let mut taken = Taken {
        claim_until: claim.until_us,
        is_more: count(claimed.len()) == wanted,
        ..Taken::default()
    };
    let suppressed = suppressed(delivery, &mut tx, &claimed).await?;
    let mut rooms: HashMap<String, Room> = HashMap::new();
    for row in claimed {
        if let Some(reason) = suppressed.get(&row.recipient) {
            let words = format!("the address is on the suppression list: {reason}");
            settle::bury(
                delivery,
                &mut tx,
                workspace,
                &row,
                &words,
                settle::Address::Unknown,
            )
            .await?;
            continue;
        }
        if is_stale(row.created_at, row.due_at, now_us) {
            let words = "nothing was sent for five days";
            settle::bury(
                delivery,
                &mut tx,
                workspace,
                &row,
                words,
                settle::Address::Unknown,
            )
            .await?;
            continue;
        }
        let domain = &row.recipient_domain;
        if !rooms.contains_key(domain) {
            let on_their_way = count(going.values().filter(|to| *to == domain).count());
            let (sent, first) =
                outbox::sent_since(&mut tx, Some(domain), since, caps.domain_hour_max).await?;
            let room = Room {
                left: caps.domain_hour_max - sent - on_their_way,
                again_at: first.unwrap_or(now_us) + HOUR_US,
            };
            rooms.insert(domain.clone(), room);
        }
        match rooms.get_mut(domain) {
            Some(room) if room.left <= 0 => {
                outbox::give_back(&mut tx, claim, row.id, room.again_at).await?;
            }
            Some(room) => {
                room.left -= 1;
                taken.rows.push(row);
            }
            None => taken.rows.push(row),
        }
    }
    tx.commit().await?;
    Ok(taken)
}

/// What the hour has room for in one domain.
struct Room {
    left: i64,
    again_at: i64,
}

/// The recipients among these rows that get nothing any more, each with the reason.
async fn suppressed(
    delivery: &Delivery,
    tx: &mut Tx,
    rows: &[ClaimedRow],
) -> Result<HashMap<String, String>> {
    let key = delivery.store.registry.key();
    let hashes: Vec<String> = rows
        .iter()
        .map(|row| key.suppression_hash(&row.recipient))
        .collect();
    let found: HashMap<String, String> =
        suppression::among(tx, &hashes).await?.into_iter().collect();
    let recipients = rows.iter().map(|row| row.recipient.clone());
    Ok(recipients
        .zip(hashes)
        .filter_map(|(recipient, hash)| Some((recipient, found.get(&hash)?.clone())))
        .collect())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
