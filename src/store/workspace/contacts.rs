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
             c.merged_into from contact c ",
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

/// The contact whose capture address has this local part.
pub async fn by_capture(tx: &mut Tx, local_part: &str) -> Result<Option<ContactRow>> {
    let row = on!(&mut *tx, c => sqlx::query_as(select_contact!("where c.capture = $1"))
        .bind(local_part).fetch_optional(c).await)?;
    follow_merge(tx, row).await
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

/// A contact's addresses, oldest first; at most 100.
pub async fn addresses(tx: &mut Tx, contact_id: i64) -> Result<Vec<String>> {
    let rows = on!(tx, c => sqlx::query_scalar(
        "select address from contact_address where contact_id = $1 order by created_at, address limit 100")
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
    on!(tx, c => sqlx::query("insert into company (id, name, domain, created_at) values ($1, $2, $3, $4)")
        .bind(id).bind(name).bind(domain).bind(now_us).execute(c).await.map(drop))?;
    Ok(CompanyRow {
        id,
        name: name.to_owned(),
        domain: Some(domain.to_owned()),
    })
}

/// The company with this number.
pub async fn company(tx: &mut Tx, id: i64) -> Result<Option<CompanyRow>> {
    let row = on!(tx, c => sqlx::query_as("select id, name, domain from company where id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row)
}
