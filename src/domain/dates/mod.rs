//! The language of dates, as members write it: phrases are read here without a clock ([`whole`], [`find()`]), and resolved later
//! against a moment, a zone and a member's habits ([`When::resolve`]). Knows nothing of commands, members or stores.
//!
//! | file | holds |
//! |---|---|
//! | `lex` | text → words, numbers, marks |
//! | `words` | what words mean, a table for each language; `lexicon` makes them ready to be asked |
//! | `grammar` | tokens → [`When`] |
//! | `find` | the one date phrase in the arguments of a command |
//! | `resolve` | [`When`] → [`Due`] |
//! | `back` | the same for what was |
//! | `every`, `recurrence` | what comes again |
//! | `spell` | the canonical phrase, and the echo that answers show |
//!
//! English always works beside the member's language, whose words win where both know one.
//!
//! # What phrases mean
//!
//! * `friday` is the first Friday strictly after today; `this friday` is of this ISO week, `next friday` of the next one.
//! * `3d`, `in 2 weeks`, `3bd` count from today; `in 2 hours` from the very moment. A month from 31 January is the last of
//!   February.
//! * `eow`, `eom`, `eoy`, `end of march` are last business days (Monday to Friday; holidays are not known): those of the running
//!   week, month or year, or where that day has passed, of the one after. `next week`, `next month`, `in march` are first
//!   business days; `this week` is its end. `mid march` is the 15th.
//! * A date without a year is the next such day, today included. 29 February is the next one there is.
//! * A time alone is today if it is still ahead, else tomorrow. The clock has 24 hours: `at 5` is 05:00. Of `9-10` the
//!   beginning counts. `noon` is 12:00, `eod`
//!   17:00, `tonight` 20:00, `midnight` the last minute of its day. A day without a time gets the member's default time; `today`
//!   after that time is 17:00, or else 23:59.
//! * `every monday` begins with the next one, `every 2 weeks` in two weeks. The 31st of a shorter month is its last day.
//! * `03/11` is kept as it was written, and refused when it is resolved unless the member's habit, or the numbers, settle it.
//!
//! # Which phrase of a text counts
//!
//! 1. A phrase behind a marker (`by`, `on`, `at`, `before`, `until`; `due`, `due:`, `^` outdo those) or before one (Finnish
//!    `mennessä`) counts wherever it stands. Two of the same rank are [`Found::Ambiguous`].
//! 2. Without any marker a phrase counts at the end of the text; at its beginning; or between, where what follows shows that the
//!    words before are complete: a mark, or a word such as "about", "with", "and". Two such are [`Found::Ambiguous`], and so is
//!    one such beside another clear phrase anywhere.
//! 3. It does not count where the word before owns it: "about friday", "the friday", "for 2 weeks"; nor does a span without
//!    "in" behind a common marker: "extend by 3 days".
//! 4. Short forms and spans (`fri`, `3 days`, `14:30`) count without a marker at the end only, or at the beginning before a mark.
//! 5. What is a common word or a bare number as well ("march", "may", "do", the 9 of "at 9", `30.11`, "20 min") counts only
//!    behind a marker, and before the end, a mark or such a word as in 2.
//! 6. A phrase is never a part of a word, an address, a longer number or a hyphened compound.

mod back;
mod every;
mod find;
mod grammar;
mod lex;
mod lexicon;
mod problem;
mod recurrence;
mod resolve;
mod spell;
#[cfg(test)]
mod tests;
mod when;
mod words;

pub use find::Found;
pub use problem::Problem;
pub use recurrence::Recurrence;
pub use resolve::{DayMonthOrder, Due, HasTime, Prefs, YEARS_MAX};
pub use spell::{Hours, shown};
pub use when::When;

use super::language::Language;
use grammar::{Reader, Style};
use lex::{Kind, Token};
use lexicon::{Lexicon, Sense};

/// The most words, numbers and marks of a phrase.
const PHRASE_TOKENS_MAX: usize = 64;
/// The most bytes of a phrase.
const PHRASE_BYTES_MAX: usize = 512;

/// The phrase, where the whole text is one: white space around it, markers before it ("by friday") and a full stop behind it
/// do not count.
pub fn whole(text: &str, language: Language) -> Option<When> {
    read_whole(text, language, Style::Text)
}

/// The phrase that a word of an address is, in English: `friday`, `3days`, `next-tuesday-9am`, `next.fri`, `fri-14-30`.
pub fn from_address_word(word: &str) -> Option<When> {
    from_address_word_in(word, Language::English)
}

/// The same in a member's language and in English.
pub fn from_address_word_in(word: &str, language: Language) -> Option<When> {
    if word.len() > PHRASE_BYTES_MAX {
        return None;
    }
    let as_written = read_whole(word, language, Style::Address);
    as_written.or_else(|| {
        let spaced = word.replace(['-', '.', '_', '+', '='], " ");
        read_whole(&spaced, language, Style::Address)
    })
}

/// The one date phrase of a command's arguments, by the rule in the documentation of this module.
pub fn find(text: &str, language: Language) -> Found {
    find::find(text, language)
}

fn read_whole(text: &str, language: Language, style: Style) -> Option<When> {
    let text = text.trim();
    if text.len() > PHRASE_BYTES_MAX {
        return None;
    }
    let tokens = lex::tokens(text, PHRASE_TOKENS_MAX + 1);
    if tokens.len() > PHRASE_TOKENS_MAX {
        return None;
    }
    let lexicon = Lexicon::of(language)?;
    let reader = Reader {
        tokens: &tokens,
        lexicon,
        style,
    };
    let mut at = 0;
    // Before each marker the text may already be a phrase: "at 9", "le 15".
    loop {
        if let Some(phrase) = reader.phrase(at)
            && ends(&tokens, lexicon, phrase.next)
        {
            return Some(phrase.when);
        }
        at = behind_marker(&tokens, lexicon, at)?;
    }
}

fn behind_marker(tokens: &[Token], lexicon: &Lexicon, at: usize) -> Option<usize> {
    if tokens.get(at)?.kind == Kind::Mark('^') {
        return Some(at + 1);
    }
    let ((), next) = lexicon.find(tokens, at, |sense| match sense {
        Sense::Marker(_) | Sense::Lead => Some(()),
        _ => None,
    })?;
    let is_colon = tokens
        .get(next)
        .is_some_and(|token| token.kind == Kind::Mark(':'));
    Some(next + usize::from(is_colon))
}

/// Whether nothing is left but a marker of the kind that follows, and a full stop.
fn ends(tokens: &[Token], lexicon: &Lexicon, at: usize) -> bool {
    let behind = lexicon.find(tokens, at, |sense| {
        (sense == Sense::MarkerBehind).then_some(())
    });
    let at = behind.map_or(at, |((), next)| next);
    match tokens.get(at) {
        None => true,
        Some(token) => {
            let is_stop = matches!(token.kind, Kind::Mark('.' | '!'));
            is_stop && tokens.len() == at + 1
        }
    }
}
