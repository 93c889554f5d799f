//! What a member chose: JSON in the workspace's table of members.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

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
    /// Where the member is told of what was not asked for, once a chat is linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// Whether the chat shows the beginning of what a contact wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<bool>,
}

/// Where a member is told of what was not asked for: who wrote, reminders, the digest, what is held, what came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// By mail.
    #[default]
    Mail,
    /// In the chat.
    Chat,
    /// By mail and in the chat.
    Both,
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

    /// The zone, or UTC.
    pub fn time_zone(&self) -> TimeZone {
        let named = self.zone.as_deref().map(TimeZone::get);
        named.and_then(Result::ok).unwrap_or(TimeZone::UTC)
    }
}
