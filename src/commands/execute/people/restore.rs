//! `restore`: a contact or a note that was deleted is back; actions are opened again in `action`.

use super::delete::{set_deleted, set_state};
use super::subject;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::{called, filed_with, named};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::{Fate, Removed};
use crate::commands::problem::Failure;
use crate::commands::resolve;
use crate::store::Tx;

/// Brings back what the target is.
pub async fn restore(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let removed = match subject(cx, target, "restore #c12")? {
        Ref::Interaction(id) => note(tx, cx, id).await?,
        target => contact(tx, cx, &target).await?,
    };
    Ok(Outcome::Removed(removed))
}

async fn contact(tx: &mut Tx, cx: &Cx, target: &Ref) -> Result<Removed, Failure> {
    let row = resolve::deleted_contact(tx, target).await?;
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
    set_deleted(tx, cx, "restore", row, None).await?;
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
        set_state(tx, cx, "restore", &row, state).await?;
    }
    Ok(removed)
}
