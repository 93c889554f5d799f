//! A text to many people who wrote to the workspace's bot: who they are, and a message for each, in one statement.

use super::next_numbers;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use std::collections::BTreeMap;

/// A broadcast.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BroadcastRow {
    /// Its number.
    pub id: i64,
    /// Who sent it.
    pub member_id: i64,
    /// To whom; absent where it went to everybody.
    pub tag: Option<String>,
    /// What it says.
    pub text: String,
    /// How many chats it was written for.
    pub audience: i64,
    /// `going`, or `stopped` where it was taken back.
    pub state: String,
    /// When, microseconds since 1970.
    pub created_at: i64,
}

/// Who gets a broadcast of bot `$1`: everybody who agreed and did not stop or block it, and is a contact still. Whether the
/// contact is muted does not matter: that is what members are told of.
const AUDIENCE: &str = "from contact_chat join contact on contact.id = contact_chat.contact_id \
                        where contact_chat.bot_id = $1 and contact_chat.consented_at is not null \
                        and contact_chat.stopped_at is null and contact_chat.blocked_at is null \
                        and contact.deleted_at is null and contact.merged_into is null";
/// Of those, who has the tag `$2`.
const TAGGED: &str = "and exists (select 1 from contact_tag \
                      where contact_tag.contact_id = contact_chat.contact_id and contact_tag.tag = $2)";

/// How many chats of a bot a broadcast goes to; `tag` as it is stored, absent for everybody.
pub async fn audience(tx: &mut Tx, bot_id: i64, tag: Option<&str>) -> Result<i64> {
    let count = match tag {
        Some(tag) => {
            let sql = format!("select count(*) {AUDIENCE} {TAGGED}");
            on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(bot_id).bind(tag).fetch_one(c).await)?
        }
        None => {
            let sql = format!("select count(*) {AUDIENCE}");
            on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(bot_id).fetch_one(c).await)?
        }
    };
    Ok(count)
}

/// Writes a broadcast and a waiting message for each chat of its audience, which is counted anew; gives how many. `body` is JSON
/// of `domain::chat::Outgoing`. Wake the lane of the chat before the commit.
pub async fn insert(tx: &mut Tx, row: &BroadcastRow, bot_id: i64, body: &str) -> Result<i64> {
    let audience = audience(tx, bot_id, row.tag.as_deref()).await?;
    on!(&mut *tx, c => sqlx::query(
        "insert into broadcast (id, member_id, tag, text, audience, state, created_at) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(row.id).bind(row.member_id).bind(&row.tag).bind(&row.text).bind(audience).bind(&row.state)
        .bind(row.created_at).execute(c).await.map(drop))?;
    let base = next_numbers(tx, "chat_message", audience).await? - 1;
    let tagged = row.tag.as_deref().map_or("", |_| TAGGED);
    let sql = format!(
        "insert into chat_message (id, kind, state, bot_id, chat_id, member_id, contact_id, broadcast_id, body, due_at, attempts, \
         pieces, created_at) \
         select $3 + row_number() over (order by contact_chat.chat_id), 'broadcast', 'waiting', contact_chat.bot_id, \
         contact_chat.chat_id, $4, contact_chat.contact_id, $5, $6, $7, 0, 0, $7 {AUDIENCE} {tagged}"
    );
    let written = on!(tx, c => sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(bot_id).bind(&row.tag).bind(base).bind(row.member_id).bind(row.id).bind(body).bind(row.created_at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(i64::try_from(written).unwrap_or(i64::MAX))
}

/// The broadcast with this number.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<BroadcastRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, member_id, tag, text, audience, state, created_at from broadcast where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// How many of its messages are in each state that has some.
pub async fn counts(tx: &mut Tx, id: i64) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select state, count(*) from chat_message where broadcast_id = $1 group by state limit 10")
        .bind(id).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Stops what of a broadcast waits still; gives how much that was.
pub async fn cancel_waiting(tx: &mut Tx, id: i64) -> Result<i64> {
    let stopped = on!(tx, c => sqlx::query(
        "update chat_message set state = 'cancelled' where broadcast_id = $1 and state = 'waiting'")
        .bind(id).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(i64::try_from(stopped).unwrap_or(i64::MAX))
}
