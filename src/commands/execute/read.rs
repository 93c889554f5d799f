//! What only reads: find, list, show, timeline, why.

use super::{action, called, figures, filed_with, named, undo};
use crate::commands::command::{Listing, Ref};
use crate::commands::context::Cx;
use crate::commands::outcome::people::Beside;
use crate::commands::outcome::{
    ContactCard, FiledLine, Found, InteractionCard, More, Named, Outcome, Timeline, Why,
};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve::{self, Record};
use crate::domain::why;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::interactions::InteractionRow;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::listing::{self, InteractionLine, Which};
use crate::store::workspace::search::{self, Hit, Kind};
use crate::store::workspace::{contact_chats, contact_fields, members, payments, timeline};
use std::collections::HashMap;

const FOUND_MAX: usize = 20;
const LISTED_MAX: usize = 30;
/// How many parts of a contact a card names.
const PARTS_MAX: usize = 20;
const LAST_MAX: i64 = 5;
const TIMELINE_MAX: i64 = 30;
const CHANGES_MAX: i64 = 10;

/// `find`.
pub async fn find(tx: &mut Tx, query: &str) -> Result<Outcome, Failure> {
    let mut hits = search::search(tx, query, FOUND_MAX as i64 + 1, 0).await?;
    let more = More::cut(&mut hits, FOUND_MAX);
    let (contacts, interactions): (Vec<Hit>, Vec<Hit>) =
        hits.into_iter().partition(|hit| hit.kind == Kind::Contact);
    let ids: Vec<i64> = contacts.iter().map(|hit| hit.id).collect();
    let contacts = listing::contact_lines(tx, &ids).await?;
    let ids: Vec<i64> = interactions.iter().map(|hit| hit.id).collect();
    let lines = listing::interaction_lines(tx, &ids).await?;
    let mut by_id: HashMap<i64, Hit> = interactions.into_iter().map(|h| (h.id, h)).collect();
    let interactions = with_contacts(tx, lines)
        .await?
        .into_iter()
        .filter_map(|line| by_id.remove(&line.line.id).map(|hit| (line, hit)))
        .collect();
    Ok(Outcome::Found(Found {
        query: query.to_owned(),
        contacts,
        interactions,
        more,
    }))
}

/// `list`.
pub async fn list(tx: &mut Tx, cx: &Cx, what: Listing) -> Result<Outcome, Failure> {
    let which = match what {
        Listing::Contacts => {
            let mut lines = listing::contacts(tx, LISTED_MAX + 1, 0).await?;
            let more = More::cut(&mut lines, LISTED_MAX);
            return Ok(Outcome::Contacts(lines, more));
        }
        Listing::Deleted => {
            let mut lines = listing::deleted(tx, LISTED_MAX as i64 + 1).await?;
            let more = More::cut(&mut lines, LISTED_MAX);
            return Ok(Outcome::Deleted(lines, more));
        }
        Listing::Actions => return action::list(tx, cx).await,
        Listing::Unfiled => Which::State("unfiled"),
        Listing::Held => Which::State("held"),
        Listing::SetAside => Which::State("set_aside"),
        Listing::Notes => Which::Kind("note"),
        Listing::Mail => Which::Kind("mail"),
        Listing::Meetings => Which::Kind("meeting"),
    };
    let mut lines = listing::interactions(tx, which, LISTED_MAX as i64 + 1, 0).await?;
    let more = More::cut(&mut lines, LISTED_MAX);
    let lines = with_contacts(tx, lines).await?;
    Ok(Outcome::Interactions(what, lines, more))
}

/// `show`.
pub async fn show(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    if let Some(Ref::Action(id)) = target {
        return action::show(tx, cx, *id).await;
    }
    match record(tx, cx, target, "show ada").await? {
        Record::Contact(contact) => {
            let card = contact_card(tx, cx, *contact).await?;
            Ok(Outcome::Contact(Box::new(card)))
        }
        Record::Interaction(interaction) => Ok(Outcome::Interaction(Box::new(InteractionCard {
            with: filed_with(tx, interaction.id).await?,
            attachments: timeline::attachments(tx, interaction.id).await?,
            interaction: *interaction,
        }))),
    }
}

/// `timeline`; of an interaction, that of the contact that it is filed with.
pub async fn timeline(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let contact = match record(tx, cx, target, "timeline ada").await? {
        Record::Contact(contact) => *contact,
        Record::Interaction(of) => resolve::contact(tx, &Ref::Interaction(of.id)).await?,
    };
    Ok(Outcome::Timeline(Timeline {
        of: named(tx, &contact).await?,
        count: timeline::count(tx, contact.id).await?,
        lines: timeline::of_contact(tx, contact.id, TIMELINE_MAX, 0).await?,
        months: figures::months_of(tx, cx, contact.id).await?,
    }))
}

