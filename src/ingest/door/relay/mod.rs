//! Letters between a contact and a member, through the contact's own address. The letter is filed already; here it becomes a
//! row in the outbox.
//!
//! It is no open relay: inwards goes only to a member of the workspace, outwards only a proved member's own words to the
//! address of the contact whose capture address the member wrote to.

mod inward;
mod outward;

pub use inward::inward;
pub use outward::{OnItsWay, Outward, is_outward, outward};

use super::act::Desk;
use crate::domain::{Result, address};
use crate::ingest::identity;
use crate::ingest::letter::{LETTER_BYTES_MAX, Letter, key_of};
use crate::ingest::plan::Asked;
use crate::mail::compose::header;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::relayed::{self, Relayed};
use crate::store::workspace::{interactions, threads};
use jiff::Timestamp;

const HOUR_US: i64 = 3_600_000_000;
/// Contacts that one letter goes to, or whose letter it is.
const CAPTURES_MAX: usize = 10;

/// Our capture addresses that stand in To or Cc: a BCC only files.
pub fn visible_captures(letter: &Letter) -> Vec<&str> {
    let message = &letter.message;
    let is_visible = |local_part: &str| {
        message.to.iter().chain(&message.cc).any(|mailbox| {
            let key = key_of(Some(mailbox));
            let written = address::split(&key).map(|(local, _)| address::split_tag(local).0);
            written == Some(local_part)
        })
    };
    let visible = letter
        .captures()
        .filter(|local_part| is_visible(local_part));
    visible.take(CAPTURES_MAX).collect()
}

/// Whether an address stands in To or Cc.
fn is_to(letter: &Letter, wanted: &str) -> bool {
    let message = &letter.message;
    let mut visible = message.to.iter().chain(&message.cc);
    visible.any(|mailbox| key_of(Some(mailbox)) == wanted)
}

async fn shown(tx: &mut Tx, contact: &ContactRow) -> Result<String> {
    if let Some(name) = &contact.name {
        return Ok(name.clone());
    }
    let first = contacts::addresses(tx, contact.id)
        .await?
        .into_iter()
        .next();
    Ok(first.unwrap_or_else(|| format!("#c{}", contact.id)))
}

fn date(letter: &Letter) -> Timestamp {
    let received =
        || Timestamp::from_microsecond(letter.received_at).unwrap_or(Timestamp::UNIX_EPOCH);
    letter.message.date.unwrap_or_else(received)
}

/// Its Message-ID in its own letters: mail programs thread by nothing less.
fn id_as_written(letter: &Letter) -> String {
    let id = letter.message.message_id.as_deref().and_then(header::id);
    id.unwrap_or_default().to_owned()
}

fn raw(letter: &Letter) -> Option<Vec<u8>> {
    zstd::bulk::decompress(&letter.raw.zstd, LETTER_BYTES_MAX).ok()
}

/// On which side of the relay ids are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Inside,
    Outside,
}

/// What a letter answers, in the ids of the side that it goes to.
#[derive(Debug, Default)]
struct Ids {
    in_reply_to: Option<String>,
    references: Vec<String>,
    /// What the mail that is answered is filed as.
    interaction_id: Option<i64>,
}

async fn translated(tx: &mut Tx, letter: &Letter, to: Side) -> Result<Ids> {
    let message = &letter.message;
    let mentioned: Vec<String> = message
        .in_reply_to
        .iter()
        .chain(&message.references)
        .map(|id| identity::message_id(id))
        .collect();
    let known = match to {
        Side::Inside => relayed::inside_of(tx, &mentioned).await?,
        Side::Outside => relayed::outside_of(tx, &mentioned).await?,
    };
    let other = |id: &String| {
        let found = known.get(&identity::message_id(id));
        match (found, to) {
            (Some(pair), Side::Inside) => Some(pair.inside_id.clone()),
            (Some(pair), Side::Outside) => Some(pair.outside_id.clone()),
            (None, Side::Inside) => Some(id.clone()),
            // An id that only the member knows says nothing to the contact, and may tell of other mail.
            (None, Side::Outside) => None,
        }
    };
    let answered = message.in_reply_to.first();
    Ok(Ids {
        in_reply_to: answered.and_then(other),
        references: message.references.iter().filter_map(other).collect(),
        interaction_id: answered
            .and_then(|id| known.get(&identity::message_id(id)))
            .map(|pair| pair.interaction_id),
    })
}

impl Desk<'_> {
    /// Remembers both ids of a mail, and that it belongs to the thread: an answer to either finds its way.
    async fn keep_ids(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        contact: &ContactRow,
        outside_id: String,
        inside_id: String,
        receiver: &str,
    ) -> Result<()> {
        let normal = |id: &str| identity::message_id(id);
        let Some(row) = interactions::filed(tx, &[asked.interaction_id])
            .await?
            .into_iter()
            .next()
        else {
            return Ok(());
        };
        let ids = [normal(&outside_id), normal(&inside_id)];
        let references: Vec<(String, i64)> = ids
            .iter()
            .filter(|id| !id.is_empty())
            .map(|id| (id.clone(), row.thread_id))
            .collect();
        threads::insert_references(tx, &references).await?;
        threads::insert_participants(tx, &[(row.thread_id, address::normalise(receiver))]).await?;
        if outside_id.is_empty() || inside_id.is_empty() {
            return Ok(());
        }
        let [outside_key, inside_key] = ids;
        let pair = Relayed {
            outside_key,
            inside_key,
            outside_id,
            inside_id,
            contact_id: contact.id,
            interaction_id: asked.interaction_id,
        };
        relayed::insert(tx, &pair, self.now_us).await
    }
}
