//! A backup put back: the files in their place, then everybody erased again who was erased since it was made.

use super::backup::{self, About, captures, failed};
use super::forgetting::{append, tombstones_of};
use super::registry::{AddressKind, Registry, Route, Tombstone};
use super::workspace::contacts;
use super::workspace::erasing::{self, ErasureRow, Pending};
use super::{Store, Tx};
use crate::domain::retention::DAY_US;
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

/// A tombstone bears the time at which its command began: what took until behind the beginning of a backup may have begun so long
/// before it.
const BEGUN_BEFORE_US: i64 = DAY_US;

/// What was erased again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// How many persons, workspaces and accounts.
    pub erased: usize,
    /// The accounts that are there again, by their addresses: most likely a workspace that they own alone is, too.
    pub kept: Vec<String>,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup is of.
    pub about: About,
    /// Where the databases are that were there before.
    pub before: Option<PathBuf>,
    /// Who was erased again.
    pub again: Again,
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
    let again = store
        .erase_again(&tombstones, about.made_at, now_us)
        .await?;
    Ok(Restored {
        about,
        before,
        again,
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
    /// Erases again who was erased after a moment, as the tombstones say; for databases that were restored to that moment. What was
    /// erased up to a day before is erased again too, since its commit may have come later: twice is once, and whoever came back
    /// after they were erased stays.
    pub async fn erase_again(
        &self,
        tombstones: &[Tombstone],
        made_at: i64,
        now_us: i64,
    ) -> Result<Again> {
        let mut again = Again::default();
        let mut ordered: Vec<&Tombstone> = tombstones.iter().collect();
        // Whoever owned a workspace alone goes behind it.
        ordered.sort_by_key(|tombstone| match tombstone.account_id() {
            None => u8::from(!tombstone.is_of_workspace()),
            Some(_) => 2,
        });
        for tombstone in ordered {
            // The databases that were restored knew less, or nothing.
            self.registry.add_tombstone(tombstone).await?;
            append(&self.folder, tombstone)?;
            if tombstone.at <= made_at.saturating_sub(BEGUN_BEFORE_US) {
                continue;
            }
            if let Some(account_id) = tombstone.account_id() {
                self.remove_account_again(account_id, now_us, &mut again)
                    .await?;
                continue;
            }
            let workspace_id = tombstone.workspace_id;
            if !tombstone.is_of_workspace() {
                // What is being removed takes its people with it.
                if self.registry.may_be_opened(workspace_id).await? {
                    again.erased += self.erase_one_again(tombstone, now_us).await?;
                }
            } else if self.registry.workspace(workspace_id).await?.is_some() {
                self.remove_workspace(workspace_id, now_us).await?;
                again.erased += 1;
            }
        }
        for row in self.registry.workspaces_there(i64::from(i32::MAX)).await? {
            let id = row.id;
            self.settle_erasures(id, now_us).await?;
        }
        Ok(again)
    }

    /// One that owns a workspace alone stays with it, and whoever restores is told of it.
    async fn remove_account_again(
        &self,
        account_id: i64,
        now_us: i64,
        again: &mut Again,
    ) -> Result<()> {
        let Some(account) = self.registry.account(account_id).await? else {
            return Ok(());
        };
        match self.remove_account_now(&account, now_us).await {
            // Where something failed, the lane of time goes on with it.
            Ok(_) => again.erased += 1,
            Err(error) if error.kind == Kind::Conflict => {
                tracing::warn!(account_id, error = %error, "an account that was deleted is there again");
                again.kept.push(account.email);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whoever has the number, or an address, and had it when the other was erased. A number may be given out again by a database that
    /// was restored before, and an address may have come back with whoever wrote again.
    async fn erase_one_again(&self, tombstone: &Tombstone, now_us: i64) -> Result<usize> {
        let workspace = self.workspaces.get(tombstone.workspace_id).await?;
        let mut tx = workspace.write().await?;
        let mut ids = BTreeSet::new();
        let itself = contacts::itself(&mut tx, tombstone.contact_id).await?;
        ids.extend(
            itself
                .filter(|row| row.created_at <= tombstone.at)
                .map(|row| row.id),
        );
        for (address, contact_id) in addresses(&mut tx, tombstone.at).await? {
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
        for row in self.registry.workspaces_there(i64::from(i32::MAX)).await? {
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

async fn addresses(tx: &mut Tx, until_us: i64) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select address, contact_id from contact_address where created_at <= $1 limit 10000000")
        .bind(until_us).fetch_all(c).await)?;
    Ok(rows)
}
