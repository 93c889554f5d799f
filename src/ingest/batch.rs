//! One batch of arrivals, filed: read in parallel, decided and written in one transaction.

use super::attribute;
use super::known::{Known, Member};
use super::lane::Lanes;
use super::letter::{self, Letter};
use super::look_up;
use super::plan::{Occasion, Plan};
use super::write;
use crate::domain::{Error, Kind, Result};
use crate::store::registry::Arrival;
use crate::store::workspace::{Workspace, members};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How often a batch is planned anew because a random capture address was taken.
const TOKEN_TRIES_MAX: usize = 5;

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Filed now or before: they leave the spool.
    pub filed: Vec<i64>,
    /// Not filed: spooled message, failures before, error.
    pub failed: Vec<(i64, i64, Error)>,
}

/// Files arrivals of one workspace, in the order of their spool ids. An error is one of the whole batch: a database that is
/// away. One that is a single message's is in [`Outcome::failed`].
pub async fn file_batch(
    lanes: &Lanes,
    workspace_id: i64,
    arrivals: Vec<Arrival>,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut letters = Vec::with_capacity(arrivals.len());
    let mut tries = Vec::with_capacity(arrivals.len());
    let attempts: Vec<(i64, i64)> = arrivals.iter().map(|a| (a.spool_id, a.attempts)).collect();
    for (result, (spool_id, attempts)) in read_all(lanes, arrivals).await.into_iter().zip(attempts)
    {
        match result {
            Ok(letter) => {
                letters.push(letter);
                tries.push(attempts);
            }
            Err(error) => outcome.failed.push((spool_id, attempts, error)),
        }
    }
    let workspace = lanes.store.workspaces.get(workspace_id).await?;
    match file(lanes, &workspace, &letters).await {
        Ok(()) => outcome
            .filed
            .extend(letters.iter().map(|letter| letter.spool_id)),
        Err(error) if error.is_transient() => return Err(error),
        // One of them is at fault: each by itself, so that the rest go on.
        Err(_) => {
            for (letter, attempts) in letters.iter().zip(tries) {
                let spool_id = letter.spool_id;
                match file(lanes, &workspace, std::slice::from_ref(letter)).await {
                    Ok(()) => outcome.filed.push(spool_id),
                    Err(error) if error.is_transient() => return Err(error),
                    Err(error) => outcome.failed.push((spool_id, attempts, error)),
                }
            }
        }
    }
    Ok(outcome)
}

/// Reads arrivals on the threads for work that takes time, as many at once as there are processors.
async fn read_all(lanes: &Lanes, arrivals: Vec<Arrival>) -> Vec<Result<Letter>> {
    let mut tasks = Vec::new();
    for arrival in arrivals {
        tasks.push(tokio::spawn(read_one(lanes.clone(), arrival)));
    }
    let mut letters = Vec::with_capacity(tasks.len());
    for task in tasks {
        let failed = |_| {
            Error::new(
                Kind::Corrupt,
                "the mail could not be read: its reader failed",
            )
        };
        letters.push(task.await.map_err(failed).flatten());
    }
    letters
}

async fn read_one(lanes: Lanes, arrival: Arrival) -> Result<Letter> {
    let trust = lanes.verify(&arrival).await;
    let read = tokio::task::spawn_blocking(move || letter::read(arrival, trust));
    read.await.map_err(|_| {
        Error::new(
            Kind::Corrupt,
            "the mail could not be read: its reader failed",
        )
    })?
}

/// Files letters in one transaction, all or none.
async fn file(lanes: &Lanes, workspace: &Workspace, letters: &[Letter]) -> Result<()> {
    if letters.is_empty() {
        return Ok(());
    }
    let members = lanes.members(workspace.id).await?;
    let now_us = lanes.clock.now_us();
    for _ in 0..TOKEN_TRIES_MAX {
        let mut tx = workspace.write().await?;
        put_members(&mut tx, &members).await?;
        let mut known =
            look_up::known(&mut tx, letters, &members, &lanes.settings.mail_domain).await?;
        let occasion = Occasion {
            workspace_id: workspace.id,
            now_us,
            random: lanes.random,
        };
        let plan = plan(&mut known, &occasion, letters)?;
        // The registry first: an address without its contact is harmless, a contact without its address is not. It is another
        // database: this transaction holds one connection and asks for one more, and there are more of those than lanes.
        match lanes
            .store
            .registry
            .add_addresses(&plan.routes, now_us)
            .await
        {
            Ok(()) => {}
            Err(error) if error.kind == Kind::Conflict => continue,
            Err(error) => return Err(error),
        }
        write::write(&mut tx, &plan, &known.last_numbers, now_us).await?;
        return tx.commit().await;
    }
    Err(Error::unavailable(
        "no free address was found for a new contact; it is tried again",
    ))
}

/// Pure, and yet a fault in it must not stop the lane.
fn plan(known: &mut Known, occasion: &Occasion, letters: &[Letter]) -> Result<Plan> {
    let planned = catch_unwind(AssertUnwindSafe(|| {
        let mut plan = Plan::default();
        for letter in letters {
            let decision = attribute::decide(letter, known);
            plan.add(known, occasion, letter, decision);
        }
        plan
    }));
    planned.map_err(|_| {
        Error::new(
            Kind::Corrupt,
            "the mail could not be attributed: a rule failed",
        )
    })
}

/// The workspace keeps a copy of who its members are.
async fn put_members(tx: &mut crate::store::Tx, wanted: &[Member]) -> Result<()> {
    let there = members::all(tx).await?;
    for member in wanted {
        let is_same = |row: &members::MemberRow| {
            row.id == member.id && row.email == member.address && row.role == member.role
        };
        if there.iter().any(is_same) {
            continue;
        }
        let row = members::MemberRow {
            id: member.id,
            email: member.address.clone(),
            name: member.name.clone(),
            role: member.role.clone(),
        };
        members::put(tx, &row).await?;
    }
    Ok(())
}
