//! Workspaces that leave: closed, and at last removed with all that the registry holds of them.

use super::{Registry, Tombstone};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use crate::store::house::HOUSE;

/// What the instance notes where something removed lies in free pages of the registry.
const UNCLEAN: &str = "unclean";

/// That a workspace leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LeavingRow {
    /// Since when; microseconds since 1970.
    pub since: i64,
    /// When it is gone; 0 where it is being removed.
    pub gone_at: i64,
    /// When its owners were reminded.
    pub reminded_at: Option<i64>,
}

impl Registry {
    /// Whether a workspace leaves, and when.
    pub async fn leaving(&self, workspace_id: i64) -> Result<Option<LeavingRow>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(
            "select leaving_since as since, gone_at, reminded_at from workspace \
             where id = $1 and leaving_since is not null and gone_at is not null")
            .bind(workspace_id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The same for each recipient of each mail: remembered for a while. What is not registered is gone; only the house is in no
    /// registry, and stays.
    pub async fn is_leaving(&self, workspace_id: i64) -> Result<bool> {
        if workspace_id == HOUSE {
            return Ok(false);
        }
        if let Some(is_leaving) = self.leaving.get(&workspace_id).await {
            return Ok(is_leaving);
        }
        let mut tx = self.db.read().await?;
        let since: Option<Option<i64>> = on!(&mut tx, c => sqlx::query_scalar(
            "select leaving_since from workspace where id = $1")
            .bind(workspace_id).fetch_optional(c).await)?;
        drop(tx);
        // Not remembered where there is none: one that is registered works at once.
        let Some(since) = since else { return Ok(true) };
        self.leaving.insert(workspace_id, since.is_some()).await;
        Ok(since.is_some())
    }

    /// Writes that a workspace leaves; what leaves already leaves as it did.
    pub async fn set_leaving(&self, workspace_id: i64, row: LeavingRow) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update workspace set leaving_since = $2, gone_at = $3, reminded_at = $4 where id = $1 and leaving_since is null")
            .bind(workspace_id).bind(row.since).bind(row.gone_at).bind(row.reminded_at)
            .execute(c).await.map(drop))?;
        tx.commit().await?;
        self.leaving.invalidate(&workspace_id).await;
        Ok(())
    }

    /// Writes that a workspace stays; false where it did not leave, or is being removed.
    pub async fn keep_workspace(&self, workspace_id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let kept = on!(&mut tx, c => sqlx::query(
            "update workspace set leaving_since = null, gone_at = null, reminded_at = null where id = $1 and gone_at <> 0")
            .bind(workspace_id).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        self.leaving.invalidate(&workspace_id).await;
        Ok(kept == 1)
    }

    /// Writes when the owners of a workspace were reminded, where it leaves still as it did.
    pub async fn workspace_reminded(
        &self,
        workspace_id: i64,
        row: LeavingRow,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update workspace set reminded_at = $2 where id = $1 and leaving_since = $3 and gone_at = $4")
            .bind(workspace_id).bind(now_us).bind(row.since).bind(row.gone_at).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Writes that a workspace is being removed, which nothing takes back, and by whom, where somebody asked for it.
    pub async fn end_workspace(
        &self,
        workspace_id: i64,
        now_us: i64,
        by: Option<i64>,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update workspace set leaving_since = coalesce(leaving_since, $2), gone_at = 0, gone_by = coalesce(gone_by, $3) \
             where id = $1")
            .bind(workspace_id).bind(now_us).bind(by).execute(c).await.map(drop))?;
        tx.commit().await?;
        self.leaving.invalidate(&workspace_id).await;
        Ok(())
    }

    /// The same where its time is over; false where it stays meanwhile.
    pub async fn expire_workspace(&self, workspace_id: i64, row: LeavingRow) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let ended = on!(&mut tx, c => sqlx::query(
            "update workspace set gone_at = 0 where id = $1 and leaving_since = $2 and gone_at = $3")
            .bind(workspace_id).bind(row.since).bind(row.gone_at)
            .execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(ended == 1)
    }

    /// Who asked that a workspace that is being removed be removed now.
    pub async fn ended_by(&self, workspace_id: i64) -> Result<Option<i64>> {
        let mut tx = self.db.read().await?;
        let by: Option<Option<i64>> = on!(&mut tx, c => sqlx::query_scalar(
            "select gone_by from workspace where id = $1 and gone_at = 0")
            .bind(workspace_id).fetch_optional(c).await)?;
        Ok(by.flatten())
    }

    /// Removes all that the registry holds of a workspace, and accounts that were in no other: what they did in others, where they were
    /// before, stays in the logs of those. Keeps that it was deleted, and that its addresses were somebody's.
    pub async fn remove_workspace(&self, tombstone: &Tombstone) -> Result<()> {
        let workspace_id = tombstone.workspace_id;
        self.release_all(workspace_id, tombstone.at).await?;
        let mut tx = self.db.write().await?;
        let accounts: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select account_id from membership where workspace_id = $1 order by account_id limit 1000000")
            .bind(workspace_id).fetch_all(c).await)?;
        for sql in [
            // First: what is accepted meanwhile waits for this, and is found by whoever it wakes.
            "delete from wake_up where workspace_id = $1",
            "delete from spool where id in (select spool_id from arrival where workspace_id = $1) and not exists \
             (select 1 from arrival where spool_id = spool.id and workspace_id <> $1)",
            "delete from arrival where workspace_id = $1",
            "delete from chat_update where bot_id in (select id from bot where workspace_id = $1)",
            "delete from bot where workspace_id = $1",
            "delete from chat_link_token where workspace_id = $1",
            "delete from chat_link where workspace_id = $1",
            "delete from address where workspace_id = $1",
            "delete from membership where workspace_id = $1",
            "delete from invitation where workspace_id = $1",
            "delete from page_event where workspace_id = $1",
            "update session set workspace_id = null where workspace_id = $1",
            "delete from erasure_tombstone where workspace_id = $1",
            "delete from workspace where id = $1",
        ] {
            on!(&mut tx, c => sqlx::query(sql).bind(workspace_id).execute(c).await.map(drop))?;
        }
        for account_id in accounts {
            super::account_leaving::remove_lone(&mut tx, account_id).await?;
        }
        super::forgetting::insert_tombstone(&mut tx, tombstone).await?;
        self.note_unclean(&mut tx).await?;
        tx.commit().await?;
        self.routes.invalidate_all();
        self.sign_ins.invalidate_all();
        self.leaving.invalidate(&workspace_id).await;
        Ok(())
    }
}

