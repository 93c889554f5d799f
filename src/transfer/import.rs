//! ZIP → workspace. Everything is checked that can be before anything is written; the registry hears of the workspace last, so
//! that an import that fails or is broken off leaves nothing that anybody finds.

use super::adopt::Adoption;
use super::archive::{Archive, Line, fault};
use super::checks::{
    SLUG_BYTES_MAX, all, demand_people, demand_slug, incomplete, within, workspace_itself,
};
use super::format::{self, FORMAT, Manifest, data_name};
use super::identities::Identities;
use super::rows::SUPPRESSED_ADDRESS;
use super::single::Row;
use super::watch::Watch;
use crate::domain::{Error, Kind, Result};
use crate::store::registry::{AccountLine, AddressLine, MembershipLine, NewcomerWorkspace, Role};
use crate::store::workspace::ledger::Columns;
use crate::store::workspace::transfer::{self, Found, Shape, TABLES};
use crate::store::workspace::{Workspace, raw, search};
use crate::store::{Store, disk};
use serde_json::Value;
use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;

/// Taken addresses that an error names.
const NAMED_MAX: usize = 20;
/// Merged contacts of somebody's file, which are held in memory.
const MERGED_MAX: usize = 1_000_000;
/// Things that are put into the index in one transaction.
const INDEXED_AT_ONCE: i64 = 256;

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Yes.
    Write,
    /// No: read to the end, and checked.
    DryRun,
}

/// What an import made, or would make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// What the export says of itself.
    pub manifest: Manifest,
    /// The workspace's plain address here.
    pub slug: String,
    /// Its id here; absent where nothing was written.
    pub workspace_id: Option<i64>,
    /// The addresses of people who had an account here before, and who belong to the workspace now.
    pub known_accounts: Vec<String>,
    /// People for whom one was made; they have no app password yet.
    pub new_accounts: usize,
    /// Letters, texts and broadcasts that waited in the export and are not sent from here.
    pub not_sent: u64,
}

/// What is to be imported, checked as far as it is read into memory.
pub(super) struct Newcomer {
    pub archive: Archive,
    pub manifest: Manifest,
    pub workspace: NewcomerWorkspace,
    pub accounts: Vec<AccountLine>,
    pub memberships: Vec<MembershipLine>,
    pub identities: Identities,
    plain: String,
    /// By what terms it is taken in, where somebody uploaded it; absent where the operator has it.
    pub adoption: Option<Adoption>,
    pub watch: Arc<Watch>,
}

/// Makes the workspace of an export of ours; `slug_and_name` gives it others than it had. `Kind::Conflict` where the workspace or one
/// of its addresses is there already.
pub async fn import(
    store: &Store,
    file: File,
    slug_and_name: Option<(String, String)>,
    mode: Mode,
    now_us: i64,
    watch: Arc<Watch>,
) -> Result<Imported> {
    let archive = blocking(move || Archive::open(file)).await?;
    let mut newcomer = Newcomer::read(store, archive, slug_and_name, now_us).await?;
    newcomer.watch = watch;
    newcomer.begin_watch();
    newcomer.demand_free_addresses(store).await?;
    newcomer.take_in(store, mode, now_us).await
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| {
        Error::new(
            Kind::Corrupt,
            "the file could not be read: its reader failed",
        )
        .because(e)
    })?
}

impl Newcomer {
    /// Makes the workspace, or only reads what it would be made of; what fails leaves nothing.
    pub async fn take_in(self, store: &Store, mode: Mode, now_us: i64) -> Result<Imported> {
        let newcomer = self;
        let mut imported = newcomer.report(store).await?;
        if mode == Mode::DryRun {
            newcomer.fill(store, None).await?;
            return Ok(imported);
        }
        if let Err(error) = store.remove_remains(now_us).await {
            tracing::warn!(error = %error, "what is left of imports that were broken off could not be removed");
        }
        let id = store.registry.new_workspace_id(now_us);
        // Whoever comes behind us knows of it, should we be killed.
        store.registry.announce(id, now_us).await?;
        imported.workspace_id = Some(id);
        match newcomer
            .make(store, id, now_us, &mut imported.not_sent)
            .await
        {
            Ok(()) => Ok(imported),
            Err(error) => match store.forget_coming(id).await {
                // It is registered, and only the answer was lost.
                Ok(false) => Ok(imported),
                // What failed says more than why its remains could not be removed.
                _ => Err(error),
            },
        }
    }

