//! Workspaces that leave: closed, and at last removed with all that the registry holds of them.

use super::Registry;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

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

    /// The same for each recipient of each mail: remembered for a while.
    pub async fn is_leaving(&self, workspace_id: i64) -> Result<bool> {
        if let Some(is_leaving) = self.leaving.get(&workspace_id).await {
            return Ok(is_leaving);
        }
        let is_leaving = self.leaving(workspace_id).await?.is_some();
        self.leaving.insert(workspace_id, is_leaving).await;
        Ok(is_leaving)
    }

    /// Writes that a workspace leaves, or that it stays.
    pub async fn set_leaving(&self, workspace_id: i64, row: Option<LeavingRow>) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update workspace set leaving_since = $2, gone_at = $3, reminded_at = $4 where id = $1")
            .bind(workspace_id).bind(row.map(|row| row.since)).bind(row.map(|row| row.gone_at))
            .bind(row.and_then(|row| row.reminded_at))
            .execute(c).await.map(drop))?;
        tx.commit().await?;
        self.leaving.invalidate(&workspace_id).await;
        Ok(())
    }

    /// Removes all that the registry holds of a workspace, and accounts that were in no other: what they did in others, where they
    /// were before, stays in the logs of those.
    pub async fn remove_workspace(&self, workspace_id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        let accounts: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select account_id from membership where workspace_id = $1 order by account_id limit 1000000")
            .bind(workspace_id).fetch_all(c).await)?;
        for sql in [
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
            "delete from wake_up where workspace_id = $1",
            "delete from workspace where id = $1",
        ] {
            on!(&mut tx, c => sqlx::query(sql).bind(workspace_id).execute(c).await.map(drop))?;
        }
        for account_id in accounts {
            super::account_leaving::remove_lone(&mut tx, account_id).await?;
        }
        tx.commit().await?;
        self.routes.invalidate_all();
        self.sign_ins.invalidate_all();
        self.leaving.invalidate(&workspace_id).await;
        Ok(())
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
