//! What a member chose: JSON in the workspace's table of members.

use super::dates::Hours;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// When the digest comes where nobody chose.
pub const DIGEST_TIME: &str = "07:30";
/// Seconds in which what goes to a contact can be stopped, where the member chose nothing else.
pub const HOLD_SECONDS: i64 = 60;
/// The most that a member may choose.
pub const HOLD_SECONDS_MAX: i64 = 3_600;

/// A member's own settings; what is absent is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberSettings {
    /// IANA name, such as `Europe/Helsinki`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// BCP 47 primary tag of the language whose words commands may use beside English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `dmy` or `mdy`: what 03/11 means; refused where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<String>,
    /// 12 or 24: how times of day are shown; absent is 24.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_hours: Option<i8>,
    /// `HH:MM`: the time of a due day without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_time: Option<String>,
    /// `HH:MM`: when the digest comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest_time: Option<String>,
    /// Days of the digest, ISO numbers 1 (Monday) to 7; empty is none, absent is Monday to Friday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest_days: Option<Vec<i8>>,
    /// Successes are told in the digest only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<bool>,
    /// Seconds in which a mail to a contact can be stopped before it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relay_hold_seconds: Option<i64>,
    /// Where news and reminders come; absent is by mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// What stands below letters to contacts that are written in the chat, where their own mail program does not write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Whether what a contact wrote stands in what is told in the chat; absent is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<bool>,
    /// The member's own address that letters to contacts come from, normalised; absent is the contact's own address of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// The short name of a weekday by its ISO number, 1 is Monday: `Mon`.
pub fn short_day(day: i8) -> Option<&'static str> {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    NAMES
        .get(usize::try_from(day).ok()?.checked_sub(1)?)
        .copied()
}

/// Where a member is told of news and reminders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// By mail.
    #[default]
    Mail,
    /// In the linked chat.
    Chat,
    /// In both.
    Both,
}

impl Notify {
    /// The word that a member uses.
    pub fn word(self) -> &'static str {
        match self {
            Notify::Mail => "mail",
            Notify::Chat => "chat",
            Notify::Both => "both",
        }
    }

    /// Whether the chat is told.
    pub fn in_chat(self) -> bool {
        self != Notify::Mail
    }

    /// Whether a mail is written.
    pub fn by_mail(self) -> bool {
        self != Notify::Chat
    }
}

impl MemberSettings {
    /// Reads the column; what cannot be read is the default.
    pub fn from_json(text: &str) -> MemberSettings {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text of the column.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Seconds in which what goes to a contact can be stopped.
    pub fn hold_seconds(&self) -> i64 {
        let chosen = self.relay_hold_seconds;
        chosen.unwrap_or(HOLD_SECONDS).clamp(0, HOLD_SECONDS_MAX)
    }

    /// How times of day are shown.
    pub fn hours(&self) -> Hours {
        match self.clock_hours {
            Some(12) => Hours::Twelve,
            _ => Hours::TwentyFour,
        }
    }

    /// The zone, or UTC.
    pub fn time_zone(&self) -> TimeZone {
        let named = self.zone.as_deref().map(TimeZone::get);
        named.and_then(Result::ok).unwrap_or(TimeZone::UTC)
    }
}
