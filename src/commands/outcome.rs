//! What a command did or found: data, before it is shown.

pub mod actions;
pub mod chat;
pub mod figures;
pub mod people;
mod undo;

pub use undo::{History, HistoryLine, RowWords, Stands, TakenBack, TakenChange, Way};

use super::command::{Listing, Verb};
use crate::domain::chat::Chart;
use crate::domain::workspace_settings::WorkspaceSetting;
use crate::store::workspace::contacts::ContactRow;
use crate::store::workspace::interactions::{AttachmentRow, InteractionRow};
use crate::store::workspace::journal::JournalRow;
use crate::store::workspace::listing::{ContactLine, InteractionLine};
use crate::store::workspace::search::Hit;

/// One variant a verb.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A field of a contact was set or emptied.
    Changed(people::Changed),
    /// Tags were added or removed.
    Tagged(people::Tagged),
    /// A contact was made.
    Made(people::Made),
    /// Somebody answers for a contact.
    Assigned(people::Assigned),
    /// A contact is told of no more, or again.
    Muted(people::Muted),
    /// A contact got a new capture address.
    Rotated(people::Rotated),
    /// A contact paid.
    Paid(people::Paid),
    /// Two contacts became one.
    Merged(Box<people::Merged>),
    /// They are two again.
    Unmerged(people::Unmerged),
    /// Something was deleted or brought back.
    Removed(people::Removed),
    /// A person was erased.
    Erased(Box<people::Erased>),
    /// The workspace is closed, and gone in so many days.
    Leaving(Leaving),
    /// It stays; whether it was closed.
    Staying(Staying),
    /// All of the workspace is to be had.
    Export(Export),
    /// A note was written.
    Noted(Noted),
    /// An interaction was moved, or stayed where it was.
    Filed(Filed),
    /// What fits a query.
    Found(Found),
    /// A list of contacts.
    Contacts(Vec<ContactLine>, More),
    /// Contacts that were deleted, each with when.
    Deleted(Vec<(ContactLine, i64)>, More),
    /// A list of interactions.
    Interactions(Listing, Vec<FiledLine>, More),
    /// One contact.
    Contact(Box<ContactCard>),
    /// One interaction.
    Interaction(Box<InteractionCard>),
    /// What was said with a contact.
    Timeline(Timeline),
    /// Why something was filed where it is.
    Why(Why),
    /// Contacts by status.
    Pipeline(figures::Pipeline),
    /// What happened in the last weeks.
    Stats(figures::Stats),
    /// Changes were taken back, or done again.
    TakenBack(TakenBack),
    /// What was changed in a contact or an action.
    History(Box<History>),
    /// What waited for a code was done.
    Confirmed(Box<Confirmed>),
    /// An interaction that was held is to be let in, by who files it: its number.
    LetIn(i64),
    /// Something was done with an action.
    Acted(Box<actions::Acted>),
    /// What is to be done.
    Agenda(Box<actions::Agenda>),
    /// One action.
    Action(Box<actions::ActionLine>),
    /// A call or a meeting was written down.
    Logged(actions::Logged),
    /// What the actor chose.
    Settings(actions::Settings),
    /// What the workspace chose.
    Workspace(WorkspaceChoice),
    /// A link that links the actor's chat.
    LinkOffer(chat::LinkOffer),
    /// The actor's chat is not linked any more.
    Unlinked(chat::Unlinked),
    /// A letter that signs the actor in is written, to this address.
    SignIn(String),
    /// A bot was connected.
    Connected(chat::Connected),
    /// The bot was disconnected.
    Disconnected(chat::Disconnected),
    /// What the bot says first.
    Greeting(chat::Greeting),
    /// A text goes to many.
    Broadcast(chat::Broadcast),
    /// The language, or one verb.
    Help(Option<Verb>),
}

impl Outcome {
    /// Whether somebody was erased, with a code or without.
    pub fn is_erasure(&self) -> bool {
        match self {
            Outcome::Erased(_) => true,
            Outcome::Confirmed(confirmed) => confirmed.outcome.is_erasure(),
            _ => false,
        }
    }
}

