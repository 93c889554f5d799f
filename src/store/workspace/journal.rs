//! The journal: every change, before and after.

use super::bulk::insert_rows;
use crate::domain::Result;
use crate::store::Tx;

/// One change.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct JournalRow {
    /// Its number; orders the changes.
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Who, where a member.
    pub member_id: Option<i64>,
    /// `mail`, `chat`, `web`, `command_line`.
    pub door: String,
    /// The word of `domain::why::Proof`.
    pub proof: String,
    /// What was done.
    pub verb: String,
    /// To what: `#i9`.
    pub subject: String,
    /// JSON of what changed, as it was.
    pub before: String,
    /// JSON of what changed, as it is.
    pub after: String,
    /// The text that was run, all or none; 0 where no text was.
    pub batch: i64,
    /// Its line, from 1; 0 where no text was.
    pub line: i64,
    /// JSON of the rows that changed, by which it is undone; absent where it cannot be.
    pub changes: Option<String>,
    /// The batch that took it back.
    pub undone_by: Option<i64>,
}

/// Appends changes.
pub async fn insert_many(tx: &mut Tx, rows: &[JournalRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into journal (id, at, member_id, door, proof, verb, subject, before, after, batch, line, changes, undone_by) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.id)
            .push_bind(row.at)
            .push_bind(row.member_id)
            .push_bind(&row.door)
            .push_bind(&row.proof)
            .push_bind(&row.verb)
            .push_bind(&row.subject)
            .push_bind(&row.before)
            .push_bind(&row.after)
            .push_bind(row.batch)
            .push_bind(row.line)
            .push_bind(&row.changes)
            .push_bind(row.undone_by)
    );
    Ok(())
}
