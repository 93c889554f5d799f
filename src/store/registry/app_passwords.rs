//! App passwords: what a member's mail program signs in with. Known by their hash alone.

use super::Registry;
use super::accounts::hash_password;
use crate::domain::Result;
use crate::on;

/// An app password as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppPasswordRow {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub label: String,
    /// Microseconds since 1970.
    pub created_at: i64,
}

impl Registry {
    /// Keeps an app password, given in clear.
    pub async fn add_app_password(
        &self,
        account_id: i64,
        label: &str,
        password: &str,
        now_us: i64,
    ) -> Result<()> {
        let password = password.to_owned();
        let hash = tokio::task::spawn_blocking(move || hash_password(&password)).await;
        let hash = hash.map_err(|e| {
            crate::domain::Error::unavailable("the password could not be hashed").because(e)
        })??;
        let id = self.new_id(now_us);
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "insert into app_password (id, account_id, label, hash, created_at) values ($1, $2, $3, $4, $5)")
            .bind(id).bind(account_id).bind(label).bind(&hash).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Those of an account, the newest first; only so many are tried when somebody signs in.
    pub async fn app_passwords(&self, account_id: i64) -> Result<Vec<AppPasswordRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select id, label, created_at from app_password where account_id = $1 order by id desc limit 20")
            .bind(account_id).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Takes one away; mail programs that use it cannot sign in any more, on other nodes after minutes.
    pub async fn remove_app_password(&self, account_id: i64, id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query("delete from app_password where account_id = $1 and id = $2")
            .bind(account_id).bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        self.sign_ins.invalidate_all();
        Ok(changed == 1)
    }
}
