//! What a digest tells, and where each member's stands.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// Where a member's digest stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct DigestRow {
    /// Whose.
    pub member_id: i64,
    /// Up to when it has told, microseconds since 1970.
    pub last_at: Option<i64>,
    /// When it is due next; absent where it is never.
    pub next_at: Option<i64>,
}

/// What a contact wrote.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NewsLine {
    /// `#i9` is 9.
    pub interaction_id: i64,
    /// `#c12` is 12.
    pub contact_id: i64,
    /// Its name, or else its address.
    pub name: String,
    /// Subject.
    pub subject: Option<String>,
    /// The beginning of the text.
    pub opening: String,
    /// Microseconds since 1970.
    pub happened_at: i64,
}

/// A contact that nothing was heard of for longer than it should be.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QuietLine {
    /// `#c12` is 12.
    pub contact_id: i64,
    /// Its name, or else its address.
    pub name: String,
    /// When it was in touch last, or made, microseconds since 1970.
    pub last_at: i64,
    /// After how many days it is quiet.
    pub days: i64,
}

/// What happened to a member's contacts in a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Letters of contacts.
    pub received: i64,
    /// Letters to contacts.
    pub written: i64,
    /// Notes, calls, meetings.
    pub noted: i64,
    /// Actions and reminders that were done.
    pub done: i64,
    /// Contacts that were made.
    pub made: i64,
}

/// Where the digest of a member stands.
pub async fn of(tx: &mut Tx, member_id: i64) -> Result<Option<DigestRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select member_id, last_at, next_at from member_digest where member_id = $1")
        .bind(member_id).fetch_optional(c).await)?;
    Ok(row)
}

/// Writes where a member's digest stands.
pub async fn put(tx: &mut Tx, row: &DigestRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into member_digest (member_id, last_at, next_at) values ($1, $2, $3) \
         on conflict (member_id) do update set last_at = excluded.last_at, next_at = excluded.next_at")
        .bind(row.member_id).bind(row.last_at).bind(row.next_at).execute(c).await.map(drop))?;
    Ok(())
}

/// What contacts of a member wrote since a moment, the newest first; nothing of muted ones.
pub async fn news(tx: &mut Tx, member_id: i64, since_us: i64, limit: i64) -> Result<Vec<NewsLine>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select i.id as interaction_id, c.id as contact_id, coalesce(c.name, i.author_address, 'nobody') as name, i.subject, \
         substr(i.text, 1, 300) as opening, i.happened_at \
         from interaction i join contact w on w.id = i.author_contact_id \
         join contact c on c.id = coalesce(w.merged_into, w.id) \
         where i.created_at > $2 and i.state = 'filed' and i.author_kind = 'contact' and i.class = 'person' \
         and c.responsible_id = $1 and c.muted_at is null \
         order by i.created_at desc, i.id desc limit $3")
        .bind(member_id).bind(since_us).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Contacts of a member that fell quiet between two moments, or have been for another whole number of weeks: those that were
/// quiet the longest first. So each is told when it falls quiet, and once a week from then on.
pub async fn quiet(
    tx: &mut Tx,
    member_id: i64,
    between: (i64, i64),
    limit: i64,
) -> Result<Vec<QuietLine>> {
    let (since_us, now_us) = between;
    let rows = on!(tx, c => sqlx::query_as(
        "select q.contact_id, q.name, q.last_at, q.days from (\
         select c.id as contact_id, coalesce(c.last_at, c.created_at) as last_at, c.keep_in_touch_days as days, \
         coalesce(c.name, (select min(a.address) from contact_address a where a.contact_id = c.id), 'nobody') as name \
         from contact c where c.keep_in_touch_days is not null and c.responsible_id = $1 and c.muted_at is null \
         and c.deleted_at is null and c.merged_into is null) q \
         where q.last_at + q.days * $5 <= $3 and (q.last_at + q.days * $5 > $2 \
         or ($3 - q.last_at - q.days * $5) / ($5 * 7) > ($2 - q.last_at - q.days * $5) / ($5 * 7)) \
         order by q.last_at, q.contact_id limit $4")
        .bind(member_id).bind(since_us).bind(now_us).bind(limit).bind(DAY_US).fetch_all(c).await)?;
    Ok(rows)
}

/// How many interactions are in a state, counted up to a bound.
pub async fn waiting(tx: &mut Tx, state: &str, count_max: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from interaction where state = $1 limit $2) as counted")
        .bind(state).bind(count_max).fetch_one(c).await)?;
    Ok(count)
}

/// How many mails to contacts of a member were given up since a moment, counted up to a bound.
pub async fn given_up(tx: &mut Tx, member_id: i64, since_us: i64, count_max: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from outbox where state = 'dead' and kind = 'relay_out' and member_id = $1 \
         and created_at > $2 limit $3) as counted")
        .bind(member_id).bind(since_us).bind(count_max).fetch_one(c).await)?;
    Ok(count)
}

/// What a member changed by mail since a moment, the newest first: verb and subject.
pub async fn changes(
    tx: &mut Tx,
    member_id: i64,
    since_us: i64,
    limit: i64,
) -> Result<Vec<(String, String)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select verb, subject from journal where member_id = $1 and at > $2 and batch > 0 and door like 'mail%' \
         order by id desc limit $3")
        .bind(member_id).bind(since_us).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// What happened since a moment.
pub async fn tally(tx: &mut Tx, member_id: i64, since_us: i64) -> Result<Tally> {
    let rows: Vec<(String, String, i64)> = on!(&mut *tx, c => sqlx::query_as(
        "select kind, direction, count(*) from interaction where created_at > $1 and state = 'filed' and class = 'person' \
         group by kind, direction limit 50")
        .bind(since_us).fetch_all(c).await)?;
    let count = |fits: fn(&str, &str) -> bool| -> i64 {
        let fitting = rows
            .iter()
            .filter(|(kind, direction, _)| fits(kind, direction));
        fitting.map(|(_, _, count)| count).sum()
    };
    let done: i64 = on!(&mut *tx, c => sqlx::query_scalar(
        "select count(*) from action where member_id = $1 and state = 'done' and done_at > $2")
        .bind(member_id).bind(since_us).fetch_one(c).await)?;
    let made: i64 = on!(tx, c => sqlx::query_scalar("select count(*) from contact where created_at > $1")
        .bind(since_us).fetch_one(c).await)?;
    Ok(Tally {
        received: count(|kind, direction| kind == "mail" && direction == "in"),
        written: count(|kind, direction| kind == "mail" && direction == "out"),
        noted: count(|kind, _| matches!(kind, "note" | "call" | "meeting")),
        done,
        made,
    })
}
