//! `erase`: a person goes for good. It cannot be undone.

use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Erased;
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::store::Tx;
use crate::store::workspace::erasing::{self, ErasureRow, Pending, Person};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::{members, next_number};
use serde_json::json;

const EXAMPLE: &str = "erase ada@acme.example";
/// What is said of whoever was a member, whether they have one or not: it is nobody else's to know.
const ACCOUNT: &str = "They were a member. An account with which they are in another workspace is their own, and stays.";

/// Erases the person that the target is. Of what only leads to somebody nothing is erased: whom it means must be said.
pub async fn erase(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let target = match target {
        Some(target @ (Ref::Contact(_) | Ref::Address { .. } | Ref::Name(_))) => target,
        _ => {
            return Err(
                Problem::new("say who is to be erased, by address, name or number")
                    .nearest(EXAMPLE)
                    .into(),
            );
        }
    };
    let row = resolve::contact_or_deleted(tx, target).await?;
    let person = erasing::person(tx, row.id).await?;
    let person = person.ok_or_else(|| Problem::new(format!("there is no contact {target}")))?;
    is_no_member(tx, &person).await?;
    let of = named(tx, &row).await?;
    let erased = erasing::erase(tx, &person).await?;
    // Payments are kept by no law here: there are no invoices.
    let mut holds: Vec<String> = Vec::new();
    if !person.former.is_empty() {
        holds.push(ACCOUNT.to_owned());
    }
    let receipt = ErasureRow {
        at: cx.now_us,
        member_id: Some(cx.actor.member_id),
        contact_id: row.id,
        address_hashes: "[]".to_owned(),
        counts: json!(erased.counts).to_string(),
        holds: json!(holds).to_string(),
        ..ErasureRow::default()
    };
    let addresses = person.marks.addresses.clone();
    let receipt = erasing::insert(tx, &receipt, &Pending::of(person)).await?;
    write_down(tx, cx, row.id, &erased).await?;
    Ok(Outcome::Erased(Box::new(Erased {
        of,
        addresses,
        counts: erased.counts,
        holds,
        backups: cx.backups.hold(cx.now_us, &cx.zone),
        receipt,
    })))
}

/// The texts of a workspace name its members everywhere.
async fn is_no_member(tx: &mut Tx, person: &Person) -> Result<(), Failure> {
    for address in &person.marks.addresses {
        if members::by_address(tx, address).await?.is_some() {
            let problem =
                format!("{address} is the address of a member; take it off the contact first");
            return Err(Problem::new(problem)
                .nearest(format!("clear email: {address}"))
                .into());
        }
    }
    Ok(())
}

/// That it was done, by whom and when: at the contact's number, and at each interaction and contact that stays without the
/// person.
async fn write_down(
    tx: &mut Tx,
    cx: &Cx,
    contact_id: i64,
    erased: &erasing::Erased,
) -> Result<(), Failure> {
    let mut subjects = vec![(format!("#c{contact_id}"), json!(erased.counts))];
    let changed = erased.changed.iter();
    subjects.extend(changed.map(|of| (of.clone(), json!({ "person": "erased" }))));
    let mut rows = Vec::with_capacity(subjects.len());
    for (subject, after) in subjects {
        rows.push(JournalRow {
            id: next_number(tx, "journal").await?,
            at: cx.now_us,
            member_id: Some(cx.actor.member_id),
            door: cx.door.word().to_owned(),
            proof: cx.proof.word().to_owned(),
            verb: "erase".to_owned(),
            subject,
            before: json!({}).to_string(),
            after: after.to_string(),
            batch: cx.batch,
            line: i64::from(cx.line),
            ..JournalRow::default()
        });
    }
    journal::insert_many(tx, &rows).await?;
    Ok(())
}
