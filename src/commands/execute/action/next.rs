//! `next action`: what the actor will do next.

use super::super::deed::Deed;
use super::about::About;
use super::queue::Queue;
use super::which;
use super::{demand_room, line_of, state_of, text_of};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::{Acted, ActionDeed};
use crate::commands::problem::{Failure, Problem};
use crate::commands::when::{self, Moment};
use crate::domain::action::{self, Kind, Standing, State};
use crate::domain::dates::{HasTime, When};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::next_number;
use serde_json::{Value, json};

/// Sets what is to be done next for the target, of an action for whom that is. An action without further words (`next #a5`,
/// `next #a5: friday`) is put first itself.
pub async fn next(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    text: &str,
    due: Option<&When>,
) -> Result<Outcome, Failure> {
    let text = text_of(text)?;
    let moment = due.map(|due| when::resolve(cx, due)).transpose()?;
    if let (Some(Ref::Action(id)), true) = (target, text.is_empty()) {
        return first(tx, cx, *id, moment).await;
    }
    let about = About::of(tx, cx, target).await?;
    let text = match text.is_empty() {
        true => text_of(&about.words())?,
        false => text,
    };
    demand_words(&about, &text)?;
    demand_room(tx, cx).await?;
    let mut row = ActionRow {
        id: next_number(tx, "action").await?,
        text,
        ..new_row(cx, Kind::Action, &about, moment)
    };
    let mut deed = Deed::new("next");
    deed.made(RowKey::number(Table::Action, row.id));
    let was_first = Queue::arrange(tx, &mut deed, &mut row, action::place_new).await?;
    actions::insert(tx, &row).await?;
    acted(tx, cx, deed, ActionDeed::Made, None, row, was_first).await
}

/// A new action of the actor without number, place and text.
pub fn new_row(cx: &Cx, kind: Kind, about: &About, moment: Option<Moment>) -> ActionRow {
    let mut row = ActionRow {
        kind: kind.word().to_owned(),
        state: State::Current.word().to_owned(),
        member_id: cx.actor.member_id,
        contact_id: about.contact.as_ref().map(|contact| contact.id),
        interaction_id: about.interaction.as_ref().map(|of| of.id),
        created_at: cx.now_us,
        ..ActionRow::default()
    };
    if let Some(moment) = moment {
        set_moment(&mut row, moment);
    }
    row
}

/// Gives an action another moment; it is told anew.
pub fn set_moment(row: &mut ActionRow, moment: Moment) {
    row.due_at = Some(moment.at_us);
    row.has_time = moment.has_time == HasTime::Yes;
    row.recurrence = moment.recurrence;
    row.reminded_at = None;
}

fn demand_words(about: &About, text: &str) -> Result<(), Problem> {
    if about.is_nothing() {
        let problem = "the action is for nobody: say for whom, or \"remind me …\" for yourself";
        let nearest = match text.is_empty() {
            true => "next @name: call by friday".to_owned(),
            false => format!("next @name: {text}"),
        };
        return Err(Problem::new(problem).nearest(nearest));
    }
    if text.is_empty() {
        let who = about.contact.as_ref();
        let who = who.map_or("@name".to_owned(), |contact| format!("#c{}", contact.id));
        let problem = Problem::new("what is to be done? Say it behind the colon");
        return Err(problem.nearest(format!("next {who}: call by friday")));
    }
    Ok(())
}

/// Puts an open action first, at another moment where one is said.
async fn first(tx: &mut Tx, cx: &Cx, id: i64, moment: Option<Moment>) -> Result<Outcome, Failure> {
    let before = which::open(tx, cx, id).await?;
    let mut row = before.clone();
    let mut deed = Deed::new("next");
    deed.touch(tx, RowKey::number(Table::Action, id)).await?;
    if let Some(moment) = moment {
        set_moment(&mut row, moment);
    }
    let rule = |open: &[Standing], id, _| action::put_first(open, id);
    let was_first = Queue::arrange(tx, &mut deed, &mut row, rule).await?;
    actions::update(tx, &row).await?;
    acted(
        tx,
        cx,
        deed,
        ActionDeed::Changed,
        Some(before),
        row,
        was_first,
    )
    .await
}

/// Ends a deed that may have changed which action is current: journal and outcome.
pub async fn acted(
    tx: &mut Tx,
    cx: &Cx,
    deed: Deed,
    what: ActionDeed,
    before: Option<ActionRow>,
    row: ActionRow,
    was_first: Option<ActionRow>,
) -> Result<Outcome, Failure> {
    let was: Value = before.as_ref().map_or_else(|| json!({}), state_of);
    deed.finish(tx, cx, format!("#a{}", row.id), was, state_of(&row))
        .await?;
    let queue = match row.kind == Kind::Action.word() {
        true => Queue::of(tx, row.member_id, row.contact_id).await?,
        false => Queue::of(tx, row.member_id, None).await?,
    };
    let now_first = queue.current_but(row.id).cloned();
    let behind = was_first
        .filter(|was| now_first.as_ref().is_none_or(|now| now.id != was.id))
        .and_then(|was| queue.row(was.id).cloned());
    let first = match now_first {
        Some(first) => Some(line_of(tx, cx, first).await?),
        None => None,
    };
    let behind = match behind {
        Some(behind) => Some(line_of(tx, cx, behind).await?),
        None => None,
    };
    Ok(Outcome::Acted(Box::new(Acted {
        deed: what,
        line: line_of(tx, cx, row).await?,
        before,
        note: None,
        first,
        behind,
        again: None,
    })))
}
