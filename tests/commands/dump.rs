//! A workspace as text, to compare what undo leaves with what was there.

use crate::world::World;
use rapport::on;
use rapport::store::Tx;
use rapport::store::workspace::contacts;

/// What tells of the changes themselves, and what only counts.
const LEFT_OUT: [&str; 7] = [
    "journal",
    "counter",
    "confirmation",
    "confirmation_miss",
    "command_run",
    "workspace",
    "_sqlx_migrations",
];

impl World {
    /// Every row of every table but those that tell of the changes, and every word of the index; a line each.
    pub async fn dump(&self) -> Vec<String> {
        let mut tx = self.read().await;
        let mut lines = Vec::new();
        for table in tables(&mut tx).await {
            let rows = rows(&mut tx, &table).await;
            lines.extend(rows.into_iter().map(|row| format!("{table} {row}")));
        }
        lines.extend(index(&mut tx).await);
        lines
    }

    /// Brings up to date what mail that was put here by hand did not.
    pub async fn settle(&self) {
        let mut tx = self.write().await;
        let ids: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar("select id from contact")
            .fetch_all(c).await.unwrap());
        for id in ids {
            contacts::refresh_last_at(&mut tx, id).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

async fn tables(tx: &mut Tx) -> Vec<String> {
    let sql = match tx.is_postgres() {
        true => {
            "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() order by 1"
        }
        false => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1"
        }
    };
    let names: Vec<String> = on!(tx, c => sqlx::query_scalar(sql).fetch_all(c).await.unwrap());
    names
        .into_iter()
        .filter(|name| !LEFT_OUT.contains(&name.as_str()) && !name.starts_with("search_index"))
        .collect()
}

async fn rows(tx: &mut Tx, table: &str) -> Vec<String> {
    let row = match tx.is_postgres() {
        true => "cast(t as text)".to_owned(),
        false => {
            let columns: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(
                "select 'quote(' || name || ')' from pragma_table_info($1) order by name")
                .bind(table).fetch_all(c).await.unwrap());
            columns.join(" || ',' || ")
        }
    };
    let sql = format!("select {row} from {table} t order by 1");
    on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(c).await.unwrap())
}

/// What is found by which words.
async fn index(tx: &mut Tx) -> Vec<String> {
    if tx.is_postgres() {
        return on!(tx, c => sqlx::query_scalar(
            "select 'index ' || id || ' ' || words from search_index order by id")
            .fetch_all(c).await.unwrap());
    }
    on!(&mut *tx, c => sqlx::query(
        "create virtual table if not exists temp.words using fts5vocab('main', 'search_index', 'instance')")
        .execute(c).await.map(drop).unwrap());
    on!(tx, c => sqlx::query_scalar(
        "select 'index ' || doc || ' ' || offset || ' ' || term from temp.words order by doc, offset, term")
        .fetch_all(c).await.unwrap())
}

/// The lines that only one of two dumps has.
pub fn difference(before: &[String], after: &[String]) -> String {
    let only = |of: &[String], other: &[String], mark: &str| {
        of.iter()
            .filter(|line| !other.contains(line))
            .map(|line| format!("{mark} {line}"))
            .collect::<Vec<_>>()
    };
    let mut lines = only(before, after, "-");
    lines.extend(only(after, before, "+"));
    lines.join("\n")
}
