//! What has been kept long enough goes, a bounded number of rows at a time; what is gone already is nothing to do.

use super::outbox;
use crate::domain::Result;
use crate::domain::retention::{Kept, Row};
use crate::on;
use crate::store::Tx;

/// When a chore was done last.
pub async fn done_at(tx: &mut Tx, chore: &str) -> Result<Option<i64>> {
    let at = on!(tx, c => sqlx::query_scalar("select at from chore where name = $1")
        .bind(chore).fetch_optional(c).await)?;
    Ok(at)
}

/// Says when a chore was done last.
pub async fn set_done_at(tx: &mut Tx, chore: &str, at_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into chore (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at")
        .bind(chore).bind(at_us).execute(c).await.map(drop))?;
    Ok(())
}

/// The same where it was never done; false where it was.
pub async fn begins(tx: &mut Tx, chore: &str, at_us: i64) -> Result<bool> {
    let begun = on!(tx, c => sqlx::query("insert into chore (name, at) values ($1, $2) on conflict (name) do nothing")
        .bind(chore).bind(at_us).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(begun == 1)
}

/// The same where it was not said of that moment yet; false where it was.
pub async fn changes(tx: &mut Tx, chore: &str, at_us: i64) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "insert into chore (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at where chore.at <> excluded.at")
        .bind(chore).bind(at_us).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// When a chore was done last; nobody forgets it before this transaction ends.
pub async fn held_at(tx: &mut Tx, chore: &str) -> Result<Option<i64>> {
    on!(&mut *tx, c => sqlx::query("update chore set at = at where name = $1").bind(chore).execute(c).await.map(drop))?;
    done_at(tx, chore).await
}

/// Forgets a chore.
pub async fn forget_chore(tx: &mut Tx, chore: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from chore where name = $1").bind(chore).execute(c).await.map(drop))?;
    Ok(())
}

/// Removes what is older than a moment of one kind, at most so many rows; gives how many. What other rooms forget by themselves is
/// nothing here.
pub async fn forget(tx: &mut Tx, row: &Row, before_us: i64, count_max: i64) -> Result<u64> {
    let sql = match row.kept {
        Kept::SentLetters => {
            let purged = outbox::purge(tx, before_us, count_max).await?;
            return Ok(purged as u64);
        }
        Kept::ChatMessages => {
            "update chat_message set body = '{\"pieces\":[]}' where id in (select id from chat_message \
             where created_at <= $1 and body <> '{\"pieces\":[]}' and state in ('sent', 'dead', 'cancelled', 'uncertain') \
             order by created_at limit $2)"
        }
        Kept::Envelopes => {
            "update witness set envelope = '{}' where spool_id in (select spool_id from witness \
             where received_at <= $1 and envelope <> '{}' order by received_at limit $2)"
        }
        // A merge is taken apart by its entry, however old.
        Kept::JournalChanges => {
            "update journal set changes = null, before = '{}', after = '{}' where id in (select id from journal \
             where at <= $1 and changes is not null and verb <> 'merge' order by at limit $2)"
        }
        Kept::Confirmations => {
            "delete from confirmation where id in (select id from confirmation where expires_at <= $1 order by id limit $2)"
        }
        Kept::ParkedMail | Kept::Undo | Kept::ChatDone => return Ok(0),
    };
    let gone = on!(tx, c => sqlx::query(sql).bind(before_us).bind(count_max)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone)
}
