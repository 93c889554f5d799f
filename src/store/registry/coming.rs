//! Which workspaces are on their way: written down before their database is made, and crossed out when they are registered.

use super::addresses::AddressKind;
use super::transfer::AddressLine;
use super::{Registry, transfer};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;

/// Remains that are removed at a time.
const REMAINS_MAX: i64 = 100;

impl Registry {
    /// Says that a workspace is coming.
    pub async fn announce(&self, workspace_id: i64, now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("insert into coming (workspace_id, begun_at) values ($1, $2)")
            .bind(workspace_id).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Whether a workspace may have a database: it is registered or on its way, and is not being removed.
    pub async fn may_be_opened(&self, workspace_id: i64) -> Result<bool> {
        let mut tx = self.db.read().await?;
        let found: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select id from workspace where id = $1 and (gone_at is null or gone_at <> 0) union all \
             select workspace_id from coming where workspace_id = $1 and begun_at > 0 limit 1")
            .bind(workspace_id).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Writes down addresses of a workspace that is coming; they lead nowhere yet. `Kind::Conflict` where one is written down.
    pub async fn announce_addresses(
        &self,
        workspace_id: i64,
        addresses: &[AddressLine],
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        for address in addresses {
            on!(&mut tx, c => sqlx::query(
                "insert into coming_address (workspace_id, local_part, kind, account_id, contact_id, created_at) \
                 values ($1, $2, $3, $4, $5, $6)")
                .bind(workspace_id).bind(&address.local_part).bind(AddressKind::from_word(&address.kind).word())
                .bind(address.account_id).bind(address.contact_id).bind(address.created_at)
                .execute(c).await.map(drop))?;
        }
        tx.commit().await
    }

    /// Makes them addresses of a workspace that is being registered.
    pub(super) async fn take_addresses(&self, tx: &mut Tx, workspace_id: i64) -> Result<()> {
        let moved = on!(&mut *tx, c => sqlx::query(
            "insert into address (local_part, kind, workspace_id, account_id, contact_id, created_at) \
             select local_part, kind, workspace_id, account_id, contact_id, created_at from coming_address \
             where workspace_id = $1 order by local_part")
            .bind(workspace_id).execute(c).await.map(drop));
        moved.map_err(|e| transfer::taken_meanwhile(e.into(), "one of its addresses"))?;
        remove_addresses(tx, workspace_id).await
    }

    /// Crosses out a workspace that is being registered. `Kind::Conflict` where it took so long that it is being removed.
    pub(super) async fn arrive(&self, tx: &mut Tx, workspace_id: i64) -> Result<()> {
        let crossed = on!(tx, c => sqlx::query("delete from coming where workspace_id = $1 and begun_at > 0")
            .bind(workspace_id).execute(c).await.map(|done| done.rows_affected()))?;
        match crossed {
            1 => Ok(()),
            _ => Err(Error::new(
                Kind::Conflict,
                "the import took more than a day; import again",
            )),
        }
    }

    /// The workspaces that were begun before this time and are not registered; from now on they cannot be. The oldest first, some
    /// hundred.
    pub async fn claim_remains(&self, before_us: i64) -> Result<Vec<i64>> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update coming set begun_at = 0 where begun_at < $1")
            .bind(before_us).execute(c).await.map(drop))?;
        let ids = on!(&mut tx, c => sqlx::query_scalar(
            "select workspace_id from coming where begun_at = 0 \
             and workspace_id not in (select id from workspace) order by workspace_id limit $1")
            .bind(REMAINS_MAX).fetch_all(c).await)?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Says that a workspace does not come, and cannot any more; false where it is registered.
    pub async fn give_up(&self, workspace_id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        // It waits for whoever is registering it, who crosses it out.
        on!(&mut tx, c => sqlx::query("update coming set begun_at = 0 where workspace_id = $1")
            .bind(workspace_id).execute(c).await.map(drop))?;
        let registered: Option<i64> = on!(&mut tx, c => sqlx::query_scalar("select id from workspace where id = $1")
            .bind(workspace_id).fetch_optional(c).await)?;
        tx.commit().await?;
        Ok(registered.is_none())
    }

    /// Crosses out a workspace whose database is gone.
    pub async fn forget_coming(&self, workspace_id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        remove_addresses(&mut tx, workspace_id).await?;
        on!(&mut tx, c => sqlx::query("delete from coming where workspace_id = $1")
            .bind(workspace_id).execute(c).await.map(drop))?;
        tx.commit().await
    }
}

async fn remove_addresses(tx: &mut Tx, workspace_id: i64) -> Result<()> {
    on!(tx, c => sqlx::query("delete from coming_address where workspace_id = $1")
        .bind(workspace_id).execute(c).await.map(drop))?;
    Ok(())
}
