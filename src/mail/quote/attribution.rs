//! "On 1 May 2024, Ada wrote:" in any language and any order of words, over one line or several.
//!
//! Not a pattern for each language, but the things that all of them are made of: a word to open with, a date, an address,
//! a verb, a colon at the end. Clients change their wording, not these.

use super::header;
use super::lines::{Facts, Line, bare, is_invisible};
use super::words;

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// What follows is a quote, marked or not.
    Certain,
    /// A quote only where the next line is marked as one.
    BeforeQuote,
}

/// Where an attribution begins, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    pub start: usize,
    pub certainty: Certainty,
}

/// The most lines over which clients wrap it.
const LINES_MAX: usize = 5;
/// The most bytes of it.
const BYTES_MAX: usize = 600;

/// Finds the attribution whose last line is `end`, not above line `floor`.
pub(super) fn ending_at(
    lines: &[Line<'_>],
    all: &[Facts],
    end: usize,
    floor: usize,
) -> Option<Attribution> {
    if !all[end].ends {
        return None;
    }
    let mut found: Option<(Attribution, Signs)> = None;
    let mut folded = String::new();
    let mut bytes = 0;
    let mut evidence = false;
    let lowest = floor.max((end + 1).saturating_sub(LINES_MAX));
    for start in (lowest..=end).rev() {
        let (line, facts) = (&lines[start], &all[start]);
        bytes += line.text.len();
        if facts.blank || (facts.quote && start != end) || bytes > BYTES_MAX {
            break;
        }
        let text = fold(&line.text);
        // Where the lines below could do alone, an author's line is not to be taken for their beginning.
        if found.is_some() && !could_be_first(&text, facts) {
            break;
        }
        evidence |= facts.digit || facts.at;
        folded = join(&text, &folded);
        if !evidence && start != end {
            continue;
        }
        let signs = Signs::of(&folded);
        let Some(certainty) = signs.judge() else {
            continue;
        };
        if found
            .as_ref()
            .is_none_or(|(_, below)| signs.complete(below))
        {
            let address_above = start > lowest && !signs.address && all[start - 1].at;
            let whole = signs.is_whole() && !address_above;
            found = Some((Attribution { start, certainty }, signs));
            if whole {
                break;
            }
        }
    }
    found.map(|(attribution, _)| attribution)
}

/// Whether a line could be the first of a wrapped attribution: it holds a part of the date or the address, or the verb, or
/// hardly anything.
fn could_be_first(text: &str, facts: &Facts) -> bool {
    if facts.digit || facts.at || text.contains('<') {
        return true;
    }
    let first = text.split(' ').next().unwrap_or_default();
    let words_max = if words::is_opener(first) { 3 } else { 2 };
    let words = text.split(' ').take(8).count();
    let stops = text.ends_with(['.', '!', '?']);
    let verb = words < 8 && text.split(' ').any(words::is_verb);
    !stops && (words <= words_max || verb)
}

/// Where a line is to be cut, since an attribution begins in its middle ("Fine. On 1 May 2024, Ada wrote:") or the quote
/// begins behind it ("On 1 May 2024, Ada wrote: Which day?").
pub(super) fn seam(text: &str) -> Option<usize> {
    const TRIES_MAX: usize = 3;
    if text.len() > BYTES_MAX || !text.contains([':', '：']) || !text.chars().any(char::is_numeric)
    {
        return None;
    }
    let whole = |part: &str| {
        let signs = Signs::of(&fold(part));
        signs.is_whole() && signs.judge() == Some(Certainty::Certain)
    };
    let first = fold(text.split(' ').next().unwrap_or_default());
    let behind = text
        .match_indices(": ")
        .take(TRIES_MAX)
        .filter(|_| words::is_opener(&first))
        .map(|(at, _)| at + 1)
        .filter(|at| !bare(&text[*at..]).is_empty())
        .find(|at| {
            let signs = Signs::of(&fold(&text[..*at]));
            signs.verb == Verb::Last && signs.is_whole() && signs.time
        });
    if behind.is_some() {
        return behind;
    }
    let ends = bare(text).ends_with([':', '：']);
    let starts = text.match_indices(' ').map(|(at, _)| at + 1).filter(|at| {
        let word = text[*at..].split(' ').next().unwrap_or_default();
        word.starts_with(char::is_uppercase) && words::is_opener(&fold(word))
    });
    starts
        .take(TRIES_MAX)
        .take_while(|at| !text[..*at].contains('@') && !text[..*at].contains(char::is_numeric))
        .filter(|_| ends)
        .find(|at| is_sentence(bare(&text[..*at])) && whole(&text[*at..]))
}

/// Enough to be an author's words, not the first of an attribution ("On Wednesday,").
fn is_sentence(text: &str) -> bool {
    text.split(' ').count() >= 3 || text.ends_with(['.', '!', '?'])
}

fn join(first: &str, rest: &str) -> String {
    if rest.is_empty() {
        return first.to_owned();
    }
    format!("{first} {rest}")
}

/// Lower case, spaces made one, what is not seen left out.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in bare(text).chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
        }
    }
    folded
}

