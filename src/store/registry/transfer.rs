//! What the registry holds of one workspace, for export and import: who is in it, and which addresses lead to it. No hash, no
//! token, no key.

use super::Registry;
use super::accounts::{demand_fewer, demand_room, demand_stays};
use super::addresses::AddressKind;
use super::lanes::Lane;
use super::own_addresses::{demand_free, demand_not_further};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Members that are read of a workspace.
const MEMBERS_MAX: i64 = 10_000;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    /// The id in the registry that it came from.
    pub id: i64,
    /// Registered address, normalised.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// That a person is in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct MembershipLine {
    /// Who.
    pub account_id: i64,
    /// `owner`, `admin`, `member` or `viewer`.
    pub role: String,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// An address that leads to the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct AddressLine {
    /// Without the domain.
    pub local_part: String,
    /// `plain`, `intake` or `capture`.
    pub kind: String,
    /// The member of an intake address.
    pub account_id: Option<i64>,
    /// The contact of a capture address.
    pub contact_id: Option<i64>,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// A workspace that comes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewcomerWorkspace {
    /// Its plain address' local part.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Whether somebody made it at the page; no export says it.
    #[serde(skip)]
    pub by_person: bool,
}

impl Registry {
    /// What the registry holds of a workspace itself.
    pub async fn newcomer_of(&self, workspace_id: i64) -> Result<Option<NewcomerWorkspace>> {
        let mut tx = self.db.read().await?;
        let row: Option<(String, String, i64)> = on!(&mut tx, c => sqlx::query_as(
            "select slug, name, created_at from workspace where id = $1")
            .bind(workspace_id).fetch_optional(c).await)?;
        Ok(row.map(|(slug, name, created_at)| NewcomerWorkspace {
            slug,
            name,
            created_at,
            by_person: false,
        }))
    }

    /// The members of a workspace with their accounts, in the order in which they came, without those who delete their account;
    /// at most 10,000.
    pub async fn member_lines(
        &self,
        workspace_id: i64,
    ) -> Result<(Vec<AccountLine>, Vec<MembershipLine>)> {
        let mut tx = self.db.read().await?;
        let accounts = on!(&mut tx, c => sqlx::query_as(
            "select a.id, a.email, a.name, a.created_at from membership m join account a on a.id = m.account_id \
             where m.workspace_id = $1 and a.leaving_since is null order by m.created_at, a.id limit $2")
            .bind(workspace_id).bind(MEMBERS_MAX).fetch_all(c).await)?;
        let memberships = on!(&mut tx, c => sqlx::query_as(
            "select account_id, role, created_at from membership where workspace_id = $1 \
             and account_id not in (select id from account where leaving_since is not null) \
             order by created_at, account_id limit $2")
            .bind(workspace_id).bind(MEMBERS_MAX).fetch_all(c).await)?;
        Ok((accounts, memberships))
    }

