//! What stands beside a contact's own row: further fields, tags, and the order of its addresses.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most fields, and the most tags, that are read of a contact; more are not written.
const READ_MAX: i64 = 200;

/// A contact's further fields, by name.
pub async fn fields(tx: &mut Tx, contact_id: i64) -> Result<Vec<(String, String)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select name, value from contact_field where contact_id = $1 order by name limit $2")
        .bind(contact_id).bind(READ_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// One of them.
pub async fn field(tx: &mut Tx, contact_id: i64, name: &str) -> Result<Option<String>> {
    let value = on!(tx, c => sqlx::query_scalar(
        "select value from contact_field where contact_id = $1 and name = $2")
        .bind(contact_id).bind(name).fetch_optional(c).await)?;
    Ok(value)
}

/// Writes a field, or writes it anew.
pub async fn put_field(tx: &mut Tx, contact_id: i64, name: &str, value: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into contact_field (contact_id, name, value) values ($1, $2, $3) \
         on conflict (contact_id, name) do update set value = excluded.value")
        .bind(contact_id).bind(name).bind(value).execute(c).await.map(drop))?;
    Ok(())
}

/// Removes a field.
pub async fn drop_field(tx: &mut Tx, contact_id: i64, name: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from contact_field where contact_id = $1 and name = $2")
        .bind(contact_id).bind(name).execute(c).await.map(drop))?;
    Ok(())
}

/// A contact's tags, in the order of their letters.
pub async fn tags(tx: &mut Tx, contact_id: i64) -> Result<Vec<String>> {
    let mut rows: Vec<String> = on!(tx, c => sqlx::query_scalar(
        "select tag from contact_tag where contact_id = $1 order by tag limit $2")
        .bind(contact_id).bind(READ_MAX).fetch_all(c).await)?;
    // The databases order letters differently.
    rows.sort_unstable();
    Ok(rows)
}

/// Gives a contact a tag where it has not got it.
pub async fn add_tag(tx: &mut Tx, contact_id: i64, tag: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into contact_tag (contact_id, tag) values ($1, $2) on conflict (contact_id, tag) do nothing")
        .bind(contact_id).bind(tag).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes a tag off.
pub async fn drop_tag(tx: &mut Tx, contact_id: i64, tag: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from contact_tag where contact_id = $1 and tag = $2")
        .bind(contact_id).bind(tag).execute(c).await.map(drop))?;
    Ok(())
}

/// The positions of a contact's addresses: the smallest and the largest; zeros where it has none.
pub async fn positions(tx: &mut Tx, contact_id: i64) -> Result<(i64, i64)> {
    let range = on!(tx, c => sqlx::query_as(
        "select coalesce(min(position), 0), coalesce(max(position), 0) from contact_address where contact_id = $1")
        .bind(contact_id).fetch_one(c).await)?;
    Ok(range)
}

/// Puts an address that a contact has into a place among its addresses.
pub async fn place_address(tx: &mut Tx, address: &str, position: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update contact_address set position = $2 where address = $1")
        .bind(address).bind(position).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes an address from whoever has it.
pub async fn drop_address(tx: &mut Tx, address: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from contact_address where address = $1")
        .bind(address).execute(c).await.map(drop))?;
    Ok(())
}

/// The capture addresses that a contact had before, the last first; at most 20.
pub async fn former_captures(tx: &mut Tx, contact_id: i64) -> Result<Vec<String>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select k.local_part from contact_capture k where k.contact_id = $1 order by k.created_at desc, k.local_part limit 20")
        .bind(contact_id).fetch_all(c).await)?;
    Ok(rows)
}

/// Remembers a capture address that a contact had before it got a new one.
pub async fn keep_capture(
    tx: &mut Tx,
    contact_id: i64,
    local_part: &str,
    now_us: i64,
) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into contact_capture (local_part, contact_id, created_at) values ($1, $2, $3) \
         on conflict (local_part) do nothing")
        .bind(local_part).bind(contact_id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}
