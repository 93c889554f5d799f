//! Numbers about the workspace.

/// Contacts by status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Each status with how many, the most first; an empty one is none.
    pub stages: Vec<(String, i64)>,
}

/// What happened in the last weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// The oldest first.
    pub weeks: Vec<Week>,
    /// How many contacts there are.
    pub contacts: i64,
    /// The actor's open actions.
    pub open: i64,
    /// Those of them that are overdue.
    pub overdue: i64,
}

/// One week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Week {
    /// Its Monday, as `9 Nov`.
    pub begins: String,
    /// What came in.
    pub came: i64,
    /// What went out.
    pub went: i64,
    /// Notes, calls and meetings.
    pub notes: i64,
    /// Contacts that were made.
    pub new_contacts: i64,
    /// Actions that the actor finished.
    pub done: i64,
}
