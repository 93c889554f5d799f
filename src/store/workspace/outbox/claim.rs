//! Who sends what, and for how long it is theirs.

use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;

/// Who claims, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The node: what it claimed before it was started anew is nobody's.
    pub node: &'a str,
    /// This run of the node.
    pub run: &'a str,
    /// Microseconds since 1970.
    pub now_us: i64,
    /// When the rows are anybody's again.
    pub until_us: i64,
}

/// A row that was claimed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ClaimedRow {
    /// Its number.
    pub id: i64,
    /// The word of an `OutboxKind`.
    pub kind: String,
    /// When it was due.
    pub due_at: i64,
    /// How often sending began, this time included.
    pub attempts: i64,
    /// When it was written.
    pub created_at: i64,
    /// The address that it goes to, normalised.
    pub recipient: String,
    /// Its domain.
    pub recipient_domain: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The member that it is to or from.
    pub member_id: Option<i64>,
    /// The contact that it is to, from or about.
    pub contact_id: Option<i64>,
    /// The interaction that it answers or carries on.
    pub interaction_id: Option<i64>,
}

/// Which rows are claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// All.
    All,
    /// Our own letters to members.
    Members,
    /// Letters to contacts.
    Contacts,
}

impl Claim<'_> {
    /// What stands in the row.
    pub(super) fn word(&self) -> String {
        format!("{}#{}", self.node, self.run)
    }
}

/// Claims rows that are due, the oldest first. What a worker left behind that died is due again before that.
pub async fn claim(
    tx: &mut Tx,
    claim: Claim<'_>,
    whose: Whose,
    count_max: i64,
) -> Result<Vec<ClaimedRow>> {
    let own_node = format!("{}#", claim.node);
    let width = i32::try_from(own_node.chars().count()).unwrap_or(i32::MAX);
    on!(&mut *tx, c => sqlx::query(
        "update outbox set state = 'waiting', claimed_by = null, claimed_until = null where state = 'sending' \
         and (claimed_until < $1 or (substr(claimed_by, 1, $3) = $2 and claimed_by <> $4))")
        .bind(claim.now_us).bind(&own_node).bind(width).bind(claim.word())
        .execute(c).await.map(drop))?;
    let mut rows: Vec<ClaimedRow> = on!(tx, c => sqlx::query_as(
        "update outbox set state = 'sending', attempts = attempts + 1, claimed_by = $2, claimed_until = $3 \
         where id in (select id from outbox where state = 'waiting' and due_at <= $1 \
         and ((kind <> 'relay_out' and $5) or (kind = 'relay_out' and $6)) \
         and (object = 'leaving' or kind = 'sign_in' or not exists (select 1 from chore where name = 'leaving')) order by due_at, id limit $4) \
         returning id, kind, due_at, attempts, created_at, recipient, recipient_domain, message_id, member_id, contact_id, \
         interaction_id")
        .bind(claim.now_us).bind(claim.word()).bind(claim.until_us).bind(count_max)
        .bind(whose != Whose::Contacts).bind(whose != Whose::Members)
        .fetch_all(c).await)?;
    rows.sort_by_key(|row| (row.due_at, row.id));
    Ok(rows)
}

/// Gives a claimed row back as if it had not been tried; due at a time.
pub async fn give_back(tx: &mut Tx, claim: Claim<'_>, id: i64, due_at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update outbox set state = 'waiting', attempts = attempts - 1, due_at = $3, claimed_by = null, claimed_until = null \
         where id = $1 and state = 'sending' and claimed_by = $2")
        .bind(id).bind(claim.word()).bind(due_at).execute(c).await.map(drop))?;
    Ok(())
}

/// The finished message of a row; absent where it is kept no longer.
pub async fn message(tx: &mut Tx, id: i64) -> Result<Option<Vec<u8>>> {
    let found: Option<(i64, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(
        "select size_bytes, message from outbox where id = $1")
        .bind(id).fetch_optional(c).await)?;
    let Some((size_bytes, Some(packed))) = found else {
        return Ok(None);
    };
    let size_bytes = usize::try_from(size_bytes).unwrap_or_default();
    let message = zstd::bulk::decompress(&packed, size_bytes).map_err(|e| {
        Error::new(
            Kind::Corrupt,
            format!(
                "the outgoing mail {id} cannot be unpacked; restore the workspace from a backup"
            ),
        )
        .because(e)
    })?;
    Ok(Some(message))
}

/// When there is something to do next: a row is due, a claim runs out, or a message has been kept for `kept_us`. Absent where
/// there is nothing.
pub async fn next_due(tx: &mut Tx, kept_us: i64) -> Result<Option<i64>> {
    let (waiting, claimed, kept): (Option<i64>, Option<i64>, Option<i64>) = on!(tx, c => sqlx::query_as(
        "select (select min(due_at) from outbox where state = 'waiting' \
         and (object = 'leaving' or kind = 'sign_in' or not exists (select 1 from chore where name = 'leaving'))), \
         (select min(claimed_until) from outbox where state = 'sending'), \
         (select min(created_at) from outbox where message is not null and state in ('sent', 'dead', 'cancelled'))")
        .fetch_one(c).await)?;
    let claimed = claimed.map(|until| until + 1);
    let kept = kept.map(|created_at| created_at + kept_us);
    Ok(waiting.into_iter().chain(claimed).chain(kept).min())
}
