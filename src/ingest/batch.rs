//! One batch of arrivals, filed: read in parallel, decided and written in one transaction.

use super::attribute;
use super::door::{self, Desk};
use super::known::{self, Known, Member};
use super::lane::{Lanes, guarded};
use super::letter::{self, Letter};
use super::look_up;
use super::plan::{Occasion, Plan};
use super::returned;
use super::write;
use crate::domain::{Error, Kind, Result};
use crate::store::registry::{Arrival, Registry};
use crate::store::workspace::{Workspace, members};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A longer mail is read on the threads for work that takes time.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// Reading that takes longer has no end: the mail is parked as one that cannot be read.
const READING_MAX: Duration = Duration::from_secs(120);

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

/// Arrivals that were read and wait to be filed.
#[derive(Debug, Default)]
pub struct Batch {
    letters: Vec<Letter>,
    /// How often filing each failed before.
    attempts: Vec<i64>,
    failed: Vec<(i64, i64, Error)>,
    /// The spooled message that came last; absent for an empty batch.
    pub last: Option<i64>,
}

/// Files arrivals of one workspace, in the order of their spool ids. An error is one of the whole batch: a database that is
/// away. One that is a single message's is in [`Outcome::failed`].
pub async fn file_batch(
    lanes: &Lanes,
    workspace_id: i64,
    arrivals: Vec<Arrival>,
) -> Result<Outcome> {
    let members = known::members(&lanes.store.registry, workspace_id).await?;
    let batch = read(lanes, arrivals).await;
    file(lanes, workspace_id, &members, batch).await
}

/// Reads arrivals, side by side.
pub(super) async fn read(lanes: &Lanes, arrivals: Vec<Arrival>) -> Batch {
    let mut batch = Batch {
        last: arrivals.last().map(|arrival| arrival.spool_id),
        ..Batch::default()
    };
    let mut tasks = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let (spool_id, attempts) = (arrival.spool_id, arrival.attempts);
        tasks.push((
            spool_id,
            attempts,
            tokio::spawn(read_one(lanes.clone(), arrival)),
        ));
    }
    for (spool_id, attempts, task) in tasks {
        match task.await.map_err(|_| unreadable()).flatten() {
            Ok(letter) => {
                batch.letters.push(letter);
                batch.attempts.push(attempts);
            }
            Err(error) => batch.failed.push((spool_id, attempts, error)),
        }
    }
    batch
}

async fn read_one(lanes: Lanes, arrival: Arrival) -> Result<Letter> {
    let trust = lanes.verify(&arrival).await;
    if arrival.raw.len() <= INLINE_BYTES_MAX {
        return letter::read(arrival, trust);
    }
    let read = tokio::task::spawn_blocking(move || letter::read(arrival, trust));
    let read = tokio::time::timeout(READING_MAX, read).await;
    read.map_err(|_| unreadable())?.map_err(|_| unreadable())?
}

fn unreadable() -> Error {
    Error::new(
        Kind::Corrupt,
        "the mail could not be read: its reader failed",
    )
}

/// Files what was read.
pub(super) async fn file(
    lanes: &Lanes,
    workspace_id: i64,
    members: &[Member],
    batch: Batch,
) -> Result<Outcome> {
    let workspace = lanes.store.workspaces.get(workspace_id).await?;
    let Batch {
        letters,
        attempts,
        failed,
        ..
    } = batch;
    let mut outcome = Outcome {
        failed,
        ..Outcome::default()
    };
    let mut letters = letters.as_slice();
    let mut attempts = attempts.as_slice();
    while !letters.is_empty() {
        // For each group anew: the commands of the one before may have chosen another zone or language.
        let members = with_settings(&mut workspace.read().await?, members).await?;
        let (group, behind) = letters.split_at(group_length(letters, &members));
        let (of_group, attempts_behind) = attempts.split_at(group.len());
        (letters, attempts) = (behind, attempts_behind);
        file_group(lanes, &workspace, group, of_group, &mut outcome).await?;
    }
    Ok(outcome)
}

/// How many letters are filed together: one with commands is the last, so that what it changes is known to those behind it.
fn group_length(letters: &[Letter], members: &[Member]) -> usize {
    let asking = letters
        .iter()
        .position(|letter| door::may_ask(letter, members));
    asking.map_or(letters.len(), |at| at + 1)
}

