//! `today` and `list actions`: what the actor is to do, what is due first first.

use super::lines_of;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::{Agenda, AgendaOf};
use crate::commands::problem::Failure;
use crate::commands::when;
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};

/// How many are shown.
const SHOWN_MAX: usize = 30;
/// How many are read to count what is due.
const READ_MAX: i64 = 1_000;

/// Overdue, and due today.
pub async fn today(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let until = when::end_of_today(cx);
    let rows = actions::due_actions(tx, cx.actor.member_id, until, READ_MAX).await?;
    agenda(tx, cx, AgendaOf::Today, rows).await
}

/// All that is open.
pub async fn list(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let rows = actions::open_actions(tx, cx.actor.member_id, SHOWN_MAX as i64).await?;
    agenda(tx, cx, AgendaOf::All, rows).await
}

async fn agenda(
    tx: &mut Tx,
    cx: &Cx,
    of: AgendaOf,
    mut rows: Vec<ActionRow>,
) -> Result<Outcome, Failure> {
    let open = actions::open_counts(tx, cx.actor.member_id).await?;
    let all = open.current.saturating_add(open.queued);
    let count = |rows: &[ActionRow]| i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let (found, queued) = (count(&rows), queued(&rows));
    rows.truncate(SHOWN_MAX);
    let more = match of {
        AgendaOf::Today => found - count(&rows),
        AgendaOf::All => all - found,
    };
    let queued = (open.queued - queued).max(0);
    Ok(Outcome::Agenda(Box::new(Agenda {
        of,
        lines: lines_of(tx, cx, rows).await?,
        more: more.max(0),
        queued,
        later: (all - found - queued).max(0),
    })))
}

fn queued(rows: &[ActionRow]) -> i64 {
    let queued = rows.iter().filter(|row| row.state == "queued").count();
    i64::try_from(queued).unwrap_or(i64::MAX)
}
