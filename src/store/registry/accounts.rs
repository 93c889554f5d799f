//! People, their workspaces and their app passwords.

use super::Registry;
use super::addresses::{AddressKind, Route, insert_address};
use super::own_addresses::demand_free;
use crate::domain::{Error, Kind, Result, address};
use crate::on;
use crate::store::Tx;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Argon2, PasswordHash};
use sha2::{Digest, Sha256};

/// Intake addresses of one member in one workspace, with those from before.
const INTAKES_MAX: i64 = 20;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    /// Its id in the registry.
    pub id: i64,
    /// Registered address, normalised.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
}

/// A workspace as the registry knows it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WorkspaceRow {
    /// Its id in the registry; names its file or schema.
    pub id: i64,
    /// Its plain address' local part.
    pub slug: String,
    /// Its name for people.
    pub name: String,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads and changes.
    Member,
    /// Also manages members and settings.
    Admin,
    /// Also the workspace itself.
    Owner,
}

/// A person in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// In what role.
    pub role: Role,
}

/// What `rapport init` makes.
pub struct NewWorkspace<'a> {
    /// Local part of the plain address.
    pub slug: &'a str,
    /// Name for people.
    pub name: &'a str,
    /// The owner's address.
    pub owner_email: &'a str,
    /// Local part of the owner's intake address.
    pub intake: &'a str,
    /// The owner's app password, in clear; empty: none is made.
    pub app_password: &'a str,
}

impl Role {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// The role of a word in the database; what is none may least.
    pub fn from_word(word: &str) -> Role {
        match word {
            "owner" => Role::Owner,
            "admin" => Role::Admin,
            "member" => Role::Member,
            _ => Role::Viewer,
        }
    }
}

impl Registry {
    /// Makes a workspace with its owner, plain and intake address, and an app password; all or nothing.
    pub async fn make_workspace(
        &self,
        new: NewWorkspace<'_>,
        now_us: i64,
    ) -> Result<(WorkspaceRow, Account)> {
        self.make_workspace_within(new, None, now_us).await
    }

