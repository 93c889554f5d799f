//! The private chats of members with the members' bot: without a row here nothing of a chat is a member's.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most members of a workspace that are read.
const READ_MAX: i64 = 10_000;

/// A member's chat.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MemberChatRow {
    /// Account id.
    pub member_id: i64,
    /// The member by the number at Telegram.
    pub user_id: i64,
    /// The chat by its number there.
    pub chat_id: i64,
    /// When it was linked, microseconds since 1970.
    pub linked_at: i64,
}

/// The chat of a member.
pub async fn of_member(tx: &mut Tx, member_id: i64) -> Result<Option<MemberChatRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select member_id, user_id, chat_id, linked_at from member_chat where member_id = $1")
        .bind(member_id).fetch_optional(c).await)?;
    Ok(row)
}

/// The chat of a person, by the number at Telegram.
pub async fn of_user(tx: &mut Tx, user_id: i64) -> Result<Option<MemberChatRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select member_id, user_id, chat_id, linked_at from member_chat where user_id = $1")
        .bind(user_id).fetch_optional(c).await)?;
    Ok(row)
}

/// All chats of members, at most 10,000.
pub async fn all(tx: &mut Tx) -> Result<Vec<MemberChatRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select member_id, user_id, chat_id, linked_at from member_chat order by member_id limit $1")
        .bind(READ_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// Writes the chat of a member, or writes it anew. `Kind::Conflict` where the person is another member's.
pub async fn put(tx: &mut Tx, row: &MemberChatRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into member_chat (member_id, user_id, chat_id, linked_at) values ($1, $2, $3, $4) \
         on conflict (member_id) do update \
         set user_id = excluded.user_id, chat_id = excluded.chat_id, linked_at = excluded.linked_at")
        .bind(row.member_id).bind(row.user_id).bind(row.chat_id).bind(row.linked_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Removes the chat of a member; false where there is none.
pub async fn remove(tx: &mut Tx, member_id: i64) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from member_chat where member_id = $1")
        .bind(member_id).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}
