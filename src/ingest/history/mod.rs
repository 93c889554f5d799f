//! Mail of before, out of a member's archive: read, attributed and threaded as mail is that comes in, and nothing else. Nothing of
//! it is run, answered, passed on or told; a mail that is here already is passed over, so that the same again goes on where it
//! stopped.

mod filing;
mod source;

pub use source::Source;

use crate::domain::{Clock, Result};
use crate::store::Store;
use filing::Filing;

/// Bytes and messages of one transaction.
const BATCH_BYTES_MAX: usize = 2 * 1024 * 1024;
const BATCH_COUNT_MAX: usize = 128;

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

/// Files an archive. `tell` hears of each transaction.
pub async fn file(
    archive: &Archive,
    source: &Source,
    mut tell: impl FnMut(Progress) + Send,
) -> Result<Counts> {
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
            progress.done_bytes = before + message.read_bytes;
            let Some(raw) = message.raw else {
                progress.counts.unreadable += u64::from(pass == Pass::Others);
                continue;
            };
            if filing.pass_of(&raw) != pass {
                continue;
            }
            bytes += raw.len();
            batch.push(raw);
            if batch.len() >= BATCH_COUNT_MAX || bytes >= BATCH_BYTES_MAX {
                bytes = 0;
                filing
                    .file(std::mem::take(&mut batch), &mut progress.counts)
                    .await?;
                tell(progress);
            }
        }
        filing.file(batch, &mut progress.counts).await?;
        progress.done_bytes = before + total;
        tell(progress);
    }
    Ok(progress.counts)
}
