//! What was done at the page with accounts and workspaces: the part of the audit log that no journal of a workspace holds.

use super::Registry;
use crate::domain::Result;
use crate::on;

/// What is said where a file of contacts was brought in; its subject is the file's name.
pub const IMPORTED: &str = "imported contacts";

/// One thing that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PageEvent {
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
            };
            (id, event)
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// The newest in a workspace, before a moment; at most `limit`.
    pub async fn page_events(
        &self,
        workspace_id: i64,
        before_us: i64,
        limit: i64,
    ) -> Result<Vec<PageEvent>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select at, account_id, workspace_id, event, subject, address from page_event \
             where workspace_id = $1 and at < $2 order by id desc limit $3")
            .bind(workspace_id).bind(before_us).bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }
}
