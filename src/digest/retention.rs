//! What was kept long enough goes, in bounded pieces; what could not be finished goes on in the next turn. Of a workspace once a
//! day, of accounts each hour: a session is over in days.

use crate::domain::Result;
use crate::domain::retention::{DAY_US, Kept, OF_ACCOUNTS, Row, table};
use crate::domain::workspace_settings::WorkspaceSettings;
use crate::store::Store;
use crate::store::workspace::{Workspace, retention, settings};

/// The name of the chore.
const CHORE: &str = "retention";
/// Rows of one commit: other writers come between two.
const BATCH_ROWS: i64 = 500;
/// Commits of one turn: the lane is held meanwhile.
const BATCHES_MAX: usize = 40;
/// How often what is kept of accounts is looked at.
const HOUR_US: i64 = 3_600 * 1_000_000;
/// When it goes on, where there is more.
const SOON_US: i64 = 1_000_000;

/// Removes what is due; gives when to come again.
pub async fn retain(store: &Store, workspace: &Workspace, now_us: i64) -> Result<i64> {
    let mut tx = workspace.read().await?;
    let done_at = retention::done_at(&mut tx, CHORE).await?;
    let chosen = WorkspaceSettings::of(&settings::all(&mut tx).await?);
    drop(tx);
    // A clock that was set back is no reason to wait for longer than a day.
    let is_due = done_at.is_none_or(|at| at + DAY_US <= now_us || at > now_us);
    if let Some(at) = done_at.filter(|_| !is_due) {
        return Ok(at + DAY_US);
    }
    let mut batches = 0;
    for row in table(&chosen.kept_days) {
        loop {
            if batches == BATCHES_MAX {
                return Ok(now_us + SOON_US);
            }
            batches += 1;
            let gone = forget(store, workspace, &row, now_us).await?;
            if gone < BATCH_ROWS.unsigned_abs() {
                break;
            }
        }
    }
    let mut tx = workspace.write().await?;
    retention::set_done_at(&mut tx, CHORE, now_us).await?;
    tx.commit().await?;
    Ok(now_us + DAY_US)
}

/// Removes what is due of accounts; gives when to come again.
pub(super) async fn retain_accounts(store: &Store, now_us: i64) -> Result<i64> {
    let mut batches = 0;
    for row in OF_ACCOUNTS {
        loop {
            if batches == BATCHES_MAX {
                return Ok(now_us + SOON_US);
            }
            batches += 1;
            let gone = store.registry.forget_old(row, now_us, BATCH_ROWS).await?;
            if gone < BATCH_ROWS.unsigned_abs() {
                break;
            }
        }
    }
    Ok(now_us + HOUR_US)
}

/// One piece of one kind; gives how many rows it was.
async fn forget(store: &Store, workspace: &Workspace, row: &Row, now_us: i64) -> Result<u64> {
    let before_us = now_us - row.current_days * DAY_US;
    if row.kept == Kept::ParkedMail {
        let spool = store.registry.spool();
        return spool
            .forget_parked(workspace.id, before_us, BATCH_ROWS)
            .await;
    }
    let mut tx = workspace.write().await?;
    let gone = retention::forget(&mut tx, row, before_us, BATCH_ROWS).await?;
    tx.commit().await?;
    Ok(gone)
}
