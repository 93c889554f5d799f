//! The texts that came by mail and were run: the same text again applies nothing, and gets the same answer.

use super::next_number;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A text that was run.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// The mail that it came with.
    pub interaction_id: Option<i64>,
    /// Who said it.
    pub member_id: i64,
    /// Digest of member, addresses and text.
    pub identity: String,
    /// Microseconds since 1970.
    pub at: i64,
    /// What it is in the journal; 0 where it changed nothing.
    pub batch: i64,
    /// The answer to it.
    pub outbox_id: Option<i64>,
}

/// Writes a run; its `id` is given out here.
pub async fn insert(tx: &mut Tx, mut row: RunRow) -> Result<()> {
    row.id = next_number(tx, "command_run").await?;
    on!(tx, c => sqlx::query(
        "insert into command_run (id, interaction_id, member_id, identity, at, batch, outbox_id) \
         values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(row.id).bind(row.interaction_id).bind(row.member_id).bind(&row.identity).bind(row.at)
        .bind(row.batch).bind(row.outbox_id)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// What was run of a mail.
pub async fn of_interaction(tx: &mut Tx, interaction_id: i64) -> Result<Option<RunRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, interaction_id, member_id, identity, at, batch, outbox_id from command_run \
         where interaction_id = $1 order by id limit 1")
        .bind(interaction_id).fetch_optional(c).await)?;
    Ok(row)
}

/// The same text, where it was run since a moment (microseconds since 1970).
pub async fn same(tx: &mut Tx, identity: &str, since_us: i64) -> Result<Option<RunRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, interaction_id, member_id, identity, at, batch, outbox_id from command_run \
         where identity = $1 and at >= $2 order by id desc limit 1")
        .bind(identity).bind(since_us).fetch_optional(c).await)?;
    Ok(row)
}
