//! `undo` and `redo`: changes of the journal taken back, or done again, all or none.

mod conflict;
mod history;
mod which;
pub(super) mod words;

use super::deed::{Deed, rows_of};
use super::inverse::{Inverse, Part};
use crate::commands::command::Undone;
use crate::commands::context::Cx;
use crate::commands::outcome::{Outcome, TakenBack, TakenChange, Way};
use crate::commands::problem::{Failure, Problem};
use crate::domain::Kind;
use crate::store::Tx;
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::ledger::Table;
use serde_json::Value;
use which::{REDO, UNDO};

pub(super) use history::history;
pub(super) use which::member;

/// What is said where nothing is to be done.
const AS_BEFORE: &str = "it is already as it was before";

/// Takes changes back.
pub async fn undo(tx: &mut Tx, cx: &Cx, what: Undone) -> Result<Outcome, Failure> {
    let rows = which::to_undo(tx, cx, what).await?;
    take_back(tx, cx, rows).await
}

/// Does again what was taken back last.
pub async fn redo(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let rows = which::to_redo(tx, cx).await?;
    take_back(tx, cx, rows).await
}

/// Takes rows of the journal back: what was done is undone, what was undone is done again.
async fn take_back(tx: &mut Tx, cx: &Cx, rows: Vec<JournalRow>) -> Result<Outcome, Failure> {
    let inverse = Inverse::of(tx, &rows).await?;
    if !inverse.conflicts.is_empty() {
        return Err(conflict::problem(tx, cx, &rows, &inverse.conflicts)
            .await?
            .into());
    }
    if inverse.parts.iter().all(|part| part.steps.is_empty()) {
        let mut stays = None;
        for row in &rows {
            stays = stays.or(stopped(row)?);
        }
        return Err(Problem::new(stays.unwrap_or(AS_BEFORE)).into());
    }
    tx.savepoint().await?;
    match write(tx, cx, &rows, &inverse).await {
        Ok(changes) => {
            tx.keep().await?;
            Ok(Outcome::TakenBack(TakenBack { changes }))
        }
        Err(Failure::Problem(problem)) => {
            tx.back_to_savepoint().await?;
            Err(problem.into())
        }
        // A key that was given to another row, or a row that leads to one that should go.
        Err(Failure::Store(error)) if matches!(error.kind, Kind::Conflict | Kind::Corrupt) => {
            tx.back_to_savepoint().await?;
            Err(
                Problem::new("other records depend on what this would take back, so it stays")
                    .into(),
            )
        }
        Err(failure) => Err(failure),
    }
}

async fn write(
    tx: &mut Tx,
    cx: &Cx,
    rows: &[JournalRow],
    inverse: &Inverse,
) -> Result<Vec<TakenChange>, Failure> {
    let mut taken = Vec::with_capacity(inverse.parts.len());
    for part in &inverse.parts {
        let way = match part.of.verb == UNDO {
            true => Way::Redone,
            false => Way::Undone,
        };
        let told = tell(tx, cx, part, way).await?;
        let mut deed = Deed::about(
            match way {
                Way::Undone => UNDO,
                Way::Redone => REDO,
            },
            told.journal,
        );
        let conflicts = part.write(tx, &mut deed).await?;
        if !conflicts.is_empty() {
            return Err(conflict::problem(tx, cx, rows, &conflicts).await?.into());
        }
        let json = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        let (before, after) = (json(&part.of.after), json(&part.of.before));
        deed.finish(tx, cx, part.of.subject.clone(), before, after)
            .await?;
        journal::set_undone_by(tx, part.of.id, cx.batch).await?;
        taken.push(told);
    }
    Ok(taken)
}

/// What is said of a change that stopped what was to go, or made it: nothing is sent by a redo.
fn stopped(of: &JournalRow) -> Result<Option<&'static str>, Failure> {
    let rows = rows_of(of)?;
    let has = |table: Table| rows.iter().any(|r| r.row.table == table);
    Ok(match (has(Table::Outbox), has(Table::Broadcast)) {
        (true, _) => Some("the mail that was stopped stays so; send it again if it is to go"),
        (_, true) => Some("the broadcast that was stopped stays so; say it again if it is to go"),
        _ => None,
    })
}

/// What is said of a change, while its rows are still there.
async fn tell(tx: &mut Tx, cx: &Cx, part: &Part, way: Way) -> Result<TakenChange, Failure> {
    let first = match part.of.takes_back {
        Some(first) => journal::by_id(tx, first).await?,
        None => None,
    };
    let first = first.unwrap_or_else(|| part.of.clone());
    let mut remarks = Vec::new();
    if let Some(stays) = stopped(&part.of)?.filter(|_| way == Way::Redone) {
        remarks.push(stays.to_owned());
    } else if part.steps.is_empty() {
        remarks.push(AS_BEFORE.to_owned());
    }
    let by = match first.member_id == Some(cx.actor.member_id) {
        true => None,
        false => Some(member(tx, cx, first.member_id).await?),
    };
    Ok(TakenChange {
        journal: first.id,
        way,
        rows: words::of_steps(tx, cx, &part.steps).await?,
        verb: first.verb,
        subject: first.subject,
        at: first.at,
        by,
        remarks,
    })
}
