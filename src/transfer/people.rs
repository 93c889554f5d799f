//! People of spreadsheets and address books into a workspace: found or made, some hundred in a transaction, one change each in
//! the journal.

use super::import::Mode;
use crate::commands::closed;
use crate::commands::context::Cx;
use crate::commands::execute::{Incoming, Standing, bring_in};
use crate::commands::reserve;
use crate::domain::{Result, address, name as names};
use crate::store::workspace::{contacts, next_number};
use crate::store::{Store, Tx};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Between chunks that are only looked at: whoever waits for the lock of SQLite looks for it every 100 ms at the latest.
const REST: Duration = Duration::from_millis(120);
/// People in one transaction.
const AT_ONCE: usize = 200;
/// Those of one transaction of a dry run who may be the same.
const TOGETHER_MAX: usize = 1_000;
/// People in one batch of the journal, which one `undo` takes back: it reads 2,000 changes.
const IN_BATCH: usize = 1_800;
/// Skipped rows and remarks that a report holds.
const TOLD_MAX: usize = 1_000;

/// What came of people who were brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// New contacts.
    pub made: u64,
    /// Contacts that were there and know more now.
    pub completed: u64,
    /// Contacts that were there and knew all of it.
    pub known: u64,
    /// Those who were not brought in.
    pub skipped: u64,
    /// Line and reason of those; the first 1,000.
    pub reasons: Vec<(u64, String)>,
    /// Line and sentence of what was left out of others; the first 1,000.
    pub left_out: Vec<(u64, String)>,
    /// The batches of the journal: `undo` takes back one at a time, the last first.
    pub batches: Vec<i64>,
}

/// Brings people in, or only says what would come of it. Each has the line that it stands on. What was committed before an
/// error stays; the same again finds it there.
pub async fn bring(
    store: &Store,
    cx: &Cx,
    people: &[(u64, Incoming)],
    mode: Mode,
) -> Result<Report> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let mut report = Report::default();
    if mode == Mode::DryRun {
        for (number, chunk) in together(people).into_iter().enumerate() {
            if number > 0 {
                tokio::time::sleep(REST).await;
            }
            // Never committed.
            let mut tx = workspace.write().await?;
            bring_chunk(&mut tx, cx, &chunk, &HashMap::new(), &mut report).await?;
        }
        report.reasons.sort_by_key(|(line, _)| *line);
        report.left_out.sort_by_key(|(line, _)| *line);
        return Ok(report);
    }
    for batch in people.chunks(IN_BATCH) {
        let mut cx = cx.clone();
        for chunk in batch.chunks(AT_ONCE) {
            let captures = captures(store, &cx, chunk).await?;
            let mut tx = workspace.write().await?;
            closed::demand_open(&mut tx).await?;
            if cx.batch == 0 {
                cx.batch = next_number(&mut tx, "batch").await?;
                report.batches.push(cx.batch);
            }
            let chunk: Vec<&(u64, Incoming)> = chunk.iter().collect();
            bring_chunk(&mut tx, &cx, &chunk, &captures, &mut report).await?;
            tx.commit().await?;
        }
    }
    Ok(report)
}

/// People in chunks that do not know of each other: whoever may be found to be somebody of the file, by an address or a name, is in
/// one with them, in the order of the file, as far as one transaction holds so many.
fn together(people: &[(u64, Incoming)]) -> Vec<Vec<&(u64, Incoming)>> {
    let mut groups = Groups {
        first: (0..people.len()).collect(),
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, (_, person)) in people.iter().enumerate() {
        let addresses = person.addresses.iter();
        let addresses = addresses.map(|address| address::normalise(address));
        // No name has this sign.
        let name = person
            .name
            .as_deref()
            .map(|name| format!("@{}", names::key(name)));
        for key in addresses.chain(name) {
            let other = *seen.entry(key).or_insert(at);
            groups.join(at, other);
        }
    }
    let mut members: BTreeMap<usize, Vec<&(u64, Incoming)>> = BTreeMap::new();
    for (at, person) in people.iter().enumerate() {
        members.entry(groups.of(at)).or_default().push(person);
    }
    let mut chunks: Vec<Vec<&(u64, Incoming)>> = Vec::new();
    for group in members
        .values()
        .flat_map(|group| group.chunks(TOGETHER_MAX))
    {
        match chunks.last_mut() {
            Some(last) if last.len() + group.len() <= AT_ONCE => last.extend(group),
            _ => chunks.push(group.to_vec()),
        }
    }
    chunks
}

