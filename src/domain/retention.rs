//! How long what is not needed for ever is kept: one table of defaults, with bounds within which a workspace chooses otherwise.
//!
//! What a person said or wrote stays until somebody deletes or erases it. What stands here is what arises beside it. A new kind is
//! a row of the table and, in `store::workspace::retention`, the statement that carries it out.

use std::collections::BTreeMap;

/// A day in microseconds.
pub const DAY_US: i64 = 86_400_000_000;

/// Something that is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// The bytes of letters that were sent, could not be, or were stopped.
    SentLetters,
    /// What messages in chats said.
    ChatMessages,
    /// Mail that could not be filed and was put aside.
    ParkedMail,
    /// How each mail reached us: the address of the client, its name, the sender of the envelope.
    Envelopes,
    /// What the journal needs to take a change back, and shows of it.
    JournalChanges,
    /// Codes that ran out, told from wrong ones.
    Confirmations,
    /// Changes can be undone.
    Undo,
    /// Numbers of what came from a chat and is done.
    ChatDone,
}

/// A row of the table, with what a workspace chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub kept: Kept,
    /// What it is, for people.
    pub what: &'static str,
    /// Days, where nothing was chosen.
    pub default_days: i64,
    /// The fewest and the most that may be chosen; where they are the same, nothing can be.
    pub bounds: (i64, i64),
    /// Days as they are.
    pub current_days: i64,
}

/// A row of the table as it stands in the code.
struct Rule {
    kept: Kept,
    what: &'static str,
    days: i64,
    bounds: (i64, i64),
}

const RULES: [Rule; 8] = [
    Rule {
        kept: Kept::SentLetters,
        what: "the text of our own letters that were sent, failed or were stopped",
        days: 30,
        bounds: (7, 365),
    },
    Rule {
        kept: Kept::ChatMessages,
        what: "the text of our own messages in chats that were sent, failed or were stopped",
        days: 90,
        bounds: (7, 730),
    },
    Rule {
        kept: Kept::ParkedMail,
        what: "mail that could not be filed and was put aside for an admin",
        days: 90,
        bounds: (30, 730),
    },
    Rule {
        kept: Kept::Envelopes,
        what: "technical facts of how mail came: the client's address and name, the envelope's sender",
        days: 90,
        bounds: (7, 730),
    },
    Rule {
        kept: Kept::JournalChanges,
        what: "what the journal shows of a change, beyond who made it and when",
        days: 365,
        bounds: (30, 3_650),
    },
    Rule {
        kept: Kept::Confirmations,
        what: "codes that ran out",
        days: 30,
        bounds: (30, 30),
    },
    Rule {
        kept: Kept::Undo,
        what: "changes can be undone",
        days: 30,
        bounds: (30, 30),
    },
    Rule {
        kept: Kept::ChatDone,
        what: "numbers of messages from chats that were dealt with",
        days: 8,
        bounds: (8, 8),
    },
];

/// Something of accounts, and of who visits the page, that is kept for a time: no workspace's, and so nobody chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfAccounts {
    /// Sessions that nobody uses.
    UnusedSessions,
    /// Sessions, however much they are used.
    Sessions,
    /// That a browser asked for a letter to sign in.
    SignIns,
    /// Who asked to write from which address.
    AddressRequests,
    /// Invitations that somebody used, or nobody in time.
    EndedInvitations,
    /// What was done at the page.
    PageEvents,
    /// Addresses of ours that are nobody's any more.
    Released,
}

/// A row of the table of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountsRow {
    /// Which.
    pub kept: OfAccounts,
    /// What it is, for people.
    pub what: &'static str,
    /// Days.
    pub days: i64,
}

