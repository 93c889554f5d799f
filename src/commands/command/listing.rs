//! What is listed.

use serde::Serialize;

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
    /// Contacts that were deleted and can be brought back.
    Deleted,
    /// What the actor is to do.
    Actions,
}

impl Listing {
    /// All of them, with the words that name each.
    pub const WORDS: [(Listing, &'static [&'static str]); 9] = [
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
        (Listing::Deleted, &["deleted", "trash"]),
        (
            Listing::Actions,
            &["actions", "action", "reminders", "todo", "todos", "tasks"],
        ),
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
