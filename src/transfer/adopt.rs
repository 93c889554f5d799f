//! ZIP → a new workspace of whoever uploaded it, who may be anybody, of a ZIP that may say anything.
//!
//! Nothing of it is believed but what is its own: the uploader owns the workspace alone, other members of it are former ones, who are
//! named and have no access; no account is made or attached; addresses are taken over where they are written as we draw them and
//! nobody here has them or had them, and made anew else. No finished letter and no message of a chat is kept: one could be forged,
//! and sent once more in our name. Nor is what takes a change back: it writes rows as they were, which could be any.

use super::archive::{Archive, Bounds, fault};
use super::format::{self, data_name};
use super::identities::Identities;
use super::import::{Imported, Mode, Newcomer, blocking};
use super::single::Row;
use super::watch::Watch;
use crate::commands::founding::{self, By};
use crate::commands::team;
use crate::domain::{Error, Kind, Result, address, chance};
use crate::store::registry::{Account, AccountLine, AddressLine, MembershipLine, Role};
use crate::store::workspace::ledger::Columns;
use crate::store::workspace::members;
use crate::store::{Store, Tx};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::slice;
use std::sync::Arc;

/// What is read of one at most. A row of an export is shorter, but for the texts that are left out here anyway; a longer letter is
/// never read again where it was filed.
const BOUNDS: Bounds = Bounds {
    unpacked_bytes: 16 * 1024 * 1024 * 1024,
    line_bytes: 16 * 1024 * 1024,
    message_bytes: 64 * 1024 * 1024,
    dropped: &[
        ("data/outbox.jsonl", "message"),
        ("data/journal.jsonl", "changes"),
    ],
};
/// Addresses that are taken over or made: those that are made are held in memory.
const ADDRESSES_MAX: u64 = 100_000;
/// Times that a new address is drawn.
const DRAWS_MAX: usize = 20;
/// The largest number that was ever given out.
const COUNTER_MAX: i64 = 1 << 53;
/// The longest settings.
const SETTINGS_BYTES_MAX: usize = 64 * 1024;

/// The states of a letter.
const STATES: [&str; 4] = ["waiting", "sending", "sent", "dead"];

/// By what terms a workspace is taken in.
#[derive(Debug)]
pub(super) struct Adoption {
    owner: Account,
    now_us: i64,
    slug: String,
    /// The owner's intake address, where none of the archive is taken over.
    intake: String,
    /// Addresses of contacts that are not taken over: old → new.
    renamed: HashMap<String, String>,
    /// Those new ones.
    drawn: HashSet<String>,
    /// Intake addresses that are the owner's and free.
    own_intakes: HashSet<String>,
    former: usize,
    kept: u64,
    dropped: u64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// What was made.
    pub imported: Imported,
    /// Who were members, and are named only.
    pub former: usize,
    /// Addresses of contacts that are as they were.
    pub addresses_kept: u64,
    /// Addresses of contacts that are new, since the old ones cannot be theirs here.
    pub addresses_new: usize,
    /// Intake addresses that lead nowhere any more: of others, or somebody's here.
    pub intakes_dropped: u64,
    /// The owner's intake addresses that are as they were.
    pub intakes_kept: usize,
}

/// Makes a new workspace of an export, owned by one person alone. `Kind::Conflict` where they own as many as they may.
pub async fn adopt(
    store: &Store,
    file: File,
    owner: &Account,
    watch: Arc<Watch>,
    (now_us, random): (i64, fn() -> [u8; 32]),
) -> Result<Adopted> {
    if let Some(most) = By::Person.owned_max() {
        store.registry.demand_room_now(owner.id, most).await?;
    }
    let archive = blocking(move || Archive::open_within(file, BOUNDS)).await?;
    let small = archive.clone();
    let told: crate::store::registry::NewcomerWorkspace =
        blocking(move || small.small(format::WORKSPACE)).await?;
    let name = founding::name_of(&told.name).unwrap_or_else(|_| "Workspace".to_owned());
    let slug = founding::free_slug(store, &told.slug).await?;
    let named = Some((slug.clone(), name));
    let mut newcomer = Newcomer::read(store, archive, named, now_us).await?;
    newcomer.watch = watch;
    newcomer.begin_watch();
    let ids = identities(store, &newcomer, owner, now_us).await?;
    let mut adoption = Adoption {
        owner: owner.clone(),
        now_us,
        slug,
        intake: address::intake(chance::nonce(random)),
        renamed: HashMap::new(),
        drawn: HashSet::new(),
        own_intakes: HashSet::new(),
        former: ids.values().filter(|id| **id != owner.id).count(),
        kept: 0,
        dropped: 0,
    };
    newcomer.identities = Identities::strict(ids, store.registry.new_workspace_id(now_us));
    newcomer.workspace.created_at = newcomer.workspace.created_at.clamp(0, now_us);
    newcomer.workspace.by_person = true;
    newcomer.accounts = Vec::new();
    newcomer.memberships = Vec::new();
    adoption.look(store, &newcomer, random).await?;
    let adopted = Adopted {
        imported: Imported::default(),
        former: adoption.former,
        addresses_kept: adoption.kept,
        addresses_new: adoption.renamed.len(),
        intakes_dropped: adoption.dropped,
        intakes_kept: adoption.own_intakes.len(),
    };
    newcomer.adoption = Some(adoption);
    let imported = newcomer.take_in(store, Mode::Write, now_us).await?;
    Ok(Adopted {
        imported,
        ..adopted
    })
}

