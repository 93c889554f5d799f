//! The journal: every change, before and after.

use super::bulk::insert_rows;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most rows of one batch that are read: a text has at most 100 lines, each of which makes a few.
const BATCH_ROWS_MAX: i64 = 2_000;

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
    /// The row that this one takes back, or does again.
    #[sqlx(default)]
    pub takes_back: Option<i64>,
}

macro_rules! select_journal {
    ($rest:literal) => {
        concat!(
            "select id, at, member_id, door, proof, verb, subject, before, after, batch, line, changes, undone_by, \
             takes_back from journal ",
            $rest
        )
    };
}

/// Appends changes.
pub async fn insert_many(tx: &mut Tx, rows: &[JournalRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into journal (id, at, member_id, door, proof, verb, subject, before, after, batch, line, changes, undone_by, \
         takes_back) ",
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
            .push_bind(row.takes_back)
    );
    Ok(())
}

/// The change with this number.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<JournalRow>> {
    let row = on!(tx, c => sqlx::query_as(select_journal!("where id = $1 limit 1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The changes of a batch, the first first.
pub async fn of_batch(tx: &mut Tx, batch: i64) -> Result<Vec<JournalRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_journal!("where batch = $1 order by id limit $2"))
        .bind(batch).bind(BATCH_ROWS_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// The first change of a batch.
pub async fn first_of_batch(tx: &mut Tx, batch: i64) -> Result<Option<i64>> {
    let id = on!(tx, c => sqlx::query_scalar("select id from journal where batch = $1 order by id limit 1")
        .bind(batch).fetch_optional(c).await)?;
    Ok(id)
}

/// The undo or redo of a change that stands: it says whether the change is in effect.
pub async fn last_word_on(tx: &mut Tx, id: i64) -> Result<Option<JournalRow>> {
    let row = on!(tx, c => sqlx::query_as(select_journal!(
        "where takes_back = $1 and undone_by is null order by id desc limit 1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// Which batches of a member.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Whose.
    pub member_id: i64,
    /// Not before; microseconds since 1970.
    pub since_us: i64,
    /// But this one; 0 for none.
    pub except: i64,
}

/// The last batches of a member that hold changes which stand and can be taken back, the newest first; undos are none of them.
pub async fn standing_batches(tx: &mut Tx, which: Standing, limit: i64) -> Result<Vec<i64>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select batch from journal where member_id = $1 and at >= $2 and batch > 0 and batch <> $3 \
         and changes is not null and undone_by is null and verb <> 'undo' \
         group by batch order by max(id) desc limit $4")
        .bind(which.member_id).bind(which.since_us).bind(which.except).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// The last batch of a member, whether it can be taken back or not.
pub async fn last_batch(tx: &mut Tx, which: Standing) -> Result<Option<i64>> {
    let batch = on!(tx, c => sqlx::query_scalar(
        "select batch from journal where member_id = $1 and at >= $2 and batch > 0 and batch <> $3 order by id desc limit 1")
        .bind(which.member_id).bind(which.since_us).bind(which.except).fetch_optional(c).await)?;
    Ok(batch)
}

/// The last batch of a member that took changes back and was not itself taken back.
pub async fn last_undo(tx: &mut Tx, which: Standing) -> Result<Option<i64>> {
    let batch = on!(tx, c => sqlx::query_scalar(
        "select batch from journal where member_id = $1 and at >= $2 and batch > 0 and batch <> $3 \
         and changes is not null and undone_by is null and verb = 'undo' order by id desc limit 1")
        .bind(which.member_id).bind(which.since_us).bind(which.except).fetch_optional(c).await)?;
    Ok(batch)
}

/// The last change by a verb that has this subject.
pub async fn last_of_verb(tx: &mut Tx, subject: &str, verb: &str) -> Result<Option<JournalRow>> {
    let row = on!(tx, c => sqlx::query_as(select_journal!(
        "where subject = $1 and verb = $2 order by id desc limit 1"))
        .bind(subject).bind(verb).fetch_optional(c).await)?;
    Ok(row)
}

/// Says which batch took a change back.
pub async fn set_undone_by(tx: &mut Tx, id: i64, batch: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update journal set undone_by = $2 where id = $1")
        .bind(id).bind(batch).execute(c).await.map(drop))?;
    Ok(())
}

/// The newest changes of a row's subject made after a change, the newest first.
pub async fn of_subject_since(
    tx: &mut Tx,
    subject: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<JournalRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_journal!(
        "where subject = $1 and id > $2 order by id desc limit $3"))
        .bind(subject).bind(after).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}
