//! A page of HTML as events with their places in it, so that pieces can be taken out and the rest stays as it was written.

use crate::mail::html::lexer::{Attributes, Lexer, Token};
use crate::mail::html::{decoded, hiding::Hiding};
use std::ops::Range;

/// Longest character reference, in bytes.
const REFERENCE_BYTES: usize = 34;

/// What stands in a page.
pub enum Event<'h> {
    /// Text that is shown.
    Text(Range<usize>),
    /// A tag opens; its name in lower case.
    Open(String, Attributes<'h>, Range<usize>),
    /// A tag closes; its name in lower case.
    Close(String, Range<usize>),
}

/// The events of a page; what is hidden gives its tags only.
pub struct Events<'h> {
    html: &'h str,
    lexer: Lexer<'h>,
    hiding: Hiding,
}

impl<'h> Events<'h> {
    /// Of this page.
    pub fn new(html: &'h str) -> Events<'h> {
        Events {
            html,
            lexer: Lexer::new(html),
            hiding: Hiding::default(),
        }
    }

    /// Where a piece of the page stands in it.
    fn place(&self, piece: &str) -> usize {
        (piece.as_ptr() as usize).saturating_sub(self.html.as_ptr() as usize)
    }
}

impl<'h> Iterator for Events<'h> {
    type Item = Event<'h>;

    fn next(&mut self) -> Option<Event<'h>> {
        loop {
            let token = self.lexer.next()?;
            let end = self.lexer.at();
            match token {
                Token::Text(_) if self.hiding.is_on() => {}
                Token::Text(text) => {
                    let start = self.place(text);
                    return Some(Event::Text(start..start + text.len()));
                }
                Token::Open(name, attributes) => {
                    let start = self.place(name).saturating_sub(1);
                    let name = name.to_ascii_lowercase();
                    let style = attributes.get("style").unwrap_or_default();
                    self.hiding.is_after_open(&name, style);
                    return Some(Event::Open(name, attributes, start..end));
                }
                Token::Close(name) => {
                    let start = self.place(name).saturating_sub(2);
                    let name = name.to_ascii_lowercase();
                    self.hiding.was_before_close(&name);
                    return Some(Event::Close(name, start..end));
                }
            }
        }
    }
}

/// The characters of a piece of text, each with its place: a reference is one character that takes several bytes.
pub fn characters(html: &str, piece: Range<usize>) -> Vec<(char, Range<usize>)> {
    let text = html.get(piece.clone()).unwrap_or_default();
    let mut characters = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let (length, shown) = match c {
            '&' => reference(text, at),
            _ => (c.len_utf8(), c.to_string()),
        };
        let place = piece.start + at..piece.start + at + length;
        characters.extend(shown.chars().map(|c| (c, place.clone())));
        at += length;
    }
    characters
}

/// The character reference at a place: its length, and what it means.
fn reference(text: &str, at: usize) -> (usize, String) {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let window = rest.get(..REFERENCE_BYTES).unwrap_or(rest);
    let written = memchr::memchr(b';', window).and_then(|end| text.get(at..=at + end));
    let meant = written.map(|w| (w, decoded(w)));
    match meant {
        Some((written, meant)) if !meant.starts_with('&') || written == "&amp;" => {
            (written.len(), meant)
        }
        _ => (1, "&".to_owned()),
    }
}

/// A text without these pieces; they may overlap and come in any order.
pub fn without(text: &str, mut pieces: Vec<Range<usize>>) -> String {
    pieces.sort_by_key(|p| p.start);
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for piece in pieces {
        if piece.start > at {
            kept.push_str(text.get(at..piece.start).unwrap_or_default());
        }
        at = at.max(piece.end);
    }
    kept.push_str(text.get(at..).unwrap_or_default());
    kept
}
