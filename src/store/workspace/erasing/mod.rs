//! A person goes for good: everything that is about them alone is deleted, in everything else they are blacked out.
//!
//! All of it in the caller's transaction, but for what stands outside of this database and the space on the disk: that is said
//! in the receipt as pending, and done by `store::forgetting` after the commit.

mod journal;
mod letters;
mod raw;
mod receipts;
mod redact;
mod remove;

pub use journal::is_wiped;
pub use receipts::{ErasureRow, Pending, finish, insert, next_pending, recent};
pub use remove::members as forget_members;

use super::bulk::{fetch_in, padded};
use super::{contacts, members};
use crate::domain::Result;
use crate::domain::erasing::{Marks, Pattern};
use crate::on;
use crate::store::Tx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Names of one person that are looked for.
const NAMES_MAX: usize = 100;

/// Who is erased: a contact with those that became part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Its number, and those of contacts that were merged into it.
    pub contact_ids: Vec<i64>,
    /// The companies that they work for.
    pub company_ids: Vec<i64>,
    /// What they are known by.
    pub marks: Marks,
    /// Their chats: bot and chat.
    pub chats: Vec<(i64, i64)>,
    /// As which members they had one of the addresses, before they were taken out.
    pub former: Vec<i64>,
}

/// How much went, for the receipt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Addresses.
    pub addresses: u64,
    /// Mails and reports with this person alone.
    pub mails: u64,
    /// Notes, calls and meetings, and what was said in chats.
    pub notes: u64,
    /// Files of those.
    pub attachments: u64,
    /// Actions and reminders.
    pub actions: u64,
    /// Chats with a bot of the workspace.
    pub chats: u64,
    /// Payments.
    pub payments: u64,
    /// Interactions that others have too, in which the person is blacked out.
    pub shared: u64,
    /// Raw mails that were removed from what stays, since they hold an address of the person.
    pub raw_mails: u64,
    /// Letters and messages of ours that were wiped.
    pub letters: u64,
    /// Letters and messages of ours that waited and do not go.
    pub cancelled: u64,
    /// Entries of the journal that were wiped, and can be undone no more.
    pub changes: u64,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// How much went.
    pub counts: Counts,
    /// Interactions and contacts that stay without the person, or without their raw mail: `#i5`, `#c7`.
    pub changed: Vec<String>,
}

/// What is about the person.
#[derive(Debug, Default)]
struct Found {
    /// Interactions with this person alone.
    alone: Vec<i64>,
    /// Those that others have too.
    shared: Vec<i64>,
    /// Actions of theirs, or about what goes.
    actions: Vec<i64>,
}

impl Found {
    /// What goes, as refs are written.
    fn records(&self, person: &Person) -> Vec<String> {
        let contacts = person.contact_ids.iter().map(|id| format!("#c{id}"));
        let interactions = self.alone.iter().map(|id| format!("#i{id}"));
        let actions = self.actions.iter().map(|id| format!("#a{id}"));
        contacts.chain(interactions).chain(actions).collect()
    }
}

/// Runs a statement whose last condition is `in (…)` over many keys; gives how many rows it changed.
macro_rules! run_in {
    ($tx:expr, $sql:expr, $keys:expr) => {{
        let mut changed: u64 = 0;
        for chunk in padded($keys) {
            changed += on!(&mut *$tx, c => {
                let mut query = sqlx::QueryBuilder::new($sql);
                query.push(" in (");
                let mut list = query.separated(", ");
                for key in chunk {
                    list.push_bind(key);
                }
                query.push(")");
                query.build().execute(c).await.map(|done| done.rows_affected())
            })?;
        }
        changed
    }};
}
use run_in;

/// Who a contact is, with all that became part of it; `None` where there is no such contact.
pub async fn person(tx: &mut Tx, contact_id: i64) -> Result<Option<Person>> {
    let Some(contact) = contacts::itself(tx, contact_id).await? else {
        return Ok(None);
    };
    let first = contact.merged_into.unwrap_or(contact_id);
    let mut person = Person {
        contact_ids: vec![first],
        ..Person::default()
    };
    let merged: Vec<i64> = on!(&mut *tx, c => sqlx::query_scalar(
        "select id from contact where merged_into = $1 order by id limit 10000")
        .bind(first).fetch_all(c).await)?;
    person.contact_ids.extend(merged);
    let ids = person.contact_ids.clone();
    type Card = (Option<String>, Option<String>, Option<i64>);
    let cards: Vec<Card> = fetch_in!(
        tx,
        Card,
        "select name, capture, company_id from contact where id",
        &ids,
        "limit 10000"
    );
    let mut companies = BTreeSet::new();
    for (name, capture, company_id) in cards {
        person.marks.names.extend(name);
        person.marks.captures.extend(capture);
        companies.extend(company_id);
    }
    person.company_ids = companies.into_iter().collect();
    let addresses: Vec<(String,)> = fetch_in!(
        tx,
        (String,),
        "select address from contact_address where contact_id",
        &ids,
        "order by address limit 10000"
    );
    let former: Vec<(String,)> = fetch_in!(
        tx,
        (String,),
        "select local_part from contact_capture where contact_id",
        &ids,
        "limit 10000"
    );
    person.chats = fetch_in!(
        tx,
        (i64, i64),
        "select bot_id, chat_id from contact_chat where contact_id",
        &ids,
        "limit 10000"
    );
    person
        .marks
        .addresses
        .extend(addresses.into_iter().map(|a| a.0));
    person
        .marks
        .captures
        .extend(former.into_iter().map(|l| l.0));
    for address in &person.marks.addresses {
        for (id, name) in members::former(tx, address).await? {
            person.former.push(id);
            person
                .marks
                .names
                .extend(name.filter(|name| is_of_one(name)));
        }
    }
    person.marks.names.extend(written_names(tx, &person).await?);
    Ok(Some(person))
}

