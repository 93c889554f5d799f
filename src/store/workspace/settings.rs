//! What a workspace chose, by name; the words are those of a command.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use std::collections::BTreeMap;

/// All that was chosen, by name; at most 100.
pub async fn all(tx: &mut Tx) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> = on!(tx, c => sqlx::query_as("select name, value from setting limit 100")
        .fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Chooses something; `None` is the default again.
pub async fn put(tx: &mut Tx, name: &str, value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => on!(tx, c => sqlx::query(
            "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
            .bind(name).bind(value).execute(c).await.map(drop))?,
        None => on!(tx, c => sqlx::query("delete from setting where name = $1")
            .bind(name).execute(c).await.map(drop))?,
    }
    Ok(())
}
