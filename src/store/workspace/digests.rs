//! What a digest tells, and where each member's stands.

use super::listing::{InteractionLine, select_line};
use crate::domain::Result;
use crate::domain::retention::DAY_US;
use crate::on;
use crate::store::Tx;
use std::collections::HashSet;

/// Microseconds of a week.
const WEEK_US: i64 = 7 * DAY_US;
/// The newest rows that are looked at where no index ends the search.
const NEWEST_MAX: i64 = 10_000;

/// Where a member's digest stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct DigestRow {
    /// Whose.
    pub member_id: i64,
    /// Up to when it has told, microseconds since 1970.
    pub last_at: Option<i64>,
    /// The last interaction that it knew of.
    pub told_id: Option<i64>,
    /// When it is due next; absent where it is never.
    pub next_at: Option<i64>,
}

/// Since when something is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Microseconds since 1970.
    pub at_us: i64,
    /// The last interaction that is not new.
    pub interaction_id: i64,
}

/// What a contact wrote, or somebody else at the contact's address.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NewsLine {
    /// `#i9` is 9.
    pub interaction_id: i64,
    /// The author, or else the contact at whose address it was written: `#c12` is 12.
    pub contact_id: i64,
    /// Its name, or else its address.
    pub name: String,
    /// `author`, or `about` where somebody else wrote it.
    pub role: String,
    /// The name of the contact who wrote it, where one did.
    pub author_contact: Option<String>,
    /// The author's name as the mail has it: anybody's claim.
    pub author_name: Option<String>,
    /// The author's address.
    pub author_address: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// The beginning of the text.
    pub opening: String,
    /// Microseconds since 1970.
    pub happened_at: i64,
}

/// A contact that was deleted and wrote again.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReturnLine {
    /// `#c12` is 12.
    pub contact_id: i64,
    /// Its name, or else its address.
    pub name: String,
    /// When it wrote last, microseconds since 1970.
    pub wrote_at: i64,
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
    /// Whether the workspace chose that, and nobody for this contact.
    #[sqlx(default)]
    pub is_of_workspace: bool,
}

/// What happened in a while.
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
        "select member_id, last_at, told_id, next_at from member_digest where member_id = $1")
        .bind(member_id).fetch_optional(c).await)?;
    Ok(row)
}

/// Writes where a member's digest stands.
pub async fn put(tx: &mut Tx, row: &DigestRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into member_digest (member_id, last_at, told_id, next_at) values ($1, $2, $3, $4) \
         on conflict (member_id) do update set last_at = excluded.last_at, told_id = excluded.told_id, \
         next_at = excluded.next_at")
        .bind(row.member_id).bind(row.last_at).bind(row.told_id).bind(row.next_at).execute(c).await.map(drop))?;
    Ok(())
}

/// The last interaction that was filed up to a moment, or 0.
pub async fn last_interaction(tx: &mut Tx, until_us: i64) -> Result<i64> {
    let id: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from interaction where created_at <= $1 order by created_at desc, id desc limit 1")
        .bind(until_us).fetch_optional(c).await)?;
    Ok(id.unwrap_or(0))
}

/// Passes over interactions that are no news, from the first to the last: members who were told of all before them are told of
/// what comes behind.
pub async fn pass_over(tx: &mut Tx, first: i64, last: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update member_digest set told_id = $2 where told_id >= $1 - 1 and told_id < $2")
        .bind(first).bind(last).execute(c).await.map(drop))?;
    Ok(())
}

/// The interaction that was filed last, or 0.
pub async fn newest_interaction(tx: &mut Tx) -> Result<i64> {
    let id: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select id from interaction order by id desc limit 1").fetch_optional(c).await)?;
    Ok(id.unwrap_or(0))
}

