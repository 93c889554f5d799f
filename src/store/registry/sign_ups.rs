//! Strangers who asked for an account. Their address is kept as long as the letter is worth something, and no longer.

use super::Registry;
use crate::domain::Result;
use crate::domain::instance_key::Keyed;
use crate::on;

const HOUR_US: i64 = 3_600 * 1_000_000;
/// How long letters are counted, microseconds.
pub const COUNTED_US: i64 = 24 * HOUR_US;

/// A request for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpRow {
    /// Of the token in the link.
    pub digest: String,
    /// The address that is to have the account, normalised.
    pub email: String,
    /// The network that asked, in words; its hash alone is kept.
    pub network: String,
    /// Of the cookie of the browser that asked.
    pub browser: String,
    /// Keyed hash of the code in the mail.
    pub code: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// After this it is worth nothing.
    pub expires_at: i64,
}

/// How many letters to strangers there may be.
#[derive(Clone, Copy, Debug)]
pub struct SignUpBounds {
    /// To one address in a day.
    pub address_day_max: i64,
    /// From one network in an hour.
    pub network_hour_max: i64,
    /// Of the instance in an hour.
    pub instance_hour_max: i64,
}

impl Registry {
    /// Keeps a request where there were not too many; false where there were. One after another on the whole instance, so that
    /// no two count the same.
    pub async fn add_sign_up(&self, row: &SignUpRow, bounds: SignUpBounds) -> Result<bool> {
        let email_hash = self.key.keyed(Keyed::SignUp, &row.email);
        let network_hash = self.key.keyed(Keyed::SignUp, &row.network);
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update instance set value = value where name = 'key_fingerprint'")
            .execute(c).await.map(drop))?;
        let to_address: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from sign_up where email_hash = $1 and created_at > $2")
            .bind(&email_hash).bind(row.created_at - COUNTED_US).fetch_one(c).await)?;
        let from_network: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from sign_up where network_hash = $1 and created_at > $2")
            .bind(&network_hash).bind(row.created_at - HOUR_US).fetch_one(c).await)?;
        let in_all: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from sign_up where created_at > $1")
            .bind(row.created_at - HOUR_US).fetch_one(c).await)?;
        if to_address >= bounds.address_day_max
            || from_network >= bounds.network_hour_max
            || in_all >= bounds.instance_hour_max
        {
            return Ok(false);
        }
        on!(&mut tx, c => sqlx::query(
            "insert into sign_up (digest, email, email_hash, network_hash, browser, code, misses, created_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, 0, $7, $8)")
            .bind(&row.digest).bind(&row.email).bind(&email_hash).bind(&network_hash).bind(&row.browser)
            .bind(&row.code).bind(row.created_at).bind(row.expires_at).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(true)
    }

    /// Uses a request up; gives the address that its letter proved, `None` where it was used, or is too old, or too often missed.
    pub async fn use_sign_up(&self, digest: &str, now_us: i64) -> Result<Option<String>> {
        let mut tx = self.db.write().await?;
        let email: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select email from sign_up where digest = $1 and email <> '' and expires_at > $2 and misses < $3")
            .bind(digest).bind(now_us).bind(super::sign_ins::CODE_MISSES_MAX).fetch_optional(c).await)?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update sign_up set email = '', browser = '' where digest = $1 and email <> ''")
            .bind(digest).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(email.filter(|_| changed == 1))
    }

    /// Forgets the addresses of those who did not come back, and what was counted long enough. Gives when there is more to forget.
    pub async fn expire_sign_ups(&self, now_us: i64) -> Result<Option<i64>> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update sign_up set email = '', browser = '' where expires_at <= $1 and email <> ''")
            .bind(now_us).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query("delete from sign_up where created_at <= $1")
            .bind(now_us - COUNTED_US).execute(c).await.map(drop))?;
        let (waits, counted): (Option<i64>, Option<i64>) = on!(&mut tx, c => sqlx::query_as(
            "select (select min(expires_at) from sign_up where email <> ''), (select min(created_at) from sign_up)")
            .fetch_one(c).await)?;
        tx.commit().await?;
        Ok(waits
            .into_iter()
            .chain(counted.map(|at| at + COUNTED_US))
            .min())
    }
}