/// Who everybody is here: the owner themselves, and somebody without an account else.
async fn identities(
    store: &Store,
    newcomer: &Newcomer,
    owner: &Account,
    now_us: i64,
) -> Result<HashMap<i64, i64>> {
    let mut ids = HashMap::new();
    let mut meet = |id: i64, email: &str| {
        ids.entry(id).or_insert_with(|| match email == owner.email {
            true => owner.id,
            false => store.registry.new_workspace_id(now_us),
        });
    };
    for AccountLine { id, email, .. } in &newcomer.accounts {
        meet(*id, email);
    }
    // Those who left before have no account in the export.
    let name = data_name("member");
    let mut count = 0;
    let mut pages = newcomer.archive.rows::<Row>(name.clone());
    while let Some(page) = pages.recv().await {
        for line in page? {
            count += 1;
            let Row(row) = line.value;
            let id = row.get("id").and_then(Value::as_i64);
            let email = row.get("email").and_then(Value::as_str);
            if let Some((id, email)) = id.zip(email) {
                meet(id, email);
            }
        }
        if count > format::MEMBERS_MAX {
            return Err(fault(
                &name,
                None,
                &"a workspace has 10,000 members at most",
            ));
        }
    }
    Ok(ids)
}

/// Whether an address is one that is drawn for a contact, and speaks for nobody else: any other could be said to be one.
fn is_drawn(local_part: &str) -> bool {
    address::capture_stem(local_part).is_some_and(|stem| !founding::speaks_for_others(stem))
}

impl Adoption {
    /// Looks at all addresses: which are free here, and what the others become.
    async fn look(
        &mut self,
        store: &Store,
        newcomer: &Newcomer,
        random: fn() -> [u8; 32],
    ) -> Result<()> {
        let mut count = 0;
        let mut pages = newcomer
            .archive
            .rows::<AddressLine>(format::ADDRESSES.to_owned());
        while let Some(page) = pages.recv().await {
            let page = page?.into_iter().map(|line| newcomer.address(line));
            let addresses = page.collect::<Result<Vec<_>>>()?;
            count += addresses.len() as u64;
            newcomer.watch.step(addresses.len())?;
            if count > ADDRESSES_MAX {
                return Err(Error::new(
                    Kind::TooMuch,
                    "the export has more than 100,000 addresses; rapport import at the server takes it in",
                ));
            }
            let local_parts: Vec<String> = addresses.iter().map(|a| a.local_part.clone()).collect();
            let registry = &store.registry;
            let mut taken = HashSet::new();
            taken.extend(registry.taken_addresses(&local_parts).await?);
            taken.extend(registry.released(&local_parts).await?);
            for address in addresses {
                let is_taken = taken.contains(&address.local_part);
                self.meet(store, address, is_taken, random).await?;
            }
        }
        match count == newcomer.manifest.addresses {
            true => Ok(()),
            false => Err(super::checks::incomplete(
                format::ADDRESSES,
                newcomer.manifest.addresses,
                count,
            )),
        }
    }

    async fn meet(
        &mut self,
        store: &Store,
        address: AddressLine,
        is_taken: bool,
        random: fn() -> [u8; 32],
    ) -> Result<()> {
        match address.kind.as_str() {
            "capture" if is_taken || !is_drawn(&address.local_part) => {
                let new = self.new_capture(store, &address.local_part, random).await?;
                self.drawn.insert(new.clone());
                self.renamed.insert(address.local_part, new);
            }
            "capture" => self.kept += 1,
            "intake"
                if !is_taken
                    && address::is_intake(&address.local_part)
                    && address.account_id == Some(self.owner.id) =>
            {
                self.own_intakes.insert(address.local_part);
            }
            "intake" => self.dropped += 1,
            // The workspace's own is made with it.
            _ => {}
        }
        Ok(())
    }

    async fn new_capture(
        &self,
        store: &Store,
        old: &str,
        random: fn() -> [u8; 32],
    ) -> Result<String> {
        let stem = address::slug(old.split('.').next().unwrap_or_default());
        for _ in 0..DRAWS_MAX {
            let drawn: [u8; address::CAPTURE_LETTERS] = chance::nonce(random);
            let token = address::token(&drawn);
            let new = format!("{stem}.{token}");
            let is_free = !self.drawn.contains(&new)
                && store.registry.route(&new).await?.is_none()
                && store
                    .registry
                    .released(slice::from_ref(&new))
                    .await?
                    .is_empty();
            if is_free {
                return Ok(new);
            }
        }
        Err(Error::unavailable(
            "no address could be made for a contact; import again",
        ))
    }

