//! A command as data: what was asked for, before anything is looked up.

mod listing;
mod setting;

pub use listing::Listing;
pub use setting::Setting;

use crate::domain::bot_token::BotToken;
use crate::domain::dates::When;
use crate::domain::money::Sum;
use crate::domain::workspace_settings::WorkspaceSetting;
use serde::Serialize;

/// What commands do; the rows of `specification` say the rest about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Sets what is to be done next.
    Next,
    /// What was to be done is done.
    Done,
    /// It is to be done later.
    Snooze,
    /// Reminds at a time.
    Remind,
    /// Writes a note.
    Note,
    /// Writes down a call or a meeting.
    Log,
    /// Adds tags.
    Tag,
    /// Removes tags.
    Untag,
    /// Sets a field.
    Set,
    /// Empties a field.
    Clear,
    /// Sets the company.
    Company,
    /// Makes a contact.
    New,
    /// Says who answers for a contact.
    Assign,
    /// Sets the status.
    Status,
    /// Sets the score.
    Score,
    /// After how many quiet days the digest says so.
    Keep,
    /// Nothing of this contact is told any more.
    Mute,
    /// It is told again.
    Unmute,
    /// Gives a contact a new capture address.
    Rotate,
    /// A contact paid.
    Paid,
    /// Two contacts are one.
    Merge,
    /// They are two after all.
    Unmerge,
    /// Deletes a contact, an action or a note.
    Delete,
    /// Brings it back.
    Restore,
    /// A person goes for good.
    Erase,
    /// What is to be done.
    Today,
    /// Takes a change back.
    Undo,
    /// Does it again.
    Redo,
    /// Confirms what destroys or sends.
    Confirm,
    /// Sets what the member chose.
    My,
    /// Links the member's chat.
    Link,
    /// Unlinks it.
    Unlink,
    /// Has a letter written that signs the member in.
    SignIn,
    /// The workspace is closed, and deleted in thirty days.
    Leave,
    /// It is not after all.
    Stay,
    /// Says where all of the workspace is had as a file.
    Export,
    /// Sets what the workspace chose.
    Workspace,
    /// Connects the workspace's own bot.
    Connect,
    /// Disconnects it.
    Disconnect,
    /// What the bot says to who comes first.
    Greeting,
    /// Writes to many who wrote to the bot.
    Broadcast,
    /// Says to which contact an interaction belongs.
    File,
    /// Searches.
    Find,
    /// Lists contacts or interactions.
    List,
    /// Shows a contact or an interaction.
    Show,
    /// What was said with a contact, the newest first.
    Timeline,
    /// Contacts by status.
    Pipeline,
    /// What happened in the last weeks.
    Stats,
    /// Why an interaction was filed where it is.
    Why,
    /// What can be said.
    Help,
}

