//! `note`, and what else is written down: calls, meetings, what came of an action.

use super::deed::Deed;
use super::{filed_with, named, proof_of_mail};
use crate::commands::command::{Channel, Ref};
use crate::commands::context::Cx;
use crate::commands::outcome::actions::Logged;
use crate::commands::outcome::{Named, Noted, Outcome};
use crate::commands::parse::short;
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::why::{Rule, Why};
use crate::store::Tx;
use crate::store::workspace::interactions::{self, ContactRole, InteractionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{next_number, search};
use serde_json::json;

/// The most bytes of a note; a longer one is a document.
const NOTE_BYTES_MAX: usize = 100_000;

/// To whom a note belongs, and which thread it goes on with.
struct About {
    with: Vec<Named>,
    rule: Rule,
    written: String,
    thread_id: Option<i64>,
}

/// Writes a note and files it with the target.
pub async fn note(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    text: &str,
) -> Result<Outcome, Failure> {
    let about = about(tx, cx, target, "note", text).await?;
    let noted = alone(tx, cx, "note", about, "note", text).await?;
    Ok(Outcome::Noted(noted))
}

/// Writes a call or a meeting down with the target.
pub async fn log(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    channel: Channel,
    text: &str,
) -> Result<Outcome, Failure> {
    let kind = match channel {
        Channel::Call => "call",
        Channel::Meeting => "meeting",
        Channel::Other => "talk",
    };
    let word = match channel {
        Channel::Call => "call",
        Channel::Meeting => "meeting",
        Channel::Other => "log",
    };
    let about = about(tx, cx, target, word, text).await?;
    let noted = alone(tx, cx, "log", about, kind, text).await?;
    Ok(Outcome::Logged(Logged { kind, noted }))
}

/// Keeps what came of an action with its contacts, within the deed that finishes it; the note's number.
pub(super) async fn of_action(
    tx: &mut Tx,
    cx: &Cx,
    deed: &mut Deed,
    action_id: i64,
    contacts: &[i64],
    text: &str,
) -> Result<i64, Failure> {
    let about = About {
        with: contacts
            .iter()
            .map(|id| Named {
                id: *id,
                name: String::new(),
            })
            .collect(),
        rule: Rule::NoteNumber,
        written: format!("#a{action_id}"),
        thread_id: None,
    };
    write(tx, cx, deed, &about, "note", text).await
}

/// Writes an interaction as a deed of its own.
async fn alone(
    tx: &mut Tx,
    cx: &Cx,
    verb: &'static str,
    about: About,
    kind: &str,
    text: &str,
) -> Result<Noted, Failure> {
    // PostgreSQL keeps no NUL.
    let text = text.replace('\0', "");
    let mut deed = Deed::new(verb);
    let id = write(tx, cx, &mut deed, &about, kind, &text).await?;
    let contacts: Vec<i64> = about.with.iter().map(|c| c.id).collect();
    let after = json!({ "text": text, "contacts": contacts });
    deed.finish(tx, cx, format!("#i{id}"), json!({}), after)
        .await?;
    Ok(Noted {
        id,
        with: about.with,
        text,
    })
}

/// Writes an interaction of the actor and gives it to its contacts; its number.
async fn write(
    tx: &mut Tx,
    cx: &Cx,
    deed: &mut Deed,
    about: &About,
    kind: &str,
    text: &str,
) -> Result<i64, Failure> {
    if text.len() > NOTE_BYTES_MAX {
        let problem =
            format!("the {kind} is longer than {NOTE_BYTES_MAX} bytes; send it as a mail");
        return Err(Problem::new(problem).into());
    }
    let id = next_number(tx, "interaction").await?;
    let why = Why {
        rule: about.rule,
        address: Some(about.written.clone()),
        member: Some(cx.actor.member_id),
        proof: proof_of_mail(cx),
        ..Why::default()
    };
    let row = InteractionRow {
        id,
        kind: kind.to_owned(),
        thread_id: about.thread_id.unwrap_or(id),
        text: text.to_owned(),
        why: why.to_json(),
        ..note_of(cx)
    };
    deed.made(RowKey::number(Table::Interaction, id));
    for contact in &about.with {
        deed.made(RowKey::part(contact.id, id));
    }
    interactions::insert_many(tx, &[row]).await?;
    let roles: Vec<ContactRole> = about.with.iter().map(|c| role(c.id, id)).collect();
    interactions::insert_contacts(tx, &roles).await?;
    search::index_interaction(tx, id).await?;
    Ok(id)
}

/// What every note of the actor has.
fn note_of(cx: &Cx) -> InteractionRow {
    InteractionRow {
        direction: "internal".to_owned(),
        state: "filed".to_owned(),
        class: "person".to_owned(),
        happened_at: cx.now_us,
        created_at: cx.now_us,
        member_id: Some(cx.actor.member_id),
        author_kind: "member".to_owned(),
        author_name: cx.actor.name.clone(),
        author_address: Some(cx.actor.email.clone()),
        author_member_id: Some(cx.actor.member_id),
        protection: "none".to_owned(),
        trust: "{}".to_owned(),
        ..InteractionRow::default()
    }
}

fn role(contact_id: i64, interaction_id: i64) -> ContactRole {
    ContactRole {
        contact_id,
        interaction_id,
        role: "about".to_owned(),
    }
}

/// With whom it is filed. `word` is how the line begins, for an error.
async fn about(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    word: &str,
    text: &str,
) -> Result<About, Failure> {
    let Some(target) = target else {
        return about_by_door(tx, cx, word, text).await;
    };
    if let Ref::Interaction(id) = target {
        return about_interaction(tx, *id, Rule::NoteNumber).await;
    }
    let contact = resolve::contact(tx, target).await?;
    let rule = match target {
        Ref::Address { .. } => Rule::NoteAddress,
        Ref::Name(_) => Rule::NoteName,
        _ => Rule::NoteNumber,
    };
    Ok(About {
        with: vec![named(tx, &contact).await?],
        rule,
        written: target.to_string(),
        thread_id: None,
    })
}

/// Without a target: the contact that the door is about, or those of the mail that the text came with.
async fn about_by_door(tx: &mut Tx, cx: &Cx, word: &str, text: &str) -> Result<About, Failure> {
    if let Some(id) = cx.about_contact {
        let contact = resolve::contact(tx, &Ref::Contact(id)).await?;
        return Ok(About {
            with: vec![named(tx, &contact).await?],
            rule: Rule::NoteTarget,
            written: format!("#c{id}"),
            thread_id: None,
        });
    }
    if let Some(id) = cx.about_interaction {
        return about_interaction(tx, id, Rule::NoteTarget).await;
    }
    let problem = Problem::new(format!("the {word} names nobody: say whom it is about"));
    // Often the name is the first word.
    let nearest = match text.split_once(' ') {
        Some((name, rest)) if name.len() < 40 => format!("{word} @{name}: {}", short(rest)),
        _ => format!("{word} @name: text"),
    };
    Err(problem.nearest(nearest).into())
}

async fn about_interaction(tx: &mut Tx, id: i64, rule: Rule) -> Result<About, Failure> {
    let interaction = resolve::interaction(tx, id).await?;
    let with = filed_with(tx, id).await?;
    if with.is_empty() {
        return Err(resolve::filed_with_nobody(id).into());
    }
    Ok(About {
        with,
        rule,
        written: format!("#i{id}"),
        thread_id: Some(interaction.thread_id),
    })
}
