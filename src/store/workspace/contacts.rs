//! Contacts, their addresses and companies. Names for matching are compared by who asks; addresses are normalised.

use super::next_number;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A contact as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactRow {
    /// `#c12` is 12.
    pub id: i64,
    /// Display name.
    pub name: Option<String>,
    /// Its company.
    pub company_id: Option<i64>,
    /// Job title.
    pub title: Option<String>,
    /// Phone as written.
    pub phone: Option<String>,
    /// Local part of its capture address.
    pub capture: Option<String>,
    /// The member who answers for it.
    pub responsible_id: Option<i64>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// The contact that it was merged into.
    pub merged_into: Option<i64>,
    /// How far it has come, in a word or a few.
    pub status: Option<String>,
    /// From -1000 to 1000.
    pub score: Option<i64>,
    /// When its members asked not to be told of it; microseconds since 1970.
    pub muted_at: Option<i64>,
    /// When it was deleted; microseconds since 1970.
    pub deleted_at: Option<i64>,
    /// After how many quiet days the digest says so.
    pub keep_in_touch_days: Option<i64>,
    /// When the newest interaction happened, derived; microseconds since 1970.
    pub last_at: Option<i64>,
}

impl ContactRow {
    /// Its name, or else its number as `#c12`.
    pub fn shown(&self) -> String {
        let number = || format!("#c{}", self.id);
        self.name.clone().unwrap_or_else(number)
    }
}

/// A company as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanyRow {
    /// Its number.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Mail domain by which it was recognised.
    pub domain: Option<String>,
}

macro_rules! select_contact {
    ($rest:literal) => {
        concat!(
            "select c.id, c.name, c.company_id, c.title, c.phone, c.capture, c.responsible_id, c.created_at, \
             c.merged_into, c.status, c.score, c.muted_at, c.deleted_at, c.keep_in_touch_days, c.last_at \
             from contact c ",
            $rest
        )
    };
}

/// The contact that an address belongs to; a merged one gives the one that it was merged into.
pub async fn by_address(tx: &mut Tx, address: &str) -> Result<Option<ContactRow>> {
    let row: Option<ContactRow> = on!(&mut *tx, c => sqlx::query_as(select_contact!(
        "join contact_address a on a.contact_id = c.id where a.address = $1"))
        .bind(address).fetch_optional(c).await)?;
    follow_merge(tx, row).await
}

/// The contact with this number; a merged one gives the one that it was merged into.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<ContactRow>> {
    let row = on!(&mut *tx, c => sqlx::query_as(select_contact!("where c.id = $1"))
        .bind(id).fetch_optional(c).await)?;
    follow_merge(tx, row).await
}

