//! Where an author's signature begins.

use super::devices;
use super::lines::{Facts, Line, Mark, bare};

/// The most lines with text in a signature that no `-- ` begins.
const LINES_MAX: usize = 16;

/// A signature within a run of own lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub start: usize,
    /// The line after its last.
    pub end: usize,
    /// Whether the client put there what stands from `end` to the run's end.
    pub rest_is_quoted: bool,
    pub kind: Kind,
}

/// By what it was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `-- ` of RFC 3676 §4.3, or structure.
    Delimited,
    /// A rule or a dashed name, and the look of what follows.
    Likely,
    /// "Sent from my iPhone".
    Device,
}

/// Finds the signature of a run of own lines; `first` is the first line of the mail with text.
pub(super) fn find(
    lines: &[Line<'_>],
    facts: &[Facts],
    first: usize,
    run: std::ops::Range<usize>,
) -> Option<Signature> {
    let tail = Tail::of(facts, run.clone());
    let mut own_above = false;
    let mut above = first < run.start;
    let mut bullet_above = false;
    for index in run.clone() {
        if facts[index].blank {
            continue;
        }
        let text = bare(&lines[index].text);
        let signature = |end, kind| {
            Some(Signature {
                start: index,
                end,
                rest_is_quoted: kind == Kind::Device && own_above,
                kind,
            })
        };
        if lines[index].mark == Mark::Signature {
            return signature(
                structural_end(lines, facts, index, run.end),
                Kind::Delimited,
            );
        }
        if text == "--" || text == "- -" {
            return signature(run.end, Kind::Delimited);
        }
        let rest = tail.after(index);
        let blank_above = index == run.start || facts[index - 1].blank;
        if is_signature_rule(text) && above && looks_signed(lines, facts, index, run.end, &rest) {
            return signature(run.end, Kind::Likely);
        }
        if is_dashed_name(text, blank_above)
            && above
            && !bullet_above
            && rest.prose == 0
            && rest.lines <= 4
        {
            return signature(run.end, Kind::Likely);
        }
        if is_dashed_name(text, blank_above)
            && above
            && !bullet_above
            && next_is_rule(lines, facts, index, run.end)
        {
            return signature(run.end, Kind::Likely);
        }
        if devices::is_device_line(text) {
            let end = if own_above {
                device_end(lines, facts, index, run.end, &rest)
            } else {
                index + 1
            };
            return signature(end, Kind::Device);
        }
        own_above = true;
        above = true;
        bullet_above = facts[index].item || text.starts_with('-') || text.ends_with(':');
    }
    None
}

/// How much stands below a line.
struct Below {
    lines: usize,
    prose: usize,
    items: usize,
}

/// Counts from each line of a run to its end, so that asking costs nothing.
struct Tail {
    start: usize,
    counts: Vec<(usize, usize, usize)>,
}

impl Tail {
    fn of(facts: &[Facts], run: std::ops::Range<usize>) -> Tail {
        let mut counts = vec![(0, 0, 0); run.len() + 1];
        for index in run.clone().rev() {
            let at = index - run.start;
            let (lines, prose, items) = counts[at + 1];
            let facts = &facts[index];
            counts[at] = (
                lines + usize::from(!facts.blank),
                prose + usize::from(facts.prose),
                items + usize::from(facts.item),
            );
        }
        Tail {
            start: run.start,
            counts,
        }
    }

    fn after(&self, index: usize) -> Below {
        let (lines, prose, items) = self
            .counts
            .get(index + 1 - self.start)
            .copied()
            .unwrap_or_default();
        Below {
            lines,
            prose,
            items,
        }
    }
}

/// An element for signatures ends where its last line does.
fn structural_end(lines: &[Line<'_>], facts: &[Facts], start: usize, end: usize) -> usize {
    (start..end)
        .take_while(|index| lines[*index].mark == Mark::Signature || facts[*index].blank)
        .last()
        .map_or(start + 1, |last| last + 1)
}

/// Dashes or underscores alone on a line. Equal signs and asterisks underline and divide, they do not sign.
fn is_signature_rule(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| *c != ' ');
    let Some(first) = chars.next() else {
        return false;
    };
    let length_min = match first {
        '—' | '–' | '―' | '─' => 1,
        '_' => 2,
        '-' => 3,
        _ => return false,
    };
    let mut length = 1;
    for c in chars {
        if c != first {
            return false;
        }
        length += 1;
    }
    length >= length_min
}

/// Below a rule stand a few lines, none of them a sentence, and the first looks like a name, a closing or a list's footer.
fn looks_signed(
    lines: &[Line<'_>],
    facts: &[Facts],
    rule: usize,
    end: usize,
    rest: &Below,
) -> bool {
    if rest.lines == 0 {
        return true;
    }
    let underscores = lines[rule].text.contains("__");
    let many = rest.lines > LINES_MAX || rest.items > 0 || rest.prose > usize::from(underscores);
    if many {
        return false;
    }
    let first = facts[rule].next;
    if first >= end {
        return false;
    }
    let text = bare(&lines[first].text);
    let named = text.starts_with(|c: char| !c.is_lowercase());
    let evidence = (first..end).any(|index| {
        let line = &lines[index].text;
        facts[index].at
            || line.contains("http")
            || line.contains("www.")
            || line.chars().filter(char::is_ascii_digit).count() >= 6
    });
    let lines_max = if lines[rule].text.contains("--") {
        3
    } else {
        6
    };
    evidence || (named && rest.lines <= lines_max)
}

/// "-Ada", "- Ada", "— Ada Lovelace", "-- Ada": dashes and a name of few words.
fn is_dashed_name(text: &str, blank_above: bool) -> bool {
    if text.len() > 80 {
        return false;
    }
    let name = text.trim_start_matches(['-', '–', '—', '―', '~']);
    let dashes = text.len() - name.len();
    let long_dash = text.starts_with(['–', '—', '―']);
    if dashes == 0 || dashes > 9 {
        return false;
    }
    let spaced = name.starts_with(' ');
    let name = name.trim();
    let words = name.split_whitespace().count();
    let plain = name.strip_suffix('.').unwrap_or(name).chars().all(|c| {
        c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '(' | ')' | '\u{a0}')
    });
    let capital = name.starts_with(char::is_uppercase);
    let fits = match (spaced, long_dash) {
        (false, _) => words <= 3 && (capital || words == 1),
        (true, true) => words <= 4 && capital,
        (true, false) => {
            blank_above
                && (words == 1
                    || (words <= 3
                        && capital
                        && name.split(' ').all(|w| w.starts_with(char::is_uppercase))))
        }
    };
    plain && fits && !name.is_empty()
}

/// Between a dashed name and the run's end stands only a list's footer under a rule.
fn next_is_rule(lines: &[Line<'_>], facts: &[Facts], index: usize, end: usize) -> bool {
    let next = facts[index].next;
    next < end && is_signature_rule(bare(&lines[next].text))
}

/// A few short lines below it belong to it; more was put there by the client.
fn device_end(
    lines: &[Line<'_>],
    facts: &[Facts],
    index: usize,
    end: usize,
    rest: &Below,
) -> usize {
    if rest.prose == 0 && rest.lines <= 6 {
        return end;
    }
    let mut last = index + 1;
    while last < end
        && !facts[last].blank
        && (!facts[last].prose || devices::is_device_line(bare(&lines[last].text)))
    {
        last += 1;
    }
    last
}
