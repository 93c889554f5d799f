//! What a ref means in this workspace: a number, an address, or a name that only one contact has.

use super::command::Ref;
use super::context::Cx;
use super::problem::{Candidate, Failure, Problem};
use crate::domain::{fold, name};
use crate::store::Tx;
use crate::store::workspace::actions;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::interactions::InteractionRow;
use crate::store::workspace::listing::{self, ContactLine};
use crate::store::workspace::members::{self, MemberRow};
use crate::store::workspace::search::{self, Kind, Query, Scope};
use crate::store::workspace::timeline;

/// How many contacts that hold the words of a name are compared.
const COMPARED_MAX: i64 = 200;
/// How many candidates an error shows.
const SHOWN_MAX: usize = 6;
/// How many of them can be chosen.
const CHOICES_MAX: usize = 40;

/// What a ref leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A contact.
    Contact(Box<ContactRow>),
    /// An interaction.
    Interaction(Box<InteractionRow>),
}

/// How well a name fits a contact; the first that anybody has counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    WholeName,
    FirstName,
    InName,
    Company,
    Mailbox,
}

/// The contact or interaction that a ref means.
pub async fn record(tx: &mut Tx, of: &Ref) -> Result<Record, Failure> {
    match of {
        Ref::Interaction(id) => Ok(Record::Interaction(Box::new(interaction(tx, *id).await?))),
        _ => Ok(Record::Contact(Box::new(contact(tx, of).await?))),
    }
}

/// The interaction with a number.
pub async fn interaction(tx: &mut Tx, id: i64) -> Result<InteractionRow, Failure> {
    let row = timeline::interaction(tx, id).await?;
    Ok(row.ok_or_else(|| Problem::new(format!("there is no #i{id}")))?)
}

/// The contact that a ref means; of an interaction the one that it is filed with, of an action the one that it is for. One
/// that was merged leads to the one that it is part of; one that was deleted is refused.
pub async fn contact(tx: &mut Tx, of: &Ref) -> Result<ContactRow, Failure> {
    let found = contact_or_deleted(tx, of).await?;
    match found.deleted_at {
        None => Ok(found),
        Some(_) => Err(is_deleted(&found).into()),
    }
}

/// The same where what was deleted is asked for too.
pub async fn contact_or_deleted(tx: &mut Tx, of: &Ref) -> Result<ContactRow, Failure> {
    let id = match of {
        Ref::Contact(id) => *id,
        Ref::Address { address, .. } => {
            let found = contacts::by_address(tx, address).await?;
            return Ok(found.ok_or_else(|| nobody_has(address))?);
        }
        Ref::Name(name) => named(tx, name).await?,
        Ref::Interaction(id) => only_contact_of(tx, *id).await?,
        Ref::Action(id) => contact_of_action(tx, *id).await?,
        Ref::Deal(_) | Ref::Journal(_) => {
            return Err(
                Problem::new(format!("{of} is no contact; #c12 is one, #i9 is a mail")).into(),
            );
        }
    };
    let found = contacts::by_id(tx, id).await?;
    Ok(found.ok_or_else(|| {
        Problem::new(format!("there is no contact {of}")).nearest("list contacts")
    })?)
}

/// The contact that was deleted and is to come back: names mean those alone who are deleted.
pub async fn deleted_contact(tx: &mut Tx, of: &Ref) -> Result<ContactRow, Failure> {
    let Ref::Name(name) = of else {
        return contact_or_deleted(tx, of).await;
    };
    let found = contacts::deleted_by_name(tx, &name::key(name)).await?;
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(
            Problem::new(format!("nobody who is called \"{name}\" is deleted"))
                .nearest("list deleted")
                .into(),
        ),
        several => {
            let shown: Vec<String> = several.iter().map(bare).collect();
            let problem = format!("@{name} is {} people: {}", several.len(), shown.join(", "));
            Err(Problem::new(problem).into())
        }
    }
}