    /// An address as it is registered; `None` where it is not.
    pub fn address(&self, address: AddressLine) -> Option<AddressLine> {
        match address.kind.as_str() {
            "capture" => Some(AddressLine {
                local_part: self.renamed(&address.local_part),
                account_id: None,
                ..address
            }),
            "intake" => Some(address).filter(|one| self.own_intakes.contains(&one.local_part)),
            _ => None,
        }
    }

    fn renamed(&self, local_part: &str) -> String {
        let new = self.renamed.get(local_part);
        new.map_or_else(|| local_part.to_owned(), String::clone)
    }

    /// Takes out of a row what nobody but this instance may say; false where all of it is left out.
    pub fn row(&self, table: &str, row: &mut Columns) -> Result<bool, String> {
        match table {
            "member" => self.member(row),
            "contact" => self.rename(row, "capture"),
            "contact_capture" => self.rename(row, "local_part"),
            "counter" => {
                let last = row.get("last").and_then(Value::as_i64);
                if !last.is_some_and(|last| (0..=COUNTER_MAX).contains(&last)) {
                    return Err("\"last\" is no number of ours".to_owned());
                }
            }
            // Whoever knows its code could use it.
            "confirmation" => return Ok(row.get("used_at").is_some_and(|at| !at.is_null())),
            "outbox" => {
                row.insert("message".to_owned(), Value::Null);
                let state = row.get("state").and_then(Value::as_str);
                // What waits is counted, and stopped; what is in no state that we know is stopped here.
                if !state.is_some_and(|state| STATES.contains(&state)) {
                    row.insert("state".to_owned(), Value::from("cancelled"));
                }
            }
            "chat_message" => return Ok(false),
            "journal" => {
                row.insert("changes".to_owned(), Value::Null);
            }
            // The members' own bot is no workspace's.
            "contact_chat" => {
                let bot_id = row.get("bot_id").and_then(Value::as_i64);
                if bot_id.is_none_or(|bot_id| bot_id <= 0) {
                    return Err("\"bot_id\" is no bot of a workspace".to_owned());
                }
            }
            _ => {}
        }
        Ok(true)
    }

    fn member(&self, row: &mut Columns) {
        let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
        let id = put("id", Value::Null).unwrap_or_default();
        let left_at = put("left_at", Value::Null).unwrap_or_default();
        let role = put("role", Value::Null).unwrap_or_default();
        if id.as_i64() == Some(self.owner.id) {
            put("role", Value::from(Role::Owner.word()));
            put("email", Value::from(self.owner.email.as_str()));
        } else {
            let role = Role::from_word(role.as_str().unwrap_or_default());
            put("role", Value::from(role.word()));
            put(
                "left_at",
                Value::from(left_at.as_i64().unwrap_or(self.now_us)),
            );
        }
        put("id", id);
    }

    fn rename(&self, row: &mut Columns, name: &str) {
        let old = row.get(name).and_then(Value::as_str);
        if let Some(new) = old.and_then(|old| self.renamed.get(old)) {
            row.insert(name.to_owned(), Value::from(new.as_str()));
        }
    }

    /// The owner is a member, and the settings are some.
    pub async fn settle(&self, tx: &mut Tx, settings: &str) -> Result<()> {
        let is_object = serde_json::from_str::<Columns>(settings).is_ok();
        if !is_object || settings.len() > SETTINGS_BYTES_MAX {
            let name = data_name("workspace");
            return Err(fault(&name, Some(1), &"its settings are none"));
        }
        members::put(tx, &team::row(&self.owner, Role::Owner)).await
    }

    /// The owner, the workspace's address, and an intake address of the owner's.
    pub async fn register(
        &self,
        store: &Store,
        tx: &mut Tx,
        workspace_id: i64,
        now_us: i64,
    ) -> Result<()> {
        let registry = &store.registry;
        if let Some(most) = By::Person.owned_max() {
            registry.demand_room_for(tx, self.owner.id, most).await?;
        }
        let membership = MembershipLine {
            account_id: self.owner.id,
            role: Role::Owner.word().to_owned(),
            created_at: now_us,
        };
        registry
            .register_membership(tx, workspace_id, &membership)
            .await?;
        let line = |kind: &str, local_part: &str, account_id| AddressLine {
            local_part: local_part.to_owned(),
            kind: kind.to_owned(),
            account_id,
            contact_id: None,
            created_at: now_us,
        };
        let plain = line("plain", &self.slug, None);
        registry.register_address(tx, workspace_id, &plain).await?;
        if self.own_intakes.is_empty() {
            let intake = line("intake", &self.intake, Some(self.owner.id));
            registry.register_address(tx, workspace_id, &intake).await?;
        }
        Ok(())
    }
}
