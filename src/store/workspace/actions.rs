//! Next actions and reminders.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::domain::action::next_moment;
use crate::on;
use crate::store::Tx;

/// An action as it is stored; the words of each column stand in the migration.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ActionRow {
    /// `#a3` is 3.
    pub id: i64,
    /// The word of `domain::action::Kind`.
    pub kind: String,
    /// The word of `domain::action::State`.
    pub state: String,
    /// Whose it is.
    pub member_id: i64,
    /// For whom.
    pub contact_id: Option<i64>,
    /// About which interaction.
    pub interaction_id: Option<i64>,
    /// What is to be done; may be empty in a reminder about somebody or something.
    pub text: String,
    /// As in `domain::action::Standing`.
    pub position: i64,
    /// Microseconds since 1970.
    pub due_at: Option<i64>,
    /// Whether a time of day was said; else the member's default stands in for it.
    pub has_time: bool,
    /// Text of `domain::dates::Recurrence`.
    pub recurrence: Option<String>,
    /// When the member was reminded.
    pub reminded_at: Option<i64>,
    /// What came of it; of one that comes again under its number, what came of it last.
    pub result: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// When it was done.
    pub done_at: Option<i64>,
}

/// How much stands open for a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCounts {
    /// Current actions and standing reminders.
    pub current: i64,
    /// Queued behind a current one.
    pub queued: i64,
}

/// The columns of an [`ActionRow`], of a table `a`.
macro_rules! select_action {
    ($rest:expr) => {
        concat!(
            "select a.id, a.kind, a.state, a.member_id, a.contact_id, a.interaction_id, a.text, a.position, a.due_at, \
             a.has_time, a.recurrence, a.reminded_at, a.result, a.created_at, a.done_at from action a ",
            $rest
        )
    };
}

/// Leaves out what belongs to a contact that was deleted, or merged into one that was.
macro_rules! of_living {
    ($rest:expr) => {
        select_action!(concat!(
            "where not exists (select 1 from contact w join contact c on c.id = coalesce(w.merged_into, w.id) \
             where w.id = a.contact_id and c.deleted_at is not null) and ",
            $rest
        ))
    };
}

