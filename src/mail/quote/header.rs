//! Header blocks ("From: … Sent: … To: … Subject: …") and the lines of dashes above them, by which Outlook and its kin quote.

use super::lines::{Facts, Line, bare, is_invisible, lower};
use super::words;
use crate::mail::labels::{self, Field};

/// How far a block is followed, in lines: addressees fill many.
const BLOCK_LINES_MAX: usize = 14;
/// The longest label, in characters, bold marks included.
const LABEL_CHARS_MAX: usize = 34;

/// The field that a line begins with, and its value.
pub(super) fn label(text: &str) -> Option<(Field, &str)> {
    let colon = text
        .char_indices()
        .take(LABEL_CHARS_MAX)
        .find(|(_, c)| matches!(c, ':' | '：' | '︰'))?;
    let value = &text[colon.0 + colon.1.len_utf8()..];
    let name = text[..colon.0].replace(is_invisible, "");
    let name = name.trim_matches([' ', '*', '_', '"', '|', '-', '>']);
    let name = name.trim_end_matches('.');
    labels::field(name.trim_end()).map(|field| (field, bare(value.trim_start_matches(['*', '_']))))
}

/// Whether a quoted letter's header block begins at this line.
pub(super) fn begins_block(lines: &[Line<'_>], facts: &[Facts], start: usize) -> bool {
    if facts[start].label.is_none() || facts[start].quote {
        return false;
    }
    let seen = Seen::collect(lines, facts, start);
    seen.is_block() || is_lone_sender(lines, facts, start)
}

/// What the lines of a possible block hold.
#[derive(Default)]
struct Seen {
    from: bool,
    date: bool,
    to: bool,
    subject: bool,
    address: bool,
    date_digits: bool,
}

impl Seen {
    fn collect(lines: &[Line<'_>], facts: &[Facts], start: usize) -> Seen {
        let mut seen = Seen::default();
        let mut at = start;
        let end = lines.len().min(start + BLOCK_LINES_MAX);
        let mut strangers = 0;
        while at < end {
            let text = bare(&lines[at].text);
            match label(text) {
                Some((field, value)) => {
                    strangers = 0;
                    seen.add(field, value, &facts[at]);
                }
                // A value that was wrapped: two lines of it are followed.
                None if facts[at].blank || strangers == 2 => break,
                None => {
                    strangers += 1;
                    seen.address |= facts[at].at;
                }
            }
            let next = facts[at].next;
            // Some make a paragraph of each line.
            let far = next > at + 2;
            let stranger_after_blank =
                next == at + 2 && facts.get(next).is_none_or(|f| f.label.is_none());
            if far || stranger_after_blank {
                break;
            }
            at = next;
        }
        seen
    }

    fn add(&mut self, field: Field, value: &str, facts: &Facts) {
        match field {
            Field::From => self.from = true,
            Field::Date => {
                self.date = true;
                self.date_digits |= value.chars().filter(|c| c.is_numeric()).count() >= 3;
            }
            Field::To => self.to = true,
            Field::Subject => self.subject = true,
            Field::Cc | Field::Other => {}
        }
        self.address |= facts.at;
    }

    fn is_block(&self) -> bool {
        let kinds = [self.from, self.date, self.to, self.subject]
            .into_iter()
            .filter(|held| *held)
            .count();
        if self.from && kinds >= 3 {
            return self.date_digits || self.address || kinds == 4;
        }
        if self.from && kinds == 2 {
            return self.date_digits || (self.address && (self.to || self.subject));
        }
        // The sender stands below the date, or was left out.
        self.date_digits && self.to && self.address
    }
}

/// `From: ada@example.com` alone between blank lines: Outlook mobile and some web mailers write no more.
fn is_lone_sender(lines: &[Line<'_>], facts: &[Facts], start: usize) -> bool {
    let Some((Field::From, value)) = label(bare(&lines[start].text)) else {
        return false;
    };
    let before = start == 0 || facts[start - 1].blank;
    let next = facts[start].next;
    let after = next > start + 1 && next < lines.len();
    let mailbox = value.len() < 200
        && value.contains('@')
        && value.ends_with(['>', ']', ')'])
        && value.contains(['<', '[', '(']);
    before && after && mailbox
}

/// Whether a line stands above a quoted letter: "-----Original Message-----" in any language.
pub(super) fn is_original_message(text: &str) -> bool {
    let Some(inner) = between_dashes(text) else {
        return false;
    };
    words::is_original(&inner)
}

/// The same without dashes: it counts only where a header block follows.
pub(super) fn is_original_phrase(text: &str) -> bool {
    if text.len() > 80 {
        return false;
    }
    let phrase = lower(text.trim_matches([':', '*', ' ', '：']));
    words::is_original(&phrase)
}

/// `>>> Ada <ada@example.com> 05/01/2024 10:15 AM >>>`: GroupWise puts who and when between arrows, and quotes without marks.
pub(super) fn is_between_arrows(text: &str) -> bool {
    const BYTES_MAX: usize = 200;
    text.len() <= BYTES_MAX
        && text.ends_with(">>>")
        && text.contains([':', '.'])
        && text.chars().any(char::is_alphabetic)
        && text.chars().filter(char::is_ascii_digit).count() >= 6
}

/// What stands between runs of at least two dashes, in lower case.
pub(super) fn between_dashes(text: &str) -> Option<String> {
    if text.len() > 200 {
        return None;
    }
    let is_dash = |c: char| {
        matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '_' | '=' | '*' | '~' | '─' | '━' | '－'
        )
    };
    let inner = text.trim_matches(is_dash);
    let left = text.chars().take_while(|c| is_dash(*c)).count();
    let right = text.chars().rev().take_while(|c| is_dash(*c)).count();
    let inner = bare(inner).trim_end_matches([':', ' ']);
    if left < 2 || right < 2 || inner.is_empty() {
        return None;
    }
    Some(lower(inner))
}

/// A line of nothing but dashes, underscores or the like.
pub(super) fn is_rule(text: &str) -> bool {
    let mut count = 0;
    for c in text.chars() {
        if !matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '_' | '=' | '*' | '~' | '─' | '━' | '－' | '#' | ' '
        ) {
            return false;
        }
        count += 1;
    }
    count >= 2
}
