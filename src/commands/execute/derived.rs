//! What follows from the rows that changed and is in no journal: the index, and when a contact was last heard of.

use super::deed::RowChange;
use crate::domain::Result;
use crate::store::Tx;
use crate::store::workspace::ledger::{self, Columns, KeyPart, RowKey, Table};
use crate::store::workspace::{contacts, search, timeline};
use serde_json::Value;
use std::collections::BTreeSet;

/// Makes anew what follows from these rows, as they stand in the tables now.
pub async fn renew(tx: &mut Tx, changes: &[RowChange]) -> Result<()> {
    let mut indexed: BTreeSet<i64> = BTreeSet::new();
    let mut said: BTreeSet<i64> = BTreeSet::new();
    let mut heard: BTreeSet<i64> = BTreeSet::new();
    for change in changes {
        let key = first_number(&change.row);
        match change.row.table {
            Table::Contact | Table::ContactField | Table::ContactTag => indexed.extend(key),
            Table::ContactAddress => {
                let owners = [&change.before, &change.after].into_iter().flatten();
                indexed.extend(owners.filter_map(|columns| number(columns, "contact_id")));
            }
            Table::Interaction => said.extend(key),
            Table::InteractionContact => heard.extend(key),
            _ => {}
        }
    }
    for id in indexed {
        let row = ledger::read(tx, &RowKey::number(Table::Contact, id)).await?;
        match row.is_some_and(|row| is_found(&row)) {
            true => search::index_contact(tx, id).await?,
            false => search::remove(tx, search::Kind::Contact, id).await?,
        }
    }
    for id in said {
        let row = ledger::read(tx, &RowKey::number(Table::Interaction, id)).await?;
        match row.is_some_and(|row| row.get("state").and_then(Value::as_str) != Some("deleted")) {
            true => search::index_interaction(tx, id).await?,
            false => search::remove(tx, search::Kind::Interaction, id).await?,
        }
        let roles = timeline::roles(tx, id).await?;
        heard.extend(roles.iter().map(|role| role.contact_id));
    }
    for id in heard {
        contacts::refresh_last_at(tx, id).await?;
    }
    Ok(())
}

/// Whether a contact is found: one that was deleted or merged is not.
fn is_found(contact: &Columns) -> bool {
    number(contact, "deleted_at").is_none() && number(contact, "merged_into").is_none()
}

fn first_number(row: &RowKey) -> Option<i64> {
    match row.key.first() {
        Some(KeyPart::Number(id)) => Some(*id),
        _ => None,
    }
}

fn number(columns: &Columns, name: &str) -> Option<i64> {
    columns.get(name).and_then(Value::as_i64)
}
