//! `set`, `clear` and `company`.

use super::{Change, contact, email};
use crate::commands::command::{Field, Ref};
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::problem::{Failure, Problem};
use crate::domain::people::field::{self, Fault, LINE_CHARS_MAX, Order, VALUE_CHARS_MAX};
use crate::store::Tx;
use crate::store::workspace::contact_fields;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};

/// The most further fields of a contact.
pub(super) const FIELDS_MAX: usize = 100;

/// Where a field is kept.
enum Slot {
    Name,
    Email,
    Phone,
    Company,
    Title,
    Status,
    Score,
    Keep,
    /// In a row of its own, under this name.
    Further(String),
}

/// Sets a field.
pub async fn set(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    of: &Field,
    value: &str,
) -> Result<Outcome, Failure> {
    let slot = slot(of)?;
    let row = contact(tx, cx, target, "phone @ada: +49 30 1234").await?;
    let line = |what: &str| field::line(what, value, LINE_CHARS_MAX).map_err(said);
    match slot {
        Slot::Email => email::set(tx, cx, row, value).await,
        Slot::Name => {
            let after = Some(line("a name")?);
            own(tx, cx, row, "name", after, |row| &mut row.name).await
        }
        Slot::Phone => {
            let after = Some(field::phone(value).map_err(said)?);
            own(tx, cx, row, "phone", after, |row| &mut row.phone).await
        }
        Slot::Title => {
            let after = Some(line("a title")?);
            own(tx, cx, row, "title", after, |row| &mut row.title).await
        }
        Slot::Company => company(tx, cx, row, Some(line("a company")?)).await,
        Slot::Status => super::standing::set_status(tx, cx, row, Some(value)).await,
        Slot::Score => {
            let no_score = || Problem::new("a score is a whole number").nearest("score: 50");
            let score = value.trim().parse().map_err(|_| no_score())?;
            super::standing::set_score(tx, cx, row, Some(score)).await
        }
        Slot::Keep => {
            let problem = Problem::new("an interval is said by itself");
            Err(problem.nearest("keep in touch: 30 days").into())
        }
        Slot::Further(name) => {
            let value = checked(cx, &name, value).map_err(said)?;
            further(tx, cx, row, name, Some(value)).await
        }
    }
}

/// Empties a field; of several addresses the one that is named.
pub async fn clear(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    of: &Field,
    value: Option<&str>,
) -> Result<Outcome, Failure> {
    let slot = slot(of)?;
    let row = contact(tx, cx, target, "clear @ada phone").await?;
    match slot {
        Slot::Email => email::clear(tx, cx, row, value).await,
        Slot::Name => {
            if contacts::addresses(tx, row.id).await?.is_empty() {
                let problem = format!("the name is all that is known of #c{}", row.id);
                return Err(Problem::new(problem)
                    .nearest(format!("delete #c{}", row.id))
                    .into());
            }
            own(tx, cx, row, "name", None, |row| &mut row.name).await
        }
        Slot::Phone => own(tx, cx, row, "phone", None, |row| &mut row.phone).await,
        Slot::Title => own(tx, cx, row, "title", None, |row| &mut row.title).await,
        Slot::Company => company(tx, cx, row, None).await,
        Slot::Status => super::standing::set_status(tx, cx, row, None).await,
        Slot::Score => super::standing::set_score(tx, cx, row, None).await,
        Slot::Keep => super::standing::set_keep(tx, cx, row, None).await,
        Slot::Further(name) => further(tx, cx, row, name, None).await,
    }
}

/// A sentence about a value, as the problem of the line.
pub(super) fn said(fault: Fault) -> Problem {
    Problem::new(fault)
}

