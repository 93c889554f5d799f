//! Keys that sign outgoing mail, sealed.

use super::Registry;
use crate::domain::Result;
use crate::on;

/// A domain has two keys; while they are changed, four.
const KEYS_MAX: i64 = 8;

/// A signing key at rest.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DkimRow {
    /// Its selector: names its record in the DNS.
    pub selector: String,
    /// The private key in PEM, sealed with the instance key.
    pub sealed: String,
}

impl Registry {
    /// The signing keys of a domain, oldest first.
    pub async fn dkim_keys(&self, domain: &str) -> Result<Vec<DkimRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select selector, sealed from dkim_key where domain = $1 order by created_at, selector limit $2")
            .bind(domain).bind(KEYS_MAX).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Keeps the first signing keys of a domain, all or none; gives those that stand. Where another node was faster, those are
    /// its own.
    pub async fn add_dkim_keys(
        &self,
        domain: &str,
        rows: &[DkimRow],
        now_us: i64,
    ) -> Result<Vec<DkimRow>> {
        let mut tx = self.db.write().await?;
        for row in rows {
            on!(&mut tx, c => sqlx::query(
                "insert into dkim_key (domain, selector, sealed, created_at) values ($1, $2, $3, $4) \
                 on conflict (domain, selector) do nothing")
                .bind(domain).bind(&row.selector).bind(&row.sealed).bind(now_us)
                .execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        self.dkim_keys(domain).await
    }
}
