//! Removing for good: what was deleted is in no free page and no dead row, and a schema is gone.

use super::house::HOUSE;
use super::registry::Lane;
use super::{Db, Store};
use crate::domain::Result;
use sqlx::{PgPool, SqlitePool};
use std::time::Duration;

/// How often, and how far apart, it is looked whether others have ended before a vacuum: two seconds in all.
const LOOKS: usize = 20;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Store {
    /// Leaves nothing of what was removed in the registry and the house, where that is still to be done. False where it lies there
    /// still, since it failed or somebody reads since before: the lane of the house tries again.
    pub async fn clean_removed(&self) -> bool {
        let cleaned = self.try_clean_removed().await;
        match &cleaned {
            Ok(true) => {}
            Ok(false) => tracing::warn!("somebody reads what was removed from the registry"),
            Err(error) => {
                tracing::warn!(error = %error, "what was removed lies in the free pages of the registry still");
            }
        }
        cleaned.unwrap_or(false)
    }

    async fn try_clean_removed(&self) -> Result<bool> {
        let Some(noted) = self.registry.unclean().await? else {
            return Ok(true);
        };
        if !self.clean_shared().await? {
            return Ok(false);
        }
        self.registry.forget_unclean(&noted).await?;
        Ok(true)
    }

    /// Cleans what all workspaces share, as [`Db::cleaned`] does.
    pub(super) async fn clean_shared(&self) -> Result<bool> {
        if !self.registry.db().cleaned().await? {
            return Ok(false);
        }
        if !self.registry.has_lane(HOUSE, Lane::Delivery).await? {
            return Ok(true);
        }
        self.house().await?.db().cleaned().await
    }
}

impl Db {
    /// Leaves nothing of deleted rows where they stood: SQLite's file is written anew and its log emptied, PostgreSQL's dead rows
    /// are vacuumed. Outside of any transaction. False where somebody who reads since before keeps them there.
    pub async fn cleaned(&self) -> Result<bool> {
        match self {
            Db::Sqlite(pool, _) => {
                self.demand_file()?;
                // Before the vacuum, too: it writes all anew into the log, which is as long as all of that while somebody reads.
                if !emptied(pool).await? {
                    return Ok(false);
                }
                sqlx::raw_sql("vacuum").execute(pool).await?;
                emptied(pool).await
            }
            Db::Postgres(pool, schema) => {
                // Before the vacuum: what somebody sees as it begins, it leaves, and says nothing of that.
                let is_alone = others_end(pool).await?;
                let tables: Vec<String> = sqlx::query_scalar(
                    "select cast(tablename as text) from pg_tables where schemaname = $1 order by 1 limit 1000",
                )
                .bind(schema)
                .fetch_all(pool)
                .await?;
                for table in tables {
                    let vacuum = format!("vacuum \"{schema}\".\"{table}\"");
                    sqlx::raw_sql(sqlx::AssertSqlSafe(vacuum))
                        .execute(pool)
                        .await?;
                }
                Ok(is_alone)
            }
        }
    }

    /// Removes a schema of a server with all that is in it. `Kind::Unavailable` where somebody reads it still: whoever waits for
    /// them keeps others from their work.
    pub async fn drop_schema(pool: &PgPool, schema: &str) -> Result<()> {
        debug_assert!(
            schema
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        );
        let mut tx = pool.begin().await?;
        sqlx::raw_sql("set local lock_timeout = '3s'")
            .execute(&mut *tx)
            .await?;
        let drop = format!("drop schema if exists {schema} cascade");
        sqlx::raw_sql(sqlx::AssertSqlSafe(drop))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Empties the log of an SQLite file; false where somebody reads it.
async fn emptied(pool: &SqlitePool) -> Result<bool> {
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)")
        .fetch_one(pool)
        .await?;
    Ok(busy == 0)
}

/// Waits for transactions in this database that are older than this moment: rows that were deleted before it are dead to all others.
/// False where one is there still after a while. Those of our own role alone, since PostgreSQL says of others not what they see.
async fn others_end(pool: &PgPool) -> Result<bool> {
    let now: String = sqlx::query_scalar(
        "select cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as xid) as text)",
    )
    .fetch_one(pool)
    .await?;
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        // A vacuum of another process keeps nothing.
        let is_older: bool = sqlx::query_scalar(
            "select exists (select 1 from pg_stat_activity where datname = current_database() and usename = current_user \
             and pid <> pg_backend_pid() and query not like 'vacuum %' \
             and greatest(age(backend_xid), age(backend_xmin)) > age(cast($1 as xid)))",
        )
        .bind(&now)
        .fetch_one(pool)
        .await?;
        if !is_older {
            return Ok(true);
        }
    }
    Ok(false)
}
