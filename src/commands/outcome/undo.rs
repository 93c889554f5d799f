//! What undo and redo did, and what the journal tells of a record.

/// Changes were taken back, or done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// Change by change, the newest first.
    pub changes: Vec<TakenChange>,
}

/// One change that was taken back, or done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenChange {
    /// Its number in the journal.
    pub journal: i64,
    /// Which way it went.
    pub way: Way,
    /// Its verb.
    pub verb: String,
    /// Of what: `#c12`.
    pub subject: String,
    /// When it was made; microseconds since 1970.
    pub at: i64,
    /// Whose it was, where another member's than the actor's.
    pub by: Option<String>,
    /// What became of the rows.
    pub rows: Vec<RowWords>,
    /// What stayed as it is.
    pub remarks: Vec<String>,
}

/// Back, or forth again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Taken back.
    Undone,
    /// Done again.
    Redone,
}

/// A row that changed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowWords {
    /// A field has another value.
    Field {
        /// Of what: `#c12 Ada Byron`.
        record: String,
        /// Which: `phone`.
        name: String,
        /// What it was; `None` is empty.
        from: Option<String>,
        /// What it is.
        to: Option<String>,
    },
    /// Something is there: `#c12 Ada Byron: tag vip`.
    There(String),
    /// Something is gone.
    Gone(String),
    /// A sentence of its own.
    Said(String),
}

/// What the journal tells of a contact or an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Of what: `#c12 Ada Byron`.
    pub record: String,
    /// Since when it is there; microseconds since 1970.
    pub since: i64,
    /// The changes, the newest first.
    pub changes: Vec<HistoryLine>,
    /// Whether there are more.
    pub more: super::More,
}

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number in the journal.
    pub journal: i64,
    /// When; microseconds since 1970.
    pub at: i64,
    /// Who.
    pub member: String,
    /// Through which door: the word of the journal.
    pub door: String,
    /// What was done.
    pub verb: String,
    /// Of an undo or redo, the change that it took back or did again.
    pub takes_back: Option<i64>,
    /// What it changed.
    pub rows: Vec<RowWords>,
    /// Whether it was taken back since.
    pub stands: Stands,
}

/// Whether a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It does.
    Yes,
    /// It was taken back.
    TakenBack,
}
