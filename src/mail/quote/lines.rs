//! Lines, and the cheap facts about each of them that the rules ask again and again: one pass, linear.

use super::attribution;
use super::header;
use super::words;
use crate::mail::labels::Field;
use std::borrow::Cow;

/// What a body's structure says of a line. Plain text has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Inside an element that some client uses for quotes only.
    Quote,
    /// Inside a `<blockquote>` that anybody may have written: a quote only under an attribution.
    Indented,
    /// The line that introduces a quote.
    Attribution,
    /// Inside an element that some client uses for signatures only.
    Signature,
    /// From here on everything is quoted.
    Tail,
}

/// A line without its end.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub text: Cow<'a, str>,
    pub mark: Mark,
}

/// What is known of a line by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Nothing to be seen.
    pub blank: bool,
    /// Quoted by `>` or by structure.
    pub quote: bool,
    /// Has a digit.
    pub digit: bool,
    /// Has an `@`.
    pub at: bool,
    /// Could be the last line of an attribution.
    pub ends: bool,
    /// Begins like a line of a header block.
    pub label: Option<Field>,
    /// Reads like a sentence, not like a line of a signature.
    pub prose: bool,
    /// Begins like an item of a list.
    pub item: bool,
    /// The next line that is not blank; the number of lines, where there is none.
    pub next: usize,
}

/// The most lines that are judged one by one. No person writes as many; the rest is judged as one line, by its beginning.
pub(super) const LINES_MAX: usize = 50_000;

/// The lines of a plain text.
pub(super) fn of_text(text: &str) -> Vec<Line<'_>> {
    text.splitn(LINES_MAX, '\n')
        .map(|line| Line {
            text: Cow::Borrowed(line.strip_suffix('\r').unwrap_or(line)),
            mark: Mark::None,
        })
        .collect()
}

/// Cuts the lines in which an attribution meets other text.
pub(super) fn unseam(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut cut = Vec::with_capacity(lines.len());
    for line in lines {
        let seam = Some(&line)
            .filter(|line| matches!(line.mark, Mark::None | Mark::Indented))
            .filter(|line| !begins_as_quote(bare(&line.text)))
            .and_then(|line| attribution::seam(&line.text));
        let Some(at) = seam else {
            cut.push(line);
            continue;
        };
        for half in [&line.text[..at], &line.text[at..]] {
            cut.push(Line {
                text: Cow::Owned(half.trim().to_owned()),
                mark: line.mark,
            });
        }
    }
    cut
}

/// Characters that are not seen: zero width, directions, byte order mark, soft hyphen.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The line without what is not seen at its ends.
pub(super) fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Lower case as words are kept here: plain spaces, and no dot left over from a Turkish `İ`.
pub(super) fn lower(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| *c != '\u{307}')
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}

/// The facts about each line.
pub(super) fn facts(lines: &[Line<'_>]) -> Vec<Facts> {
    let mut all = Vec::with_capacity(lines.len());
    let mut open_bracket = false;
    for line in lines {
        let mut facts = of_line(line, open_bracket);
        facts.next = lines.len();
        let text = bare(&line.text);
        // The address may fill the line between its brackets.
        let lone_address = open_bracket && facts.at && !text.contains([' ', '<', '>']);
        open_bracket = lone_address || leaves_bracket_open(text);
        all.push(facts);
    }
    let mut next = lines.len();
    for (index, facts) in all.iter_mut().enumerate().rev() {
        facts.next = next;
        if !facts.blank {
            next = index;
        }
    }
    unquote_escaped_from(lines, &mut all);
    all
}

fn of_line(line: &Line<'_>, after_open_bracket: bool) -> Facts {
    let text = bare(&line.text);
    if text.is_empty() {
        return Facts {
            blank: true,
            quote: line.mark == Mark::Quote,
            ..Facts::default()
        };
    }
    let quote = line.mark == Mark::Quote
        || (begins_as_quote(text) && !(after_open_bracket && closes_address(text)));
    let digit = text.chars().any(char::is_numeric);
    let at = text.contains('@');
    Facts {
        blank: false,
        quote,
        digit,
        at,
        ends: !quote && ends_attribution(text, at, digit),
        label: header::label(text).map(|(field, _)| field),
        prose: is_prose(text),
        item: is_item(text),
        next: 0,
    }
}

/// `>`, its full-width sibling, or initials and `>`.
pub(super) fn begins_as_quote(text: &str) -> bool {
    if text.starts_with(['>', '＞']) || text.starts_with("&gt;") {
        return true;
    }
    let initials = text.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&initials) && text[initials..].starts_with("> ")
}

/// A client wrapped `<address>` between the address and its bracket: the line `>:` is no quote.
fn closes_address(text: &str) -> bool {
    text.len() <= 60 && text.starts_with('>') && text.ends_with([':', '：'])
}

fn leaves_bracket_open(text: &str) -> bool {
    let tail = text
        .char_indices()
        .rev()
        .take(120)
        .last()
        .map_or("", |(at, _)| &text[at..]);
    match (tail.rfind('<'), tail.rfind('>')) {
        (Some(open), Some(close)) => open > close,
        (open, _) => open.is_some(),
    }
}

fn ends_attribution(text: &str, at: bool, digit: bool) -> bool {
    let end = text.trim_end_matches(|c: char| {
        c.is_whitespace() || is_invisible(c) || matches!(c, '-' | '*' | '_' | '"' | '―' | '—')
    });
    if end.ends_with([':', '：', '︰']) {
        return true;
    }
    if at && end.ends_with(['>', ')', ']']) {
        return true;
    }
    if end.ends_with("写道") || end.ends_with("寫道") {
        return true;
    }
    // The last word, bounded: a line without spaces may be as long as the mail.
    let from = end
        .char_indices()
        .rev()
        .take(20)
        .take_while(|(_, c)| c.is_alphabetic() || *c == '\'')
        .last()
        .map(|(index, _)| index);
    let word = from.map_or("", |index| &end[index..]).to_lowercase();
    words::is_verb(&word) || ((at || digit) && words::is_final_verb(&word))
}

/// A long line, or a line of many words, or one of several words that ends as sentences do.
fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace().take(13).count();
    let ends = text.ends_with(['.', '!', '?', '…', '。', '？', '！']);
    let letters = text.chars().take(101).count();
    letters > 100 || words > 12 || (ends && words > 5)
}

fn is_item(text: &str) -> bool {
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    let numbered =
        (1..=3).contains(&number) && text[number..].starts_with([')', '.']) && text.contains(". ");
    numbered || text.starts_with("- ") || text.starts_with("* ") || text.starts_with("• ")
}

/// Mailboxes put `>` before a line that begins with "From ": alone among own lines, it is an own line.
fn unquote_escaped_from(lines: &[Line<'_>], all: &mut [Facts]) {
    let quoted: Vec<bool> = all.iter().map(|facts| facts.quote).collect();
    let is_quoted = |index: Option<usize>| index.and_then(|i| quoted.get(i)).copied() == Some(true);
    for (index, (line, facts)) in lines.iter().zip(all.iter_mut()).enumerate() {
        if facts.quote
            && line.mark == Mark::None
            && line.text.starts_with(">From ")
            && !is_quoted(index.checked_sub(1))
            && !is_quoted(Some(index + 1))
        {
            facts.quote = false;
        }
    }
}
