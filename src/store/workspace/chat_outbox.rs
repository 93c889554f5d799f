//! What is to be sent in chats: rows are written in the transaction of what they tell of; `bot` claims them in order, sends
//! them, and marks what became of them.
//!
//! waiting → sending → sent | waiting again | dead; waiting → cancelled. A row that was `sending` when its sender died is waiting
//! again. A broadcast is `handed` in a commit of its own before it is handed over: one whose sender died then may have arrived, is
//! `uncertain`, and is not sent a second time.

use super::next_number;
use crate::domain::Result;
use crate::domain::chat::Outgoing;
use crate::on;
use crate::store::Tx;

/// What a message in a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// The answer to what a member said there.
    Answer,
    /// Something that a member must know.
    Notice,
    /// The list of the day.
    Digest,
    /// One thing at its time.
    Reminder,
    /// A contact wrote.
    News,
    /// What a member wrote, on to the contact.
    RelayOut,
    /// What the workspace's bot says of itself to whom writes to it.
    Greeting,
    /// A message of ours, shown anew.
    Edit,
}

impl ChatKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            ChatKind::Answer => "answer",
            ChatKind::Notice => "notice",
            ChatKind::Digest => "digest",
            ChatKind::Reminder => "reminder",
            ChatKind::News => "news",
            ChatKind::RelayOut => "relay_out",
            ChatKind::Greeting => "greeting",
            ChatKind::Edit => "edit",
        }
    }
}

/// A message to be written.
#[derive(Clone, Debug)]
pub struct NewChatMessage<'a> {
    /// What it is.
    pub kind: ChatKind,
    /// Which bot says it; the members' own where absent.
    pub bot_id: Option<i64>,
    /// Where.
    pub chat_id: i64,
    /// The member that it is to or from.
    pub member_id: Option<i64>,
    /// The contact that it is to or about.
    pub contact_id: Option<i64>,
    /// The interaction that it tells of or carries on.
    pub interaction_id: Option<i64>,
    /// The letter of ours that it is, as answers name it.
    pub number: Option<i64>,
    /// What it says.
    pub body: &'a Outgoing,
    /// When it goes at the earliest, microseconds since 1970.
    pub due_at: i64,
    /// The message of the chat that it replaces.
    pub edits_id: Option<i64>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ChatMessageRow {
    /// Its number.
    pub id: i64,
    /// The word of a [`ChatKind`], or `broadcast`.
    pub kind: String,
    /// `waiting`, `sending`, `sent`, `dead`, `cancelled`, `uncertain`.
    pub state: String,
    /// Which bot says it; the members' own where absent.
    pub bot_id: Option<i64>,
    /// Where.
    pub chat_id: i64,
    /// The member that it is to or from.
    pub member_id: Option<i64>,
    /// The contact that it is to or about.
    pub contact_id: Option<i64>,
    /// The interaction that it tells of or carries on.
    pub interaction_id: Option<i64>,
    /// The letter of ours that it is.
    pub number: Option<i64>,
    /// JSON of [`Outgoing`].
    pub body: String,
    /// When it goes at the earliest.
    pub due_at: i64,
    /// How often sending began.
    pub attempts: i64,
    /// How many of its pieces were sent.
    pub pieces: i64,
    /// When it was written.
    pub created_at: i64,
    /// When one of its buttons was used.
    pub pressed_at: Option<i64>,
    /// Its first piece in the chat.
    pub telegram_id: Option<i64>,
    /// Its last piece in the chat.
    pub last_id: Option<i64>,
    /// The message of the chat that it replaces.
    pub edits_id: Option<i64>,
}

impl ChatMessageRow {
    /// What it says; nothing where that cannot be read.
    pub fn outgoing(&self) -> Outgoing {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "select id, kind, state, bot_id, chat_id, member_id, contact_id, interaction_id, number, body, due_at, attempts, \
             pieces, created_at, pressed_at, telegram_id, last_id, edits_id from chat_message ",
            $rest
        )
    };
}

/// Writes a message; gives its number. Wake the chat lane before the commit.
pub async fn insert(tx: &mut Tx, message: &NewChatMessage<'_>, now_us: i64) -> Result<i64> {
    let id = next_number(tx, "chat_message").await?;
    let body = serde_json::to_string(message.body).unwrap_or_default();
    on!(tx, c => sqlx::query(
        "insert into chat_message (id, kind, state, bot_id, chat_id, member_id, contact_id, interaction_id, number, body, \
         due_at, attempts, pieces, created_at, edits_id) \
         values ($1, $2, 'waiting', $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11, $12)")
        .bind(id).bind(message.kind.word()).bind(message.bot_id).bind(message.chat_id).bind(message.member_id)
        .bind(message.contact_id).bind(message.interaction_id).bind(message.number)
        .bind(body.replace('\0', "")).bind(message.due_at).bind(now_us).bind(message.edits_id)
        .execute(c).await.map(drop))?;
    Ok(id)
}

