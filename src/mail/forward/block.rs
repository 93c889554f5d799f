//! Header blocks: the few lines of "From: … Sent: … To: … Subject: …" that a client writes above a letter.
//!
//! Fields come in any order, bold or not, spaced or not, folded without rule, with their values on the next line, as rows
//! of a table, or (Yahoo) all in one line.

use super::lines::{Line, is_rule, is_space, line_at};
use super::mailbox;
use super::subject;
use crate::mail::labels::{self, Field};
use crate::mail::message::Mailbox;

/// What a header block says about its letter.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub from: Option<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: Option<String>,
    pub date: Option<String>,
    /// How many different fields of use it has.
    pub fields: usize,
    /// Whether some label is in lower case, as a person would type it.
    pub typed: bool,
    /// Whether its labels are Finnish, whose clients write `VS:` above replies.
    pub finnish: bool,
    /// Where the block ends and the letter's text begins.
    pub end: usize,
}

/// Lines that reading blocks may still look at. A text that looks like nothing but headers runs out of it, and is no forward.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort(pub usize);

impl Effort {
    /// Takes one line; false when there are none left.
    fn spend(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}

/// A line that begins with a known label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labelled<'a> {
    pub field: Field,
    pub value: &'a str,
    pub label: &'a str,
}

/// Lines of one block, folded recipients included.
const MOST_LINES: usize = 400;
/// Bytes of one field.
const MOST_BYTES: usize = 32 * 1024;

/// Reads a line as a labelled field: `From: x`, `*From:* x`, `De : x`, `件名：x`, `| 主题 | x |`.
pub(super) fn labelled(text: &str) -> Option<Labelled<'_>> {
    let text = text.trim_start_matches(|c: char| is_space(c) || matches!(c, '*' | '_' | '|'));
    let (at, colon) = text
        .char_indices()
        .take(labels::LONGEST_LABEL + 4)
        .find(|(_, c)| matches!(c, ':' | '：' | '﹕' | '|'))?;
    let label = text[..at].trim_end_matches(|c: char| is_space(c) || matches!(c, '*' | '_'));
    let field = labels::field(label)?;
    let value = &text[at + colon.len_utf8()..];
    let value = value
        .trim_start_matches(|c: char| is_space(c) || c == '*')
        .trim_start_matches("_ ");
    let value = value.strip_prefix("| ").unwrap_or(value);
    Some(Labelled {
        field,
        value: value.trim_end_matches(|c: char| is_space(c) || c == '|'),
        label,
    })
}

/// Reads the block that begins with the line at an offset. `outer` is the subject of the mail around it, which tells
/// where a folded subject ends.
pub(super) fn read(
    text: &str,
    at: usize,
    outer: Option<&str>,
    effort: &mut Effort,
) -> Option<Head> {
    let first = line_at(text, at)?;
    labelled(first.text)?;
    let mut reader = Reader {
        text,
        outer,
        depth: first.depth,
        indent: first.indent(),
        values: Vec::new(),
        typed: false,
        finnish: false,
        spaced: None,
        alone: false,
        end: at,
    };
    reader.read(at, effort);
    Some(reader.head())
}

struct Reader<'a> {
    text: &'a str,
    outer: Option<&'a str>,
    depth: usize,
    indent: usize,
    values: Vec<(Field, String)>,
    typed: bool,
    finnish: bool,
    /// Whether blank lines stand between the fields; unknown before the second.
    spaced: Option<bool>,
    /// Whether values stand on the line after their label.
    alone: bool,
    end: usize,
}

