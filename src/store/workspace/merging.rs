//! Two contacts become one: what belongs to one goes over to the other, in statements whose number does not grow with it.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A part in an interaction that goes over.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRow {
    /// In which interaction.
    pub interaction_id: i64,
    /// The role of the contact that goes.
    pub role: String,
    /// The role that the one who stays has there already.
    pub other_role: Option<String>,
}

impl PartRow {
    /// The role in which the one who stays is there afterwards: its own, but more than a mere participant where either was.
    pub fn role_after(&self) -> &str {
        match self.other_role.as_deref() {
            Some("participant") | None => &self.role,
            Some(own) => own,
        }
    }
}

/// The parts of a contact in interactions, with those that another has in the same.
pub async fn parts(tx: &mut Tx, from: i64, to: i64, limit: i64) -> Result<Vec<PartRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select f.interaction_id, f.role, t.role as other_role from interaction_contact f \
         left join interaction_contact t on t.interaction_id = f.interaction_id and t.contact_id = $2 \
         where f.contact_id = $1 order by f.interaction_id limit $3")
        .bind(from).bind(to).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// In which of these interactions a contact has a part.
pub async fn with_part(tx: &mut Tx, contact_id: i64, interaction_ids: &[i64]) -> Result<Vec<i64>> {
    let found: Vec<(i64, i64)> = fetch_in!(
        tx,
        (i64, i64),
        "select contact_id, interaction_id from interaction_contact where interaction_id",
        interaction_ids,
        "limit 100000"
    );
    let own = found
        .into_iter()
        .filter(|(contact, _)| *contact == contact_id);
    Ok(own.map(|(_, interaction)| interaction).collect())
}

/// Gives all parts of a contact to another.
pub async fn move_parts(tx: &mut Tx, from: i64, to: i64) -> Result<()> {
    on!(&mut *tx, c => sqlx::query(
        "insert into interaction_contact (contact_id, interaction_id, role) \
         select $2, f.interaction_id, f.role from interaction_contact f where f.contact_id = $1 \
         on conflict (contact_id, interaction_id) do update set role = excluded.role \
         where interaction_contact.role = 'participant'")
        .bind(from).bind(to).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("delete from interaction_contact where contact_id = $1")
        .bind(from).execute(c).await.map(drop))?;
    Ok(())
}

/// Authors whose mail belongs to a contact, as was taught.
pub async fn rules_to(tx: &mut Tx, contact_id: i64, limit: i64) -> Result<Vec<String>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select author_address from filing_rule where contact_id = $1 order by author_address limit $2")
        .bind(contact_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Makes mail of these authors belong to another contact.
pub async fn move_rules(tx: &mut Tx, from: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update filing_rule set contact_id = $2 where contact_id = $1")
        .bind(from).bind(to).execute(c).await.map(drop))?;
    Ok(())
}

/// Gives an address to another contact, behind those that it has.
pub async fn move_address(tx: &mut Tx, address: &str, to: i64, position: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update contact_address set contact_id = $2, position = $3 where address = $1")
        .bind(address).bind(to).bind(position).execute(c).await.map(drop))?;
    Ok(())
}
