//! `restore`: what was deleted is back.

use super::delete::QUEUE_MAX;
use super::subject;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::{called, filed_with, named, places};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::{Fate, Removed};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::action::{Kind, State, place_new};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{contacts, refile};
use serde_json::json;

/// Brings back what the target is.
pub async fn restore(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let removed = match subject(cx, target, "restore #c12")? {
        Ref::Interaction(id) => note(tx, cx, id).await?,
        Ref::Action(id) => action(tx, cx, id).await?,
        target => contact(tx, cx, &target).await?,
    };
    Ok(Outcome::Removed(removed))
}

async fn contact(tx: &mut Tx, cx: &Cx, target: &Ref) -> Result<Removed, Failure> {
    let mut row = resolve::deleted_contact(tx, target).await?;
    let removed = Removed {
        record: format!("#c{}", row.id),
        name: named(tx, &row).await?.name,
        fate: Fate::Restored,
        already: row.deleted_at.is_none(),
        remarks: Vec::new(),
    };
    if removed.already {
        return Ok(removed);
    }
    let mut deed = Deed::new("restore");
    deed.touch(tx, RowKey::number(Table::Contact, row.id))
        .await?;
    row.deleted_at = None;
    contacts::put(tx, &row).await?;
    let subject = removed.record.clone();
    deed.finish(
        tx,
        cx,
        subject,
        json!({ "deleted": true }),
        json!({ "deleted": false }),
    )
    .await?;
    Ok(removed)
}

async fn note(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Removed, Failure> {
    let row = resolve::interaction(tx, id).await?;
    let removed = Removed {
        record: format!("#i{id}"),
        name: format!("\"{}\"", called(&row)),
        fate: Fate::Restored,
        already: row.state != "deleted",
        remarks: Vec::new(),
    };
    if !removed.already {
        let state = match filed_with(tx, id).await?.is_empty() {
            true => "unfiled",
            false => "filed",
        };
        let mut deed = Deed::new("restore");
        deed.touch(tx, RowKey::number(Table::Interaction, id))
            .await?;
        refile::set_state(tx, id, state).await?;
        let (before, after) = (json!({ "state": "deleted" }), json!({ "state": state }));
        deed.finish(tx, cx, removed.record.clone(), before, after)
            .await?;
    }
    Ok(removed)
}

/// An action takes its place as if it were new.
async fn action(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Removed, Failure> {
    let row = actions::by_id(tx, id).await?;
    let row = row.ok_or_else(|| Problem::new(format!("there is no action #a{id}")))?;
    let state = State::of_word(&row.state);
    if state == State::Done {
        return Err(Problem::new(format!("#a{id} is done, not deleted"))
            .nearest("undo")
            .into());
    }
    let removed = Removed {
        record: format!("#a{id}"),
        name: row.text.clone(),
        fate: Fate::Restored,
        already: state.is_open(),
        remarks: Vec::new(),
    };
    if removed.already {
        return Ok(removed);
    }
    let mut deed = Deed::new("restore");
    deed.touch(tx, RowKey::number(Table::Action, id)).await?;
    let back = ActionRow {
        state: State::Current.word().to_owned(),
        position: 0,
        ..row.clone()
    };
    match (row.contact_id, row.kind == Kind::Action.word()) {
        (Some(contact_id), true) => {
            let mut queue = actions::queue(tx, row.member_id, contact_id, QUEUE_MAX).await?;
            let moves = place_new(&places::standing(&queue), id, row.due_at);
            queue.push(back);
            places::put(tx, &mut deed, &queue, moves).await?;
        }
        _ => actions::update(tx, &back).await?,
    }
    let (before, after) = (json!({ "state": row.state }), json!({ "restored": true }));
    deed.finish(tx, cx, removed.record.clone(), before, after)
        .await?;
    Ok(removed)
}
