//! Further addresses that a member writes from, verified or removed at the page. The registry says what counts; each workspace of
//! the account has a copy, with a line in its journal. No text says these, since a letter and a browser do; `undo` does not take
//! them back: removing the address does.
//!
//! The registry first: a crash before the last copy leaves it right, and the next mail that is filed mends the copies.

use super::context::{Door, Proof};
use crate::domain::Result;
use crate::store::registry::{Account, AddressRequestRow};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::{contacts, members, next_number};
use crate::store::{Store, Tx};
use serde_json::{Value, json};

/// Somebody whose address a member writes from, in one of the workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlsoContact {
    /// In which workspace, by its name.
    pub workspace: String,
    /// `#c12` is 12.
    pub id: i64,
    /// What the contact is called, where that is known.
    pub name: Option<String>,
}

/// Uses a request up: from now on mail from its address is the account's, in each workspace that it is in. Gives who had the
/// address among contacts there; `None` where the request does not stand any more, or somebody has the address.
pub async fn verify(
    store: &Store,
    account: &Account,
    request: &AddressRequestRow,
    now_us: i64,
) -> Result<Option<Vec<AlsoContact>>> {
    if !store.registry.verify_address(request, now_us).await? {
        return Ok(None);
    }
    let address = &request.address;
    let mut also = Vec::new();
    for (row, role) in store.registry.workspaces_of(account.id).await? {
        let workspace = store.workspaces.get(row.id).await?;
        let mut tx = workspace.write().await?;
        members::put(&mut tx, &super::team::row(account, role)).await?;
        members::put_address(&mut tx, account.id, address).await?;
        let change = (json!({}), json!({ "address": address }));
        journal(&mut tx, account, ("add address", address), change, now_us).await?;
        if let Some(contact) = contacts::by_address(&mut tx, address).await? {
            also.push(AlsoContact {
                workspace: row.name,
                id: contact.id,
                name: contact.name,
            });
        }
        tx.commit().await?;
    }
    Ok(Some(also))
}

/// Takes an address from an account: mail from it is a stranger's again, or a contact's whose it is. False where it has no such one.
pub async fn remove(store: &Store, account: &Account, address: &str, now_us: i64) -> Result<bool> {
    if !store
        .registry
        .remove_own_address(account.id, address)
        .await?
    {
        return Ok(false);
    }
    for (row, _) in store.registry.workspaces_of(account.id).await? {
        let workspace = store.workspaces.get(row.id).await?;
        let mut tx = workspace.write().await?;
        members::remove_address(&mut tx, account.id, address).await?;
        let change = (json!({ "address": address }), json!({}));
        journal(
            &mut tx,
            account,
            ("remove address", address),
            change,
            now_us,
        )
        .await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// Copies the addresses of an account into a workspace that it joins.
pub(super) async fn copy(tx: &mut Tx, account: &Account, addresses: &[String]) -> Result<()> {
    for address in addresses {
        members::put_address(tx, account.id, address).await?;
    }
    Ok(())
}

async fn journal(
    tx: &mut Tx,
    account: &Account,
    (verb, address): (&str, &str),
    (before, after): (Value, Value),
    now_us: i64,
) -> Result<()> {
    let row = JournalRow {
        id: next_number(tx, "journal").await?,
        at: now_us,
        member_id: Some(account.id),
        door: Door::Web.word().to_owned(),
        proof: Proof::Session.word().to_owned(),
        verb: verb.to_owned(),
        subject: address.to_owned(),
        before: before.to_string(),
        after: after.to_string(),
        ..JournalRow::default()
    };
    journal::insert_many(tx, &[row]).await
}
