//! How the workspace's letters to contacts leave: a relay of its own, and keys that sign for domains of its members.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The workspace has one relay.
const ID: i64 = 1;
/// Keys of one workspace that are read at most.
const KEYS_MAX: i64 = 100;
/// Admins are told of a relay that is shut once in this time at most.
const TOLD_EVERY_US: i64 = 86_400_000_000;

/// A relay of the workspace's own.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RelayRow {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: i64,
    /// TLS from the first byte, else STARTTLS.
    pub is_implicit: bool,
    /// Who signs in.
    pub name: String,
    /// The password, sealed with the instance key.
    pub sealed: String,
    /// Why it was shut the last time; absent since it let a letter through.
    pub error: Option<String>,
}

impl std::fmt::Debug for RelayRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelayRow")
    }
}

/// The relay of the workspace.
pub async fn relay(tx: &mut Tx) -> Result<Option<RelayRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select host, port, is_implicit, name, sealed, error from relay where id = $1")
        .bind(ID).fetch_optional(c).await)?;
    Ok(row)
}

/// Writes the relay of the workspace; what was said of the one before is forgotten.
pub async fn put_relay(tx: &mut Tx, row: &RelayRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into relay (id, host, port, is_implicit, name, sealed) values ($1, $2, $3, $4, $5, $6) \
         on conflict (id) do update set host = excluded.host, port = excluded.port, is_implicit = excluded.is_implicit, \
         name = excluded.name, sealed = excluded.sealed, error = null, told_at = null")
        .bind(ID).bind(&row.host).bind(row.port).bind(row.is_implicit).bind(&row.name).bind(&row.sealed)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Forgets the relay; false where there is none.
pub async fn remove_relay(tx: &mut Tx) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from relay where id = $1")
        .bind(ID).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}

/// The relay with this sealed password was shut, and why; true where the admins are to be told, which is once until it lets a
/// letter through again.
pub async fn relay_is_shut(tx: &mut Tx, sealed: &str, error: &str, now_us: i64) -> Result<bool> {
    let told: Option<i64> = on!(&mut *tx, c => sqlx::query_scalar(
        "update relay set told_at = $3 where id = $1 and sealed = $2 and error is null \
         and (told_at is null or told_at <= $4) returning id")
        .bind(ID).bind(sealed).bind(now_us).bind(now_us - TOLD_EVERY_US)
        .fetch_optional(c).await)?;
    on!(tx, c => sqlx::query("update relay set error = $3 where id = $1 and sealed = $2")
        .bind(ID).bind(sealed).bind(error).execute(c).await.map(drop))?;
    Ok(told.is_some())
}

/// The relay with this sealed password let a letter through.
pub async fn relay_is_open(tx: &mut Tx, sealed: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update relay set error = null where id = $1 and sealed = $2 and error is not null")
        .bind(ID).bind(sealed).execute(c).await.map(drop))?;
    Ok(())
}

/// A key that signs for a domain.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// Names its record in the DNS; no other workspace has it.
    pub selector: String,
    /// The domain.
    pub domain: String,
    /// `ed25519` or `rsa`.
    pub algorithm: String,
    /// The private key in PEM, sealed with the instance key.
    pub sealed: String,
    /// Whether its record stood in the DNS when that was asked last.
    pub is_published: bool,
    /// When that was, microseconds since 1970.
    pub checked_at: Option<i64>,
}

impl std::fmt::Debug for KeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRow")
            .field("selector", &self.selector)
            .field("is_published", &self.is_published)
            .finish_non_exhaustive()
    }
}

impl KeyRow {
    /// Whether receivers verify what it signs: of RSA all do, of Ed25519 few.
    pub fn is_known_to_all(&self) -> bool {
        self.algorithm == "rsa"
    }
}

const KEY_COLUMNS: &str = "selector, domain, algorithm, sealed, is_published, checked_at";

/// All keys, by domain.
pub async fn keys(tx: &mut Tx) -> Result<Vec<KeyRow>> {
    let sql = format!(
        "select {KEY_COLUMNS} from sending_key order by domain, algorithm, selector limit $1"
    );
    let rows = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(KEYS_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// The keys of a domain.
pub async fn keys_of(tx: &mut Tx, domain: &str) -> Result<Vec<KeyRow>> {
    let sql = format!(
        "select {KEY_COLUMNS} from sending_key where domain = $1 order by algorithm, selector limit $2"
    );
    let rows = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(domain).bind(KEYS_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// Keeps a new key.
pub async fn add_key(tx: &mut Tx, row: &KeyRow, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into sending_key (selector, domain, algorithm, sealed, is_published, created_at) values ($1, $2, $3, $4, $5, $6)")
        .bind(&row.selector).bind(&row.domain).bind(&row.algorithm).bind(&row.sealed).bind(row.is_published).bind(now_us)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// What the DNS said of a key at a time.
pub async fn mark_key(tx: &mut Tx, selector: &str, is_published: bool, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update sending_key set is_published = $2, checked_at = $3 where selector = $1")
        .bind(selector).bind(is_published).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// Forgets the keys of a domain; false where there are none.
pub async fn remove_keys(tx: &mut Tx, domain: &str) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from sending_key where domain = $1")
        .bind(domain).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}
