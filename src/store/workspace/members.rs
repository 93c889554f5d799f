//! Members as their workspace knows them: a copy of the registry's membership, so that the workspace is whole by itself.

use crate::domain::Result;
use crate::domain::member_settings::MemberSettings;
use crate::on;
use crate::store::Tx;
use std::collections::HashMap;

/// A member. `id` is the account's id in the registry.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MemberRow {
    /// Account id.
    pub id: i64,
    /// Registered address, normalised.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
    /// `owner`, `admin`, `member` or `viewer`.
    pub role: String,
}

/// What a member chose; the defaults where the workspace does not know the member.
pub async fn settings(tx: &mut Tx, id: i64) -> Result<MemberSettings> {
    let text: Option<String> = on!(tx, c => sqlx::query_scalar("select settings from member where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(text
        .map(|text| MemberSettings::from_json(&text))
        .unwrap_or_default())
}

/// What each member chose, by account id, where that is anything; at most 10,000.
pub async fn all_settings(tx: &mut Tx) -> Result<HashMap<i64, MemberSettings>> {
    let rows: Vec<(i64, String)> = on!(tx, c => sqlx::query_as(
        "select id, settings from member where settings <> '{}' limit 10000")
        .fetch_all(c).await)?;
    let chosen = rows.into_iter();
    Ok(chosen
        .map(|(id, text)| (id, MemberSettings::from_json(&text)))
        .collect())
}

/// Writes what a member chose.
pub async fn put_settings(tx: &mut Tx, id: i64, settings: &MemberSettings) -> Result<()> {
    on!(tx, c => sqlx::query("update member set settings = $2 where id = $1")
        .bind(id).bind(settings.to_json()).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes how a member is called.
pub async fn put_name(tx: &mut Tx, id: i64, name: Option<&str>) -> Result<()> {
    on!(tx, c => sqlx::query("update member set name = $2 where id = $1")
        .bind(id).bind(name).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes a member, or brings one up to date.
pub async fn put(tx: &mut Tx, member: &MemberRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into member (id, email, name, role) values ($1, $2, $3, $4) \
         on conflict (id) do update set email = excluded.email, role = excluded.role")
        .bind(member.id).bind(&member.email).bind(&member.name).bind(&member.role)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// All members, at most 10,000.
pub async fn all(tx: &mut Tx) -> Result<Vec<MemberRow>> {
    let rows = on!(tx, c => sqlx::query_as("select id, email, name, role from member order by id limit 10000")
        .fetch_all(c).await)?;
    Ok(rows)
}

/// The member with this id.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<MemberRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, email, name, role from member where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The member with this normalised address.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<MemberRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, email, name, role from member where email = $1")
        .bind(email).fetch_optional(c).await)?;
    Ok(row)
}
