//! Header blocks in one line, as Yahoo's plain text has them: `From: John <j@…>To: ada@…Sent: Monday…Subject: Offer`.

use super::block::{Effort, Head, tidy};
use super::lines::{is_space, line_at};
use super::mailbox;
use crate::mail::labels::{self as words, Field};

/// A line longer than this is not looked through.
const MOST_BYTES: usize = 16 * 1024;

/// A block in one line.
pub(super) struct Fused {
    /// What it says.
    pub head: Head,
    /// Whether nothing stands before it in its line.
    pub leads: bool,
}

/// Reads the block that stands in the line at an offset, maybe behind a marker. It must name a sender and two more fields.
pub(super) fn read(
    text: &str,
    at: usize,
    outer: Option<&str>,
    effort: &mut Effort,
) -> Option<Fused> {
    let line = line_at(text, at)?;
    if line.text.len() > MOST_BYTES || effort.0 < 2 {
        return None;
    }
    effort.0 -= 1;
    let labels = labels(line.text);
    let begin = labels
        .iter()
        .find(|label| label.field == Field::From)?
        .start;
    let labels: Vec<_> = labels
        .into_iter()
        .filter(|label| label.start >= begin)
        .collect();
    let mut head = Head {
        end: line.next,
        ..Head::default()
    };
    let mut seen = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        if seen.contains(&label.field) {
            continue;
        }
        seen.push(label.field);
        let end = labels[index + 1..]
            .iter()
            .find(|next| !seen.contains(&next.field))
            .map_or(line.text.len(), |next| next.start);
        let value = tidy(&line.text[label.value..end]);
        match label.field {
            Field::From => head.from = mailbox::one(value),
            Field::To => head.to = mailbox::list(value),
            Field::Cc => head.cc = mailbox::list(value),
            Field::Date => head.date = Some(value.to_owned()),
            Field::Subject => {
                let (subject, rest) = without_body(value, outer);
                head.subject = Some(subject.to_owned()).filter(|subject| !subject.is_empty());
                if rest > 0 {
                    head.end = line.next.min(text.len()) - (line.next - line.start)
                        + offset_in(text, line.start, line.text)
                        + end
                        - rest;
                }
            }
            Field::Other => {}
        }
    }
    head.fields = seen.iter().filter(|field| **field != Field::Other).count();
    let is_block =
        head.from.is_some() && head.fields >= 3 && (head.date.is_some() || head.subject.is_some());
    let leads = line.text[..begin].chars().all(is_space);
    is_block.then_some(Fused { head, leads })
}

/// Where in its line the unquoted text begins.
fn offset_in(text: &str, start: usize, inner: &str) -> usize {
    text[start..].find(inner).unwrap_or_default()
}

/// Cuts the letter's text off a subject that it is fused to, where the mail around tells the subject: the subject, and
/// how many bytes follow it.
fn without_body<'a>(value: &'a str, outer: Option<&str>) -> (&'a str, usize) {
    let Some(outer) = outer
        .map(super::subject::unforwarded)
        .filter(|outer| !outer.is_empty())
    else {
        return (value, 0);
    };
    match value.strip_prefix(outer.as_str()) {
        Some(rest) if !rest.trim().is_empty() => (&value[..outer.len()], rest.len()),
        _ => (value, 0),
    }
}

struct Label {
    field: Field,
    start: usize,
    value: usize,
}

/// All labels of a line: known words before a colon that do not continue a word.
fn labels(line: &str) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for (at, colon) in line.match_indices([':', '：']).take(256) {
        let from = labels.last().map_or(0, |label| label.value);
        let Some(before) = line.get(from..at) else {
            continue;
        };
        if let Some((field, start)) = label_at_end(before) {
            labels.push(Label {
                field,
                start: from + start,
                value: at + colon.len(),
            });
        }
    }
    labels
}

/// The longest known label at the end of a text, and where it begins.
fn label_at_end(text: &str) -> Option<(Field, usize)> {
    let text = text.trim_end_matches(is_space);
    let mut best = None;
    let mut starts: Vec<usize> = text
        .char_indices()
        .rev()
        .take(words::LONGEST_LABEL)
        .map(|(at, _)| at)
        .collect();
    starts.reverse();
    for start in starts {
        let label = &text[start..];
        let first = label.chars().next()?;
        if !first.is_alphabetic() || first.is_lowercase() {
            continue;
        }
        // `…BRTAssunto:` begins a word, `…XCC:` and `…exampleA:` do not.
        let mut letters = label.chars().skip(1);
        let is_capital_alone = letters.next().is_none_or(|second| !second.is_lowercase());
        let before = text[..start].chars().next_back();
        let continues_word = before.is_some_and(|c| {
            c.is_alphabetic() && is_capital_alone && (c.is_uppercase() || label.chars().count() < 2)
        });
        if continues_word {
            continue;
        }
        if let Some(field) = words::field(label) {
            best = Some((field, start));
            break;
        }
    }
    best
}