    /// The same for a person who owns fewer than so many workspaces; `Kind::Conflict` for others, and for an address
    /// that was somebody's. Absent: for the operator.
    pub async fn make_workspace_within(
        &self,
        new: NewWorkspace<'_>,
        owned_max: Option<i64>,
        now_us: i64,
    ) -> Result<(WorkspaceRow, Account)> {
        let mut tx = self.db.write().await?;
        let account = self
            .account_or_new(&mut tx, new.owner_email, now_us)
            .await?;
        if let Some(owned_max) = owned_max {
            demand_room(&mut tx, account.id, owned_max).await?;
            self.demand_never_released(&mut tx, new.slug).await?;
        }
        let workspace = WorkspaceRow {
            id: self.new_id(now_us),
            slug: new.slug.to_owned(),
            name: new.name.to_owned(),
        };
        let whose = (&account, owned_max.is_some());
        self.insert_workspace(&mut tx, &workspace, whose, now_us)
            .await?;
        let plain = Route {
            local_part: new.slug.to_owned(),
            kind: AddressKind::Plain,
            workspace_id: workspace.id,
            account_id: None,
            contact_id: None,
            number: None,
        };
        let intake = Route {
            local_part: new.intake.to_owned(),
            kind: AddressKind::Intake,
            account_id: Some(account.id),
            ..plain.clone()
        };
        for route in [&plain, &intake] {
            insert_address(&mut tx, route, now_us).await?;
        }
        if !new.app_password.is_empty() {
            let (id, hash) = (self.new_id(now_us), hash_password(new.app_password)?);
            on!(&mut tx, c => sqlx::query(
                "insert into app_password (id, account_id, label, hash, created_at) values ($1, $2, $3, $4, $5)")
                .bind(id).bind(account.id).bind("first").bind(&hash).bind(now_us)
                .execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        Ok((workspace, account))
    }

    async fn insert_workspace(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        (owner, by_person): (&Account, bool),
        now_us: i64,
    ) -> Result<()> {
        let inserted = on!(tx, c => sqlx::query(
            "insert into workspace (id, slug, name, created_at, by_person) values ($1, $2, $3, $4, $5)")
            .bind(workspace.id).bind(&workspace.slug).bind(&workspace.name).bind(now_us).bind(by_person)
            .execute(c).await.map(drop));
        inserted.map_err(|e| match Error::from(e) {
            e if e.kind == Kind::Conflict => Error::new(
                Kind::Conflict,
                format!(
                    "there is a workspace \"{}\" already; choose another name",
                    workspace.slug
                ),
            ),
            e => e,
        })?;
        on!(tx, c => sqlx::query(
            "insert into membership (workspace_id, account_id, role, created_at) values ($1, $2, $3, $4)")
            .bind(workspace.id).bind(owner.id).bind(Role::Owner.word()).bind(now_us)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// The account of an address, made where there is none. `Kind::Conflict` where it is to be deleted.
    pub async fn account_of(&self, email: &str, now_us: i64) -> Result<Account> {
        let mut tx = self.db.write().await?;
        let account = self.account_or_new(&mut tx, email, now_us).await?;
        tx.commit().await?;
        Ok(account)
    }

    async fn account_or_new(&self, tx: &mut Tx, email: &str, now_us: i64) -> Result<Account> {
        let email = address::normalise(email);
        let id = self.new_id(now_us);
        demand_free(tx, &email).await?;
        on!(&mut *tx, c => sqlx::query(
            "insert into account (id, email, name, created_at) values ($1, $2, null, $3) on conflict (email) do nothing")
            .bind(id).bind(&email).bind(now_us).execute(c).await.map(drop))?;
        let account: Account = on!(&mut *tx, c => sqlx::query_as("select id, email, name from account where email = $1")
            .bind(&email).fetch_one(c).await)?;
        demand_stays(tx, account.id).await?;
        Ok(account)
    }

    /// Adds a person to a workspace, with an intake address of their own; the role changes where they are in it already.
    pub async fn add_member(
        &self,
        workspace_id: i64,
        email: &str,
        role: Role,
        intake: &str,
        now_us: i64,
    ) -> Result<Account> {
        let mut tx = self.db.write().await?;
        let member = (email, role, intake);
        let account = self
            .put_member(&mut tx, workspace_id, member, now_us)
            .await?;
        tx.commit().await?;
        Ok(account)
    }

    pub(super) async fn put_member(
        &self,
        tx: &mut Tx,
        workspace_id: i64,
        (email, role, intake): (&str, Role, &str),
        now_us: i64,
    ) -> Result<Account> {
        let account = self.account_or_new(tx, email, now_us).await?;
        on!(&mut *tx, c => sqlx::query(
            "insert into membership (workspace_id, account_id, role, created_at) values ($1, $2, $3, $4) \
             on conflict (workspace_id, account_id) do update set role = excluded.role")
            .bind(workspace_id).bind(account.id).bind(role.word()).bind(now_us)
            .execute(c).await.map(drop))?;
        let route = Route {
            local_part: intake.to_owned(),
            kind: AddressKind::Intake,
            workspace_id,
            account_id: Some(account.id),
            contact_id: None,
            number: None,
        };
        insert_address(tx, &route, now_us).await?;
        Ok(account)
    }

    /// Gives a member a new intake address; the old ones stay theirs. `Kind::TooMuch` where they have as many as anybody may.
    pub async fn add_intake(
        &self,
        workspace_id: i64,
        account_id: i64,
        intake: &str,
        now_us: i64,
    ) -> Result<()> {
        let route = Route {
            local_part: intake.to_owned(),
            kind: AddressKind::Intake,
            workspace_id,
            account_id: Some(account_id),
            contact_id: None,
            number: None,
        };
        let mut tx = self.db.write().await?;
        let had: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from address where workspace_id = $1 and account_id = $2 and kind = $3")
            .bind(workspace_id).bind(account_id).bind(route.kind.word()).fetch_one(c).await)?;
        if had >= INTAKES_MAX {
            return Err(Error::new(
                Kind::TooMuch,
                format!(
                    "you have {INTAKES_MAX} intake addresses already; mail to each of them is yours"
                ),
            ));
        }
        insert_address(&mut tx, &route, now_us).await?;
        tx.commit().await
    }

    /// A workspace by its slug.
    pub async fn workspace_by_slug(&self, slug: &str) -> Result<Option<WorkspaceRow>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as("select id, slug, name from workspace where slug = $1")
            .bind(slug).fetch_optional(c).await)?;
        Ok(row)
    }

    /// A workspace by its id.
    pub async fn workspace(&self, id: i64) -> Result<Option<WorkspaceRow>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as("select id, slug, name from workspace where id = $1")
            .bind(id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// Those that the operator made, oldest first; at most `limit`.
    pub async fn operators_workspaces(&self, limit: i64) -> Result<Vec<WorkspaceRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select id, slug, name from workspace where by_person is null or by_person = false order by id limit $1")
            .bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// All workspaces, oldest first; at most `limit`.
    pub async fn workspaces(&self, limit: i64) -> Result<Vec<WorkspaceRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as("select id, slug, name from workspace order by id limit $1")
            .bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// The same without those that are being removed, whose databases are not opened any more.
    pub async fn workspaces_there(&self, limit: i64) -> Result<Vec<WorkspaceRow>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_as(
            "select id, slug, name from workspace where gone_at is null or gone_at <> 0 order by id limit $1")
            .bind(limit).fetch_all(c).await)?;
        Ok(rows)
    }