/// What an attribution is made of, as far as it is there.
struct Signs {
    /// Begins with a preposition, a weekday, a month or a number.
    opens: bool,
    /// Between runs of dashes.
    dashed: bool,
    /// A date or a time of day.
    date: bool,
    /// A time of day.
    time: bool,
    /// A date within the first characters.
    early_date: bool,
    /// A digit within the first characters.
    early_digit: bool,
    /// A date with its day.
    full_date: bool,
    /// Begins with a month.
    month: bool,
    /// Begins with a digit.
    numeric: bool,
    /// A digit ends it.
    digit_last: bool,
    /// An e-mail address.
    address: bool,
    /// Characters before the address.
    before_address: usize,
    /// The address, or its bracket, ends it.
    address_last: bool,
    verb: Verb,
    colon: bool,
    words: usize,
}

/// Where the verb stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Absent,
    /// More than a name follows.
    Inside,
    /// A name or an address follows: "schrieb Ada:".
    BeforeName,
    Last,
}

impl Signs {
    fn of(folded: &str) -> Signs {
        let inner = header::between_dashes(folded);
        let dashed = inner.is_some();
        let text = inner.as_deref().unwrap_or(folded);
        let text = text.trim_start_matches(['-', '*', '>', ' ', '"', '[', '(', '_', '―', '—']);
        let end = text.trim_end_matches([' ', '*', '_', '-', '"', '—', '―']);
        let colon = end.ends_with([':', '：', '︰']);
        let end = end.trim_end_matches([':', '：', '︰', ' ']);
        let address = address(text);
        let address_last = address.is_some()
            && end
                .rfind('@')
                .is_some_and(|at| !end[at..].contains(' ') || end[at..].ends_with(['>', ')']));
        let Dates {
            date,
            time,
            full_date,
            first: date_at,
        } = dates(text);
        let first = text.split([' ', '\u{3000}']).next().unwrap_or_default();
        let first_char = text.chars().next();
        Signs {
            opens: words::is_opener(first)
                || first_char.is_some_and(|c| c.is_numeric() || matches!(c, '在' | '于' | '於'))
                || text.starts_with("ב-"),
            dashed,
            date,
            time,
            early_date: date && date_at <= 30,
            early_digit: text.chars().take(30).any(char::is_numeric),
            full_date,
            month: words::is_month(first),
            numeric: first_char.is_some_and(char::is_numeric),
            digit_last: end.ends_with(|c: char| c.is_numeric() || c == ')'),
            address: address.is_some(),
            before_address: address.map_or(usize::MAX, |at| text[..at].chars().count()),
            address_last,
            verb: verb(end),
            colon,
            words: text.split(' ').count(),
        }
    }

    /// Begins with a word that begins attributions, and lacks nothing: what stands above does not belong to it.
    fn is_whole(&self) -> bool {
        let told = self.address || self.verb != Verb::Absent;
        self.opens && !self.numeric && !self.month && self.full_date && told
    }

