//! `merge`: two contacts are one. What belongs to the other goes over; its number and its addresses lead on.

use super::contact;
use super::email::ADDRESSES_MAX;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::{action, named};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Merged;
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::action::State;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{Columns, RowKey, Table};
use crate::store::workspace::merging::{self, PartRow};
use crate::store::workspace::{actions, contact_chats, contact_fields, members, payments};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most mails, notes and meetings that go over at once: the journal keeps each, so that it can be taken back.
const PARTS_MAX: i64 = 20_000;
/// The most actions, the most rules of filing, that go over at once.
const ROWS_MAX: i64 = 5_000;

/// Makes another contact part of the target.
pub async fn merge(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    other: &Ref,
) -> Result<Outcome, Failure> {
    let into = contact(tx, cx, target, "merge #c12: #c41").await?;
    let going = resolve::contact(tx, other).await?;
    let mut merged = Merged {
        into: named(tx, &into).await?,
        other: named(tx, &going).await?,
        already: false,
        interactions: 0,
        addresses: Vec::new(),
        tags: Vec::new(),
        actions: 0,
        taken: Vec::new(),
        given_up: Vec::new(),
    };
    if into.id == going.id {
        merged.other.id = part_of(tx, target, other, into.id).await?;
        merged.already = true;
        return Ok(Outcome::Merged(Box::new(merged)));
    }
    let mut deed = Deed::new("merge");
    deed.touch(tx, RowKey::number(Table::Contact, into.id))
        .await?;
    deed.touch(tx, RowKey::number(Table::Contact, going.id))
        .await?;
    merged.interactions = parts(tx, &mut deed, &going, &into).await?;
    merged.addresses = addresses(tx, &mut deed, &going, &into).await?;
    merged.tags = tags(tx, &mut deed, &going, &into).await?;
    merged.actions = open_actions(tx, &mut deed, &going, &into).await?;
    rules(tx, &mut deed, &going, &into).await?;
    chats_and_payments(tx, &mut deed, &going, &into).await?;
    fields(tx, &mut deed, &going, &into, &mut merged).await?;
    lead_on(tx, &mut deed, &going, &into).await?;
    let after = json!({ "merged_into": into.id });
    deed.finish(
        tx,
        cx,
        format!("#c{}", going.id),
        json!({ "merged_into": null }),
        after,
    )
    .await?;
    Ok(Outcome::Merged(Box::new(merged)))
}

/// Which of two refs that mean one contact names a part of it; a contact is not merged with itself.
async fn part_of(
    tx: &mut Tx,
    target: Option<&Ref>,
    other: &Ref,
    into: i64,
) -> Result<i64, Failure> {
    for named in [Some(other), target].into_iter().flatten() {
        if let Ref::Contact(id) = named
            && *id != into
            && contacts::itself(tx, *id).await?.is_some()
        {
            return Ok(*id);
        }
    }
    let problem =
        format!("{other} is #c{into} itself: name the contact that is to become part of it");
    Err(Problem::new(problem).into())
}