async fn file_group(
    lanes: &Lanes,
    workspace: &Workspace,
    letters: &[Letter],
    attempts: &[i64],
    outcome: &mut Outcome,
) -> Result<()> {
    match guarded(file_letters(lanes, workspace, letters)).await {
        Ok(()) => outcome
            .filed
            .extend(letters.iter().map(|letter| letter.spool_id)),
        Err(error) if error.is_transient() && !lanes.answers(workspace).await => {
            return Err(error);
        }
        // One of them is at fault: each by itself, so that the rest go on.
        Err(_) => {
            for (letter, attempts) in letters.iter().zip(attempts) {
                let spool_id = letter.spool_id;
                let alone = std::slice::from_ref(letter);
                match guarded(file_letters(lanes, workspace, alone)).await {
                    Ok(()) => outcome.filed.push(spool_id),
                    Err(error) if error.is_transient() && !lanes.answers(workspace).await => {
                        return Err(error);
                    }
                    Err(error) => outcome.failed.push((spool_id, *attempts, error)),
                }
            }
        }
    }
    Ok(())
}

/// Files letters in one transaction, all or none.
async fn file_letters(lanes: &Lanes, workspace: &Workspace, letters: &[Letter]) -> Result<()> {
    if letters.is_empty() {
        return Ok(());
    }
    let now_us = lanes.clock.now_us();
    for _ in 0..TOKEN_TRIES_MAX {
        let mut tx = workspace.write().await?;
        let members = present(&mut tx, &lanes.store.registry, workspace.id, now_us).await?;
        let mail_domain = &lanes.settings.mail_domain;
        let mut known = look_up::known(&mut tx, letters, &members, mail_domain).await?;
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
        let desk = Desk {
            lanes,
            workspace_id: workspace.id,
            now_us,
            known: &known,
        };
        for letter in letters {
            returned::apply(&mut tx, &desk, letter).await?;
        }
        for asked in &plan.asked {
            let letter = letters.iter().find(|l| l.spool_id == asked.spool_id);
            if let Some(letter) = letter {
                // On the heap: what a letter may ask for is much, and a worker's stack is small.
                Box::pin(door::act(&mut tx, &desk, letter, asked)).await?;
            }
        }
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

/// The members of now with what they chose, and the workspace's copy brought up to date. Whoever takes somebody out holds the
/// lock of this transaction: asked before it, the registry may say what is over.
pub(super) async fn present(
    tx: &mut crate::store::Tx,
    registry: &Registry,
    workspace_id: i64,
    now_us: i64,
) -> Result<Vec<Member>> {
    let members = known::members(registry, workspace_id).await?;
    put_members(tx, &members, now_us).await?;
    with_settings(tx, &members).await
}

/// The members with what they chose, which the workspace knows.
async fn with_settings(tx: &mut crate::store::Tx, members: &[Member]) -> Result<Vec<Member>> {
    let chosen = members::all_settings(tx).await?;
    Ok(members
        .iter()
        .map(|member| Member {
            settings: chosen.get(&member.id).cloned().unwrap_or_default(),
            ..member.clone()
        })
        .collect())
}

/// The workspace keeps a copy of who its members are.
async fn put_members(tx: &mut crate::store::Tx, wanted: &[Member], now_us: i64) -> Result<()> {
    let there = members::all(tx).await?;
    for row in &there {
        if !wanted.iter().any(|member| member.id == row.id) {
            members::rest(tx, row.id, now_us).await?;
        }
    }
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
    put_addresses(tx, wanted).await
}

/// And of the addresses that they write from. One that came with an import, and that nobody verified here, goes.
async fn put_addresses(tx: &mut crate::store::Tx, wanted: &[Member]) -> Result<()> {
    let there = members::addresses(tx).await?;
    for (address, id) in &there {
        let is_verified = |member: &Member| member.id == *id && member.further.contains(address);
        if !wanted.iter().any(is_verified) {
            members::remove_address(tx, *id, address).await?;
        }
    }
    for member in wanted {
        for address in &member.further {
            let is_there = |(known, id): &(String, i64)| known == address && *id == member.id;
            if !there.iter().any(is_there) {
                members::put_address(tx, member.id, address).await?;
            }
        }
    }
    Ok(())
}
