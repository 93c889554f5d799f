//! The messages of ours that members may answer, and what was numbered in each: `2 done` means what stood as 2 in that very
//! message, however old it is (MAIL.md 27).

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A message of ours to a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SentMessage {
    /// Its number; its reply address carries it.
    pub number: i64,
    /// To whom it went.
    pub member_id: i64,
    /// The word of the outbox: `ack`, `digest`, …
    pub kind: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// The contact that an answer without a target is about.
    pub about_contact_id: Option<i64>,
    /// The interaction that an answer without a target is about.
    pub about_interaction_id: Option<i64>,
    /// The batch that it acknowledged.
    pub batch: Option<i64>,
}

/// Writes a message with its numbered items: number, and the record as a ref is written.
pub async fn insert(tx: &mut Tx, message: &SentMessage, items: &[(u32, String)]) -> Result<()> {
    on!(&mut *tx, c => sqlx::query(
        "insert into sent_message (number, member_id, kind, created_at, about_contact_id, about_interaction_id, batch) \
         values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(message.number).bind(message.member_id).bind(&message.kind).bind(message.created_at)
        .bind(message.about_contact_id).bind(message.about_interaction_id).bind(message.batch)
        .execute(c).await.map(drop))?;
    for (item, record) in items {
        on!(&mut *tx, c => sqlx::query("insert into sent_item (number, item, record) values ($1, $2, $3)")
            .bind(message.number).bind(i64::from(*item)).bind(record).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// The message with this number.
pub async fn by_number(tx: &mut Tx, number: i64) -> Result<Option<SentMessage>> {
    let row = on!(tx, c => sqlx::query_as(
        "select number, member_id, kind, created_at, about_contact_id, about_interaction_id, batch \
         from sent_message where number = $1")
        .bind(number).fetch_optional(c).await)?;
    Ok(row)
}

/// What was numbered in a message, in order: number, and the record as a ref is written; at most 1,000.
pub async fn items(tx: &mut Tx, number: i64) -> Result<Vec<(i64, String)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select item, record from sent_item where number = $1 order by item limit 1000")
        .bind(number).fetch_all(c).await)?;
    Ok(rows)
}