/// What a sender left behind that died is due again; a broadcast of it is not.
pub async fn take_back(tx: &mut Tx, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set state = case when state = 'handed' then 'uncertain' else 'waiting' end, \
         claimed_by = null, claimed_until = null where state in ('sending', 'handed') and claimed_until < $1")
        .bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes back at once what this node claimed in an earlier run.
pub async fn take_back_of(tx: &mut Tx, node: &str, run: &str) -> Result<()> {
    let own = format!("{node}#");
    let width = i32::try_from(own.chars().count()).unwrap_or(i32::MAX);
    on!(tx, c => sqlx::query(
        "update chat_message set state = case when state = 'handed' then 'uncertain' else 'waiting' end, \
         claimed_by = null, claimed_until = null \
         where state in ('sending', 'handed') and substr(claimed_by, 1, $2) = $1 and claimed_by <> $3")
        .bind(&own).bind(width).bind(format!("{own}{run}")).execute(c).await.map(drop))?;
    Ok(())
}

/// Claims what is due, the oldest first. Of one chat only what nothing older waits in front of, so that order is kept there.
pub async fn claim(
    tx: &mut Tx,
    claimed_by: &str,
    now_us: i64,
    until_us: i64,
    count_max: i64,
) -> Result<Vec<ChatMessageRow>> {
    let mut rows: Vec<ChatMessageRow> = on!(tx, c => sqlx::query_as(
        "update chat_message set state = 'sending', attempts = attempts + 1, claimed_by = $2, claimed_until = $3 \
         where id in (select m.id from chat_message m where m.state = 'waiting' and m.due_at <= $1 \
         and not exists (select 1 from chat_message s where s.state in ('sending', 'handed') and s.chat_id = m.chat_id) \
         order by case when m.kind = 'broadcast' then 1 else 0 end, m.due_at, m.id limit $4) \
         returning id, kind, state, bot_id, chat_id, member_id, contact_id, interaction_id, number, body, due_at, attempts, \
         pieces, created_at, pressed_at, telegram_id, last_id, edits_id")
        .bind(now_us).bind(claimed_by).bind(until_us).bind(count_max).fetch_all(c).await)?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// A claimed broadcast is about to be handed over; false where it was taken back meanwhile, and is not to go.
pub async fn handed(tx: &mut Tx, id: i64) -> Result<bool> {
    let goes: Option<i64> = on!(&mut *tx, c => sqlx::query_scalar(
        "update chat_message set state = 'handed' where id = $1 and state = 'sending' \
         and broadcast_id in (select id from broadcast where state = 'going') returning id")
        .bind(id).fetch_optional(c).await)?;
    if goes.is_none() {
        on!(tx, c => sqlx::query("update chat_message set state = 'cancelled' where id = $1 and state = 'sending'")
            .bind(id).execute(c).await.map(drop))?;
    }
    Ok(goes.is_some())
}

/// It may have arrived, and nobody knows: it is not sent again.
pub async fn uncertain(tx: &mut Tx, id: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set state = 'uncertain', claimed_by = null, claimed_until = null where id = $1")
        .bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// A piece of a claimed row was sent: it is not sent again, whatever comes.
pub async fn piece_sent(tx: &mut Tx, id: i64, pieces: i64, telegram_id: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set pieces = $2, telegram_id = coalesce(telegram_id, $3), last_id = $3 where id = $1")
        .bind(id).bind(pieces).bind(telegram_id).execute(c).await.map(drop))?;
    Ok(())
}

/// It was sent.
pub async fn sent(tx: &mut Tx, id: i64, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set state = 'sent', sent_at = $2, claimed_by = null, claimed_until = null, error = null \
         where id = $1")
        .bind(id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// It is tried again at a time.
pub async fn retry(tx: &mut Tx, id: i64, due_at: i64, error: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set state = 'waiting', due_at = $2, error = $3, claimed_by = null, claimed_until = null \
         where id = $1 and state in ('sending', 'handed')")
        .bind(id).bind(due_at).bind(error).execute(c).await.map(drop))?;
    Ok(())
}

/// It is given up.
pub async fn dead(tx: &mut Tx, id: i64, error: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update chat_message set state = 'dead', error = $2, claimed_by = null, claimed_until = null where id = $1")
        .bind(id).bind(error).execute(c).await.map(drop))?;
    Ok(())
}

/// No broadcast that waits for a chat goes there any more; gives how many that were.
pub async fn cancel_broadcasts(tx: &mut Tx, bot_id: i64, chat_id: i64) -> Result<u64> {
    let done = on!(tx, c => sqlx::query(
        "update chat_message set state = 'cancelled' where state = 'waiting' and kind = 'broadcast' \
         and bot_id = $1 and chat_id = $2")
        .bind(bot_id).bind(chat_id).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done)
}

/// When there is something to do next; absent where there is nothing.
pub async fn next_due(tx: &mut Tx) -> Result<Option<i64>> {
    let (waiting, claimed): (Option<i64>, Option<i64>) = on!(tx, c => sqlx::query_as(
        "select (select min(due_at) from chat_message where state = 'waiting'), \
         (select min(claimed_until) from chat_message where state in ('sending', 'handed'))")
        .fetch_one(c).await)?;
    Ok(waiting
        .into_iter()
        .chain(claimed.map(|until| until + 1))
        .min())
}

/// The row with this number.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<ChatMessageRow>> {
    let row = on!(tx, c => sqlx::query_as(select_message!("where id = $1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The row that a message in a chat is a piece of. `bot_id` is absent for the members' bot.
pub async fn shown(
    tx: &mut Tx,
    bot_id: Option<i64>,
    chat_id: i64,
    message_id: i64,
) -> Result<Option<ChatMessageRow>> {
    let row: Option<ChatMessageRow> = on!(tx, c => sqlx::query_as(select_message!(
        "where chat_id = $1 and telegram_id <= $2 and kind <> 'edit' and coalesce(bot_id, 0) = $3 \
         order by telegram_id desc limit 1"))
        .bind(chat_id).bind(message_id).bind(bot_id.unwrap_or_default()).fetch_optional(c).await)?;
    Ok(row.filter(|row| row.last_id.is_some_and(|last| message_id <= last)))
}

/// Whether something is on its way into a chat of the members' bot at this moment: what arrived may not be written down yet.
pub async fn is_sending(tx: &mut Tx, chat_id: i64) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from chat_message where state = 'sending' and chat_id = $1 and bot_id is null limit 1")
        .bind(chat_id).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// One of its buttons was used; what it says from now on.
pub async fn pressed(tx: &mut Tx, id: i64, body: &Outgoing, now_us: i64) -> Result<()> {
    let body = serde_json::to_string(body).unwrap_or_default();
    on!(tx, c => sqlx::query("update chat_message set pressed_at = $3, body = $2 where id = $1")
        .bind(id).bind(body.replace('\0', "")).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// How many messages of a kind about a contact were written since a moment, microseconds since 1970.
pub async fn count_of_contact(
    tx: &mut Tx,
    kind: ChatKind,
    contact_id: i64,
    since_us: i64,
) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from chat_message where contact_id = $1 and kind = $2 and created_at >= $3")
        .bind(contact_id).bind(kind.word()).bind(since_us).fetch_one(c).await)?;
    Ok(count)
}

/// How many messages of a kind were written to a member since a moment, microseconds since 1970.
pub async fn count_of_member(
    tx: &mut Tx,
    kind: ChatKind,
    member_id: i64,
    since_us: i64,
) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from chat_message where member_id = $1 and kind = $2 and created_at >= $3")
        .bind(member_id).bind(kind.word()).bind(since_us).fetch_one(c).await)?;
    Ok(count)
}

/// Whether the letter of this number was said in a chat, or is to be.
pub async fn is_said(tx: &mut Tx, number: i64) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from chat_message where number = $1 and kind <> 'edit' limit 1")
        .bind(number).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Whether a member was told in the chat that a contact wrote this, or is to be.
pub async fn is_news(tx: &mut Tx, interaction_id: i64, member_id: i64) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from chat_message where interaction_id = $1 and member_id = $2 and kind = 'news' limit 1")
        .bind(interaction_id).bind(member_id).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Whether a member's words were passed on to a contact before, whatever became of them.
pub async fn has_gone(tx: &mut Tx, interaction_id: i64, contact_id: i64) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from chat_message where interaction_id = $1 and contact_id = $2 and kind = 'relay_out' limit 1")
        .bind(interaction_id).bind(contact_id).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Marks an update as done here, once; false where it was done before.
pub async fn once(tx: &mut Tx, bot_id: i64, update_id: i64, now_us: i64) -> Result<bool> {
    let new: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "insert into chat_done (bot_id, update_id, at) values ($1, $2, $3) on conflict (bot_id, update_id) do nothing \
         returning update_id")
        .bind(bot_id).bind(update_id).bind(now_us).fetch_optional(c).await)?;
    Ok(new.is_some())
}

/// Forgets updates that were done before a moment; some thousands at a time.
pub async fn forget(tx: &mut Tx, before_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "delete from chat_done where at < $1 and update_id in (select update_id from chat_done where at < $1 limit 5000)")
        .bind(before_us).execute(c).await.map(drop))?;
    Ok(())
}