/// What contacts of a member wrote, and what others wrote at their addresses, the newest first; each once, nothing by or about
/// contacts that are muted or deleted. What members wrote themselves is not among it.
pub async fn news(tx: &mut Tx, member_id: i64, since: Since, limit: i64) -> Result<Vec<NewsLine>> {
    // A letter stands in two rows where its author is one contact and its address another's: 'author' comes first.
    let rows: Vec<NewsLine> = on!(tx, c => sqlx::query_as(
        "select i.id as interaction_id, c.id as contact_id, ic.role, i.author_name, i.author_address, i.subject, \
         coalesce(c.name, (select min(x.address) from contact_address x where x.contact_id = c.id), 'nobody') as name, \
         case when a.id is null then null else coalesce(a.name, i.author_address, 'nobody') end as author_contact, \
         substr(i.text, 1, 300) as opening, i.happened_at from interaction i \
         join interaction_contact ic on ic.interaction_id = i.id \
         join contact w on w.id = ic.contact_id join contact c on c.id = coalesce(w.merged_into, w.id) \
         left join contact wa on wa.id = i.author_contact_id left join contact a on a.id = coalesce(wa.merged_into, wa.id) \
         where i.id > $2 and i.state = 'filed' and i.class = 'person' and i.author_kind in ('contact', 'other') \
         and ic.role in ('author', 'about') and c.responsible_id = $1 and c.muted_at is null and c.deleted_at is null \
         and (a.id is null or (a.muted_at is null and a.deleted_at is null)) \
         order by i.id desc, ic.role desc, c.id limit $3")
        .bind(member_id).bind(since.interaction_id).bind(limit.saturating_mul(2)).fetch_all(c).await)?;
    let mut seen = HashSet::new();
    let once = rows
        .into_iter()
        .filter(|row| seen.insert(row.interaction_id));
    Ok(once.take(usize::try_from(limit).unwrap_or(0)).collect())
}

/// Contacts of a member that were deleted and wrote again, who wrote last first; not those who were muted too.
pub async fn returned(
    tx: &mut Tx,
    member_id: i64,
    since: Since,
    limit: i64,
) -> Result<Vec<ReturnLine>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select c.id as contact_id, max(i.happened_at) as wrote_at, \
         coalesce(c.name, (select min(x.address) from contact_address x where x.contact_id = c.id), 'nobody') as name \
         from interaction i join interaction_contact ic on ic.interaction_id = i.id \
         join contact w on w.id = ic.contact_id join contact c on c.id = coalesce(w.merged_into, w.id) \
         where i.id > $2 and i.state = 'filed' and i.class = 'person' and ic.role = 'author' \
         and c.deleted_at is not null and i.created_at > c.deleted_at and c.responsible_id = $1 and c.muted_at is null \
         group by c.id, c.name order by max(i.id) desc limit $3")
        .bind(member_id).bind(since.interaction_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// What waits in a state and came since, the newest first.
pub async fn came(
    tx: &mut Tx,
    state: &str,
    since: Since,
    limit: i64,
) -> Result<Vec<InteractionLine>> {
    let rows = on!(tx, c => sqlx::query_as(select_line!(
        "where i.state = $1 and i.id > $2 order by i.id desc limit $3"))
        .bind(state).bind(since.interaction_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Contacts of a member that fell quiet between two moments, or have been for another whole number of weeks; those that fell
/// quiet last first. So each is told when it falls quiet, and once a week from then on.
pub async fn quiet(
    tx: &mut Tx,
    member_id: i64,
    between: (i64, i64),
    limit: i64,
) -> Result<Vec<QuietLine>> {
    let (since_us, now_us) = between;
    // Conditions and order are those of contact_by_silence, letter by letter: it is walked until there are enough.
    let rows = on!(tx, c => sqlx::query_as(
        "select c.id as contact_id, coalesce(c.last_at, c.created_at) as last_at, c.keep_in_touch_days as days, \
         coalesce(c.name, (select min(a.address) from contact_address a where a.contact_id = c.id), 'nobody') as name \
         from contact c where c.keep_in_touch_days is not null and c.muted_at is null and c.deleted_at is null \
         and c.merged_into is null and c.responsible_id = $1 and c.keep_in_touch_days > 0 \
         and (coalesce(c.last_at, c.created_at) + c.keep_in_touch_days * 86400000000) <= $3 \
         and ((coalesce(c.last_at, c.created_at) + c.keep_in_touch_days * 86400000000) > $2 \
         or ($3 - (coalesce(c.last_at, c.created_at) + c.keep_in_touch_days * 86400000000)) / $5 \
         > ($2 - (coalesce(c.last_at, c.created_at) + c.keep_in_touch_days * 86400000000)) / $5) \
         order by (coalesce(c.last_at, c.created_at) + c.keep_in_touch_days * 86400000000) desc limit $4")
        .bind(member_id).bind(since_us).bind(now_us).bind(limit).bind(WEEK_US).fetch_all(c).await)?;
    Ok(rows)
}

/// The same of contacts that have no interval of their own, by the workspace's: so many days.
pub async fn quiet_by_default(
    tx: &mut Tx,
    member_id: i64,
    days: i64,
    between: (i64, i64),
    limit: i64,
) -> Result<Vec<QuietLine>> {
    let days_us = days * DAY_US;
    let (since_us, now_us) = between;
    // Conditions and order are those of contact_by_last_word, letter by letter.
    let rows: Vec<QuietLine> = on!(tx, c => sqlx::query_as(
        "select c.id as contact_id, coalesce(c.last_at, c.created_at) as last_at, cast($6 as bigint) as days, \
         coalesce(c.name, (select min(a.address) from contact_address a where a.contact_id = c.id), 'nobody') as name \
         from contact c where c.keep_in_touch_days is null and c.muted_at is null and c.deleted_at is null \
         and c.merged_into is null and c.responsible_id = $1 and (coalesce(c.last_at, c.created_at)) <= $3 \
         and ((coalesce(c.last_at, c.created_at)) > $2 \
         or ($3 - (coalesce(c.last_at, c.created_at))) / $5 > ($2 - (coalesce(c.last_at, c.created_at))) / $5) \
         order by (coalesce(c.last_at, c.created_at)) desc limit $4")
        .bind(member_id).bind(since_us - days_us).bind(now_us - days_us).bind(limit).bind(WEEK_US).bind(days)
        .fetch_all(c).await)?;
    let of_workspace = |row| QuietLine {
        is_of_workspace: true,
        ..row
    };
    Ok(rows.into_iter().map(of_workspace).collect())
}

/// How many interactions are in a state, counted up to a bound.
pub async fn waiting(tx: &mut Tx, state: &str, count_max: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from interaction where state = $1 limit $2) as counted")
        .bind(state).bind(count_max).fetch_one(c).await)?;
    Ok(count)
}

/// How many mails to contacts of a member were given up since a moment, counted up to a bound: when they were tried last, or
/// came back.
pub async fn given_up(tx: &mut Tx, member_id: i64, since_us: i64, count_max: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from outbox where state = 'dead' and kind = 'relay_out' and member_id = $1 \
         and (due_at > $2 or bounced_at > $2) limit $3) as counted")
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
        "select verb, subject from (select id, verb, subject, at, batch, door from journal where member_id = $1 \
         order by id desc limit $4) as newest where at > $2 and batch > 0 and door like 'mail%' order by id desc limit $3")
        .bind(member_id).bind(since_us).bind(limit).bind(NEWEST_MAX).fetch_all(c).await)?;
    Ok(rows)
}

