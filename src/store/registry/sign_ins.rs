//! Who asked to sign in to the page, with an account or for one. Knows digests and keyed hashes, never a token or a code.

use super::Registry;
use crate::domain::Result;
use crate::on;

/// Wrong codes after which a request is worth nothing.
pub(super) const CODE_MISSES_MAX: i64 = 5;

/// A request to sign in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SignInRow {
    /// Of the token in the link.
    pub digest: String,
    /// Whom it signs in; absent where a stranger asked for an account.
    pub account_id: Option<i64>,
    /// The address of that stranger.
    pub email: Option<String>,
    /// Of the cookie of the browser that asked.
    pub browser: String,
    /// Keyed hash of the code in the mail, where there is one.
    pub code: Option<String>,
    /// How often a wrong code was typed.
    pub misses: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// After this it is worth nothing.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// How many requests of one account there may be.
#[derive(Clone, Copy, Debug)]
pub struct SignInBounds {
    /// At most so many …
    pub lately_max: i64,
    /// … in so long, microseconds, but for browsers that are known.
    pub lately_us: i64,
    /// At most so many with a code …
    pub codes_max: i64,
    /// … in so long, microseconds.
    pub codes_us: i64,
}

const COLUMNS: &str =
    "digest, account_id, email, browser, code, misses, created_at, expires_at, used_at";
/// Those of accounts and those of strangers.
const REQUESTS: &str = "(select digest, account_id, cast(null as text) as email, browser, code, misses, created_at, expires_at, used_at \
                        from sign_in union all select digest, cast(null as bigint) as account_id, email, browser, code, misses, \
                        created_at, expires_at, cast(null as bigint) as used_at from sign_up where email <> '') as request";

impl Registry {
    /// Keeps a request where there were not too many of its account. The code is left out where there were too many
    /// codes. What was kept, or `None`. One after another for an account, so that no two count the same.
    pub async fn add_sign_in(
        &self,
        row: SignInRow,
        bounds: SignInBounds,
    ) -> Result<Option<SignInRow>> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update account set email = email where id = $1")
            .bind(row.account_id).execute(c).await.map(drop))?;
        let known: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select digest from sign_in where browser = $1 and account_id = $2 and used_at is not null limit 1")
            .bind(&row.browser).bind(row.account_id).fetch_optional(c).await)?;
        let (lately, codes): (i64, i64) = on!(&mut tx, c => sqlx::query_as(
            "select count(case when created_at >= $2 then 1 end), count(code) from sign_in \
             where account_id = $1 and created_at >= $3")
            .bind(row.account_id).bind(row.created_at - bounds.lately_us)
            .bind(row.created_at - bounds.codes_us).fetch_one(c).await)?;
        // Whoever signed in from this browser before is not kept out by what others ask for.
        if known.is_none() && lately >= bounds.lately_max {
            return Ok(None);
        }
        let row = SignInRow {
            code: row.code.filter(|_| codes < bounds.codes_max),
            ..row
        };
        on!(&mut tx, c => sqlx::query(
            "insert into sign_in (digest, account_id, browser, code, misses, created_at, expires_at, used_at) \
             values ($1, $2, $3, $4, 0, $5, $6, null)")
            .bind(&row.digest).bind(row.account_id).bind(&row.browser).bind(&row.code)
            .bind(row.created_at).bind(row.expires_at).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(Some(row))
    }

    /// The newest request of a browser that can still be used with a code.
    pub async fn sign_in_of_browser(
        &self,
        browser: &str,
        now_us: i64,
    ) -> Result<Option<SignInRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from {REQUESTS} where browser = $1 and expires_at > $2 and used_at is null and misses < $3 \
             order by created_at desc limit 1"
        );
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(browser).bind(now_us).bind(CODE_MISSES_MAX).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The request of a link that can still be used.
    pub async fn sign_in_of_link(&self, digest: &str, now_us: i64) -> Result<Option<SignInRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from {REQUESTS} where digest = $1 and expires_at > $2 and used_at is null and misses < $3"
        );
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(digest).bind(now_us).bind(CODE_MISSES_MAX).fetch_optional(c).await)?;
        Ok(row)
    }

    /// Uses a request of an account up; false where it was used, or is too old, or too often missed.
    pub async fn use_sign_in(&self, digest: &str, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update sign_in set used_at = $2 where digest = $1 and used_at is null and expires_at > $2 and misses < $3")
            .bind(digest).bind(now_us).bind(CODE_MISSES_MAX).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// A wrong code was typed.
    pub async fn miss_sign_in(&self, digest: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        for sql in [
            "update sign_in set misses = misses + 1 where digest = $1",
            "update sign_up set misses = misses + 1 where digest = $1",
        ] {
            on!(&mut tx, c => sqlx::query(sql).bind(digest).execute(c).await.map(drop))?;
        }
        tx.commit().await
    }
}
