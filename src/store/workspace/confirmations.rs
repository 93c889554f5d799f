//! What waits for `confirm 4821`, and the codes that members got wrong.

use super::next_number;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Codes that one member may have open at once, of all kinds.
pub const OPEN_MAX: usize = 200;

/// Something that waits for its code.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ConfirmationRow {
    /// Its number.
    pub id: i64,
    /// `command`: the text is run; `held`: the interaction is let in.
    pub kind: String,
    /// Four digits.
    pub code: String,
    /// Who may confirm it.
    pub member_id: i64,
    /// What is run; of what is held, what it was called.
    pub text: String,
    /// The contact that it is about, where the door said so.
    pub about_contact_id: Option<i64>,
    /// The interaction that it is about, or that is let in.
    pub about_interaction_id: Option<i64>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// From when on the code is worth nothing.
    pub expires_at: i64,
    /// When it was confirmed.
    pub used_at: Option<i64>,
}

/// Keeps what waits; `id` is taken from the counter.
pub async fn insert(tx: &mut Tx, row: &ConfirmationRow) -> Result<()> {
    let id = next_number(tx, "confirmation").await?;
    on!(tx, c => sqlx::query(
        "insert into confirmation (id, kind, code, member_id, text, about_contact_id, about_interaction_id, created_at, \
         expires_at, used_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(id).bind(&row.kind).bind(&row.code).bind(row.member_id).bind(&row.text)
        .bind(row.about_contact_id).bind(row.about_interaction_id).bind(row.created_at)
        .bind(row.expires_at).bind(row.used_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// The last thing that a member was given this code for, whether it still waits or not.
pub async fn by_code(tx: &mut Tx, member_id: i64, code: &str) -> Result<Option<ConfirmationRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, kind, code, member_id, text, about_contact_id, about_interaction_id, created_at, expires_at, used_at \
         from confirmation where member_id = $1 and code = $2 order by id desc limit 1")
        .bind(member_id).bind(code).fetch_optional(c).await)?;
    Ok(row)
}

/// What waits for a member: (kind, code).
pub async fn open(tx: &mut Tx, member_id: i64, now_us: i64) -> Result<Vec<(String, String)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select kind, code from confirmation where member_id = $1 and used_at is null and expires_at > $2 \
         order by id limit $3")
        .bind(member_id).bind(now_us).bind(OPEN_MAX as i64).fetch_all(c).await)?;
    Ok(rows)
}

/// A code is used once.
pub async fn use_up(tx: &mut Tx, id: i64, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update confirmation set used_at = $2 where id = $1 and used_at is null")
        .bind(id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// Forgets what ran out before a moment.
pub async fn forget(tx: &mut Tx, member_id: i64, before_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query("delete from confirmation where member_id = $1 and expires_at < $2")
        .bind(member_id).bind(before_us).execute(c).await.map(drop))?;
    Ok(())
}

/// When a member typed codes that nobody was given, since a moment, the oldest first.
pub async fn misses(tx: &mut Tx, member_id: i64, since_us: i64) -> Result<Vec<i64>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select at from confirmation_miss where member_id = $1 and at > $2 order by at, id limit 100")
        .bind(member_id).bind(since_us).fetch_all(c).await)?;
    Ok(rows)
}

/// Remembers a code that nobody was given, and forgets those before a moment.
pub async fn miss(tx: &mut Tx, member_id: i64, now_us: i64, before_us: i64) -> Result<()> {
    on!(&mut *tx, c => sqlx::query("delete from confirmation_miss where member_id = $1 and at < $2")
        .bind(member_id).bind(before_us).execute(c).await.map(drop))?;
    let id = next_number(tx, "confirmation_miss").await?;
    on!(tx, c => sqlx::query("insert into confirmation_miss (id, member_id, at) values ($1, $2, $3)")
        .bind(id).bind(member_id).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}
