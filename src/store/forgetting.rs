//! What is still to be done for a person who was erased, outside of the workspace's transaction: the registry, the tombstone, and
//! the space on the disk.
//!
//! The receipt says what is pending, so that a crash anywhere repeats it; each step twice is the step once. The lane of time does
//! it, and whoever ran the command at the command line.

use super::Store;
use super::house::of_workspace;
use super::registry::Tombstone;
use super::workspace::erasing::{self, ErasureRow};
use super::workspace::{Workspace, search};
use crate::domain::retention::DAY_US;
use crate::domain::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Tombstones in the data folder, beside the databases: a line each. A restore of the databases leaves it where it is.
pub const TOMBSTONES_FILE: &str = "erasures.jsonl";

/// Receipts that are dealt with at a time.
const RECEIPTS_MAX: usize = 1_000;

/// What a receipt says where only the space is still to be cleaned.
const TO_CLEAN: &str = "{}";

/// So long a receipt waits for whoever reads since before, microseconds. An export is over by then; what reads for ever is of no
/// instance of ours.
const READERS_US: i64 = DAY_US;

impl Store {
    /// Does what is pending in a workspace; gives how many receipts it was for. `Kind::Unavailable` where the space could not be
    /// cleaned since somebody reads: it is tried again, for a day.
    pub async fn settle_erasures(&self, workspace_id: i64, now_us: i64) -> Result<usize> {
        let workspace = self.workspaces.get(workspace_id).await?;
        let mut settled: Vec<(i64, i64)> = Vec::new();
        let mut all = Ok(());
        while settled.len() < RECEIPTS_MAX && all.is_ok() {
            let behind = settled.last().map_or(0, |(id, _)| *id);
            let row = erasing::next_pending(&mut workspace.read().await?, behind).await?;
            let Some(row) = row else { break };
            all = self.remove_elsewhere(workspace_id, &row).await;
            if all.is_ok() {
                settled.push((row.id, row.at));
            }
        }
        if settled.is_empty() {
            return all.map(|()| 0);
        }
        // Once for all of them: it holds up whoever writes.
        let is_clean = self.clean_behind(&workspace).await?;
        let is_done = |at: i64| is_clean || at <= now_us - READERS_US;
        let done: Vec<i64> = settled
            .iter()
            .filter(|(_, at)| is_done(*at))
            .map(|(id, _)| *id)
            .collect();
        let mut tx = workspace.write().await?;
        for id in &done {
            erasing::finish(&mut tx, *id, None, None).await?;
        }
        tx.commit().await?;
        all?;
        if done.len() < settled.len() {
            return Err(Error::unavailable(
                "somebody reads the database since before an erasure, so that its space could not be cleaned; it is tried again",
            ));
        }
        if !is_clean {
            tracing::warn!(
                workspace_id,
                "somebody reads the database for more than a day: what was erased lies there until they end"
            );
        }
        Ok(done.len())
    }

    /// Cleans all that an erasure removes from; false where somebody reads since before.
    async fn clean_behind(&self, workspace: &Workspace) -> Result<bool> {
        let mut tx = workspace.write().await?;
        search::compact(&mut tx).await?;
        tx.commit().await?;
        Ok(workspace.db().cleaned().await? && self.clean_shared().await?)
    }

    /// The registry and the tombstones of one receipt. Afterwards nothing in it says who it was.
    async fn remove_elsewhere(&self, workspace_id: i64, row: &ErasureRow) -> Result<()> {
        let Some(mut pending) = row.still_pending() else {
            return Ok(());
        };
        let further = self
            .registry
            .further_accounts(workspace_id, &pending.marks.addresses)
            .await?;
        let workspace = self.workspaces.get(workspace_id).await?;
        // While the registry still says whose the address is.
        let mut tx = workspace.write().await?;
        let former = erasing::forget_members(&mut tx, &further).await?;
        tx.commit().await?;
        pending.former.extend(former);
        self.registry
            .forget_person(workspace_id, &pending, row.at)
            .await?;
        let own = pending.marks.own();
        let own: Vec<&str> = own.iter().map(AsRef::as_ref).collect();
        self.forget_letters(&own, &of_workspace(workspace_id))
            .await?;
        let key = self.registry.key();
        let hash = |address: &String| key.suppression_hash(address);
        let address_hashes: Vec<String> = pending.marks.addresses.iter().map(hash).collect();
        for contact_id in &pending.contact_ids {
            let tombstone = Tombstone {
                workspace_id,
                contact_id: *contact_id,
                at: row.at,
                address_hashes: address_hashes.clone(),
            };
            self.registry.add_tombstone(&tombstone).await?;
            append(&self.folder, &tombstone)?;
        }
        let hashes = serde_json::json!(address_hashes).to_string();
        let mut tx = workspace.write().await?;
        erasing::finish(&mut tx, row.id, Some(&hashes), Some(TO_CLEAN)).await?;
        tx.commit().await
    }
}

/// The tombstones of a data folder; none where there is no file.
pub fn tombstones_of(folder: &Path) -> Result<Vec<Tombstone>> {
    let path = folder.join(TOMBSTONES_FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed(&path, e)),
    };
    let mut found = Vec::new();
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|e| failed(&path, e))?;
        // The last line may be half written by a crash; it is written again with the receipt.
        found.extend(serde_json::from_str::<Tombstone>(&line));
    }
    Ok(found)
}

/// Writes a tombstone behind the others, on disk before it returns.
pub fn append(folder: &Path, tombstone: &Tombstone) -> Result<()> {
    if tombstones_of(folder)?.contains(tombstone) {
        return Ok(());
    }
    let path = folder.join(TOMBSTONES_FILE);
    let line = serde_json::json!(tombstone).to_string();
    let written = || {
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        // In front of it too: a half line of a crash ends there.
        file.write_all(format!("\n{line}\n").as_bytes())?;
        file.sync_all()
    };
    written().map_err(|e| failed(&path, e))
}

fn failed(path: &Path, cause: std::io::Error) -> Error {
    let message = format!(
        "cannot read or write {}; it must stay with the data, since it keeps who was erased",
        path.display()
    );
    Error::unavailable(message).because(cause)
}