/// Writes a new action.
pub async fn insert(tx: &mut Tx, row: &ActionRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into action (id, kind, state, member_id, contact_id, interaction_id, text, position, due_at, has_time, \
         recurrence, reminded_at, result, created_at, done_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
        .bind(row.id).bind(&row.kind).bind(&row.state).bind(row.member_id).bind(row.contact_id)
        .bind(row.interaction_id).bind(&row.text).bind(row.position).bind(row.due_at).bind(row.has_time)
        .bind(&row.recurrence).bind(row.reminded_at).bind(&row.result).bind(row.created_at).bind(row.done_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Writes an action as it is now: all but its number, kind, owner and when it was made.
pub async fn update(tx: &mut Tx, row: &ActionRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update action set state = $2, contact_id = $3, interaction_id = $4, text = $5, position = $6, due_at = $7, \
         has_time = $8, recurrence = $9, reminded_at = $10, result = $11, done_at = $12 where id = $1")
        .bind(row.id).bind(&row.state).bind(row.contact_id).bind(row.interaction_id).bind(&row.text)
        .bind(row.position).bind(row.due_at).bind(row.has_time).bind(&row.recurrence).bind(row.reminded_at)
        .bind(&row.result).bind(row.done_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// The action with this number.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<ActionRow>> {
    let row = on!(tx, c => sqlx::query_as(select_action!("where a.id = $1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// These actions, by number.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<ActionRow>> {
    Ok(fetch_in!(
        tx,
        ActionRow,
        select_action!("where a.id"),
        ids,
        "order by a.id limit 256"
    ))
}

/// The current and the queued actions of a member for a contact, in the order in which they come; no reminders.
pub async fn queue(
    tx: &mut Tx,
    member_id: i64,
    contact_id: i64,
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_action!(
        "where a.contact_id = $1 and a.member_id = $2 and a.state in ('current', 'queued') and a.kind = 'action' \
         order by a.state, a.position, a.due_at nulls last, a.id limit $3"))
        .bind(contact_id).bind(member_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// What stands open about a contact, reminders too, also by an interaction that is filed with it: the actor's first, current
/// ones first.
pub async fn open_about(
    tx: &mut Tx,
    member_id: i64,
    contact_id: i64,
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let mut rows: Vec<ActionRow> = on!(&mut *tx, c => sqlx::query_as(select_action!(
        "where a.contact_id = $1 and a.state in ('current', 'queued') \
         order by case when a.member_id = $2 then 0 else 1 end, a.state, a.kind, a.position, a.due_at nulls last, a.id \
         limit $3"))
        .bind(contact_id).bind(member_id).bind(limit).fetch_all(c).await)?;
    let beside: Vec<ActionRow> = on!(tx, c => sqlx::query_as(select_action!(
        "where a.member_id = $2 and a.state in ('current', 'queued') and a.interaction_id is not null \
         and (a.contact_id is null or a.contact_id <> $1) and exists (select 1 from interaction_contact ic \
         where ic.contact_id = $1 and ic.interaction_id = a.interaction_id and ic.role <> 'participant') \
         order by a.state, a.kind, a.due_at nulls last, a.id limit $3"))
        .bind(contact_id).bind(member_id).bind(limit).fetch_all(c).await)?;
    rows.extend(beside);
    Ok(rows)
}

/// What stands open for a member about an interaction.
pub async fn open_about_interaction(
    tx: &mut Tx,
    member_id: i64,
    interaction_id: i64,
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_action!(
        "where a.member_id = $1 and a.state in ('current', 'queued') and a.interaction_id = $2 \
         order by a.state, a.kind, a.due_at nulls last, a.id limit $3"))
        .bind(member_id).bind(interaction_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// What is open for a member and due before a moment, the longest due first: current and queued actions, and reminders.
/// Nothing of deleted contacts.
pub async fn due_actions(
    tx: &mut Tx,
    member_id: i64,
    until_us: i64,
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(of_living!(
        "a.member_id = $1 and a.state in ('current', 'queued') and a.due_at < $2 \
         order by a.due_at, a.id limit $3"))
        .bind(member_id).bind(until_us).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// All that is open for a member, what is due first first, what has no date last. Nothing of deleted contacts.
pub async fn open_actions(tx: &mut Tx, member_id: i64, limit: i64) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(of_living!(
        "a.member_id = $1 and a.state in ('current', 'queued') \
         order by a.due_at nulls last, a.state, a.position, a.id limit $2"))
        .bind(member_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// How much stands open for a member, also of deleted contacts.
pub async fn open_counts(tx: &mut Tx, member_id: i64) -> Result<OpenCounts> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select state, count(*) from action where member_id = $1 and state in ('current', 'queued') \
         group by state limit 2")
        .bind(member_id).fetch_all(c).await)?;
    let count = |word: &str| {
        rows.iter()
            .find(|(state, _)| state == word)
            .map_or(0, |r| r.1)
    };
    Ok(OpenCounts {
        current: count("current"),
        queued: count("queued"),
    })
}

/// When the next reminder is due after a moment that was not told, microseconds since 1970, over all members: when the lane of
/// time must wake.
pub async fn next_due_reminder(tx: &mut Tx, after_us: i64) -> Result<Option<i64>> {
    let due: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select min(due_at) from action where kind = 'reminder' and state = 'current' and reminded_at is null \
         and due_at > $1 limit 1")
        .bind(after_us).fetch_one(c).await)?;
    Ok(due)
}

/// Reminders that are due by now and were not told, the longest due first, behind one of them by its due time and number.
pub async fn due_reminders(
    tx: &mut Tx,
    now_us: i64,
    behind: (i64, i64),
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_action!(
        "where a.kind = 'reminder' and a.state = 'current' and a.reminded_at is null and a.due_at <= $1 \
         and (a.due_at, a.id) > ($3, $4) order by a.due_at, a.id limit $2"))
        .bind(now_us).bind(limit).bind(behind.0).bind(behind.1).fetch_all(c).await)?;
    Ok(rows)
}

/// Names of contacts, or else their addresses: (contact as asked for, contact that it was merged into or itself, name).
pub async fn names_of(tx: &mut Tx, contact_ids: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    Ok(fetch_in!(
        tx,
        (i64, i64, String),
        "select w.id, c.id, coalesce(c.name, (select min(a.address) from contact_address a where a.contact_id = c.id), \
         'nobody') from contact w join contact c on c.id = coalesce(w.merged_into, w.id) where w.id",
        contact_ids,
        "limit 256"
    ))
}

/// Writes that a reminder was told. One that comes again stands for its next time; another stands until it is done or put off.
pub async fn told(tx: &mut Tx, row: &ActionRow, now_us: i64) -> Result<()> {
    let recurrence = row.recurrence.as_deref();
    let next = recurrence.and_then(|text| next_moment(text, row.due_at, now_us));
    let (due_at, reminded_at) = match next {
        Some(next) => (Some(next), None),
        None => (row.due_at, Some(now_us)),
    };
    on!(tx, c => sqlx::query("update action set due_at = $2, reminded_at = $3 where id = $1")
        .bind(row.id).bind(due_at).bind(reminded_at).execute(c).await.map(drop))?;
    Ok(())
}

/// How many actions and reminders stand open for a member and a contact.
pub async fn open_for(tx: &mut Tx, member_id: i64, contact_id: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from action where contact_id = $1 and member_id = $2 and state in ('current', 'queued')")
        .bind(contact_id).bind(member_id).fetch_one(c).await)?;
    Ok(count)
}

/// How many actions and reminders stand open for a contact, whoever will do them.
pub async fn open_of(tx: &mut Tx, contact_id: i64) -> Result<i64> {
    let count = on!(tx, c => sqlx::query_scalar(
        "select count(*) from action where contact_id = $1 and state in ('current', 'queued')")
        .bind(contact_id).fetch_one(c).await)?;
    Ok(count)
}

/// All actions and reminders of a contact, what was done too, the oldest first.
pub async fn of_contact(tx: &mut Tx, contact_id: i64, limit: i64) -> Result<Vec<ActionRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_action!("where a.contact_id = $1 order by a.id limit $2"))
        .bind(contact_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Gives all actions of a contact to another.
pub async fn move_all(tx: &mut Tx, from: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update action set contact_id = $2 where contact_id = $1")
        .bind(from).bind(to).execute(c).await.map(drop))?;
    Ok(())
}
