//! Finds the one date phrase in the arguments of a command.

use super::when::When;

/// What [`super::find`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No date phrase: the words are the whole text.
    Nothing,
    /// One.
    One {
        /// The text without the phrase and its marker.
        words: String,
        /// The phrase.
        when: When,
        /// How it was written, without its marker.
        phrase: String,
    },
    /// Two, and nothing says which is meant: to be asked, not guessed.
    Ambiguous {
        /// How the first was written.
        first: String,
        /// How the second was written.
        second: String,
    },
}
