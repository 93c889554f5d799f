//! `snooze`: an action or a reminder is put off.

use super::super::deed::Deed;
use super::next::{acted, set_moment};
use super::queue::Queue;
use super::which;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::ActionDeed;
use crate::commands::problem::Failure;
use crate::commands::when;
use crate::domain::action;
use crate::domain::dates::When;
use crate::store::Tx;
use crate::store::workspace::actions;
use crate::store::workspace::ledger::{RowKey, Table};

/// Gives the target, or the current action of whom it is about, another moment. What comes again goes on by its own rule
/// after this time.
pub async fn snooze(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    until: &When,
) -> Result<Outcome, Failure> {
    let mut moment = when::resolve(cx, until)?;
    let before = which::one(tx, cx, target, |id| format!("snooze #a{id}: 3 days")).await?;
    let mut row = before.clone();
    let mut deed = Deed::new("snooze");
    deed.touch(tx, RowKey::number(Table::Action, row.id))
        .await?;
    moment.recurrence = moment.recurrence.or_else(|| row.recurrence.clone());
    set_moment(&mut row, moment);
    let was_first = Queue::arrange(tx, &mut deed, &mut row, action::put_off).await?;
    actions::update(tx, &row).await?;
    acted(
        tx,
        cx,
        deed,
        ActionDeed::PutOff,
        Some(before),
        row,
        was_first,
    )
    .await
}
