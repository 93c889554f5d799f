//! Second factors: sealed seeds and keyed hashes of recovery codes.

use super::Registry;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Wrong codes of the app in a day, for one account; after that only recovery codes are taken for the rest of it.
const MISSES_OF_DAY_MAX: i64 = 30;
const DAY_US: i64 = 86_400 * 1_000_000;

/// The second factor of an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SecondFactorRow {
    /// Whose.
    pub account_id: i64,
    /// The seed, sealed with the instance key.
    pub sealed: String,
    /// The newest step of time whose code was used.
    pub last_step: i64,
    /// When it counts from; absent while its first code is still to be typed.
    pub confirmed_at: Option<i64>,
}

impl Registry {
    /// The second factor of an account, confirmed or not.
    pub async fn second_factor(&self, account_id: i64) -> Result<Option<SecondFactorRow>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(
            "select account_id, sealed, last_step, confirmed_at from second_factor where account_id = $1")
            .bind(account_id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The second factor of an account that counts.
    pub async fn confirmed_factor(&self, account_id: i64) -> Result<Option<SecondFactorRow>> {
        let row = self.second_factor(account_id).await?;
        Ok(row.filter(|factor| factor.confirmed_at.is_some()))
    }

    /// Keeps a seed that is still to be confirmed; one that was confirmed stays as it is, and `false` says so.
    pub async fn propose_second_factor(
        &self,
        account_id: i64,
        sealed: &str,
        now_us: i64,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "insert into second_factor (account_id, sealed, last_step, created_at, confirmed_at) values ($1, $2, 0, $3, null) \
             on conflict (account_id) do update set sealed = excluded.sealed, created_at = excluded.created_at \
             where second_factor.confirmed_at is null")
            .bind(account_id).bind(sealed).bind(now_us).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Confirms the seed whose code of this step of time was typed, with its recovery codes; those of before go. False, and nothing
    /// is changed, where another seed stands there by now, or one is confirmed.
    pub async fn confirm_second_factor(
        &self,
        proved: &SecondFactorRow,
        step: i64,
        codes: &[String],
        now_us: i64,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update second_factor set confirmed_at = $3, last_step = $4 \
             where account_id = $1 and sealed = $2 and confirmed_at is null")
            .bind(proved.account_id).bind(&proved.sealed).bind(now_us).bind(step)
            .execute(c).await.map(|done| done.rows_affected()))?;
        if changed == 0 {
            return Ok(false);
        }
        put_codes(&mut tx, proved.account_id, codes).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes new recovery codes in place of those of before.
    pub async fn renew_recovery_codes(&self, account_id: i64, codes: &[String]) -> Result<()> {
        let mut tx = self.db.write().await?;
        put_codes(&mut tx, account_id, codes).await?;
        tx.commit().await
    }

    /// How many recovery codes were not used.
    pub async fn recovery_codes_left(&self, account_id: i64) -> Result<i64> {
        let mut tx = self.db.read().await?;
        let left = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from recovery_code where account_id = $1 and used_at is null")
            .bind(account_id).fetch_one(c).await)?;
        Ok(left)
    }

    /// Counts a code of the app as a miss before it is compared, so that guesses at one time are no more than others; false
    /// where there were too many in that day (UTC).
    pub async fn try_factor(&self, account_id: i64, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update second_factor set misses = case when misses_day = $2 then misses + 1 else 1 end, misses_day = $2 \
             where account_id = $1 and (misses_day <> $2 or misses < $3)")
            .bind(account_id).bind(now_us.div_euclid(DAY_US)).bind(MISSES_OF_DAY_MAX)
            .execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Takes a step of time as used, which then was no miss; false where it, or a newer one, was used before.
    pub async fn use_step(&self, account_id: i64, step: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update second_factor set last_step = $2, misses = case when misses > 0 then misses - 1 else 0 end \
             where account_id = $1 and last_step < $2")
            .bind(account_id).bind(step).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Uses a recovery code up; false where there is none such, or it was used.
    pub async fn use_recovery_code(
        &self,
        account_id: i64,
        hash: &str,
        now_us: i64,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update recovery_code set used_at = $3 where account_id = $1 and hash = $2 and used_at is null")
            .bind(account_id).bind(hash).bind(now_us).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Whoever waits for the second factor in this session is through, with a cookie of this digest from now on: whoever has the
    /// one of before has nothing. False where the session waits no more.
    pub async fn complete_session(&self, digest: &str, new_digest: &str) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update session set digest = $2, is_half = false, misses = 0 where digest = $1 and is_half")
            .bind(digest).bind(new_digest).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Takes the second factor away.
    pub async fn remove_second_factor(&self, account_id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("delete from recovery_code where account_id = $1")
            .bind(account_id).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query("delete from second_factor where account_id = $1")
            .bind(account_id).execute(c).await.map(drop))?;
        tx.commit().await
    }
}

/// Writes the hashes of recovery codes; those of before go.
async fn put_codes(tx: &mut Tx, account_id: i64, codes: &[String]) -> Result<()> {
    on!(&mut *tx, c => sqlx::query("delete from recovery_code where account_id = $1")
        .bind(account_id).execute(c).await.map(drop))?;
    for hash in codes {
        on!(&mut *tx, c => sqlx::query(
            "insert into recovery_code (account_id, hash, used_at) values ($1, $2, null)")
            .bind(account_id).bind(hash).execute(c).await.map(drop))?;
    }
    Ok(())
}
