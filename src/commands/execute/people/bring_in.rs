//! A person whom an address book or a spreadsheet brings: found where the workspace has them, else made. What a contact has
//! stays as it is; what it lacks is added.

use super::email::{ADDRESSES_MAX, may_be_a_contact_s};
use super::fields::{FIELDS_MAX, checked};
use super::tags::TAGS_MAX;
use crate::commands::Verb;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::{contact as contacts_made, may};
use crate::commands::problem::{Failure, Problem};
use crate::commands::specification::Row;
use crate::domain::people::field::{self, LINE_CHARS_MAX};
use crate::domain::{Result, name as names, people};
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{address_book, contact_fields, refile};
use serde_json::json;

/// Scores are from -1000 to 1000.
const SCORE_MAX: i64 = 1_000;
/// What is told of why somebody is nobody to bring in; the rest is counted.
const PROBLEMS_MAX: usize = 3;

/// A person as they are brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Display name.
    pub name: Option<String>,
    /// Mail addresses, the one to write to first.
    pub addresses: Vec<String>,
    /// A number to call.
    pub phone: Option<String>,
    /// Name of the company.
    pub company: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// How far it has come.
    pub status: Option<String>,
    /// From -1000 to 1000.
    pub score: Option<i64>,
    /// Tags.
    pub tags: Vec<String>,
    /// Further fields: name, value.
    pub fields: Vec<(String, String)>,
    /// What was lost where they were read, each in a sentence.
    pub lost: Vec<String>,
}

/// What became of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A new contact.
    Made,
    /// A contact that was there, and knows more now.
    Completed,
    /// A contact that was there and knew all of it.
    Known,
}

/// A person who was brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The contact.
    pub id: i64,
    /// What became of it.
    pub standing: Standing,
    /// What was left out of it, each in a sentence.
    pub left_out: Vec<String>,
}

/// Brings a person in; one change in the journal. `capture` is the local part that a new contact gets.
pub async fn bring_in(
    tx: &mut Tx,
    cx: &Cx,
    incoming: &Incoming,
    capture: Option<&str>,
) -> Result<Brought, Failure> {
    may(cx, Row::of(Verb::New))?;
    let mut left_out = incoming.lost.clone();
    let person = clean(tx, cx, incoming, &mut left_out).await?;
    let there = find(tx, &person, &mut left_out).await?;
    let mut deed = Deed::new("import");
    let standing = match there {
        Some(_) => Standing::Completed,
        None => Standing::Made,
    };
    let mut row = match there {
        Some(row) => {
            deed.touch(tx, RowKey::number(Table::Contact, row.id))
                .await?;
            row
        }
        None => make(tx, cx, &person, capture, &mut deed).await?,
    };
    complete(tx, cx, &mut row, &person, &mut deed).await?;
    contacts::put(tx, &row).await?;
    addresses(tx, cx, row.id, &person, &mut deed).await?;
    beside(tx, row.id, &person, &mut deed, &mut left_out).await?;
    let after = json!({ "name": row.name, "address": person.addresses.first() });
    let change = deed
        .finish(tx, cx, format!("#c{}", row.id), json!({}), after)
        .await?;
    Ok(Brought {
        id: row.id,
        standing: match change {
            Some(_) => standing,
            None => Standing::Known,
        },
        left_out,
    })
}

/// Whether somebody would be a new contact; false where they would not be brought in.
pub async fn is_new(tx: &mut Tx, cx: &Cx, incoming: &Incoming) -> Result<bool> {
    match sought(tx, cx, incoming).await {
        Ok(there) => Ok(there.is_none()),
        Err(failure) => failure.into_problem().map(|_| false),
    }
}

async fn sought(tx: &mut Tx, cx: &Cx, incoming: &Incoming) -> Result<Option<ContactRow>, Failure> {
    let mut left_out = Vec::new();
    let person = clean(tx, cx, incoming, &mut left_out).await?;
    find(tx, &person, &mut left_out).await
}

/// The first problems, and how many more there are.
fn problems(all: &[String]) -> String {
    let first = all.get(..all.len().min(PROBLEMS_MAX)).unwrap_or_default();
    match all.len() - first.len() {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    }
}

