//! What the registry keeps of accounts for a time, and removes behind it.

use super::Registry;
use crate::domain::Result;
use crate::domain::retention::{AccountsRow, DAY_US, OfAccounts};
use crate::on;

impl Registry {
    /// Removes what was kept long enough of one kind, the oldest first; at most `limit` rows. How many those were.
    pub async fn forget_old(&self, row: AccountsRow, now_us: i64, limit: i64) -> Result<u64> {
        // Each says when a row is too old by $1, or at its own end by $2.
        let sql = match row.kept {
            OfAccounts::UnusedSessions => {
                "delete from session where digest in \
                 (select digest from session where last_at <= $1 and $2 = $2 order by last_at limit $3)"
            }
            OfAccounts::Sessions => {
                "delete from session where digest in (select digest from session \
                 where expires_at <= $2 or created_at <= $1 order by expires_at limit $3)"
            }
            OfAccounts::SignIns => {
                "delete from sign_in where digest in \
                 (select digest from sign_in where expires_at < $1 and $2 = $2 order by expires_at limit $3)"
            }
            OfAccounts::AddressRequests => {
                "delete from address_request where id in \
                 (select id from address_request where expires_at < $1 and $2 = $2 order by expires_at limit $3)"
            }
            OfAccounts::EndedInvitations => {
                "delete from invitation where id in (select id from invitation \
                 where coalesce(ended_at, expires_at) < $1 and $2 = $2 order by id limit $3)"
            }
            OfAccounts::PageEvents => {
                "delete from page_event where id in \
                 (select id from page_event where at < $1 and $2 = $2 order by at limit $3)"
            }
            OfAccounts::Released => {
                "delete from released where hash in \
                 (select hash from released where at < $1 and $2 = $2 order by at limit $3)"
            }
        };
        let mut tx = self.db.write().await?;
        let gone = on!(&mut tx, c => sqlx::query(sql)
            .bind(now_us - row.days * DAY_US).bind(now_us).bind(limit)
            .execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(gone)
    }
}