/// A command, whichever door it came through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Command {
    /// Sets what the actor will do next for the target.
    Next {
        /// What.
        text: String,
        /// By when, as a phrase.
        #[serde(skip_serializing_if = "Option::is_none")]
        due: Option<When>,
    },
    /// The target, or its current action, is done.
    Done {
        /// What came of it.
        text: String,
    },
    /// The target, or its current action, is put off.
    Snooze {
        /// Until when.
        until: When,
    },
    /// Reminds the actor at a time.
    Remind {
        /// Of what; may be empty.
        text: String,
        /// When.
        due: When,
    },
    /// Writes down a call or a meeting with the target.
    Log {
        /// What it was.
        contact_by: Channel,
        /// What was said.
        text: String,
    },
    /// Adds tags to the target.
    Tag {
        /// In lower case, each once.
        tags: Vec<String>,
    },
    /// Removes tags from the target.
    Untag {
        /// In lower case, each once.
        tags: Vec<String>,
    },
    /// Sets a field of the target.
    Set {
        /// Which.
        field: Field,
        /// To what.
        value: String,
    },
    /// Empties a field of the target.
    Clear {
        /// Which.
        field: Field,
        /// Which one of several, as written: `clear email: old@acme.example`.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// Sets the company of the target.
    Company {
        /// Its name.
        name: String,
    },
    /// Makes a contact.
    New {
        /// Name, address, or both.
        who: Ref,
    },
    /// Says who answers for the target.
    Assign {
        /// A member, by address or name.
        to: Ref,
    },
    /// Sets the status of the target.
    Status {
        /// A word or a few.
        status: String,
    },
    /// Sets the score of the target.
    Score {
        /// From -1000 to 1000.
        score: i64,
    },
    /// After how many quiet days the digest speaks of the target; `None` is never, whatever the workspace chose.
    Keep {
        /// Days.
        days: Option<i64>,
    },
    /// Nothing of the target is told any more.
    Mute,
    /// It is told again.
    Unmute,
    /// Gives the target a new capture address; the old one leads on.
    Rotate,
    /// The target paid.
    Paid {
        /// How much.
        #[serde(flatten)]
        amount: Sum,
        /// When, as a phrase; absent is now.
        #[serde(skip_serializing_if = "Option::is_none")]
        on: Option<When>,
    },
    /// Another contact becomes part of the target.
    Merge {
        /// The one that goes.
        other: Ref,
    },
    /// The target becomes a contact of its own again.
    Unmerge,
    /// Deletes the target.
    Delete,
    /// Brings the target back.
    Restore,
    /// Everything about the target goes for good.
    Erase,
    /// What the actor is to do, of today and overdue.
    Today,
    /// Takes back what was changed.
    Undo {
        /// What.
        what: Undone,
    },
    /// Does again what was taken back last.
    Redo,
    /// Confirms what destroys or sends.
    Confirm {
        /// Four digits.
        code: String,
    },
    /// Sets what the actor chose.
    My {
        /// Which setting.
        setting: Setting,
        /// To what, as written; `None` shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// Gives the actor a link that links the chat in which it is opened.
    Link,
    /// The actor's chat is not linked any more.
    Unlink,
    /// The actor gets a letter that signs them in to the page.
    SignIn,
    /// The workspace is closed, and deleted in thirty days.
    Leave,
    /// It is not after all.
    Stay,
    /// Says where all of the workspace is had as a file.
    Export,
    /// Sets what the workspace chose.
    Workspace {
        /// Which setting.
        setting: WorkspaceSetting,
        /// To what, as written; `None` shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// Connects a bot of the workspace's own.
    Connect {
        /// Its token, which nothing shows.
        token: BotToken,
    },
    /// Disconnects it.
    Disconnect,
    /// Shows what the bot says to who comes first, or sets it.
    Greeting {
        /// What; `None` shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// Writes to many who wrote to the bot.
    Broadcast {
        /// To whom.
        to: Audience,
        /// What, maybe in several lines.
        text: String,
    },
    /// Writes a note about the target.
    Note {
        /// The note.
        text: String,
    },
    /// Moves an interaction, the target, to a contact, and learns.
    File {
        /// The right contact.
        to: Ref,
    },
    /// Searches contacts and interactions.
    Find {
        /// Words, `"a phrase"`, `pref*`, `-without`.
        query: String,
    },
    /// Lists.
    List {
        /// What.
        what: Listing,
    },
    /// Shows the target.
    Show,
    /// What was said with the target.
    Timeline,
    /// Contacts by status.
    Pipeline,
    /// What happened in the last weeks.
    Stats,
    /// Why the target was filed where it is.
    Why,
    /// The language, or one verb of it.
    Help {
        /// The verb.
        about: Option<Verb>,
    },
}

impl Command {
    /// Its verb.
    pub fn verb(&self) -> Verb {
        match self {
            Command::Next { .. } => Verb::Next,
            Command::Done { .. } => Verb::Done,
            Command::Snooze { .. } => Verb::Snooze,
            Command::Remind { .. } => Verb::Remind,
            Command::Log { .. } => Verb::Log,
            Command::Tag { .. } => Verb::Tag,
            Command::Untag { .. } => Verb::Untag,
            Command::Set { .. } => Verb::Set,
            Command::Clear { .. } => Verb::Clear,
            Command::Company { .. } => Verb::Company,
            Command::New { .. } => Verb::New,
            Command::Assign { .. } => Verb::Assign,
            Command::Status { .. } => Verb::Status,
            Command::Score { .. } => Verb::Score,
            Command::Keep { .. } => Verb::Keep,
            Command::Mute => Verb::Mute,
            Command::Unmute => Verb::Unmute,
            Command::Rotate => Verb::Rotate,
            Command::Paid { .. } => Verb::Paid,
            Command::Link => Verb::Link,
            Command::Leave => Verb::Leave,
            Command::Stay => Verb::Stay,
            Command::Export => Verb::Export,
            Command::Workspace { .. } => Verb::Workspace,
            Command::Unlink => Verb::Unlink,
            Command::SignIn => Verb::SignIn,
            Command::Connect { .. } => Verb::Connect,
            Command::Disconnect => Verb::Disconnect,
            Command::Greeting { .. } => Verb::Greeting,
            Command::Broadcast { .. } => Verb::Broadcast,
            Command::Merge { .. } => Verb::Merge,
            Command::Unmerge => Verb::Unmerge,
            Command::Delete => Verb::Delete,
            Command::Restore => Verb::Restore,
            Command::Erase => Verb::Erase,
            Command::Today => Verb::Today,
            Command::Undo { .. } => Verb::Undo,
            Command::Redo => Verb::Redo,
            Command::Confirm { .. } => Verb::Confirm,
            Command::My { .. } => Verb::My,
            Command::Note { .. } => Verb::Note,
            Command::File { .. } => Verb::File,
            Command::Find { .. } => Verb::Find,
            Command::List { .. } => Verb::List,
            Command::Show => Verb::Show,
            Command::Timeline => Verb::Timeline,
            Command::Pipeline => Verb::Pipeline,
            Command::Stats => Verb::Stats,
            Command::Why => Verb::Why,
            Command::Help { .. } => Verb::Help,
        }
    }
}

/// To whom a broadcast goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// To everybody who agreed.
    All,
    /// To those of them who have this tag; in lower case, without the `#`.
    Tag(String),
}

/// How people spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By telephone.
    Call,
    /// In one room, or as if.
    Meeting,
    /// Somehow.
    Other,
}

/// A field of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Display name.
    Name,
    /// Mail address.
    Email,
    /// Phone.
    Phone,
    /// Company.
    Company,
    /// Job title.
    Title,
    /// Postal address.
    Address,
    /// Birthday.
    Birthday,
    /// Web site.
    Site,
    /// Whatever a member names; in lower case.
    Custom(String),
}

