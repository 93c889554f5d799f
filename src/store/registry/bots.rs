//! Bots of Telegram that are served: the members' own, and those of workspaces. Who polls them stands elsewhere.

use super::Registry;
use crate::domain::{Error, Kind, Result};
use crate::on;

/// A bot.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BotRow {
    /// Its number at Telegram.
    pub id: i64,
    /// Whose it is; absent for the members' own.
    pub workspace_id: Option<i64>,
    /// Without the `@`.
    pub username: String,
    /// Its token, sealed with the instance key; absent for the members' own, whose token is a setting of the instance.
    pub sealed: Option<String>,
    /// Where long polling goes on.
    pub next_update_id: i64,
    /// Which node polls it.
    pub leased_by: Option<String>,
    /// Until when, microseconds since 1970.
    pub leased_until: Option<i64>,
    /// Since when it is known, microseconds since 1970.
    pub created_at: i64,
}

impl std::fmt::Debug for BotRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BotRow")
            .field("id", &self.id)
            .field("workspace_id", &self.workspace_id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str =
    "id, workspace_id, username, sealed, next_update_id, leased_by, leased_until, created_at";

impl Registry {
    /// The members' own bot.
    pub async fn members_bot(&self) -> Result<Option<BotRow>> {
        let sql = format!(
            "select {COLUMNS} from bot where workspace_id is null order by created_at desc, id limit 1"
        );
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_optional(c).await)?;
        Ok(row)
    }

    /// The bot with this number.
    pub async fn bot(&self, id: i64) -> Result<Option<BotRow>> {
        let sql = format!("select {COLUMNS} from bot where id = $1");
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The bot of a workspace.
    pub async fn bot_of_workspace(&self, workspace_id: i64) -> Result<Option<BotRow>> {
        let sql = format!("select {COLUMNS} from bot where workspace_id = $1 limit 1");
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(workspace_id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// All bots by their number, so many at most; but those of workspaces that leave.
    pub async fn bots(&self, limit: i64) -> Result<Vec<BotRow>> {
        let sql = format!(
            "select {COLUMNS} from bot where workspace_id is null or workspace_id not in \
             (select id from workspace where leaving_since is not null) order by id limit $1"
        );
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Writes a bot: its name and its token; where polling stands and who does it stays. Another bot of the same workspace, or
    /// the members' one before, goes. `Kind::Conflict` where the bot is somebody else's.
    pub async fn put_bot(&self, bot: &BotRow) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "delete from bot where id <> $1 and workspace_id is not distinct from $2")
            .bind(bot.id).bind(bot.workspace_id).execute(c).await.map(drop))?;
        let written = on!(&mut tx, c => sqlx::query(
            "insert into bot (id, workspace_id, username, sealed, next_update_id, created_at) \
             values ($1, $2, $3, $4, $5, $6) \
             on conflict (id) do update set username = excluded.username, sealed = excluded.sealed \
             where bot.workspace_id is not distinct from excluded.workspace_id")
            .bind(bot.id).bind(bot.workspace_id).bind(&bot.username).bind(&bot.sealed)
            .bind(bot.next_update_id).bind(bot.created_at)
            .execute(c).await.map(|done| done.rows_affected()))?;
        if written == 0 {
            let message = format!(
                "@{} is connected to another workspace; disconnect it there first",
                bot.username
            );
            return Err(Error::new(Kind::Conflict, message));
        }
        tx.commit().await
    }

    /// Forgets a bot; false where there is none. What came in for it stays.
    pub async fn remove_bot(&self, id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let removed = on!(&mut tx, c => sqlx::query("delete from bot where id = $1")
            .bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(removed > 0)
    }
}
