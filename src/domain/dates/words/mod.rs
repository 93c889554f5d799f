//! The words of dates, a table for each language. Accents and capitals do not count when words are compared.

mod english;
mod finnish;
mod french;
mod german;
mod spanish;
mod swedish;

use super::lexicon::Row;
use crate::domain::language::Language;

/// The table of a language, without the English words that work beside it.
pub(super) fn of(language: Language) -> &'static [Row] {
    match language {
        Language::English => english::WORDS,
        Language::Finnish => finnish::WORDS,
        Language::German => german::WORDS,
        Language::French => french::WORDS,
        Language::Spanish => spanish::WORDS,
        Language::Swedish => swedish::WORDS,
    }
}
