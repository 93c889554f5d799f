//! What makes two mails one (MAIL.md 22), and each way in which a mail reached us.

use super::bulk::{fetch_in, insert_rows};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A mail's identity.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MailKeyRow {
    /// Normalised Message-ID, or a digest of canonical content where there is none.
    pub message_id: String,
    /// Digest of what was said.
    pub body_digest: String,
    /// The interaction that it is.
    pub interaction_id: i64,
}

/// One way in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WitnessRow {
    /// The spooled message.
    pub spool_id: i64,
    /// What it was filed as.
    pub interaction_id: i64,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// The member of the intake address, or who wrote it.
    pub member_id: Option<i64>,
    /// JSON list of the envelope's recipients.
    pub addresses: String,
    /// JSON of the envelope.
    pub envelope: String,
    /// Its raw bytes.
    pub raw_id: Option<i64>,
    /// JSON of the reason that it alone gave.
    pub why: String,
}

/// The mails with these Message-IDs.
pub async fn by_message_ids(tx: &mut Tx, message_ids: &[String]) -> Result<Vec<MailKeyRow>> {
    Ok(fetch_in!(
        tx,
        MailKeyRow,
        "select message_id, body_digest, interaction_id from mail_key where message_id",
        message_ids,
        "limit 100000"
    ))
}

/// Keeps identities.
pub async fn insert_many(tx: &mut Tx, rows: &[MailKeyRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into mail_key (message_id, body_digest, interaction_id) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(&row.message_id)
            .push_bind(&row.body_digest)
            .push_bind(row.interaction_id)
    );
    Ok(())
}

/// Which of these spooled messages are filed already.
pub async fn witnessed(tx: &mut Tx, spool_ids: &[i64]) -> Result<Vec<i64>> {
    let rows = fetch_in!(
        tx,
        (i64,),
        "select spool_id from witness where spool_id",
        spool_ids,
        "limit 256"
    );
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Keeps ways in.
pub async fn insert_witnesses(tx: &mut Tx, rows: &[WitnessRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into witness (spool_id, interaction_id, received_at, member_id, addresses, envelope, raw_id, why) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.spool_id)
            .push_bind(row.interaction_id)
            .push_bind(row.received_at)
            .push_bind(row.member_id)
            .push_bind(&row.addresses)
            .push_bind(&row.envelope)
            .push_bind(row.raw_id)
            .push_bind(&row.why)
    );
    Ok(())
}

/// The way in which a mail came first.
pub async fn first_witness(tx: &mut Tx, interaction_id: i64) -> Result<Option<WitnessRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select spool_id, interaction_id, received_at, member_id, addresses, envelope, raw_id, why from witness          where interaction_id = $1 order by received_at, spool_id limit 1")
        .bind(interaction_id).fetch_optional(c).await)?;
    Ok(row)
}

/// What a spooled message was filed as; absent while it waits.
pub async fn interaction_of(tx: &mut Tx, spool_id: i64) -> Result<Option<i64>> {
    let id = on!(tx, c => sqlx::query_scalar("select interaction_id from witness where spool_id = $1")
        .bind(spool_id).fetch_optional(c).await)?;
    Ok(id)
}
