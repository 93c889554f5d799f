//! HTML → text, in linear time whatever the nesting.

mod entities;
pub(crate) mod hiding;
pub(crate) mod lexer;
#[cfg(test)]
mod tests;

use hiding::Hiding;
use lexer::{Attributes, Lexer, Token};

/// Deepest nesting of lists whose numbers are counted.
const LISTS: usize = 8;

/// The text that a person would read: blocks on lines of their own, lists marked, links as their text, no scripts, no
/// styles, nothing that is hidden.
pub fn to_text(html: &str) -> String {
    let text = render(html, Hidden::LeftOut);
    if !text.is_empty() {
        return text;
    }
    // All of it hidden: then better that than nothing.
    render(html, Hidden::Shown)
}

/// Text with its character references decoded.
pub(crate) fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    entities::decode(text, &mut decoded);
    decoded
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    LeftOut,
    Shown,
}

fn render(html: &str, hidden: Hidden) -> String {
    let mut page = Page::new(hidden);
    for token in Lexer::new(html) {
        match token {
            Token::Text(text) => page.text(text),
            Token::Open(name, attributes) => page.open(&name.to_ascii_lowercase(), attributes),
            Token::Close(name) => page.close(&name.to_ascii_lowercase()),
        }
    }
    page.finish()
}

struct Page {
    hidden: Hidden,
    text: String,
    /// A space is due before the next word.
    has_space: bool,
    /// Line breaks that are due before the next word: 1 for a new line, 2 for an empty line between.
    breaks: usize,
    /// How many `<pre>` are open.
    pre: usize,
    /// The numbers of open lists; 0 for bullets.
    lists: Vec<u32>,
    hiding: Hiding,
}

/// How an element breaks lines before and after itself.
pub(crate) fn breaks(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" => 2,
        "div" | "tr" | "table" | "ul" | "ol" | "li" | "dl" | "dt" | "dd" | "blockquote" | "pre"
        | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "center"
        | "form" | "fieldset" | "address" | "figure" | "figcaption" | "caption" | "body"
        | "html" | "head" | "o:p" | "tbody" | "thead" | "tfoot" | "option" | "legend"
        | "summary" | "details" | "hgroup" | "dir" | "menu" => 1,
        _ => 0,
    }
}

impl Page {
    fn new(hidden: Hidden) -> Page {
        Page {
            hidden,
            text: String::new(),
            has_space: false,
            breaks: 0,
            pre: 0,
            lists: Vec::new(),
            hiding: Hiding::default(),
        }
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        let style = match self.hidden {
            Hidden::LeftOut => attributes.get("style"),
            Hidden::Shown => None,
        };
        if self.hiding.is_after_open(name, style.unwrap_or_default()) {
            return;
        }
        let breaks = match breaks(name) {
            2 if name == "p" && is_tight(attributes) => 1,
            breaks => breaks,
        };
        self.break_lines(if name == "o:p" { 0 } else { breaks });
        match name {
            "br" => self.line_break(),
            "td" | "th" => self.has_space = true,
            "pre" | "xmp" | "listing" => self.pre += 1,
            "ul" | "menu" | "dir" if self.lists.len() < LISTS => self.lists.push(0),
            "ol" if self.lists.len() < LISTS => self.lists.push(1),
            "li" => self.item(),
            "img" => self.picture(attributes),
            _ => (),
        }
    }

    fn close(&mut self, name: &str) {
        if self.hiding.was_before_close(name) {
            return;
        }
        match name {
            "pre" | "xmp" | "listing" => self.pre = self.pre.saturating_sub(1),
            "ul" | "ol" | "menu" | "dir" => _ = self.lists.pop(),
            // A stray `</p>` and `</br>` are a break of their own.
            "br" => return self.line_break(),
            _ => (),
        }
        // A tight paragraph asked for one break only when it opened; what it got then counts for its end too.
        let breaks = if name == "p" { 1 } else { breaks(name) };
        self.break_lines(if name == "o:p" { 0 } else { breaks });
    }

    fn break_lines(&mut self, breaks: usize) {
        self.has_space &= breaks == 0;
        self.breaks = self.breaks.max(breaks);
    }

    fn line_break(&mut self) {
        self.settle_breaks();
        self.text.push('\n');
        self.has_space = false;
    }

    /// Writes the breaks that are due; those that stand there already count.
    fn settle_breaks(&mut self) {
        let due = std::mem::take(&mut self.breaks);
        if self.text.is_empty() {
            return;
        }
        let there = self
            .text
            .bytes()
            .rev()
            .take(due)
            .take_while(|b| *b == b'\n')
            .count();
        self.text.extend(std::iter::repeat_n('\n', due - there));
    }

    fn item(&mut self) {
        self.settle_breaks();
        let indent = self.lists.len().saturating_sub(1);
        self.text.extend(std::iter::repeat_n("  ", indent));
        match self.lists.last_mut() {
            Some(number @ 1..) => {
                self.text.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
            _ => self.text.push_str("* "),
        }
        self.has_space = false;
    }

    /// A picture of a character (an emoji) is that character; all others are no text.
    fn picture(&mut self, attributes: Attributes<'_>) {
        let alt = attributes.get("alt").unwrap_or_default();
        let is_character =
            !alt.is_empty() && alt.chars().count() <= 8 && !alt.chars().any(char::is_alphanumeric);
        if is_character && !alt.is_ascii() {
            self.text(alt);
        }
    }

    fn text(&mut self, written: &str) {
        if self.hiding.is_on() {
            return;
        }
        let mut decoded = String::with_capacity(written.len());
        entities::decode(written, &mut decoded);
        for c in decoded.chars() {
            match c {
                '\n' if self.pre > 0 => self.line_break(),
                ' ' | '\t' if self.pre > 0 => self.word(c),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.has_space = true,
                '\u{a0}' => self.word(' '),
                // Nothing to see: soft hyphens, joiners without effect, marks of byte order, and controls.
                '\u{ad}' | '\u{34f}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => (),
                c if c.is_control() => (),
                _ => self.word(c),
            }
        }
    }

    fn word(&mut self, c: char) {
        self.settle_breaks();
        let is_line_start = self.text.is_empty() || self.text.ends_with('\n');
        if std::mem::take(&mut self.has_space) && !is_line_start && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// Without white space at line ends and around the whole, and with at most two empty lines in a row.
    fn finish(self) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut empty = 0;
        for line in self.text.lines().map(str::trim_end) {
            empty = if line.is_empty() { empty + 1 } else { 0 };
            if empty <= 2 && !(line.is_empty() && text.is_empty()) {
                text.push_str(line);
                text.push('\n');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Whether a paragraph has no space around it, as Outlook writes each line.
fn is_tight(attributes: Attributes<'_>) -> bool {
    let class = attributes.get("class").unwrap_or_default();
    let style = attributes.get("style").unwrap_or_default();
    let is_office = ["Mso", "xmso", "x_Mso", "xMso"]
        .iter()
        .any(|c| class.starts_with(c));
    is_office || style.replace(' ', "").contains("margin:0")
}
