//! Addresses that get nothing any more. Under a keyed hash, so that they stay when all else about a person is erased
//! (MAIL.md 24, 28).

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Why an address gets nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionReason {
    /// Its server says that it does not exist.
    Bounced,
    /// Whoever reads it told their provider that our mail is spam.
    Complained,
    /// Whoever reads it asked us.
    Asked,
}

impl SuppressionReason {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            SuppressionReason::Bounced => "bounced",
            SuppressionReason::Complained => "complained",
            SuppressionReason::Asked => "asked",
        }
    }
}

/// Puts an address on the list, by `InstanceKey::suppression_hash`; the first reason stays. `outbox_id` is the mail that it
/// came of.
pub async fn add(
    tx: &mut Tx,
    address_hash: &str,
    reason: SuppressionReason,
    outbox_id: Option<i64>,
    now_us: i64,
) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into suppression (address_hash, reason, outbox_id, created_at) values ($1, $2, $3, $4) \
         on conflict (address_hash) do nothing")
        .bind(address_hash).bind(reason.word()).bind(outbox_id).bind(now_us)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Takes an address off the list, as a person decides; false where it was not on it.
pub async fn remove(tx: &mut Tx, address_hash: &str) -> Result<bool> {
    let removed: Option<String> = on!(tx, c => sqlx::query_scalar(
        "delete from suppression where address_hash = $1 returning reason")
        .bind(address_hash).fetch_optional(c).await)?;
    Ok(removed.is_some())
}

/// Which of these hashes are on the list, each with its reason.
pub async fn among(tx: &mut Tx, address_hashes: &[String]) -> Result<Vec<(String, String)>> {
    Ok(fetch_in!(
        tx,
        (String, String),
        "select address_hash, reason from suppression where address_hash",
        address_hashes,
        "limit 256"
    ))
}

/// How many addresses are on the list.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    let count =
        on!(tx, c => sqlx::query_scalar("select count(*) from suppression").fetch_one(c).await)?;
    Ok(count)
}
