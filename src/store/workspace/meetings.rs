//! Meetings by their UID.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A meeting as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct MeetingRow {
    /// Identity across its messages (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// The interaction that brought it.
    pub interaction_id: i64,
    /// Its revision.
    pub sequence: i64,
    /// `confirmed` or `cancelled`.
    pub status: String,
    /// What it is about.
    pub summary: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// Microseconds since 1970.
    pub starts_at: Option<i64>,
    /// Microseconds since 1970.
    pub ends_at: Option<i64>,
    /// Who invites: an address.
    pub organizer: Option<String>,
    /// JSON: address → PARTSTAT.
    pub attendees: String,
}

/// The meetings with these UIDs.
pub async fn by_uids(tx: &mut Tx, uids: &[String]) -> Result<Vec<MeetingRow>> {
    Ok(fetch_in!(
        tx,
        MeetingRow,
        "select uid, interaction_id, sequence, status, summary, location, starts_at, ends_at, organizer, attendees \
         from meeting where uid",
        uids,
        "limit 256"
    ))
}

/// Writes a meeting, or brings it up to date; the interaction that brought it stays.
pub async fn put(tx: &mut Tx, row: &MeetingRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into meeting (uid, interaction_id, sequence, status, summary, location, starts_at, ends_at, \
         organizer, attendees) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         on conflict (uid) do update set sequence = excluded.sequence, status = excluded.status, \
         summary = excluded.summary, location = excluded.location, starts_at = excluded.starts_at, \
         ends_at = excluded.ends_at, organizer = excluded.organizer, attendees = excluded.attendees")
        .bind(&row.uid).bind(row.interaction_id).bind(row.sequence).bind(&row.status).bind(&row.summary)
        .bind(&row.location).bind(row.starts_at).bind(row.ends_at).bind(&row.organizer).bind(&row.attendees)
        .execute(c).await.map(drop))?;
    Ok(())
}
