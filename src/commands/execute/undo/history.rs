//! What the journal tells of a contact or an action.

use super::words;
use crate::commands::context::Cx;
use crate::commands::execute::deed::rows_of;
use crate::commands::execute::inverse::Step;
use crate::commands::outcome::{History, HistoryLine, More, Outcome, Stands};
use crate::commands::problem::{Failure, Problem};
use crate::store::Tx;
use crate::store::workspace::ledger::{self, RowKey, Table};
use crate::store::workspace::{members, timeline};
use serde_json::Value;

const CHANGES_MAX: usize = 20;

/// Who changed a contact or an action, when, through which door, from what to what; `subject` is what the journal calls it.
pub async fn history(
    tx: &mut Tx,
    cx: &Cx,
    row: &RowKey,
    subject: &str,
) -> Result<Outcome, Failure> {
    debug_assert!(matches!(row.table, Table::Contact | Table::Action));
    let columns = ledger::read(tx, row).await?;
    let columns = columns.ok_or_else(|| Problem::new(format!("there is no {subject}")))?;
    let mut found = timeline::changes(tx, subject, CHANGES_MAX as i64 + 1).await?;
    let more = More::cut(&mut found, CHANGES_MAX);
    let mut changes = Vec::with_capacity(found.len());
    for change in found {
        let steps: Vec<Step> = rows_of(&change)?
            .into_iter()
            .map(|changed| Step {
                row: changed.row,
                from: changed.before,
                to: changed.after,
            })
            .collect();
        let member = match change.member_id {
            Some(id) => members::by_id(tx, id).await?,
            None => None,
        };
        changes.push(HistoryLine {
            journal: change.id,
            at: change.at,
            member: member.map_or("Rapport".to_owned(), |m| m.name.unwrap_or(m.email)),
            door: change.door,
            verb: change.verb,
            takes_back: change.takes_back,
            rows: words::of_steps(tx, cx, &steps).await?,
            stands: match change.undone_by {
                None => Stands::Yes,
                Some(_) => Stands::TakenBack,
            },
        });
    }
    Ok(Outcome::History(Box::new(History {
        record: words::record(tx, row, Some(&columns)).await?,
        since: columns
            .get("created_at")
            .and_then(Value::as_i64)
            .unwrap_or_default(),
        changes,
        more,
    })))
}
