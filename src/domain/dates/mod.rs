//! Dates as people say them.
#![allow(dead_code)] // The reader of phrases comes next.

mod every;
mod find;
mod problem;
mod recurrence;
mod resolve;
mod spell;
mod when;

pub use find::Found;
pub use problem::Problem;
pub use recurrence::Recurrence;
pub use resolve::{DayMonthOrder, Due, HasTime, Prefs, YEARS_MAX};
pub use spell::shown;
pub use when::When;

use super::language::Language;

/// The phrase, where the whole text is one.
pub fn whole(_text: &str, _language: Language) -> Option<When> {
    None
}

/// The phrase that a word of an address is, in English: `friday`, `3days`, `next-tuesday-9am`, `fri-14-30`.
pub fn from_address_word(word: &str) -> Option<When> {
    from_address_word_in(word, Language::English)
}

/// The same in a member's language and in English.
pub fn from_address_word_in(_word: &str, _language: Language) -> Option<When> {
    None
}

/// The one date phrase of a command's arguments.
pub fn find(_text: &str, _language: Language) -> Found {
    Found::Nothing
}
