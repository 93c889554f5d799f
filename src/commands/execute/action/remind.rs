//! `remind`: something is told at its time. Several reminders may stand.

use super::super::deed::Deed;
use super::about::About;
use super::next::{acted, new_row};
use super::which;
use super::{demand_room, text_of};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::ActionDeed;
use crate::commands::problem::{Failure, Problem};
use crate::commands::when;
use crate::domain::action::Kind;
use crate::domain::dates::When;
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::next_number;

/// Reminds the actor of the target, of what the text came with, or of words alone.
pub async fn remind(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    text: &str,
    due: &When,
) -> Result<Outcome, Failure> {
    let text = text_of(text)?;
    let moment = when::resolve(cx, due)?;
    let about = About::of(tx, cx, target).await?;
    let of_it = match target {
        Some(Ref::Action(id)) => which::by_number(tx, *id).await?.text,
        _ => text_of(&about.words())?,
    };
    let text = match text.is_empty() {
        true => of_it,
        false => text,
    };
    if text.is_empty() && about.is_nothing() {
        let problem = Problem::new("remind you of what? Say it, or of whom");
        return Err(problem
            .nearest(format!("remind: write the report {due}"))
            .into());
    }
    demand_room(tx, cx).await?;
    let row = ActionRow {
        id: next_number(tx, "action").await?,
        text,
        ..new_row(cx, Kind::Reminder, &about, Some(moment))
    };
    let mut deed = Deed::new("remind");
    deed.made(RowKey::number(Table::Action, row.id));
    actions::insert(tx, &row).await?;
    acted(tx, cx, deed, ActionDeed::Made, None, row, None).await
}
