//! `delete`: a contact or a note; actions are given up in `action`. All come back by `restore`.

use super::subject;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::{called, named};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::{Fate, Removed};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::store::Tx;
use crate::store::workspace::actions;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::interactions::InteractionRow;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::refile;
use serde_json::json;

/// Deletes what the target is.
pub async fn delete(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let removed = match subject(cx, target, "delete #c12")? {
        Ref::Interaction(id) => note(tx, cx, id).await?,
        target => contact(tx, cx, &target).await?,
    };
    Ok(Outcome::Removed(removed))
}

async fn contact(tx: &mut Tx, cx: &Cx, target: &Ref) -> Result<Removed, Failure> {
    let row = resolve::contact_or_deleted(tx, target).await?;
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
    let contact_id = row.id;
    set_deleted(tx, cx, "delete", row, Some(cx.now_us)).await?;
    match actions::open_of(tx, contact_id).await? {
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
        set_state(tx, cx, "delete", &row, "deleted").await?;
    }
    Ok(removed)
}

/// Says of a contact when it was deleted, or that it is not, as a deed of a verb.
pub(super) async fn set_deleted(
    tx: &mut Tx,
    cx: &Cx,
    verb: &'static str,
    mut row: ContactRow,
    deleted_at: Option<i64>,
) -> Result<(), Failure> {
    let mut deed = Deed::new(verb);
    deed.touch(tx, RowKey::number(Table::Contact, row.id))
        .await?;
    let before = json!({ "deleted": row.deleted_at.is_some() });
    let after = json!({ "deleted": deleted_at.is_some() });
    row.deleted_at = deleted_at;
    contacts::put(tx, &row).await?;
    let subject = format!("#c{}", row.id);
    deed.finish(tx, cx, subject, before, after).await?;
    Ok(())
}

/// Says how an interaction stands, as a deed of a verb.
pub(super) async fn set_state(
    tx: &mut Tx,
    cx: &Cx,
    verb: &'static str,
    row: &InteractionRow,
    state: &str,
) -> Result<(), Failure> {
    let mut deed = Deed::new(verb);
    deed.touch(tx, RowKey::number(Table::Interaction, row.id))
        .await?;
    refile::set_state(tx, row.id, state).await?;
    let (before, after) = (json!({ "state": row.state }), json!({ "state": state }));
    deed.finish(tx, cx, format!("#i{}", row.id), before, after)
        .await?;
    Ok(())
}
