//! Who belongs to a workspace, changed at the page: rights first, then the registry, which says who is a member, and the
//! workspace's own copy with a line in the journal. No text says these; `undo` does not take them back.
//!
//! The workspace's transaction is open while the registry changes, and commits after it: a crash between the two leaves the
//! registry right, and the same again mends the copy.

use super::context::{Actor, Door, Proof};
use super::own_addresses;
use crate::domain::{Error, Kind, Result};
use crate::store::registry::{Account, Member, Role};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::members::{self, MemberRow};
use crate::store::workspace::next_number;
use crate::store::{Store, Tx};
use serde_json::{Value, json};

/// Who changes the team, and when.
#[derive(Clone, Copy, Debug)]
pub struct Changing<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Of which workspace.
    pub workspace_id: i64,
    /// Microseconds since 1970.
    pub now_us: i64,
}

/// What taking somebody out did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Whom.
    pub email: String,
    /// How many open actions of theirs are the actor's now.
    pub actions: i64,
}

/// Gives a member another role, below owner. Gives their address. `Kind::Forbidden` for whoever is no admin, for a role above
/// the actor's own, and for a member above it.
pub async fn change_role(
    store: &Store,
    changing: Changing<'_>,
    account_id: i64,
    role: Role,
) -> Result<String> {
    let member = changing.member(store, account_id).await?;
    if role == Role::Owner || role > changing.actor.role {
        return Err(forbidden("a role above your own is not yours to give"));
    }
    let workspace = store.workspaces.get(changing.workspace_id).await?;
    let mut tx = workspace.write().await?;
    members::put(&mut tx, &row(&member.account, role)).await?;
    let (before, after) = (
        json!({ "role": member.role.word() }),
        json!({ "role": role.word() }),
    );
    changing
        .journal(&mut tx, "role", &member.account.email, before, after)
        .await?;
    store
        .registry
        .set_role(changing.workspace_id, account_id, role)
        .await?;
    tx.commit().await?;
    Ok(member.account.email)
}

/// Takes a member out. What they filed stays; their contacts and open actions are the actor's.
pub async fn remove(store: &Store, changing: Changing<'_>, account_id: i64) -> Result<Removed> {
    let member = changing.member(store, account_id).await?;
    if account_id == changing.actor.member_id {
        return Err(Error::new(
            Kind::Conflict,
            "nobody takes themselves out; another admin does",
        ));
    }
    let workspace = store.workspaces.get(changing.workspace_id).await?;
    let mut tx = workspace.write().await?;
    // Whom the copy does not know has nothing there.
    let actions = members::leave(
        &mut tx,
        account_id,
        changing.actor.member_id,
        changing.now_us,
    )
    .await?;
    let (before, after) = (
        json!({ "role": member.role.word() }),
        json!({ "role": null }),
    );
    changing
        .journal(&mut tx, "remove", &member.account.email, before, after)
        .await?;
    store
        .registry
        .remove_member(changing.workspace_id, account_id)
        .await?;
    tx.commit().await?;
    Ok(Removed {
        email: member.account.email,
        actions,
    })
}

/// Makes another member the owner, and the actor an admin. Gives the new owner's address.
pub async fn hand_over(store: &Store, changing: Changing<'_>, account_id: i64) -> Result<String> {
    if changing.actor.role < Role::Owner {
        return Err(forbidden("only an owner hands a workspace over"));
    }
    let member = changing.member(store, account_id).await?;
    if account_id == changing.actor.member_id {
        return Err(Error::new(Kind::Conflict, "the workspace is yours already"));
    }
    let workspace = store.workspaces.get(changing.workspace_id).await?;
    let mut tx = workspace.write().await?;
    members::put(&mut tx, &row(&member.account, Role::Owner)).await?;
    members::put_role(&mut tx, changing.actor.member_id, Role::Admin.word()).await?;
    let (before, after) = (
        json!({ "owner": changing.actor.email }),
        json!({ "owner": member.account.email }),
    );
    changing
        .journal(&mut tx, "hand over", &member.account.email, before, after)
        .await?;
    let registry = &store.registry;
    registry
        .hand_over(changing.workspace_id, changing.actor.member_id, account_id)
        .await?;
    tx.commit().await?;
    Ok(member.account.email)
}

/// Whoever was invited joins, with an intake address of their own. A role that they have already is not made less.
pub async fn join(
    store: &Store,
    workspace_id: i64,
    email: &str,
    role: Role,
    intake: &str,
    now_us: i64,
) -> Result<Account> {
    let members = store.registry.members(workspace_id).await?;
    if let Some(member) = members
        .into_iter()
        .find(|member| member.account.email == email)
    {
        return Ok(member.account);
    }
    let workspace = store.workspaces.get(workspace_id).await?;
    let account = store
        .registry
        .add_member(workspace_id, email, role, intake, now_us)
        .await?;
    let further = store.registry.own_addresses(account.id).await?;
    let mut tx = workspace.write().await?;
    members::put(&mut tx, &row(&account, role)).await?;
    own_addresses::copy(&mut tx, &account, &further).await?;
    let joined = Actor {
        member_id: account.id,
        email: account.email.clone(),
        name: account.name.clone(),
        role,
    };
    let changing = Changing {
        actor: &joined,
        workspace_id,
        now_us,
    };
    let (before, after) = (json!({ "role": null }), json!({ "role": role.word() }));
    changing
        .journal(&mut tx, "join", email, before, after)
        .await?;
    let registry = &store.registry;
    registry
        .wake(workspace_id, crate::store::registry::Lane::Time, now_us)
        .await?;
    tx.commit().await?;
    Ok(account)
}

impl Changing<'_> {
    /// The member that is changed; an error where the actor may not change them.
    async fn member(self, store: &Store, account_id: i64) -> Result<Member> {
        if self.actor.role < Role::Admin {
            return Err(forbidden("only an admin or owner changes the team"));
        }
        let members = store.registry.members(self.workspace_id).await?;
        let member = members
            .into_iter()
            .find(|member| member.account.id == account_id);
        let member =
            member.ok_or_else(|| Error::not_found("there is no such member in this workspace"))?;
        match member.role > self.actor.role {
            true => Err(forbidden(
                "a member with a role above your own is not yours to change",
            )),
            false => Ok(member),
        }
    }

    async fn journal(
        self,
        tx: &mut Tx,
        verb: &str,
        subject: &str,
        before: Value,
        after: Value,
    ) -> Result<()> {
        let row = JournalRow {
            id: next_number(tx, "journal").await?,
            at: self.now_us,
            member_id: Some(self.actor.member_id),
            door: Door::Web.word().to_owned(),
            proof: Proof::Session.word().to_owned(),
            verb: verb.to_owned(),
            subject: subject.to_owned(),
            before: before.to_string(),
            after: after.to_string(),
            ..JournalRow::default()
        };
        journal::insert_many(tx, &[row]).await
    }
}

/// A member as the workspace's copy has one.
pub fn row(account: &Account, role: Role) -> MemberRow {
    MemberRow {
        id: account.id,
        email: account.email.clone(),
        name: account.name.clone(),
        role: role.word().to_owned(),
    }
}

fn forbidden(words: &str) -> Error {
    Error::new(Kind::Forbidden, words)
}