/// What happened in the workspace since a moment, and what the member did; of very much, the newest.
pub async fn tally(tx: &mut Tx, member_id: i64, since_us: i64) -> Result<Tally> {
    let before = last_interaction(tx, since_us).await?;
    let rows: Vec<(String, String, i64)> = on!(&mut *tx, c => sqlx::query_as(
        "select kind, direction, count(*) from (select kind, direction from interaction where id > $1 \
         and state = 'filed' and class = 'person' order by id desc limit $2) as newest \
         group by kind, direction limit 50")
        .bind(before).bind(NEWEST_MAX).fetch_all(c).await)?;
    let count = |fits: fn(&str, &str) -> bool| -> i64 {
        let fitting = rows
            .iter()
            .filter(|(kind, direction, _)| fits(kind, direction));
        fitting.map(|(_, _, count)| count).sum()
    };
    let done: i64 = on!(&mut *tx, c => sqlx::query_scalar(
        "select count(*) from (select id from action where member_id = $1 and state = 'done' and done_at > $2 \
         limit $3) as counted")
        .bind(member_id).bind(since_us).bind(NEWEST_MAX).fetch_one(c).await)?;
    let made: i64 = on!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from contact where created_at > $1 limit $2) as counted")
        .bind(since_us).bind(NEWEST_MAX).fetch_one(c).await)?;
    Ok(Tally {
        received: count(|kind, direction| kind == "mail" && direction == "in"),
        written: count(|kind, direction| kind == "mail" && direction == "out"),
        noted: count(|kind, _| matches!(kind, "note" | "call" | "meeting")),
        done,
        made,
    })
}
