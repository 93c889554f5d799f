//! Who asked to sign in to the page, with an account or for one. Knows digests and keyed hashes, never a token or a code.

use super::{Account, Lane, Registry};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use crate::store::house::{HOUSE, WAY_IN_US};

/// Letters to one account, of those who ask from one network: so many in a quarter of an hour, and in a day.
const NETWORK_LATELY_MAX: i64 = 6;
const NETWORK_DAY_MAX: i64 = 12;
/// Of all networks in a day; and so many more of those that did not ask on that day before.
const NETWORKS_DAY_MAX: i64 = 30;
const NEW_NETWORKS_DAY_MAX: i64 = 100;
/// Of one browser that is known, in a day: its owner alone has it.
const KNOWN_DAY_MAX: i64 = 30;
/// Codes of six digits in a day; those of further letters are longer, so that many letters are no better guessed than few.
const SHORT_CODES_DAY_MAX: i64 = 20;
const DAY_US: i64 = 86_400 * 1_000_000;
/// Wrong codes after which a request is worth nothing.
pub(super) const CODE_MISSES_MAX: i64 = 5;

/// A request to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SignInRow {
    /// Of the token in the link.
    pub digest: String,
    /// Whom it signs in; absent where a stranger asked for an account.
    pub account_id: Option<i64>,
    /// The address of that stranger.
    pub email: Option<String>,
    /// Of the cookie of the browser that asked; empty where the member asked by a command.
    pub browser: String,
    /// Keyed hash of the network that asked; empty where the member asked by a command.
    #[sqlx(default)]
    pub asked_from: String,
    /// Keyed hash of the code in the mail; empty in rows of before, where there was none.
    pub code: String,
    /// How often a wrong code was typed.
    pub misses: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// After this it is worth nothing.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

const COLUMNS: &str = "digest, account_id, email, browser, coalesce(code, '') as code, misses, created_at, expires_at, used_at";
/// Those of accounts and those of strangers.
const REQUESTS: &str = "(select digest, account_id, cast(null as text) as email, browser, code, misses, created_at, expires_at, used_at \
                        from sign_in union all select digest, cast(null as bigint) as account_id, email, browser, code, misses, \
                        created_at, expires_at, cast(null as bigint) as used_at from sign_up where email <> '') as request";

impl Registry {
    /// Keeps a request where there were not too many of its account from where it comes. After too many codes in a
    /// day `long_code`, the keyed hash of a longer one, takes the place of the code. What was kept, or `None`. One after another
    /// for an account, so that no two count the same.
    pub async fn add_sign_in(
        &self,
        row: SignInRow,
        long_code: String,
    ) -> Result<Option<SignInRow>> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update account set email = email where id = $1")
            .bind(row.account_id).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "update sign_in set asked_from = '' where account_id = $1 and created_at < $2 and asked_from <> ''")
            .bind(row.account_id).bind(row.created_at - DAY_US).execute(c).await.map(drop))?;
        let known: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select digest from sign_in where browser = $1 and browser <> '' and account_id = $2 and used_at is not null limit 1")
            .bind(&row.browser).bind(row.account_id).fetch_optional(c).await)?;
        // Whoever signed in from this browser before is not kept out by what others ask for.
        let mut row = match known {
            Some(_) => SignInRow {
                asked_from: String::new(),
                ..row
            },
            None => row,
        };
        let Some(letters) = share(&mut tx, &row).await? else {
            return Ok(None);
        };
        if letters >= SHORT_CODES_DAY_MAX {
            row.code = long_code;
        }
        on!(&mut tx, c => sqlx::query(
            "insert into sign_in (digest, account_id, browser, asked_from, code, misses, created_at, expires_at, used_at) \
             values ($1, $2, $3, $4, $5, 0, $6, $7, null)")
            .bind(&row.digest).bind(row.account_id).bind(&row.browser).bind(&row.asked_from).bind(&row.code)
            .bind(row.created_at).bind(row.expires_at).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(Some(row))
    }

    /// A member asks by a command for a letter: it is written soon. False where they got too many by commands; what others ask for
    /// does not count.
    pub async fn want_sign_in(&self, account_id: i64, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let asked = SignInRow {
            account_id: Some(account_id),
            created_at: now_us,
            ..SignInRow::default()
        };
        if share(&mut tx, &asked).await?.is_none() {
            return Ok(false);
        }
        on!(&mut tx, c => sqlx::query("update account set sign_in_wanted_at = $2 where id = $1")
            .bind(account_id).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await?;
        // Behind the commit: whoever wakes has nothing else to see it by.
        self.wake(HOUSE, Lane::Time, now_us).await?;
        Ok(true)
    }

    /// Who asked by a command, and when; at most 100 at a time.
    pub async fn wanted_sign_ins(&self) -> Result<Vec<(Account, i64)>> {
        let mut tx = self.db.read().await?;
        let rows: Vec<(i64, String, Option<String>, i64)> = on!(&mut tx, c => sqlx::query_as(
            "select id, email, name, sign_in_wanted_at from account where sign_in_wanted_at is not null \
             order by sign_in_wanted_at, id limit 100")
            .fetch_all(c).await)?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(id, email, name, at)| (Account { id, email, name }, at))
            .collect())
    }

    /// The letter that was asked for at this moment is written.
    pub async fn sign_in_written(&self, account_id: i64, wanted_at: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update account set sign_in_wanted_at = null where id = $1 and sign_in_wanted_at = $2")
            .bind(account_id).bind(wanted_at).execute(c).await.map(drop))?;
        tx.commit().await
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

/// How many letters went to the account in this day; `None` where there were too many of those whose share this one is of: a
/// network, a known browser, or the member who asks by a command.
async fn share(tx: &mut Tx, row: &SignInRow) -> Result<Option<i64>> {
    let (all, of_networks, of_share, lately): (i64, i64, i64, i64) = on!(tx, c => sqlx::query_as(
            "select count(*), count(case when asked_from <> '' then 1 end), count(case when is_of_share = 1 then 1 end), \
             count(case when is_of_share = 1 and created_at >= $4 then 1 end) from \
             (select asked_from, created_at, case when asked_from = $2 and (asked_from <> '' or browser = $3) then 1 else 0 end \
             as is_of_share from sign_in where account_id = $1 and created_at >= $5) as letter")
            .bind(row.account_id).bind(&row.asked_from).bind(&row.browser)
            .bind(row.created_at - WAY_IN_US).bind(row.created_at - DAY_US)
            .fetch_one(c).await)?;
    let is_known = row.asked_from.is_empty() && !row.browser.is_empty();
    let has_room = match is_known {
        true => of_share < KNOWN_DAY_MAX,
        false => lately < NETWORK_LATELY_MAX && of_share < NETWORK_DAY_MAX,
    };
    let networks_max = match of_share {
        0 => NEW_NETWORKS_DAY_MAX,
        _ => NETWORKS_DAY_MAX,
    };
    let is_crowded = !row.asked_from.is_empty() && of_networks >= networks_max;
    Ok((has_room && !is_crowded).then_some(all))
}