    pub async fn read(
        store: &Store,
        archive: Archive,
        slug_and_name: Option<(String, String)>,
        now_us: i64,
    ) -> Result<Newcomer> {
        let small = archive.clone();
        let (manifest, mut workspace) = blocking(move || {
            let manifest: Manifest = small.small(format::MANIFEST)?;
            let workspace: NewcomerWorkspace = small.small(format::WORKSPACE)?;
            Ok((manifest, workspace))
        })
        .await?;
        if manifest.format != FORMAT {
            return Err(Error::invalid(format!(
                "the export has format {}, made by Rapport {}, and this program reads {FORMAT}; install a newer Rapport",
                manifest.format, manifest.program
            )));
        }
        let plain = workspace.slug.clone();
        if let Some((slug, name)) = slug_and_name {
            (workspace.slug, workspace.name) = (slug, name);
        }
        demand_slug(&workspace.slug)?;
        let there = store.registry.workspace_by_slug(&workspace.slug).await?;
        if there.is_some() {
            return Err(Error::new(
                Kind::Conflict,
                format!(
                    "there is a workspace \"{}\" already; import it under another name with --workspace",
                    workspace.slug
                ),
            ));
        }
        let accounts: Vec<AccountLine> = all(&archive, format::ACCOUNTS).await?;
        let memberships: Vec<MembershipLine> = all(&archive, format::MEMBERSHIPS).await?;
        demand_people(&accounts, &memberships)?;
        let ids = store.registry.account_ids(&accounts, now_us).await?;
        Ok(Newcomer {
            archive,
            manifest,
            workspace,
            accounts,
            memberships,
            identities: Identities::of(ids),
            plain,
            adoption: None,
            watch: Arc::default(),
        })
    }

    /// Has the watch know how many rows there will be, as far as the export says it.
    pub fn begin_watch(&self) {
        let rows = &self.manifest.rows;
        let indexed = ["contact", "interaction"]
            .iter()
            .filter_map(|name| rows.get(*name));
        let all = rows.values().chain(indexed).copied();
        let all = all.fold(self.manifest.addresses, u64::saturating_add);
        self.watch.begin(all);
    }

    async fn report(&self, store: &Store) -> Result<Imported> {
        let mut known_accounts = Vec::new();
        for account in &self.accounts {
            let known = store.registry.account_by_email(&account.email).await?;
            known_accounts.extend(known.map(|known| known.email));
        }
        Ok(Imported {
            manifest: self.manifest.clone(),
            slug: self.workspace.slug.clone(),
            new_accounts: self.accounts.len() - known_accounts.len(),
            known_accounts,
            ..Imported::default()
        })
    }

    /// An address as it will be here; an error where it is none of ours.
    pub fn address(&self, line: Line<AddressLine>) -> Result<AddressLine> {
        let mut address = line.value;
        if address.kind == "plain" && address.local_part == self.plain {
            address.local_part.clone_from(&self.workspace.slug);
        }
        let letters = address.local_part.bytes();
        let is_written = letters.clone().count() <= SLUG_BYTES_MAX
            && letters
                .clone()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        // Words that mean something of their own have no dot.
        let is_ours = match address.kind.as_str() {
            "plain" => address.local_part == self.workspace.slug,
            "intake" => address.local_part.starts_with("log.") && address.account_id.is_some(),
            "capture" => address.local_part.contains('.'),
            _ => false,
        };
        if !is_written || !is_ours {
            let what = format!("\"{}\" is no address of a workspace", address.local_part);
            return Err(fault(format::ADDRESSES, Some(line.number), &what));
        }
        address.account_id = address.account_id.map(|id| self.identities.id(id));
        Ok(address)
    }

