//! Mail of before, out of a member's archive: read, attributed and threaded as mail is that comes in, and nothing else. Nothing of
//! it is run, answered, passed on or told; a mail that is here already is passed over, so that the same again goes on where it
//! stopped.

mod filing;
mod maildir;
mod report;
mod source;

pub use report::{Report, Skipped};
pub use source::Source;

use crate::domain::{Clock, Error, Result};
use crate::store::Store;
use filing::{Filing, Found};
use report::Seen;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Bytes and messages of one transaction.
const BATCH_BYTES_MAX: usize = 2 * 1024 * 1024;
const BATCH_COUNT_MAX: usize = 128;
/// Between batches that are only looked at: whoever waits for the lock of SQLite looks for it every 100 ms at the latest.
const REST: Duration = Duration::from_millis(120);

/// Whose archive it is, and where it goes.
#[derive(Clone)]
pub struct Archive {
    /// The databases.
    pub store: Store,
    /// The workspace.
    pub workspace_id: i64,
    /// The account of the member who vouches for it.
    pub member_id: i64,
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// What time it is.
    pub clock: Clock,
    /// Random bytes for the tokens of new capture addresses.
    pub random: fn() -> [u8; 6],
    /// Stops it at its next message.
    pub stop: CancellationToken,
}

impl Archive {
    /// One of a workspace and of a member of it.
    pub fn of(
        store: &Store,
        (workspace_id, member_id): (i64, i64),
        mail_domain: &str,
        clock: Clock,
        stop: CancellationToken,
    ) -> Archive {
        Archive {
            store: store.clone(),
            workspace_id,
            member_id,
            mail_domain: mail_domain.to_owned(),
            clock,
            random: rand::random,
            stop,
        }
    }
}

/// What became of the messages so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// With the contacts that they belong to.
    pub filed: u64,
    /// Kept; nobody knows yet whose they are.
    pub unfiled: u64,
    /// Kept, and not shown: of lists and programs, reports, and what nothing speaks for.
    pub aside: u64,
    /// Here already.
    pub duplicates: u64,
    /// Not to be read, or too long.
    pub unreadable: u64,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are done; the archive is read twice.
    pub done_bytes: u64,
    /// Of how many.
    pub total_bytes: u64,
    /// What became of the messages.
    pub counts: Counts,
}

/// Which messages a reading takes: what members wrote comes first, since it says who their contacts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    Ours,
    Others,
}

/// Files an archive. `tell` hears of each transaction. Gives what became of the messages, and whether those were all.
pub async fn file(
    archive: &Archive,
    source: &Source,
    tell: impl FnMut(Progress) + Send,
) -> (Report, Result<()>) {
    let mut report = Report::default();
    let ended = read(archive, source, None, tell, &mut report).await;
    (report, ended)
}

/// Says what would become of an archive, and changes nothing. A contact that it would make is known to the mails behind by its
/// address alone, and not by what else leads to it: a thread, or a forward.
pub async fn look(
    archive: &Archive,
    source: &Source,
    tell: impl FnMut(Progress) + Send,
) -> (Report, Result<()>) {
    let mut report = Report::default();
    let seen = Some(Seen::default());
    let ended = read(archive, source, seen, tell, &mut report).await;
    (report, ended)
}

async fn read(
    archive: &Archive,
    source: &Source,
    mut seen: Option<Seen>,
    mut tell: impl FnMut(Progress) + Send,
    report: &mut Report,
) -> Result<()> {
    let filing = Filing::new(archive).await?;
    let total = source.total_bytes().await?;
    let mut progress = Progress {
        total_bytes: total * 2,
        ..Progress::default()
    };
    for (pass, before) in [(Pass::Ours, 0), (Pass::Others, total)] {
        let mut messages = source.messages();
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(message) = messages.recv().await {
            let message = message?;
            if archive.stop.is_cancelled() {
                return Err(Error::unavailable("it was stopped"));
            }
            progress.done_bytes = before + message.read_bytes;
            let raw = match message.raw {
                Ok(raw) => raw,
                Err(absent) => {
                    if pass == Pass::Others {
                        report.absent(&message.place, &absent);
                    }
                    continue;
                }
            };
            if filing.pass_of(&raw) != pass {
                continue;
            }
            bytes += raw.len();
            batch.push(Found::new(message.place, raw));
            if batch.len() >= BATCH_COUNT_MAX || bytes >= BATCH_BYTES_MAX {
                bytes = 0;
                let batch = std::mem::take(&mut batch);
                filing.file(batch, seen.as_mut(), report).await?;
                progress.counts = report.counts;
                tell(progress);
                if seen.is_some() {
                    tokio::time::sleep(REST).await;
                }
            }
        }
        filing.file(batch, seen.as_mut(), report).await?;
        progress.done_bytes = before + total;
        progress.counts = report.counts;
        tell(progress);
    }
    Ok(())
}