impl Reader<'_> {
    fn read(&mut self, at: usize, effort: &mut Effort) {
        let mut cursor = at;
        let mut blanks = 0;
        for _ in 0..MOST_LINES {
            let Some(line) = line_at(self.text, cursor) else {
                break;
            };
            if !effort.spend() {
                break;
            }
            cursor = line.next;
            if line.is_blank() {
                blanks += 1;
                if blanks > 2 {
                    break;
                }
                continue;
            }
            if line.depth != self.depth {
                break;
            }
            let taken = match labelled(line.text) {
                Some(found) => self.field(&found, blanks),
                None if blanks > 0 => false,
                None => self.continued(&line, effort),
            };
            if !taken {
                break;
            }
            blanks = 0;
            self.end = line.next;
        }
    }

    /// Takes a labelled line in; false when the block has ended before it.
    fn field(&mut self, found: &Labelled<'_>, blanks: usize) -> bool {
        let field = found.field;
        let seen = self.values.iter().any(|(have, _)| *have == field);
        let is_repeatable = matches!(field, Field::To | Field::Cc | Field::Other)
            || (field == Field::Date && blanks == 0);
        if seen && !is_repeatable {
            return false;
        }
        if blanks > 0 {
            let goes_on = self.values.len() < 2 || self.spaced == Some(true);
            if seen || field == Field::Other || !goes_on {
                return false;
            }
        }
        if self.values.len() == 1 {
            self.spaced = Some(blanks > 0);
        }
        let lower = found.label.chars().next().is_some_and(char::is_lowercase);
        self.typed |= lower && field != Field::Other;
        self.finnish |= matches!(
            labels::folded(found.label).as_str(),
            "lähettäjä" | "lähetetty" | "vastaanottaja"
        );
        self.values.push((field, found.value.to_owned()));
        true
    }

    /// Takes a line without a label in, if it belongs to the field before it.
    fn continued(&mut self, line: &Line<'_>, effort: &mut Effort) -> bool {
        let more = line.text.trim_matches(|c: char| is_space(c) || c == '|');
        if more.is_empty() || is_rule(more) {
            // `| --- | --- |` under the head of a table.
            return line.text.trim_start().starts_with('|');
        }
        let count = self.values.len();
        let Some((field, value)) = self.values.last() else {
            return false;
        };
        let field = *field;
        if value.len() + more.len() > MOST_BYTES {
            return false;
        }
        let stands_alone = value.is_empty() && (count == 1 || self.alone) && field != Field::Other;
        let is_folded = line.indent() > self.indent && !value.is_empty();
        let belongs = stands_alone
            || is_folded
            || (is_addressed(field) && (is_open(value) || more.starts_with('<')))
            || (field == Field::Subject && self.completes_subject(value, more));
        if belongs {
            self.alone |= stands_alone;
            return self.append(more);
        }
        if !self.goes_on_after(line, field, effort) {
            return false;
        }
        if is_unknown_label(more) {
            self.values.push((Field::Other, String::new()));
            return true;
        }
        self.append(more)
    }

    fn append(&mut self, more: &str) -> bool {
        if let Some((_, value)) = self.values.last_mut() {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(more);
        }
        true
    }

    /// Whether a subject and its next line are together the subject of the mail around.
    fn completes_subject(&self, value: &str, more: &str) -> bool {
        let Some(outer) = self.outer else {
            return false;
        };
        let squeezed = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        !more.is_empty()
            && squeezed(&subject::core(outer))
                == squeezed(&subject::core(&format!("{value} {more}")))
    }

    /// Whether another field of this block follows within the next lines, without a blank one between.
    fn goes_on_after(&self, line: &Line<'_>, field: Field, effort: &mut Effort) -> bool {
        let mut cursor = line.next;
        let mut addressed = is_addressed(field) && line.text.contains(['@', ';']);
        let mut left = 2;
        for _ in 0..MOST_LINES {
            let Some(next) = line_at(self.text, cursor) else {
                return false;
            };
            if !effort.spend() || next.is_blank() || next.depth != self.depth {
                return false;
            }
            if let Some(found) = labelled(next.text) {
                return found.field != Field::Other
                    && !self.values.iter().any(|(have, _)| *have == found.field);
            }
            addressed &= next.text.contains(['@', ';']);
            if !addressed {
                left -= 1;
                if left == 0 {
                    return false;
                }
            }
            cursor = next.next;
        }
        false
    }

    fn head(self) -> Head {
        let mut head = Head {
            typed: self.typed,
            finnish: self.finnish,
            end: self.end,
            ..Head::default()
        };
        let has = |field: Field| self.values.iter().any(|(have, _)| *have == field);
        let useful = [
            Field::From,
            Field::To,
            Field::Cc,
            Field::Date,
            Field::Subject,
        ];
        head.fields = useful.into_iter().filter(|field| has(*field)).count();
        for (field, value) in &self.values {
            let value = tidy(value);
            match field {
                Field::From => head.from = mailbox::one(value),
                Field::To => head.to.extend(mailbox::list(value)),
                Field::Cc => head.cc.extend(mailbox::list(value)),
                Field::Date if head.date.is_none() => {
                    head.date = Some(value.to_owned()).filter(|date| !date.is_empty())
                }
                Field::Subject => {
                    head.subject = Some(value.to_owned()).filter(|subject| !subject.is_empty())
                }
                Field::Date | Field::Other => {}
            }
        }
        head
    }
}

/// A value without the stars of a bold label's other end and the white space around.
pub(super) fn tidy(value: &str) -> &str {
    let value = value.trim_matches(is_space);
    // `*From: John*`: one star at the end, none at the start.
    match value.strip_suffix('*') {
        Some(rest) if !rest.contains('*') => rest.trim_end_matches(is_space),
        _ => value,
    }
}

fn is_addressed(field: Field) -> bool {
    matches!(field, Field::From | Field::To | Field::Cc)
}

/// Whether a list of mailboxes cannot end here.
fn is_open(value: &str) -> bool {
    value.ends_with([',', ';', '<', '"'])
        && (value.ends_with([',', ';'])
            || !value.matches('"').count().is_multiple_of(2)
            || value.ends_with('<'))
        || value.matches('<').count() > value.matches('>').count()
}

/// `Organization: Acme`: a field that no table has.
fn is_unknown_label(text: &str) -> bool {
    let Some((label, _)) = text.split_once(": ") else {
        return false;
    };
    let begins = label.chars().next().is_some_and(char::is_uppercase);
    begins
        && label.chars().count() <= 24
        && label
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | ' '))
}
