//! Interactions, whose they are, and their files.

use super::bulk::{fetch_in, insert_rows};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// An interaction as it is stored; the words of each column stand in the migration.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct InteractionRow {
    /// `#i9` is 9.
    pub id: i64,
    /// `mail`, `note`, `meeting`, `report`.
    pub kind: String,
    /// `in`, `out`, `internal`.
    pub direction: String,
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// What kind of mail it is: the words of `mail::Class`.
    pub class: String,
    /// Microseconds since 1970, as the mail says where that is believable.
    pub happened_at: i64,
    /// When it was filed.
    pub created_at: i64,
    /// The member who brought it in.
    pub member_id: Option<i64>,
    /// `member`, `contact`, `other`.
    pub author_kind: String,
    /// Who wrote it.
    pub author_name: Option<String>,
    /// The address, normalised.
    pub author_address: Option<String>,
    /// The author, where a contact.
    pub author_contact_id: Option<i64>,
    /// The author, where a member.
    pub author_member_id: Option<i64>,
    /// Decoded subject.
    pub subject: Option<String>,
    /// What was said.
    pub text: String,
    /// What a member wrote above the letter that was forwarded.
    pub remark: Option<String>,
    /// `none`, `signed`, `encrypted`.
    pub protection: String,
    /// The number of the interaction that began the thread.
    pub thread_id: i64,
    /// Its raw bytes.
    pub raw_id: Option<i64>,
    /// JSON of `domain::why::Why`.
    pub why: String,
    /// JSON of `mail::Trust`.
    pub trust: String,
}

/// What filing must know of an interaction that is there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct FiledRow {
    /// `#i9` is 9.
    pub id: i64,
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// Its thread.
    pub thread_id: i64,
    /// JSON of `domain::why::Why`.
    pub why: String,
}

/// One contact of one interaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactRole {
    /// Whose interaction it is.
    pub contact_id: i64,
    /// Which.
    pub interaction_id: i64,
    /// `author`, `recipient`, `participant`, `about`.
    pub role: String,
}

/// A file of an interaction; its bytes are in the raw message.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttachmentRow {
    /// Whose file.
    pub interaction_id: i64,
    /// Which one, from 0.
    pub position: i64,
    /// Decoded name.
    pub name: Option<String>,
    /// Media type.
    #[sqlx(rename = "type")]
    pub content_type: String,
    /// Decoded size.
    pub size_bytes: i64,
    /// SHA-256 of the decoded bytes, hexadecimal.
    pub sha256: String,
}

/// Files interactions.
pub async fn insert_many(tx: &mut Tx, rows: &[InteractionRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into interaction (id, kind, direction, state, class, happened_at, created_at, member_id, author_kind, \
         author_name, author_address, author_contact_id, author_member_id, subject, text, remark, protection, \
         thread_id, raw_id, why, trust) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.id)
            .push_bind(&row.kind)
            .push_bind(&row.direction)
            .push_bind(&row.state)
            .push_bind(&row.class)
            .push_bind(row.happened_at)
            .push_bind(row.created_at)
            .push_bind(row.member_id)
            .push_bind(&row.author_kind)
            .push_bind(&row.author_name)
            .push_bind(&row.author_address)
            .push_bind(row.author_contact_id)
            .push_bind(row.author_member_id)
            .push_bind(&row.subject)
            .push_bind(&row.text)
            .push_bind(&row.remark)
            .push_bind(&row.protection)
            .push_bind(row.thread_id)
            .push_bind(row.raw_id)
            .push_bind(&row.why)
            .push_bind(&row.trust)
    );
    Ok(())
}

/// Files an interaction anew that was held, unfiled or set aside: everything but its number, class, time of filing, text and
/// raw bytes.
pub async fn file_again(tx: &mut Tx, row: &InteractionRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update interaction set kind = $2, direction = $3, state = $4, happened_at = $5, member_id = $6, \
         author_kind = $7, author_name = $8, author_address = $9, author_contact_id = $10, author_member_id = $11, \
         thread_id = $12, why = $13, trust = $14, text = $15, remark = $16 where id = $1")
        .bind(row.id).bind(&row.kind).bind(&row.direction).bind(&row.state).bind(row.happened_at)
        .bind(row.member_id).bind(&row.author_kind).bind(&row.author_name).bind(&row.author_address)
        .bind(row.author_contact_id).bind(row.author_member_id).bind(row.thread_id).bind(&row.why)
        .bind(&row.trust).bind(&row.text).bind(&row.remark)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Gives interactions to contacts; who is there already keeps the role.
pub async fn insert_contacts(tx: &mut Tx, rows: &[ContactRole]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into interaction_contact (contact_id, interaction_id, role) ",
        rows,
        " on conflict (contact_id, interaction_id) do nothing",
        |bind, row| bind
            .push_bind(row.contact_id)
            .push_bind(row.interaction_id)
            .push_bind(&row.role)
    );
    Ok(())
}

/// Keeps the list of files.
pub async fn insert_attachments(tx: &mut Tx, rows: &[AttachmentRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into attachment (interaction_id, position, name, type, size_bytes, sha256) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.interaction_id)
            .push_bind(row.position)
            .push_bind(&row.name)
            .push_bind(&row.content_type)
            .push_bind(row.size_bytes)
            .push_bind(&row.sha256)
    );
    Ok(())
}

/// What filing must know of these interactions.
pub async fn filed(tx: &mut Tx, ids: &[i64]) -> Result<Vec<FiledRow>> {
    Ok(fetch_in!(
        tx,
        FiledRow,
        "select id, state, thread_id, why from interaction where id",
        ids,
        "limit 256"
    ))
}

/// The contacts of these interactions, but mere participants: (interaction, contact).
pub async fn contacts_of(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(fetch_in!(
        tx,
        (i64, i64),
        "select interaction_id, contact_id from interaction_contact where role <> 'participant' and interaction_id",
        ids,
        "order by interaction_id, contact_id limit 10000"
    ))
}
