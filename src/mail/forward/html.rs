//! HTML as lines that know where in the HTML they began, so that a letter found in the text can be cut out of the markup.

use super::block::labelled;
use crate::mail::labels;
use std::borrow::Cow;

/// Text made from HTML.
pub(super) struct Rendered {
    /// Its lines, as a person would see them.
    pub text: String,
    /// Offset of each line in `text`, and of its first visible character in the HTML; ascending.
    origins: Vec<(usize, usize)>,
}

impl Rendered {
    /// Where in the HTML the line that begins at an offset of the text has its first visible character.
    pub fn origin(&self, at: usize) -> Option<usize> {
        let index = self.origins.partition_point(|(start, _)| *start < at);
        self.origins.get(index).map(|(_, origin)| *origin)
    }
}

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "div",
    "p",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "body",
    "html",
    "head",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "center",
    "address",
    "dl",
    "dt",
    "dd",
    "fieldset",
    "form",
    "title",
    "caption",
];
/// Elements with a blank line before and after.
const PARAGRAPHS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "pre",
    "blockquote",
    "table",
];
/// Elements whose content nobody sees.
const HIDDEN: &[&str] = &["style", "script", "title", "template", "noscript"];

/// Turns HTML into lines.
pub(super) fn render(html: &str) -> Rendered {
    let mut writer = Writer {
        rendered: Rendered {
            text: String::new(),
            origins: Vec::new(),
        },
        line: 0,
        blank_due: false,
        space_due: false,
        link: None,
    };
    let mut at = 0;
    let mut tags_end = false;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        let open = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        if open > 0 {
            writer.text(&rest[..open], at);
            at += open;
            continue;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += 4 + comment.find("-->").map_or(comment.len(), |end| end + 3);
            continue;
        }
        let is_tag = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let close = if is_tag && !tags_end {
            memchr::memchr(b'>', rest.as_bytes())
        } else {
            None
        };
        tags_end |= is_tag && close.is_none();
        let Some(close) = close else {
            writer.text("<", at);
            at += 1;
            continue;
        };
        let inner = &rest[1..close];
        at += close + 1;
        let name = inner
            .trim_start_matches('/')
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if HIDDEN.contains(&name.as_str()) && !inner.starts_with('/') {
            at += hidden_length(&html[at..], &name);
            continue;
        }
        writer.tag(&name, inner, at);
    }
    writer.end_line();
    writer.rendered
}

/// How much of the text belongs to a hidden element.
fn hidden_length(rest: &str, name: &str) -> usize {
    for at in memchr::memmem::find_iter(rest.as_bytes(), b"</") {
        let after = &rest.as_bytes()[at + 2..];
        if after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return at;
        }
    }
    rest.len()
}

struct Writer {
    rendered: Rendered,
    /// Where in the text the current line begins.
    line: usize,
    blank_due: bool,
    space_due: bool,
    /// The address of the `mailto:` link that is open, and where its words begin.
    link: Option<(String, usize)>,
}

impl Writer {
    fn text(&mut self, raw: &str, origin: usize) {
        let decoded = decode(raw);
        for (index, word) in decoded.split([' ', '\t', '\n', '\r']).enumerate() {
            self.space_due |= index > 0;
            if !word.is_empty() {
                self.word(word, origin);
            }
        }
    }

    fn word(&mut self, word: &str, origin: usize) {
        if self.rendered.text.len() == self.line {
            if self.blank_due && self.line > 0 {
                self.rendered.text.push('\n');
                self.line += 1;
            }
            self.blank_due = false;
            self.rendered.origins.push((self.line, origin));
        } else if self.space_due {
            self.rendered.text.push(' ');
        }
        self.space_due = false;
        self.rendered.text.push_str(word);
    }

    fn end_line(&mut self) {
        if self.rendered.text.len() > self.line {
            self.rendered.text.push('\n');
            self.line = self.rendered.text.len();
        }
        self.space_due = false;
    }

    fn tag(&mut self, name: &str, inner: &str, after: usize) {
        let closes = inner.starts_with('/');
        match name {
            "br" => {
                // The second of two is a blank line.
                self.blank_due |= self.rendered.text.len() == self.line;
                self.end_line();
            }
            "hr" => {
                self.end_line();
                self.word(
                    "________________________________",
                    after.saturating_sub(inner.len() + 2),
                );
                self.end_line();
            }
            "td" | "th" if !closes => {
                let is_label = labels::field(&self.rendered.text[self.line..]).is_some();
                if is_label {
                    self.rendered.text.push(':');
                }
                self.space_due = true;
            }
            "a" if closes => self.end_link(),
            "a" => self.link = mailto(inner).map(|address| (address, self.rendered.text.len())),
            _ if BLOCKS.contains(&name) => {
                self.end_line();
                self.blank_due |= PARAGRAPHS.contains(&name);
            }
            _ => {}
        }
    }

    /// In a header block, a name that links to its address gets the address written behind it.
    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else {
            return;
        };
        let shown = self.rendered.text.get(start..).unwrap_or_default();
        let is_name = start >= self.line && !shown.trim().is_empty() && !shown.contains('@');
        let is_field = self
            .rendered
            .text
            .get(self.line..)
            .is_some_and(|line| labelled(line).is_some());
        if is_name && is_field {
            self.rendered.text.push_str(&format!(" <{address}>"));
        }
    }
}

/// The address of a `mailto:` link.
fn mailto(tag: &str) -> Option<String> {
    let start = tag.find("mailto:")? + "mailto:".len();
    let rest = &tag[start..];
    let end = rest
        .find(['"', '\'', '?', '>', ' ', '&'])
        .unwrap_or(rest.len());
    let address = &rest[..end];
    (address.contains('@') && address.len() <= 254).then(|| address.to_owned())
}

/// Decodes the entities of a text.
fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_entity = |c: char| c.is_ascii_alphanumeric() || c == '#';
        let length = rest[1..]
            .chars()
            .take(32)
            .take_while(|c| is_entity(*c))
            .count()
            + 1;
        if length > 1 && rest[length..].starts_with(';') {
            mail_parser::decoders::html::add_html_token(
                &mut decoded,
                &rest.as_bytes()[..=length],
                false,
            );
            rest = &rest[length + 1..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}
