//! What lists show: contacts by who was heard of last, interactions by their state or kind, each in one line.

use super::bulk::fetch_in;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use std::collections::{HashMap, HashSet};

/// How many links between contacts and interactions are read at a time, and how often, to find who was heard of last.
const LINKS_AT_ONCE: i64 = 1_000;
const LINKS_TIMES_MAX: u32 = 50;

/// A contact in one line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactLine {
    /// `#c12` is 12.
    pub id: i64,
    /// Display name.
    pub name: Option<String>,
    /// Name of its company.
    pub company: Option<String>,
    /// Its first address.
    pub address: Option<String>,
    /// When it was heard of last; absent where never.
    #[sqlx(default)]
    pub last_at: Option<i64>,
}

/// An interaction in one line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InteractionLine {
    /// `#i9` is 9.
    pub id: i64,
    /// `mail`, `note`, `meeting`, `report`.
    pub kind: String,
    /// `in`, `out`, `internal`.
    pub direction: String,
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// Microseconds since 1970.
    pub happened_at: i64,
    /// `member`, `contact`, `other`.
    pub author_kind: String,
    /// Who wrote it.
    pub author_name: Option<String>,
    /// The address.
    pub author_address: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// The first 300 letters of what was said.
    pub text: String,
}

/// The columns of an [`InteractionLine`], of a table `i`.
macro_rules! select_line {
    ($rest:expr) => {
        concat!(
            "select i.id, i.kind, i.direction, i.state, i.happened_at, i.author_kind, i.author_name, i.author_address, \
             i.subject, substr(i.text, 1, 300) as text from interaction i ",
            $rest
        )
    };
}
pub(super) use select_line;

