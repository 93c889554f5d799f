//! Takes lines apart: which of them are own, quoted or signature. One walk down, then one over the runs.

use super::attribution::{self, Certainty};
use super::header;
use super::lines::{Facts, Line, Mark, bare, facts};
use super::signature::{self, Kind};
use super::words;
use crate::mail::labels::Field;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Newly written.
    Own,
    /// A quoted line among others.
    Quote,
    /// A quoted line that stays in the text, since an answer under it would be lost without it.
    Kept,
    /// The line that introduces a quote.
    Attribution,
    /// From here to the end it is quoted.
    Tail,
    Signature,
    /// A signature that is all there is: it stays as the text, and nothing in it may run.
    Alone,
}

/// Says of each line what it is.
pub(super) fn parts(lines: &[Line<'_>]) -> Vec<Part> {
    let facts = facts(lines);
    let mut parts = walk(lines, &facts);
    rejoin_wrapped_quotes(lines, &facts, &mut parts);
    let signatures = sign(lines, &facts, &mut parts);
    keep_quotes_between_answers(&facts, &mut parts);
    if !has_own(&facts, &parts) {
        restore(&signatures, &mut parts);
    }
    parts
}

/// Down the lines, until everything below is quoted.
fn walk(lines: &[Line<'_>], facts: &[Facts]) -> Vec<Part> {
    let mut parts = vec![Part::Own; lines.len()];
    let mut floor = 0;
    let mut own_above = false;
    let mut index = 0;
    while index < lines.len() {
        let tail = |parts: &mut [Part], from: usize| parts[from..].fill(Part::Tail);
        if lines[index].mark == Mark::Tail || begins_tail(lines, facts, index, own_above) {
            tail(&mut parts, rule_above(lines, facts, index, floor));
            break;
        }
        if facts[index].quote {
            parts[index] = Part::Quote;
            floor = index + 1;
        } else if lines[index].mark == Mark::Attribution {
            parts[index] = Part::Attribution;
            index = quote_indented(lines, facts, &mut parts, index + 1);
            floor = index;
            continue;
        } else if let Some(found) = attribution::ending_at(lines, facts, index, floor) {
            let next = facts[index].next;
            if quotes(lines, facts, next, found.certainty) {
                parts[found.start..=index].fill(Part::Attribution);
                floor = index + 1;
                index = quote_indented(lines, facts, &mut parts, index + 1);
                floor = floor.max(index);
                continue;
            }
            if found.certainty == Certainty::Certain {
                tail(&mut parts, rule_above(lines, facts, found.start, floor));
                break;
            }
        }
        own_above |= !facts[index].blank && parts[index] == Part::Own;
        index += 1;
    }
    parts
}

/// Whether the line after an attribution is marked as a quote.
fn quotes(lines: &[Line<'_>], facts: &[Facts], next: usize, certainty: Certainty) -> bool {
    let indented = lines
        .get(next)
        .is_some_and(|line| line.mark == Mark::Indented);
    facts.get(next).is_some_and(|facts| facts.quote)
        || (indented && certainty == Certainty::Certain)
}

/// An indented block under an attribution is its quote. Returns the line after it.
fn quote_indented(lines: &[Line<'_>], facts: &[Facts], parts: &mut [Part], from: usize) -> usize {
    let mut index = from;
    while index < lines.len() && (facts[index].blank || lines[index].mark == Mark::Indented) {
        if lines[index].mark == Mark::Indented {
            parts[index] = Part::Quote;
        }
        index += 1;
    }
    // Blank lines below it are the author's again.
    while index > from && facts[index - 1].blank {
        index -= 1;
    }
    index
}

/// Whether everything from this line on is quoted, marked line by line or not.
fn begins_tail(lines: &[Line<'_>], facts: &[Facts], index: usize, own_above: bool) -> bool {
    if facts[index].blank {
        return false;
    }
    let text = bare(&lines[index].text);
    if header::is_between_arrows(text) {
        return true;
    }
    if facts[index].quote {
        return false;
    }
    if header::begins_block(lines, facts, index) || header::is_original_message(text) {
        return true;
    }
    let next = facts[index].next;
    if next < lines.len()
        && header::is_original_phrase(text)
        && header::begins_block(lines, facts, next)
    {
        return true;
    }
    (own_above && asks_to_reply_above(text)) || is_left_over(lines, facts, index)
}

/// The first line of a header block under a rule, when the rest was taken away as a forwarded letter.
fn is_left_over(lines: &[Line<'_>], facts: &[Facts], index: usize) -> bool {
    facts[index].label == Some(Field::Date)
        && facts[index].digit
        && facts[index].next == lines.len()
        && rule_above(lines, facts, index, 0) < index
}

fn asks_to_reply_above(text: &str) -> bool {
    if text.len() > 200 || text.is_ascii() && !text.contains(['#', '-', '_', '=', '*', ' ']) {
        return false;
    }
    // Zendesk's, in whatever language.
    if text.starts_with("##-") && text.ends_with("-##") {
        return true;
    }
    let lower = text.to_lowercase();
    words::REPLY_ABOVE
        .iter()
        .any(|phrase| lower.contains(phrase))
}

/// Rules and dashed words directly above a quoted letter belong to it. How far up it looks is bounded by the blank lines
/// that clients leave.
fn rule_above(lines: &[Line<'_>], facts: &[Facts], from: usize, floor: usize) -> usize {
    const LINES_MAX: usize = 8;
    let mut start = from;
    for index in (floor.max(from.saturating_sub(LINES_MAX))..from).rev() {
        if facts[index].blank {
            continue;
        }
        let text = bare(&lines[index].text);
        if !header::is_rule(text) && header::between_dashes(text).is_none() {
            break;
        }
        start = index;
    }
    start
}

/// Quoted lines that some server wrapped leave their ends without `>`: not answers.
fn rejoin_wrapped_quotes(lines: &[Line<'_>], facts: &[Facts], parts: &mut [Part]) {
    const WIDTH_MIN: usize = 70;
    for index in 1..lines.len().saturating_sub(1) {
        let between = parts[index] == Part::Own
            && lines[index].mark == Mark::None
            && !facts[index].blank
            && parts[index - 1] == Part::Quote
            && parts[index + 1] == Part::Quote
            && lines[index - 1].mark == Mark::None
            && !facts[index - 1].blank;
        if !between {
            continue;
        }
        let above = bare(&lines[index - 1].text);
        let text = bare(&lines[index].text);
        let first_word = text.split_whitespace().next().map_or(0, str::len);
        let full =
            above.chars().take(WIDTH_MIN).count() + first_word.min(WIDTH_MIN) + 1 > WIDTH_MIN;
        let sentence_goes_on =
            text.starts_with(|c: char| !c.is_uppercase()) || !above.ends_with(['.', '!', '?', ':']);
        let link = text.starts_with(['(', '<']) && text.contains("://");
        let bracket = above.rfind('(') > above.rfind(')') && text.contains(')');
        if (full && sentence_goes_on) || link || bracket {
            parts[index] = Part::Quote;
        }
    }
}

/// Finds the signature in each run of own lines.
fn sign(
    lines: &[Line<'_>],
    facts: &[Facts],
    parts: &mut [Part],
) -> Vec<(std::ops::Range<usize>, Kind)> {
    let mut signatures = Vec::new();
    let first = facts
        .iter()
        .position(|facts| !facts.blank)
        .unwrap_or(lines.len());
    let mut start = 0;
    while start < parts.len() {
        if parts[start] != Part::Own {
            start += 1;
            continue;
        }
        let end = (start..parts.len())
            .find(|index| parts[*index] != Part::Own)
            .unwrap_or(parts.len());
        if let Some(found) = signature::find(lines, facts, first, start..end) {
            parts[found.start..found.end].fill(Part::Signature);
            if found.rest_is_quoted {
                parts[found.end..end].fill(Part::Tail);
            }
            signatures.push((found.start..found.end, found.kind));
        }
        start = end;
    }
    signatures
}

fn has_own(facts: &[Facts], parts: &[Part]) -> bool {
    parts
        .iter()
        .zip(facts)
        .any(|(part, facts)| *part == Part::Own && !facts.blank)
}

/// A mail of nothing but a signature says that. With a quote below, it is an empty answer, unless the sign is weak.
fn restore(signatures: &[(std::ops::Range<usize>, Kind)], parts: &mut [Part]) {
    let quoted = parts
        .iter()
        .position(|part| matches!(part, Part::Quote | Part::Attribution | Part::Tail));
    let Some((range, kind)) = signatures.first() else {
        return;
    };
    let above = quoted.is_none_or(|first| range.start < first);
    if quoted.is_none() || (*kind == Kind::Likely && above) {
        let part = match kind {
            Kind::Delimited => Part::Alone,
            Kind::Likely | Kind::Device => Part::Own,
        };
        parts[range.clone()].fill(part);
    }
}

/// A block of quoted lines between two answers stays, unless it is a whole letter under its attribution.
fn keep_quotes_between_answers(facts: &[Facts], parts: &mut [Part]) {
    let own = |index: usize, parts: &[Part]| parts[index] == Part::Own && !facts[index].blank;
    let Some(first) = (0..parts.len()).find(|index| own(*index, parts)) else {
        return;
    };
    let last = (first..parts.len())
        .rev()
        .find(|index| own(*index, parts))
        .unwrap_or(first);
    let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, part) in parts.iter().enumerate().take(last).skip(first) {
        if !matches!(part, Part::Quote | Part::Attribution) {
            continue;
        }
        match blocks.last_mut() {
            Some(block) if (block.end..index).all(|i| facts[i].blank) => block.end = index + 1,
            _ => blocks.push(index..index + 1),
        }
    }
    let whole_letter = blocks.len() == 1
        && blocks
            .first()
            .is_some_and(|block| parts[block.clone()].contains(&Part::Attribution));
    if whole_letter {
        return;
    }
    for index in blocks.into_iter().flatten() {
        if parts[index] == Part::Quote {
            parts[index] = Part::Kept;
        }
    }
}
