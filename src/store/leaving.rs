//! A workspace that is to be deleted: closed for thirty days, in which that can be taken back, then gone.
//!
//! The workspace says by a chore that it leaves: the command and the page write that. The registry says it too, so that nothing
//! comes in and nobody works for it; the lane of time brings the second in line with the first, whatever crashed.

use super::Store;
use super::house::HOUSE;
use super::registry::{Lane, LeavingRow, Tombstone};
use super::workspace::{Workspace, retention};
use crate::domain::retention::DAY_US;
use crate::domain::{Kind, Result};
use crate::store::forgetting::append;
use std::sync::Arc;

/// The chores that say of which leaving, by its beginning, it was told that the workspace is closed, and that it is gone in a week.
const TOLD: &str = "leaving told";
const REMINDED: &str = "leaving reminded";
/// The chore that says since when a workspace leaves; and by `object` the letters that go out all the same.
pub const CHORE: &str = "leaving";
/// In so many days it is gone.
const GRACE_DAYS: i64 = 30;
/// What stopped half way is gone on with after this long, microseconds.
pub const AGAIN_US: i64 = 60 * 1_000_000;
/// On this day its owners and admins are reminded.
pub const REMINDER_DAY: i64 = 23;

/// How a workspace stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stays.
    Stays,
    /// It leaves since this moment, and the registry does not know yet.
    Begins(i64),
    /// It leaves.
    Leaves(LeavingRow),
    /// It leaves no more, and the registry does not know yet.
    Returns,
    /// Its time is over.
    Ends(LeavingRow),
    /// It is being removed.
    Goes,
}

impl Standing {
    /// When all of a workspace that leaves is deleted, microseconds since 1970; `None` where it stays.
    pub fn gone_at(self, now_us: i64) -> Option<i64> {
        match self {
            Standing::Stays | Standing::Returns => None,
            Standing::Begins(since) => Some(gone_at(since)),
            Standing::Leaves(row) => Some(row.gone_at),
            Standing::Ends(_) | Standing::Goes => Some(now_us),
        }
    }
}

/// When all of a workspace is deleted that leaves since then.
pub fn gone_at(since_us: i64) -> i64 {
    since_us + GRACE_DAYS * DAY_US
}

impl Store {
    /// How a workspace stands, by its own word and by the registry's.
    pub async fn standing(&self, workspace_id: i64, now_us: i64) -> Result<Standing> {
        let known = self.registry.leaving(workspace_id).await?;
        // Its database may be gone already.
        if known.is_some_and(|row| row.gone_at == 0) {
            return Ok(Standing::Goes);
        }
        let workspace = self.workspaces.get(workspace_id).await?;
        let since = leaves_since(&mut workspace.read().await?).await?;
        Ok(match (since, known) {
            (None, None) => Standing::Stays,
            (Some(since), None) => Standing::Begins(since),
            (None, Some(_)) => Standing::Returns,
            // Taken back, and begun anew.
            (Some(since), Some(row)) if since != row.since => Standing::Returns,
            (Some(_), Some(row)) if row.gone_at <= now_us => Standing::Ends(row),
            (Some(_), Some(row)) => Standing::Leaves(row),
        })
    }

    /// Closes a workspace in the registry: nothing comes in from now on, and what waits rests. What leaves already leaves as it did.
    pub async fn close(&self, workspace_id: i64, since_us: i64) -> Result<LeavingRow> {
        let row = LeavingRow {
            since: since_us,
            gone_at: gone_at(since_us),
            reminded_at: None,
        };
        self.registry.set_leaving(workspace_id, row).await?;
        let reminder_at = since_us + REMINDER_DAY * DAY_US;
        self.registry
            .wake(workspace_id, Lane::Time, reminder_at)
            .await?;
        Ok(row)
    }

    /// Opens it again, and wakes all that rested; false where it did not leave, or is being removed.
    pub async fn reopen(&self, workspace_id: i64, now_us: i64) -> Result<bool> {
        if !self.registry.keep_workspace(workspace_id).await? {
            return Ok(false);
        }
        for lane in [Lane::Ingest, Lane::Delivery, Lane::Time] {
            self.registry.wake(workspace_id, lane, now_us).await?;
        }
        self.registry.spool().wake();
        Ok(true)
    }

