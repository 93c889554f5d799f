//! Lines of a text with their depth of quoting, read one at a time: nothing is kept, so that a text of any length costs
//! no memory.

use crate::mail::labels::is_invisible;

/// One line: where it stands, how deep it is quoted, and what it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset of the next line's first byte; the length of the text at its end.
    pub next: usize,
    /// How many `>` stand before it.
    pub depth: usize,
    /// What it says, without the marks of quoting and the white space at its end.
    pub text: &'a str,
}

impl Line<'_> {
    /// Whether nothing visible stands in it.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(is_space)
    }

    /// How many characters of white space it begins with.
    pub fn indent(&self) -> usize {
        self.text.chars().take_while(|c| c.is_whitespace()).count()
    }

    /// The text without the white space before it.
    pub fn trimmed(&self) -> &str {
        self.text.trim_start_matches(is_space)
    }
}

/// White space, and marks that have no width.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// The line that begins at an offset; `None` at the end of the text.
pub(super) fn line_at(text: &str, start: usize) -> Option<Line<'_>> {
    let rest = text.get(start..)?;
    if rest.is_empty() {
        return None;
    }
    let (line, next) = match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(at) => (&rest[..at], start + at + 1),
        None => (rest, text.len()),
    };
    let (depth, inner) = unquote(line, usize::MAX);
    Some(Line {
        start,
        next,
        depth,
        text: inner.trim_end_matches(is_space),
    })
}

/// Takes at most `levels` marks of quoting off: how many there were, and what follows the space after the last.
pub(super) fn unquote(line: &str, levels: usize) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = line;
    while depth < levels {
        let mark = rest.trim_start_matches([' ', '\u{a0}']);
        // Further in than this, `>` is text.
        if rest.len() - mark.len() > 4 {
            break;
        }
        let Some(after) = mark.strip_prefix('>') else {
            break;
        };
        depth += 1;
        rest = after;
    }
    if depth > 0 {
        rest = rest.strip_prefix([' ', '\u{a0}']).unwrap_or(rest);
    }
    (depth, rest)
}

/// Whether a line is nothing but a rule: dashes, underscores, equals signs, stars.
pub(super) fn is_rule(text: &str) -> bool {
    let mut count = 0;
    for c in text.chars() {
        match c {
            _ if is_rule_mark(c) => count += 1,
            _ if is_space(c) => {}
            _ => return false,
        }
    }
    count >= 3
}

/// A character that rules and the dashes around markers are made of; mail clients use every dash that Unicode has.
pub(super) fn is_rule_mark(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '=' | '*' | '~' | '#' | '\u{2010}'
            ..='\u{2015}' | '\u{2500}' | '\u{2501}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}'
    )
}
