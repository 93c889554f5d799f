//! The head block of commands, taken out of plain text.

use super::letters::{HeadLine, is_blank, key};
use super::outward::Uncertain;

/// The most physical lines that one command was wrapped into.
const WRAPPED_LINES: usize = 40;
/// A line that is nearer to this width than its follower's first word is long was wrapped there, by all appearances.
const WRAP_CHARS: usize = 66;

/// How a text goes on below its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Behind an empty line, or not at all.
    Apart,
    /// In the next line.
    Close,
    /// In the next line, of which the first word had no room behind the last command: that may have been wrapped.
    Wrapped,
}

/// A text whose head is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutText {
    /// What remains, without empty lines on top where anything was cut.
    pub text: String,
    /// How many lines of the head were found, those found elsewhere before it included.
    pub found: usize,
    /// How what remains follows the last command.
    pub next: Next,
}

/// Takes the lines of the head from `from` on out of a text. They stand on top, in order, each whole, with only empty lines
/// between; else nothing is certain. Fewer than all are found only where nothing else stands in the text.
pub fn cut(text: &str, head: &[HeadLine], from: usize) -> Result<CutText, Uncertain> {
    let mut lines = text.split_inclusive('\n');
    let mut rest = text;
    let mut found = from;
    let mut last = "";
    let mut take = |rest: &mut &str| {
        let line = lines.next()?;
        *rest = rest.get(line.len()..).unwrap_or_default();
        Some(line)
    };
    while let Some(wanted) = head.get(found) {
        let mut joined = String::new();
        let mut is_found = false;
        for _ in 0..WRAPPED_LINES {
            let Some(line) = take(&mut rest) else { break };
            if is_blank(line) && joined.is_empty() {
                continue;
            }
            joined.push_str(line.trim_end());
            joined.push(' ');
            last = line;
            is_found = wanted.is(&joined);
            // A wrapped command ends with a line feed, and goes on below: so far it must be the beginning of it.
            if is_found || is_blank(line) || !wanted.key.starts_with(&key(&joined)) {
                break;
            }
        }
        if !is_found && joined.is_empty() && rest.is_empty() {
            break;
        }
        if !is_found && !joined.is_empty() {
            return Err(match wanted.begins(&joined) {
                true => Uncertain::Longer(wanted.line.clone()),
                false => Uncertain::Elsewhere(wanted.line.clone()),
            });
        }
        found += usize::from(is_found);
    }
    if found == from {
        return Ok(CutText {
            text: text.to_owned(),
            found,
            next: Next::Apart,
        });
    }
    let next = next(last, rest);
    let mut text = rest;
    while let Some((line, below)) = text.split_once('\n')
        && is_blank(line)
    {
        text = below;
    }
    Ok(CutText {
        text: text.to_owned(),
        found,
        next,
    })
}

/// How what remains follows a line.
fn next(line: &str, rest: &str) -> Next {
    let next = rest.lines().next().unwrap_or_default();
    if is_blank(next) || next.starts_with('>') {
        return Next::Apart;
    }
    let word = next.split_whitespace().next().unwrap_or_default();
    let width = line.trim_end().chars().count() + 1 + word.chars().count();
    match width > WRAP_CHARS {
        true => Next::Wrapped,
        false => Next::Close,
    }
}
