//! Who belongs to a workspace, changed at the page: rights first, then the registry, which says who is a member, and the
//! workspace's own copy with a line in the journal. No text says these; `undo` does not take them back.
//!
//! The workspace's transaction is open while the registry changes, and commits after it: a crash between the two leaves the
//! registry right, and the same again mends the copy. Rights are looked up inside it too: whoever is taken out, or has another
//! role, while they change something, changes nothing.

use super::closed;
use super::context::{Actor, Door, Proof};
use super::own_addresses;
use crate::domain::{Error, Kind, Result};
use crate::store::registry::{Account, InvitationRow, Lane, Member, Role};
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

/// Who joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Who.
    pub account: Account,
    /// Whether the account was made for it: then it holds nothing but this.
    pub is_new: bool,
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
    let (mut tx, member, own) = changing.begin(store, account_id).await?;
    if role == Role::Owner || role > own {
        return Err(forbidden("a role above your own is not yours to give"));
    }
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
    if role < Role::Admin {
        let registry = &store.registry;
        registry
            .cancel_invitations_of(changing.workspace_id, account_id, changing.now_us)
            .await?;
    }
    tx.commit().await?;
    Ok(member.account.email)
}

/// Takes a member out. What they filed stays; their contacts and open actions are the actor's.
pub async fn remove(store: &Store, changing: Changing<'_>, account_id: i64) -> Result<Removed> {
    let (mut tx, member, _) = changing.begin(store, account_id).await?;
    if account_id == changing.actor.member_id {
        return Err(Error::new(
            Kind::Conflict,
            "nobody takes themselves out; another admin does",
        ));
    }
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
        .remove_member(changing.workspace_id, account_id, changing.now_us)
        .await?;
    tx.commit().await?;
    Ok(Removed {
        email: member.account.email,
        actions,
    })
}

/// Makes another member the owner, and the actor an admin. Gives the new owner's address.
pub async fn hand_over(store: &Store, changing: Changing<'_>, account_id: i64) -> Result<String> {
    let (mut tx, member, own) = changing.begin(store, account_id).await?;
    if own < Role::Owner {
        return Err(forbidden("only an owner hands a workspace over"));
    }
    if account_id == changing.actor.member_id {
        return Err(Error::new(Kind::Conflict, "the workspace is yours already"));
    }
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

/// Whoever was invited joins, with an intake address of their own, and nothing invites them any more. A role that they have already
/// is not made less. `Kind::Forbidden` where whoever invited them might not any more, `Kind::Conflict` where the workspace is closed,
/// or the invitation does not stand any more.
pub async fn join(
    store: &Store,
    invitation: &InvitationRow,
    intake: &str,
    now_us: i64,
) -> Result<Joined> {
    let (workspace_id, email) = (invitation.workspace_id, invitation.email.as_str());
    let role = Role::from_word(&invitation.role);
    let registry = &store.registry;
    let workspace = store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.write().await?;
    closed::demand_open(&mut tx).await?;
    let by = registry
        .role_of(workspace_id, invitation.invited_by)
        .await?;
    if by.is_none_or(|by| by < role.max(Role::Admin)) {
        return Err(forbidden(
            "whoever invited you does not invite to this workspace any more; ask for another invitation",
        ));
    }
    let there = registry.account_by_email(email).await?;
    let is_new = there.is_none();
    if let Some(account) = there
        && registry.role_of(workspace_id, account.id).await?.is_some()
    {
        registry.joined(invitation, now_us).await?;
        return Ok(Joined { account, is_new });
    }
    let account = registry.join(invitation, intake, now_us).await?;
    let further = registry.own_addresses(account.id).await?;
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
    registry.wake(workspace_id, Lane::Time, now_us).await?;
    tx.commit().await?;
    Ok(Joined { account, is_new })
}

impl Changing<'_> {
    /// Opens the workspace, and gives the member that is changed and the actor's own role, as the registry has them from then on; an
    /// error where the actor may not change them.
    async fn begin(self, store: &Store, account_id: i64) -> Result<(Tx, Member, Role)> {
        let workspace = store.workspaces.get(self.workspace_id).await?;
        let tx = workspace.write().await?;
        let members = store.registry.members(self.workspace_id).await?;
        let of = |id: i64| members.iter().find(|member| member.account.id == id);
        let own = of(self.actor.member_id).map(|member| member.role);
        let Some(own) = own.filter(|role| *role >= Role::Admin) else {
            return Err(forbidden("only an admin or owner changes the team"));
        };
        let member = of(account_id)
            .ok_or_else(|| Error::not_found("there is no such member in this workspace"))?;
        match member.role > own {
            true => Err(forbidden(
                "a member with a role above your own is not yours to change",
            )),
            false => Ok((tx, member.clone(), own)),
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
