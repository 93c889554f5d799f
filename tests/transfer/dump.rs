//! A workspace as lines that are the same on both databases: every row and every column of every table that is there.

use rapport::on;
use rapport::store::Tx;
use rapport::store::workspace::{raw, search};
use std::collections::BTreeSet;

/// A table's columns, as the database knows them: name and type.
pub async fn columns(tx: &mut Tx, table: &str) -> Vec<(String, String)> {
    let sql = match tx.is_postgres() {
        true => {
            "select cast(column_name as text), cast(data_type as text) from information_schema.columns \
             where table_schema = current_schema() and table_name = $1 order by 1"
        }
        false => "select name, lower(type) from pragma_table_info($1) order by 1",
    };
    on!(tx, c => sqlx::query_as(sql).bind(table).fetch_all(c).await.unwrap())
}

/// The tables that are there.
pub async fn tables(tx: &mut Tx) -> Vec<String> {
    let sql = match tx.is_postgres() {
        true => {
            "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() order by 1"
        }
        false => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1"
        }
    };
    let names: Vec<String> = on!(tx, c => sqlx::query_scalar(sql).fetch_all(c).await.unwrap());
    // FTS5 keeps its own tables beside the index.
    names
        .into_iter()
        .filter(|name| !name.starts_with("search_index_") && name != "_sqlx_migrations")
        .collect()
}

/// A line a row, a line a raw message with its bytes, and what words find.
pub async fn dump(tx: &mut Tx) -> Vec<String> {
    let mut lines = Vec::new();
    for table in tables(tx).await {
        if table == "search_index" {
            continue;
        }
        let shown: Vec<String> = columns(tx, &table)
            .await
            .into_iter()
            .filter(|(name, _)| name != "zstd")
            .map(|(name, kind)| shown(&name, &kind, tx.is_postgres()))
            .collect();
        let sql = format!("select {} from {table}", shown.join(" || '|' || "));
        let rows: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(c).await.unwrap());
        let mut rows: Vec<String> = rows
            .into_iter()
            .map(|row| format!("{table} {row}"))
            .collect();
        rows.sort_unstable();
        lines.extend(rows);
    }
    let ids: Vec<i64> = on!(&mut *tx, c => sqlx::query_scalar("select id from raw_message order by id").fetch_all(c).await.unwrap());
    for id in ids {
        let bytes = raw::get(tx, id).await.unwrap().unwrap();
        lines.push(format!("raw {id} {}", bytes.escape_ascii()));
    }
    lines.extend(found(tx).await);
    lines
}

fn shown(name: &str, kind: &str, is_postgres: bool) -> String {
    let text = match kind {
        "bytea" if is_postgres => format!("upper(encode({name}, 'hex'))"),
        "bytea" => format!("hex({name})"),
        "boolean" => format!("case when {name} then 'yes' else 'no' end"),
        _ => format!("cast({name} as text)"),
    };
    format!("'{name}=' || coalesce({text}, '~')")
}

/// What every word of the workspace finds.
async fn found(tx: &mut Tx) -> Vec<String> {
    let texts: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(
        "select coalesce(subject, '') || ' ' || text from interaction union all select coalesce(name, '') from contact \
         union all select value from contact_field union all select tag from contact_tag union all select name from attachment")
        .fetch_all(c).await.unwrap());
    let words: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect();
    let mut lines = Vec::new();
    for word in words {
        let hits = search::search(tx, &word, 100, 0).await.unwrap();
        lines.extend(hits.iter().map(|hit| format!("find {word} {hit:?}")));
    }
    lines
}

/// The lines that only one of two dumps has.
pub fn difference(before: &[String], after: &[String]) -> Vec<String> {
    let only = |of: &[String], other: &[String], mark: &str| -> Vec<String> {
        of.iter()
            .filter(|line| !other.contains(line))
            .map(|line| format!("{mark} {line}"))
            .collect()
    };
    let mut lines = only(before, after, "-");
    lines.extend(only(after, before, "+"));
    lines
}
