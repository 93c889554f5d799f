//! The house: a database of the instance itself, beside those of workspaces, whose outbox holds the letters to accounts.
//!
//! A letter that brings somebody in is worth an account, and an account may belong to several workspaces: so no workspace holds
//! one, where an export would show it. Nothing else stands here, no backup holds it, and a letter that is done goes after a day.

use super::Store;
use super::registry::Lane;
use super::workspace::{Workspace, retention};
use crate::domain::Result;
use crate::domain::erasing::Pattern;
use crate::domain::retention::DAY_US;
use crate::on;
use std::sync::Arc;

/// Its number among workspaces; in no registry.
pub const HOUSE: i64 = 0;
/// What brings somebody in is worth something for so long, microseconds; then it need not arrive any more.
pub const WAY_IN_US: i64 = 15 * 60 * 1_000_000;
/// What verifies an address is worth something for so long, microseconds.
pub const ADDRESS_US: i64 = DAY_US;
/// Letters that are unpacked at a time.
const BATCH_ROWS: i64 = 64;

/// What letters about an account itself are marked with.
pub const OF_ACCOUNT: &str = "account";

/// What letters that verify an address are marked with; those that bring somebody in with nothing.
pub const OF_ADDRESS: &str = "address";

/// What letters that a workspace asked for are marked with.
pub fn of_workspace(workspace_id: i64) -> String {
    format!("workspace {workspace_id}")
}

/// By what the house remembers that it holds the letters which tell that a workspace is gone.
pub fn gone_mark(workspace_id: i64) -> String {
    format!("gone {workspace_id}")
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
        let mut next_at: Option<i64> = None;
        for (object, worth_us) in [("", WAY_IN_US), (OF_ADDRESS, ADDRESS_US)] {
            on!(&mut tx, c => sqlx::query(
                "update outbox set state = 'cancelled' where state = 'waiting' and coalesce(object, '') = $1 and created_at <= $2")
                .bind(object).bind(now_us - worth_us).execute(c).await.map(drop))?;
            let waits: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
                "select min(created_at) from outbox where state = 'waiting' and coalesce(object, '') = $1")
                .bind(object).fetch_one(c).await)?;
            next_at = next_at
                .into_iter()
                .chain(waits.map(|at| at + worth_us))
                .min();
        }
        on!(&mut tx, c => sqlx::query(
            "delete from outbox where state in ('sent', 'dead', 'cancelled') and created_at <= $1")
            .bind(now_us - DAY_US).execute(c).await.map(drop))?;
        let done: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select min(created_at) from outbox where state <> 'waiting'").fetch_one(c).await)?;
        tx.commit().await?;
        Ok(next_at.into_iter().chain(done.map(|at| at + DAY_US)).min())
    }

    /// Removes the letters to somebody, or with one of their addresses in them, that are done, and those that were asked for by
    /// this; what others asked for still goes. What cleans comes behind it.
    pub async fn forget_letters(&self, addresses: &[&str], object: &str) -> Result<()> {
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(());
        }
        let pattern = Pattern::of(addresses)?;
        let mut tx = self.house().await?.write().await?;
        let mut behind = 0;
        loop {
            let rows: Vec<(i64, String, i64, Option<Vec<u8>>)> = on!(&mut tx, c => sqlx::query_as(
                "select id, recipient, size_bytes, message from outbox where id > $1 \
                 and (state in ('sent', 'dead', 'cancelled') \
                 or case when object is null or object = 'address' then 'account' else object end = $2) order by id limit $3")
                .bind(behind).bind(object).bind(BATCH_ROWS).fetch_all(c).await)?;
            let Some(last) = rows.last() else { break };
            behind = last.0;
            for (id, recipient, size_bytes, packed) in rows {
                let size_bytes = usize::try_from(size_bytes).unwrap_or_default();
                let letter = zstd::bulk::decompress(&packed.unwrap_or_default(), size_bytes);
                if pattern.is_in(&recipient) || pattern.is_in_mail(&letter.unwrap_or_default()) {
                    on!(&mut tx, c => sqlx::query("delete from outbox where id = $1")
                        .bind(id).execute(c).await.map(drop))?;
                }
            }
        }
        tx.commit().await
    }

    /// Forgets that it was told that a workspace is gone, which it is: nobody tells it again.
    pub(super) async fn forget_gone(&self, workspace_id: i64) -> Result<()> {
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(());
        }
        let mut tx = self.house().await?.write().await?;
        retention::forget_chore(&mut tx, &gone_mark(workspace_id)).await?;
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