/// With every value in the form in which it is kept; what has none is left out.
async fn clean(
    tx: &mut Tx,
    cx: &Cx,
    incoming: &Incoming,
    left_out: &mut Vec<String>,
) -> Result<Incoming, Failure> {
    let mut person = Incoming::default();
    for written in &incoming.addresses {
        match super::email::read(written) {
            Ok(address) => match may_be_a_contact_s(tx, cx, &address).await {
                Ok(()) if !person.addresses.contains(&address) => person.addresses.push(address),
                Ok(()) => {}
                Err(failure) => left_out.push(failure.into_problem()?.to_string()),
            },
            Err(problem) => left_out.push(problem.to_string()),
        }
    }
    // Their addresses were ours or a member's: it is nobody to bring in.
    if person.addresses.is_empty()
        && incoming.addresses.iter().any(|a| a.contains('@'))
        && !left_out.is_empty()
    {
        return Err(Problem::new(problems(left_out)).into());
    }
    let mut keep = |checked: Option<Result<String, field::Fault>>| match checked {
        Some(Ok(value)) if !value.is_empty() => Some(value),
        Some(Err(fault)) => {
            left_out.push(fault);
            None
        }
        _ => None,
    };
    let line = |what: &str, value: &Option<String>| {
        value
            .as_ref()
            .map(|value| field::line(what, value, LINE_CHARS_MAX))
    };
    person.name = keep(line("a name", &incoming.name));
    person.title = keep(line("a title", &incoming.title));
    person.company = keep(line("a company", &incoming.company));
    person.phone = keep(incoming.phone.as_deref().map(field::phone));
    person.status = keep(
        incoming
            .status
            .as_ref()
            .map(|status| field::word("a status", status)),
    );
    person.score = incoming.score.filter(|score| score.abs() <= SCORE_MAX);
    for tag in &incoming.tags {
        person.tags.extend(keep(Some(field::tag(tag))));
    }
    for (name, value) in &incoming.fields {
        if let Some(name) = keep(Some(field::word("the name of a field", name))) {
            let value = keep(Some(checked(cx, &name, value)));
            person.fields.extend(value.map(|value| (name, value)));
        }
    }
    let has_letters = |name: &String| name.chars().any(char::is_alphabetic);
    if person.addresses.is_empty() && !person.name.as_ref().is_some_and(has_letters) {
        let nobody = "it has neither a name nor a mail address";
        let why = match left_out.is_empty() {
            true => nobody.to_owned(),
            false => format!("{nobody}: {}", problems(left_out)),
        };
        return Err(Problem::new(why).into());
    }
    Ok(person)
}

/// Who it is here: by address, else by the same name at the same company.
async fn find(
    tx: &mut Tx,
    person: &Incoming,
    left_out: &mut Vec<String>,
) -> Result<Option<ContactRow>, Failure> {
    let mut found: Option<ContactRow> = None;
    for address in &person.addresses {
        let Some(owner) = contacts::by_address(tx, address).await? else {
            continue;
        };
        match &found {
            None => found = Some(owner),
            Some(first) if first.id != owner.id => left_out.push(format!(
                "{address} belongs to #c{}; where both are one person, merge them: merge #c{}: #c{}",
                owner.id, first.id, owner.id
            )),
            Some(_) => {}
        }
    }
    if found.is_none() {
        found = namesake(tx, person).await?;
    }
    match found {
        Some(row) if row.deleted_at.is_some() => Err(Problem::new(format!(
            "#c{} {} is deleted; restore it first: restore #c{}",
            row.id,
            row.shown(),
            row.id
        ))
        .into()),
        found => Ok(found),
    }
}

