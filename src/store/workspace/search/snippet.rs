//! A few words of a text around the first place that a query fits.

use super::query::{Query, cut};
use crate::domain::fold;
use std::ops::ControlFlow;

/// How much of a text is looked through for a place.
const LOOKED_THROUGH_BYTES: usize = 128 * 1024;
const BEFORE_BYTES: usize = 40;
const LENGTH_BYTES: usize = 160;

/// One line of at most about 160 bytes; `…` stands for what is left away. The beginning where nothing fits.
pub fn snippet(query: &Query, text: &str) -> String {
    let looked = cut(text, LOOKED_THROUGH_BYTES);
    let mut found = 0;
    fold::tokens(looked, |(token, _, range)| {
        if !query.begins_with(token) {
            return ControlFlow::Continue(());
        }
        found = range.start;
        ControlFlow::Break(())
    });
    let start = begin_of_word(looked, found);
    let rest = looked.get(start..).unwrap_or_default();
    let (piece, cut_off) = one_line(rest);
    let before = match start {
        0 => "",
        _ => "… ",
    };
    let after = match cut_off || looked.len() < text.len() && piece.len() >= rest.len() {
        true => " …",
        false => "",
    };
    format!("{before}{piece}{after}")
}

/// A word's beginning some bytes before the place; 0 where the place is near the beginning.
fn begin_of_word(text: &str, found: usize) -> usize {
    if found <= BEFORE_BYTES {
        return 0;
    }
    let from = text.ceil_char_boundary(found - BEFORE_BYTES);
    let lead = text.get(from..found).unwrap_or_default();
    match lead.find(char::is_whitespace) {
        Some(space) => from + space,
        None => found,
    }
}

/// White space becomes one space; cut after a word. Tells whether something was cut off.
fn one_line(text: &str) -> (String, bool) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + word.len() >= LENGTH_BYTES {
            return (line, true);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(cut(word, LENGTH_BYTES));
        if word.len() > LENGTH_BYTES {
            return (line, true);
        }
    }
    (line, false)
}