    /// The members of a workspace, in the order in which they came, without those who delete their account: these do nothing
    /// and are told nothing. At most 10,000.
    pub async fn members(&self, workspace_id: i64) -> Result<Vec<Member>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            id: i64,
            email: String,
            name: Option<String>,
            role: String,
        }
        let mut tx = self.db.read().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(
            "select a.id, a.email, a.name, m.role from membership m join account a on a.id = m.account_id \
             where m.workspace_id = $1 and a.leaving_since is null order by m.created_at, a.id limit 10000")
            .bind(workspace_id).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| Member {
                role: Role::from_word(&row.role),
                account: Account {
                    id: row.id,
                    email: row.email,
                    name: row.name,
                },
            })
            .collect())
    }

    /// Checks an app password: the account where it is right. A right one is remembered for minutes under a digest, since
    /// argon2id is slow on purpose and mail programs sign in for each mail.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Option<Account>> {
        let email = address::normalise(email);
        let key: [u8; 32] = Sha256::digest(format!("{email}\0{password}").as_bytes()).into();
        if let Some(account) = self.sign_ins.get(&key).await
            && !self.is_account_leaving(account.id).await?
        {
            return Ok(Some(account));
        }
        let mut tx = self.db.read().await?;
        let account: Option<Account> = on!(&mut tx, c => sqlx::query_as(
            "select id, email, name from account where email = $1 and leaving_since is null")
            .bind(&email).fetch_optional(c).await)?;
        let hashes: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select hash from app_password where account_id = $1 order by id desc limit 20")
            .bind(account.as_ref().map(|a| a.id)).fetch_all(c).await)?;
        drop(tx);
        let password = password.replace([' ', '-'], "");
        let right = tokio::task::spawn_blocking(move || fits_any(&password, &hashes))
            .await
            .unwrap_or(false);
        match account {
            Some(account) if right => {
                self.sign_ins.insert(key, account.clone()).await;
                Ok(Some(account))
            }
            _ => Ok(None),
        }
    }
}

/// Whoever owns so many workspaces makes no further one. What counts the same at the same time waits for the account.
pub(super) async fn demand_room(tx: &mut Tx, account_id: i64, owned_max: i64) -> Result<()> {
    on!(&mut *tx, c => sqlx::query("update account set email = email where id = $1")
        .bind(account_id).execute(c).await.map(drop))?;
    demand_fewer(tx, account_id, owned_max).await
}

/// The same of this moment: another may be made meanwhile.
pub(super) async fn demand_fewer(tx: &mut Tx, account_id: i64, owned_max: i64) -> Result<()> {
    let owned: i64 = on!(tx, c => sqlx::query_scalar(
        "select count(*) from membership where account_id = $1 and role = 'owner'")
        .bind(account_id).fetch_one(c).await)?;
    match owned < owned_max {
        true => Ok(()),
        false => Err(Error::new(
            Kind::Conflict,
            format!(
                "{owned} workspaces are yours, which is as many as one may make here; hand one over, or delete one"
            ),
        )),
    }
}

/// Whoever deletes their account joins nothing and makes nothing.
pub(super) async fn demand_stays(tx: &mut Tx, account_id: i64) -> Result<()> {
    let leaving: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from account where id = $1 and leaving_since is not null")
        .bind(account_id).fetch_optional(c).await)?;
    match leaving {
        None => Ok(()),
        Some(_) => Err(Error::new(
            Kind::Conflict,
            "that account is being deleted; whoever has it signs in at the page and keeps it first",
        )),
    }
}

/// Whether a password fits one of the hashes; takes as long where there is none, so that time tells nobody who exists.
fn fits_any(password: &str, hashes: &[String]) -> bool {
    if hashes.is_empty() {
        let _ = hash_password(password);
        return false;
    }
    hashes.iter().any(|hash| {
        PasswordHash::new(hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
    })
}

pub(super) fn hash_password(password: &str) -> Result<String> {
    let failed = |_| Error::new(Kind::Corrupt, "the password could not be hashed");
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(failed)?;
    let password = password.replace([' ', '-'], "");
    Ok(Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(failed)?
        .to_string())
}