/// Which interactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Of a state.
    State(&'a str),
    /// Of a kind, but not set aside.
    Kind(&'a str),
}

/// Contacts, who was heard of last first; those never heard of at the end, the newest first.
pub async fn contacts(tx: &mut Tx, limit: usize, offset: usize) -> Result<Vec<ContactLine>> {
    let wanted = offset.saturating_add(limit);
    let mut order: Vec<i64> = Vec::new();
    let mut last_at: HashMap<i64, i64> = HashMap::new();
    let all_read = last_heard(tx, wanted, &mut order, &mut last_at).await?;
    if order.len() < wanted && all_read {
        let missing = i64::try_from(wanted - order.len()).unwrap_or(i64::MAX);
        let silent: Vec<i64> = on!(&mut *tx, c => sqlx::query_scalar(
            "select c.id from contact c where c.merged_into is null and c.deleted_at is null and not exists \
             (select 1 from interaction_contact ic join interaction i on i.id = ic.interaction_id \
             where ic.contact_id = c.id and ic.role <> 'participant' and i.state <> 'deleted') order by c.id desc limit $1")
            .bind(missing).fetch_all(c).await)?;
        order.extend(silent);
    }
    let page: Vec<i64> = order.into_iter().skip(offset).take(limit).collect();
    let mut lines = contact_lines(tx, &page).await?;
    for line in &mut lines {
        line.last_at = last_at.get(&line.id).copied();
    }
    Ok(lines)
}

/// Walks interactions from the newest back until enough contacts were met; whether all were read.
async fn last_heard(
    tx: &mut Tx,
    wanted: usize,
    order: &mut Vec<i64>,
    last_at: &mut HashMap<i64, i64>,
) -> Result<bool> {
    let mut before = (i64::MAX, i64::MAX, i64::MAX);
    for _ in 0..LINKS_TIMES_MAX {
        let links: Vec<(i64, i64, i64, i64)> = on!(&mut *tx, c => sqlx::query_as(
            "select i.happened_at, i.id, ic.contact_id, c.id from interaction i \
             join interaction_contact ic on ic.interaction_id = i.id \
             join contact w on w.id = ic.contact_id join contact c on c.id = coalesce(w.merged_into, w.id) \
             where c.deleted_at is null and i.state <> 'deleted' and ic.role <> 'participant' \
             and (i.happened_at, i.id, ic.contact_id) < ($1, $2, $3) \
             order by i.happened_at desc, i.id desc, ic.contact_id desc limit $4")
            .bind(before.0).bind(before.1).bind(before.2).bind(LINKS_AT_ONCE).fetch_all(c).await)?;
        for (happened_at, _, _, contact) in &links {
            last_at.entry(*contact).or_insert_with(|| {
                order.push(*contact);
                *happened_at
            });
        }
        let Some(last) = links.last() else {
            return Ok(true);
        };
        before = (last.0, last.1, last.2);
        if order.len() >= wanted || (links.len() as i64) < LINKS_AT_ONCE {
            return Ok(order.len() < wanted);
        }
    }
    Ok(false)
}

/// These contacts in one line each, in this order; who is not there is left out.
pub async fn contact_lines(tx: &mut Tx, ids: &[i64]) -> Result<Vec<ContactLine>> {
    let rows = fetch_in!(
        tx,
        ContactLine,
        "select c.id, c.name, o.name as company, \
         (select a.address from contact_address a where a.contact_id = c.id order by a.position, a.created_at, a.address limit 1) \
         as address, cast(null as bigint) as last_at \
         from contact c left join company o on o.id = c.company_id where c.id",
        ids,
        "limit 256"
    );
    Ok(in_order(ids, rows, |row| row.id))
}

/// Contacts that were deleted, each with when, the last one first; `last_at` says where one was heard of since.
pub async fn deleted(tx: &mut Tx, limit: i64) -> Result<Vec<(ContactLine, i64)>> {
    let rows: Vec<(i64, i64, Option<i64>)> = on!(&mut *tx, c => sqlx::query_as(
        "select id, deleted_at, (select max(i.created_at) from interaction_contact ic \
         join interaction i on i.id = ic.interaction_id where ic.contact_id = contact.id and ic.role = 'author' \
         and i.created_at > contact.deleted_at) from contact \
         where deleted_at is not null and merged_into is null order by deleted_at desc, id desc limit $1")
        .bind(limit).fetch_all(c).await)?;
    let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
    let lines = contact_lines(tx, &ids).await?;
    let about: HashMap<i64, (i64, Option<i64>)> = rows
        .into_iter()
        .map(|(id, deleted_at, wrote_at)| (id, (deleted_at, wrote_at)))
        .collect();
    Ok(lines
        .into_iter()
        .filter_map(|mut line| {
            let (deleted_at, wrote_at) = about.get(&line.id).copied()?;
            line.last_at = wrote_at;
            Some((line, deleted_at))
        })
        .collect())
}

/// Interactions of a state or a kind, the newest first.
pub async fn interactions(
    tx: &mut Tx,
    which: Which<'_>,
    limit: i64,
    offset: i64,
) -> Result<Vec<InteractionLine>> {
    let (sql, word) = match which {
        Which::State(word) => (
            select_line!("where i.state = $1 order by i.id desc limit $2 offset $3"),
            word,
        ),
        Which::Kind(word) => (
            select_line!(
                "where i.kind = $1 and i.state not in ('set_aside', 'deleted') order by i.happened_at desc, i.id desc limit $2 offset $3"
            ),
            word,
        ),
    };
    let rows =
        on!(tx, c => sqlx::query_as(sql).bind(word).bind(limit).bind(offset).fetch_all(c).await)?;
    Ok(rows)
}

/// These interactions in one line each, in this order.
pub async fn interaction_lines(tx: &mut Tx, ids: &[i64]) -> Result<Vec<InteractionLine>> {
    let rows = fetch_in!(
        tx,
        InteractionLine,
        select_line!("where i.id"),
        ids,
        "limit 256"
    );
    Ok(in_order(ids, rows, |row| row.id))
}

/// With whom these interactions are filed: (interaction, contact, name or address of the contact).
pub async fn filed_with(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    Ok(fetch_in!(
        tx,
        (i64, i64, String),
        "select ic.interaction_id, c.id, coalesce(c.name, (select min(a.address) from contact_address a \
         where a.contact_id = c.id), 'nobody') from interaction_contact ic \
         join contact w on w.id = ic.contact_id join contact c on c.id = coalesce(w.merged_into, w.id) \
         where ic.role <> 'participant' and ic.interaction_id",
        ids,
        "order by ic.interaction_id, c.id limit 10000"
    ))
}

fn in_order<T>(ids: &[i64], rows: Vec<T>, id_of: impl Fn(&T) -> i64) -> Vec<T> {
    let mut by_id: HashMap<i64, T> = rows.into_iter().map(|row| (id_of(&row), row)).collect();
    let mut seen = HashSet::new();
    ids.iter()
        .filter(|id| seen.insert(**id))
        .filter_map(|id| by_id.remove(id))
        .collect()
}
