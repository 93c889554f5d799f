//! One batch of an archive, filed in one transaction.

use super::report::{Report, Seen};
use super::{Archive, Pass};
use crate::domain::why::Proof;
use crate::domain::{Error, Kind, Result};
use crate::ingest::attribute::{self, State};
use crate::ingest::known::{self, Known, Member};
use crate::ingest::letter::{self, Letter};
use crate::ingest::plan::{Occasion, Plan};
use crate::ingest::{batch, look_up, write};
use crate::mail::Trust;
use crate::store::registry::{AddressKind, Arrival, Envelope, Recipient, Role};
use crate::store::workspace::digests;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How often a batch is planned anew because a random capture address was taken.
const TOKEN_TRIES_MAX: usize = 5;
/// Bytes of a header that are looked through for its From line.
const HEADER_BYTES_MAX: usize = 256 * 1024;
/// Letters of a Message-ID or a date that are told.
const PLACE_CHARS_MAX: usize = 120;

/// A message that was found, and where: its place, with its Message-ID or its date.
pub(super) struct Found {
    place: String,
    raw: Vec<u8>,
}

impl Found {
    pub fn new(place: String, raw: Vec<u8>) -> Found {
        let told = [&b"message-id:"[..], b"date:"].into_iter();
        let told = told.map(|name| header_field(&raw, name));
        let told = told.map(|field| {
            field
                .chars()
                .skip_while(|c| *c != ':')
                .skip(1)
                .collect::<String>()
        });
        let told = told.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut told = told.filter(|value| !value.is_empty());
        let place = match told.next() {
            Some(value) => format!(
                "{place}, {}",
                value.chars().take(PLACE_CHARS_MAX).collect::<String>()
            ),
            None => place,
        };
        Found { place, raw }
    }
}

/// What letters of one transaction become.
#[derive(Default)]
struct Planned {
    report: Report,
    /// Of each letter; none where it is here already.
    states: Vec<Option<State>>,
}

impl Planned {
    /// As far as what came before in the archive changes it, of which nothing was written.
    fn look(&mut self, seen: &mut Seen, plan: &Plan, letters: &[Letter], places: &[String]) {
        for ((letter, place), state) in letters.iter().zip(places).zip(&mut self.states) {
            if state.is_some() && !seen.meet(letter) {
                self.report.here(place);
                *state = None;
            } else if *state == Some(State::Unfiled) && seen.knows(&letter.author_key()) {
                *state = Some(State::Filed);
            }
        }
        self.report.new_contacts = seen.new_contacts(plan);
    }

