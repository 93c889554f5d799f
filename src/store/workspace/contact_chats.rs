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

/// Gives a chat to another contact.
pub async fn give(tx: &mut Tx, bot_id: i64, chat_id: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update contact_chat set contact_id = $3 where bot_id = $1 and chat_id = $2")
        .bind(bot_id).bind(chat_id).bind(to).execute(c).await.map(drop))?;
    Ok(())
}
