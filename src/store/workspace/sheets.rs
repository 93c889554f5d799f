//! What spreadsheets and address books show of a workspace, page by page in the order of numbers.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A contact that was neither merged nor deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactSheet {
    /// `#c12` is 12.
    pub id: i64,
    /// Display name.
    pub name: Option<String>,
    /// Name of its company.
    pub company: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Phone as written.
    pub phone: Option<String>,
    /// How far it has come.
    pub status: Option<String>,
    /// From -1000 to 1000.
    pub score: Option<i64>,
    /// Address of the member who answers for it.
    pub responsible: Option<String>,
    /// Local part of its capture address.
    pub capture: Option<String>,
    /// After how many quiet days the digest says so.
    pub keep_in_touch_days: Option<i64>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// When it was heard of last; microseconds since 1970.
    pub last_at: Option<i64>,
    /// Its addresses, the one to write to first.
    #[sqlx(skip)]
    pub addresses: Vec<String>,
    /// Its tags.
    #[sqlx(skip)]
    pub tags: Vec<String>,
    /// Its further fields.
    #[sqlx(skip)]
    pub fields: Vec<(String, String)>,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanySheet {
    /// Its number.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Mail domain.
    pub domain: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// How many contacts are there.
    pub contacts: i64,
}

/// An action or a reminder.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ActionSheet {
    /// `#a3` is 3.
    pub id: i64,
    /// `action`, `reminder`.
    pub kind: String,
    /// `current`, `queued`, `done`, `dropped`.
    pub state: String,
    /// Address of whoever is to do it.
    pub member: Option<String>,
    /// For whom.
    pub contact_id: Option<i64>,
    /// Their name.
    pub contact: Option<String>,
    /// What.
    pub text: String,
    /// Microseconds since 1970.
    pub due_at: Option<i64>,
    /// How it comes again.
    pub recurrence: Option<String>,
    /// What came of it.
    pub result: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Microseconds since 1970.
    pub done_at: Option<i64>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InteractionSheet {
    /// `#i9` is 9.
    pub id: i64,
    /// Microseconds since 1970.
    pub happened_at: i64,
    /// `mail`, `note`, `meeting`, `report`, …
    pub kind: String,
    /// `in`, `out`, `internal`.
    pub direction: String,
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// Who.
    pub author_name: Option<String>,
    /// By which address.
    pub author_address: Option<String>,
    /// About what.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// What a member wrote above it.
    pub remark: Option<String>,
    /// With whom it is filed: number and name.
    #[sqlx(skip)]
    pub contacts: Vec<(i64, String)>,
}

/// A change of the journal in one line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeSheet {
    /// Its number.
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Address of whoever made it.
    pub member: Option<String>,
    /// `mail`, `chat`, `web`, `command_line`.
    pub door: String,
    /// What was done.
    pub verb: String,
    /// To what.
    pub subject: String,
    /// The batch that took it back.
    pub undone_by: Option<i64>,
}

/// Contacts behind a number; at most 256.
pub async fn contacts(tx: &mut Tx, behind: i64) -> Result<Vec<ContactSheet>> {
    let mut rows: Vec<ContactSheet> = on!(&mut *tx, c => sqlx::query_as(
        "select c.id, c.name, o.name as company, c.title, c.phone, c.status, c.score, m.email as responsible, c.capture, \
         c.keep_in_touch_days, c.created_at, c.last_at from contact c left join company o on o.id = c.company_id \
         left join member m on m.id = c.responsible_id \
         where c.id > $1 and c.merged_into is null and c.deleted_at is null order by c.id limit 256")
        .bind(behind).fetch_all(c).await)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let addresses = fetch_in!(
        tx,
        (i64, String),
        "select contact_id, address from contact_address where contact_id",
        &ids,
        "order by contact_id, position, created_at, address limit 20000"
    );
    let tags = fetch_in!(
        tx,
        (i64, String),
        "select contact_id, tag from contact_tag where contact_id",
        &ids,
        "order by contact_id, tag limit 60000"
    );
    let fields = fetch_in!(
        tx,
        (i64, String, String),
        "select contact_id, name, value from contact_field where contact_id",
        &ids,
        "order by contact_id, name limit 60000"
    );
    for (id, address) in addresses {
        of(&mut rows, &ids, id, |row| row.addresses.push(address));
    }
    for (id, tag) in tags {
        of(&mut rows, &ids, id, |row| row.tags.push(tag));
    }
    for (id, name, value) in fields {
        of(&mut rows, &ids, id, |row| row.fields.push((name, value)));
    }
    Ok(rows)
}

