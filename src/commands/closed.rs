//! A workspace that is closed, and to be deleted: what may still be said in it, and how the rest is refused. Whatever reads may be
//! said; of what changes something only what opens it again, what closes it, and the export.

use super::command::Verb;
use super::specification::{Risk, Row};
use crate::domain::backups::day;
use crate::domain::{Error, Kind, Result};
use crate::store::Tx;
use crate::store::leaving::{gone_at, leaves_since};
use jiff::tz::TimeZone;

/// Why a change is refused where all is deleted at that time; microseconds since 1970.
pub fn words(gone_at: i64, zone: &TimeZone) -> String {
    let day = day(gone_at, zone);
    format!(
        "the workspace is closed, and on {day} all of it is deleted; until then its owner opens it again at the page, under Data, or with \
         \"restore workspace\""
    )
}

/// The same as long as the workspace leaves by its own word, inside the caller's transaction; `None` where it stays.
pub async fn refusal(tx: &mut Tx, zone: &TimeZone) -> Result<Option<String>> {
    let since = leaves_since(tx).await?;
    Ok(since.map(|since| words(gone_at(since), zone)))
}

/// `Kind::Conflict` where the workspace leaves by its own word.
pub async fn demand_open(tx: &mut Tx) -> Result<()> {
    match refusal(tx, &TimeZone::UTC).await? {
        Some(words) => Err(Error::new(Kind::Conflict, words)),
        None => Ok(()),
    }
}

/// Whether a verb may be said there. What a code stands for is looked at when it is done.
pub(super) fn may_be_said(row: &Row) -> bool {
    row.risk == Risk::Reads
        || matches!(
            row.verb,
            Verb::Stay | Verb::Leave | Verb::Export | Verb::Confirm
        )
}
