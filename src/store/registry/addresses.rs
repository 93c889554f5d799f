//! Which local part leads where.

use super::Registry;
use super::spool::Recipient;
use crate::domain::instance_key::{Purpose, Token};
use crate::domain::{Result, address};
use crate::on;
use crate::store::Tx;
use serde::{Deserialize, Serialize};

/// What an address of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// The workspace's own: `acme@`.
    Plain,
    /// A member's: `log.u4x9k2@`.
    Intake,
    /// A contact's: `ada.7k3q9x@`.
    Capture,
    /// One message of ours to one member: `r.…@`, where it is answered. In no table: its token says all.
    Reply,
    /// One mail of ours, as its return path: `b.…@`. In no table either.
    Bounce,
    /// A date, for whoever is a member and sends from there: `friday@`. In no table either.
    Date,
}

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The local part without tag, lower case.
    pub local_part: String,
    /// What it is for.
    pub kind: AddressKind,
    /// Whose it is.
    pub workspace_id: i64,
    /// The member of an intake address.
    pub account_id: Option<i64>,
    /// The contact of a capture address.
    pub contact_id: Option<i64>,
    /// The number of the message of a reply address, or of the outbox row of a bounce address.
    pub number: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    local_part: String,
    kind: String,
    workspace_id: i64,
    account_id: Option<i64>,
    contact_id: Option<i64>,
}

impl AddressKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            AddressKind::Plain => "plain",
            AddressKind::Intake => "intake",
            AddressKind::Capture => "capture",
            AddressKind::Reply => "reply",
            AddressKind::Bounce => "bounce",
            AddressKind::Date => "date",
        }
    }

    pub(super) fn from_word(word: &str) -> AddressKind {
        match word {
            "intake" => AddressKind::Intake,
            "capture" => AddressKind::Capture,
            _ => AddressKind::Plain,
        }
    }
}

impl Route {
    fn of(local_part: &str, token: Token) -> Route {
        Route {
            local_part: local_part.to_owned(),
            kind: match token.purpose {
                Purpose::Reply => AddressKind::Reply,
                Purpose::Bounce => AddressKind::Bounce,
            },
            workspace_id: token.workspace_id,
            account_id: None,
            contact_id: None,
            number: Some(token.number),
        }
    }

    /// The recipient that an address was resolved to; `address` is as it was written.
    pub fn recipient(self, address: &str) -> Recipient {
        Recipient {
            address: address.to_lowercase(),
            local_part: self.local_part,
            kind: self.kind,
            workspace_id: self.workspace_id,
            account_id: self.account_id,
            contact_id: self.contact_id,
            number: self.number,
        }
    }
}

impl Registry {
    /// Where a local part leads, with or without a tag behind it; `None` where nobody of ours has it. Only found ones are
    /// remembered, so that a new address works at once.
    pub async fn route(&self, local_part: &str) -> Result<Option<Route>> {
        let whole = local_part.to_lowercase();
        let (bare, _) = address::split_tag(&whole);
        if let Some(token) = self.key.read_local_part(bare) {
            return Ok(Some(Route::of(bare, token)));
        }
        if let Some(route) = self.routes.get(bare).await {
            return Ok(Some(route));
        }
        let mut tx = self.db.read().await?;
        let row: Option<Row> = on!(&mut tx, c => sqlx::query_as(
            "select local_part, kind, workspace_id, account_id, contact_id from address where local_part = $1")
            .bind(bare).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let route = Route {
            kind: AddressKind::from_word(&row.kind),
            local_part: row.local_part,
            workspace_id: row.workspace_id,
            account_id: row.account_id,
            contact_id: row.contact_id,
            number: None,
        };
        self.routes.insert(bare.to_owned(), route.clone()).await;
        Ok(Some(route))
    }

    /// Where a date leads that a member wrote to: the workspace that this account has been in the longest. `None` where the
    /// sender is no member's address, registered or further.
    pub async fn date_route(&self, local_part: &str, sender: &str) -> Result<Option<Route>> {
        let sender = address::normalise(sender);
        if sender.is_empty() {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let found: Option<(i64, i64)> = on!(&mut tx, c => sqlx::query_as(
            "select m.workspace_id, a.id from account a join membership m on m.account_id = a.id \
             join workspace w on w.id = m.workspace_id and w.leaving_since is null \
             where a.id in (select id from account where email = $1 union all \
             select account_id from account_address where address = $1) and a.leaving_since is null order by m.created_at, m.workspace_id limit 1")
            .bind(sender).fetch_optional(c).await)?;
        Ok(found.map(|(workspace_id, account_id)| Route {
            local_part: local_part.to_lowercase(),
            kind: AddressKind::Date,
            workspace_id,
            account_id: Some(account_id),
            contact_id: None,
            number: None,
        }))
    }

    /// Writes addresses before the workspace commits what they belong to: an address without its contact is harmless, a
    /// contact without its address is not. `Kind::Conflict` where one is taken: make another token.
    pub async fn add_addresses(&self, routes: &[Route], now_us: i64) -> Result<()> {
        if routes.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        for route in routes {
            insert_address(&mut tx, route, now_us).await?;
        }
        tx.commit().await
    }

    /// The newest address of a kind that belongs to a workspace, or to one account in it.
    pub async fn address_of(
        &self,
        workspace_id: i64,
        kind: AddressKind,
        account_id: Option<i64>,
    ) -> Result<Option<String>> {
        let all = self.addresses_of(workspace_id, kind, account_id).await?;
        Ok(all.into_iter().next())
    }

    /// All of them, the newest first; at most 100.
    pub async fn addresses_of(
        &self,
        workspace_id: i64,
        kind: AddressKind,
        account_id: Option<i64>,
    ) -> Result<Vec<String>> {
        let mut tx = self.db.read().await?;
        let found = on!(&mut tx, c => sqlx::query_scalar(
            "select local_part from address where workspace_id = $1 and kind = $2 \
             and (account_id = $3 or $3 is null) order by created_at desc, local_part limit 100")
            .bind(workspace_id).bind(kind.word()).bind(account_id).fetch_all(c).await)?;
        Ok(found)
    }
}

pub(super) async fn insert_address(tx: &mut Tx, route: &Route, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into address (local_part, kind, workspace_id, account_id, contact_id, created_at) \
         values ($1, $2, $3, $4, $5, $6)")
        .bind(&route.local_part).bind(route.kind.word()).bind(route.workspace_id)
        .bind(route.account_id).bind(route.contact_id).bind(now_us)
        .execute(c).await.map(drop))?;
    Ok(())
}
