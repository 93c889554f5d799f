//! Moving an interaction to other contacts.

use super::interactions::{ContactRole, InteractionRow, insert_contacts};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Gives an interaction to these contacts in place of those that it had, and writes its state, author and reason.
pub async fn refile(tx: &mut Tx, row: &InteractionRow, roles: &[ContactRole]) -> Result<()> {
    on!(&mut *tx, c => sqlx::query(
        "update interaction set state = $2, author_kind = $3, author_contact_id = $4, why = $5 where id = $1")
        .bind(row.id).bind(&row.state).bind(&row.author_kind).bind(row.author_contact_id).bind(&row.why)
        .execute(c).await.map(drop))?;
    on!(&mut *tx, c => sqlx::query("delete from interaction_contact where interaction_id = $1")
        .bind(row.id).execute(c).await.map(drop))?;
    insert_contacts(tx, roles).await
}

/// To whom mail of an author belongs, as a member taught.
pub async fn rule_of(tx: &mut Tx, author_address: &str) -> Result<Option<i64>> {
    let contact = on!(tx, c => sqlx::query_scalar("select contact_id from filing_rule where author_address = $1")
        .bind(author_address).fetch_optional(c).await)?;
    Ok(contact)
}

/// The name with which an address was seen that made no contact.
pub async fn suggested_name(tx: &mut Tx, address: &str) -> Result<Option<String>> {
    let name: Option<Option<String>> = on!(tx, c => sqlx::query_scalar("select name from suggestion where address = $1")
        .bind(address).fetch_optional(c).await)?;
    Ok(name.flatten())
}

/// Takes an address off the suggestions: it has a contact now.
pub async fn drop_suggestion(tx: &mut Tx, address: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from suggestion where address = $1")
        .bind(address).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes the state of an interaction.
pub async fn set_state(tx: &mut Tx, id: i64, state: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update interaction set state = $2 where id = $1")
        .bind(id).bind(state).execute(c).await.map(drop))?;
    Ok(())
}
