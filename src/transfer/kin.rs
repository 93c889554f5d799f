//! Who of a file may be somebody else of it, by an address or a name: they are looked at together. What is remembered of a person is
//! a few numbers; whoever waits for others is held as a whole, within a bound.

use crate::commands::execute::Incoming;
use crate::domain::{address, name as names};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

/// Addresses and names that are remembered of a file.
const KEYS_MAX: usize = 2_000_000;
/// Those of one transaction who may be the same.
const TOGETHER_MAX: usize = 1_000;
/// What those take, in bytes, who wait for others of the file.
const HELD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A person with the line that they stand on.
pub(super) type Person = (u64, Incoming);

/// Who belongs together, by their place in the file: each names one before it, or itself.
#[derive(Default)]
pub(super) struct Kin {
    first: Vec<u32>,
    seen: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Kin {
    /// Meets the next person of the file.
    pub fn meet(&mut self, person: &Incoming) {
        let at = self.first.len() as u32;
        self.first.push(at);
        let addresses = person.addresses.iter();
        let addresses = addresses.map(|address| address::normalise(address));
        // No address has this sign at its beginning.
        let name = person.name.as_deref();
        let name = name.map(|name| format!("@{}", names::key(name)));
        for key in addresses.chain(name) {
            let key = self.hasher.hash_one(key);
            let other = match self.seen.len() < KEYS_MAX {
                true => *self.seen.entry(key).or_insert(at),
                false => self.seen.get(&key).copied().unwrap_or(at),
            };
            self.join(at, other);
        }
    }

    /// All were met: from here on they come once more.
    pub fn gather(mut self) -> Gathering {
        self.seen = HashMap::new();
        let mut missing: HashMap<u32, u32> = HashMap::new();
        for at in 0..self.first.len() as u32 {
            let first = self.of(at);
            if first != at {
                *missing.entry(first).or_insert(1) += 1;
            }
        }
        Gathering {
            kin: self,
            at: 0,
            missing,
            waiting: BTreeMap::new(),
            held_bytes: 0,
        }
    }

    /// The first one of a group.
    fn of(&mut self, mut at: u32) -> u32 {
        while let Some(&before) = self.first.get(at as usize)
            && before != at
        {
            let further = self.first.get(before as usize).copied().unwrap_or(before);
            if let Some(first) = self.first.get_mut(at as usize) {
                *first = further;
            }
            at = further;
        }
        at
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        if let Some(first) = self.first.get_mut(one.max(other) as usize) {
            *first = one.min(other);
        }
    }
}

/// The people of a file on their way into groups.
pub(super) struct Gathering {
    kin: Kin,
    at: u32,
    /// How many are still to come of each group of several.
    missing: HashMap<u32, u32>,
    waiting: BTreeMap<u32, Vec<Person>>,
    held_bytes: usize,
}

impl Gathering {
    /// Takes the next person of the file, and gives those who may be looked at now, in the order of the file.
    pub fn take(&mut self, person: Person) -> Vec<Person> {
        let first = self.kin.of(self.at);
        self.at = self.at.saturating_add(1);
        let Some(missing) = self.missing.get_mut(&first) else {
            return vec![person];
        };
        *missing = missing.saturating_sub(1);
        let is_last = *missing == 0;
        self.held_bytes += weight(&person.1);
        let group = self.waiting.entry(first).or_default();
        group.push(person);
        if is_last || group.len() >= TOGETHER_MAX {
            return self.release(first);
        }
        match self.held_bytes > HELD_BYTES_MAX {
            // Those who wait longest; who comes later of them is looked at without them.
            true => self
                .waiting
                .keys()
                .next()
                .copied()
                .map_or_else(Vec::new, |first| self.release(first)),
            false => Vec::new(),
        }
    }

    fn release(&mut self, first: u32) -> Vec<Person> {
        let group = self.waiting.remove(&first).unwrap_or_default();
        let bytes: usize = group.iter().map(|(_, person)| weight(person)).sum();
        self.held_bytes = self.held_bytes.saturating_sub(bytes);
        group
    }
}

/// About how many bytes somebody takes.
pub(super) fn weight(person: &Incoming) -> usize {
    let one = [
        &person.name,
        &person.phone,
        &person.company,
        &person.title,
        &person.status,
    ];
    let fields = person.fields.iter().flat_map(|(name, value)| [name, value]);
    let several = person.addresses.iter().chain(&person.tags);
    let several = several.chain(&person.lost).chain(fields);
    let texts = one.into_iter().flatten().chain(several);
    size_of::<Person>()
        + texts
            .map(|text| size_of::<String>() + text.len())
            .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(line: usize, address: &str, name: Option<&str>) -> Person {
        let person = Incoming {
            name: name.map(str::to_owned),
            addresses: vec![address.to_owned()],
            ..Incoming::default()
        };
        (line as u64, person)
    }

    /// The lines of those who are looked at together.
    fn groups(people: &[Person]) -> Vec<Vec<u64>> {
        let mut kin = Kin::default();
        people.iter().for_each(|(_, person)| kin.meet(person));
        let mut gathering = kin.gather();
        let groups = people.iter().map(|person| gathering.take(person.clone()));
        let lines = |group: Vec<Person>| group.into_iter().map(|(line, _)| line).collect();
        groups.map(lines).collect()
    }

    #[test]
    fn whoever_may_be_the_same_is_looked_at_together() {
        let mut people: Vec<_> = (0..1_000)
            .map(|line| person(line, &format!("p{line}@x.example"), None))
            .collect();
        people[3].1.name = Some("Ada Byron".to_owned());
        people.push(person(1_000, "P7@x.example", Some("ada  byron")));
        people.push(person(1_001, "p500@x.example", None));
        let found = groups(&people);
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), 1_002);
        for same in [&[3, 7, 1_000][..], &[500, 1_001]] {
            assert_eq!(
                found.iter().filter(|group| *group == same).count(),
                1,
                "{same:?}"
            );
        }
        let many: Vec<_> = (0..5_000)
            .map(|line| person(line, "a@x.example", None))
            .collect();
        assert!(
            groups(&many)
                .iter()
                .all(|group| group.len() <= TOGETHER_MAX)
        );
    }

    #[test]
    fn not_everybody_is_held_until_somebody_comes_again() {
        let long = "x".repeat(1_000_000);
        let twice = (0..80).map(|n| n % 40).enumerate();
        let mut people: Vec<_> = twice
            .map(|(line, n)| person(line, &format!("p{n}@x.example"), None))
            .collect();
        for (_, person) in &mut people {
            person.title = Some(long.clone());
        }
        let found = groups(&people);
        assert_eq!(
            found.iter().map(Vec::len).sum::<usize>(),
            80,
            "nobody is lost"
        );
        assert!(found[..40].iter().any(|group| !group.is_empty()));
    }
}
