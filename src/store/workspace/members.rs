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

/// Writes a member, or brings one up to date. Whoever left and had the same address is another one, and has it no more.
pub async fn put(tx: &mut Tx, member: &MemberRow) -> Result<()> {
    on!(&mut *tx, c => sqlx::query(
        "update member set email = email || ' (former ' || cast(id as text) || ')' \
         where email = $1 and id <> $2 and left_at is not null")
        .bind(&member.email).bind(member.id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
        "insert into member (id, email, name, role) values ($1, $2, $3, $4) \
         on conflict (id) do update set email = excluded.email, role = excluded.role, left_at = null")
        .bind(member.id).bind(&member.email).bind(&member.name).bind(&member.role)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// All members who did not leave, at most 10,000.
pub async fn all(tx: &mut Tx) -> Result<Vec<MemberRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, email, name, role from member where left_at is null order by id limit 10000")
        .fetch_all(c).await)?;
    Ok(rows)
}

/// All who are or were members, at most 10,000.
pub async fn everybody(tx: &mut Tx) -> Result<Vec<MemberRow>> {
    let rows = on!(tx, c => sqlx::query_as("select id, email, name, role from member order by id limit 10000")
        .fetch_all(c).await)?;
    Ok(rows)
}

/// The member with this id, whether or not they left since: for what is told of them, never for what is told to them.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<MemberRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, email, name, role from member where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The member with this id, who did not leave.
pub async fn present(tx: &mut Tx, id: i64) -> Result<Option<MemberRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, email, name, role from member where id = $1 and left_at is null")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The member with this normalised address, registered or further, who did not leave.
pub async fn by_address(tx: &mut Tx, address: &str) -> Result<Option<MemberRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, email, name, role from member where left_at is null and id in (select id from member where email = $1 \
         union all select member_id from member_address where address = $1) order by id limit 1")
        .bind(address).fetch_optional(c).await)?;
    Ok(row)
}

/// Those who left and had this normalised address, with their names; at most 100.
pub async fn former(tx: &mut Tx, address: &str) -> Result<Vec<(i64, Option<String>)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, name from member where left_at is not null \
         and (email = $1 or email = $1 || ' (former ' || cast(id as text) || ')') order by id limit 100")
        .bind(address).fetch_all(c).await)?;
    Ok(rows)
}

/// The further addresses of all members, with whose they are; at most 100,000.
pub async fn addresses(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as("select address, member_id from member_address order by address limit 100000")
        .fetch_all(c).await)?;
    Ok(rows)
}

/// Writes that a member writes from an address, too.
pub async fn put_address(tx: &mut Tx, id: i64, address: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into member_address (address, member_id) values ($1, $2) \
         on conflict (address) do update set member_id = excluded.member_id")
        .bind(address).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes that a member does not any more.
pub async fn remove_address(tx: &mut Tx, id: i64, address: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from member_address where address = $1 and member_id = $2")
        .bind(address).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// The addresses that are proved to be a member's own, normalised: those that their letters to contacts may come from. Empty for
/// whoever left.
pub async fn own_addresses(tx: &mut Tx, id: i64) -> Result<Vec<String>> {
    let Some(member) = present(tx, id).await? else {
        return Ok(Vec::new());
    };
    let further: Vec<String> = on!(tx, c => sqlx::query_scalar(
        "select address from member_address where member_id = $1 order by address limit 1000")
        .bind(id).fetch_all(c).await)?;
    Ok([vec![member.email], further].concat())
}

/// Writes another role.
pub async fn put_role(tx: &mut Tx, id: i64, role: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update member set role = $2 where id = $1")
        .bind(id).bind(role).execute(c).await.map(drop))?;
    Ok(())
}

/// A member rests, since their account is to be deleted, or the registry does not list them: what waits for them is cancelled, and they are told nothing more. Their
/// contacts and actions stay theirs: they may come back.
pub async fn rest(tx: &mut Tx, id: i64, now_us: i64) -> Result<()> {
    for sql in CANCEL {
        on!(&mut *tx, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    }
    left(tx, id, now_us).await
}

/// What waits for a member is not sent.
const CANCEL: [&str; 2] = [
    "update outbox set state = 'cancelled', message = null where member_id = $1 and state = 'waiting' and kind <> 'relay_out'",
    "update chat_message set state = 'cancelled' where state = 'waiting' and bot_id is null \
     and chat_id in (select chat_id from member_chat where member_id = $1)",
];

async fn left(tx: &mut Tx, id: i64, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update member set left_at = $2 where id = $1")
        .bind(id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// A member leaves: their chat is not linked any more, what waits for them in the outboxes is cancelled, and another member has
/// their contacts and open actions, behind what they have themselves. Gives how many actions that were.
pub async fn leave(tx: &mut Tx, id: i64, heir_id: i64, now_us: i64) -> Result<i64> {
    for sql in CANCEL {
        on!(&mut *tx, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    }
    for sql in [
        "update contact set responsible_id = $2 where responsible_id = $1",
        "update action set state = 'queued' where member_id = $1 and state = 'current' and kind = 'action' and exists \
         (select 1 from action own where own.member_id = $2 and own.state = 'current' and own.kind = 'action' \
         and own.contact_id = action.contact_id)",
        "update action set position = position + 1000000 where member_id = $1 and state = 'queued' and $2 = $2",
        "delete from member_chat where member_id = $1 and $2 = $2",
        "delete from member_digest where member_id = $1 and $2 = $2",
        "delete from member_address where member_id = $1 and $2 = $2",
    ] {
        on!(&mut *tx, c => sqlx::query(sql).bind(id).bind(heir_id).execute(c).await.map(drop))?;
    }
    let moved = on!(&mut *tx, c => sqlx::query(
        "update action set member_id = $2 where member_id = $1 and state in ('current', 'queued')")
        .bind(id).bind(heir_id).execute(c).await.map(|done| done.rows_affected()))?;
    left(tx, id, now_us).await?;
    Ok(i64::try_from(moved).unwrap_or(i64::MAX))
}
