//! `delete`: a contact, an action or a note. All come back by `restore`.

use super::subject;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::{called, named, places};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::{Fate, Removed};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::action::{Kind, State, finish};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{contacts, refile};
use serde_json::json;

/// The most actions of a queue.
pub(super) const QUEUE_MAX: i64 = 5_000;

/// Deletes what the target is.
pub async fn delete(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let removed = match subject(cx, target, "delete #c12")? {
        Ref::Interaction(id) => note(tx, cx, id).await?,
        Ref::Action(id) => action(tx, cx, id).await?,
        target => contact(tx, cx, &target).await?,
    };
    Ok(Outcome::Removed(removed))
}

async fn contact(tx: &mut Tx, cx: &Cx, target: &Ref) -> Result<Removed, Failure> {
    let mut row = resolve::contact_or_deleted(tx, target).await?;
    let mut removed = Removed {
        record: format!("#c{}", row.id),
        name: named(tx, &row).await?.name,
        fate: Fate::Deleted,
        already: row.deleted_at.is_some(),
        remarks: Vec::new(),
    };
    if removed.already {
        return Ok(removed);
    }
    let mut deed = Deed::new("delete");
    deed.touch(tx, RowKey::number(Table::Contact, row.id))
        .await?;
    row.deleted_at = Some(cx.now_us);
    contacts::put(tx, &row).await?;
    let subject = removed.record.clone();
    deed.finish(
        tx,
        cx,
        subject,
        json!({ "deleted": false }),
        json!({ "deleted": true }),
    )
    .await?;
    let open = actions::of_contact(tx, row.id, QUEUE_MAX).await?;
    let open = open
        .iter()
        .filter(|row| State::of_word(&row.state).is_open())
        .count();
    match open {
        0 => {}
        1 => removed
            .remarks
            .push("1 open action rests with it.".to_owned()),
        open => removed
            .remarks
            .push(format!("{open} open actions rest with it.")),
    }
    removed
        .remarks
        .push("What it writes is still filed with it, and the digest says so.".to_owned());
    Ok(removed)
}

/// A note, a call, a meeting: whatever a command wrote. What came as a mail is the proof of what was said.
async fn note(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Removed, Failure> {
    let row = resolve::interaction(tx, id).await?;
    if row.raw_id.is_some() || matches!(row.kind.as_str(), "mail" | "report") {
        let problem =
            format!("#i{id} came as a mail, and mails are not deleted; file #i{id} moves it");
        return Err(Problem::new(problem).into());
    }
    let removed = Removed {
        record: format!("#i{id}"),
        name: format!("\"{}\"", called(&row)),
        fate: Fate::Deleted,
        already: row.state == "deleted",
        remarks: Vec::new(),
    };
    if !removed.already {
        let mut deed = Deed::new("delete");
        deed.touch(tx, RowKey::number(Table::Interaction, id))
            .await?;
        refile::set_state(tx, id, "deleted").await?;
        let (before, after) = (json!({ "state": row.state }), json!({ "state": "deleted" }));
        deed.finish(tx, cx, removed.record.clone(), before, after)
            .await?;
    }
    Ok(removed)
}

/// An action is dropped; what waits for it comes next.
async fn action(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Removed, Failure> {
    let row = actions::by_id(tx, id).await?;
    let row = row.ok_or_else(|| Problem::new(format!("there is no action #a{id}")))?;
    let state = State::of_word(&row.state);
    if state == State::Done {
        return Err(Problem::new(format!("#a{id} is done"))
            .nearest("undo")
            .into());
    }
    let removed = Removed {
        record: format!("#a{id}"),
        name: row.text.clone(),
        fate: Fate::Deleted,
        already: state == State::Dropped,
        remarks: Vec::new(),
    };
    if removed.already {
        return Ok(removed);
    }
    let mut deed = Deed::new("delete");
    deed.touch(tx, RowKey::number(Table::Action, id)).await?;
    if let (Some(contact_id), true) = (row.contact_id, row.kind == Kind::Action.word()) {
        let queue = actions::queue(tx, row.member_id, contact_id, QUEUE_MAX).await?;
        let moves = finish(&places::standing(&queue), id, None);
        places::put(tx, &mut deed, &queue, moves).await?;
    }
    let dropped = ActionRow {
        state: State::Dropped.word().to_owned(),
        ..row.clone()
    };
    actions::update(tx, &dropped).await?;
    let (before, after) = (
        json!({ "state": row.state }),
        json!({ "state": dropped.state }),
    );
    deed.finish(tx, cx, removed.record.clone(), before, after)
        .await?;
    Ok(removed)
}
