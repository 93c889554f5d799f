//! What commands about next actions, reminders, calls and a member's settings did or found.

use super::{Named, Noted};
use crate::commands::command::Setting;
use crate::domain::dates::HasTime;
use crate::store::workspace::actions::ActionRow;

/// An action, with the words for what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionLine {
    /// The action.
    pub row: ActionRow,
    /// For whom.
    pub who: Option<Named>,
    /// What the interaction is called that it is about.
    pub about: Option<String>,
    /// Whose it is, where it is not the actor's.
    pub owner: Option<String>,
}

impl ActionLine {
    /// Whether its time is shown: a reminder comes at its time, whoever said it.
    pub fn has_time(&self) -> HasTime {
        match self.row.has_time || self.row.kind == "reminder" {
            true => HasTime::Yes,
            false => HasTime::No,
        }
    }
}

/// What was done with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionDeed {
    /// It is new.
    Made,
    /// Put first, maybe with another date.
    Changed,
    /// It is done.
    Done,
    /// It was put off.
    PutOff,
    /// It was given up.
    Dropped,
    /// It is open again.
    Reopened,
}

/// An action that was changed, and what that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// What was done.
    pub deed: ActionDeed,
    /// As it is now.
    pub line: ActionLine,
    /// As it was.
    pub before: Option<ActionRow>,
    /// The note that keeps what came of it.
    pub note: Option<i64>,
    /// What is current for the same contact now, where that is another one.
    pub first: Option<ActionLine>,
    /// What was current before and waits now.
    pub behind: Option<ActionLine>,
    /// Its next occurrence.
    pub again: Option<ActionLine>,
}

/// What the actor is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// Which part of it.
    pub of: AgendaOf,
    /// What is due first first.
    pub lines: Vec<ActionLine>,
    /// How much more there is of this than is shown.
    pub more: i64,
    /// Of the rest, how much waits behind a current action.
    pub queued: i64,
    /// Of the rest, how much is due later, or at no time.
    pub later: i64,
}

/// Which part of what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgendaOf {
    /// Overdue and of today.
    Today,
    /// All that is open.
    All,
}

/// A call or a meeting that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// `call`, `meeting`, `talk`.
    pub kind: &'static str,
    /// As a note is.
    pub noted: Noted,
}

/// What a member chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// All, or one.
    Shown(Vec<Chosen>),
    /// One was changed: as it was, and as it is.
    Changed {
        /// As it was.
        before: Chosen,
        /// As it is; the same where nothing changed.
        after: Chosen,
    },
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Which.
    pub setting: Setting,
    /// To what, in words.
    pub value: String,
    /// What follows from it, or keeps it from having effect.
    pub note: Option<String>,
}
