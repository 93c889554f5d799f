//! The chats of people with the workspace's own bot.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most chats of one contact that are read.
const READ_MAX: i64 = 100;

/// Somebody who writes to the workspace's bot. Times are microseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactChatRow {
    /// The bot.
    pub bot_id: i64,
    /// The chat by its number at Telegram.
    pub chat_id: i64,
    /// Who it is.
    pub contact_id: i64,
    /// Without the `@`.
    pub username: Option<String>,
    /// The tag of the language that their program speaks.
    pub language: Option<String>,
    /// When they wrote to the bot of their own will.
    pub consented_at: Option<i64>,
    /// When they asked for no more broadcasts.
    pub stopped_at: Option<i64>,
    /// When Telegram said that they blocked the bot.
    pub blocked_at: Option<i64>,
    /// When they wrote first.
    pub first_at: i64,
    /// When they wrote last.
    pub last_at: i64,
    /// How often they wrote.
    pub message_count: i64,
    /// The conversation.
    pub thread_id: Option<i64>,
}

const COLUMNS: &str = "bot_id, chat_id, contact_id, username, language, consented_at, stopped_at, blocked_at, first_at, \
                       last_at, message_count, thread_id";

/// The chats of a contact, who wrote last first; at most 100.
pub async fn of_contact(tx: &mut Tx, contact_id: i64) -> Result<Vec<ContactChatRow>> {
    let sql = format!(
        "select {COLUMNS} from contact_chat where contact_id = $1 order by last_at desc, bot_id, chat_id limit $2"
    );
    let rows = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(contact_id).bind(READ_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// A chat by its number at Telegram.
pub async fn by_chat(tx: &mut Tx, bot_id: i64, chat_id: i64) -> Result<Option<ContactChatRow>> {
    let sql = format!("select {COLUMNS} from contact_chat where bot_id = $1 and chat_id = $2");
    let row = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(bot_id).bind(chat_id).fetch_optional(c).await)?;
    Ok(row)
}

/// The chat of a person with whichever bot of the workspace; in a private chat their number is the chat's.
pub async fn of_user(tx: &mut Tx, user_id: i64) -> Result<Option<ContactChatRow>> {
    let sql = format!(
        "select {COLUMNS} from contact_chat where chat_id = $1 order by last_at desc, bot_id limit 1"
    );
    let row = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(user_id).fetch_optional(c).await)?;
    Ok(row)
}

/// Writes a chat as it is given.
pub async fn put(tx: &mut Tx, row: &ContactChatRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into contact_chat (bot_id, chat_id, contact_id, username, language, consented_at, stopped_at, blocked_at, \
         first_at, last_at, message_count, thread_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         on conflict (bot_id, chat_id) do update set contact_id = excluded.contact_id, username = excluded.username, \
         language = excluded.language, consented_at = excluded.consented_at, stopped_at = excluded.stopped_at, \
         blocked_at = excluded.blocked_at, last_at = excluded.last_at, message_count = excluded.message_count, \
         thread_id = excluded.thread_id")
        .bind(row.bot_id).bind(row.chat_id).bind(row.contact_id).bind(&row.username).bind(&row.language)
        .bind(row.consented_at).bind(row.stopped_at).bind(row.blocked_at).bind(row.first_at).bind(row.last_at)
        .bind(row.message_count).bind(row.thread_id)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Says that Telegram called the bot blocked there, or that it is no more.
pub async fn put_blocked(
    tx: &mut Tx,
    bot_id: i64,
    chat_id: i64,
    blocked_at: Option<i64>,
) -> Result<()> {
    on!(tx, c => sqlx::query("update contact_chat set blocked_at = $3 where bot_id = $1 and chat_id = $2")
        .bind(bot_id).bind(chat_id).bind(blocked_at).execute(c).await.map(drop))?;
    Ok(())
}

/// Gives a chat to another contact.
pub async fn give(tx: &mut Tx, bot_id: i64, chat_id: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update contact_chat set contact_id = $3 where bot_id = $1 and chat_id = $2")
        .bind(bot_id).bind(chat_id).bind(to).execute(c).await.map(drop))?;
    Ok(())
}
