//! Every table of a workspace as plain data, for export and import: all of its columns, row by row.
//!
//! What is left out, and why, stands in [`LEFT_OUT`]; a test compares both lists to the tables that are there.

mod shapes;

pub use shapes::{LEFT_OUT, TABLES};

use super::bulk::insert_rows;
use super::ledger::Columns;
use crate::domain::{Error, Result};
use crate::on;
use crate::store::Tx;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use serde_json::Value;
use sqlx::Row as _;
use tokio::sync::mpsc;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A number or a time.
    Number,
    /// The id of an account: another one on another instance.
    Account,
    /// Text.
    Text,
    /// JSON, in which ids of accounts may stand.
    Json,
    /// Yes or no.
    Truth,
    /// Bytes; base64 in the export.
    Bytes,
}

/// A table.
#[derive(Debug)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// How many of the columns, from the first, are its primary key.
    pub key: usize,
    /// All columns that are exported.
    pub columns: &'static [(&'static str, Holds)],
}

/// A value of a row on its way into the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A number.
    Number(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Yes or no.
    Truth(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

impl Shape {
    /// The table of this name.
    pub fn of(name: &str) -> Option<&'static Shape> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The values of a row in the order of the columns. A column that is not there is null, as one is that a later version
    /// has added; an unknown column, or a value of the wrong kind, is named in the error.
    pub fn cells(&self, row: &Columns) -> Result<Vec<Cell>, String> {
        let is_known = |name: &str| self.columns.iter().any(|(known, _)| *known == name);
        if let Some(name) = row.keys().find(|name| !is_known(name)) {
            return Err(format!("\"{name}\" is no column of {}", self.name));
        }
        let cells = self.columns.iter().map(|(name, holds)| {
            let value = row.get(*name).unwrap_or(&Value::Null);
            cell(*holds, value).ok_or_else(|| format!("\"{name}\" has a value of the wrong kind"))
        });
        cells.collect()
    }
}

fn cell(holds: Holds, value: &Value) -> Option<Cell> {
    Some(match (holds, value) {
        (Holds::Number | Holds::Account, Value::Null) => Cell::Number(None),
        (Holds::Number | Holds::Account, value) => Cell::Number(Some(value.as_i64()?)),
        (Holds::Text | Holds::Json, Value::Null) => Cell::Text(None),
        (Holds::Text | Holds::Json, Value::String(text)) => Cell::Text(Some(text.clone())),
        (Holds::Truth, Value::Null) => Cell::Truth(None),
        (Holds::Truth, value) => Cell::Truth(Some(value.as_bool()?)),
        (Holds::Bytes, Value::Null) => Cell::Bytes(None),
        (Holds::Bytes, Value::String(text)) => Cell::Bytes(Some(STANDARD.decode(text).ok()?)),
        _ => return None,
    })
}

/// Sends every row of a table, in the order of its key. They go on as the reader takes them, so that a table of any length
/// needs the memory of a few rows.
pub async fn rows(tx: &mut Tx, table: &Shape, out: &mpsc::Sender<Columns>) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let sql = format!(
        "select {} from {} order by {}",
        names.join(", "),
        table.name,
        names.get(..table.key).unwrap_or_default().join(", ")
    );
    on!(tx, c => {
        let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(c);
        while let Some(row) = rows.try_next().await? {
            let mut columns = Columns::new();
            for (name, holds) in table.columns {
                let value = match holds {
                    Holds::Number | Holds::Account => Value::from(row.try_get::<Option<i64>, _>(*name)?),
                    Holds::Text | Holds::Json => Value::from(row.try_get::<Option<String>, _>(*name)?),
                    Holds::Truth => Value::from(row.try_get::<Option<bool>, _>(*name)?),
                    Holds::Bytes => {
                        let bytes = row.try_get::<Option<Vec<u8>>, _>(*name)?;
                        Value::from(bytes.map(|bytes| STANDARD.encode(bytes)))
                    }
                };
                columns.insert((*name).to_owned(), value);
            }
            out.send(columns).await.map_err(|_| nobody_reads())?;
        }
    });
    Ok(())
}

fn nobody_reads() -> Error {
    Error::unavailable("the export was not read to its end; begin it again")
}

/// Writes rows that are not there, as [`Shape::cells`] gave them.
pub async fn insert(tx: &mut Tx, table: &Shape, rows: &[Vec<Cell>]) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let sql = format!("insert into {} ({}) ", table.name, names.join(", "));
    insert_rows!(tx, sql.as_str(), rows, "", |bind, row| for cell in row {
        match cell {
            Cell::Number(value) => bind.push_bind(*value),
            Cell::Text(value) => bind.push_bind(value.as_deref()),
            Cell::Truth(value) => bind.push_bind(*value),
            Cell::Bytes(value) => bind.push_bind(value.as_deref()),
        };
    });
    Ok(())
}

