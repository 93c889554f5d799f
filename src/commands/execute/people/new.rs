//! `new`.

use super::email::may_be_a_contact_s;
use super::fields::said;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::{contact as contacts_made, named};
use crate::commands::outcome::people::{Made, Newness};
use crate::commands::outcome::{Named, Outcome};
use crate::commands::problem::{Failure, Problem};
use crate::domain::people::field::{self, LINE_CHARS_MAX};
use crate::domain::{name as names, people};
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::{address_book, listing};

/// How many others of the same name are told.
const NAMESAKES_MAX: usize = 5;

const EXAMPLE: &str = "new: Ada Byron <ada@acme.example>";

/// Makes a contact, where it is not there.
pub async fn new(tx: &mut Tx, cx: &Cx, who: &Ref) -> Result<Outcome, Failure> {
    match who {
        Ref::Address { name, address } => with_address(tx, cx, name.as_deref(), address).await,
        Ref::Name(name) => with_name(tx, cx, name).await,
        other => {
            let problem = format!("{other} is no name and no address");
            Err(Problem::new(problem).nearest(EXAMPLE).into())
        }
    }
}

async fn with_address(
    tx: &mut Tx,
    cx: &Cx,
    name: Option<&str>,
    address: &str,
) -> Result<Outcome, Failure> {
    may_be_a_contact_s(tx, cx, address).await?;
    let name = match name {
        Some(name) => Some(field::line("a name", name, LINE_CHARS_MAX).map_err(said)?),
        None => None,
    };
    if let Some(there) = contacts::by_address(tx, address).await? {
        let who = named(tx, &there).await?;
        if there.deleted_at.is_some() {
            let problem = format!(
                "{address} belongs to #c{} {}, who is deleted",
                who.id, who.name
            );
            return Err(Problem::new(problem)
                .nearest(format!("restore #c{}", who.id))
                .into());
        }
        return told(tx, cx, there, Some(address), Newness::Known).await;
    }
    if name.is_none() && people::is_role(address) {
        let problem = format!("{address} is nobody's own address; give it a name");
        return Err(Problem::new(problem)
            .nearest(format!("new: Name <{address}>"))
            .into());
    }
    let made = contacts_made::make(tx, cx, address, name.as_deref()).await?;
    told(tx, cx, made, Some(address), Newness::New).await
}

async fn with_name(tx: &mut Tx, cx: &Cx, name: &str) -> Result<Outcome, Failure> {
    let name = field::line("a name", name, LINE_CHARS_MAX).map_err(said)?;
    if !name.chars().any(char::is_alphabetic) {
        return Err(Problem::new(format!("\"{name}\" is no name"))
            .nearest(EXAMPLE)
            .into());
    }
    // Without an address nothing tells two of one name apart.
    if let Some(first) = namesakes(tx, &name, 0).await?.first()
        && let Some(there) = contacts::by_id(tx, first.id).await?
    {
        return told(tx, cx, there, None, Newness::Known).await;
    }
    let made = contacts_made::make_named(tx, cx, &name).await?;
    told(tx, cx, made, None, Newness::New).await
}

async fn told(
    tx: &mut Tx,
    cx: &Cx,
    contact: ContactRow,
    address: Option<&str>,
    newness: Newness,
) -> Result<Outcome, Failure> {
    let company = match contact.company_id {
        Some(id) => contacts::company(tx, id).await?.map(|company| company.name),
        None => None,
    };
    let namesakes = match &contact.name {
        Some(name) => namesakes(tx, name, contact.id).await?,
        None => Vec::new(),
    };
    let capture = contact.capture.as_ref();
    Ok(Outcome::Made(Made {
        of: named(tx, &contact).await?,
        address: address.map(str::to_owned),
        capture: capture.map(|local_part| format!("{local_part}@{}", cx.mail_domain)),
        company,
        newness,
        namesakes,
    }))
}

/// Others of the same name, the oldest first.
async fn namesakes(tx: &mut Tx, name: &str, but: i64) -> Result<Vec<Named>, Failure> {
    let found = address_book::by_names(tx, &[names::key(name)]).await?;
    let mut ids: Vec<i64> = found
        .into_iter()
        .map(|c| c.id)
        .filter(|id| *id != but)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(NAMESAKES_MAX);
    let lines = listing::contact_lines(tx, &ids).await?;
    Ok(lines
        .into_iter()
        .map(|line| Named {
            id: line.id,
            name: line.name.unwrap_or_default(),
        })
        .collect())
}