    /// Whether this, with a line more, tells what the lines below it alone do not.
    fn complete(&self, below: &Signs) -> bool {
        let opened = self.opens && self.early_digit;
        let named = self.address && !below.address && self.before_address <= 40;
        let dated = self.date && !below.date;
        opened || named || dated || (below.verb == Verb::Absent && self.verb != Verb::Absent)
    }

    fn judge(&self) -> Option<Certainty> {
        if self.words > 45 || !(self.colon || self.address || self.verb == Verb::Last) {
            return None;
        }
        if self.is_certain() {
            return Some(Certainty::Certain);
        }
        let marked = self.verb != Verb::Absent || self.address || (self.date && self.opens);
        let dated_address = self.date && self.address && self.early_date;
        let short_date = self.date && self.words <= 8;
        // "Excerpts from Ada's message of 1 May 2024 10:15:", whatever the words.
        let dated_to_the_minute = self.full_date && self.time && self.words <= 16;
        if (self.colon && (marked || short_date || dated_to_the_minute))
            || (self.verb == Verb::Last && self.opens)
            || dated_address
        {
            return Some(Certainty::BeforeQuote);
        }
        None
    }

    fn is_certain(&self) -> bool {
        let closed = self.colon || self.verb == Verb::Last;
        let verb_fits =
            self.verb == Verb::Last || (self.colon && matches!(self.verb, Verb::BeforeName));
        if self.dashed && self.verb == Verb::Last {
            return true;
        }
        if verb_fits && self.date && (self.opens || self.address || self.time) {
            return true;
        }
        // "Ada <ada@example.com> wrote:"
        if verb_fits && closed && self.address && self.before_address <= 60 && self.words <= 12 {
            return true;
        }
        // "On Wed, Dec 9, Ada <ada@example.com> wrote:"
        if verb_fits && self.address && self.opens {
            return true;
        }
        // "Message of Ada <ada@example.com> of 1 May 2024 at 12:00:", with a verb or without
        let named = self.address && self.before_address <= 45;
        if self.colon && named && self.date && self.time && self.digit_last && self.words <= 20 {
            return true;
        }
        // "2024-05-01 12:00 GMT+02:00 Ada <ada@example.com>:", in every language that needs no verb
        self.colon && self.address_last && self.early_date && self.words <= 25
    }
}

/// Where the first address begins.
fn address(text: &str) -> Option<usize> {
    let at = text.match_indices('@').take(4).find_map(|(at, _)| {
        let before = text[..at].chars().next_back()?;
        let after = text[at + 1..].chars().next()?;
        (before.is_alphanumeric() || "._-+'\"=".contains(before))
            .then_some(at)
            .filter(|_| after.is_alphanumeric() || after == '[')
    })?;
    let start = text[..at]
        .rfind([' ', '<', '(', '[', '"', ',', '"', '、', '，'])
        .map_or(0, |space| space + 1);
    // The character found may be longer than a byte.
    (start..=at).find(|index| text.is_char_boundary(*index))
}

/// The dates and times of a text.
#[derive(Default)]
struct Dates {
    /// There is a date or a time of day.
    date: bool,
    time: bool,
    /// There is a day with its year, or day, month and year.
    full_date: bool,
    /// The character at which the first of them stands.
    first: usize,
}

