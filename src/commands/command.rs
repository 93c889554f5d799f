//! A command as data: what was asked for, before anything is looked up.

use serde::Serialize;

/// What commands do; the rows of `specification` say the rest about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Writes a note.
    Note,
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
    /// Why an interaction was filed where it is.
    Why,
    /// What can be said.
    Help,
}

/// A command, whichever door it came through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Command {
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
            Command::Note { .. } => Verb::Note,
            Command::File { .. } => Verb::File,
            Command::Find { .. } => Verb::Find,
            Command::List { .. } => Verb::List,
            Command::Show => Verb::Show,
            Command::Timeline => Verb::Timeline,
            Command::Why => Verb::Why,
            Command::Help { .. } => Verb::Help,
        }
    }
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
            Ref::Address { address, .. } => f.write_str(address),
            Ref::Name(name) => write!(f, "@{name}"),
        }
    }
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// Contacts, who was heard of last first.
    Contacts,
    /// Interactions that wait for their contact to be named.
    Unfiled,
    /// Interactions that wait for a proof.
    Held,
    /// What programs and lists sent.
    SetAside,
    /// Notes.
    Notes,
    /// Mail.
    Mail,
    /// Meetings.
    Meetings,
}

impl Listing {
    /// All of them, with the words that name each.
    pub const WORDS: [(Listing, &'static [&'static str]); 7] = [
        (Listing::Contacts, &["contacts", "contact", "people", "all"]),
        (Listing::Unfiled, &["unfiled", "inbox"]),
        (Listing::Held, &["held"]),
        (
            Listing::SetAside,
            &["aside", "set aside", "automatic", "lists"],
        ),
        (Listing::Notes, &["notes", "note"]),
        (Listing::Mail, &["mail", "mails", "emails"]),
        (Listing::Meetings, &["meetings", "meeting"]),
    ];

    /// The listing that a word names, in any case.
    pub fn of_word(word: &str) -> Option<Listing> {
        let word = word.to_lowercase();
        Listing::WORDS
            .iter()
            .find(|(_, words)| words.contains(&word.as_str()))
            .map(|(listing, _)| *listing)
    }

    /// The word that names it.
    pub fn word(self) -> &'static str {
        Listing::WORDS
            .iter()
            .find(|(listing, _)| *listing == self)
            .and_then(|(_, words)| words.first().copied())
            .unwrap_or("contacts")
    }
}
