//! The workspace's own bot, one at most: people write to it, and broadcasts come from it.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A bot of the workspace.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChannelBotRow {
    /// Its number at Telegram.
    pub id: i64,
    /// Without the `@`.
    pub username: String,
    /// Its token, sealed with the instance key.
    pub sealed: String,
    /// What it says on /start; absent is the default.
    pub greeting: Option<String>,
    /// When it was connected, microseconds since 1970.
    pub connected_at: i64,
}

impl std::fmt::Debug for ChannelBotRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelBotRow")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// The bot of the workspace.
pub async fn get(tx: &mut Tx) -> Result<Option<ChannelBotRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, username, sealed, greeting, connected_at from channel_bot order by connected_at desc, id limit 1")
        .fetch_optional(c).await)?;
    Ok(row)
}

/// Writes the bot of the workspace; another one goes.
pub async fn put(tx: &mut Tx, row: &ChannelBotRow) -> Result<()> {
    on!(&mut *tx, c => sqlx::query("delete from channel_bot where id <> $1")
        .bind(row.id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
        "insert into channel_bot (id, username, sealed, greeting, connected_at) values ($1, $2, $3, $4, $5) \
         on conflict (id) do update set username = excluded.username, sealed = excluded.sealed, \
         greeting = excluded.greeting, connected_at = excluded.connected_at")
        .bind(row.id).bind(&row.username).bind(&row.sealed).bind(&row.greeting).bind(row.connected_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Removes a bot; false where there is none.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from channel_bot where id = $1")
        .bind(id).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}