/// Which belong together: each names one before it, or itself.
struct Groups {
    first: Vec<usize>,
}

impl Groups {
    /// The first one of a group.
    fn of(&mut self, mut at: usize) -> usize {
        while let Some(&before) = self.first.get(at)
            && before != at
        {
            let further = self.first.get(before).copied().unwrap_or(before);
            if let Some(first) = self.first.get_mut(at) {
                *first = further;
            }
            at = further;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        if let Some(first) = self.first.get_mut(one.max(other)) {
            *first = one.min(other);
        }
    }
}

/// Capture addresses for those who have no contact yet, by their line.
async fn captures(
    store: &Store,
    cx: &Cx,
    people: &[(u64, Incoming)],
) -> Result<HashMap<u64, String>> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let mut tx = workspace.read().await?;
    let mut wanted = Vec::new();
    for (line, person) in people {
        let first = person
            .addresses
            .first()
            .map(|address| address::normalise(address));
        let is_known = match &first {
            Some(address) => contacts::by_address(&mut tx, address).await?.is_some(),
            None => false,
        };
        if is_known {
            continue;
        }
        let local_part = first.as_deref().and_then(|first| first.split('@').next());
        let name = person.name.as_deref().or(local_part).unwrap_or_default();
        wanted.push((*line, address::slug(name)));
    }
    drop(tx);
    reserve::captures(store, cx.workspace_id, wanted, cx.now_us).await
}

async fn bring_chunk(
    tx: &mut Tx,
    cx: &Cx,
    people: &[&(u64, Incoming)],
    captures: &HashMap<u64, String>,
    report: &mut Report,
) -> Result<()> {
    for (line, person) in people {
        let cx = Cx {
            line: u32::try_from(*line).unwrap_or(u32::MAX),
            ..cx.clone()
        };
        let capture = captures.get(line).map(String::as_str);
        tx.savepoint().await?;
        match bring_in(tx, &cx, person, capture).await {
            Ok(brought) => {
                tx.keep().await?;
                match brought.standing {
                    Standing::Made => report.made += 1,
                    Standing::Completed => report.completed += 1,
                    Standing::Known => report.known += 1,
                }
                let room = TOLD_MAX.saturating_sub(report.left_out.len());
                let left_out = brought.left_out.into_iter().take(room);
                report.left_out.extend(left_out.map(|what| (*line, what)));
            }
            Err(failure) => {
                let problem = failure.into_problem()?;
                tx.back_to_savepoint().await?;
                report.skipped += 1;
                if report.reasons.len() < TOLD_MAX {
                    report.reasons.push((*line, problem.to_string()));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(line: usize, address: &str, name: Option<&str>) -> (u64, Incoming) {
        let person = Incoming {
            name: name.map(str::to_owned),
            addresses: vec![address.to_owned()],
            ..Incoming::default()
        };
        (line as u64, person)
    }

    #[test]
    fn whoever_may_be_the_same_is_looked_at_together() {
        let mut people: Vec<_> = (0..1_000)
            .map(|line| person(line, &format!("p{line}@x.example"), None))
            .collect();
        people[3].1.name = Some("Ada Byron".to_owned());
        people.push(person(1_000, "P7@x.example", Some("ada  byron")));
        people.push(person(1_001, "p500@x.example", None));
        let chunks = together(&people);
        let lines = |chunk: &[&(u64, Incoming)]| -> Vec<u64> {
            chunk.iter().map(|(line, _)| *line).collect()
        };
        let chunks: Vec<Vec<u64>> = chunks.iter().map(|chunk| lines(chunk)).collect();
        assert_eq!(chunks.iter().map(Vec::len).sum::<usize>(), 1_002);
        assert!(chunks.iter().all(|chunk| chunk.len() <= AT_ONCE));
        for same in [&[3, 7, 1_000][..], &[500, 1_001]] {
            let holds = |chunk: &&Vec<u64>| same.iter().all(|line| chunk.contains(line));
            assert_eq!(chunks.iter().filter(holds).count(), 1, "{same:?}");
        }
        let many: Vec<_> = (0..5_000)
            .map(|line| person(line, "a@x.example", None))
            .collect();
        let chunks = together(&many);
        assert!(chunks.iter().all(|chunk| chunk.len() <= TOGETHER_MAX));
    }
}