/// Where a field is kept; a name that members gave may mean one that is there.
fn slot(of: &Field) -> Result<Slot, Problem> {
    Ok(match of {
        Field::Name => Slot::Name,
        Field::Email => Slot::Email,
        Field::Phone => Slot::Phone,
        Field::Company => Slot::Company,
        Field::Title => Slot::Title,
        Field::Address => Slot::Further("address".to_owned()),
        Field::Birthday => Slot::Further("birthday".to_owned()),
        Field::Site => Slot::Further("site".to_owned()),
        Field::Custom(name) => {
            let name = field::word("the name of a field", name).map_err(said)?;
            match name.as_str() {
                "name" => Slot::Name,
                "email" | "e-mail" | "mail" => Slot::Email,
                "phone" | "tel" | "telephone" => Slot::Phone,
                "company" => Slot::Company,
                "title" => Slot::Title,
                "status" => Slot::Status,
                "score" => Slot::Score,
                "keep in touch" => Slot::Keep,
                "website" | "web site" => Slot::Further("site".to_owned()),
                "tag" | "tags" => {
                    let problem = "tags are no field; tag adds one, and untag takes one off";
                    return Err(Problem::new(problem).nearest("tag: vip"));
                }
                _ => Slot::Further(name),
            }
        }
    })
}

/// The value of a further field in the form in which it is kept.
pub(super) fn checked(cx: &Cx, name: &str, value: &str) -> Result<String, Fault> {
    match name {
        "birthday" => {
            let order = match cx.settings.date_order.as_deref() {
                Some("dmy") => Order::DayFirst,
                Some("mdy") => Order::MonthFirst,
                _ => Order::Unknown,
            };
            let today = cx.reference().to_zoned(cx.zone.clone()).date();
            field::birthday(value, order, today)
        }
        "site" => field::site(value),
        "address" => field::lines("an address", value, VALUE_CHARS_MAX),
        name => field::lines(name, value, VALUE_CHARS_MAX),
    }
}

/// A column of the contact's own row.
async fn own(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    what: &str,
    after: Option<String>,
    column: impl Fn(&mut ContactRow) -> &mut Option<String>,
) -> Result<Outcome, Failure> {
    let before = std::mem::replace(column(&mut row), after.clone());
    let change = Change {
        verb: verb(&after),
        what,
        before,
        after,
    };
    let deed = change.begin();
    change.write(tx, cx, deed, &row).await
}

/// A field in a row of its own.
async fn further(
    tx: &mut Tx,
    cx: &Cx,
    row: ContactRow,
    name: String,
    after: Option<String>,
) -> Result<Outcome, Failure> {
    let before = contact_fields::field(tx, row.id, &name).await?;
    let mut deed = Deed::new(verb(&after));
    deed.touch(tx, RowKey::field(row.id, &name)).await?;
    match (&before, &after) {
        (None, Some(value)) => {
            if contact_fields::fields(tx, row.id).await?.len() >= FIELDS_MAX {
                let problem = format!("#c{} has {FIELDS_MAX} fields; clear one first", row.id);
                return Err(Problem::new(problem).into());
            }
            contact_fields::put_field(tx, row.id, &name, value).await?;
        }
        (Some(_), Some(value)) => contact_fields::put_field(tx, row.id, &name, value).await?,
        (Some(_), None) => contact_fields::drop_field(tx, row.id, &name).await?,
        (None, None) => {}
    }
    let of = named(tx, &row).await?;
    let change = Change {
        verb: verb(&after),
        what: &name,
        before,
        after,
    };
    change.tell(tx, cx, deed, &row, of).await
}

/// The company by its name, made where nobody has it yet.
async fn company(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    after: Option<String>,
) -> Result<Outcome, Failure> {
    let before = match row.company_id {
        Some(id) => contacts::company(tx, id).await?.map(|company| company.name),
        None => None,
    };
    let mut deed = Deed::new("company");
    let company = match &after {
        Some(name) => Some(match contacts::company_by_name(tx, name).await? {
            Some(company) => company,
            None => {
                let made = contacts::insert_company(tx, name, cx.now_us).await?;
                deed.made(RowKey::number(Table::Company, made.id));
                made
            }
        }),
        None => None,
    };
    let after_id = company.as_ref().map(|company| company.id);
    let is_same = row.company_id == after_id;
    row.company_id = after_id;
    let after = company.map(|company| company.name);
    let change = Change {
        verb: "company",
        what: "company",
        // Two companies may be called the same.
        before: before.filter(|before| is_same || Some(before) != after.as_ref()),
        after,
    };
    change.write(tx, cx, deed, &row).await
}

fn verb(after: &Option<String>) -> &'static str {
    match after {
        Some(_) => "set",
        None => "clear",
    }
}
