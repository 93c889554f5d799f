//! Receipts: who was erased, in hashes and numbers alone, and what is still to be done for it outside of this database.

use super::{Counts, Person};
use crate::domain::erasing::Marks;
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;
use crate::store::workspace::next_number;
use serde::{Deserialize, Serialize};

/// A receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ErasureRow {
    /// Its number; made by [`insert`].
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// The member who confirmed it; absent where a restore did it again.
    pub member_id: Option<i64>,
    /// The number that the contact had.
    pub contact_id: i64,
    /// JSON: a keyed hash of each address.
    pub address_hashes: String,
    /// JSON of [`Counts`].
    pub counts: String,
    /// JSON: what stays all the same, sentence by sentence.
    pub holds: String,
    /// JSON of [`Pending`]; `{}` where only the space is still to be cleaned.
    pub pending: Option<String>,
}

/// What is still to be done outside of this database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// What the person was known by.
    pub marks: Marks,
    /// Their chats: bot and chat.
    pub chats: Vec<(i64, i64)>,
    /// Their numbers.
    pub contact_ids: Vec<i64>,
    /// The accounts as which they were members.
    pub former: Vec<i64>,
}

impl Pending {
    /// All of a person.
    pub fn of(person: Person) -> Pending {
        Pending {
            marks: person.marks,
            chats: person.chats,
            contact_ids: person.contact_ids,
            former: person.former,
        }
    }
}

impl ErasureRow {
    /// How much went.
    pub fn counts(&self) -> Counts {
        serde_json::from_str(&self.counts).unwrap_or_default()
    }

    /// What is still to be removed elsewhere; `None` where only the space is to be cleaned.
    pub fn still_pending(&self) -> Option<Pending> {
        let pending: Pending = serde_json::from_str(self.pending.as_deref()?).ok()?;
        (!pending.contact_ids.is_empty()).then_some(pending)
    }
}

/// Writes a receipt; gives its number.
pub async fn insert(tx: &mut Tx, row: &ErasureRow, pending: &Pending) -> Result<i64> {
    let id = next_number(tx, "erasure").await?;
    let pending = serde_json::to_string(pending)
        .map_err(|e| Error::new(Kind::Corrupt, "the receipt cannot be written").because(e))?;
    on!(tx, c => sqlx::query(
        "insert into erasure (id, at, member_id, contact_id, address_hashes, counts, holds, pending) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(id).bind(row.at).bind(row.member_id).bind(row.contact_id).bind(&row.address_hashes)
        .bind(&row.counts).bind(&row.holds).bind(pending)
        .execute(c).await.map(drop))?;
    Ok(id)
}

/// The first receipt behind a number of which something is still to be done.
pub async fn next_pending(tx: &mut Tx, behind: i64) -> Result<Option<ErasureRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, at, member_id, contact_id, address_hashes, counts, holds, pending from erasure \
         where pending is not null and id > $1 order by id limit 1")
        .bind(behind).fetch_optional(c).await)?;
    Ok(row)
}

/// Says what is still to be done, and the hashes where they are known by now.
pub async fn finish(
    tx: &mut Tx,
    id: i64,
    address_hashes: Option<&str>,
    pending: Option<&str>,
) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update erasure set pending = $2, address_hashes = coalesce($3, address_hashes) where id = $1")
        .bind(id).bind(pending).bind(address_hashes).execute(c).await.map(drop))?;
    Ok(())
}

/// The last receipts, the newest first.
pub async fn recent(tx: &mut Tx, limit: i64) -> Result<Vec<ErasureRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, at, member_id, contact_id, address_hashes, counts, holds, pending from erasure \
         order by id desc limit $1").bind(limit).fetch_all(c).await)?;
    Ok(rows)
}