/// Says which contacts were merged into which, once all of them are there: (contact, into).
pub async fn set_merged(tx: &mut Tx, pairs: &[(i64, i64)]) -> Result<()> {
    for (id, into) in pairs {
        on!(&mut *tx, c => sqlx::query("update contact set merged_into = $2 where id = $1")
            .bind(id).bind(into).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Writes the one row of the workspace itself.
pub async fn put_workspace(tx: &mut Tx, seq: i64, settings: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update workspace set seq = $1, settings = $2 where id = 1")
        .bind(seq).bind(settings).execute(c).await.map(drop))?;
    Ok(())
}

/// A raw message without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RawLine {
    /// Its number.
    pub id: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// How many bytes.
    pub size_bytes: i64,
}

/// Raw messages behind a number, in the order of their numbers.
pub async fn raw_lines(tx: &mut Tx, behind: i64, limit: i64) -> Result<Vec<RawLine>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, digest, size_bytes from raw_message where id > $1 order by id limit $2")
        .bind(behind).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Interactions behind a number that came with files: (interaction, raw message).
pub async fn with_files(tx: &mut Tx, behind: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select i.id, i.raw_id from interaction i where i.id > $1 and i.raw_id is not null and i.state <> 'deleted' \
         and exists (select 1 from attachment a where a.interaction_id = i.id) order by i.id limit $2")
        .bind(behind).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Which rows of a table are to be found by words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Contacts that were neither deleted nor merged.
    Contacts,
    /// Interactions that were not deleted.
    Interactions,
}

/// Their numbers behind a number, in order.
pub async fn found(tx: &mut Tx, which: Found, behind: i64, limit: i64) -> Result<Vec<i64>> {
    let sql = match which {
        Found::Contacts => {
            "select id from contact where id > $1 and deleted_at is null and merged_into is null order by id limit $2"
        }
        Found::Interactions => {
            "select id from interaction where id > $1 and state <> 'deleted' order by id limit $2"
        }
    };
    let ids = on!(tx, c => sqlx::query_scalar(sql).bind(behind).bind(limit).fetch_all(c).await)?;
    Ok(ids)
}

/// Stops what waited to be sent, and says how much that is. What waits in an export was, or will be,
/// sent by the instance that it came from.
pub async fn stop_sending(tx: &mut Tx) -> Result<u64> {
    let mut stopped = 0;
    for sql in [
        "update outbox set state = 'cancelled', claimed_by = null, claimed_until = null where state in ('waiting', 'sending')",
        "update chat_message set state = 'cancelled', claimed_by = null, claimed_until = null \
         where state in ('waiting', 'sending', 'handed')",
        "update broadcast set state = 'stopped' where state = 'going'",
    ] {
        stopped +=
            on!(&mut *tx, c => sqlx::query(sql).execute(c).await.map(|done| done.rows_affected()))?;
    }
    Ok(stopped)
}
