//! Wake-ups and leases: one worker holds one lane of a workspace at a time, on whatever node.
//!
//! Claiming a lane consumes its wake-up; what comes in meanwhile sets it again, so nothing is missed. A worker that died
//! leaves its lease, which is claimed when it has run out, or at once when the same node starts again.

use super::Registry;
use crate::domain::Result;
use crate::on;

/// A kind of work of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Spool → filed.
    Ingest,
    /// Outbox → the world.
    Delivery,
    /// Digests, reminders and whatever else is due by the clock.
    Time,
    /// What waits for chats → Telegram.
    Chat,
}

/// A wake-up that was consumed.
const NEVER: i64 = i64::MAX;

impl Lane {
    pub(super) fn word(self) -> &'static str {
        match self {
            Lane::Ingest => "ingest",
            Lane::Delivery => "delivery",
            Lane::Time => "time",
            Lane::Chat => "chat",
        }
    }
}

impl Registry {
    /// Wakes a lane of a workspace at a time, or sooner where it was to wake sooner.
    ///
    /// Call it with the workspace's write transaction open, before that commits: a wake-up for nothing is harmless, a missed
    /// one is not. The worker looks for its work in a write transaction of its own, so it cannot look in between.
    ///
    /// What is told by mail may be told in a chat as well: delivery wakes the chat. Where the instance has no bot, nothing wakes it.
    pub async fn wake(&self, workspace_id: i64, lane: Lane, due_us: i64) -> Result<()> {
        let [before, behind] = WAKE;
        let mut tx = self.db.write().await?;
        if lane != Lane::Chat {
            let sql = format!("{before}$1, $2, $3{behind}");
            on!(&mut tx, c => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(workspace_id).bind(lane.word()).bind(due_us).execute(c).await.map(drop))?;
        }
        if matches!(lane, Lane::Chat | Lane::Delivery) {
            let sql = format!(
                "insert into wake_up (workspace_id, lane, due_at) select cast($1 as bigint), cast($2 as text), cast($3 as bigint) \
                 where exists (select 1 from bot{behind}"
            );
            on!(&mut tx, c => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(workspace_id).bind(Lane::Chat.word()).bind(due_us).execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        self.woken.notify_waiters();
        Ok(())
    }

    /// Whether a lane was ever woken.
    pub async fn has_lane(&self, workspace_id: i64, lane: Lane) -> Result<bool> {
        let mut tx = self.db.read().await?;
        let found: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select workspace_id from wake_up where workspace_id = $1 and lane = $2")
            .bind(workspace_id).bind(lane.word()).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Returns when this process wakes a lane; what other processes wake is seen by looking now and then.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Claims a workspace whose lane is due and free; `None` where there is none.
    pub async fn claim_lane(
        &self,
        lane: Lane,
        node: &str,
        now_us: i64,
        until_us: i64,
    ) -> Result<Option<i64>> {
        // Where a workspace leaves, nothing is filed and nothing is said in chats. Delivery finds the letters about leaving alone,
        // and the lane of time knows what is left to do.
        let open = match lane {
            Lane::Ingest | Lane::Chat => {
                "and workspace_id not in (select id from workspace where leaving_since is not null)"
            }
            Lane::Delivery | Lane::Time => "",
        };
        let sql = format!(
            "update wake_up set leased_by = $2, leased_until = $4, due_at = $5 \
             where lane = $1 and (leased_until is null or leased_until < $3) and workspace_id = \
             (select workspace_id from wake_up where lane = $1 \
              and ((leased_until is null and due_at <= $3) or leased_until < $3) {open} \
              order by due_at limit 1) returning workspace_id"
        );
        let mut tx = self.db.write().await?;
        let claimed: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(lane.word()).bind(node).bind(now_us).bind(until_us).bind(NEVER)
            .fetch_optional(c).await)?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Keeps a lane for longer; false where it was lost to another node.
    pub async fn renew_lane(
        &self,
        workspace_id: i64,
        lane: Lane,
        node: &str,
        until_us: i64,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let kept: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "update wake_up set leased_until = $4 where workspace_id = $1 and lane = $2 and leased_by = $3 \
             returning workspace_id")
            .bind(workspace_id).bind(lane.word()).bind(node).bind(until_us).fetch_optional(c).await)?;
        tx.commit().await?;
        Ok(kept.is_some())
    }

    /// Lets a lane go; it is due again at `next_due_us`, or sooner where it was woken meanwhile.
    pub async fn release_lane(
        &self,
        workspace_id: i64,
        lane: Lane,
        node: &str,
        next_due_us: Option<i64>,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update wake_up set leased_by = null, leased_until = null, \
             due_at = case when due_at < $4 then due_at else $4 end \
             where workspace_id = $1 and lane = $2 and leased_by = $3")
            .bind(workspace_id).bind(lane.word()).bind(node).bind(next_due_us.unwrap_or(NEVER))
            .execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Gives back what this node held when it died. Call once, before its workers start.
    pub async fn reclaim_leases(&self, node: &str, now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update wake_up set leased_by = null, leased_until = null, due_at = $2 where leased_by = $1")
            .bind(node).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await
    }
}

/// Sets a wake-up, or brings it forward; what stands before and behind workspace, lane and time. For the transaction that
/// makes it necessary.
pub(super) const WAKE: [&str; 2] = [
    "insert into wake_up (workspace_id, lane, due_at) values (",
    ") on conflict (workspace_id, lane) do update set due_at = \
     case when wake_up.due_at > excluded.due_at then excluded.due_at else wake_up.due_at end",
];
