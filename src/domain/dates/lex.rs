//! Text into words, numbers and marks. Linear, and any text will do.

use crate::domain::fold;
use std::ops::Range;

/// No word of a date is longer, in any language.
const WORD_BYTES_MAX: usize = 40;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What stands between it and the one before.
    pub gap: Gap,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, folded; empty where they are too many for a word of a date.
    Word(String),
    /// ASCII digits: their value, or `u32::MAX`, and how many they are.
    Number(u32, usize),
    /// Anything else that is no space.
    Mark(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Glued,
    /// A hyphen or an apostrophe, as in "après-demain" or "d'ici".
    Joint,
    /// White space, or the start of the text.
    Space,
}

/// The tokens of a text, up to a number of them.
pub(super) fn tokens(text: &str, limit: usize) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text.char_indices().peekable();
    let mut gap = Gap::Space;
    while let Some((start, letter)) = rest.next() {
        if found.len() >= limit {
            break;
        }
        if letter.is_whitespace() {
            gap = Gap::Space;
            continue;
        }
        let mut end = start + letter.len_utf8();
        let kind = if letter.is_ascii_digit() {
            while let Some((at, _)) = rest.next_if(|(_, next)| next.is_ascii_digit()) {
                end = at + 1;
            }
            number(text.get(start..end).unwrap_or_default())
        } else if letter.is_alphabetic() {
            while let Some((at, next)) = rest.next_if(|(_, next)| is_inside_word(*next)) {
                end = at + next.len_utf8();
            }
            word(text.get(start..end).unwrap_or_default())
        } else if is_joint(letter) && joins(found.last(), gap, rest.peek().map(|(_, next)| *next)) {
            gap = Gap::Joint;
            continue;
        } else {
            Kind::Mark(letter)
        };
        found.push(Token {
            kind,
            range: start..end,
            gap,
        });
        gap = Gap::Glued;
    }
    found
}

fn number(digits: &str) -> Kind {
    Kind::Number(digits.parse().unwrap_or(u32::MAX), digits.len())
}

fn word(letters: &str) -> Kind {
    if letters.len() > WORD_BYTES_MAX {
        return Kind::Word(String::new());
    }
    Kind::Word(fold::key(letters))
}

fn is_inside_word(letter: char) -> bool {
    let is_digit = letter.is_ascii_digit();
    let is_combining = unicode_normalization::char::is_combining_mark(letter);
    (letter.is_alphabetic() || is_combining) && !is_digit
}

fn is_joint(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2019}')
}

/// Whether a hyphen joins words. Between numbers it is part of a date, and a mark.
fn joins(before: Option<&Token>, gap: Gap, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    if gap != Gap::Glued {
        return false;
    }
    match before.kind {
        Kind::Word(_) => after.is_alphanumeric(),
        Kind::Number(..) => after.is_alphabetic(),
        Kind::Mark(_) => false,
    }
}
