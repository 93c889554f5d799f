//! One mail on both sides of the relay: its Message-ID as the contact sees it and as the member sees it, without angle brackets.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use std::collections::HashMap;

/// Both ids of a mail that was passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Relayed {
    /// What the outside id compares by.
    pub outside_key: String,
    /// What the inside id compares by.
    pub inside_key: String,
    /// As the contact sees it.
    pub outside_id: String,
    /// As the member sees it.
    pub inside_id: String,
    /// Whose address it passed.
    pub contact_id: i64,
    /// What it is filed as.
    pub interaction_id: i64,
}

/// Writes a pair; a second time changes nothing.
pub async fn insert(tx: &mut Tx, row: &Relayed, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into relayed (outside_key, inside_key, outside_id, inside_id, contact_id, interaction_id, created_at) \
         values ($6, $7, $1, $2, $3, $4, $5) on conflict (outside_key, inside_key) do nothing")
        .bind(&row.outside_id).bind(&row.inside_id).bind(row.contact_id).bind(row.interaction_id).bind(now_us)
        .bind(&row.outside_key).bind(&row.inside_key)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// What mails are called inside, by what they are called outside.
pub async fn inside_of(tx: &mut Tx, outside_keys: &[String]) -> Result<HashMap<String, Relayed>> {
    let rows: Vec<Relayed> = fetch_in!(
        tx,
        Relayed,
        "select outside_key, inside_key, outside_id, inside_id, contact_id, interaction_id from relayed where outside_key",
        outside_keys,
        "limit 1000"
    );
    Ok(rows
        .into_iter()
        .map(|row| (row.outside_key.clone(), row))
        .collect())
}

/// What mails are called outside, by what they are called inside.
pub async fn outside_of(tx: &mut Tx, inside_keys: &[String]) -> Result<HashMap<String, Relayed>> {
    let rows: Vec<Relayed> = fetch_in!(
        tx,
        Relayed,
        "select outside_key, inside_key, outside_id, inside_id, contact_id, interaction_id from relayed where inside_key",
        inside_keys,
        "limit 1000"
    );
    Ok(rows
        .into_iter()
        .map(|row| (row.inside_key.clone(), row))
        .collect())
}
