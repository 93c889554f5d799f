//! Mail to send. Rows are written in the transaction of the change that they tell of; `delivery` claims them, sends them, and
//! marks what became of them.
//!
//! waiting → sending → sent | waiting again | dead; waiting → cancelled. A row that was `sending` when its worker died is
//! `waiting` again when its claim has run out, or when the same node starts again: each is sent at least once, with the same
//! Message-ID.

mod claim;
mod outcome;

pub use claim::{Claim, ClaimedRow, Whose, claim, give_back, message, next_due};
pub use outcome::{bounced, cancel, dead, note, pull, purge, put_off, retry, sent, sent_since};

use super::next_number;
use crate::domain::{Error, Kind, Result, address};
use crate::on;
use crate::store::Tx;
use std::collections::BTreeMap;

/// How hard a message is compressed.
const ZSTD_LEVEL: i32 = 3;

/// What a mail of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutboxKind {
    /// The answer to a member's commands.
    Ack,
    /// Something that a member must know.
    Notice,
    /// The list of the day.
    Digest,
    /// One thing at its time.
    Reminder,
    /// A link and a code by which somebody signs in to the page, or joins a workspace.
    SignIn,
    /// What a contact wrote, on to the member.
    RelayIn,
    /// What a member wrote, on to the contact.
    RelayOut,
}

/// A mail to be written into the outbox.
#[derive(Clone, Debug)]
pub struct NewMail<'a> {
    /// What it is.
    pub kind: OutboxKind,
    /// When it goes at the earliest, microseconds since 1970.
    pub due_at: i64,
    /// The one address that it goes to.
    pub recipient: &'a str,
    /// Its Message-ID without angle brackets; no two rows have the same.
    pub message_id: &'a str,
    /// The finished message: CRLF line ends, From, To, Date and Message-ID in it, no signature.
    pub message: &'a [u8],
    /// The member that it is to or from.
    pub member_id: Option<i64>,
    /// The contact that it is to, from or about.
    pub contact_id: Option<i64>,
    /// The interaction that it answers or carries on.
    pub interaction_id: Option<i64>,
    /// What hourly caps count by.
    pub object: Option<&'a str>,
}

/// A row without its message.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxRow {
    /// Its number.
    pub id: i64,
    /// The word of an [`OutboxKind`].
    pub kind: String,
    /// `waiting`, `sending`, `sent`, `dead` or `cancelled`.
    pub state: String,
    /// When it goes at the earliest.
    pub due_at: i64,
    /// How often sending began.
    pub attempts: i64,
    /// When it was written.
    pub created_at: i64,
    /// The address that it goes to, normalised.
    pub recipient: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The member that it is to or from.
    pub member_id: Option<i64>,
    /// The contact that it is to, from or about.
    pub contact_id: Option<i64>,
    /// The interaction that it answers or carries on.
    pub interaction_id: Option<i64>,
    /// When it was handed over.
    pub sent_at: Option<i64>,
    /// When it came back.
    pub bounced_at: Option<i64>,
    /// What was said the last time that it failed.
    pub error: Option<String>,
}

impl OutboxKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            OutboxKind::Ack => "ack",
            OutboxKind::Notice => "notice",
            OutboxKind::Digest => "digest",
            OutboxKind::Reminder => "reminder",
            OutboxKind::SignIn => "sign_in",
            OutboxKind::RelayIn => "relay_in",
            OutboxKind::RelayOut => "relay_out",
        }
    }

    /// The kind of a word in the database.
    pub fn from_word(word: &str) -> OutboxKind {
        match word {
            "ack" => OutboxKind::Ack,
            "digest" => OutboxKind::Digest,
            "reminder" => OutboxKind::Reminder,
            "sign_in" => OutboxKind::SignIn,
            "relay_in" => OutboxKind::RelayIn,
            "relay_out" => OutboxKind::RelayOut,
            _ => OutboxKind::Notice,
        }
    }

    /// Whether it goes to a member, not to the world.
    pub fn is_to_member(self) -> bool {
        self != OutboxKind::RelayOut
    }
}

/// Writes a mail into the outbox; gives its number. Wake the delivery lane before the commit. `Kind::Conflict` where the
/// Message-ID is there already, `Kind::Invalid` where the recipient is no address.
pub async fn insert(tx: &mut Tx, mail: &NewMail<'_>, now_us: i64) -> Result<i64> {
    let recipient = address::normalise(mail.recipient);
    let (_, domain) = address::split(&recipient)
        .filter(|_| recipient.len() <= address::ADDRESS_BYTES_MAX)
        .ok_or_else(|| Error::invalid("the mail has no recipient that is an address"))?;
    let packed = zstd::bulk::compress(mail.message, ZSTD_LEVEL)
        .map_err(|e| Error::new(Kind::Corrupt, "the mail could not be compressed").because(e))?;
    let id = next_number(tx, "outbox").await?;
    let size_bytes = i64::try_from(mail.message.len()).unwrap_or(i64::MAX);
    on!(tx, c => sqlx::query(
        "insert into outbox (id, kind, state, due_at, attempts, created_at, recipient, recipient_domain, message_id, message, \
         size_bytes, member_id, contact_id, interaction_id, object) \
         values ($1, $2, 'waiting', $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind(id).bind(mail.kind.word()).bind(mail.due_at).bind(now_us).bind(&recipient).bind(domain)
        .bind(mail.message_id).bind(&packed).bind(size_bytes).bind(mail.member_id).bind(mail.contact_id)
        .bind(mail.interaction_id).bind(mail.object)
        .execute(c).await.map(drop))?;
    Ok(id)
}

const COLUMNS: &str = "id, kind, state, due_at, attempts, created_at, recipient, message_id, member_id, contact_id, \
                       interaction_id, sent_at, bounced_at, error";

/// The row with this number.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<OutboxRow>> {
    let sql = format!("select {COLUMNS} from outbox where id = $1");
    let row = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The row with this Message-ID, without angle brackets.
pub async fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<OutboxRow>> {
    let sql = format!("select {COLUMNS} from outbox where message_id = $1");
    let row = on!(tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(message_id).fetch_optional(c).await)?;
    Ok(row)
}

/// How many mails of a kind about a contact were written since a moment, microseconds since 1970.
pub async fn count_of_contact(
    tx: &mut Tx,
    kind: OutboxKind,
    contact_id: i64,
    since_us: i64,
) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from outbox where contact_id = $1 and kind = $2 and created_at >= $3")
        .bind(contact_id).bind(kind.word()).bind(since_us).fetch_one(c).await)?;
    Ok(count)
}

/// Whether a mail of a member was passed on to a contact before, whatever became of it.
pub async fn has_gone(tx: &mut Tx, interaction_id: i64, contact_id: i64) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from outbox where interaction_id = $1 and contact_id = $2 and kind = 'relay_out' limit 1")
        .bind(interaction_id).bind(contact_id).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// How many rows there are in each state that has some; and, as `bounced`, how many of those that were sent came back.
pub async fn counts(tx: &mut Tx) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = on!(&mut *tx, c => sqlx::query_as(
        "select state, count(*) from outbox group by state limit 10").fetch_all(c).await)?;
    let bounced: i64 = on!(tx, c => sqlx::query_scalar(
        "select count(*) from outbox where bounced_at is not null").fetch_one(c).await)?;
    let bounced = (bounced > 0).then(|| ("bounced".to_owned(), bounced));
    Ok(rows.into_iter().chain(bounced).collect())
}