/// The contact with this number as it stands there, merged or not.
pub async fn itself(tx: &mut Tx, id: i64) -> Result<Option<ContactRow>> {
    let row = on!(tx, c => sqlx::query_as(select_contact!("where c.id = $1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}

/// The contact whose capture address has, or had, this local part.
pub async fn by_capture(tx: &mut Tx, local_part: &str) -> Result<Option<ContactRow>> {
    let mut row: Option<ContactRow> = on!(&mut *tx, c => sqlx::query_as(select_contact!("where c.capture = $1"))
        .bind(local_part).fetch_optional(c).await)?;
    if row.is_none() {
        row = on!(&mut *tx, c => sqlx::query_as(select_contact!(
            "join contact_capture k on k.contact_id = c.id where k.local_part = $1"))
            .bind(local_part).fetch_optional(c).await)?;
    }
    follow_merge(tx, row).await
}

/// The contacts that were merged into this one; at most 100.
pub async fn merged_into(tx: &mut Tx, id: i64) -> Result<Vec<ContactRow>> {
    let rows = on!(tx, c => sqlx::query_as(select_contact!(
        "where c.merged_into = $1 order by c.id limit 100"))
        .bind(id).fetch_all(c).await)?;
    Ok(rows)
}

/// Deleted contacts whose name begins so (`domain::name::key`), the last deleted first; at most 10. Nobody else finds them
/// by name.
pub async fn deleted_by_name(tx: &mut Tx, name_key: &str) -> Result<Vec<ContactRow>> {
    // By substr, since LIKE and the order of letters differ between the databases.
    let start = format!("{name_key} ");
    let length = i32::try_from(start.chars().count()).unwrap_or(i32::MAX);
    let rows = on!(tx, c => sqlx::query_as(select_contact!(
        "where c.deleted_at is not null and c.merged_into is null and (c.name_key = $1 or substr(c.name_key, 1, $3) = $2) \
         order by c.deleted_at desc, c.id desc limit 10"))
        .bind(name_key).bind(start).bind(length).fetch_all(c).await)?;
    Ok(rows)
}

/// Writes a contact that is there as it is given, but for what is derived.
pub async fn put(tx: &mut Tx, row: &ContactRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update contact set name = $2, name_key = $3, company_id = $4, title = $5, phone = $6, capture = $7, \
         responsible_id = $8, merged_into = $9, status = $10, score = $11, muted_at = $12, deleted_at = $13, \
         keep_in_touch_days = $14 where id = $1")
        .bind(row.id).bind(&row.name).bind(row.name.as_deref().map(crate::domain::name::key))
        .bind(row.company_id).bind(&row.title).bind(&row.phone).bind(&row.capture)
        .bind(row.responsible_id).bind(row.merged_into).bind(&row.status).bind(row.score)
        .bind(row.muted_at).bind(row.deleted_at).bind(row.keep_in_touch_days)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Makes anew when a contact was heard of last.
pub async fn refresh_last_at(tx: &mut Tx, id: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update contact set last_at = (select max(i.happened_at) from interaction_contact ic \
         join interaction i on i.id = ic.interaction_id where ic.contact_id = $1 and ic.role <> 'participant' \
         and i.state not in ('set_aside', 'deleted')) where id = $1")
        .bind(id).execute(c).await.map(drop))?;
    Ok(())
}

async fn follow_merge(tx: &mut Tx, mut row: Option<ContactRow>) -> Result<Option<ContactRow>> {
    // Merges of merges are flattened when they are made; a bound keeps a fault from turning into a loop.
    for _ in 0..8 {
        let Some(target) = row.as_ref().and_then(|r| r.merged_into) else {
            break;
        };
        row = on!(&mut *tx, c => sqlx::query_as(select_contact!("where c.id = $1"))
            .bind(target).fetch_optional(c).await)?;
    }
    Ok(row)
}

/// Makes a contact; `id` is taken from the counter and written into the row that is given back.
pub async fn insert(tx: &mut Tx, mut row: ContactRow) -> Result<ContactRow> {
    row.id = next_number(tx, "contact").await?;
    on!(tx, c => sqlx::query(
        "insert into contact (id, name, name_key, company_id, title, phone, capture, responsible_id, created_at, merged_into) \
         values ($1, $2, $10, $3, $4, $5, $6, $7, $8, $9)")
        .bind(row.id).bind(&row.name).bind(row.company_id).bind(&row.title).bind(&row.phone)
        .bind(&row.capture).bind(row.responsible_id).bind(row.created_at).bind(row.merged_into)
        .bind(row.name.as_deref().map(crate::domain::name::key))
        .execute(c).await.map(drop))?;
    Ok(row)
}

/// Gives an address to a contact where nobody has it.
pub async fn add_address(
    tx: &mut Tx,
    contact_id: i64,
    address: &str,
    source: &str,
    now_us: i64,
) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into contact_address (address, contact_id, source, created_at) values ($1, $2, $3, $4) \
         on conflict (address) do nothing")
        .bind(address).bind(contact_id).bind(source).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// A contact's addresses, the one to write to first, then the oldest; at most 100.
pub async fn addresses(tx: &mut Tx, contact_id: i64) -> Result<Vec<String>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select address from contact_address where contact_id = $1 order by position, created_at, address limit 100")
        .bind(contact_id).fetch_all(c).await)?;
    Ok(rows)
}

/// The company of a mail domain.
pub async fn company_by_domain(tx: &mut Tx, domain: &str) -> Result<Option<CompanyRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, name, domain from company where domain = $1")
        .bind(domain).fetch_optional(c).await)?;
    Ok(row)
}

/// The company of a mail domain, made where there is none.
pub async fn company_of_domain(
    tx: &mut Tx,
    domain: &str,
    name: &str,
    now_us: i64,
) -> Result<CompanyRow> {
    if let Some(company) = company_by_domain(tx, domain).await? {
        return Ok(company);
    }
    let id = next_number(tx, "company").await?;
    on!(tx, c => sqlx::query("insert into company (id, name, domain, created_at, name_key) values ($1, $2, $3, $4, $5)")
        .bind(id).bind(name).bind(domain).bind(now_us).bind(crate::domain::name::key(name)).execute(c).await.map(drop))?;
    Ok(CompanyRow {
        id,
        name: name.to_owned(),
        domain: Some(domain.to_owned()),
    })
}

/// The company of this name, whatever case and marks it is written with; the first of several.
pub async fn company_by_name(tx: &mut Tx, name: &str) -> Result<Option<CompanyRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, name, domain from company where name_key = $1 or (name_key is null and name = $2) order by id limit 1")
        .bind(crate::domain::name::key(name)).bind(name).fetch_optional(c).await)?;
    Ok(row)
}

/// Makes a company of which nothing but the name is known.
pub async fn insert_company(tx: &mut Tx, name: &str, now_us: i64) -> Result<CompanyRow> {
    let id = next_number(tx, "company").await?;
    on!(tx, c => sqlx::query("insert into company (id, name, domain, created_at, name_key) values ($1, $2, null, $3, $4)")
        .bind(id).bind(name).bind(now_us).bind(crate::domain::name::key(name)).execute(c).await.map(drop))?;
    Ok(CompanyRow {
        id,
        name: name.to_owned(),
        domain: None,
    })
}

/// The company with this number.
pub async fn company(tx: &mut Tx, id: i64) -> Result<Option<CompanyRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, name, domain from company where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}
