//! Numbers about the workspace as a whole: what stages there are, what happened in a span of time.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Stages that are read.
const STAGES_MAX: i64 = 50;
/// What is counted of one span of time.
const COUNT_MAX: i64 = 20_000;
/// Interactions of one contact that are counted.
const OF_CONTACT_MAX: i64 = 10_000;

/// Contacts by status, the most first: (status, how many); an empty status is none.
pub async fn by_status(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select coalesce(status, '') as stage, count(*) as many from contact \
         where deleted_at is null and merged_into is null group by coalesce(status, '') \
         order by many desc, stage limit $1")
        .bind(STAGES_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// What was filed in a span of time, by direction: (`in`, `out` or `internal`, how many); of the newest 20,000. The state is
/// no condition of the inner reading: with one, SQLite would walk all that is filed.
pub async fn by_direction(tx: &mut Tx, from_us: i64, until_us: i64) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select direction, count(*) from (select state, direction from interaction \
         where happened_at >= $1 and happened_at < $2 order by happened_at desc, id desc limit $3) as newest \
         where state = 'filed' group by direction order by direction limit 10")
        .bind(from_us).bind(until_us).bind(COUNT_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// How many contacts were made in a span of time.
pub async fn new_contacts(tx: &mut Tx, from_us: i64, until_us: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from contact where created_at >= $1 and created_at < $2 \
         and deleted_at is null and merged_into is null limit $3) as counted")
        .bind(from_us).bind(until_us).bind(COUNT_MAX).fetch_one(c).await)?;
    Ok(count)
}

/// How many actions a member finished in a span of time.
pub async fn actions_done(tx: &mut Tx, member_id: i64, from_us: i64, until_us: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from action where member_id = $1 and state = 'done' and done_at >= $2 and done_at < $3")
        .bind(member_id).bind(from_us).bind(until_us).fetch_one(c).await)?;
    Ok(count)
}

/// A member's actions: (open, overdue).
pub async fn actions_open(tx: &mut Tx, member_id: i64, now_us: i64) -> Result<(i64, i64)> {
    let counts = on!(tx, c => sqlx::query_as(
        "select (select count(*) from action where member_id = $1 and state in ('current', 'queued')), \
         (select count(*) from action where member_id = $1 and state in ('current', 'queued') and due_at < $2)")
        .bind(member_id).bind(now_us).fetch_one(c).await)?;
    Ok(counts)
}

/// What was said with a contact since a moment: (when, direction), the newest first; at most 10,000.
pub async fn of_contact(tx: &mut Tx, contact_id: i64, since_us: i64) -> Result<Vec<(i64, String)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select i.happened_at, i.direction from interaction_contact ic join interaction i on i.id = ic.interaction_id \
         where ic.contact_id = $1 and ic.role <> 'participant' and i.state not in ('set_aside', 'deleted') \
         and i.happened_at >= $2 \
         order by i.happened_at desc limit $3")
        .bind(contact_id).bind(since_us).bind(OF_CONTACT_MAX).fetch_all(c).await)?;
    Ok(rows)
}