impl Registry {
    /// Says that something was removed which lies in free pages still.
    pub(super) async fn note_unclean(&self, tx: &mut Tx) -> Result<()> {
        let noted = rand::random::<u64>().to_string();
        on!(tx, c => sqlx::query(
            "insert into instance (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
            .bind(UNCLEAN).bind(noted).execute(c).await.map(drop))?;
        Ok(())
    }

    /// What was noted last, where something that was removed lies in free pages still.
    pub async fn unclean(&self) -> Result<Option<String>> {
        let mut tx = self.db.read().await?;
        let noted = on!(&mut tx, c => sqlx::query_scalar("select value from instance where name = $1")
            .bind(UNCLEAN).fetch_optional(c).await)?;
        Ok(noted)
    }

    /// It is clean, but for what was removed since and noted anew.
    pub async fn forget_unclean(&self, noted: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("delete from instance where name = $1 and value = $2")
            .bind(UNCLEAN).bind(noted).execute(c).await.map(drop))?;
        tx.commit().await
    }
}

/// Removes all of an account but what the log says of it.
pub(super) async fn remove_rows_of_account(tx: &mut Tx, account_id: i64) -> Result<()> {
    for sql in [
        "delete from app_password where account_id = $1",
        "delete from session where account_id = $1",
        "delete from sign_in where account_id = $1",
        "delete from second_factor where account_id = $1",
        "delete from recovery_code where account_id = $1",
        "delete from account_address where account_id = $1",
        "delete from address_request where account_id = $1",
        "delete from chat_link where account_id = $1",
        "delete from chat_link_token where account_id = $1",
        "delete from invitation where invited_by = $1",
        "delete from account where id = $1",
    ] {
        on!(&mut *tx, c => sqlx::query(sql).bind(account_id).execute(c).await.map(drop))?;
    }
    Ok(())
}