/// The member that a ref means: by address, by a name that only one has, `me`.
pub async fn member(tx: &mut Tx, cx: &Cx, of: &Ref) -> Result<MemberRow, Failure> {
    let all = members::all(tx).await?;
    let wanted = match of {
        Ref::Address { address, .. } => address.clone(),
        Ref::Name(name) => name::key(name),
        _ => {
            let problem = format!("{of} is no member; name one by the address or the name");
            return Err(Problem::new(problem)
                .nearest(format!("assign: {}", cx.actor.email))
                .into());
        }
    };
    let own = ["me", "myself"].contains(&wanted.as_str());
    let by_address = members::by_address(tx, &wanted).await?;
    let fits = |member: &&MemberRow| match (own, &by_address) {
        (true, _) => member.id == cx.actor.member_id,
        (_, Some(found)) => member.id == found.id,
        _ => is_called(member, &wanted),
    };
    let found: Vec<&MemberRow> = all.iter().filter(fits).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let some: Vec<&str> = all
                .iter()
                .take(SHOWN_MAX)
                .map(|m| m.email.as_str())
                .collect();
            let problem = format!(
                "{of} is no member of this workspace; there is {}",
                some.join(", ")
            );
            Err(Problem::new(problem).into())
        }
        several => {
            let shown: Vec<&str> = several
                .iter()
                .take(SHOWN_MAX)
                .map(|m| m.email.as_str())
                .collect();
            let problem = format!("{of} is {} members: {}", several.len(), shown.join(", "));
            Err(Problem::new(problem).into())
        }
    }
}

/// Whether a member has this address, mailbox, name or first name.
fn is_called(member: &MemberRow, wanted: &str) -> bool {
    let name = member.name.as_deref().map(name::key).unwrap_or_default();
    let mailbox = member.email.split('@').next().unwrap_or_default();
    member.email == wanted
        || mailbox == wanted
        || name == wanted
        || name
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.starts_with(' '))
}

fn is_deleted(contact: &ContactRow) -> Problem {
    Problem::new(format!("{} is deleted", bare(contact)))
        .nearest(format!("restore #c{}", contact.id))
}

/// `#c12 Ada Byron`.
fn bare(contact: &ContactRow) -> String {
    match &contact.name {
        Some(name) => format!("#c{} {name}", contact.id),
        None => format!("#c{}", contact.id),
    }
}

fn nobody_has(address: &str) -> Problem {
    Problem::new(format!("nobody here has the address {address}"))
        .nearest(format!("find {address}"))
}

/// An interaction has no contact yet.
pub fn filed_with_nobody(interaction_id: i64) -> Problem {
    Problem::new(format!("#i{interaction_id} is filed with nobody yet"))
        .nearest(format!("file #i{interaction_id}: name@company.example"))
}

/// The contact that an action is for, else that of the interaction that it is about.
async fn contact_of_action(tx: &mut Tx, action_id: i64) -> Result<i64, Failure> {
    let row = actions::by_id(tx, action_id).await?;
    let row = row.ok_or_else(|| Problem::new(format!("there is no #a{action_id}")))?;
    match (row.contact_id, row.interaction_id) {
        (Some(id), _) => Ok(id),
        (None, Some(id)) => only_contact_of(tx, id).await,
        (None, None) => Err(Problem::new(format!("#a{action_id} is for nobody")).into()),
    }
}

async fn only_contact_of(tx: &mut Tx, interaction_id: i64) -> Result<i64, Failure> {
    interaction(tx, interaction_id).await?;
    let with = listing::filed_with(tx, &[interaction_id]).await?;
    match with.as_slice() {
        [(_, id, _)] => Ok(*id),
        [] => Err(filed_with_nobody(interaction_id).into()),
        several => {
            let all: Vec<String> = several
                .iter()
                .map(|(_, id, name)| format!("#c{id} {name}"))
                .collect();
            Err(Problem::new(format!(
                "#i{interaction_id} is filed with {}: {}",
                several.len(),
                all.join(", ")
            ))
            .into())
        }
    }
}

/// The contact whose name begins with these words; `None` where nobody's does. Weaker fits do not count: the words were not
/// surely written as a name.
pub async fn called(tx: &mut Tx, name: &str) -> Result<Option<Ref>, Failure> {
    let fits = fits(tx, name).await?;
    let Some(best) = fits.iter().map(|(fit, _)| *fit).min() else {
        return Ok(None);
    };
    match best {
        Fit::WholeName | Fit::FirstName => Ok(Some(Ref::Contact(only(name, best, fits)?))),
        Fit::InName | Fit::Company | Fit::Mailbox => Ok(None),
    }
}

/// The one contact that a name means.
async fn named(tx: &mut Tx, name: &str) -> Result<i64, Failure> {
    let fits = fits(tx, name).await?;
    match fits.iter().map(|(fit, _)| *fit).min() {
        Some(best) => Ok(only(name, best, fits)?),
        None => Err(nobody_called(tx, name).await?.into()),
    }
}

