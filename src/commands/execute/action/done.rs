//! `done`: an action is finished, what came of it is kept, and the next one comes. Giving up and taking up again beside it.

use super::super::deed::Deed;
use super::super::note;
use super::next::acted;
use super::queue::Queue;
use super::which;
use super::{line_of, text_of};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::ActionDeed;
use crate::commands::problem::{Failure, Problem};
use crate::domain::action::{self, Kind, State};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{listing, next_number};

/// Finishes the target, or the current action of whom it is about. A text is what came of it: it is kept with the action, and
/// in the timeline as a note.
pub async fn done(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    text: &str,
) -> Result<Outcome, Failure> {
    let result = text_of(text)?;
    let before = which::one(tx, cx, target, |id| format!("done #a{id}")).await?;
    let mut row = before.clone();
    let mut deed = Deed::new("done");
    deed.touch(tx, RowKey::number(Table::Action, row.id))
        .await?;
    if !result.is_empty() {
        row.result = Some(result.clone());
    }
    let again = match recurring_reminder(cx, &mut row) {
        true => Some(row.clone()),
        false => {
            row.state = State::Done.word().to_owned();
            row.done_at = Some(cx.now_us);
            let again = occurrence(tx, cx, &before).await?;
            settle(tx, &mut deed, &row, again).await?
        }
    };
    actions::update(tx, &row).await?;
    let note = match result.is_empty() {
        true => None,
        false => kept(tx, cx, &mut deed, &row, &result).await?,
    };
    let outcome = acted(tx, cx, deed, ActionDeed::Done, Some(before), row, None).await?;
    let Outcome::Acted(mut told) = outcome else {
        return Ok(outcome);
    };
    told.note = note;
    if let Some(again) = again {
        // Where the next occurrence is current it is said as that, and once.
        told.first = told.first.filter(|first| first.row.id != again.id);
        told.again = Some(line_of(tx, cx, again).await?);
    }
    Ok(Outcome::Acted(told))
}

/// Gives the action that is the target up; it does not come again.
pub async fn give_up(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let before = which::one(tx, cx, target, |id| format!("delete #a{id}")).await?;
    let id = before.id;
    let mut row = before.clone();
    let mut deed = Deed::new("delete");
    deed.touch(tx, RowKey::number(Table::Action, id)).await?;
    row.state = State::Dropped.word().to_owned();
    row.done_at = Some(cx.now_us);
    settle(tx, &mut deed, &row, None).await?;
    actions::update(tx, &row).await?;
    acted(tx, cx, deed, ActionDeed::Dropped, Some(before), row, None).await
}

/// Opens the action that is the target again, after it was done or given up: it is placed as a new one is.
pub async fn reopen(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let Some(Ref::Action(id)) = target else {
        return Err(Problem::new("which action? Say its number")
            .nearest("restore #a3")
            .into());
    };
    let id = *id;
    let before = which::by_number(tx, id).await?;
    if State::of_word(&before.state).is_open() {
        return Err(Problem::new(format!("#a{id} is open")).into());
    }
    let mut row = before.clone();
    let mut deed = Deed::new("restore");
    deed.touch(tx, RowKey::number(Table::Action, id)).await?;
    row.state = State::Current.word().to_owned();
    row.done_at = None;
    row.result = None;
    let was_first = Queue::arrange(tx, &mut deed, &mut row, action::place_new).await?;
    actions::update(tx, &row).await?;
    acted(
        tx,
        cx,
        deed,
        ActionDeed::Reopened,
        Some(before),
        row,
        was_first,
    )
    .await
}

/// A reminder that comes again stands under its number for its next time: true where the row is one. It may stand for that
/// already, since it does as soon as it was told.
fn recurring_reminder(cx: &Cx, row: &mut ActionRow) -> bool {
    if row.kind != Kind::Reminder.word() {
        return false;
    }
    let Some(recurrence) = row.recurrence.as_deref() else {
        return false;
    };
    if row.due_at.is_some_and(|due| due > cx.now_us) {
        return true;
    }
    match action::next_moment(recurrence, row.due_at, cx.now_us) {
        Some(next) => {
            row.due_at = Some(next);
            true
        }
        None => false,
    }
}

/// The next occurrence of an action that comes again, not placed.
async fn occurrence(tx: &mut Tx, cx: &Cx, of: &ActionRow) -> Result<Option<ActionRow>, Failure> {
    let recurrence = of.recurrence.as_deref();
    let next = recurrence.and_then(|text| action::next_moment(text, of.due_at, cx.now_us));
    let Some(due_us) = next else {
        return Ok(None);
    };
    Ok(Some(ActionRow {
        id: next_number(tx, "action").await?,
        state: State::Current.word().to_owned(),
        position: 0,
        due_at: Some(due_us),
        reminded_at: None,
        created_at: cx.now_us,
        ..of.clone()
    }))
}

/// Places what comes again, writes it, and lets the first of the queue come up. `gone` is not open any more.
async fn settle(
    tx: &mut Tx,
    deed: &mut Deed,
    gone: &ActionRow,
    again: Option<ActionRow>,
) -> Result<Option<ActionRow>, Failure> {
    let is_action = gone.kind == Kind::Action.word();
    let contact_id = gone.contact_id.filter(|_| is_action);
    let mut queue = Queue::of(tx, gone.member_id, contact_id).await?;
    let next = again.as_ref().and_then(|row| Some((row.id, row.due_at?)));
    let places = action::finish(&queue.standing(), gone.id, next);
    queue.move_others(tx, deed, &places, gone.id).await?;
    let Some(mut again) = again else {
        return Ok(None);
    };
    Queue::place(&mut again, &places);
    deed.made(RowKey::number(Table::Action, again.id));
    actions::insert(tx, &again).await?;
    Ok(Some(again))
}

/// Keeps what came of an action in the timeline of its contact; nowhere where it has none.
async fn kept(
    tx: &mut Tx,
    cx: &Cx,
    deed: &mut Deed,
    of: &ActionRow,
    result: &str,
) -> Result<Option<i64>, Failure> {
    let mut with: Vec<i64> = of.contact_id.into_iter().collect();
    if let (true, Some(interaction)) = (with.is_empty(), of.interaction_id) {
        let filed = listing::filed_with(tx, &[interaction]).await?;
        with.extend(filed.into_iter().map(|(_, id, _)| id));
    }
    if with.is_empty() {
        return Ok(None);
    }
    let text = match of.text.is_empty() {
        true => result.to_owned(),
        false => format!("{}: {result}", of.text),
    };
    let note = note::of_action(tx, cx, deed, of.id, &with, &text).await?;
    Ok(Some(note))
}
