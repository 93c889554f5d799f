//! A workspace that leaves: what its owners are told, and the steps that the page and the lane of time take.
//!
//! In the thirty days nothing comes in and nothing goes out but the letters of this file. Mail is refused with 550 5.2.1, for good
//! and not for now: whoever writes learns at once that nobody reads it, where 4xx would let it lie in queues for days and come
//! back late.

use super::lane::Timekeeper;
use crate::commands::reply::Block;
use crate::domain::backups::day;
use crate::domain::retention::DAY_US;
use crate::domain::{Result, chance};
use crate::post::account::{self, Reason, WayIn};
use crate::post::{Letterhead, Occasion, admins};
use crate::store::house::gone_mark;
use crate::store::leaving::{
    AGAIN_US, REMINDER_DAY, Standing, gone_at, leaves_still, say_leaves, say_stays, tells_closed,
    tells_reminder,
};
use crate::store::registry::{Lane, LeavingRow, Role};
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
    let gone_at = gone_at(since);
    let said = |zone: &TimeZone| {
        [
            "This workspace is closed. Nothing comes in and nothing goes out any more.".to_owned(),
            format!(
                "On {} everything in it is deleted for good: contacts, mails, notes, files, and its addresses.",
                day(gone_at, zone)
            ),
            store.backups.hold(gone_at, zone),
        ]
    };
    // Where two ask for it at once, or the process dies behind the commit, it is told once.
    if tells_closed(&mut tx, since).await? {
        tell(&mut tx, head, random, "Your workspace is closed", said).await?;
    }
    let again_us = head.now_us + AGAIN_US;
    for (lane, due_us) in [(Lane::Delivery, head.now_us), (Lane::Time, again_us)] {
        store.registry.wake(head.workspace_id, lane, due_us).await?;
    }
    let row = store.close(head.workspace_id, since).await?;
    tx.commit().await?;
    Ok(row)
}

/// Opens a workspace again that leaves; false where it did not, or is being removed. What waited goes on.
pub async fn reverse(store: &Store, workspace_id: i64, now_us: i64) -> Result<bool> {
    let is_going = |known: Option<LeavingRow>| known.is_some_and(|row| row.gone_at == 0);
    if is_going(store.registry.leaving(workspace_id).await?) {
        return Ok(false);
    }
    let workspace = store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    let left = say_stays(&mut tx).await?;
    if is_going(store.registry.leaving(workspace_id).await?) {
        return Ok(false);
    }
    // What comes between the two is brought in line by the lane of time.
    tx.commit().await?;
    Ok(store.reopen(workspace_id, now_us).await? || left)
}

/// Deletes a workspace now, with all that is of it; `by` is whoever wants that, and each owner and admin is told so. Nothing takes that
/// back. An error where nothing was done; false where not all of it could be done at once: the lane of time goes on with it.
pub async fn finish_now(
    store: &Store,
    head: &Letterhead<'_>,
    random: fn() -> [u8; 16],
    by: Option<i64>,
) -> Result<bool> {
    store.end(head.workspace_id, by, head.now_us).await?;
    match finish(store, head, random).await {
        Ok(()) => Ok(true),
        Err(error) => {
            tracing::error!(workspace_id = head.workspace_id, error = %error, cause = ?error.cause, "a workspace is being deleted");
            Ok(false)
        }
    }
}

/// Does what is left of deleting a workspace that goes.
async fn finish(store: &Store, head: &Letterhead<'_>, random: fn() -> [u8; 16]) -> Result<()> {
    let workspace_id = head.workspace_id;
    if let Some(by) = store.registry.ended_by(workspace_id).await? {
        tell_gone(store, head, random, by).await?;
    }
    store.remove_workspace(workspace_id, head.now_us).await
}

/// Their letters go out from the house, once: the workspace has none any more.
async fn tell_gone(
    store: &Store,
    head: &Letterhead<'_>,
    random: fn() -> [u8; 16],
    by: i64,
) -> Result<()> {
    let registry = &store.registry;
    let members = registry.members(head.workspace_id).await?;
    let Some(workspace) = registry.workspace(head.workspace_id).await? else {
        return Ok(());
    };
    let by = registry.account(by).await?;
    let by = by.map_or_else(|| "An owner".to_owned(), |account| account.email);
    let backups = store.backups.hold(head.now_us, &TimeZone::UTC);
    let told = members.iter().filter(|member| member.role >= Role::Admin);
    let ways: Vec<WayIn<'_>> = told
        .map(|member| WayIn {
            email: &member.account.email,
            link: None,
            code: None,
            reason: Reason::WorkspaceGone {
                by: &by,
                workspace: &workspace.name,
                backups: &backups,
            },
            nonce: chance::nonce(random),
        })
        .collect();
    let mark = gone_mark(head.workspace_id);
    account::send_all(store, head.mail_domain, head.now_us, &ways, Some(&mark)).await
}

/// What is due of leaving: begun where the command asked for it, taken back, reminded of, ended.
pub(super) async fn turn(keeper: &Timekeeper, workspace_id: i64) -> Result<Turn> {
    let (store, now_us) = (&keeper.store, keeper.clock.now_us());
    // Whoever worked for it as it was removed woke it.
    if store.is_gone(workspace_id).await? {
        return Ok(Turn::Gone);
    }
    let row = match store.standing(workspace_id, now_us).await? {
        Standing::Stays => return Ok(Turn::Stays),
        Standing::Returns => {
            return Ok(match store.reopen(workspace_id, now_us).await? {
                true => Turn::Stays,
                false => Turn::Leaves(now_us + AGAIN_US),
            });
        }
        Standing::Ends(row) if !store.expire(workspace_id, row).await? => {
            return Ok(Turn::Leaves(now_us + AGAIN_US));
        }
        Standing::Ends(_) | Standing::Goes => {
            return Ok(
                match finish(store, &keeper.letterhead(workspace_id), keeper.random).await {
                    Ok(()) => Turn::Gone,
                    // Whoever reads it may read for long.
                    Err(error) => {
                        tracing::error!(workspace_id, error = %error, cause = ?error.cause, "a workspace is being deleted still");
                        Turn::Leaves(now_us + AGAIN_US)
                    }
                },
            );
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
    // It may have been taken back since.
    if leaves_still(&mut tx).await? != Some(row.since) {
        return Ok(());
    }
    if tells_reminder(&mut tx, row.since).await? {
        tell(&mut tx, &head, keeper.random, subject, said).await?;
    }
    store
        .registry
        .wake(workspace_id, Lane::Delivery, head.now_us)
        .await?;
    store
        .registry
        .workspace_reminded(workspace_id, row, head.now_us)
        .await?;
    tx.commit().await
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
