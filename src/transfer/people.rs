//! People of spreadsheets and address books into a workspace: found or made, some hundred in a transaction, one change each in
//! the journal.

use super::import::Mode;
use super::kin::{Kin, Person, weight};
use super::roll::Roll;
use super::watch::Watch;
use crate::commands::closed;
use crate::commands::context::Cx;
use crate::commands::execute::{Standing, bring_in, is_new};
use crate::commands::reserve;
use crate::domain::{Error, Kind, Result, address};
use crate::store::registry::Role;
use crate::store::workspace::{journal, next_number};
use crate::store::{Store, Tx};
use std::collections::HashMap;
use std::time::Duration;

/// Between chunks that are only looked at: whoever waits for the lock of SQLite looks for it every 100 ms at the latest.
const REST: Duration = Duration::from_millis(120);
/// People who are looked at in one transaction, and what they take.
const AT_ONCE: usize = 200;
const AT_ONCE_BYTES: usize = 4 * 1024 * 1024;
/// People in one batch of the journal, which one `undo` takes back: it reads 2,000 changes.
const IN_BATCH: usize = 1_800;
/// Skipped rows and remarks that a report holds, each, and the bytes of both.
const TOLD_MAX: usize = 10_000;
const TOLD_BYTES_MAX: usize = 1024 * 1024;

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
    /// Line and reason of those; the first 10,000, and no more than 1 MiB of both lists.
    pub reasons: Vec<(u64, String)>,
    /// Line and sentence of what was left out of others; the first 10,000.
    pub left_out: Vec<(u64, String)>,
    /// How many more of both there were.
    pub untold: u64,
    told_bytes: usize,
    /// The first change of each batch of the journal: `undo all #j…` takes back one at a time, the last first.
    pub batches: Vec<i64>,
}

/// One of the lists of a report.
type List = fn(&mut Report) -> &mut Vec<(u64, String)>;
const REASONS: List = |report| &mut report.reasons;
const LEFT_OUT: List = |report| &mut report.left_out;

impl Report {
    /// How many people there were.
    pub fn people(&self) -> u64 {
        self.made + self.completed + self.known + self.skipped
    }

    fn add(&mut self, more: Report) {
        self.made += more.made;
        self.completed += more.completed;
        self.known += more.known;
        self.skipped += more.skipped;
        self.untold += more.untold;
        self.tell(REASONS, more.reasons);
        self.tell(LEFT_OUT, more.left_out);
    }

    /// Tells lines with their sentences, as far as there is room.
    fn tell(&mut self, list: List, lines: impl IntoIterator<Item = (u64, String)>) {
        for (line, sentence) in lines {
            let bytes = self.told_bytes + sentence.len();
            match list(self).len() < TOLD_MAX && bytes <= TOLD_BYTES_MAX {
                true => {
                    list(self).push((line, sentence));
                    self.told_bytes = bytes;
                }
                false => self.untold += 1,
            }
        }
    }
}

/// Brings the people of a file in, or only says what would come of it; whoever watches may stop it. Gives what came of those who
/// were brought, and whether those were all. What was committed before an error or a stop stays; the same again finds it there.
pub async fn bring(
    store: &Store,
    cx: &Cx,
    roll: &Roll,
    mode: Mode,
    watch: &Watch,
) -> (Report, Result<()>) {
    let mut report = Report::default();
    let ended = match mode {
        Mode::Write => write(store, cx, roll, watch, &mut report).await,
        Mode::DryRun => look(store, cx, roll, watch, &mut report).await,
    };
    report.reasons.sort_by_key(|(line, _)| *line);
    report.left_out.sort_by_key(|(line, _)| *line);
    (report, ended)
}

async fn write(
    store: &Store,
    cx: &Cx,
    roll: &Roll,
    watch: &Watch,
    report: &mut Report,
) -> Result<()> {
    watch.begin(roll.bytes);
    let mut cx = cx.clone();
    let (mut in_batch, mut told) = (0, 0);
    let mut pages = roll.pages();
    while let Some(page) = pages.recv().await {
        let page = page?;
        let people: Vec<&Person> = page.people.iter().collect();
        if in_batch + people.len() > IN_BATCH {
            (cx.batch, in_batch) = (0, 0);
        }
        // Before it is opened too: what is gone is not opened any more.
        cx.actor.role = demand_standing(store, &cx).await?;
        let captures = captures(store, &cx, &page.people).await?;
        let workspace = store.workspaces.get(cx.workspace_id).await?;
        let mut tx = workspace.write().await?;
        demand_standing(store, &cx).await?;
        closed::demand_open(&mut tx).await?;
        if cx.batch == 0 {
            cx.batch = next_number(&mut tx, "batch").await?;
        }
        let mut chunk = Report::default();
        bring_chunk(&mut tx, &cx, &people, &captures, &mut chunk).await?;
        let is_first = chunk.made + chunk.completed > 0 && told != cx.batch;
        let first = match is_first {
            true => journal::first_of_batch(&mut tx, cx.batch).await?,
            false => None,
        };
        tx.commit().await?;
        in_batch += people.len();
        if first.is_some() {
            told = cx.batch;
            report.batches.extend(first);
        }
        report.add(chunk);
        watch.reach(page.read_bytes, people.len())?;
    }
    Ok(())
}