fn dates(text: &str) -> Dates {
    let mut found = Dates::default();
    let mut first = usize::MAX;
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut in_address = false;
    while at < chars.len() {
        let c = chars[at];
        if c == '<' {
            in_address = true;
        } else if c == '>' {
            in_address = false;
        }
        if !c.is_numeric() || in_address {
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && chars[at].is_numeric() {
            at += 1;
        }
        let digits = at - start;
        let time = is_time(&chars, start, at);
        let form = has_date_form(&chars, start, at);
        let year = is_year(&chars[start..at]);
        found.time |= time;
        found.full_date |= form || (year && first != usize::MAX);
        if time || form || year {
            found.date = true;
            first = first.min(start);
        } else if digits <= 2 && first == usize::MAX {
            // The day before the month's name: the date begins here, if it becomes one.
            first = start;
        }
    }
    found.first = first;
    found
}

fn is_year(digits: &[char]) -> bool {
    let values: Vec<u32> = digits.iter().filter_map(|c| value(*c)).collect();
    // 2567 is a Buddhist year, 1403 a Persian one.
    matches!(
        values.as_slice(),
        [1, 9, _, _] | [2, 0, _, _] | [2, 5, _, _] | [1, 4, _, _]
    )
}

/// The value of a digit, Latin, Arabic, Persian or Devanagari.
fn value(c: char) -> Option<u32> {
    let code = u32::from(c);
    match code {
        0x30..=0x39 => Some(code - 0x30),
        0x660..=0x669 => Some(code - 0x660),
        0x6f0..=0x6f9 => Some(code - 0x6f0),
        0x966..=0x96f => Some(code - 0x966),
        _ => None,
    }
}

/// `12:30`, `12.30`, `12h30`, `12時`.
fn is_time(chars: &[char], start: usize, end: usize) -> bool {
    if end - start > 2 {
        return false;
    }
    let separator = chars.get(end).copied().unwrap_or(' ');
    let after = chars[(end + 1).min(chars.len())..]
        .iter()
        .take_while(|c| c.is_numeric())
        .count();
    matches!(separator, '時' | '时' | '点' | '시')
        || (matches!(separator, ':' | '.' | 'h' | '：') && after == 2)
}

/// `1.5.2024`, `2024-05-01`, `5/1/24`, `2024年`.
fn has_date_form(chars: &[char], start: usize, end: usize) -> bool {
    if end - start > 4 {
        return false;
    }
    let mut at = end;
    let mut groups = 1;
    while groups < 3 {
        let Some(separator) = chars.get(at) else {
            return false;
        };
        if matches!(separator, '年' | '月' | '년' | '월') {
            return true;
        }
        if !matches!(separator, '.' | '/' | '-' | '\u{2010}' | '\u{2011}') {
            return false;
        }
        at += 1;
        if chars.get(at) == Some(&' ') {
            at += 1;
        }
        let digits = chars[at.min(chars.len())..]
            .iter()
            .take(5)
            .take_while(|c| c.is_numeric())
            .count();
        if digits == 0 || digits > 4 {
            return false;
        }
        at += digits;
        groups += 1;
    }
    true
}

/// Where the last verb stands in a text without its final colon.
fn verb(text: &str) -> Verb {
    let mut place = Verb::Absent;
    let mut start = None;
    let ended = text.char_indices().chain([(text.len(), ' ')]);
    for (index, c) in ended {
        let inside = c.is_alphanumeric()
            || matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}');
        if inside {
            start = start.or(Some(index));
            continue;
        }
        let Some(from) = start.take() else { continue };
        let word = &text[from..index];
        let rest = &text[index..];
        if words::is_verb(word) {
            place = place_of(rest);
        } else if place == Verb::Absent && words::is_final_verb(word) && rest.trim().is_empty() {
            place = Verb::Last;
        }
    }
    if text.is_ascii() {
        return place;
    }
    for unspaced in words::UNSPACED_VERBS {
        if let Some(at) = text.rfind(unspaced) {
            let rest = place_of(&text[at + unspaced.len()..]);
            if rest == Verb::Last || place == Verb::Absent {
                place = rest;
            }
        }
    }
    place
}

fn place_of(rest: &str) -> Verb {
    // "(a)", "/ла", "(ла)" belong to the verb.
    let letters = rest.chars().filter(|c| c.is_alphanumeric()).take(4).count();
    if letters <= 2 {
        return Verb::Last;
    }
    if rest.contains('@') || rest.split_whitespace().take(7).count() <= 6 {
        return Verb::BeforeName;
    }
    Verb::Inside
}
