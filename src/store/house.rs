//! The house: a database of the instance itself, beside those of workspaces, whose outbox holds the letters to accounts.
//!
//! A letter that brings somebody in is worth an account, and an account may belong to several workspaces: so no workspace holds
//! one, where an export would show it. Nothing else stands here, no backup holds it, and a letter goes after a day.

use super::Store;
use super::registry::Lane;
use super::workspace::Workspace;
use crate::domain::Result;
use crate::domain::retention::DAY_US;
use crate::on;
use std::sync::Arc;

/// Its number among workspaces; in no registry.
pub const HOUSE: i64 = 0;
/// What brings somebody in is worth something for so long, microseconds; then it need not arrive any more.
pub const WAY_IN_US: i64 = 15 * 60 * 1_000_000;
/// What letters about an account itself are marked with.
pub const OF_ACCOUNT: &str = "account";

/// What letters that a workspace asked for are marked with.
pub fn of_workspace(workspace_id: i64) -> String {
    format!("workspace {workspace_id}")
}

impl Store {
    /// The house, made where it is not there.
    pub async fn house(&self) -> Result<Arc<Workspace>> {
        self.workspaces.get(HOUSE).await
    }

    /// Stops letters that are worth nothing any more, and removes those that are done; gives when there is more to do.
    pub async fn tidy_house(&self, now_us: i64) -> Result<Option<i64>> {
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(None);
        }
        let mut tx = self.house().await?.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update outbox set state = 'cancelled' where state = 'waiting' and object is null and created_at <= $1")
            .bind(now_us - WAY_IN_US).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "delete from outbox where state in ('sent', 'dead', 'cancelled') and created_at <= $1")
            .bind(now_us - DAY_US).execute(c).await.map(drop))?;
        let (waits, done): (Option<i64>, Option<i64>) = on!(&mut tx, c => sqlx::query_as(
            "select (select min(created_at) from outbox where state = 'waiting' and object is null), \
             (select min(created_at) from outbox where state <> 'waiting')")
            .fetch_one(c).await)?;
        tx.commit().await?;
        let waits = waits.map(|at| at + WAY_IN_US);
        Ok(waits.into_iter().chain(done.map(|at| at + DAY_US)).min())
    }

    /// Removes the letters to somebody that are done, and those that were asked for by this; what others asked for still goes.
    pub async fn forget_letters(&self, recipients: &[&str], object: &str) -> Result<()> {
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(());
        }
        let mut tx = self.house().await?.write().await?;
        for recipient in recipients {
            on!(&mut tx, c => sqlx::query(
                "delete from outbox where recipient = $1 \
                 and (state in ('sent', 'dead', 'cancelled') or coalesce(object, 'account') = $2)")
                .bind(recipient).bind(object).execute(c).await.map(drop))?;
        }
        tx.commit().await
    }

    /// Removes all that a workspace asked for.
    pub(super) async fn forget_letters_of(&self, workspace_id: i64) -> Result<()> {
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(());
        }
        let mut tx = self.house().await?.write().await?;
        on!(&mut tx, c => sqlx::query("delete from outbox where object = $1")
            .bind(of_workspace(workspace_id)).execute(c).await.map(drop))?;
        tx.commit().await
    }
}