async fn namesake(tx: &mut Tx, person: &Incoming) -> Result<Option<ContactRow>, Failure> {
    let Some(name) = &person.name else {
        return Ok(None);
    };
    let wanted = person.company.as_deref().map(names::key);
    // Somebody with an address of their own and no company may be anybody of that name.
    if wanted.is_none() && !person.addresses.is_empty() {
        return Ok(None);
    }
    let mut namesakes = address_book::by_names(tx, &[names::key(name)]).await?;
    namesakes.sort_unstable_by_key(|found| found.id);
    for found in namesakes {
        let Some(row) = contacts::by_id(tx, found.id).await? else {
            continue;
        };
        let company = match row.company_id {
            Some(id) => contacts::company(tx, id).await?,
            None => None,
        };
        if company.map(|company| names::key(&company.name)) == wanted {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

async fn make(
    tx: &mut Tx,
    cx: &Cx,
    person: &Incoming,
    capture: Option<&str>,
    deed: &mut Deed,
) -> Result<ContactRow, Failure> {
    let by_domain = match (&person.company, person.addresses.first()) {
        (None, Some(address)) => contacts_made::company_of(tx, cx, deed, address).await?,
        _ => None,
    };
    let first = person.addresses.first().map(String::as_str);
    let name = match first {
        Some(address) => {
            people::clean_name(person.name.as_deref(), address).or(person.name.clone())
        }
        None => person.name.clone(),
    };
    let row = ContactRow {
        name,
        company_id: by_domain,
        capture: capture.map(str::to_owned),
        ..contacts_made::blank(cx)
    };
    let row = contacts::insert(tx, row).await?;
    deed.made(RowKey::number(Table::Contact, row.id));
    Ok(row)
}

/// The columns of the contact itself that are still empty.
async fn complete(
    tx: &mut Tx,
    cx: &Cx,
    row: &mut ContactRow,
    person: &Incoming,
    deed: &mut Deed,
) -> Result<(), Failure> {
    for (column, value) in [
        (&mut row.name, &person.name),
        (&mut row.title, &person.title),
        (&mut row.phone, &person.phone),
        (&mut row.status, &person.status),
    ] {
        if column.is_none() {
            column.clone_from(value);
        }
    }
    row.score = row.score.or(person.score);
    let Some(name) = person.company.as_ref().filter(|_| row.company_id.is_none()) else {
        return Ok(());
    };
    let company = match contacts::company_by_name(tx, name).await? {
        Some(company) => company,
        None => {
            let made = contacts::insert_company(tx, name, cx.now_us).await?;
            deed.made(RowKey::number(Table::Company, made.id));
            made
        }
    };
    row.company_id = Some(company.id);
    Ok(())
}

/// The addresses that nobody has yet, behind those that the contact has.
async fn addresses(
    tx: &mut Tx,
    cx: &Cx,
    id: i64,
    person: &Incoming,
    deed: &mut Deed,
) -> Result<(), Failure> {
    let there = contacts::addresses(tx, id).await?;
    let (_, last) = contact_fields::positions(tx, id).await?;
    let mut position = match there.is_empty() {
        true => 0,
        false => last + 1,
    };
    let room = ADDRESSES_MAX.saturating_sub(there.len());
    for address in person.addresses.iter().take(room) {
        if contacts::by_address(tx, address).await?.is_some() {
            continue;
        }
        deed.touch(tx, RowKey::text(Table::ContactAddress, address))
            .await?;
        deed.touch(tx, RowKey::text(Table::Suggestion, address))
            .await?;
        contacts::add_address(tx, id, address, "import", cx.now_us).await?;
        contact_fields::place_address(tx, address, position).await?;
        refile::drop_suggestion(tx, address).await?;
        position += 1;
    }
    Ok(())
}

/// Tags and fields that the contact lacks.
async fn beside(
    tx: &mut Tx,
    id: i64,
    person: &Incoming,
    deed: &mut Deed,
    left_out: &mut Vec<String>,
) -> Result<(), Failure> {
    let mut tags = contact_fields::tags(tx, id).await?;
    for tag in &person.tags {
        if tags.contains(tag) {
            continue;
        }
        if tags.len() >= TAGS_MAX {
            left_out.push(format!("the tag {tag}: a contact has at most {TAGS_MAX}"));
            continue;
        }
        deed.touch(tx, RowKey::tag(id, tag)).await?;
        contact_fields::add_tag(tx, id, tag).await?;
        tags.push(tag.clone());
    }
    let mut fields = contact_fields::fields(tx, id).await?;
    for (name, value) in &person.fields {
        match fields.iter().find(|(there, _)| there == name) {
            Some((_, there)) if there == value => continue,
            Some((_, there)) => {
                left_out.push(format!("{name}: {value}, since it is {there} already"));
                continue;
            }
            None if fields.len() >= FIELDS_MAX => {
                left_out.push(format!("{name}: a contact has at most {FIELDS_MAX} fields"));
                continue;
            }
            None => {}
        }
        deed.touch(tx, RowKey::field(id, name)).await?;
        contact_fields::put_field(tx, id, name, value).await?;
        fields.push((name.clone(), value.clone()));
    }
    Ok(())
}
