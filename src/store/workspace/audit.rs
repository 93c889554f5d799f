//! The journal as a log: who did what through which door, the newest first.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Which lines, of the journal or of what was done at the page.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this member alone.
    pub member_id: Option<i64>,
    /// Through this door alone; `mail` is the body, the subject and the address.
    pub door: Option<String>,
    /// What begins so, in lower case: `note`, `signed in`.
    pub verb: Option<String>,
    /// Not before this moment, microseconds since 1970 …
    pub from_us: i64,
    /// … and before this one.
    pub until_us: i64,
}

/// A line's moment, microseconds since 1970, and its number: many may have one moment.
pub type Place = (i64, i64);

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditLine {
    /// Its number.
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Who, where a member.
    pub member_id: Option<i64>,
    /// Through which door.
    pub door: String,
    /// What was done.
    pub verb: String,
    /// To what.
    pub subject: String,
}

/// The newest lines that fit behind a place, at most `limit`.
pub async fn lines(
    tx: &mut Tx,
    filter: &Filter,
    behind: Place,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, at, member_id, door, verb, subject from journal \
         where at >= $1 and at < $2 and (at < $3 or (at = $3 and id < $4)) and ($5 is null or member_id = $5) \
         and ($6 is null or door = $6 or ($6 = 'mail' and door in ('mail', 'mail_subject', 'mail_address'))) \
         and ($7 is null or substr(verb, 1, length($7)) = $7) \
         order by at desc, id desc limit $8")
        .bind(filter.from_us).bind(filter.until_us).bind(behind.0).bind(behind.1).bind(filter.member_id)
        .bind(&filter.door).bind(&filter.verb).bind(limit)
        .fetch_all(c).await)?;
    Ok(rows)
}