/// What goes by itself, and what /privacy says of it: the same table.
pub const OF_ACCOUNTS: [AccountsRow; 7] = [
    AccountsRow {
        kept: OfAccounts::UnusedSessions,
        what: "sessions that are not used, with browser and IP address",
        days: 7,
    },
    AccountsRow {
        kept: OfAccounts::Sessions,
        what: "sessions, however much they are used",
        days: 30,
    },
    AccountsRow {
        kept: OfAccounts::SignIns,
        what: "that a browser was used to sign in",
        days: 90,
    },
    AccountsRow {
        kept: OfAccounts::AddressRequests,
        what: "who asked to write from which further address",
        days: 7,
    },
    AccountsRow {
        kept: OfAccounts::EndedInvitations,
        what: "invitations that were used, cancelled, or not used in their 7 days",
        days: 30,
    },
    AccountsRow {
        kept: OfAccounts::PageEvents,
        what: "what was done with accounts, the team and settings, with the IP address",
        days: 365,
    },
    AccountsRow {
        kept: OfAccounts::Released,
        what: "which addresses here were those of a deleted workspace, an erased person or somebody who was taken out, as keyed hashes, so that nobody else gets their mail",
        days: 3_650,
    },
];

/// How long something of accounts is kept; microseconds.
pub const fn of_accounts_us(kept: OfAccounts) -> i64 {
    let mut at = 0;
    while at < OF_ACCOUNTS.len() {
        if OF_ACCOUNTS[at].kept as u8 == kept as u8 {
            return OF_ACCOUNTS[at].days * DAY_US;
        }
        at += 1;
    }
    0
}

/// Days of a kind where nothing was chosen.
pub const fn default_days(kept: Kept) -> i64 {
    let mut at = 0;
    while at < RULES.len() {
        if RULES[at].kept as u8 == kept as u8 {
            return RULES[at].days;
        }
        at += 1;
    }
    0
}

/// The same in microseconds.
pub const fn default_us(kept: Kept) -> i64 {
    default_days(kept) * DAY_US
}

/// The table of a workspace that chose these days.
pub fn table(chosen: &BTreeMap<Kept, i64>) -> Vec<Row> {
    let rows = RULES.iter().map(|rule| Row {
        kept: rule.kept,
        what: rule.what,
        default_days: rule.days,
        bounds: rule.bounds,
        current_days: current_days(chosen, rule),
    });
    rows.collect()
}

/// How long a workspace that chose these days keeps something; microseconds.
pub fn kept_us(chosen: &BTreeMap<Kept, i64>, kept: Kept) -> i64 {
    let rule = RULES.iter().find(|rule| rule.kept == kept);
    rule.map_or(default_us(kept), |rule| current_days(chosen, rule) * DAY_US)
}

/// The fewest and the most days that may be chosen.
pub fn bounds(kept: Kept) -> (i64, i64) {
    let rule = RULES.iter().find(|rule| rule.kept == kept);
    rule.map_or((default_days(kept), default_days(kept)), |rule| rule.bounds)
}

fn current_days(chosen: &BTreeMap<Kept, i64>, rule: &Rule) -> i64 {
    let days = chosen.get(&rule.kept).copied().unwrap_or(rule.days);
    // Whoever wrote it there: never beyond the bounds.
    days.clamp(rule.bounds.0, rule.bounds.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_stays_within_its_bounds() {
        for (days, wanted) in [(10, 10), (0, 7), (99_999, 365)] {
            let chosen = BTreeMap::from([(Kept::SentLetters, days)]);
            assert_eq!(kept_us(&chosen, Kept::SentLetters), wanted * DAY_US);
            assert_eq!(kept_us(&chosen, Kept::Envelopes), 90 * DAY_US);
        }
        let chosen = BTreeMap::from([(Kept::Undo, 31)]);
        assert_eq!(kept_us(&chosen, Kept::Undo), 30 * DAY_US);
    }

    #[test]
    fn the_defaults_are_those_of_the_table_and_within_its_bounds() {
        let usual = table(&BTreeMap::new());
        for row in &usual {
            assert_eq!(row.default_days, default_days(row.kept), "{:?}", row.kept);
            assert_eq!(row.current_days, row.default_days, "{:?}", row.kept);
            assert_eq!(bounds(row.kept), row.bounds);
            assert!(row.bounds.0 <= row.default_days && row.default_days <= row.bounds.1);
        }
        assert_eq!(usual.len(), RULES.len());
    }
}
