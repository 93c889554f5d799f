//! Which open action a line means: the one with the number, else the current one of whom it is about.

use super::super::named;
use super::about::About;
use super::{lines_of, quoted};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Named;
use crate::commands::outcome::actions::ActionLine;
use crate::commands::problem::{Failure, Problem};
use crate::commands::{resolve, when};
use crate::domain::action::State;
use crate::domain::dates::HasTime;
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};

/// How many candidates an error shows.
const SHOWN_MAX: usize = 6;
/// How many are weighed.
const READ_MAX: i64 = 50;

/// The open action with this number, whoever has it.
pub async fn open(tx: &mut Tx, cx: &Cx, id: i64) -> Result<ActionRow, Failure> {
    let row = by_number(tx, id).await?;
    let state = State::of_word(&row.state);
    if state.is_open() {
        return Ok(row);
    }
    let deed = match state {
        State::Done => "was done",
        _ => "was given up",
    };
    let at = row.done_at.map(|at| when::shown(cx, at, HasTime::No));
    let at = at.map(|at| format!(" on {at}")).unwrap_or_default();
    let problem = Problem::new(format!("{} {deed}{at}", quoted(&row)));
    Err(problem.nearest(format!("restore #a{id}")).into())
}

/// The action with this number, open or not.
pub async fn by_number(tx: &mut Tx, id: i64) -> Result<ActionRow, Failure> {
    let row = actions::by_id(tx, id).await?;
    let nothing = || Problem::new(format!("there is no #a{id}")).nearest("list actions");
    Ok(row.ok_or_else(nothing)?)
}

/// The one open action that a target means; `example` is how the line is written with a number: `done #a3`.
pub async fn one(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    example: fn(i64) -> String,
) -> Result<ActionRow, Failure> {
    match target {
        Some(Ref::Action(id)) => open(tx, cx, *id).await,
        Some(Ref::Interaction(id)) => of_interaction(tx, cx, *id, example).await,
        Some(target) => {
            let contact = resolve::contact(tx, target).await?;
            let contact = named(tx, &contact).await?;
            of_contact(tx, cx, &contact, example).await
        }
        None => of_door(tx, cx, example).await,
    }
}

/// Without a target: what the message numbered that is answered, else whom the door is about, else all that the actor has.
async fn of_door(tx: &mut Tx, cx: &Cx, example: fn(i64) -> String) -> Result<ActionRow, Failure> {
    if let Some(row) = answered(tx, cx, example).await? {
        return Ok(row);
    }
    if let Some(id) = cx.about_contact {
        let contact = resolve::contact(tx, &Ref::Contact(id)).await?;
        let contact = named(tx, &contact).await?;
        return of_contact(tx, cx, &contact, example).await;
    }
    if let Some(id) = cx.about_interaction {
        return of_interaction(tx, cx, id, example).await;
    }
    let mut rows = actions::open_actions(tx, cx.actor.member_id, READ_MAX).await?;
    match rows.len() {
        0 => Err(Problem::new("nothing is open for you").into()),
        1 => Ok(rows.swap_remove(0)),
        _ => Err(choose(tx, cx, "it names nothing, and", rows, example).await?),
    }
}

/// The one action that was numbered in the message that is answered.
async fn answered(
    tx: &mut Tx,
    cx: &Cx,
    example: fn(i64) -> String,
) -> Result<Option<ActionRow>, Failure> {
    let Some(answering) = &cx.answering else {
        return Ok(None);
    };
    let numbered = answering.items.iter().filter_map(|(number, of)| match of {
        Ref::Action(id) => Some((*number, *id)),
        _ => None,
    });
    let numbered: Vec<(u32, i64)> = numbered.take(2).collect();
    match numbered.as_slice() {
        [] => Ok(None),
        [(_, only)] => Ok(Some(open(tx, cx, *only).await?)),
        [(number, id), ..] => {
            let line = example(*id).replacen(&format!(" #a{id}"), "", 1);
            let problem = "several were numbered in the message that you answer: say which";
            Err(Problem::new(problem)
                .nearest(format!("{number} {line}"))
                .into())
        }
    }
}

