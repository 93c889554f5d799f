//! Addresses that were somebody's and are nobody's any more, as keyed hashes: no person gets one again, and so nobody gets mail that
//! is meant for whoever had it. The operator may give one out again.

use super::Registry;
use crate::domain::instance_key::Keyed;
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;

/// Addresses that are given up in one transaction: mail comes in between two.
const RELEASED_AT_ONCE: i64 = 500;

impl Registry {
    /// Which of these local parts were somebody's.
    pub async fn released(&self, local_parts: &[String]) -> Result<Vec<String>> {
        let mut tx = self.db.read().await?;
        let mut released = Vec::new();
        for local_part in local_parts {
            if self.is_released(&mut tx, local_part).await? {
                released.push(local_part.clone());
            }
        }
        Ok(released)
    }

    /// `Kind::Conflict` where a local part was somebody's.
    pub(super) async fn demand_never_released(&self, tx: &mut Tx, local_part: &str) -> Result<()> {
        match self.is_released(tx, local_part).await? {
            false => Ok(()),
            true => Err(Error::new(
                Kind::Conflict,
                format!(
                    "\"{local_part}\" was somebody's address here, and mail for them may come still; choose another name, or ask the operator of this server"
                ),
            )),
        }
    }

    async fn is_released(&self, tx: &mut Tx, local_part: &str) -> Result<bool> {
        let hash = self.key.keyed(Keyed::Released, local_part);
        let found: Option<i64> = on!(tx, c => sqlx::query_scalar("select at from released where hash = $1")
            .bind(hash).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Writes down that an address is nobody's from now on.
    pub(super) async fn release(&self, tx: &mut Tx, local_part: &str, now_us: i64) -> Result<()> {
        let hash = self.key.keyed(Keyed::Released, local_part);
        on!(tx, c => sqlx::query(
            "insert into released (hash, at) values ($1, $2) on conflict (hash) do update set at = excluded.at")
            .bind(hash).bind(now_us).execute(c).await.map(drop))?;
        Ok(())
    }

    /// The same for all addresses of a workspace that is being removed.
    pub(super) async fn release_all(&self, workspace_id: i64, now_us: i64) -> Result<()> {
        let mut behind = String::new();
        loop {
            let lines = self
                .address_lines(workspace_id, &behind, RELEASED_AT_ONCE)
                .await?;
            let Some(last) = lines.last() else {
                return Ok(());
            };
            behind.clone_from(&last.local_part);
            let mut tx = self.db.write().await?;
            for line in &lines {
                self.release(&mut tx, &line.local_part, now_us).await?;
            }
            tx.commit().await?;
        }
    }
}
