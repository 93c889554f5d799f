//! Browsers that are signed in to the page. Knows the digest of a cookie, never the cookie.

use super::Registry;
use crate::domain::Result;
use crate::domain::retention::{OfAccounts, of_accounts_us};
use crate::on;

/// Unused for so long, a session ends, microseconds.
const IDLE_US: i64 = of_accounts_us(OfAccounts::UnusedSessions);
/// After so long it ends however much it is used, microseconds.
pub const LIFE_US: i64 = of_accounts_us(OfAccounts::Sessions);
/// Its last use is written at most so often, microseconds.
const TOUCH_US: i64 = 60 * 1_000_000;
/// Wrong second factors after which a session that waits for one ends.
pub const FACTOR_MISSES_MAX: i64 = 5;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// Of its cookie.
    pub digest: String,
    /// What it is called where sessions are listed.
    pub id: i64,
    /// Who is signed in.
    pub account_id: i64,
    /// The workspace that is looked at.
    pub workspace_id: Option<i64>,
    /// The browser, in words.
    pub device: String,
    /// Where it came from, an IP address.
    pub address: String,
    /// Whether the second factor is still to come.
    pub is_half: bool,
    /// How often a wrong one was typed.
    pub misses: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Its last use, to the minute.
    pub last_at: i64,
    /// Its end at the latest.
    pub expires_at: i64,
}

const COLUMNS: &str = "digest, id, account_id, workspace_id, device, address, is_half, misses, created_at, last_at, expires_at";

impl Registry {
    /// Keeps a session.
    pub async fn add_session(&self, row: &SessionRow) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "insert into session (digest, id, account_id, workspace_id, device, address, is_half, misses, created_at, last_at, \
             expires_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)")
            .bind(&row.digest).bind(row.id).bind(row.account_id).bind(row.workspace_id).bind(&row.device)
            .bind(&row.address).bind(row.is_half).bind(row.created_at).bind(row.last_at).bind(row.expires_at)
            .execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// The session of a cookie, where it did not end; its last use is noted.
    pub async fn session(&self, digest: &str, now_us: i64) -> Result<Option<SessionRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from session where digest = $1 and expires_at > $2 and last_at > $3"
        );
        let row: Option<SessionRow> = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(digest).bind(now_us).bind(now_us - IDLE_US).fetch_optional(c).await)?;
        drop(tx);
        if row
            .as_ref()
            .is_some_and(|row| row.last_at < now_us - TOUCH_US)
        {
            let mut tx = self.db.write().await?;
            on!(&mut tx, c => sqlx::query("update session set last_at = $2 where digest = $1")
                .bind(digest).bind(now_us).execute(c).await.map(drop))?;
            tx.commit().await?;
        }
        Ok(row)
    }

    /// The sessions of an account that did not end, used last first.
    pub async fn sessions(&self, account_id: i64, now_us: i64) -> Result<Vec<SessionRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from session where account_id = $1 and expires_at > $2 and last_at > $3 \
             order by last_at desc, id desc limit 100"
        );
        let rows = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(account_id).bind(now_us).bind(now_us - IDLE_US).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Ends one session of an account; false where it has no such one.
    pub async fn end_session(&self, account_id: i64, id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query("delete from session where account_id = $1 and id = $2")
            .bind(account_id).bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Ends all sessions of an account but one.
    pub async fn end_other_sessions(&self, account_id: i64, id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("delete from session where account_id = $1 and id <> $2")
            .bind(account_id).bind(id).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Looks at another workspace.
    pub async fn turn_session(&self, digest: &str, workspace_id: Option<i64>) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update session set workspace_id = $2 where digest = $1")
            .bind(digest).bind(workspace_id).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// A wrong second factor was typed; gives how often by now. After too many the session is gone.
    pub async fn miss_factor(&self, digest: &str) -> Result<i64> {
        let mut tx = self.db.write().await?;
        let misses: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "update session set misses = misses + 1 where digest = $1 returning misses")
            .bind(digest).fetch_optional(c).await)?;
        let misses = misses.unwrap_or(FACTOR_MISSES_MAX);
        if misses >= FACTOR_MISSES_MAX {
            on!(&mut tx, c => sqlx::query("delete from session where digest = $1 and is_half")
                .bind(digest).execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        Ok(misses)
    }
}