    /// Says that a workspace goes now, and by whom, where a member wants that: nothing takes it back, and what fails from here on is
    /// tried again by the lane of time.
    pub async fn end(&self, workspace_id: i64, by: Option<i64>, now_us: i64) -> Result<()> {
        let again_us = now_us + AGAIN_US;
        self.registry
            .wake(workspace_id, Lane::Time, again_us)
            .await?;
        self.registry.wake(HOUSE, Lane::Time, again_us).await?;
        self.registry.end_workspace(workspace_id, now_us, by).await
    }

    /// Says that a workspace goes whose time is over; false where somebody took that back meanwhile.
    pub async fn expire(&self, workspace_id: i64, row: LeavingRow) -> Result<bool> {
        let workspace = self.workspaces.get(workspace_id).await?;
        let mut tx = workspace.write().await?;
        match leaves_still(&mut tx).await? {
            Some(_) => self.registry.expire_workspace(workspace_id, row).await,
            None => Ok(false),
        }
    }

    /// Removes a workspace with all that is of it: its database, its addresses, its mail that waits, accounts that were in no other.
    /// What stays is the number of it, so that a restored backup does not bring it back, and that its addresses were somebody's.
    pub async fn remove_workspace(&self, workspace_id: i64, now_us: i64) -> Result<()> {
        self.end(workspace_id, None, now_us).await?;
        let tombstone = Tombstone::of_workspace(workspace_id, now_us);
        append(&self.folder, &tombstone)?;
        self.workspaces.remove(workspace_id).await?;
        self.forget_letters_of(workspace_id).await?;
        self.registry.remove_workspace(&tombstone).await?;
        if let Err(error) = self.forget_gone(workspace_id).await {
            tracing::warn!(workspace_id, error = %error, "the house remembers a workspace that is gone");
        }
        self.clean_removed().await;
        Ok(())
    }

    /// Whether a workspace is not registered any more: what came for it since, and what wakes it, goes.
    pub async fn is_gone(&self, workspace_id: i64) -> Result<bool> {
        if workspace_id == HOUSE || self.registry.workspace(workspace_id).await?.is_some() {
            return Ok(false);
        }
        let dropped = self.registry.spool().drop_strays(workspace_id).await?;
        if dropped > 0 {
            tracing::warn!(
                workspace_id,
                dropped,
                "mail for a workspace that was deleted is not filed"
            );
        }
        Ok(true)
    }

    /// An open workspace; `None` where it is gone: whoever worked for it as it was removed woke whoever asks.
    pub async fn unless_gone(&self, workspace_id: i64) -> Result<Option<Arc<Workspace>>> {
        match self.workspaces.get(workspace_id).await {
            Err(error) if error.kind == Kind::NotFound && self.is_gone(workspace_id).await? => {
                Ok(None)
            }
            opened => opened.map(Some),
        }
    }
}

/// Says in the workspace that it leaves, where it does not yet.
pub async fn say_leaves(tx: &mut super::Tx, now_us: i64) -> Result<i64> {
    retention::begins(tx, CHORE, now_us).await?;
    Ok(leaves_since(tx).await?.unwrap_or(now_us))
}

/// Whether nobody was told yet that a workspace is closed that leaves since then; from now on they were.
pub async fn tells_closed(tx: &mut super::Tx, since_us: i64) -> Result<bool> {
    retention::changes(tx, TOLD, since_us).await
}

/// The same of the reminder.
pub async fn tells_reminder(tx: &mut super::Tx, since_us: i64) -> Result<bool> {
    retention::changes(tx, REMINDED, since_us).await
}

/// Says in the workspace that it stays; false where it did not leave.
pub async fn say_stays(tx: &mut super::Tx) -> Result<bool> {
    let left = leaves_since(tx).await?.is_some();
    retention::forget_chore(tx, CHORE).await?;
    Ok(left)
}

/// The same; nobody takes it back before this transaction ends.
pub async fn leaves_still(tx: &mut super::Tx) -> Result<Option<i64>> {
    retention::held_at(tx, CHORE).await
}

/// Since when a workspace leaves by its own word.
pub async fn leaves_since(tx: &mut super::Tx) -> Result<Option<i64>> {
    retention::done_at(tx, CHORE).await
}