    /// Addresses of a workspace behind a local part, in the order of local parts.
    pub async fn address_lines(
        &self,
        workspace_id: i64,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<AddressLine>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select local_part, kind, account_id, contact_id, created_at from address \
             where workspace_id = $1 and local_part > $2 order by local_part limit $3")
            .bind(workspace_id).bind(behind).bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// Which of these local parts somebody has.
    pub async fn taken_addresses(&self, local_parts: &[String]) -> Result<Vec<String>> {
        let mut tx = self.db.read().await?;
        let mut taken = Vec::new();
        for local_part in local_parts {
            let found: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
                "select local_part from address where local_part = $1")
                .bind(local_part).fetch_optional(c).await)?;
            taken.extend(found);
        }
        Ok(taken)
    }

    /// The ids that accounts of another instance have here: those of the same addresses where there are such accounts, their
    /// own where these are free, else new ones. `Kind::Conflict` where an address is a further one of somebody here.
    pub async fn account_ids(
        &self,
        accounts: &[AccountLine],
        now_us: i64,
    ) -> Result<HashMap<i64, i64>> {
        let mut tx = self.db.read().await?;
        let mut ids = HashMap::new();
        for account in accounts {
            let same: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
                "select id from account where email = $1")
                .bind(&account.email).fetch_optional(c).await)?;
            let other: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
                "select id from account where id = $1")
                .bind(account.id).fetch_optional(c).await)?;
            if same.is_none() {
                demand_not_further(&mut tx, &account.email).await?;
            }
            let id = match (same, other) {
                (Some(same), _) => same,
                (None, None) => account.id,
                (None, Some(_)) => self.new_id(now_us),
            };
            ids.insert(account.id, id);
        }
        Ok(ids)
    }

    /// An id for a workspace that is not registered yet.
    pub fn new_workspace_id(&self, now_us: i64) -> i64 {
        self.new_id(now_us)
    }

    /// Begins the registration of a workspace that was announced, with the addresses that were, and has its digests looked at;
    /// nothing of it is there before [`Tx::commit`].
    pub async fn begin_registration(
        &self,
        id: i64,
        workspace: &NewcomerWorkspace,
        now_us: i64,
    ) -> Result<Tx> {
        let mut tx = self.db.write().await?;
        self.arrive(&mut tx, id).await?;
        let inserted = on!(&mut tx, c => sqlx::query(
            "insert into workspace (id, slug, name, created_at, by_person) values ($1, $2, $3, $4, $5)")
            .bind(id).bind(&workspace.slug).bind(&workspace.name).bind(workspace.created_at)
            .bind(workspace.by_person)
            .execute(c).await.map(drop));
        inserted.map_err(|e| {
            taken_meanwhile(e.into(), &format!("a workspace \"{}\"", workspace.slug))
        })?;
        on!(&mut tx, c => sqlx::query("insert into wake_up (workspace_id, lane, due_at) values ($1, $2, $3)")
            .bind(id).bind(Lane::Time.word()).bind(now_us).execute(c).await.map(drop))?;
        self.take_addresses(&mut tx, id).await?;
        Ok(tx)
    }

    /// Registers a person of the workspace, whose account is made where there is none of this address; false where there is one.
    pub async fn register_account(&self, tx: &mut Tx, account: &AccountLine) -> Result<bool> {
        demand_free(tx, &account.email).await?;
        let inserted = on!(&mut *tx, c => sqlx::query(
            "insert into account (id, email, name, created_at) values ($1, $2, $3, $4) on conflict (email) do nothing")
            .bind(account.id).bind(&account.email).bind(&account.name).bind(account.created_at)
            .execute(c).await.map(|done| done.rows_affected()));
        let inserted =
            inserted.map_err(|e| taken_meanwhile(e.into(), "an account with the same number"))?;
        let id: i64 = on!(&mut *tx, c => sqlx::query_scalar("select id from account where email = $1")
            .bind(&account.email).fetch_one(c).await)?;
        demand_stays(tx, id).await?;
        match id == account.id {
            true => Ok(inserted == 1),
            false => Err(Error::new(
                Kind::Conflict,
                format!(
                    "an account {} was made meanwhile; import again",
                    account.email
                ),
            )),
        }
    }

    /// Whoever owns so many workspaces takes no further one in.
    pub async fn demand_room_for(
        &self,
        tx: &mut Tx,
        account_id: i64,
        owned_max: i64,
    ) -> Result<()> {
        demand_stays(tx, account_id).await?;
        demand_room(tx, account_id, owned_max).await
    }

    /// The same before anything is begun; it is asked again at the end.
    pub async fn demand_room_now(&self, account_id: i64, owned_max: i64) -> Result<()> {
        let mut tx = self.db.read().await?;
        demand_stays(&mut tx, account_id).await?;
        demand_fewer(&mut tx, account_id, owned_max).await
    }

    /// Registers a membership.
    pub async fn register_membership(
        &self,
        tx: &mut Tx,
        workspace_id: i64,
        membership: &MembershipLine,
    ) -> Result<()> {
        on!(tx, c => sqlx::query(
            "insert into membership (workspace_id, account_id, role, created_at) values ($1, $2, $3, $4)")
            .bind(workspace_id).bind(membership.account_id).bind(&membership.role).bind(membership.created_at)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Registers an address.
    pub async fn register_address(
        &self,
        tx: &mut Tx,
        workspace_id: i64,
        address: &AddressLine,
    ) -> Result<()> {
        let inserted = on!(tx, c => sqlx::query(
            "insert into address (local_part, kind, workspace_id, account_id, contact_id, created_at) \
             values ($1, $2, $3, $4, $5, $6)")
            .bind(&address.local_part).bind(AddressKind::from_word(&address.kind).word()).bind(workspace_id)
            .bind(address.account_id).bind(address.contact_id).bind(address.created_at)
            .execute(c).await.map(drop));
        inserted
            .map_err(|e| taken_meanwhile(e.into(), &format!("an address {}", address.local_part)))
    }
}

pub(super) fn taken_meanwhile(error: Error, what: &str) -> Error {
    match error.kind {
        Kind::Conflict => Error::new(
            Kind::Conflict,
            format!("{what} was made meanwhile; import again"),
        ),
        _ => error,
    }
}
