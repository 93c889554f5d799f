//! Contacts that a command makes.

use super::deed::Deed;
use crate::commands::context::Cx;
use crate::commands::problem::Failure;
use crate::commands::reserve;
use crate::domain::people;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{refile, search};
use serde_json::json;

/// Makes a contact with an address that nobody has, with the name that is known for it.
pub async fn make(
    tx: &mut Tx,
    cx: &Cx,
    address: &str,
    name: Option<&str>,
) -> Result<ContactRow, Failure> {
    let mut deed = Deed::new("new");
    deed.touch(tx, RowKey::text(Table::Suggestion, address))
        .await?;
    deed.touch(tx, RowKey::text(Table::ContactAddress, address))
        .await?;
    let suggested = refile::suggested_name(tx, address).await?;
    let contact = ContactRow {
        name: people::clean_name(name, address).or(suggested),
        company_id: company_of(tx, cx, &mut deed, address).await?,
        capture: cx.captures.get(address).cloned(),
        ..blank(cx)
    };
    let contact = contacts::insert(tx, contact).await?;
    deed.made(RowKey::number(Table::Contact, contact.id));
    contacts::add_address(tx, contact.id, address, "command", cx.now_us).await?;
    refile::drop_suggestion(tx, address).await?;
    search::index_contact(tx, contact.id).await?;
    let after = json!({ "name": contact.name, "address": address, "capture": contact.capture });
    deed.finish(tx, cx, format!("#c{}", contact.id), json!({}), after)
        .await?;
    Ok(contact)
}

/// Makes a contact of whom nothing but the name is known.
pub async fn make_named(tx: &mut Tx, cx: &Cx, name: &str) -> Result<ContactRow, Failure> {
    let mut deed = Deed::new("new");
    let contact = ContactRow {
        name: Some(name.to_owned()),
        capture: cx.captures.get(&reserve::of_line(cx.line)).cloned(),
        ..blank(cx)
    };
    let contact = contacts::insert(tx, contact).await?;
    deed.made(RowKey::number(Table::Contact, contact.id));
    let after = json!({ "name": contact.name, "capture": contact.capture });
    deed.finish(tx, cx, format!("#c{}", contact.id), json!({}), after)
        .await?;
    Ok(contact)
}

pub(super) fn blank(cx: &Cx) -> ContactRow {
    ContactRow {
        responsible_id: Some(cx.actor.member_id),
        created_at: cx.now_us,
        ..ContactRow::default()
    }
}

/// The company behind the address, made where it is new; none behind a public mail provider.
pub(super) async fn company_of(
    tx: &mut Tx,
    cx: &Cx,
    deed: &mut Deed,
    address: &str,
) -> Result<Option<i64>, Failure> {
    let domain = address.rsplit_once('@').map(|(_, domain)| domain);
    let Some(company) = domain.and_then(people::company_of) else {
        return Ok(None);
    };
    let is_there = contacts::company_by_domain(tx, &company.domain)
        .await?
        .is_some();
    let row = contacts::company_of_domain(tx, &company.domain, &company.name, cx.now_us).await?;
    if !is_there {
        deed.made(RowKey::number(Table::Company, row.id));
    }
    Ok(Some(row.id))
}
