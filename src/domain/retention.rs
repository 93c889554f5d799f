//! How long what is not needed for ever is kept: one table of defaults, with bounds within which a workspace chooses otherwise.
//!
//! What a person said or wrote stays until somebody deletes or erases it. What stands here is what arises beside it. A new kind is
//! a row of the table and, in `store::workspace::retention`, the statement that carries it out.

use super::error::{Error, Kind, Result};
use serde_json::{Map, Value, json};

/// A day in microseconds.
pub const DAY_US: i64 = 86_400_000_000;
/// The field of a workspace's settings.
const FIELD: &str = "retention";

/// Something that is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Its name in the settings.
    pub name: &'static str,
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
    name: &'static str,
    what: &'static str,
    days: i64,
    bounds: (i64, i64),
}

const RULES: [Rule; 8] = [
    Rule {
        kept: Kept::SentLetters,
        name: "sent_letters",
        what: "the text of our own letters that were sent, failed or were stopped",
        days: 30,
        bounds: (7, 365),
    },
    Rule {
        kept: Kept::ChatMessages,
        name: "chat_messages",
        what: "the text of our own messages in chats that were sent, failed or were stopped",
        days: 90,
        bounds: (7, 730),
    },
    Rule {
        kept: Kept::ParkedMail,
        name: "parked_mail",
        what: "mail that could not be filed and was put aside for an admin",
        days: 90,
        bounds: (30, 730),
    },
    Rule {
        kept: Kept::Envelopes,
        name: "envelopes",
        what: "technical facts of how mail came: the client's address and name, the envelope's sender",
        days: 90,
        bounds: (7, 730),
    },
    Rule {
        kept: Kept::JournalChanges,
        name: "journal_changes",
        what: "what the journal shows of a change, beyond who made it and when",
        days: 365,
        bounds: (30, 3_650),
    },
    Rule {
        kept: Kept::Confirmations,
        name: "confirmations",
        what: "codes that ran out",
        days: 30,
        bounds: (30, 30),
    },
    Rule {
        kept: Kept::Undo,
        name: "undo",
        what: "changes can be undone",
        days: 30,
        bounds: (30, 30),
    },
    Rule {
        kept: Kept::ChatDone,
        name: "chat_done",
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
pub const OF_ACCOUNTS: [AccountsRow; 6] = [
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

/// The table of a workspace whose settings are this JSON.
pub fn table(settings: &str) -> Vec<Row> {
    let chosen: Value = serde_json::from_str(settings).unwrap_or_default();
    let rows = RULES.iter().map(|rule| {
        let days = chosen.get(FIELD).and_then(|r| r.get(rule.name));
        let days = days.and_then(Value::as_i64).unwrap_or(rule.days);
        Row {
            kept: rule.kept,
            name: rule.name,
            what: rule.what,
            default_days: rule.days,
            bounds: rule.bounds,
            // Whoever wrote it there: never beyond the bounds.
            current_days: days.clamp(rule.bounds.0, rule.bounds.1),
        }
    });
    rows.collect()
}

/// How long a workspace keeps something; microseconds.
pub fn kept_us(settings: &str, kept: Kept) -> i64 {
    let row = table(settings).into_iter().find(|row| row.kept == kept);
    row.map_or(default_us(kept), |row| row.current_days * DAY_US)
}

/// The settings with another number of days; absent is the default again.
pub fn chosen(settings: &str, name: &str, days: Option<i64>) -> Result<String> {
    let rows = table(settings);
    let row = rows.iter().find(|row| row.name == name).ok_or_else(|| {
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        let message = format!(
            "\"{name}\" is nothing that is kept for a time; there is {}",
            names.join(", ")
        );
        Error::new(Kind::NotFound, message)
    })?;
    let (least, most) = row.bounds;
    if days.is_some_and(|days| days < least || days > most) {
        let message = match least == most {
            true => format!("{name} is always {least} days"),
            false => format!("{name} is from {least} to {most} days"),
        };
        return Err(Error::invalid(message));
    }
    let mut all: Map<String, Value> = serde_json::from_str(settings).unwrap_or_default();
    let chosen = all.entry(FIELD).or_insert_with(|| json!({}));
    if !chosen.is_object() {
        *chosen = json!({});
    }
    if let Some(chosen) = chosen.as_object_mut() {
        match days {
            Some(days) => chosen.insert(name.to_owned(), json!(days)),
            None => chosen.remove(name),
        };
    }
    Ok(Value::Object(all).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_stays_within_its_bounds_and_other_settings_stay() {
        let settings = chosen(r#"{"excluded":["x.example"]}"#, "sent_letters", Some(10)).unwrap();
        assert_eq!(kept_us(&settings, Kept::SentLetters), 10 * DAY_US);
        assert_eq!(kept_us(&settings, Kept::Envelopes), 90 * DAY_US);
        assert!(settings.contains("x.example"));
        for (name, days, message) in [
            ("sent_letters", 6, "from 7 to 365 days"),
            ("sent_letters", 366, "from 7 to 365 days"),
            ("undo", 31, "always 30 days"),
            ("cake", 1, "nothing that is kept for a time"),
        ] {
            let error = chosen("{}", name, Some(days)).unwrap_err();
            assert!(error.message.contains(message), "{}", error.message);
        }
        let again = chosen(&settings, "sent_letters", None).unwrap();
        assert_eq!(kept_us(&again, Kept::SentLetters), 30 * DAY_US);
        for (settings, days) in [
            ("", 30),
            ("[]", 30),
            (r#"{"retention":7}"#, 30),
            (r#"{"retention":{"sent_letters":"x"}}"#, 30),
            (r#"{"retention":{"sent_letters":0}}"#, 7),
            (r#"{"retention":{"sent_letters":99999}}"#, 365),
        ] {
            assert_eq!(
                kept_us(settings, Kept::SentLetters),
                days * DAY_US,
                "{settings}"
            );
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_table_and_within_its_bounds() {
        for row in table("{}") {
            assert_eq!(row.default_days, default_days(row.kept), "{}", row.name);
            assert_eq!(row.current_days, row.default_days, "{}", row.name);
            assert!(row.bounds.0 <= row.default_days && row.default_days <= row.bounds.1);
        }
        assert_eq!(table("{}").len(), RULES.len());
    }
}
