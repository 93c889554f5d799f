//! The addresses of a contact: `set email`, `clear email`.

use super::Change;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::parse;
use crate::commands::problem::{Failure, Problem};
use crate::domain::address;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{contact_fields, members, refile, rules};

/// The most addresses of a contact.
pub(super) const ADDRESSES_MAX: usize = 100;

/// Gives a contact an address, or makes one that it has the one to write to.
pub(super) async fn set(
    tx: &mut Tx,
    cx: &Cx,
    row: ContactRow,
    value: &str,
) -> Result<Outcome, Failure> {
    let address = read(value)?;
    may_be_a_contact_s(tx, cx, &address).await?;
    let owner = contacts::by_address(tx, &address).await?;
    if let Some(owner) = owner.as_ref().filter(|owner| owner.id != row.id) {
        return Err(belongs(tx, &address, owner, &row).await?.into());
    }
    let there = contacts::addresses(tx, row.id).await?;
    if owner.is_none() && there.len() >= ADDRESSES_MAX {
        let problem = format!(
            "#c{} has {ADDRESSES_MAX} addresses; clear one first",
            row.id
        );
        return Err(Problem::new(problem).into());
    }
    let before = there.first().cloned();
    let of = named(tx, &row).await?;
    let mut deed = Deed::new("set");
    let mut remarks = Vec::new();
    if before.as_deref() != Some(&address) {
        deed.touch(tx, RowKey::text(Table::ContactAddress, &address))
            .await?;
        let (first, _) = contact_fields::positions(tx, row.id).await?;
        contacts::add_address(tx, row.id, &address, "command", cx.now_us).await?;
        if before.is_some() {
            contact_fields::place_address(tx, &address, first - 1).await?;
        }
        remarks.extend(unlearn(tx, cx, &mut deed, &row, &address).await?);
    }
    if let Some(old) = before.as_ref().filter(|old| **old != address) {
        remarks.push(format!(
            "{old} stays beside it; clear #c{} email: {old} takes it off.",
            row.id
        ));
    }
    told(tx, cx, deed, &row, of, (before, Some(address)), remarks).await
}

/// Takes an address off a contact: the one that is named, never whichever it is.
pub(super) async fn clear(
    tx: &mut Tx,
    cx: &Cx,
    row: ContactRow,
    value: Option<&str>,
) -> Result<Outcome, Failure> {
    let there = contacts::addresses(tx, row.id).await?;
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
        let problem = match there.as_slice() {
            [] => Problem::new(format!("#c{} has no address", row.id)),
            [first, ..] => Problem::new(format!("which address? There is {}", there.join(", ")))
                .nearest(format!("clear #c{} email: {first}", row.id)),
        };
        return Err(problem.into());
    };
    let address = read(value)?;
    let of = named(tx, &row).await?;
    if !there.contains(&address) {
        let problem = format!("#c{} {} has no address {address}", of.id, of.name);
        return Err(Problem::new(problem).into());
    }
    if there.len() == 1 && row.name.is_none() {
        let problem = format!("the address is all that is known of #c{}", row.id);
        return Err(Problem::new(problem)
            .nearest(format!("delete #c{}", row.id))
            .into());
    }
    let mut deed = Deed::new("clear");
    deed.touch(tx, RowKey::text(Table::ContactAddress, &address))
        .await?;
    contact_fields::drop_address(tx, &address).await?;
    let mut remarks = Vec::new();
    let rest = contacts::addresses(tx, row.id).await?;
    if let Some(first) = rest.first() {
        remarks.push(format!("{first} is the one to write to."));
    }
    told(tx, cx, deed, &row, of, (Some(address), None), remarks).await
}

async fn told(
    tx: &mut Tx,
    cx: &Cx,
    deed: Deed,
    row: &ContactRow,
    of: crate::commands::outcome::Named,
    (before, after): (Option<String>, Option<String>),
    remarks: Vec<String>,
) -> Result<Outcome, Failure> {
    let change = Change {
        verb: "set",
        what: "email",
        before,
        after,
    };
    let mut outcome = change.tell(tx, cx, deed, row, of).await?;
    if let Outcome::Changed(changed) = &mut outcome {
        changed.remarks = remarks;
    }
    Ok(outcome)
}

/// The address as it compares.
pub(super) fn read(value: &str) -> Result<String, Problem> {
    let right = parse::mail_address(value.trim()).filter(|address| {
        let domain = address::split(address).map(|(_, domain)| domain);
        domain.is_some_and(|domain| domain.contains('.'))
    });
    right.ok_or_else(|| {
        let shown: String = value.trim().chars().take(60).collect();
        Problem::new(format!("\"{shown}\" is no mail address"))
            .nearest("set email: ada@acme.example")
    })
}

/// Our own addresses and members' are no contact's.
pub(super) async fn may_be_a_contact_s(tx: &mut Tx, cx: &Cx, address: &str) -> Result<(), Failure> {
    let domain = address::split(address).map(|(_, domain)| domain);
    if domain.is_some_and(|domain| domain.eq_ignore_ascii_case(&cx.mail_domain)) {
        let problem = format!("{address} is an address of ours, and no contact's");
        return Err(Problem::new(problem).into());
    }
    if members::by_address(tx, address).await?.is_some() {
        let problem = format!("{address} is a member of this workspace, not a contact");
        return Err(Problem::new(problem).into());
    }
    Ok(())
}

/// Another contact has the address: maybe they are one.
async fn belongs(
    tx: &mut Tx,
    address: &str,
    owner: &ContactRow,
    row: &ContactRow,
) -> Result<Problem, Failure> {
    let who = named(tx, owner).await?;
    if owner.deleted_at.is_some() {
        let problem = format!(
            "{address} belongs to #c{} {}, who is deleted",
            who.id, who.name
        );
        return Ok(Problem::new(problem).nearest(format!("restore #c{}", who.id)));
    }
    let problem = format!(
        "{address} belongs to #c{} {}; where both are one person, merge them",
        who.id, who.name
    );
    Ok(Problem::new(problem).nearest(format!("merge #c{}: #c{}", row.id, who.id)))
}

/// Mail of the address went elsewhere, as was taught before: now it is this contact's own.
async fn unlearn(
    tx: &mut Tx,
    cx: &Cx,
    deed: &mut Deed,
    row: &ContactRow,
    address: &str,
) -> Result<Option<String>, Failure> {
    deed.touch(tx, RowKey::text(Table::Suggestion, address))
        .await?;
    refile::drop_suggestion(tx, address).await?;
    let Some(other) = refile::rule_of(tx, address)
        .await?
        .filter(|id| *id != row.id)
    else {
        return Ok(None);
    };
    deed.touch(tx, RowKey::text(Table::FilingRule, address))
        .await?;
    let interaction_id = rules::learned_from(tx, address).await?.unwrap_or_default();
    rules::learn(
        tx,
        address,
        row.id,
        interaction_id,
        cx.actor.member_id,
        cx.now_us,
    )
    .await?;
    Ok(Some(format!(
        "Mail of {address} was filed with #c{other} till now; from now on it comes here."
    )))
}
