//! A backup put back: the files in their place, then everybody erased again who was erased since it was made.

use super::backup::{self, About, captures, failed};
use super::forgetting::{append, tombstones_of};
use super::registry::{AddressKind, Registry, Route, Tombstone};
use super::workspace::erasing::{self, ErasureRow, Pending};
use super::{Store, Tx};
use crate::domain::{Error, InstanceKey, Kind, Result};
use crate::on;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What stands in the data folder and belongs to the databases.
const OURS: [&str; 4] = [
    "registry.db",
    "registry.db-wal",
    "registry.db-shm",
    "workspaces",
];

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup is of.
    pub about: About,
    /// Where the databases are that were there before.
    pub before: Option<PathBuf>,
    /// How many persons were erased again.
    pub erased: usize,
    /// How many capture addresses were made known again.
    pub addresses: usize,
}

/// Puts a backup into a data folder; what is there is moved aside. Nobody may have the databases open.
pub async fn restore(from: &Path, data: &Path, key: InstanceKey, now_us: i64) -> Result<Restored> {
    let about = backup::about(from)?;
    if about.key_fingerprint != key.fingerprint() {
        return Err(Error::new(
            Kind::Conflict,
            "the key file (RAPPORT_KEY_FILE) is not the one of this backup; copy the one that belongs to it, which is not in the backup",
        ));
    }
    let tombstones = known_tombstones(from, data, &key).await?;
    let before = move_aside(data, now_us)?;
    for id in &about.workspaces {
        let name = format!("workspaces/{id}.db");
        copy(&from.join(&name), &data.join(&name))?;
    }
    // Last: without it the folder is an empty one.
    copy(&from.join("registry.db"), &data.join("registry.db"))?;
    let store = Store::open(data, None, key).await?;
    let addresses = store.know_captures(now_us).await?;
    let erased = store
        .erase_again(&tombstones, about.made_at, now_us)
        .await?;
    Ok(Restored {
        about,
        before,
        erased,
        addresses,
    })
}

/// Who was erased: as the databases say that are there, the file beside them, and the one in the backup. Of databases that cannot be
/// opened the file beside them says it.
async fn known_tombstones(from: &Path, data: &Path, key: &InstanceKey) -> Result<Vec<Tombstone>> {
    let mut all: BTreeSet<Tombstone> = BTreeSet::new();
    all.extend(tombstones_of(data)?);
    all.extend(tombstones_of(from)?);
    if data.join("registry.db").exists() {
        match Registry::open(data, None, key.clone()).await {
            Ok(registry) => {
                all.extend(registry.tombstones(i64::MIN).await?);
                registry.db().close().await;
            }
            Err(error) => {
                tracing::warn!(error = %error, cause = ?error.cause, "the registry that is there cannot be opened; erasures.jsonl says who was erased");
            }
        }
    }
    Ok(all.into_iter().collect())
}

fn move_aside(data: &Path, now_us: i64) -> Result<Option<PathBuf>> {
    let there: Vec<PathBuf> = OURS
        .iter()
        .map(|name| data.join(name))
        .filter(|path| path.exists())
        .collect();
    if there.is_empty() {
        return Ok(None);
    }
    let aside = data.join(format!("before-restore-{now_us}"));
    std::fs::create_dir_all(&aside).map_err(|e| failed(&aside, e))?;
    for path in there {
        let to = aside.join(path.file_name().unwrap_or_default());
        std::fs::rename(&path, &to).map_err(|e| failed(&to, e))?;
    }
    Ok(Some(aside))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    std::fs::copy(from, to)
        .and_then(|_| std::fs::File::open(to)?.sync_all())
        .map_err(|e| failed(to, e))
}

impl Store {
    /// Erases again who was erased after a moment, as the tombstones say; for databases that were restored to that moment. Gives
    /// how many.
    pub async fn erase_again(
        &self,
        tombstones: &[Tombstone],
        made_at: i64,
        now_us: i64,
    ) -> Result<usize> {
        let mut workspaces: BTreeSet<i64> = self
            .registry
            .workspaces(i64::from(i32::MAX))
            .await?
            .iter()
            .map(|row| row.id)
            .collect();
        let mut erased = 0;
        for tombstone in tombstones {
            // The databases that were restored knew less, or nothing.
            self.registry.add_tombstone(tombstone).await?;
            append(&self.folder, tombstone)?;
            if let Some(account_id) = tombstone.account_id() {
                if tombstone.at > made_at {
                    erased += self.remove_account_again(account_id, now_us).await?;
                }
                continue;
            }
            if tombstone.at <= made_at || !workspaces.contains(&tombstone.workspace_id) {
                continue;
            }
            if !tombstone.is_of_workspace() {
                erased += self.erase_one_again(tombstone, now_us).await?;
                continue;
            }
            self.remove_workspace(tombstone.workspace_id, now_us)
                .await?;
            // It is not opened any more: that would make another.
            workspaces.remove(&tombstone.workspace_id);
            erased += 1;
        }
        for row in self.registry.workspaces(i64::from(i32::MAX)).await? {
            let id = row.id;
            self.settle_erasures(id, now_us).await?;
        }
        Ok(erased)
    }

    /// One that owned a workspace alone then owns it again: it stays, and the log says so.
    async fn remove_account_again(&self, account_id: i64, now_us: i64) -> Result<usize> {
        let Some(account) = self.registry.account(account_id).await? else {
            return Ok(0);
        };
        match self.remove_account_now(&account, now_us).await {
            Ok(()) => Ok(1),
            Err(error) if error.kind == Kind::Conflict => {
                tracing::warn!(account_id, error = %error, "an account that was deleted is there again");
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }

    async fn erase_one_again(&self, tombstone: &Tombstone, now_us: i64) -> Result<usize> {
        let workspace = self.workspaces.get(tombstone.workspace_id).await?;
        let mut tx = workspace.write().await?;
        let mut ids = BTreeSet::from([tombstone.contact_id]);
        for (address, contact_id) in addresses(&mut tx).await? {
            let hash = self.registry.key().suppression_hash(&address);
            if tombstone.address_hashes.contains(&hash) {
                ids.insert(contact_id);
            }
        }
        let mut count = 0;
        for id in ids {
            let Some(person) = erasing::person(&mut tx, id).await? else {
                continue;
            };
            let erased = erasing::erase(&mut tx, &person).await?;
            let receipt = ErasureRow {
                at: now_us,
                contact_id: id,
                address_hashes: json!([]).to_string(),
                counts: json!(erased.counts).to_string(),
                holds: json!([]).to_string(),
                ..ErasureRow::default()
            };
            erasing::insert(&mut tx, &receipt, &Pending::of(person)).await?;
            count += 1;
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Makes capture addresses known to the registry that it was copied before.
    async fn know_captures(&self, now_us: i64) -> Result<usize> {
        let mut known = 0;
        for row in self.registry.workspaces(i64::from(i32::MAX)).await? {
            let workspace = self.workspaces.get(row.id).await?;
            let all = captures(&mut workspace.read().await?).await?;
            for (local_part, contact_id) in all {
                if self.registry.route(&local_part).await?.is_some() {
                    continue;
                }
                let route = Route {
                    local_part,
                    kind: AddressKind::Capture,
                    workspace_id: row.id,
                    account_id: None,
                    contact_id: Some(contact_id),
                    number: None,
                };
                self.registry.add_addresses(&[route], now_us).await?;
                known += 1;
            }
        }
        Ok(known)
    }
}

async fn addresses(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as("select address, contact_id from contact_address limit 10000000")
        .fetch_all(c).await)?;
    Ok(rows)
}
