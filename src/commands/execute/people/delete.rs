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
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{contacts, refile};
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
    match actions::open_of(tx, row.id).await? {
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
