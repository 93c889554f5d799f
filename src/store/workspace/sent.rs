//! Letters of ours to members: their numbers, what was numbered in them, and how many there were lately.
//!
//! The number stands in the letter's reply address; an item means for ever what it meant in that very letter (MAIL.md 27).

use super::bulk::insert_rows;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most items of one letter that are kept, and read.
pub const ITEMS_MAX: usize = 1_000;

/// A letter that may be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SentMessage {
    /// Its number, which its reply address says.
    pub number: i64,
    /// To whom: nobody else may answer.
    pub member_id: i64,
    /// The word of an `OutboxKind`.
    pub kind: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// What an answer without a target is about.
    pub about_contact_id: Option<i64>,
    /// What an answer without a target is about.
    pub about_interaction_id: Option<i64>,
    /// The text whose changes it acknowledges; an answer may undo it.
    pub batch: Option<i64>,
    /// Its row in the outbox.
    pub outbox_id: Option<i64>,
}

/// Writes a letter and what is numbered in it; no more than [`ITEMS_MAX`] items are kept.
pub async fn insert(tx: &mut Tx, row: &SentMessage, items: &[(u32, String)]) -> Result<()> {
    on!(&mut *tx, c => sqlx::query(
        "insert into sent_message (number, member_id, kind, created_at, about_contact_id, about_interaction_id, batch, outbox_id) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(row.number).bind(row.member_id).bind(&row.kind).bind(row.created_at).bind(row.about_contact_id)
        .bind(row.about_interaction_id).bind(row.batch).bind(row.outbox_id)
        .execute(c).await.map(drop))?;
    let items = items.get(..ITEMS_MAX).unwrap_or(items);
    insert_rows!(
        tx,
        "insert into sent_item (number, item, record) ",
        items,
        "",
        |bind, item| bind
            .push_bind(row.number)
            .push_bind(i64::from(item.0))
            .push_bind(&item.1)
    );
    Ok(())
}

/// Says which mail a letter is that was to be said in a chat.
pub async fn put_outbox(tx: &mut Tx, number: i64, outbox_id: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update sent_message set outbox_id = $2 where number = $1")
        .bind(number).bind(outbox_id).execute(c).await.map(drop))?;
    Ok(())
}

/// The letter with this number.
pub async fn by_number(tx: &mut Tx, number: i64) -> Result<Option<SentMessage>> {
    let row = on!(tx, c => sqlx::query_as(
        "select number, member_id, kind, created_at, about_contact_id, about_interaction_id, batch, outbox_id \
         from sent_message where number = $1")
        .bind(number).fetch_optional(c).await)?;
    Ok(row)
}

/// The number of the letter that a mail of the outbox carries.
pub async fn number_of_mail(tx: &mut Tx, outbox_id: i64) -> Result<Option<i64>> {
    let number = on!(tx, c => sqlx::query_scalar(
        "select number from sent_message where outbox_id = $1")
        .bind(outbox_id).fetch_optional(c).await)?;
    Ok(number)
}

/// The number of the letter with this Message-ID, without angle brackets: for answers that lost our address.
pub async fn number_of(tx: &mut Tx, message_id: &str) -> Result<Option<i64>> {
    let number = on!(tx, c => sqlx::query_scalar(
        "select s.number from outbox o join sent_message s on s.outbox_id = o.id where o.message_id = $1")
        .bind(message_id).fetch_optional(c).await)?;
    Ok(number)
}

/// What a letter numbered: (number, record).
pub async fn items(tx: &mut Tx, number: i64) -> Result<Vec<(i64, String)>> {
    let items_max = i64::try_from(ITEMS_MAX).unwrap_or(i64::MAX);
    let rows = on!(tx, c => sqlx::query_as(
        "select item, record from sent_item where number = $1 order by item limit $2")
        .bind(number).bind(items_max).fetch_all(c).await)?;
    Ok(rows)
}

/// The first letter that answered an interaction, as its row in the outbox.
pub async fn answer_to(tx: &mut Tx, interaction_id: i64) -> Result<Option<i64>> {
    let id = on!(tx, c => sqlx::query_scalar(
        "select id from outbox where interaction_id = $1 and kind in ('ack', 'notice') order by id limit 1")
        .bind(interaction_id).fetch_optional(c).await)?;
    Ok(id)
}

/// Which letters are counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// To whom, normalised.
    pub recipient: &'a str,
    /// The word of an `OutboxKind`.
    pub kind: &'a str,
    /// Only those with this object, where it is named.
    pub object: Option<&'a str>,
    /// Only those written at or after, microseconds since 1970.
    pub since_us: i64,
}

/// How many letters were written, counted up to a bound.
pub async fn count(tx: &mut Tx, of: Counted<'_>, count_max: i64) -> Result<i64> {
    let count = match of.object {
        None => on!(tx, c => sqlx::query_scalar(
            "select count(*) from (select id from outbox where recipient = $1 and created_at >= $2 and kind = $3 \
             limit $4) as counted")
            .bind(of.recipient).bind(of.since_us).bind(of.kind).bind(count_max).fetch_one(c).await)?,
        Some(object) => on!(tx, c => sqlx::query_scalar(
            "select count(*) from (select id from outbox where recipient = $1 and created_at >= $2 and kind = $3 \
             and object = $5 limit $4) as counted")
            .bind(of.recipient).bind(of.since_us).bind(of.kind).bind(count_max).bind(object).fetch_one(c).await)?,
    };
    Ok(count)
}

/// Sends a letter once more, the same bytes; false where it was not sent yet, was sent twice, or is kept no longer.
pub async fn again(tx: &mut Tx, outbox_id: i64, now_us: i64) -> Result<bool> {
    let queued: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "update outbox set state = 'waiting', due_at = $2, attempts = 0, again_at = $2 \
         where id = $1 and state = 'sent' and again_at is null and message is not null \
         and kind in ('ack', 'notice', 'digest', 'reminder') returning id")
        .bind(outbox_id).bind(now_us).fetch_optional(c).await)?;
    Ok(queued.is_some())
}
