//! Words that somebody chose and others will read on paper: how they are kept. Pure.

use super::error::{Error, Result};

/// One line of such words, with one space where white space stood: 1 to `chars_max` letters. No control characters, and none that
/// turn the direction of what follows. The error says what is wrong with `what`.
pub(super) fn one_line(what: &str, text: &str, chars_max: usize) -> Result<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.contains(is_unseen) {
        return Err(Error::invalid(format!(
            "{what} has letters and marks that are seen"
        )));
    }
    match line.chars().count() {
        0 => Err(Error::invalid(format!("{what} has at least one letter"))),
        count if count <= chars_max => Ok(line),
        _ => Err(Error::invalid(format!(
            "{what} has at most {chars_max} letters"
        ))),
    }
}

/// As much of a text as an error repeats.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).take(60).collect()
}

fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