    async fn demand_free_addresses(&self, store: &Store) -> Result<()> {
        let mut taken = Vec::new();
        let mut count = 0;
        let mut pages = self.archive.rows(format::ADDRESSES.to_owned());
        while let Some(page) = pages.recv().await {
            let page = page?.into_iter().map(|line| self.address(line));
            let addresses = page.collect::<Result<Vec<_>>>()?;
            count += addresses.len() as u64;
            let local_parts: Vec<String> = addresses.into_iter().map(|a| a.local_part).collect();
            taken.extend(store.registry.taken_addresses(&local_parts).await?);
        }
        if count != self.manifest.addresses {
            return Err(incomplete(
                format::ADDRESSES,
                self.manifest.addresses,
                count,
            ));
        }
        if taken.is_empty() {
            return Ok(());
        }
        let named: Vec<&str> = taken.iter().take(NAMED_MAX).map(String::as_str).collect();
        let more = match taken.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Err(Error::new(
            Kind::Conflict,
            format!(
                "these addresses are another workspace's here: {}{more}; nothing was imported",
                named.join(", ")
            ),
        ))
    }

    /// Makes the workspace, and registers it when it is whole. Says how much is not sent.
    async fn make(&self, store: &Store, id: i64, now_us: i64, not_sent: &mut u64) -> Result<()> {
        let workspace = store.workspaces.get(id).await?;
        let (seq, settings) = self.fill(store, Some(&workspace)).await?;
        for found in [Found::Contacts, Found::Interactions] {
            index(&workspace, found, &self.watch).await?;
        }
        let mut tx = workspace.write().await?;
        *not_sent = transfer::stop_sending(&mut tx).await?;
        if let Some(adoption) = &self.adoption {
            adoption.settle(&mut tx, &settings).await?;
        }
        transfer::put_workspace(&mut tx, seq, &settings).await?;
        tx.commit().await?;
        self.announce_addresses(store, id).await?;
        self.register(store, id, now_us).await
    }

    /// Writes the addresses down before the registration: that is short, and mail comes in meanwhile.
    async fn announce_addresses(&self, store: &Store, id: i64) -> Result<()> {
        let mut pages = self.archive.rows(format::ADDRESSES.to_owned());
        while let Some(page) = pages.recv().await {
            self.watch.step(0)?;
            let mut addresses = Vec::new();
            for line in page? {
                let address = self.address(line)?;
                addresses.extend(match &self.adoption {
                    Some(adoption) => adoption.address(address),
                    None => Some(address),
                });
            }
            let announced = store.registry.announce_addresses(id, &addresses).await;
            announced.map_err(|e| within(format::ADDRESSES, e))?;
        }
        Ok(())
    }

    async fn register(&self, store: &Store, id: i64, now_us: i64) -> Result<()> {
        let registry = &store.registry;
        let mut tx = registry
            .begin_registration(id, &self.workspace, now_us)
            .await?;
        if let Some(adoption) = &self.adoption {
            adoption.register(store, &mut tx, id, now_us).await?;
        }
        let mut known = HashSet::new();
        for account in &self.accounts {
            let account = AccountLine {
                id: self.identities.id(account.id),
                ..account.clone()
            };
            if !registry.register_account(&mut tx, &account).await? {
                known.insert(account.id);
            }
        }
        for membership in &self.memberships {
            let account_id = self.identities.id(membership.account_id);
            // What mail to no address of a workspace is filed in is the first that somebody joined: no file says that it was.
            let since_us = match known.contains(&account_id) {
                true => membership.created_at.max(now_us),
                false => membership.created_at,
            };
            let membership = MembershipLine {
                account_id,
                created_at: since_us,
                role: Role::from_word(&membership.role).word().to_owned(),
            };
            registry
                .register_membership(&mut tx, id, &membership)
                .await?;
        }
        tx.commit().await
    }

    /// Reads every table, and writes it where there is a workspace. Gives what stands in the table of the workspace itself.
    async fn fill(&self, store: &Store, into: Option<&Workspace>) -> Result<(i64, String)> {
        let mut itself = (0, "{}".to_owned());
        for table in TABLES {
            let count = match table.name {
                "raw_message" => self.raw_messages(store, into).await?,
                _ => self.table(store, table, into, &mut itself).await?,
            };
            let wanted = self
                .manifest
                .rows
                .get(table.name)
                .copied()
                .unwrap_or_default();
            if count != wanted {
                return Err(incomplete(&data_name(table.name), wanted, count));
            }
        }
        Ok(itself)
    }

    /// So many rows are read; an error where it is to stop, or somebody's file fills the disk.
    fn step(&self, store: &Store, rows: usize) -> Result<()> {
        if self.adoption.is_some() {
            disk::demand_spare(&store.folder)?;
        }
        self.watch.step(rows)
    }

