//! The head block of commands, taken out of a page: whole lines as they are seen, at the beginning, in order, each once.
//!
//! Text and line breaks of those lines go, and the elements that hold nothing else; a tag never goes without its counterpart.

use super::letters::{HeadLine, is_seen};
use super::outward::Uncertain;
use super::page::{self, Event, Events};
use crate::mail::html;
use std::ops::Range;

/// How far up an end tag looks for its element: nesting deeper than that is a fault or an attack.
const LOOK_UP_MAX: usize = 100;
/// Longest line that may be a command, in characters.
const LINE_CHARS: usize = 4000;

/// Takes the lines of the head from `from` on out of a page; answers the page and how many lines were found, those found
/// elsewhere before it included. Fewer than all only where nothing else is seen in the page.
pub fn cut(html: &str, head: &[HeadLine], from: usize) -> Result<(String, usize), Uncertain> {
    if from >= head.len() {
        return Ok((html.to_owned(), from));
    }
    let mut cutter = Cutter::new(html, head, from);
    for event in Events::new(html) {
        cutter.event(event)?;
        if cutter.end.is_some() {
            break;
        }
    }
    cutter.end_line()?;
    let end = cutter.end.unwrap_or(html.len());
    let pieces = cutter.pieces.into_iter().filter(|p| p.end <= end);
    Ok((page::without(html, pieces.collect()), cutter.found))
}

struct Cutter<'a> {
    html: &'a str,
    head: &'a [HeadLine],
    found: usize,
    /// The line that is being read.
    line: String,
    line_pieces: Vec<Range<usize>>,
    is_seen: bool,
    has_picture: bool,
    preformatted: usize,
    /// Elements that are open, and where each began.
    open: Vec<(String, usize)>,
    /// Whether a command was found: from there on all goes, up to the first line that is none.
    has_begun: bool,
    pieces: Vec<Range<usize>>,
    /// Where that line begins.
    end: Option<usize>,
}

impl<'a> Cutter<'a> {
    fn new(html: &'a str, head: &'a [HeadLine], from: usize) -> Cutter<'a> {
        Cutter {
            html,
            head,
            found: from,
            line: String::new(),
            line_pieces: Vec::new(),
            is_seen: false,
            has_picture: false,
            preformatted: 0,
            open: Vec::new(),
            has_begun: false,
            pieces: Vec::new(),
            end: None,
        }
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Uncertain> {
        match event {
            Event::Text(place) if self.preformatted > 0 => self.lines(place),
            Event::Text(place) => {
                self.text(place);
                Ok(())
            }
            Event::Open(name, attributes, place) => {
                if name != "o:p" && html::breaks(&name) > 0 {
                    self.end_line()?;
                }
                match name.as_str() {
                    "br" => self.line_break(place)?,
                    "img" => self.picture(attributes.get("alt").unwrap_or_default(), place),
                    "hr" | "input" | "video" | "audio" | "object" | "svg" | "button" => {
                        self.picture("", place);
                    }
                    _ => {
                        self.preformatted += usize::from(name == "pre");
                        self.open.push((name, place.start));
                    }
                }
                Ok(())
            }
            Event::Close(name, place) => {
                if name != "o:p" && html::breaks(&name) > 0 {
                    self.end_line()?;
                }
                if name == "pre" {
                    self.preformatted = self.preformatted.saturating_sub(1);
                }
                self.close(&name, place);
                Ok(())
            }
        }
    }

    /// Text that keeps its line ends.
    fn lines(&mut self, place: Range<usize>) -> Result<(), Uncertain> {
        let text = self.html.get(place.clone()).unwrap_or_default();
        let mut start = place.start;
        for piece in text.split_inclusive('\n') {
            self.text(start..start + piece.len());
            start += piece.len();
            if self.end.is_some() {
                return Ok(());
            }
            if piece.ends_with('\n') {
                self.end_line()?;
            }
        }
        Ok(())
    }

    fn text(&mut self, place: Range<usize>) {
        let text = self.html.get(place.clone()).unwrap_or_default();
        let text = html::decoded(text);
        if text.chars().any(is_seen) && self.end.is_none() {
            self.is_seen = true;
            if self.found >= self.head.len() {
                self.end = Some(place.start);
            }
        }
        let room = LINE_CHARS.saturating_sub(self.line.len());
        self.line.extend(text.chars().take(room));
        self.line_pieces.push(place);
    }

    fn line_break(&mut self, place: Range<usize>) -> Result<(), Uncertain> {
        self.line_pieces.push(place);
        self.end_line()
    }

    /// A picture of a character belongs to its line; any other is something to look at.
    fn picture(&mut self, alt: &str, place: Range<usize>) {
        let is_character = !alt.is_empty()
            && !alt.is_ascii()
            && alt.chars().count() <= 8
            && !alt.chars().any(char::is_alphanumeric);
        self.is_seen = true;
        self.has_picture |= !is_character;
        if self.found >= self.head.len() && self.end.is_none() {
            self.end = Some(place.start);
        }
        self.line_pieces.push(place);
    }

    /// A line ends: one of the head, or nothing to be seen, or there is no certainty.
    fn end_line(&mut self) -> Result<(), Uncertain> {
        let line = std::mem::take(&mut self.line);
        let pieces = std::mem::take(&mut self.line_pieces);
        let is_seen = std::mem::take(&mut self.is_seen);
        let has_picture = std::mem::take(&mut self.has_picture);
        if self.end.is_some() {
            return Ok(());
        }
        if is_seen {
            let Some(wanted) = self.head.get(self.found) else {
                return Ok(());
            };
            if has_picture || !wanted.is(&line) {
                let is_longer = wanted.begins(&line);
                return Err(match is_longer {
                    true => Uncertain::Longer(wanted.line.clone()),
                    false => Uncertain::Elsewhere(wanted.line.clone()),
                });
            }
            self.found += 1;
            self.has_begun = true;
        }
        if self.has_begun {
            self.pieces.extend(pieces);
        }
        Ok(())
    }

    /// An element that closes behind the first command, and before anything else is seen, held nothing but commands.
    fn close(&mut self, name: &str, place: Range<usize>) {
        let found = self
            .open
            .iter()
            .rev()
            .take(LOOK_UP_MAX)
            .position(|(open, _)| open == name);
        let Some(up) = found else { return };
        let at = self.open.len() - 1 - up;
        let Some((_, start)) = self.open.get(at).cloned() else {
            return;
        };
        self.open.truncate(at);
        let is_frame = matches!(name, "html" | "body" | "head");
        let is_inline = !self.line_pieces.is_empty() && self.is_seen;
        if is_frame || self.end.is_some() {
            return;
        }
        match (self.has_begun, is_inline) {
            // A part of a line of which the rest is not yet known.
            (_, true) => self.line_pieces.push(start..place.end),
            (true, false) => self.pieces.push(start..place.end),
            (false, false) => (),
        }
    }
}
