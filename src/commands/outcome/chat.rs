//! What commands about the chat did or found.

/// A link that links the chat in which it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOffer {
    /// The whole link.
    pub link: String,
    /// The members' bot, without the `@`.
    pub bot: String,
    /// What is typed behind `/start` where the link cannot be opened.
    pub token: String,
    /// Until when; microseconds since 1970.
    pub until: i64,
    /// Since when a chat is linked already; microseconds since 1970.
    pub since: Option<i64>,
}

/// The actor's chat is not linked any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlinked {
    /// Since when it was; microseconds since 1970.
    pub since: i64,
}

/// A bot of the workspace was connected. Bots are named without the `@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Which.
    pub bot: String,
    /// Whether it was connected already: its token is another one now.
    pub again: bool,
    /// The one that it replaced.
    pub before: Option<String>,
}

/// The bot of the workspace was disconnected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnected {
    /// Which, without the `@`.
    pub bot: String,
}

/// What the bot says to who comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// Which bot, without the `@`.
    pub bot: String,
    /// As it was; absent is the default.
    pub before: Option<String>,
    /// As it is; the same where it was only shown.
    pub after: Option<String>,
}

/// A text that goes to many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// From which bot, without the `@`.
    pub bot: String,
    /// To those with this tag; absent is everybody.
    pub tag: Option<String>,
    /// What it says.
    pub text: String,
    /// To how many chats it goes.
    pub count: i64,
}