/// `why`: of an interaction the reason, of a contact or an action what was changed in it.
pub async fn why(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    if let Some(Ref::Action(id)) = target {
        let row = RowKey::number(Table::Action, *id);
        return undo::history(tx, cx, &row, &format!("#a{id}")).await;
    }
    let interaction = match record(tx, cx, target, "why #i9").await? {
        Record::Interaction(interaction) => *interaction,
        Record::Contact(contact) => {
            let row = RowKey::number(Table::Contact, contact.id);
            return undo::history(tx, cx, &row, &format!("#c{}", contact.id)).await;
        }
    };
    let subject = format!("#i{}", interaction.id);
    let mut changes = Vec::new();
    for change in timeline::changes(tx, &subject, CHANGES_MAX).await? {
        let member = member_name(tx, change.member_id).await?;
        changes.push((change, member.unwrap_or_else(|| "Rapport".to_owned())));
    }
    Ok(Outcome::Why(Why {
        id: interaction.id,
        what: called(&interaction),
        with: filed_with(tx, interaction.id).await?,
        words: reason(tx, &interaction).await?,
        state: interaction.state,
        changes,
    }))
}

async fn reason(tx: &mut Tx, interaction: &InteractionRow) -> Result<String, Failure> {
    let Some(why) = why::Why::from_json(&interaction.why) else {
        return Ok(interaction.why.clone());
    };
    let member = member_name(tx, why.member.or(interaction.member_id)).await?;
    Ok(why.words(member.as_deref()))
}

/// What a line is about: its target, else what the door says.
async fn record(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    example: &str,
) -> Result<Record, Failure> {
    let contact = cx.about_contact.map(Ref::Contact);
    let by_door = contact.or(cx.about_interaction.map(Ref::Interaction));
    match target.or(by_door.as_ref()) {
        Some(target) => resolve::record(tx, target).await,
        None => {
            let problem = Problem::new("it names nobody and nothing: say whom or what");
            Err(problem.nearest(example).into())
        }
    }
}

async fn contact_card(tx: &mut Tx, cx: &Cx, contact: ContactRow) -> Result<ContactCard, Failure> {
    let company = match contact.company_id {
        Some(id) => contacts::company(tx, id).await?.map(|company| company.name),
        None => None,
    };
    let (next, queued) = action::next_of(tx, cx, contact.id).await?;
    let capture = contact.capture.as_ref();
    Ok(ContactCard {
        company,
        beside: beside(tx, cx, &contact).await?,
        addresses: contacts::addresses(tx, contact.id).await?,
        capture: capture.map(|local_part| format!("{local_part}@{}", cx.mail_domain)),
        responsible: member_name(tx, contact.responsible_id).await?,
        next,
        queued,
        interactions: timeline::count(tx, contact.id).await?,
        last: timeline::of_contact(tx, contact.id, LAST_MAX, 0).await?,
        contact,
    })
}

/// What stands beside a contact's own row.
async fn beside(tx: &mut Tx, cx: &Cx, contact: &ContactRow) -> Result<Beside, Failure> {
    let mut merged = Vec::new();
    for part in contacts::merged_into(tx, contact.id)
        .await?
        .iter()
        .take(PARTS_MAX)
    {
        merged.push(named(tx, part).await?);
    }
    let former = contact_fields::former_captures(tx, contact.id).await?;
    Ok(Beside {
        fields: contact_fields::fields(tx, contact.id).await?,
        tags: contact_fields::tags(tx, contact.id).await?,
        chats: contact_chats::of_contact(tx, contact.id).await?,
        paid: payments::sums(tx, contact.id).await?,
        merged,
        former_captures: former
            .into_iter()
            .map(|local_part| format!("{local_part}@{}", cx.mail_domain))
            .collect(),
    })
}

async fn member_name(tx: &mut Tx, id: Option<i64>) -> Result<Option<String>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let member = members::by_id(tx, id).await?;
    Ok(member.map(|m| m.name.unwrap_or(m.email)))
}

async fn with_contacts(
    tx: &mut Tx,
    lines: Vec<InteractionLine>,
) -> Result<Vec<FiledLine>, Failure> {
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let mut with: HashMap<i64, Vec<Named>> = HashMap::new();
    for (interaction, id, name) in listing::filed_with(tx, &ids).await? {
        let named = Named { id, name };
        with.entry(interaction).or_default().push(named);
    }
    Ok(lines
        .into_iter()
        .map(|line| FiledLine {
            with: with.remove(&line.id).unwrap_or_default(),
            line,
        })
        .collect())
}
