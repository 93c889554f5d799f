//! What came in from Telegram and is not done yet, and which node serves which bot. An update is confirmed to Telegram only
//! when it stands here.

use super::Registry;
use crate::domain::Result;
use crate::on;

/// Numbers of updates that are done are kept so long, so that one that comes again is known. Telegram keeps an update for a
/// day, and begins its numbers anew after a week.
const DONE_KEPT_US: i64 = 3 * 24 * 3_600_000_000;
/// What is forgotten at a time.
const FORGOTTEN_MAX: i64 = 10_000;

/// An update as Telegram sent it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UpdateRow {
    /// Its number, of one bot.
    pub update_id: i64,
    /// Its JSON.
    pub body: String,
}

impl Registry {
    /// Keeps updates of a bot, in the order given, and says that long polling goes on behind them; all or nothing. One that is
    /// there already is left as it is.
    pub async fn keep_updates(
        &self,
        bot_id: i64,
        updates: &[UpdateRow],
        next_update_id: Option<i64>,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        for update in updates {
            on!(&mut tx, c => sqlx::query(
                "insert into chat_update (bot_id, update_id, received_at, attempts, body) values ($1, $2, $3, 0, $4) \
                 on conflict (bot_id, update_id) do nothing")
                .bind(bot_id).bind(update.update_id).bind(now_us).bind(&update.body)
                .execute(c).await.map(drop))?;
        }
        if let Some(next) = next_update_id {
            on!(&mut tx, c => sqlx::query("update bot set next_update_id = $2 where id = $1")
                .bind(bot_id).bind(next).execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        self.woken.notify_waiters();
        Ok(())
    }

    /// Updates of a bot that wait, behind a number, in order.
    pub async fn waiting_updates(
        &self,
        bot_id: i64,
        behind: i64,
        limit: i64,
    ) -> Result<Vec<UpdateRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select update_id, body from chat_update where bot_id = $1 and update_id > $2 and done_at is null \
             and parked_at is null order by update_id limit $3")
            .bind(bot_id).bind(behind).bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Updates are done: only their numbers are kept.
    pub async fn updates_done(&self, bot_id: i64, update_ids: &[i64], now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        for update_id in update_ids {
            on!(&mut tx, c => sqlx::query(
                "update chat_update set done_at = $3, body = '' where bot_id = $1 and update_id = $2")
                .bind(bot_id).bind(update_id).bind(now_us).execute(c).await.map(drop))?;
        }
        tx.commit().await
    }

    /// An update that fails again and again is put aside, with its text, and the rest go on.
    pub async fn park_update(&self, bot_id: i64, update_id: i64, now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update chat_update set parked_at = $3 where bot_id = $1 and update_id = $2")
            .bind(bot_id).bind(update_id).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Forgets the numbers of updates that were done long ago.
    pub async fn forget_updates(&self, now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "delete from chat_update where done_at is not null and update_id in (select update_id from chat_update \
             where done_at < $1 limit $2) and done_at < $1")
            .bind(now_us - DONE_KEPT_US).bind(FORGOTTEN_MAX).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Takes a bot for a node, or keeps it; false where another node serves it.
    pub async fn lease_bot(
        &self,
        bot_id: i64,
        node: &str,
        now_us: i64,
        until_us: i64,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let own: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "update bot set leased_by = $2, leased_until = $4 where id = $1 \
             and (leased_by is null or leased_by = $2 or leased_until < $3) returning id")
            .bind(bot_id).bind(node).bind(now_us).bind(until_us).fetch_optional(c).await)?;
        tx.commit().await?;
        Ok(own.is_some())
    }

    /// Lets a bot go, for another node to serve at once.
    pub async fn release_bot(&self, bot_id: i64, node: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update bot set leased_by = null, leased_until = null where id = $1 and leased_by = $2")
            .bind(bot_id).bind(node).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// How many updates wait, and how many were put aside: (waiting, parked).
    pub async fn count_updates(&self) -> Result<(i64, i64)> {
        let mut tx = self.db.read().await?;
        let counts = on!(&mut tx, c => sqlx::query_as(
            "select (select count(*) from chat_update where done_at is null and parked_at is null), \
             (select count(*) from chat_update where parked_at is not null)")
            .fetch_one(c).await)?;
        Ok(counts)
    }
}
