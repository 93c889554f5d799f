//! A workspace that leaves: what its owners are told, and the steps that the page and the lane of time take.
//!
//! In the thirty days nothing comes in and nothing goes out but the letters of this file. Mail is refused with 550 5.2.1, for good
//! and not for now: whoever writes learns at once that nobody reads it, where 4xx would let it lie in queues for days and come
//! back late.

use super::lane::Timekeeper;
use crate::commands::reply::Block;
use crate::domain::Result;
use crate::domain::backups::day;
use crate::domain::retention::DAY_US;
use crate::post::{Letterhead, Occasion, admins};
use crate::store::leaving::{AGAIN_US, REMINDER_DAY, Standing, say_leaves, say_stays};
use crate::store::registry::{Lane, LeavingRow};
use crate::store::{Store, Tx};
use jiff::tz::TimeZone;

/// What the lane of time goes on with.
pub(super) enum Turn {
    /// The workspace stays: there are digests and reminders.
    Stays,
    /// It leaves; there is something to do at this time.
    Leaves(i64),
    /// It is gone.
    Gone,
}

/// Closes a workspace, and tells its owners and admins; it is gone in thirty days. What leaves already leaves as it did.
pub async fn begin(
    store: &Store,
    head: &Letterhead<'_>,
    random: fn() -> [u8; 16],
) -> Result<LeavingRow> {
    if let Some(row) = store.registry.leaving(head.workspace_id).await? {
        return Ok(row);
    }
    let workspace = store.workspaces.get(head.workspace_id).await?;
    let mut tx = workspace.write().await?;
    let since = say_leaves(&mut tx, head.now_us).await?;
    let row = LeavingRow {
        since,
        gone_at: crate::store::leaving::gone_at(since),
        reminded_at: None,
    };
    let said = |zone: &TimeZone| {
        [
            "This workspace is closed. Nothing comes in and nothing goes out any more.".to_owned(),
            format!(
                "On {} everything in it is deleted for good: contacts, mails, notes, files, and its addresses.",
                day(row.gone_at, zone)
            ),
            store.backups.hold(row.gone_at, zone),
        ]
    };
    tell(&mut tx, head, random, "Your workspace is closed", said).await?;
    let again_us = head.now_us + AGAIN_US;
    for (lane, due_us) in [(Lane::Delivery, head.now_us), (Lane::Time, again_us)] {
        store.registry.wake(head.workspace_id, lane, due_us).await?;
    }
    tx.commit().await?;
    store.close(head.workspace_id, since).await
}

/// Opens a workspace again that leaves; false where it did not. What waited goes on.
pub async fn reverse(store: &Store, workspace_id: i64, now_us: i64) -> Result<bool> {
    let Some(row) = store.registry.leaving(workspace_id).await? else {
        let workspace = store.workspaces.get(workspace_id).await?;
        let mut tx = workspace.write().await?;
        let left = say_stays(&mut tx).await?;
        tx.commit().await?;
        return Ok(left);
    };
    if row.gone_at == 0 {
        return Ok(false);
    }
    let workspace = store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    say_stays(&mut tx).await?;
    tx.commit().await?;
    store.reopen(workspace_id, now_us).await?;
    Ok(true)
}

/// Deletes a workspace now, with all that is of it. Nothing takes that back.
pub async fn finish_now(store: &Store, workspace_id: i64, now_us: i64) -> Result<()> {
    store.remove_workspace(workspace_id, now_us).await
}

/// What is due of leaving: begun where the command asked for it, taken back, reminded of, ended.
pub(super) async fn turn(keeper: &Timekeeper, workspace_id: i64) -> Result<Turn> {
    let (store, now_us) = (&keeper.store, keeper.clock.now_us());
    let row = match store.standing(workspace_id, now_us).await? {
        Standing::Stays => return Ok(Turn::Stays),
        Standing::Returns => {
            store.reopen(workspace_id, now_us).await?;
            return Ok(Turn::Stays);
        }
        Standing::Ends => {
            finish_now(store, workspace_id, now_us).await?;
            return Ok(Turn::Gone);
        }
        Standing::Begins(_) => {
            begin(store, &keeper.letterhead(workspace_id), keeper.random).await?
        }
        Standing::Leaves(row) => row,
    };
    let reminder_at = row.since + REMINDER_DAY * DAY_US;
    if row.reminded_at.is_some() {
        return Ok(Turn::Leaves(row.gone_at));
    }
    if now_us < reminder_at {
        return Ok(Turn::Leaves(reminder_at));
    }
    remind(keeper, workspace_id, row).await?;
    Ok(Turn::Leaves(row.gone_at))
}

async fn remind(keeper: &Timekeeper, workspace_id: i64, row: LeavingRow) -> Result<()> {
    let (store, head) = (&keeper.store, keeper.letterhead(workspace_id));
    let workspace = store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    let said = |zone: &TimeZone| {
        [
            "This workspace is closed since some weeks.".to_owned(),
            format!(
                "On {} everything in it is deleted for good; afterwards nobody can bring it back.",
                day(row.gone_at, zone)
            ),
            store.backups.hold(row.gone_at, zone),
        ]
    };
    let subject = "Your workspace is deleted in a week";
    tell(&mut tx, &head, keeper.random, subject, said).await?;
    store
        .registry
        .wake(workspace_id, Lane::Delivery, head.now_us)
        .await?;
    tx.commit().await?;
    let reminded = LeavingRow {
        reminded_at: Some(head.now_us),
        ..row
    };
    store
        .registry
        .set_leaving(workspace_id, Some(reminded))
        .await
}

/// A letter to each owner and admin.
async fn tell(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    random: fn() -> [u8; 16],
    subject: &str,
    said: impl Fn(&TimeZone) -> [String; 3],
) -> Result<()> {
    let blocks = |zone: &TimeZone| {
        let mut lines = said(zone).to_vec();
        lines.push(
            "Until then an owner takes that back on the page, or with: rapport do \"restore workspace\". An export before it is the only copy."
                .to_owned(),
        );
        vec![Block::Lines(lines)]
    };
    admins::tell(tx, head, random, (Occasion::Leaving, subject), blocks).await
}
