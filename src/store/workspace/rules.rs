//! What `file:` taught, and which addresses were seen without making a contact.

use super::bulk::{fetch_in, insert_rows};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// An address that was seen and made no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestionRow {
    /// Normalised.
    pub address: String,
    /// Display name, cleaned.
    pub name: Option<String>,
    /// Why it made no contact, in words.
    pub reason: String,
    /// How often it was seen.
    pub seen_count: i64,
    /// Where it was seen last.
    pub last_interaction_id: i64,
}

/// To whom mail of these authors belongs: (author, contact); merged contacts are followed.
pub async fn by_authors(tx: &mut Tx, addresses: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(fetch_in!(
        tx,
        (String, i64),
        "select r.author_address, coalesce(c.merged_into, c.id) from filing_rule r \
         join contact c on c.id = r.contact_id where r.author_address",
        addresses,
        "limit 256"
    ))
}

/// Learns that mail of an author belongs to a contact, or learns it anew.
pub async fn learn(
    tx: &mut Tx,
    author_address: &str,
    contact_id: i64,
    interaction_id: i64,
    member_id: i64,
    now_us: i64,
) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into filing_rule (author_address, contact_id, interaction_id, member_id, created_at) \
         values ($1, $2, $3, $4, $5) on conflict (author_address) do update set \
         contact_id = excluded.contact_id, interaction_id = excluded.interaction_id, \
         member_id = excluded.member_id, created_at = excluded.created_at")
        .bind(author_address).bind(contact_id).bind(interaction_id).bind(member_id).bind(now_us)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Counts suggestions up. An address stands once in `rows`.
pub async fn suggest(tx: &mut Tx, rows: &[SuggestionRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into suggestion (address, name, reason, seen_count, last_interaction_id) ",
        rows,
        " on conflict (address) do update set seen_count = suggestion.seen_count + excluded.seen_count, \
         name = coalesce(excluded.name, suggestion.name), reason = excluded.reason, \
         last_interaction_id = excluded.last_interaction_id",
        |bind, row| bind
            .push_bind(&row.address)
            .push_bind(&row.name)
            .push_bind(&row.reason)
            .push_bind(row.seen_count)
            .push_bind(row.last_interaction_id)
    );
    Ok(())
}

/// The interaction by which it was taught to whom mail of an author belongs.
pub async fn learned_from(tx: &mut Tx, author_address: &str) -> Result<Option<i64>> {
    let id = on!(tx, c => sqlx::query_scalar("select interaction_id from filing_rule where author_address = $1")
        .bind(author_address).fetch_optional(c).await)?;
    Ok(id)
}
