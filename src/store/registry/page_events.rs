//! What was done at the page with accounts and workspaces: the part of the audit log that no journal of a workspace holds.

use super::Registry;
use crate::domain::Result;
use crate::on;
use crate::store::workspace::audit::{Filter, Place};

/// How it begins where a file of contacts or of mail was brought in; its subject begins with the file's name.
pub const IMPORTED: &str = "imported";

/// Commands were run: the journal says which, at this moment; this says from where.
pub const COMMANDS: &str = "commands";
/// Somebody came in …
pub const SIGNED_IN: &str = "signed in";
/// … or as far as the mailbox goes, …
pub const PROVED: &str = "proved the mailbox";
/// … or typed what is no code of their letter, …
pub const WRONG_CODE: &str = "typed a wrong code";
/// … or none of their app.
pub const WRONG_FACTOR: &str = "typed a wrong second factor";

/// One thing that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PageEvent {
    /// Its number; given when it is kept.
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// By whom.
    pub account_id: Option<i64>,
    /// In which workspace, where in one.
    pub workspace_id: Option<i64>,
    /// What: `signed in`.
    pub event: String,
    /// With what or whom.
    pub subject: String,
    /// From which IP address.
    pub address: String,
}

impl Registry {
    /// Writes one down.
    pub async fn add_page_event(&self, event: &PageEvent) -> Result<()> {
        let id = self.new_id(event.at);
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "insert into page_event (id, at, account_id, workspace_id, event, subject, address) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(id).bind(event.at).bind(event.account_id).bind(event.workspace_id).bind(&event.event)
            .bind(&event.subject).bind(&event.address).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Those of a workspace behind a number, in the order in which they were written, each with its number; at most `limit`.
    pub async fn page_events_behind(
        &self,
        workspace_id: i64,
        behind: i64,
        limit: i64,
    ) -> Result<Vec<(i64, PageEvent)>> {
        type Row = (i64, i64, Option<i64>, String, String, String);
        let mut tx = self.db.read().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(
            "select id, at, account_id, event, subject, address from page_event \
             where workspace_id = $1 and id > $2 order by id limit $3")
            .bind(workspace_id).bind(behind).bind(limit).fetch_all(c).await)?;
        let event = |(id, at, account_id, event, subject, address): Row| {
            let event = PageEvent {
                at,
                account_id,
                workspace_id: Some(workspace_id),
                event,
                subject,
                address,
                ..PageEvent::default()
            };
            (id, event)
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// The newest in a workspace that fit behind a place, at most `limit`; whatever door the filter names.
    pub async fn page_events(
        &self,
        workspace_id: i64,
        filter: &Filter,
        behind: Place,
        limit: i64,
    ) -> Result<Vec<PageEvent>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select id, at, account_id, workspace_id, event, subject, address from page_event \
             where workspace_id = $1 and event <> $2 and at >= $3 and at < $4 and (at < $5 or (at = $5 and id < $6)) \
             and ($7 is null or account_id = $7) and ($8 is null or substr(event, 1, length($8)) = $8) \
             order by at desc, id desc limit $9")
            .bind(workspace_id).bind(COMMANDS).bind(filter.from_us).bind(filter.until_us).bind(behind.0).bind(behind.1)
            .bind(filter.member_id).bind(&filter.verb).bind(limit)
            .fetch_all(c).await)?;
        Ok(rows)
    }

    /// From where commands were run at the page between two moments, both included: when, by whom, the address; at most `limit`.
    pub async fn commands_from(
        &self,
        workspace_id: i64,
        (first_us, last_us): (i64, i64),
        limit: i64,
    ) -> Result<Vec<(i64, Option<i64>, String)>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select at, account_id, address from page_event \
             where workspace_id = $1 and event = $2 and at >= $3 and at <= $4 order by at desc, id desc limit $5")
            .bind(workspace_id).bind(COMMANDS).bind(first_us).bind(last_us).bind(limit)
            .fetch_all(c).await)?;
        Ok(rows)
    }

    /// The newest attempts to sign in as an account, those that failed with those that did not; at most `limit`.
    pub async fn attempts_of(&self, account_id: i64, limit: i64) -> Result<Vec<PageEvent>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select id, at, account_id, workspace_id, event, subject, address from page_event \
             where account_id = $1 and event in ($2, $3, $4, $5) order by id desc limit $6")
            .bind(account_id).bind(SIGNED_IN).bind(PROVED).bind(WRONG_CODE).bind(WRONG_FACTOR).bind(limit)
            .fetch_all(c).await)?;
        Ok(rows)
    }
}