/// What a workspace chose, each in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceChoice {
    /// All, or one.
    Shown(Vec<(WorkspaceSetting, String)>),
    /// One was changed.
    Changed {
        /// Which.
        setting: WorkspaceSetting,
        /// As it was.
        before: String,
        /// As it is; the same where nothing changed.
        after: String,
    },
}

/// The workspace is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Since when; microseconds since 1970.
    pub since: i64,
    /// When all of it is gone.
    pub gone_at: i64,
}

/// Where all of the workspace is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// By this link: `https://crm.example/data/export/7`.
    Link(String),
    /// At the page, whose address is not known here.
    Page,
}

/// The workspace stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staying {
    /// It was closed, and is open again.
    Again,
    /// It was not closed.
    Already,
}

/// What waited for a code was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The line.
    pub text: String,
    /// What it did.
    pub outcome: Outcome,
}

/// A contact by number and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `#c12` is 12.
    pub id: i64,
    /// Its name, or else its address.
    pub name: String,
}

/// A note was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Number of the note.
    pub id: i64,
    /// With whom it is filed.
    pub with: Vec<Named>,
    /// What it says.
    pub text: String,
}

/// An interaction was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Its number.
    pub id: i64,
    /// Its subject, or the beginning of its text.
    pub what: String,
    /// With whom it was filed.
    pub from: Vec<Named>,
    /// With whom it is filed.
    pub to: Named,
    /// What was done for that.
    pub change: Change,
    /// The author whose mail goes there from now on.
    pub learned: Option<String>,
}

/// What filing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it was there already.
    None,
    /// It moved to a contact that was there.
    Moved,
    /// It moved to a contact that was made for it.
    MadeContact,
}

/// What fits a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The query as written.
    pub query: String,
    /// Contacts.
    pub contacts: Vec<ContactLine>,
    /// Interactions, each with the place that fits.
    pub interactions: Vec<(FiledLine, Hit)>,
    /// Whether there is more than is shown.
    pub more: More,
}

/// Whether there is more than is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// That is all.
    No,
    /// There is more.
    Yes,
}

impl More {
    /// Cuts what was read, one more than is shown, to what is shown.
    pub fn cut<T>(read: &mut Vec<T>, shown_max: usize) -> More {
        let more = match read.len() > shown_max {
            true => More::Yes,
            false => More::No,
        };
        read.truncate(shown_max);
        more
    }
}

/// An interaction in one line, and with whom it is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledLine {
    /// The line.
    pub line: InteractionLine,
    /// With whom.
    pub with: Vec<Named>,
}

/// All about a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactCard {
    /// The contact.
    pub contact: ContactRow,
    /// Its company's name.
    pub company: Option<String>,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Its capture address, whole.
    pub capture: Option<String>,
    /// Who answers for it.
    pub responsible: Option<String>,
    /// What is current for it: the actor's first.
    pub next: Vec<actions::ActionLine>,
    /// How much of the actor's waits behind that.
    pub queued: usize,
    /// What stands beside its own row.
    pub beside: people::Beside,
    /// How much was said.
    pub interactions: i64,
    /// What was said last.
    pub last: Vec<InteractionLine>,
}

/// All about an interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct InteractionCard {
    /// The interaction.
    pub interaction: InteractionRow,
    /// With whom it is filed.
    pub with: Vec<Named>,
    /// Its files.
    pub attachments: Vec<AttachmentRow>,
}

/// What was said with a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Whom.
    pub of: Named,
    /// How much there is.
    pub count: i64,
    /// The newest first.
    pub lines: Vec<InteractionLine>,
    /// Month by month, where there is something to be seen.
    pub months: Option<Chart>,
}

/// Why something was filed where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The interaction.
    pub id: i64,
    /// Its subject, or the beginning of its text.
    pub what: String,
    /// With whom it is filed.
    pub with: Vec<Named>,
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// The reason in sentences, one a line.
    pub words: String,
    /// What was changed since, with the member's name, the newest first.
    pub changes: Vec<(JournalRow, String)>,
}
