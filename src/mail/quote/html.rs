//! HTML as lines, each with what the structure says of it: which elements clients use for quotes, attributions and signatures.

use super::clients::{is_container, mark_of, stripped};
use super::lines::{LINES_MAX, Line, Mark, bare};
use super::markup::{self, Attributes, Token, Tokens};
use crate::mail::html::hiding::Hiding;
use std::borrow::Cow;

/// How far up an end tag looks for its element: nesting deeper than that is a fault or an attack.
const LOOK_UP_MAX: usize = 100;
/// The most elements that are held open.
const DEPTH_MAX: usize = 10_000;

/// The most lines above a quote that its container can hold to introduce it.
const INTRODUCTION_LINES_MAX: usize = 6;

/// The lines of a document, as a reader sees them: without what is hidden, unless that is all of it.
pub(super) fn lines(html: &str) -> Vec<Line<'static>> {
    seen(html).unwrap_or_else(|| read(html, Hidden::Shown))
}

/// The lines without what is hidden; `None` where that is all of it.
pub(super) fn seen(html: &str) -> Option<Vec<Line<'static>>> {
    let seen = read(html, Hidden::LeftOut);
    let is_blank = |line: &Line<'_>| bare(&line.text).is_empty();
    (!seen.iter().all(is_blank)).then_some(seen)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    LeftOut,
    Shown,
}

fn read(html: &str, hidden: Hidden) -> Vec<Line<'static>> {
    let mut page = Page::default();
    let mut hiding = Hiding::default();
    for token in Tokens::new(html) {
        match token {
            Token::Text(_) if hiding.is_on() => {}
            Token::Text(text) => page.text(&markup::decode(text)),
            Token::Open { name, inside } => {
                let name = name.to_ascii_lowercase();
                let style = match hidden {
                    Hidden::LeftOut => markup::attributes(inside).style,
                    Hidden::Shown => String::new(),
                };
                if !hiding.is_after_open(&name, &style) {
                    page.open(&name, inside);
                }
            }
            Token::Close { name } => {
                let name = name.to_ascii_lowercase();
                if !hiding.was_before_close(&name) {
                    page.close(&name);
                }
            }
        }
    }
    page.finish()
}

/// An element that is open.
struct Element {
    name: String,
    mark: Mark,
    /// Text keeps its line ends.
    preformatted: bool,
    /// A container that holds an attribution and then the quote: what stands before the quote is no one's own.
    container: Option<Container>,
}

#[derive(Clone, Copy)]
struct Container {
    /// Its first line.
    start: usize,
    /// Whether an element for quotes stood in it.
    has_quote: bool,
}

#[derive(Default)]
struct Page {
    lines: Vec<Line<'static>>,
    current: String,
    current_mark: Mark,
    /// White space that is written if text follows on the same line.
    space: bool,
    open: Vec<Element>,
    /// What the class of an open `<p>` says. Nobody closes them, so they are not held among the others.
    paragraph: Mark,
    /// Whether the open `<p>` has space around it.
    paragraph_gap: bool,
    /// A blank line is due before the next text.
    gap: bool,
}

impl Page {
    fn mark(&self) -> Mark {
        let outer = self.open.last().map_or(Mark::None, |element| element.mark);
        match (outer, self.paragraph) {
            (Mark::None, paragraph) => paragraph,
            (outer, _) => outer,
        }
    }

    fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|element| element.preformatted) {
            let mut pieces = text.split('\n');
            if let Some(first) = pieces.next() {
                self.write(first.trim_end_matches('\r'));
            }
            for piece in pieces {
                self.break_line();
                self.write(piece.trim_end_matches('\r'));
            }
            return;
        }
        for piece in text.split_inclusive([' ', '\t', '\n', '\r', '\u{c}']) {
            let word = piece.trim_end_matches([' ', '\t', '\n', '\r', '\u{c}']);
            if !word.is_empty() {
                if self.space && !self.current.is_empty() {
                    self.current.push(' ');
                }
                self.space = false;
                self.write(word);
            }
            self.space |= word.len() < piece.len();
        }
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.current.is_empty() {
            if self.gap && !self.lines.is_empty() {
                self.push_line(String::new(), self.current_mark);
            }
            self.gap = false;
        }
        // The mark of a line is that of its first text.
        if bare(&self.current).is_empty() {
            self.current_mark = self.mark();
        }
        self.current.push_str(text);
    }

    /// `<br>`: the line ends, empty or not.
    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.current);
        let mark = if bare(&line).is_empty() {
            self.mark()
        } else {
            self.current_mark
        };
        self.push_line(line, mark);
        self.space = false;
    }

    /// A block begins or ends: the line ends, if there is one.
    fn end_line(&mut self) {
        self.space = false;
        if !self.current.is_empty() {
            self.break_line();
        }
    }

    fn push_line(&mut self, text: String, mark: Mark) {
        if self.lines.len() >= LINES_MAX
            && let Some(last) = self.lines.last_mut()
        {
            let rest = last.text.to_mut();
            rest.push('\n');
            rest.push_str(&text);
            return;
        }
        self.lines.push(Line {
            text: Cow::Owned(text),
            mark,
        });
    }

    fn open(&mut self, name: &str, inside: &str) {
        match name {
            "br" => return self.break_line(),
            "hr" => return self.rule(inside),
            "td" | "th" => {
                self.space = true;
            }
            "img" | "meta" | "input" | "link" | "base" | "col" | "wbr" => return,
            "head" => {}
            _ if is_block(name) => {
                self.end_line();
                self.paragraph = Mark::None;
            }
            _ => {}
        }
        if name == "li" {
            self.write("- ");
        }
        if !is_tracked(name) || inside.ends_with('/') {
            return self.anchor(name, inside);
        }
        let attributes = markup::attributes(inside);
        if name == "p" {
            self.paragraph = match mark_of(name, &attributes) {
                Mark::Attribution => Mark::Attribution,
                Mark::Signature => Mark::Signature,
                _ => Mark::None,
            };
            // Word makes a paragraph of each line, and leaves the space out.
            self.paragraph_gap = !(attributes.class.contains("mso")
                || attributes.style.contains("margin:0")
                || attributes.style.contains("margin: 0"));
            self.gap |= self.paragraph_gap;
            return;
        }
        self.push_element(name, &attributes);
    }

    fn push_element(&mut self, name: &str, attributes: &Attributes) {
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        let outer = self.mark();
        let own = mark_of(name, attributes);
        if matches!(own, Mark::Quote | Mark::Indented) {
            if name != "blockquote" {
                self.end_line();
            }
            self.announce_quote();
        }
        if own == Mark::Attribution || own == Mark::Tail {
            self.end_line();
        }
        if own == Mark::Tail {
            self.push_line(String::new(), Mark::Tail);
        }
        let container = is_container(name, attributes).then_some(Container {
            start: self.lines.len(),
            has_quote: false,
        });
        let mark = match (outer, own) {
            (Mark::Quote, _) => Mark::Quote,
            (outer, Mark::None | Mark::Tail) => outer,
            (_, own) => own,
        };
        self.open.push(Element {
            name: name.to_owned(),
            mark,
            preformatted: name == "pre"
                || self.open.last().is_some_and(|element| element.preformatted),
            container,
        });
    }

    /// What stands in the nearest container above its first quote introduces it.
    fn announce_quote(&mut self) {
        let found = self
            .open
            .iter_mut()
            .rev()
            .take(LOOK_UP_MAX)
            .find_map(|element| element.container.as_mut());
        let Some(container) = found else { return };
        if container.has_quote {
            return;
        }
        container.has_quote = true;
        let start = container
            .start
            .max(self.lines.len().saturating_sub(INTRODUCTION_LINES_MAX));
        let introduction = &mut self.lines[start..];
        let written = introduction
            .iter()
            .filter(|line| !bare(&line.text).is_empty())
            .count();
        let known = introduction
            .iter()
            .any(|line| line.mark == Mark::Attribution);
        if known || written > INTRODUCTION_LINES_MAX / 2 {
            return;
        }
        for line in introduction
            .iter_mut()
            .filter(|line| line.mark == Mark::None)
        {
            line.mark = Mark::Attribution;
        }
    }

    /// An anchor such as `<a name="_MailOriginal">` says nothing; an id on any element may.
    fn anchor(&mut self, name: &str, inside: &str) {
        if name == "a" || !inside.contains("id=") {
            return;
        }
        if mark_of(name, &markup::attributes(inside)) == Mark::Tail {
            self.end_line();
            self.push_line(String::new(), Mark::Tail);
        }
    }

    fn rule(&mut self, inside: &str) {
        self.end_line();
        let attributes = markup::attributes(inside);
        if ["stopspelling", "zwchr"]
            .iter()
            .any(|id| stripped(&attributes.id) == *id)
            || attributes.marker == "__divider__"
        {
            self.push_line(String::new(), Mark::Tail);
            return;
        }
        let mark = self.mark();
        self.push_line(String::new(), mark);
    }

    fn close(&mut self, name: &str) {
        if is_block(name) {
            self.end_line();
        }
        if name == "p" {
            self.gap |= self.paragraph_gap;
            self.paragraph = Mark::None;
        }
        if !is_tracked(name) {
            return;
        }
        let top = self.open.len();
        let found = self
            .open
            .iter()
            .rev()
            .take(LOOK_UP_MAX)
            .take_while(|element| name == "td" || name == "table" || element.name != "td")
            .position(|element| element.name == name);
        let Some(up) = found else { return };
        if name == "span" && up > 0 {
            return;
        }
        let closed: Vec<Element> = self.open.drain(top - 1 - up..).collect();
        let unquoted = closed
            .iter()
            .filter_map(|element| element.container)
            .find(|container| !container.has_quote);
        let Some(container) = unquoted else { return };
        for line in self.lines.iter_mut().skip(container.start) {
            line.mark = Mark::Quote;
        }
        self.announce_quote();
    }

    fn finish(mut self) -> Vec<Line<'static>> {
        self.end_line();
        self.lines
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "blockquote"
            | "table"
            | "tr"
            | "ul"
            | "ol"
            | "li"
            | "pre"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "center"
            | "dl"
            | "dt"
            | "dd"
            | "body"
            | "html"
            | "address"
            | "form"
            | "fieldset"
            | "includetail"
            | "aside"
    )
}

/// Elements whose extent matters.
fn is_tracked(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "blockquote"
            | "span"
            | "table"
            | "td"
            | "p"
            | "pre"
            | "section"
            | "article"
            | "includetail"
            | "tutanota-quote"
    )
}
