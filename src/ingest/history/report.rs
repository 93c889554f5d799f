//! What became of the mails of an archive, told in full: which were passed over, where they stand, and why.

use super::Counts;
use super::source::Absent;
use crate::ingest::letter::Letter;
use crate::ingest::plan::Plan;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, Hash};

/// Reasons that are told apart.
const REASONS_MAX: usize = 50;
/// Mails that are named of each reason.
const NAMED_MAX: usize = 20;
/// Mails and addresses that a look remembers.
const REMEMBERED_MAX: usize = 2_000_000;
/// Why a mail that is here is passed over.
pub(super) const HERE: &str = "it is here already";

/// What became of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many.
    pub counts: Counts,
    /// Contacts that were made for them.
    pub new_contacts: u64,
    /// Those that were passed over, by why; those that are here already come last.
    pub skipped: Vec<Skipped>,
}

/// Mails that were passed over for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub why: String,
    /// How many.
    pub count: u64,
    /// The first 20: where each stands, and its Message-ID or its date.
    pub first: Vec<String>,
}

impl Report {
    /// Whether there was no mail at all.
    pub fn is_empty(&self) -> bool {
        self.counts == Counts::default() && self.skipped.is_empty()
    }

    /// One that cannot be read, or filed.
    pub(super) fn unreadable(&mut self, place: &str, why: &str) {
        self.counts.unreadable += 1;
        self.skip(place, why);
    }

    /// One that is not taken.
    pub(super) fn absent(&mut self, place: &str, why: &Absent) {
        match why {
            Absent::Unreadable => self.unreadable(place, "it is longer than 64 MiB, or went away"),
            Absent::PassedOver(why) => self.skip(place, why),
        }
    }

    /// One that is here.
    pub(super) fn here(&mut self, place: &str) {
        self.counts.duplicates += 1;
        self.skip(place, HERE);
    }

    pub(super) fn add(&mut self, more: Report) {
        let (counts, of) = (&mut self.counts, more.counts);
        counts.filed += of.filed;
        counts.unfiled += of.unfiled;
        counts.aside += of.aside;
        counts.duplicates += of.duplicates;
        counts.unreadable += of.unreadable;
        self.new_contacts += more.new_contacts;
        for skipped in more.skipped {
            let there = self.reason(&skipped.why);
            there.count += skipped.count;
            let room = NAMED_MAX.saturating_sub(there.first.len());
            there.first.extend(skipped.first.into_iter().take(room));
        }
    }

    fn skip(&mut self, place: &str, why: &str) {
        let reason = self.reason(why);
        reason.count += 1;
        if reason.first.len() < NAMED_MAX {
            reason.first.push(place.to_owned());
        }
    }

    fn reason(&mut self, why: &str) -> &mut Skipped {
        let is_full = self.skipped.len() >= REASONS_MAX;
        let there = self.skipped.iter().position(|skipped| skipped.why == why);
        let at = there.unwrap_or_else(|| match is_full {
            true => 0,
            false => {
                let new = Skipped {
                    why: why.to_owned(),
                    ..Skipped::default()
                };
                let before_last = self.skipped.last().is_some_and(|last| last.why == HERE);
                let at = self.skipped.len() - usize::from(before_last);
                self.skipped.insert(at, new);
                at
            }
        });
        &mut self.skipped[at]
    }
}

/// What a look remembers, since it writes nothing that it could find.
#[derive(Default)]
pub(super) struct Seen {
    mails: HashSet<u64>,
    addresses: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    /// Whether a mail comes for the first time.
    pub fn meet(&mut self, letter: &Letter) -> bool {
        let key = (&letter.key.message_id, &letter.key.body_digest);
        remember(&mut self.mails, self.hasher.hash_one(key))
    }

    /// Whether the archive made a contact of an address before.
    pub fn knows(&self, address: &str) -> bool {
        self.addresses.contains(&self.hasher.hash_one(address))
    }

    /// How many contacts of a plan are new to it.
    pub fn new_contacts(&mut self, plan: &Plan) -> u64 {
        let contacts = plan.contacts.iter().map(|contact| (contact.id, true));
        let mut are_new: BTreeMap<i64, bool> = contacts.collect();
        for row in &plan.addresses {
            let hash = self.hasher.hash_one(row.address.as_str());
            let is_new = remember(&mut self.addresses, hash);
            if let Some(of) = are_new.get_mut(&row.contact_id) {
                *of = *of && is_new;
            }
        }
        are_new.values().filter(|is_new| **is_new).count() as u64
    }
}

/// Whether something is new to a set, which does not grow beyond its bound.
fn remember<T: Hash + Eq>(set: &mut HashSet<T>, one: T) -> bool {
    match set.len() < REMEMBERED_MAX {
        true => set.insert(one),
        false => !set.contains(&one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_counted_by_why_and_the_first_are_named() {
        let mut report = Report::default();
        for number in 0..30 {
            report.here(&format!("mail {number}"));
            report.unreadable(&format!("mail {number}"), "too long");
        }
        let mut all = Report::default();
        all.add(report.clone());
        all.add(report);
        let told = all.skipped.iter();
        let told: Vec<_> = told
            .map(|s| (s.why.as_str(), s.count, s.first.len()))
            .collect();
        assert_eq!(told, [("too long", 60, 20), (HERE, 60, 20)]);
        for number in 0..200 {
            all.unreadable("mail 1", &format!("reason {number}"));
        }
        assert_eq!(all.skipped.len(), REASONS_MAX);
        assert_eq!(all.skipped.last().unwrap().why, HERE);
        let count: u64 = all.skipped.iter().map(|skipped| skipped.count).sum();
        assert_eq!(count, 320);
    }
}