/// Adds to the row of this number; `ids` are those of the rows, in order.
fn of(rows: &mut [ContactSheet], ids: &[i64], id: i64, add: impl FnOnce(&mut ContactSheet)) {
    let at = ids.binary_search(&id).ok();
    if let Some(row) = at.and_then(|at| rows.get_mut(at)) {
        add(row);
    }
}

/// Companies behind a number; at most 256.
pub async fn companies(tx: &mut Tx, behind: i64) -> Result<Vec<CompanySheet>> {
    let mut rows: Vec<CompanySheet> = on!(&mut *tx, c => sqlx::query_as(
        "select o.id, o.name, o.domain, o.created_at, cast(0 as bigint) as contacts from company o \
         where o.id > $1 order by o.id limit 256")
        .bind(behind).fetch_all(c).await)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(rows);
    };
    let counts: Vec<(i64, i64)> = on!(&mut *tx, c => sqlx::query_as(
        "select company_id, count(*) from contact where company_id between $1 and $2 \
         and merged_into is null and deleted_at is null group by company_id limit 100000")
        .bind(first.id).bind(last.id).fetch_all(c).await)?;
    for row in &mut rows {
        let count = counts.iter().find(|(id, _)| *id == row.id);
        row.contacts = count.map_or(0, |(_, count)| *count);
    }
    Ok(rows)
}

/// Actions and reminders behind a number; at most 256.
pub async fn actions(tx: &mut Tx, behind: i64) -> Result<Vec<ActionSheet>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select a.id, a.kind, a.state, m.email as member, a.contact_id, k.name as contact, a.text, a.due_at, a.recurrence, \
         a.result, a.created_at, a.done_at from action a left join member m on m.id = a.member_id \
         left join contact k on k.id = a.contact_id where a.id > $1 order by a.id limit 256")
        .bind(behind).fetch_all(c).await)?;
    Ok(rows)
}

/// Interactions that were not deleted, behind a number; at most 64.
pub async fn interactions(tx: &mut Tx, behind: i64) -> Result<Vec<InteractionSheet>> {
    let mut rows: Vec<InteractionSheet> = on!(&mut *tx, c => sqlx::query_as(
        "select id, happened_at, kind, direction, state, author_name, author_address, subject, text, remark from interaction \
         where id > $1 and state <> 'deleted' order by id limit 64")
        .bind(behind).fetch_all(c).await)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    for (id, contact_id, name) in super::listing::filed_with(tx, &ids).await? {
        if let Ok(at) = ids.binary_search(&id)
            && let Some(row) = rows.get_mut(at)
        {
            row.contacts.push((contact_id, name));
        }
    }
    Ok(rows)
}

/// Changes behind a number; at most 256.
pub async fn changes(tx: &mut Tx, behind: i64) -> Result<Vec<ChangeSheet>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select j.id, j.at, m.email as member, j.door, j.verb, j.subject, j.undone_by from journal j \
         left join member m on m.id = j.member_id where j.id > $1 order by j.id limit 256")
        .bind(behind).fetch_all(c).await)?;
    Ok(rows)
}

/// Addresses of contacts behind an address, in the order of the database; at most 256.
pub async fn addresses(tx: &mut Tx, behind: &str) -> Result<Vec<String>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select address from contact_address where address > $1 order by address limit 256")
        .bind(behind).fetch_all(c).await)?;
    Ok(rows)
}
