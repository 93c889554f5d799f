//! What a member chooses.

use serde::Serialize;

/// What a member chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// All of them, to be shown.
    All,
    /// The addresses that the member writes from: shown, and changed at the page alone.
    Addresses,
    /// Display name.
    Name,
    /// Time zone.
    Zone,
    /// Language beside English.
    Language,
    /// What 03/11 means.
    DateOrder,
    /// How times of day are shown.
    Clock,
    /// The time of a due day without one.
    DefaultTime,
    /// Days and time of the digest.
    Digest,
    /// Successes are told in the digest only.
    Quiet,
    /// Seconds in which a mail to a contact can be stopped.
    Hold,
    /// Whether news and reminders come by mail, in the chat, or both.
    Notify,
    /// Whether a contact's words stand in what is told in the chat.
    Preview,
    /// Whom letters to contacts come from: the contact's own address, or the member's.
    From,
    /// What stands below letters to contacts that are written in the chat.
    Signature,
}

impl Setting {
    /// The words behind `my`.
    pub fn word(self) -> &'static str {
        match self {
            Setting::All => "settings",
            Setting::Addresses => "addresses",
            Setting::Name => "name",
            Setting::Zone => "zone",
            Setting::Language => "language",
            Setting::DateOrder => "date order",
            Setting::Clock => "clock",
            Setting::DefaultTime => "default time",
            Setting::Digest => "digest",
            Setting::Quiet => "quiet",
            Setting::Hold => "hold",
            Setting::Notify => "notify",
            Setting::Preview => "preview",
            Setting::From => "from",
            Setting::Signature => "signature",
        }
    }
}
