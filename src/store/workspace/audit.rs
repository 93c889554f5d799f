//! The journal as a log: who did what through which door, the newest first.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Which lines.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this member alone.
    pub member_id: Option<i64>,
    /// Through this door alone; `mail` is the body, the subject and the address.
    pub door: Option<String>,
    /// Before this moment, microseconds since 1970.
    pub before_us: i64,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditLine {
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

/// The newest lines that fit, at most `limit`.
pub async fn lines(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<AuditLine>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select at, member_id, door, verb, subject from journal \
         where at < $1 and ($2 is null or member_id = $2) \
         and ($3 is null or door = $3 or ($3 = 'mail' and door in ('mail', 'mail_subject', 'mail_address'))) \
         order by id desc limit $4")
        .bind(filter.before_us).bind(filter.member_id).bind(&filter.door).bind(limit)
        .fetch_all(c).await)?;
    Ok(rows)
}
