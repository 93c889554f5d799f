//! People of spreadsheets and address books into a workspace: found or made, some hundred in a transaction, one change each in
//! the journal.

use super::import::Mode;
use crate::commands::context::Cx;
use crate::commands::execute::{Incoming, Standing, bring_in};
use crate::commands::reserve;
use crate::domain::{Result, address};
use crate::store::workspace::{contacts, next_number};
use crate::store::{Store, Tx};
use std::collections::HashMap;

/// People in one transaction.
const AT_ONCE: usize = 200;
/// People in one batch of the journal, which one `undo` takes back: it reads 2,000 changes.
const IN_BATCH: usize = 1_800;
/// Skipped rows and remarks that a report holds.
const TOLD_MAX: usize = 1_000;

/// What came of people who were brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// New contacts.
    pub made: u64,
    /// Contacts that were there and know more now.
    pub completed: u64,
    /// Contacts that were there and knew all of it.
    pub known: u64,
    /// Those who were not brought in.
    pub skipped: u64,
    /// Line and reason of those; the first 1,000.
    pub reasons: Vec<(u64, String)>,
    /// Line and sentence of what was left out of others; the first 1,000.
    pub left_out: Vec<(u64, String)>,
    /// The batches of the journal: `undo` takes back one at a time, the last first.
    pub batches: Vec<i64>,
}

/// Brings people in, or only says what would come of it. Each has the line that it stands on. What was committed before an
/// error stays; the same again finds it there.
pub async fn bring(
    store: &Store,
    cx: &Cx,
    people: &[(u64, Incoming)],
    mode: Mode,
) -> Result<Report> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let mut report = Report::default();
    if mode == Mode::DryRun {
        // Never committed.
        let mut tx = workspace.write().await?;
        bring_chunk(&mut tx, cx, people, &HashMap::new(), &mut report).await?;
        return Ok(report);
    }
    for batch in people.chunks(IN_BATCH) {
        let mut cx = cx.clone();
        for chunk in batch.chunks(AT_ONCE) {
            let captures = captures(store, &cx, chunk).await?;
            let mut tx = workspace.write().await?;
            if cx.batch == 0 {
                cx.batch = next_number(&mut tx, "batch").await?;
                report.batches.push(cx.batch);
            }
            bring_chunk(&mut tx, &cx, chunk, &captures, &mut report).await?;
            tx.commit().await?;
        }
    }
    Ok(report)
}

/// Capture addresses for those who have no contact yet, by their line.
async fn captures(
    store: &Store,
    cx: &Cx,
    people: &[(u64, Incoming)],
) -> Result<HashMap<u64, String>> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let mut tx = workspace.read().await?;
    let mut wanted = Vec::new();
    for (line, person) in people {
        let first = person
            .addresses
            .first()
            .map(|address| address::normalise(address));
        let is_known = match &first {
            Some(address) => contacts::by_address(&mut tx, address).await?.is_some(),
            None => false,
        };
        if is_known {
            continue;
        }
        let local_part = first.as_deref().and_then(|first| first.split('@').next());
        let name = person.name.as_deref().or(local_part).unwrap_or_default();
        wanted.push((*line, address::slug(name)));
    }
    drop(tx);
    reserve::captures(store, cx.workspace_id, wanted, cx.now_us).await
}

async fn bring_chunk(
    tx: &mut Tx,
    cx: &Cx,
    people: &[(u64, Incoming)],
    captures: &HashMap<u64, String>,
    report: &mut Report,
) -> Result<()> {
    for (line, person) in people {
        let cx = Cx {
            line: u32::try_from(*line).unwrap_or(u32::MAX),
            ..cx.clone()
        };
        let capture = captures.get(line).map(String::as_str);
        tx.savepoint().await?;
        match bring_in(tx, &cx, person, capture).await {
            Ok(brought) => {
                tx.keep().await?;
                match brought.standing {
                    Standing::Made => report.made += 1,
                    Standing::Completed => report.completed += 1,
                    Standing::Known => report.known += 1,
                }
                let room = TOLD_MAX.saturating_sub(report.left_out.len());
                let left_out = brought.left_out.into_iter().take(room);
                report.left_out.extend(left_out.map(|what| (*line, what)));
            }
            Err(failure) => {
                let problem = failure.into_problem()?;
                tx.back_to_savepoint().await?;
                report.skipped += 1;
                if report.reasons.len() < TOLD_MAX {
                    report.reasons.push((*line, problem.to_string()));
                }
            }
        }
    }
    Ok(())
}
