//! One batch of an archive, filed in one transaction.

use super::{Archive, Counts, Pass};
use crate::domain::why::Proof;
use crate::domain::{Error, Kind, Result};
use crate::ingest::attribute::{self, State};
use crate::ingest::known::{self, Known, Member};
use crate::ingest::letter::{self, Letter};
use crate::ingest::plan::{Occasion, Plan};
use crate::ingest::{batch, look_up, write};
use crate::mail::Trust;
use crate::store::registry::{AddressKind, Arrival, Envelope, Recipient};
use crate::store::workspace::digests;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How often a batch is planned anew because a random capture address was taken.
const TOKEN_TRIES_MAX: usize = 5;
/// Bytes of a header that are looked through for its From line.
const HEADER_BYTES_MAX: usize = 256 * 1024;

/// What all batches of an archive have in common.
pub(super) struct Filing<'a> {
    archive: &'a Archive,
    members: Vec<Member>,
    /// The member who vouches for the archive.
    whose: String,
    /// The workspace's plain address, as if all of it had been sent there.
    plain: Arc<Recipient>,
}

impl<'a> Filing<'a> {
    pub(super) async fn new(archive: &'a Archive) -> Result<Filing<'a>> {
        let registry = &archive.store.registry;
        let members = known::members(registry, archive.workspace_id).await?;
        let whose = members.iter().find(|member| member.id == archive.member_id);
        let whose = whose.ok_or_else(|| {
            Error::not_found(
                "the archive is of nobody who is a member here; name a member with --as",
            )
        })?;
        let workspace = registry.workspace(archive.workspace_id).await?;
        let slug = workspace.map(|row| row.slug).unwrap_or_default();
        Ok(Filing {
            whose: whose.address.clone(),
            plain: Arc::new(Recipient {
                address: format!("{slug}@{}", archive.mail_domain),
                local_part: slug,
                kind: AddressKind::Plain,
                workspace_id: archive.workspace_id,
                account_id: None,
                contact_id: None,
                number: None,
            }),
            archive,
            members,
        })
    }

    /// Which reading takes a message: by whether its From line holds the address of a member.
    pub(super) fn pass_of(&self, raw: &[u8]) -> Pass {
        let from = from_line(raw);
        let mut ours = self.members.iter().flat_map(Member::addresses);
        match ours.any(|address| from.contains(address)) {
            true => Pass::Ours,
            false => Pass::Others,
        }
    }

    /// Files messages. Where one of them is at fault, each by itself, so that the rest go on.
    pub(super) async fn file(&self, raws: Vec<Vec<u8>>, counts: &mut Counts) -> Result<()> {
        let letters = self.read(raws, counts).await;
        if letters.is_empty() {
            return Ok(());
        }
        // What is forbidden is the archive, and not a letter of it.
        let ends = |error: &Error| error.is_transient() || error.kind == Kind::Forbidden;
        match self.write(&letters, counts).await {
            Err(error) if ends(&error) => Err(error),
            Err(_) => {
                for letter in &letters {
                    match self.write(std::slice::from_ref(letter), counts).await {
                        Err(error) if ends(&error) => return Err(error),
                        Err(_) => counts.unreadable += 1,
                        Ok(()) => {}
                    }
                }
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Reads messages, side by side.
    async fn read(&self, raws: Vec<Vec<u8>>, counts: &mut Counts) -> Vec<Letter> {
        let mut tasks = Vec::with_capacity(raws.len());
        for raw in raws {
            let arrival = self.arrival(raw);
            let ours = self.members.iter().flat_map(Member::addresses);
            let ours: Vec<String> = ours.map(str::to_owned).collect();
            let whose = self.whose.clone();
            tasks.push(tokio::task::spawn_blocking(move || {
                let mut letter = letter::read(arrival, Trust::default())?;
                let from = letter.sender_key();
                letter.trust = Trust {
                    authenticated: ours.contains(&from).then_some(from),
                    verified_by: "import".to_owned(),
                    reasons: vec![format!("it stands in the archive of {whose}")],
                    ..Trust::default()
                };
                Ok::<_, Error>(letter)
            }));
        }
        let mut letters = Vec::with_capacity(tasks.len());
        for task in tasks {
            match task.await {
                Ok(Ok(letter)) => letters.push(letter),
                _ => counts.unreadable += 1,
            }
        }
        letters
    }

    /// As if it had come to the workspace. Its number is made of its bytes, and below zero, where no spooled message is.
    fn arrival(&self, raw: Vec<u8>) -> Arrival {
        let digest = Sha256::digest(&raw);
        let number = digest
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Arrival {
            spool_id: -1 - (number >> 2) as i64,
            received_at: self.archive.clock.now_us(),
            envelope: Envelope::default(),
            recipients: vec![(*self.plain).clone()],
            attempts: 0,
            raw,
        }
    }

    /// Files letters in one transaction, all or none; nothing is run, and nothing is written into the outbox.
    async fn write(&self, letters: &[Letter], counts: &mut Counts) -> Result<()> {
        let archive = self.archive;
        // Before it too: what is gone is not opened any more, which would make another.
        self.demand_standing().await?;
        let workspace = archive.store.workspaces.get(archive.workspace_id).await?;
        let now_us = archive.clock.now_us();
        for _ in 0..TOKEN_TRIES_MAX {
            let mut tx = workspace.write().await?;
            self.demand_standing().await?;
            let registry = &archive.store.registry;
            let members = batch::present(&mut tx, registry, archive.workspace_id, now_us).await?;
            let mut known =
                look_up::known(&mut tx, letters, &members, &archive.mail_domain).await?;
            let occasion = Occasion {
                workspace_id: archive.workspace_id,
                now_us,
                random: archive.random,
            };
            let (plan, planned) = self.plan(&mut known, &occasion, letters)?;
            // The registry first: an address without its contact is harmless, a contact without its address is not.
            match registry.add_addresses(&plan.routes, now_us).await {
                Ok(()) => {}
                Err(error) if error.kind == Kind::Conflict => continue,
                Err(error) => return Err(error),
            }
            write::write(&mut tx, &plan, &known.last_numbers, now_us).await?;
            let ids = || plan.interactions.iter().map(|row| row.id);
            if let (Some(first), Some(last)) = (ids().min(), ids().max()) {
                digests::pass_over(&mut tx, first, last).await?;
            }
            tx.commit().await?;
            counts.add(planned);
            return Ok(());
        }
        Err(Error::unavailable(
            "no free address was found for a new contact; import again",
        ))
    }

    /// That the workspace stays, and that whoever vouches for the archive belongs to it still; `Kind::Forbidden` else.
    async fn demand_standing(&self) -> Result<()> {
        let (registry, id) = (&self.archive.store.registry, self.archive.workspace_id);
        let forbidden = |words| Err(Error::new(Kind::Forbidden, words));
        if registry.leaving(id).await?.is_some() {
            return forbidden("the workspace is closed, and nothing more is filed in it");
        }
        match registry.role_of(id, self.archive.member_id).await? {
            None => {
                forbidden("whoever brought the archive does not belong to the workspace any more")
            }
            Some(_) => Ok(()),
        }
    }

    /// Pure, and yet a fault in it must not stop the archive.
    fn plan(
        &self,
        known: &mut Known,
        occasion: &Occasion,
        letters: &[Letter],
    ) -> Result<(Plan, Counts)> {
        let planned = catch_unwind(AssertUnwindSafe(|| {
            let mut plan = Plan::default();
            let mut counts = Counts::default();
            for letter in letters {
                if is_here(known, letter) {
                    counts.duplicates += 1;
                    continue;
                }
                let mut decision = attribute::decide(letter, known);
                // History is no command: nothing proves who says it.
                decision.why.proof = Proof::None;
                let step = format!("it was imported out of the archive of {}", self.whose);
                decision.why.steps.push(step);
                match decision.state {
                    State::Filed => counts.filed += 1,
                    State::Unfiled => counts.unfiled += 1,
                    State::Held | State::SetAside => counts.aside += 1,
                }
                plan.add(known, occasion, letter, decision);
            }
            (plan, counts)
        }));
        planned.map_err(|_| {
            Error::new(
                Kind::Corrupt,
                "the mail could not be attributed: a rule failed",
            )
        })
    }
}

impl Counts {
    fn add(&mut self, more: Counts) {
        self.filed += more.filed;
        self.unfiled += more.unfiled;
        self.aside += more.aside;
        self.duplicates += more.duplicates;
        self.unreadable += more.unreadable;
    }
}

/// Whether a letter was filed before, whatever way it came.
fn is_here(known: &Known, letter: &Letter) -> bool {
    let mails = known.mails.get(&letter.key.message_id);
    let is_same = |(digest, _): &(String, i64)| *digest == letter.key.body_digest;
    known.witnessed.contains(&letter.spool_id)
        || mails.is_some_and(|mails| mails.iter().any(is_same))
}

/// The From field, folded or not, in lower case.
fn from_line(raw: &[u8]) -> String {
    let header = raw
        .get(..raw.len().min(HEADER_BYTES_MAX))
        .unwrap_or_default();
    let mut from = String::new();
    let mut is_from = false;
    for line in header.split(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !is_folded {
            is_from = line
                .get(..5)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"from:"));
        }
        if is_from {
            from.push_str(&String::from_utf8_lossy(line).to_lowercase());
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_from_field_is_found_folded_and_not_in_the_text() {
        let raw =
            b"To: a@x\r\nFROM: Mia\r\n <MIA@studio.example>\r\nSubject: x\r\n\r\nFrom: b@x\r\n";
        assert!(from_line(raw).contains("<mia@studio.example>"));
        assert!(!from_line(raw).contains("b@x"));
        assert_eq!(from_line(b"\nFrom: b@x"), "");
    }
}
