//! An account that is to be deleted: closed for thirty days, in which that can be taken back, then gone.
//!
//! The registry says that it leaves, and so nobody reads it as a member; each workspace's copy says that the member left. The lane
//! of time brings the second in line with the first, whatever crashed.

use super::Store;
use super::forgetting::append;
use super::house::{HOUSE, OF_ACCOUNT};
use super::leaving::gone_at;
use super::registry::{Account, Lane, LeavingRow, Owning, Role, Tombstone};
use super::workspace::journal::{self, JournalRow};
use super::workspace::members::{self, MemberRow};
use super::workspace::next_number;
use crate::domain::{Error, Kind, Result};
use crate::store::Tx;
use serde_json::json;

/// When a closed account is looked at again: what was being filed as it closed is done by then.
const SETTLED_US: i64 = 60 * 1_000_000;

impl Store {
    /// Closes an account: mail to it is refused, it is told nothing and does nothing. What leaves already leaves as it did.
    /// `Kind::Conflict` where a workspace would be left without an owner.
    pub async fn close_account(&self, account: &Account, now_us: i64) -> Result<LeavingRow> {
        if let Some(row) = self.registry.account_leaving(account.id).await? {
            return Ok(row);
        }
        let row = LeavingRow {
            since: now_us,
            gone_at: gone_at(now_us),
            reminded_at: None,
        };
        self.registry
            .close_account(account.id, row, Owning::Staying)
            .await?;
        self.rest_everywhere(account, now_us).await?;
        self.registry
            .wake(HOUSE, Lane::Time, now_us + SETTLED_US)
            .await?;
        Ok(row)
    }

    /// In each workspace the member left, where the workspace does not say so yet.
    pub async fn rest_everywhere(&self, account: &Account, now_us: i64) -> Result<()> {
        for (row, role) in self.registry.workspaces_of(account.id).await? {
            let workspace = self.workspaces.get(row.id).await?;
            if members::present(&mut workspace.read().await?, account.id)
                .await?
                .is_none()
            {
                continue;
            }
            let mut tx = workspace.write().await?;
            members::rest(&mut tx, account.id, now_us).await?;
            // Whoever keeps the account writes that first, and then waits for this row.
            if self.registry.account_leaving(account.id).await?.is_none() {
                return Ok(());
            }
            let (before, after) = (Some(role), "leaves");
            note(&mut tx, account, ("account leaves", before, after), now_us).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Opens an account again that leaves; false where it did not, or is being removed.
    pub async fn reopen_account(&self, account: &Account, now_us: i64) -> Result<bool> {
        if !self.registry.keep_account(account.id, now_us).await? {
            return Ok(false);
        }
        for (row, role) in self.registry.workspaces_of(account.id).await? {
            let workspace = self.workspaces.get(row.id).await?;
            let mut tx = workspace.write().await?;
            let member = MemberRow {
                id: account.id,
                email: account.email.clone(),
                name: account.name.clone(),
                role: role.word().to_owned(),
            };
            members::put(&mut tx, &member).await?;
            note(
                &mut tx,
                account,
                ("account stays", None, role.word()),
                now_us,
            )
            .await?;
            self.registry.wake(row.id, Lane::Time, now_us).await?;
            tx.commit().await?;
        }
        Ok(true)
    }

    /// Removes an account now. `Kind::Conflict` where a workspace would be left without an owner; nothing is changed then. False where
    /// it could not be removed at once: the lane of time goes on with it.
    pub async fn remove_account_now(&self, account: &Account, now_us: i64) -> Result<bool> {
        let row = LeavingRow {
            since: now_us,
            gone_at: 0,
            reminded_at: None,
        };
        // A wake-up for nothing is harmless, a missed one is not.
        self.registry
            .wake(HOUSE, Lane::Time, now_us + SETTLED_US)
            .await?;
        self.registry
            .close_account(account.id, row, Owning::All)
            .await?;
        match self.remove_account(account, now_us).await {
            Ok(()) => Ok(true),
            Err(error) => {
                tracing::error!(account_id = account.id, error = %error, cause = ?error.cause, "an account is being deleted");
                Ok(false)
            }
        }
    }

    /// Removes an account with all that is of it: it leaves each workspace, where an owner has its contacts and open actions. What
    /// stays is the number of it, so that a restored backup does not bring it back.
    pub async fn remove_account(&self, account: &Account, now_us: i64) -> Result<()> {
        for (row, role) in self.registry.workspaces_of(account.id).await? {
            self.leave_one(account, row.id, role, now_us).await?;
        }
        let tombstone = Tombstone::of_account(account.id, now_us);
        append(&self.folder, &tombstone)?;
        self.registry.add_tombstone(&tombstone).await?;
        self.forget_letters(&[&account.email], OF_ACCOUNT).await?;
        self.registry.remove_account(account.id).await?;
        self.clean_removed().await;
        Ok(())
    }

    async fn leave_one(
        &self,
        account: &Account,
        workspace_id: i64,
        role: Role,
        now_us: i64,
    ) -> Result<()> {
        let members = self.registry.members(workspace_id).await?;
        let mut others = members.into_iter().filter(|m| m.account.id != account.id);
        let heir = others.find(|member| member.role == Role::Owner);
        let heir = heir.ok_or_else(|| {
            Error::new(
                Kind::Conflict,
                "a workspace of the account has no other owner",
            )
        })?;
        let workspace = self.workspaces.get(workspace_id).await?;
        let mut tx = workspace.write().await?;
        members::leave(&mut tx, account.id, heir.account.id, now_us).await?;
        note(
            &mut tx,
            account,
            ("account gone", Some(role), "gone"),
            now_us,
        )
        .await?;
        self.registry
            .remove_member(workspace_id, account.id, now_us)
            .await?;
        tx.commit().await
    }
}

/// A line in the journal: what became of a member, by themselves. The door is the page, where they asked for it.
async fn note(
    tx: &mut Tx,
    account: &Account,
    (verb, before, after): (&str, Option<Role>, &str),
    now_us: i64,
) -> Result<()> {
    // As the workspace knows them: who was erased there is named there no more.
    let known = members::by_id(tx, account.id).await?;
    let row = JournalRow {
        id: next_number(tx, "journal").await?,
        at: now_us,
        member_id: Some(account.id),
        door: "web".to_owned(),
        proof: "session".to_owned(),
        verb: verb.to_owned(),
        subject: known.map_or_else(|| account.email.clone(), |member| member.email),
        before: json!({ "role": before.map(Role::word) }).to_string(),
        after: json!({ "is": after }).to_string(),
        ..JournalRow::default()
    };
    journal::insert_many(tx, &[row]).await
}
