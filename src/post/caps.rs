//! How many letters there may be: whatever two programs do to each other, it ends (MAIL.md 9).
//!
//! Letters are counted as the outbox has them, in the same transaction, so that no crash and no second node forgets any.

use super::{Letter, Occasion};
use crate::domain::Result;
use crate::store::Tx;
use crate::store::workspace::sent::{Counted, count};

/// The hour in microseconds.
const HOUR_US: i64 = 3_600_000_000;
/// Letters that tell of errors, to one member in an hour; one more says that it is the last.
pub const ERRORS_MAX: i64 = 5;
/// Letters that ask whether a mail is the member's own, in an hour; one more says that it is the last. Whoever writes with a
/// member's From can cause one: they are few, and are counted by themselves, so that they silence nothing else.
pub const DOUBTS_MAX: i64 = 5;
/// Letters of any one kind to one member in an hour.
pub const LETTERS_MAX: i64 = 60;
/// Letters of any one kind to one member about one contact or interaction in an hour.
pub const OBJECT_LETTERS_MAX: i64 = 20;

/// Letters that become silent after a last one.
struct Burst {
    /// The object of them.
    object: &'static str,
    /// The object of the last.
    last: &'static str,
    /// How many there are before it.
    count_max: i64,
}

const ERRORS: Burst = Burst {
    object: "error",
    last: "last_error",
    count_max: ERRORS_MAX,
};
const DOUBTS: Burst = Burst {
    object: "doubt",
    last: "last_doubt",
    count_max: DOUBTS_MAX,
};

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
    let all = Counted {
        recipient,
        kind: letter.occasion.kind().word(),
        object: None,
        since_us: now_us.saturating_sub(HOUR_US - 1),
    };
    let burst = match letter.occasion {
        Occasion::Doubt => Some(DOUBTS),
        _ if letter.is_error() => Some(ERRORS),
        _ => None,
    };
    if let Some(burst) = burst {
        return in_burst(tx, all, burst).await;
    }
    if count(tx, all, LETTERS_MAX).await? >= LETTERS_MAX {
        return Ok(Allowed::No);
    }
    let Some(object) = object(letter) else {
        return Ok(Allowed::Yes(None));
    };
    let about = Counted {
        object: Some(&object),
        ..all
    };
    Ok(match count(tx, about, OBJECT_LETTERS_MAX).await? {
        ..OBJECT_LETTERS_MAX => Allowed::Yes(Some(object)),
        _ => Allowed::No,
    })
}

async fn in_burst(tx: &mut Tx, all: Counted<'_>, burst: Burst) -> Result<Allowed> {
    let of = |object| Counted {
        object: Some(object),
        ..all
    };
    if count(tx, of(burst.object), burst.count_max).await? < burst.count_max {
        return Ok(Allowed::Yes(Some(burst.object.to_owned())));
    }
    Ok(match count(tx, of(burst.last), 1).await? {
        0 => Allowed::Last(Some(burst.last.to_owned())),
        _ => Allowed::No,
    })
}

/// What a letter is about.
fn object(letter: &Letter<'_>) -> Option<String> {
    if letter.occasion == Occasion::Leaving {
        return Some(crate::store::leaving::CHORE.to_owned());
    }
    let contact = letter.about_contact_id.map(|id| format!("#c{id}"));
    contact.or_else(|| letter.about_interaction_id.map(|id| format!("#i{id}")))
}