/// What `undo` takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undone {
    /// The last text that changed something; in an answer, the one that was acknowledged.
    Last,
    /// In an answer the line with this number, elsewhere so many texts.
    Number(u32),
    /// One change.
    Journal(i64),
    /// A change, and all that was changed together with it: by one text, or by one part of an import.
    Together(i64),
}

/// How a line names a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ref {
    /// `#c12`.
    Contact(i64),
    /// `#d7`.
    Deal(i64),
    /// `#a3`.
    Action(i64),
    /// `#i9`.
    Interaction(i64),
    /// `#j41`: a change.
    Journal(i64),
    /// `ada@acme.example`, or `Ada Byron <ada@acme.example>`. The address as it compares.
    Address {
        /// The name before it.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// In lower case.
        address: String,
    },
    /// A name that only one record has.
    Name(String),
}

impl std::fmt::Display for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ref::Contact(id) => write!(f, "#c{id}"),
            Ref::Deal(id) => write!(f, "#d{id}"),
            Ref::Action(id) => write!(f, "#a{id}"),
            Ref::Interaction(id) => write!(f, "#i{id}"),
            Ref::Journal(id) => write!(f, "#j{id}"),
            Ref::Address { address, .. } => f.write_str(address),
            Ref::Name(name) => write!(f, "@{name}"),
        }
    }
}