/// The contacts that a name may mean.
async fn fits(tx: &mut Tx, name: &str) -> Result<Vec<(Fit, ContactLine)>, Failure> {
    let wanted = fold::key(name);
    let query = Query::whole_words(name);
    let holding = search::ids(tx, Scope::Only(Kind::Contact), &query, COMPARED_MAX, 0).await?;
    let ids: Vec<i64> = holding.into_iter().map(|(_, id)| id).collect();
    let lines = listing::contact_lines(tx, &ids).await?;
    let fits = lines.into_iter();
    let fits = fits.filter_map(|line| Some((fit(&wanted, &line)?, line)));
    Ok(fits.collect())
}

/// The one contact whom a name fits best.
fn only(name: &str, best: Fit, fits: Vec<(Fit, ContactLine)>) -> Result<i64, Problem> {
    let mut candidates: Vec<&ContactLine> = fits
        .iter()
        .filter(|(fit, _)| *fit == best)
        .map(|(_, line)| line)
        .collect();
    candidates.sort_by_key(|line| line.id);
    match candidates.as_slice() {
        [only] => Ok(only.id),
        several => Err(ambiguous(name, best, several)),
    }
}

fn fit(wanted: &str, line: &ContactLine) -> Option<Fit> {
    let name = fold::key(line.name.as_deref().unwrap_or_default());
    if name == wanted && wanted.contains(' ') {
        return Some(Fit::WholeName);
    }
    if begins(&name, wanted) {
        return Some(Fit::FirstName);
    }
    if format!(" {name} ").contains(&format!(" {wanted} ")) {
        return Some(Fit::InName);
    }
    if begins(
        &fold::key(line.company.as_deref().unwrap_or_default()),
        wanted,
    ) {
        return Some(Fit::Company);
    }
    let mailbox = line
        .address
        .as_deref()
        .and_then(|a| a.split('@').next())
        .map(fold::key);
    (mailbox.as_deref() == Some(wanted)).then_some(Fit::Mailbox)
}

/// Whether a name begins with these whole words; scripts without spaces have no words to be whole.
fn begins(name: &str, wanted: &str) -> bool {
    let Some(rest) = name.strip_prefix(wanted) else {
        return false;
    };
    rest.is_empty() || rest.starts_with(' ') || rest.starts_with(fold::is_unspaced)
}

/// `@ada is 2 people: #c12 Ada Byron (Acme), #c77 Ada Ray (Foo)`.
fn ambiguous(name: &str, fit: Fit, candidates: &[&ContactLine]) -> Problem {
    let shown: Vec<String> = candidates
        .iter()
        .take(SHOWN_MAX)
        .map(|line| shown(line))
        .collect();
    let more = match candidates.len().saturating_sub(SHOWN_MAX) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let verb = match fit {
        Fit::Company => "has",
        _ => "is",
    };
    let mut problem = Problem::new(format!(
        "@{name} {verb} {} people: {}{more}",
        candidates.len(),
        shown.join(", ")
    ));
    let candidate = |line: &&ContactLine| Candidate {
        written: name.to_owned(),
        record: Ref::Contact(line.id),
        shown: named_shown(line),
    };
    problem.candidates = candidates.iter().take(CHOICES_MAX).map(candidate).collect();
    problem
}

async fn nobody_called(tx: &mut Tx, name: &str) -> Result<Problem, Failure> {
    let problem = Problem::new(format!("nobody here is called \"{name}\""));
    if let Some(deleted) = contacts::deleted_by_name(tx, &name::key(name))
        .await?
        .first()
    {
        let message = format!("{}; {} is deleted", problem.message, bare(deleted));
        return Ok(Problem::new(message).nearest(format!("restore #c{}", deleted.id)));
    }
    let near = search::ids(tx, Scope::Only(Kind::Contact), &Query::read(name), 3, 0).await?;
    let ids: Vec<i64> = near.into_iter().map(|(_, id)| id).collect();
    let near: Vec<String> = listing::contact_lines(tx, &ids)
        .await?
        .iter()
        .map(shown)
        .collect();
    if near.is_empty() {
        return Ok(problem);
    }
    Ok(Problem::new(format!(
        "{}; there is {}",
        problem.message,
        near.join(", ")
    )))
}

/// `#c12 Ada Byron (Acme)`.
pub fn shown(line: &ContactLine) -> String {
    format!("#c{} {}", line.id, named_shown(line))
}

/// `Ada Byron (Acme)`.
fn named_shown(line: &ContactLine) -> String {
    let name = line
        .name
        .as_deref()
        .or(line.address.as_deref())
        .unwrap_or("without a name");
    match &line.company {
        Some(company) => format!("{name} ({company})"),
        None => name.to_owned(),
    }
}