    async fn raw_messages(&self, store: &Store, into: Option<&Workspace>) -> Result<u64> {
        let mut count = 0;
        let mut pages = self.archive.raw_messages();
        while let Some(page) = pages.recv().await {
            let rows: Vec<_> = page?.into_iter().map(|line| line.value).collect();
            count += rows.len() as u64;
            self.step(store, rows.len())?;
            if let Some(workspace) = into {
                let mut tx = workspace.write().await?;
                raw::insert_many(&mut tx, &rows)
                    .await
                    .map_err(|e| within(format::MBOX, e))?;
                tx.commit().await?;
            }
        }
        Ok(count)
    }

    async fn table(
        &self,
        store: &Store,
        table: &Shape,
        into: Option<&Workspace>,
        itself: &mut (i64, String),
    ) -> Result<u64> {
        let name = data_name(table.name);
        // An export of before this table was there.
        if !self.archive.has(&name) && !self.manifest.rows.contains_key(table.name) {
            return Ok(0);
        }
        let mut count = 0;
        let mut merged = Vec::new();
        let mut pages = self.archive.rows::<Row>(name.clone());
        while let Some(page) = pages.recv().await {
            let page = page?;
            count += page.len() as u64;
            self.step(store, page.len())?;
            let mut rows = Vec::with_capacity(page.len());
            for Line { number, value } in page {
                let Some(mut row) = self.row(store, table, value.0, &mut merged) else {
                    continue;
                };
                if let Some(adoption) = &self.adoption {
                    match adoption.row(table.name, &mut row) {
                        Ok(true) => {}
                        Ok(false) => continue,
                        Err(what) => return Err(fault(&name, Some(number), &what)),
                    }
                }
                let cells = table.cells(&row);
                rows.push(cells.map_err(|what| fault(&name, Some(number), &what))?);
            }
            if self.adoption.is_some() && merged.len() > MERGED_MAX {
                return Err(fault(&name, None, &"too many contacts were merged"));
            }
            if table.name == "workspace" {
                *itself = workspace_itself(&name, &rows)?;
            } else if let Some(workspace) = into {
                let mut tx = workspace.write().await?;
                let inserted = transfer::insert(&mut tx, table, &rows).await;
                inserted.map_err(|e| within(&name, e))?;
                tx.commit().await?;
            }
        }
        if let Some(workspace) = into.filter(|_| !merged.is_empty()) {
            let mut tx = workspace.write().await?;
            transfer::set_merged(&mut tx, &merged)
                .await
                .map_err(|e| within(&name, e))?;
            tx.commit().await?;
        }
        Ok(count)
    }

    /// A row as it will be here; `None` where it is left out.
    fn row(
        &self,
        store: &Store,
        table: &Shape,
        mut row: Columns,
        merged: &mut Vec<(i64, i64)>,
    ) -> Option<Columns> {
        self.identities.put(table, &mut row);
        match table.name {
            // Chats are linked with the bot of an instance.
            "member_chat" => return None,
            // The other contact may stand behind this one.
            "contact" => {
                let number = |name: &str| row.get(name).and_then(Value::as_i64);
                merged.extend(number("id").zip(number("merged_into")));
                row.remove("merged_into");
            }
            "suppression" => {
                if let Some(Value::String(address)) = row.remove(SUPPRESSED_ADDRESS) {
                    let hash = store.registry.key().suppression_hash(&address);
                    row.insert("address_hash".to_owned(), Value::from(hash));
                }
            }
            _ => {}
        }
        Some(row)
    }
}

/// Puts all that can be found by words into the index.
async fn index(workspace: &Workspace, found: Found, watch: &Watch) -> Result<()> {
    let mut behind = 0;
    loop {
        let mut tx = workspace.write().await?;
        let ids = transfer::found(&mut tx, found, behind, INDEXED_AT_ONCE).await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        behind = *last;
        watch.step(ids.len())?;
        for id in ids {
            match found {
                Found::Contacts => search::index_contact(&mut tx, id).await?,
                Found::Interactions => search::index_interaction(&mut tx, id).await?,
            }
        }
        tx.commit().await?;
    }
}