async fn of_interaction(
    tx: &mut Tx,
    cx: &Cx,
    id: i64,
    example: fn(i64) -> String,
) -> Result<ActionRow, Failure> {
    resolve::interaction(tx, id).await?;
    let member_id = cx.actor.member_id;
    let mut rows = actions::open_about_interaction(tx, member_id, id, READ_MAX).await?;
    match rows.len() {
        0 => {
            let about = About::of(tx, cx, Some(&Ref::Interaction(id))).await?;
            match about.contact {
                Some(contact) => of_contact(tx, cx, &contact, example).await,
                None => {
                    let problem = format!("nothing of yours is open for #i{id}");
                    Err(Problem::new(problem).into())
                }
            }
        }
        1 => Ok(rows.swap_remove(0)),
        _ => {
            let what = format!("about #i{id}");
            Err(choose(tx, cx, &what, rows, example).await?)
        }
    }
}

/// The current action for a contact; without one, the only thing that stands open about it.
async fn of_contact(
    tx: &mut Tx,
    cx: &Cx,
    contact: &Named,
    example: fn(i64) -> String,
) -> Result<ActionRow, Failure> {
    let member_id = cx.actor.member_id;
    let rows = actions::open_about(tx, member_id, contact.id, READ_MAX).await?;
    let (mut own, others): (Vec<ActionRow>, Vec<ActionRow>) =
        rows.into_iter().partition(|row| row.member_id == member_id);
    let is_current = |row: &ActionRow| {
        let is_theirs = row.contact_id == Some(contact.id);
        row.kind == "action" && row.state == "current" && is_theirs
    };
    if let Some(current) = own.iter().position(is_current) {
        return Ok(own.swap_remove(current));
    }
    let who = format!("#c{} {}", contact.id, contact.name);
    match own.len() {
        0 => Err(nothing(tx, cx, &who, others, example).await?),
        1 => Ok(own.swap_remove(0)),
        _ => Err(choose(tx, cx, &format!("for {who}"), own, example).await?),
    }
}

/// The actor has nothing open there; others may.
async fn nothing(
    tx: &mut Tx,
    cx: &Cx,
    who: &str,
    others: Vec<ActionRow>,
    example: fn(i64) -> String,
) -> Result<Failure, Failure> {
    let message = format!("nothing of yours is open for {who}");
    let Some(first) = others.first().map(|row| row.id) else {
        return Ok(Problem::new(message).into());
    };
    let shown = shown(tx, cx, others).await?;
    Ok(Problem::new(format!("{message}; there is {shown}"))
        .nearest(example(first))
        .into())
}

/// Several are possible.
async fn choose(
    tx: &mut Tx,
    cx: &Cx,
    what: &str,
    rows: Vec<ActionRow>,
    example: fn(i64) -> String,
) -> Result<Failure, Failure> {
    let first = rows.first().map_or(0, |row| row.id);
    let count = match i64::try_from(rows.len()) {
        Ok(READ_MAX) => "many".to_owned(),
        _ => rows.len().to_string(),
    };
    let shown = shown(tx, cx, rows).await?;
    let message = format!("{what} {count} are open: {shown}");
    Ok(Problem::new(message).nearest(example(first)).into())
}

/// `#a3 "call" (due Fri 20 Nov 2026), #a5 "send the offer" of Bob`.
async fn shown(tx: &mut Tx, cx: &Cx, mut rows: Vec<ActionRow>) -> Result<String, Failure> {
    let hidden = rows.len().saturating_sub(SHOWN_MAX);
    rows.truncate(SHOWN_MAX);
    let lines = lines_of(tx, cx, rows).await?;
    let mut shown: Vec<String> = lines.iter().map(|line| candidate(cx, line)).collect();
    if hidden > 0 {
        shown.push(format!("and {hidden} more"));
    }
    Ok(shown.join(", "))
}

fn candidate(cx: &Cx, line: &ActionLine) -> String {
    let mut words = quoted(&line.row);
    if let Some(owner) = &line.owner {
        words.push_str(&format!(" of {owner}"));
    }
    if let Some(due) = line.row.due_at {
        let due = when::shown_briefly(cx, due, line.has_time());
        words.push_str(&format!(" (due {due})"));
    }
    words
}
