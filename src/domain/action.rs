//! What a member will do for a contact: which action is the current one, in what order the others wait, and what comes after.
//!
//! At most one action is current for a contact and a member; the others are queued. Reminders stand beside them, as many as
//! there are. Knows no store and no clock.

use super::dates::Recurrence;
use jiff::Timestamp;

/// The most letters of what is to be done; a longer one is a note.
pub const TEXT_CHARS_MAX: usize = 500;
/// The most that stands open for one member.
pub const OPEN_MAX: i64 = 10_000;

/// What an action is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// To be done.
    #[default]
    Action,
    /// Told at its time.
    Reminder,
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It is to be done next; of a reminder, that it stands.
    #[default]
    Current,
    /// It waits for the current one.
    Queued,
    /// It was done.
    Done,
    /// It was given up.
    Dropped,
}

/// An open action of one member for one contact, as far as its place depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub id: i64,
    /// [`State::Current`] or [`State::Queued`].
    pub state: State,
    /// 0 for those that are queued by when they are due; below it for those that were put in front, the lowest first.
    pub position: i64,
    /// Microseconds since 1970.
    pub due_us: Option<i64>,
}

/// Where an action goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number.
    pub id: i64,
    /// [`State::Current`] or [`State::Queued`].
    pub state: State,
    /// As in [`Standing`].
    pub position: i64,
}

impl Kind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Action => "action",
            Kind::Reminder => "reminder",
        }
    }
}

impl State {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            State::Current => "current",
            State::Queued => "queued",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }

    /// The state of a word; what nobody knows is over.
    pub fn of_word(word: &str) -> State {
        match word {
            "current" => State::Current,
            "queued" => State::Queued,
            "done" => State::Done,
            _ => State::Dropped,
        }
    }

    /// Whether it is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, State::Current | State::Queued)
    }
}

/// Where a new action goes, first of all places, and where that moves the current one: the new one becomes current where it
/// is due no later, and the one before it goes to the head of the queue.
pub fn place_new(open: &[Standing], id: i64, due_us: Option<i64>) -> Vec<Place> {
    match current_of(open) {
        None => vec![current(id)],
        Some(now) if moment(due_us) <= moment(now.due_us) => {
            vec![current(id), head(open, now.id)]
        }
        Some(_) => vec![queued(id)],
    }
}

/// What moves when an open action is put first by hand.
pub fn put_first(open: &[Standing], id: i64) -> Vec<Place> {
    match current_of(open) {
        Some(now) if now.id == id => Vec::new(),
        Some(now) => vec![current(id), head(open, now.id)],
        None => vec![current(id)],
    }
}

/// What moves when an open action gets another moment: a current one lets what is now due before it go first. A queued one
/// never overtakes by being put off.
pub fn put_off(open: &[Standing], id: i64, due_us: Option<i64>) -> Vec<Place> {
    let is_current = current_of(open).is_some_and(|now| now.id == id);
    if !is_current {
        return open
            .iter()
            .filter(|standing| standing.id == id && standing.position != 0)
            .map(|_| queued(id))
            .collect();
    }
    match first_queued(open, id) {
        Some(first) if moment(first.due_us) < moment(due_us) => {
            vec![queued(id), current(first.id)]
        }
        _ => Vec::new(),
    }
}

/// What moves when an action is no longer open; `again` is its next occurrence, number and moment, where it comes again.
pub fn finish(open: &[Standing], id: i64, again: Option<(i64, i64)>) -> Vec<Place> {
    let stays = current_of(open).is_some_and(|now| now.id != id);
    if stays {
        return again.map(|(id, _)| queued(id)).into_iter().collect();
    }
    let first = first_queued(open, id);
    match (first, again) {
        (None, None) => Vec::new(),
        (Some(first), None) => vec![current(first.id)],
        (None, Some((again, _))) => vec![current(again)],
        (Some(first), Some((again, due_us))) => {
            let next = Standing {
                id: again,
                state: State::Queued,
                position: 0,
                due_us: Some(due_us),
            };
            match order(&first) < order(&next) {
                true => vec![current(first.id), queued(again)],
                false => vec![current(again)],
            }
        }
    }
}

/// What moves where two queues became one, as when two contacts are merged: the current one that is due first stays.
pub fn line_up(open: &[Standing]) -> Vec<Place> {
    let mut all: Vec<&Standing> = open.iter().filter(|s| s.state == State::Current).collect();
    all.sort_by_key(|standing| order(standing));
    match all.as_slice() {
        [] => first_queued(open, 0)
            .map(|first| current(first.id))
            .into_iter()
            .collect(),
        [_, others @ ..] => others.iter().map(|other| queued(other.id)).collect(),
    }
}

/// When something that comes again is due next, microseconds since 1970: after its last moment, and after now.
pub fn next_moment(recurrence: &str, due_us: Option<i64>, now_us: i64) -> Option<i64> {
    let recurrence = Recurrence::from_text(recurrence)?;
    let after = due_us.map_or(now_us, |due_us| due_us.max(now_us));
    let next = recurrence.next_after(Timestamp::from_microsecond(after).ok()?)?;
    Some(next.as_microsecond())
}

fn current_of(open: &[Standing]) -> Option<&Standing> {
    open.iter().find(|s| s.state == State::Current)
}

fn first_queued(open: &[Standing], but: i64) -> Option<Standing> {
    let queued = open
        .iter()
        .filter(|s| s.state == State::Queued && s.id != but);
    queued.min_by_key(|standing| order(standing)).copied()
}

/// Those that were put in front, then by when they are due, then by number.
fn order(of: &Standing) -> (i64, i64, i64) {
    (of.position, moment(of.due_us), of.id)
}

/// What has no date is due after all that has.
fn moment(due_us: Option<i64>) -> i64 {
    due_us.unwrap_or(i64::MAX)
}

fn current(id: i64) -> Place {
    Place {
        id,
        state: State::Current,
        position: 0,
    }
}

fn queued(id: i64) -> Place {
    Place {
        id,
        state: State::Queued,
        position: 0,
    }
}

/// In front of all that are queued.
fn head(open: &[Standing], id: i64) -> Place {
    let queued = open.iter().filter(|s| s.state == State::Queued);
    let lowest = queued.map(|s| s.position).min().unwrap_or(0).min(0);
    Place {
        id,
        state: State::Queued,
        position: lowest.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests;