    fn told(self) -> Report {
        let mut report = self.report;
        for state in self.states.into_iter().flatten() {
            match state {
                State::Filed => report.counts.filed += 1,
                State::Unfiled => report.counts.unfiled += 1,
                State::Held | State::SetAside => report.counts.aside += 1,
            }
        }
        report
    }
}

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

    /// Files messages, or looks at them. Where one of them is at fault, each by itself, so that the rest go on.
    pub(super) async fn file(
        &self,
        found: Vec<Found>,
        mut seen: Option<&mut Seen>,
        report: &mut Report,
    ) -> Result<()> {
        let letters = self.read(found, report).await;
        if letters.0.is_empty() {
            return Ok(());
        }
        let (letters, places) = (&letters.0, &letters.1);
        // What is forbidden is the archive, and not a letter of it.
        let ends = |error: &Error| error.is_transient() || error.kind == Kind::Forbidden;
        match self
            .write(letters, places, seen.as_deref_mut(), report)
            .await
        {
            Err(error) if ends(&error) => Err(error),
            Err(_) => {
                for (letter, place) in letters.iter().zip(places) {
                    let (one, its) = (std::slice::from_ref(letter), std::slice::from_ref(place));
                    match self.write(one, its, seen.as_deref_mut(), report).await {
                        Err(error) if ends(&error) => return Err(error),
                        Err(error) => report.unreadable(place, &error.message),
                        Ok(()) => {}
                    }
                }
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Reads messages, side by side; gives the place of each too.
    async fn read(&self, found: Vec<Found>, report: &mut Report) -> (Vec<Letter>, Vec<String>) {
        let mut tasks = Vec::with_capacity(found.len());
        for Found { place, raw } in found {
            let arrival = self.arrival(raw);
            let ours = self.members.iter().flat_map(Member::addresses);
            let ours: Vec<String> = ours.map(str::to_owned).collect();
            let whose = self.whose.clone();
            let task = tokio::task::spawn_blocking(move || {
                let mut letter = letter::read(arrival, Trust::default())?;
                let from = letter.sender_key();
                letter.trust = Trust {
                    authenticated: ours.contains(&from).then_some(from),
                    verified_by: "import".to_owned(),
                    reasons: vec![format!("it stands in the archive of {whose}")],
                    ..Trust::default()
                };
                Ok::<_, Error>(letter)
            });
            tasks.push((place, task));
        }
        let (mut letters, mut places) = (Vec::new(), Vec::new());
        for (place, task) in tasks {
            match task.await {
                Ok(Ok(letter)) => {
                    letters.push(letter);
                    places.push(place);
                }
                _ => report.unreadable(&place, "it cannot be read"),
            }
        }
        (letters, places)
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

    /// Files letters in one transaction, all or none; nothing is run, and nothing is written into the outbox. A look commits nothing.
    async fn write(
        &self,
        letters: &[Letter],
        places: &[String],
        seen: Option<&mut Seen>,
        report: &mut Report,
    ) -> Result<()> {
        let archive = self.archive;
        // Before it too: what is gone is not opened any more.
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
            let (plan, mut planned) = self.plan(&mut known, &occasion, letters, places)?;
            if let Some(seen) = seen {
                drop(tx);
                planned.look(seen, &plan, letters, places);
                report.add(planned.told());
                return Ok(());
            }
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
            report.add(planned.told());
            return Ok(());
        }
        Err(Error::unavailable(
            "no free address was found for a new contact; import again",
        ))
    }

    /// That the workspace stays, and that whoever vouches for the archive may write in it still; `Kind::Forbidden` else.
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
            Some(role) if role < Role::Member => {
                forbidden("whoever brought the archive may only look at the workspace now")
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
        places: &[String],
    ) -> Result<(Plan, Planned)> {
        let planned = catch_unwind(AssertUnwindSafe(|| {
            let mut plan = Plan::default();
            let mut planned = Planned::default();
            for (letter, place) in letters.iter().zip(places) {
                if is_here(known, letter) {
                    planned.report.here(place);
                    planned.states.push(None);
                    continue;
                }
                let mut decision = attribute::decide(letter, known);
                // History is no command: nothing proves who says it.
                decision.why.proof = Proof::None;
                let step = format!("it was imported out of the archive of {}", self.whose);
                decision.why.steps.push(step);
                planned.states.push(Some(decision.state));
                plan.add(known, occasion, letter, decision);
            }
            planned.report.new_contacts = plan.contacts.len() as u64;
            (plan, planned)
        }));
        planned.map_err(|_| {
            Error::new(
                Kind::Corrupt,
                "the mail could not be attributed: a rule failed",
            )
        })
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
    header_field(raw, b"from:").to_lowercase()
}

/// A field of the header, folded or not, with its name; empty where there is none.
fn header_field(raw: &[u8], name: &[u8]) -> String {
    let header = raw
        .get(..raw.len().min(HEADER_BYTES_MAX))
        .unwrap_or_default();
    let mut field = String::new();
    let mut is_it = false;
    for line in header.split(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !is_folded {
            is_it = line
                .get(..name.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(name));
        }
        if is_it {
            field.push_str(&String::from_utf8_lossy(line));
        }
    }
    field
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
