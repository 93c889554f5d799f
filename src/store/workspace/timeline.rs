//! What was said with a contact, and one interaction as a whole.

use super::interactions::{AttachmentRow, ContactRole, InteractionRow};
use super::journal::JournalRow;
use super::listing::{InteractionLine, select_line};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// What was said with a contact, the newest first.
pub async fn of_contact(
    tx: &mut Tx,
    contact_id: i64,
    limit: i64,
    offset: i64,
) -> Result<Vec<InteractionLine>> {
    let rows = on!(tx, c => sqlx::query_as(select_line!(
        "join interaction_contact ic on ic.interaction_id = i.id where ic.contact_id = $1 and i.state not in ('set_aside', 'deleted') \
         order by i.happened_at desc, i.id desc limit $2 offset $3"))
        .bind(contact_id).bind(limit).bind(offset).fetch_all(c).await)?;
    Ok(rows)
}

/// How much was said with a contact.
pub async fn count(tx: &mut Tx, contact_id: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from interaction_contact ic join interaction i on i.id = ic.interaction_id \
         where ic.contact_id = $1 and i.state not in ('set_aside', 'deleted')")
        .bind(contact_id).fetch_one(c).await)?;
    Ok(count)
}

/// The interaction with this number.
pub async fn interaction(tx: &mut Tx, id: i64) -> Result<Option<InteractionRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, kind, direction, state, class, happened_at, created_at, member_id, author_kind, author_name, \
         author_address, author_contact_id, author_member_id, subject, text, remark, protection, thread_id, raw_id, \
         why, trust from interaction where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The files of an interaction, in their order; at most 500.
pub async fn attachments(tx: &mut Tx, interaction_id: i64) -> Result<Vec<AttachmentRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select interaction_id, position, name, type, size_bytes, sha256 from attachment \
         where interaction_id = $1 order by position limit 500")
        .bind(interaction_id).fetch_all(c).await)?;
    Ok(rows)
}

/// Whose an interaction is, and in what role; at most 1,000.
pub async fn roles(tx: &mut Tx, interaction_id: i64) -> Result<Vec<ContactRole>> {
    let rows: Vec<(i64, i64, String)> = on!(tx, c => sqlx::query_as(
        "select contact_id, interaction_id, role from interaction_contact where interaction_id = $1 \
         order by contact_id limit 1000")
        .bind(interaction_id).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(contact_id, interaction_id, role)| ContactRole {
            contact_id,
            interaction_id,
            role,
        })
        .collect())
}

/// What was changed in a thing (`#i9`, `#c12`), the newest first.
pub async fn changes(tx: &mut Tx, subject: &str, limit: i64) -> Result<Vec<JournalRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, at, member_id, door, proof, verb, subject, before, after, batch, line, changes, undone_by from journal \
         where subject = $1 order by id desc limit $2")
        .bind(subject).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}
