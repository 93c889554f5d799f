//! How many letters there may be: whatever two programs do to each other, it ends (MAIL.md 9).
//!
//! Letters are counted as the outbox has them, in the same transaction, so that no crash and no second node forgets any.

use super::{Letter, Occasion};
use crate::domain::Result;
use crate::store::Tx;
use crate::store::workspace::sent::written_since;

/// The hour in microseconds.
const HOUR_US: i64 = 3_600_000_000;
/// Letters that tell of errors, to one member in an hour; one more says that it is the last.
pub const ERRORS_MAX: i64 = 5;
/// Letters to one member in an hour. A digest comes however many there were.
pub const LETTERS_MAX: i64 = 60;
/// Letters to one member about one contact or interaction in an hour.
pub const OBJECT_LETTERS_MAX: i64 = 20;

/// The object of letters that tell of errors.
const ERROR: &str = "error";
/// The object of the last of them.
const LAST_ERROR: &str = "last_error";

/// Whether a letter may be written, and what it is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// It may.
    Yes(Option<String>),
    /// It may, as the last of its kind for a while.
    Last(Option<String>),
    /// It may not.
    No,
}

/// Whether this letter may be written to this address now.
pub async fn allowed(
    tx: &mut Tx,
    now_us: i64,
    recipient: &str,
    letter: &Letter<'_>,
) -> Result<Allowed> {
    let since_us = now_us.saturating_sub(HOUR_US - 1);
    if letter.occasion != Occasion::Digest {
        let all = written_since(tx, recipient, None, since_us, LETTERS_MAX).await?;
        if all >= LETTERS_MAX {
            return Ok(Allowed::No);
        }
    }
    if letter.is_error() {
        let errors = written_since(tx, recipient, Some(ERROR), since_us, ERRORS_MAX).await?;
        if errors < ERRORS_MAX {
            return Ok(Allowed::Yes(Some(ERROR.to_owned())));
        }
        let last = written_since(tx, recipient, Some(LAST_ERROR), since_us, 1).await?;
        return Ok(match last {
            0 => Allowed::Last(Some(LAST_ERROR.to_owned())),
            _ => Allowed::No,
        });
    }
    let Some(object) = object(letter) else {
        return Ok(Allowed::Yes(None));
    };
    let about = written_since(tx, recipient, Some(&object), since_us, OBJECT_LETTERS_MAX).await?;
    Ok(match about < OBJECT_LETTERS_MAX {
        true => Allowed::Yes(Some(object)),
        false => Allowed::No,
    })
}

/// What a letter is about.
fn object(letter: &Letter<'_>) -> Option<String> {
    let contact = letter.about_contact_id.map(|id| format!("#c{id}"));
    contact.or_else(|| letter.about_interaction_id.map(|id| format!("#i{id}")))
}
