//! Which rows are sent now: those that are due, whose recipient is not suppressed, and for which the hour has room.

use super::going::Going;
use super::lane::{Caps, Delivery};
use super::schedule::is_stale;
use super::settle;
use crate::domain::Result;
use crate::store::Tx;
use crate::store::house::HOUSE;
use crate::store::workspace::Workspace;
use crate::store::workspace::outbox::{self, ClaimedRow, Whose};
use crate::store::workspace::sending::{self, RelayRow};
use crate::store::workspace::suppression;
use std::collections::HashMap;

const HOUR_US: i64 = 3_600_000_000;

/// Rows that were claimed.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub rows: Vec<ClaimedRow>,
    /// The workspace's own relay, by which those to contacts go.
    pub relay: Option<RelayRow>,
    /// When they are anybody's again.
    pub claim_until: i64,
    /// Whether others may be due.
    pub is_more: bool,
    /// When the hour of the workspace has room again, where it has none.
    pub capped_until: Option<i64>,
}

/// Claims rows in one transaction, as many as there is room for beside those on their way.
pub(super) async fn take(
    delivery: &Delivery,
    workspace: &Workspace,
    going: &Going,
) -> Result<Taken> {
    let now_us = delivery.clock.now_us();
    // What goes to accounts is bounded where it is asked for; one who asks for much keeps nobody out.
    let caps = match workspace.id {
        HOUSE => Caps {
            workspace_hour_max: i64::from(i32::MAX),
            domain_hour_max: i64::from(i32::MAX),
        },
        _ => delivery.settings.caps,
    };
    let mut tx = workspace.write().await?;
    let since = now_us - HOUR_US + 1;
    let (sent, first) = outbox::sent_since(&mut tx, None, since, caps.workspace_hour_max).await?;
    let mut room = caps.workspace_hour_max - sent - count(going.count());
    if room <= 0 {
        return Ok(Taken {
            capped_until: Some(first.unwrap_or(now_us) + HOUR_US),
            ..Taken::default()
        });
    }
    let claim = delivery.claim(now_us);
    let mut taken = Taken {
        relay: sending::relay(&mut tx).await?,
        claim_until: claim.until_us,
        ..Taken::default()
    };
    let mut claimed = Vec::new();
    for (whose, free) in shares(going, taken.relay.is_some()) {
        let wanted = count(free).min(room);
        if wanted > 0 {
            let rows = outbox::claim(&mut tx, claim, whose, wanted).await?;
            taken.is_more |= count(rows.len()) == wanted;
            room -= count(rows.len());
            claimed.extend(rows);
        }
    }
    let suppressed = suppressed(delivery, &mut tx, &claimed).await?;
    let mut rooms = Rooms {
        since,
        going,
        by_domain: HashMap::new(),
    };
    for row in claimed {
        if let Some(words) = given_up(&suppressed, &row, now_us) {
            let address = settle::Address::Unknown;
            settle::bury(delivery, &mut tx, workspace, &row, &words, address).await?;
            continue;
        }
        match rooms
            .take(&mut tx, caps, &row.recipient_domain, now_us)
            .await?
        {
            None => taken.rows.push(row),
            Some(again_at) => outbox::give_back(&mut tx, claim, row.id, again_at).await?,
        }
    }
    tx.commit().await?;
    Ok(taken)
}

/// Whose rows are claimed, and how many: where the workspace has a relay, what goes by that takes no room from the rest.
fn shares(going: &Going, has_relay: bool) -> Vec<(Whose, usize)> {
    match has_relay {
        false => vec![(Whose::All, going.free_ours())],
        true => vec![
            (Whose::Members, going.free_ours()),
            (Whose::Contacts, going.free_own()),
        ],
    }
}

/// Why a row that is due is not sent at all.
fn given_up(suppressed: &HashMap<String, String>, row: &ClaimedRow, now_us: i64) -> Option<String> {
    if let Some(reason) = suppressed.get(&row.recipient) {
        return Some(format!("the address is on the suppression list: {reason}"));
    }
    is_stale(row.created_at, row.due_at, now_us)
        .then(|| "nothing was sent for five days".to_owned())
}

/// What the hour has room for, by domain.
struct Rooms<'a> {
    since: i64,
    going: &'a Going,
    by_domain: HashMap<String, Room>,
}

struct Room {
    left: i64,
    again_at: i64,
}

impl Rooms<'_> {
    /// Takes a place in the hour; where there is none, gives when there is one again.
    async fn take(
        &mut self,
        tx: &mut Tx,
        caps: Caps,
        domain: &str,
        now_us: i64,
    ) -> Result<Option<i64>> {
        if !self.by_domain.contains_key(domain) {
            let going = count(self.going.count_to(domain));
            let (sent, first) =
                outbox::sent_since(tx, Some(domain), self.since, caps.domain_hour_max).await?;
            let room = Room {
                left: caps.domain_hour_max - sent - going,
                again_at: first.unwrap_or(now_us) + HOUR_US,
            };
            self.by_domain.insert(domain.to_owned(), room);
        }
        Ok(match self.by_domain.get_mut(domain) {
            Some(room) if room.left <= 0 => Some(room.again_at),
            Some(room) => {
                room.left -= 1;
                None
            }
            None => None,
        })
    }
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
