//! What became of a row.

use super::claim::Claim;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Bytes of a server's answer that are kept.
const ERROR_BYTES_MAX: usize = 400;

/// It was handed over. Whoever claimed it meanwhile: it is sent, and what is sent is not to be sent again.
pub async fn sent(tx: &mut Tx, id: i64, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update outbox set state = 'sent', sent_at = $2, claimed_by = null, claimed_until = null, error = null \
         where id = $1 and state in ('waiting', 'sending')")
        .bind(id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// It could not be handed over, and is tried again; false where the claim was lost meanwhile.
pub async fn retry(
    tx: &mut Tx,
    claim: Claim<'_>,
    id: i64,
    due_at: i64,
    error: &str,
) -> Result<bool> {
    let changed: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set state = 'waiting', due_at = $3, claimed_by = null, claimed_until = null, error = $4 \
         where id = $1 and state = 'sending' and claimed_by = $2 returning id")
        .bind(id).bind(claim.word()).bind(due_at).bind(storable(error)).fetch_optional(c).await)?;
    Ok(changed.is_some())
}

/// Letters to contacts that are due wait until a time: the relay that all of them go by is shut.
pub async fn put_off(tx: &mut Tx, now_us: i64, until_us: i64, error: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update outbox set due_at = $2, error = $3 where kind = 'relay_out' and state = 'waiting' and due_at <= $1")
        .bind(now_us).bind(until_us).bind(storable(error)).execute(c).await.map(drop))?;
    Ok(())
}

/// Letters to contacts that were put off, or failed, are due now: they go by another way. Gives how many.
pub async fn pull(tx: &mut Tx, now_us: i64) -> Result<u64> {
    let pulled = on!(tx, c => sqlx::query(
        "update outbox set due_at = $1 where kind = 'relay_out' and state = 'waiting' and due_at > $1 and error is not null")
        .bind(now_us).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(pulled)
}

/// It is not tried again; false where the claim was lost meanwhile.
pub async fn dead(tx: &mut Tx, claim: Claim<'_>, id: i64, error: &str) -> Result<bool> {
    let changed: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set state = 'dead', claimed_by = null, claimed_until = null, error = $3 \
         where id = $1 and state = 'sending' and claimed_by = $2 returning id")
        .bind(id).bind(claim.word()).bind(storable(error)).fetch_optional(c).await)?;
    Ok(changed.is_some())
}

/// Takes back a row that waits; false where it is too late, or was taken back before.
pub async fn cancel(tx: &mut Tx, id: i64) -> Result<bool> {
    let changed: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set state = 'cancelled' where id = $1 and state = 'waiting' returning id")
        .bind(id).fetch_optional(c).await)?;
    Ok(changed.is_some())
}

/// It came back: a report says that it did not arrive. False where that is known already, and for a row that was never tried:
/// nobody can report on it.
pub async fn bounced(tx: &mut Tx, id: i64, now_us: i64, error: &str) -> Result<bool> {
    let changed: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set state = 'dead', bounced_at = $2, error = $3, claimed_by = null, claimed_until = null \
         where id = $1 and bounced_at is null and attempts > 0 and state <> 'cancelled' returning id")
        .bind(id).bind(now_us).bind(storable(error)).fetch_optional(c).await)?;
    Ok(changed.is_some())
}

/// Keeps what a report says of a row that may still arrive.
pub async fn note(tx: &mut Tx, id: i64, error: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update outbox set error = $2 where id = $1 and bounced_at is null")
        .bind(id).bind(storable(error)).execute(c).await.map(drop))?;
    Ok(())
}

/// Removes the bytes of rows that are done and older; the rows stay. Gives how many.
pub async fn purge(tx: &mut Tx, created_before: i64, count_max: i64) -> Result<usize> {
    let purged: Vec<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set message = null where id in (select id from outbox where message is not null \
         and created_at <= $1 and state in ('sent', 'dead', 'cancelled') order by created_at limit $2) returning id")
        .bind(created_before).bind(count_max).fetch_all(c).await)?;
    Ok(purged.len())
}

/// How many were sent at or after a time, in all or to one domain, counted up to a bound; and when the first of them was.
pub async fn sent_since(
    tx: &mut Tx,
    domain: Option<&str>,
    since_us: i64,
    count_max: i64,
) -> Result<(i64, Option<i64>)> {
    let count = match domain {
        None => on!(tx, c => sqlx::query_as(
            "select count(*), min(sent_at) from \
             (select sent_at from outbox where sent_at >= $1 order by sent_at limit $2) as counted")
            .bind(since_us).bind(count_max).fetch_one(c).await)?,
        Some(domain) => on!(tx, c => sqlx::query_as(
            "select count(*), min(sent_at) from \
             (select sent_at from outbox where recipient_domain = $3 and sent_at >= $1 order by sent_at limit $2) as counted")
            .bind(since_us).bind(count_max).bind(domain).fetch_one(c).await)?,
    };
    Ok(count)
}

/// What both databases take, and not endless.
fn storable(error: &str) -> String {
    let mut end = error.len().min(ERROR_BYTES_MAX);
    while !error.is_char_boundary(end) {
        end -= 1;
    }
    error.get(..end).unwrap_or_default().replace('\0', "")
}