/// One word alone may be anybody's name.
fn is_of_one(name: &str) -> bool {
    name.split_whitespace().count() > 1
}

/// Names under which the person wrote from these addresses.
async fn written_names(tx: &mut Tx, person: &Person) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = fetch_in!(
        tx,
        (String,),
        "select distinct author_name from interaction where author_name is not null and author_address",
        &person.marks.addresses,
        "limit 1000"
    );
    let known = &person.marks.names;
    let names = rows.into_iter().map(|row| row.0);
    let names = names.filter(|name| is_of_one(name) && !known.contains(name));
    Ok(names.take(NAMES_MAX).collect())
}

/// Erases a person.
pub async fn erase(tx: &mut Tx, person: &Person) -> Result<Erased> {
    let own = Pattern::of(&person.marks.own())?;
    let all = Pattern::of(&person.marks.all())?;
    let found = Box::pin(find(tx, person)).await?;
    let mut counts = Counts {
        addresses: person.marks.addresses.len() as u64,
        chats: person.chats.len() as u64,
        shared: found.shared.len() as u64,
        actions: found.actions.len() as u64,
        ..Counts::default()
    };
    // While the rows still say what they are about. Each step is boxed: together they would be more than a stack holds.
    Box::pin(letters::wipe(tx, person, &found, &all, &mut counts)).await?;
    counts.changes = Box::pin(journal::wipe(tx, person, &found, &all)).await?;
    Box::pin(remove::alone(tx, &found, &mut counts)).await?;
    let raw = raw::remove(tx, &found.shared, &own, &all, &mut counts);
    let without_raw = Box::pin(raw).await?;
    let shared = redact::shared(tx, person, &found.shared, &all);
    let mut changed: BTreeSet<i64> = Box::pin(shared).await?;
    let everywhere = redact::everywhere(tx, &person.marks, &own);
    let others = Box::pin(everywhere).await?;
    changed.extend(others.interactions);
    changed.extend(without_raw);
    changed.extend(&found.shared);
    Box::pin(remove::contact(tx, person, &found, &mut counts)).await?;
    let mut refs = Vec::new();
    for id in changed {
        super::search::index_interaction(tx, id).await?;
        refs.push(format!("#i{id}"));
    }
    for id in others.contacts {
        super::search::index_contact(tx, id).await?;
        refs.push(format!("#c{id}"));
    }
    let own = found.records(person);
    refs.retain(|of| !own.contains(of));
    Ok(Erased {
        counts,
        changed: refs,
    })
}

/// What is about the person: shared is what another contact takes part in as more than a mere participant.
async fn find(tx: &mut Tx, person: &Person) -> Result<Found> {
    let mut about: BTreeSet<i64> = BTreeSet::new();
    let parts: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select interaction_id from interaction_contact where contact_id",
        &person.contact_ids,
        "limit 10000000"
    );
    about.extend(parts.iter().map(|p| p.0));
    let authored: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from interaction where author_contact_id",
        &person.contact_ids,
        "limit 10000000"
    );
    about.extend(authored.iter().map(|p| p.0));
    let written: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from interaction where author_address",
        &person.marks.addresses,
        "limit 10000000"
    );
    about.extend(written.iter().map(|p| p.0));
    let about: Vec<i64> = about.into_iter().collect();
    let with: Vec<(i64, i64)> = fetch_in!(
        tx,
        (i64, i64),
        "select interaction_id, contact_id from interaction_contact where role <> 'participant' and interaction_id",
        &about,
        "limit 10000000"
    );
    let of_others: BTreeSet<i64> = with
        .into_iter()
        .filter(|(_, contact)| !person.contact_ids.contains(contact))
        .map(|(interaction, _)| interaction)
        .collect();
    let (shared, alone): (Vec<i64>, Vec<i64>) =
        about.into_iter().partition(|id| of_others.contains(id));
    let mut actions: BTreeSet<i64> = BTreeSet::new();
    let own: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from action where contact_id",
        &person.contact_ids,
        "limit 10000000"
    );
    actions.extend(own.iter().map(|a| a.0));
    let about: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from action where contact_id is null and interaction_id",
        &alone,
        "limit 10000000"
    );
    actions.extend(about.iter().map(|a| a.0));
    Ok(Found {
        alone,
        shared,
        actions: actions.into_iter().collect(),
    })
}
