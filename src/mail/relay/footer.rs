//! The one line that tells a member what a reply does: written into what goes to the member, and found again in what is
//! quoted from it, however a client wrapped, prefixed or restyled it.

use super::letters::is_seen;
use super::page::{self, Event, Events};
use crate::mail::compose::header::clipped;
use std::ops::Range;

/// Longest name in it, in characters.
const NAME_CHARS: usize = 60;
/// Most letters between its first word and its last.
const SPAN_LETTERS: usize = 300;
/// Its letters at the beginning, in the middle and at the end.
const FIRST: &str = "replygoesto";
const MIDDLE: &str = "linessuchas";
const LAST: &str = "ontopstaywithyou";

/// The line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    line: String,
}

impl Footer {
    /// Says who gets a reply.
    pub fn naming(receiver: &str) -> Footer {
        let name = clipped(receiver, NAME_CHARS);
        let name = if name.is_empty() { "the sender" } else { &name };
        Footer {
            line: format!(
                "— Reply goes to {name}. Lines such as \"next action: call Friday\" on top stay with you. —"
            ),
        }
    }

    /// At the end of a text.
    pub fn below_text(&self, text: &str) -> String {
        let text = text.trim_end_matches(['\n', '\r', ' ', '\t']);
        let gap = if text.is_empty() { "" } else { "\n\n" };
        format!("{text}{gap}{}\n", self.line)
    }

    /// At the end of a page.
    pub fn below_page(&self, html: &str) -> String {
        let lower = html.to_ascii_lowercase();
        let at = lower
            .rfind("</body")
            .or_else(|| lower.rfind("</html"))
            .unwrap_or(html.len());
        let (above, below) = html.split_at(at);
        let line = escaped(&self.line);
        format!(
            "{above}<div data-rapport=\"footer\" style=\"margin:16px 0 0;font:12px/1.5 sans-serif;color:#777777\">{line}</div>{below}"
        )
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A text without our line, wherever it stands; a line that held nothing else goes whole.
pub fn without_in_text(text: &str) -> String {
    if !may_hold(text) {
        return text.to_owned();
    }
    let characters: Vec<(char, Range<usize>)> = text
        .char_indices()
        .map(|(at, c)| (c, at..at + c.len_utf8()))
        .collect();
    let pieces = found(&characters)
        .into_iter()
        .filter_map(|span| {
            let start = characters.get(span.start)?.1.start;
            let end = characters.get(span.end.checked_sub(1)?)?.1.end;
            Some(whole_lines(text, start..end))
        })
        .collect();
    page::without(text, pieces)
}

/// A page without our line.
pub fn without_in_page(html: &str) -> String {
    if !may_hold(&crate::mail::html::decoded(html)) {
        return html.to_owned();
    }
    let mut characters = Vec::new();
    for event in Events::new(html) {
        match event {
            Event::Text(place) => characters.extend(page::characters(html, place)),
            // What two elements hold does not run together.
            Event::Open(_, _, place) | Event::Close(_, place) => {
                characters.push((' ', place.start..place.start));
            }
        }
    }
    let spans = found(&characters);
    let pieces = spans
        .into_iter()
        .flat_map(|span| characters.get(span).unwrap_or_default())
        .map(|(_, place)| place.clone())
        .filter(|place| !place.is_empty())
        .collect();
    page::without(html, pieces)
}

/// Cheap: whether a word of the line stands there at all.
fn may_hold(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"Reply").is_some()
}

/// Where the line stands: ranges of characters.
fn found(characters: &[(char, Range<usize>)]) -> Vec<Range<usize>> {
    let mut letters = String::new();
    let mut places = Vec::new();
    for (index, (c, _)) in characters.iter().enumerate() {
        if c.is_alphanumeric() {
            let before = letters.len();
            letters.extend(c.to_lowercase());
            places.resize(places.len() + letters.len() - before, index);
        }
    }
    let bytes = letters.as_bytes();
    let mut spans: Vec<Range<usize>> = Vec::new();
    for at in memchr::memmem::find_iter(bytes, FIRST) {
        let window = bytes.get(at..).unwrap_or_default();
        let window = window.get(..SPAN_LETTERS * 4).unwrap_or(window);
        let Some(middle) = memchr::memmem::find(window, MIDDLE.as_bytes()) else {
            continue;
        };
        let Some(last) =
            memchr::memmem::find(window.get(middle..).unwrap_or_default(), LAST.as_bytes())
        else {
            continue;
        };
        let end = at + middle + last + LAST.len();
        if let (Some(&first), Some(&last)) = (places.get(at), places.get(end - 1)) {
            spans.push(widened(characters, first, last + 1));
        }
    }
    spans
}

/// With the dashes around it, and the space between.
fn widened(characters: &[(char, Range<usize>)], first: usize, end: usize) -> Range<usize> {
    let is_edge = |c: char| !is_seen(c) && c != '\n' || is_dash(c);
    let at = |index: usize| characters.get(index).map(|(c, _)| *c);
    let mut start = first;
    while start > 0 && at(start - 1).is_some_and(is_edge) {
        start -= 1;
    }
    let mut stop = end;
    // Behind it also its full stop, and a line break where the dash was wrapped into the next line.
    while at(stop).is_some_and(|c| is_edge(c) || c == '.') {
        stop += 1;
    }
    let mut ahead = stop;
    while at(ahead).is_some_and(|c| !is_seen(c) || c == '>') {
        ahead += 1;
    }
    if at(ahead).is_some_and(is_dash) && !at(ahead + 1).is_some_and(is_seen) {
        stop = ahead + 1;
    }
    start..stop
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// The lines of a piece whole, where beside it they hold only marks of a quote.
fn whole_lines(text: &str, piece: Range<usize>) -> Range<usize> {
    let above = text.get(..piece.start).unwrap_or_default();
    let start = above.rfind('\n').map_or(0, |at| at + 1);
    let below = text.get(piece.end..).unwrap_or_default();
    let end = below.find('\n').map_or(text.len(), |at| piece.end + at + 1);
    let before = text.get(start..piece.start).unwrap_or_default();
    let after = text.get(piece.end..end).unwrap_or_default();
    let is_mark = |c: char| !is_seen(c) || matches!(c, '>' | '|' | '*' | '_');
    match before.chars().all(is_mark) && after.chars().all(is_mark) {
        true => start..end,
        false => piece,
    }
}