/// That the workspace stays, and that whoever brings people may do so still; gives their role. `Kind::Conflict` where it leaves,
/// `Kind::Forbidden` where they may not.
async fn demand_standing(store: &Store, cx: &Cx) -> Result<Role> {
    let (registry, id) = (&store.registry, cx.workspace_id);
    let forbidden = |words| Err(Error::new(Kind::Forbidden, words));
    if let Some(row) = registry.leaving(id).await? {
        return Err(Error::new(
            Kind::Conflict,
            closed::words(row.gone_at, &cx.zone),
        ));
    }
    match registry.role_of(id, cx.actor.member_id).await? {
        Some(role) if role >= Role::Member => Ok(role),
        Some(_) => forbidden("whoever brought the file may only look at the workspace now"),
        None => forbidden("whoever brought the file does not belong to the workspace any more"),
    }
}

/// Reads the file twice: who may be the same, and then what would come of them, each with those.
async fn look(
    store: &Store,
    cx: &Cx,
    roll: &Roll,
    watch: &Watch,
    report: &mut Report,
) -> Result<()> {
    watch.begin(roll.bytes.saturating_mul(2));
    let mut kin = Kin::default();
    let mut pages = roll.pages();
    while let Some(page) = pages.recv().await {
        let page = page?;
        page.people.iter().for_each(|(_, person)| kin.meet(person));
        watch.reach(page.read_bytes, 0)?;
    }
    let mut gathering = kin.gather();
    let (mut chunk, mut bytes, mut is_first) = (Vec::new(), 0, true);
    let mut pages = roll.pages();
    while let Some(page) = pages.recv().await {
        let page = page?;
        let count = page.people.len();
        for person in page.people {
            let group = gathering.take(person);
            bytes += group
                .iter()
                .map(|(_, person)| weight(person))
                .sum::<usize>();
            chunk.extend(group);
            if chunk.len() >= AT_ONCE || bytes >= AT_ONCE_BYTES {
                if !std::mem::take(&mut is_first) {
                    tokio::time::sleep(REST).await;
                }
                look_at(store, cx, &chunk, report).await?;
                chunk.clear();
                bytes = 0;
            }
        }
        watch.reach(roll.bytes.saturating_add(page.read_bytes), count)?;
    }
    if !is_first && !chunk.is_empty() {
        tokio::time::sleep(REST).await;
    }
    look_at(store, cx, &chunk, report).await
}

/// What would come of people; never committed.
async fn look_at(store: &Store, cx: &Cx, people: &[Person], report: &mut Report) -> Result<()> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let people: Vec<&Person> = people.iter().collect();
    let mut chunk = Report::default();
    let mut tx = workspace.write().await?;
    bring_chunk(&mut tx, cx, &people, &HashMap::new(), &mut chunk).await?;
    report.add(chunk);
    Ok(())
}

/// Capture addresses for those who have no contact yet, by their line.
async fn captures(store: &Store, cx: &Cx, people: &[Person]) -> Result<HashMap<u64, String>> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    let mut tx = workspace.read().await?;
    let mut wanted = Vec::new();
    for (line, person) in people {
        if !is_new(&mut tx, cx, person).await? {
            continue;
        }
        let first = person.addresses.first();
        let local_part = first.and_then(|first| first.trim().split('@').next());
        let name = person.name.as_deref().or(local_part).unwrap_or_default();
        wanted.push((*line, address::slug(name)));
    }
    drop(tx);
    reserve::captures(store, cx.workspace_id, wanted, cx.now_us).await
}

async fn bring_chunk(
    tx: &mut Tx,
    cx: &Cx,
    people: &[&Person],
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
                let left_out = brought.left_out.into_iter();
                report.tell(LEFT_OUT, left_out.map(|what| (*line, what)));
            }
            Err(failure) => {
                let problem = failure.into_problem()?;
                tx.back_to_savepoint().await?;
                report.skipped += 1;
                report.tell(REASONS, [(*line, problem.to_string())]);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_holds_as_much_as_it_may() {
        let mut report = Report::default();
        for line in 0..20_000 {
            let mut chunk = Report::default();
            chunk.tell(REASONS, [(line, "x".repeat(40))]);
            chunk.tell(LEFT_OUT, [(line, "y".repeat(400))]);
            report.add(chunk);
        }
        let lists = [&report.reasons, &report.left_out];
        let bytes = |list: &&Vec<(u64, String)>| list.iter().map(|(_, text)| text.len()).sum();
        let bytes: [usize; 2] = [bytes(&lists[0]), bytes(&lists[1])];
        assert!(bytes.iter().all(|bytes| *bytes > 0), "{bytes:?}");
        assert!(bytes.iter().sum::<usize>() <= TOLD_BYTES_MAX, "{bytes:?}");
        let told = lists.map(|list| list.len() as u64);
        assert!(told.iter().all(|told| *told <= TOLD_MAX as u64), "{told:?}");
        assert_eq!(told.iter().sum::<u64>() + report.untold, 40_000);
    }
}
