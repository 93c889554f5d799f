//! One action as a whole, and what is next for a contact.

use super::queue::Queue;
use super::{line_of, lines_of, which};
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::ActionLine;
use crate::commands::problem::Failure;
use crate::domain::action::State;
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};

/// How much is told of what is open for a contact.
const OPEN_MAX: i64 = 5;

/// `show #a3`.
pub async fn show(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Outcome, Failure> {
    let row = which::by_number(tx, id).await?;
    Ok(Outcome::Action(Box::new(line_of(tx, cx, row).await?)))
}

/// What is open for a contact, the actor's first, and how much of the actor's waits behind it.
pub async fn next_of(
    tx: &mut Tx,
    cx: &Cx,
    contact_id: i64,
) -> Result<(Vec<ActionLine>, usize), Failure> {
    let member_id = cx.actor.member_id;
    let mut rows = actions::open_about(tx, member_id, contact_id, OPEN_MAX).await?;
    rows.retain(|row: &ActionRow| row.state == "current");
    let queue = Queue::of(tx, member_id, Some(contact_id)).await?;
    let queued = queue
        .standing()
        .iter()
        .filter(|standing| standing.state == State::Queued)
        .count();
    Ok((lines_of(tx, cx, rows).await?, queued))
}
