//! Contacts, addresses and companies for a whole batch of mail at once; one at a time stands in `contacts`.

use super::bulk::{fetch_in, insert_rows};
use super::contacts::{CompanyRow, ContactRow};
use super::search::{self, Kind, Query, Scope};
use crate::domain::{Result, name};
use crate::on;
use crate::store::Tx;

/// How many contacts that hold the word of a name are compared.
const COMPARED_MAX: i64 = 200;

/// What filing must know of a contact. A merged one carries the number of the one that it was merged into.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownContact {
    /// What was asked for: an address, a capture local part or a name.
    pub key: String,
    /// `#c12` is 12.
    pub id: i64,
}

/// An address of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRow {
    /// Normalised.
    pub address: String,
    /// Whose.
    pub contact_id: i64,
    /// Where it was learnt: `mail`, `hand`, `import`.
    pub source: String,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// The contacts of these normalised addresses.
pub async fn by_addresses(tx: &mut Tx, addresses: &[String]) -> Result<Vec<KnownContact>> {
    Ok(fetch_in!(
        tx,
        KnownContact,
        "select a.address as key, coalesce(c.merged_into, c.id) as id from contact_address a \
         join contact c on c.id = a.contact_id where a.address",
        addresses,
        "limit 256"
    ))
}

/// The contacts whose capture addresses have, or had, these local parts.
pub async fn by_captures(tx: &mut Tx, local_parts: &[String]) -> Result<Vec<KnownContact>> {
    let mut found = fetch_in!(
        tx,
        KnownContact,
        "select capture as key, coalesce(merged_into, id) as id from contact where capture",
        local_parts,
        "limit 256"
    );
    let former: Vec<KnownContact> = fetch_in!(
        tx,
        KnownContact,
        "select k.local_part as key, coalesce(c.merged_into, c.id) as id from contact_capture k \
         join contact c on c.id = k.contact_id where k.local_part",
        local_parts,
        "limit 256"
    );
    found.extend(former);
    Ok(found)
}

/// The contacts with these names, as `domain::name::key` gives them; a name may be several people's.
pub async fn by_names(tx: &mut Tx, name_keys: &[String]) -> Result<Vec<KnownContact>> {
    Ok(fetch_in!(
        tx,
        KnownContact,
        "select name_key as key, id from contact where merged_into is null and deleted_at is null and name_key",
        name_keys,
        "limit 1000"
    ))
}

/// The contacts whose names begin with this word, at most two: enough to know whether it is one. Of very many who have the
/// word anywhere in their cards, the newest are looked at.
pub async fn by_first_name(tx: &mut Tx, name_key: &str) -> Result<Vec<i64>> {
    let query = Query::whole_words(name_key);
    let contacts = Scope::Only(Kind::Contact);
    let holding = search::ids(tx, contacts, &query, COMPARED_MAX, 0).await?;
    let ids: Vec<i64> = holding.into_iter().map(|(_, id)| id).collect();
    let keys = fetch_in!(
        tx,
        (i64, Option<String>),
        "select id, name_key from contact where merged_into is null and deleted_at is null and id",
        &ids,
        "order by id limit 256"
    );
    let begins = |key: &str| {
        let rest = key.strip_prefix(name_key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut found: Vec<i64> = keys
        .into_iter()
        .filter(|(_, key)| key.as_deref().is_some_and(begins))
        .map(|(id, _)| id)
        .collect();
    found.truncate(2);
    Ok(found)
}

/// These numbers with the numbers of the contacts that they are now: (asked, is).
pub async fn by_numbers(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(fetch_in!(
        tx,
        (i64, i64),
        "select id, coalesce(merged_into, id) from contact where id",
        ids,
        "limit 256"
    ))
}

/// The companies of these mail domains: (domain, number).
pub async fn companies(tx: &mut Tx, domains: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(fetch_in!(
        tx,
        (String, i64),
        "select domain, id from company where domain",
        domains,
        "limit 256"
    ))
}

/// Makes companies whose numbers are known.
pub async fn insert_companies(tx: &mut Tx, rows: &[CompanyRow], now_us: i64) -> Result<()> {
    insert_rows!(
        tx,
        "insert into company (id, name, domain, created_at, name_key) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.id)
            .push_bind(&row.name)
            .push_bind(&row.domain)
            .push_bind(now_us)
            .push_bind(name::key(&row.name))
    );
    Ok(())
}

/// Makes contacts whose numbers are known.
pub async fn insert_contacts(tx: &mut Tx, rows: &[ContactRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into contact (id, name, name_key, company_id, title, phone, capture, responsible_id, created_at) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.id)
            .push_bind(&row.name)
            .push_bind(row.name.as_deref().map(name::key))
            .push_bind(row.company_id)
            .push_bind(&row.title)
            .push_bind(&row.phone)
            .push_bind(&row.capture)
            .push_bind(row.responsible_id)
            .push_bind(row.created_at)
    );
    Ok(())
}

/// Gives addresses to contacts where nobody has them.
pub async fn insert_addresses(tx: &mut Tx, rows: &[AddressRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into contact_address (address, contact_id, source, created_at) ",
        rows,
        " on conflict (address) do nothing",
        |bind, row| bind
            .push_bind(&row.address)
            .push_bind(row.contact_id)
            .push_bind(&row.source)
            .push_bind(row.created_at)
    );
    Ok(())
}

/// Says when contacts were last in touch: contact, microseconds since 1970. An earlier moment changes nothing.
pub async fn heard_of(tx: &mut Tx, moments: &[(i64, i64)]) -> Result<()> {
    insert_rows!(
        tx,
        "update contact set last_at = v.column2 from (",
        moments,
        ") as v where contact.id = v.column1 and (contact.last_at is null or contact.last_at < v.column2)",
        |bind, row| bind.push_bind(row.0).push_bind(row.1)
    );
    Ok(())
}

/// Marks addresses that mail cannot reach.
pub async fn mark_bounced(tx: &mut Tx, addresses: &[String], now_us: i64) -> Result<()> {
    for address in addresses {
        on!(&mut *tx, c => sqlx::query("update contact_address set bounced_at = $2 where address = $1")
            .bind(address).bind(now_us).execute(c).await.map(drop))?;
    }
    Ok(())
}