/// What was said with the one that goes is with the one that stays.
async fn parts(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<usize, Failure> {
    let parts = merging::parts(tx, going.id, into.id, PARTS_MAX + 1).await?;
    if parts.len() as i64 > PARTS_MAX {
        let problem = format!(
            "#c{} has more than {PARTS_MAX} mails and notes, too many to go over at once; \
             merge the other way round, so that it stays",
            going.id
        );
        let nearest = format!("merge #c{}: #c{}", going.id, into.id);
        return Err(Problem::new(problem).nearest(nearest).into());
    }
    for part in &parts {
        let PartRow {
            interaction_id,
            role,
            other_role,
        } = part;
        let gone = RowKey::part(going.id, *interaction_id);
        deed.moved(gone, Some(of_role(role)), None);
        let stays = RowKey::part(into.id, *interaction_id);
        deed.moved(
            stays,
            other_role.as_deref().map(of_role),
            Some(of_role(part.role_after())),
        );
    }
    merging::move_parts(tx, going.id, into.id).await?;
    Ok(parts.len())
}

fn of_role(role: &str) -> Columns {
    let mut columns = Columns::new();
    columns.insert("role".to_owned(), Value::from(role));
    columns
}

/// Addresses go behind those that are there.
async fn addresses(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<Vec<String>, Failure> {
    let there = contacts::addresses(tx, into.id).await?;
    let addresses = contacts::addresses(tx, going.id).await?;
    if there.len() + addresses.len() > ADDRESSES_MAX {
        let problem =
            format!("both together have more than {ADDRESSES_MAX} addresses; clear some first");
        return Err(Problem::new(problem).into());
    }
    let (_, last) = contact_fields::positions(tx, into.id).await?;
    for (address, position) in addresses.iter().zip(last + 1..) {
        deed.touch(tx, RowKey::text(Table::ContactAddress, address))
            .await?;
        merging::move_address(tx, address, into.id, position).await?;
    }
    Ok(addresses)
}

/// Gives the tags that the one that stays had not.
async fn tags(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<Vec<String>, Failure> {
    let there = contact_fields::tags(tx, into.id).await?;
    let tags = contact_fields::tags(tx, going.id).await?;
    for tag in &tags {
        deed.touch(tx, RowKey::tag(going.id, tag)).await?;
        contact_fields::drop_tag(tx, going.id, tag).await?;
        deed.touch(tx, RowKey::tag(into.id, tag)).await?;
        contact_fields::add_tag(tx, into.id, tag).await?;
    }
    Ok(tags
        .into_iter()
        .filter(|tag| !there.contains(tag))
        .collect())
}

/// Actions go over, what was done too; one stays the current one of each member. Gives how many open ones went.
async fn open_actions(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<usize, Failure> {
    let rows = actions::of_contact(tx, going.id, ROWS_MAX + 1).await?;
    if rows.len() as i64 > ROWS_MAX {
        let problem = format!(
            "#c{} has more than {ROWS_MAX} actions; merge the other way round",
            going.id
        );
        let nearest = format!("merge #c{}: #c{}", going.id, into.id);
        return Err(Problem::new(problem).nearest(nearest).into());
    }
    for row in &rows {
        deed.touch(tx, RowKey::number(Table::Action, row.id))
            .await?;
    }
    actions::move_all(tx, going.id, into.id).await?;
    let is_open = |state: &str| State::of_word(state).is_open();
    let open = rows.iter().filter(|row| is_open(&row.state));
    let members: BTreeSet<i64> = open.clone().map(|row| row.member_id).collect();
    for member_id in members {
        action::line_up(tx, deed, member_id, into.id).await?;
    }
    Ok(open.count())
}

/// What `file:` taught.
async fn rules(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<(), Failure> {
    let authors = merging::rules_to(tx, going.id, ROWS_MAX + 1).await?;
    if authors.len() as i64 > ROWS_MAX {
        let problem = format!(
            "mail of more than {ROWS_MAX} authors is filed with #c{}",
            going.id
        );
        return Err(Problem::new(problem).into());
    }
    for author in &authors {
        deed.touch(tx, RowKey::text(Table::FilingRule, author))
            .await?;
    }
    merging::move_rules(tx, going.id, into.id).await?;
    Ok(())
}

/// Chats with the workspace's bot, and what was paid.
async fn chats_and_payments(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<(), Failure> {
    let payments = payments::of_contact(tx, going.id, ROWS_MAX + 1).await?;
    if payments.len() as i64 > ROWS_MAX {
        let problem = format!("#c{} has more than {ROWS_MAX} payments", going.id);
        return Err(Problem::new(problem).into());
    }
    for payment in &payments {
        deed.touch(tx, RowKey::number(Table::Payment, payment.id))
            .await?;
    }
    payments::move_all(tx, going.id, into.id).await?;
    for chat in contact_chats::of_contact(tx, going.id).await? {
        deed.touch(tx, RowKey::chat(chat.bot_id, chat.chat_id))
            .await?;
        contact_chats::give(tx, chat.bot_id, chat.chat_id, into.id).await?;
    }
    Ok(())
}

/// The one that stays gets what it has not; where both have something else, its own stays.
async fn fields(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
    merged: &mut Merged,
) -> Result<(), Failure> {
    let mut row = into.clone();
    let mut note = |what: &str, stays: Option<String>, goes: Option<String>| match (stays, goes) {
        (None, Some(value)) => merged.taken.push((what.to_owned(), value)),
        (Some(stays), Some(goes)) if stays != goes => {
            merged.given_up.push((what.to_owned(), stays, goes));
        }
        _ => {}
    };
    note("name", row.name.clone(), going.name.clone());
    note("title", row.title.clone(), going.title.clone());
    note("phone", row.phone.clone(), going.phone.clone());
    note("status", row.status.clone(), going.status.clone());
    let score = |score: Option<i64>| score.map(|score| score.to_string());
    note("score", score(row.score), score(going.score));
    let days = |days: Option<i64>| days.map(super::standing::interval_words);
    note(
        "interval to keep in touch",
        days(row.keep_in_touch_days),
        days(going.keep_in_touch_days),
    );
    let companies = (
        company(tx, row.company_id).await?,
        company(tx, going.company_id).await?,
    );
    note("company", companies.0, companies.1);
    let members = (
        member(tx, row.responsible_id).await?,
        member(tx, going.responsible_id).await?,
    );
    note("responsible", members.0, members.1);
    for (name, value) in contact_fields::fields(tx, going.id).await? {
        let there = contact_fields::field(tx, row.id, &name).await?;
        if there.is_none() {
            deed.touch(tx, RowKey::field(row.id, &name)).await?;
            contact_fields::put_field(tx, row.id, &name, &value).await?;
        }
        note(&name, there, Some(value));
    }
    row.name = row.name.or(going.name.clone());
    row.title = row.title.or(going.title.clone());
    row.phone = row.phone.or(going.phone.clone());
    row.status = row.status.or(going.status.clone());
    row.score = row.score.or(going.score);
    row.keep_in_touch_days = row.keep_in_touch_days.or(going.keep_in_touch_days);
    row.company_id = row.company_id.or(going.company_id);
    row.responsible_id = row.responsible_id.or(going.responsible_id);
    contacts::put(tx, &row).await?;
    merged.into = named(tx, &row).await?;
    Ok(())
}

async fn company(tx: &mut Tx, id: Option<i64>) -> Result<Option<String>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(contacts::company(tx, id).await?.map(|company| company.name))
}

async fn member(tx: &mut Tx, id: Option<i64>) -> Result<Option<String>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let member = members::by_id(tx, id).await?;
    Ok(member.map(|member| member.name.unwrap_or(member.email)))
}

/// The one that goes, and those that are part of it, lead to the one that stays in one step.
async fn lead_on(
    tx: &mut Tx,
    deed: &mut Deed,
    going: &ContactRow,
    into: &ContactRow,
) -> Result<(), Failure> {
    for part in contacts::merged_into(tx, going.id).await? {
        deed.touch(tx, RowKey::number(Table::Contact, part.id))
            .await?;
        let part = ContactRow {
            merged_into: Some(into.id),
            ..part
        };
        contacts::put(tx, &part).await?;
    }
    let gone = ContactRow {
        merged_into: Some(into.id),
        ..going.clone()
    };
    contacts::put(tx, &gone).await?;
    Ok(())
}
