//! The texts of a message: decoded, put into one order, and chosen between where the same is said twice.

use super::kind::Kind;
use super::parameters::Parameters;
use super::transfer::Encoding;
use super::{Body, charset};
use crate::mail::html;
use std::borrow::Cow;

/// A short text that says no more than that the HTML should be read is no text, in bytes.
const PLACEHOLDER_BYTES: usize = 300;

/// One text in the forms in which it came.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// As plain text.
    pub plain: Option<String>,
    /// As HTML.
    pub html: Option<String>,
}

/// All texts of a message as one body, in order. Where one has no plain form and others have, it is turned into text, so
/// that neither form lacks a sentence.
pub fn join(slots: Vec<Slot>) -> Body {
    let mut slots: Vec<Slot> = slots.into_iter().filter(|s| !s.is_blank()).collect();
    if slots.len() == 1 {
        let Slot { plain, html } = slots.pop().unwrap_or_default();
        let plain = plain.filter(|p| html.is_none() || !p.trim().is_empty());
        return Body {
            plain,
            html,
            letters: Vec::new(),
        };
    }
    let mut body = Body::default();
    let has_plain = slots.iter().any(|s| s.plain.is_some());
    let has_html = slots.iter().any(|s| s.html.is_some());
    for slot in &slots {
        if has_plain {
            let text = slot
                .plain
                .clone()
                .or_else(|| slot.html.as_deref().map(html::to_text));
            append(
                body.plain.get_or_insert_default(),
                &text.unwrap_or_default(),
            );
        }
        if has_html {
            let text = slot
                .html
                .clone()
                .or_else(|| slot.plain.as_deref().map(to_html));
            append(body.html.get_or_insert_default(), &text.unwrap_or_default());
        }
    }
    body
}

/// Of the same text in several forms, the first plain one and the last HTML one (RFC 2046 §5.1.4: the best is last).
pub fn choose(alternatives: Vec<Vec<Slot>>) -> Vec<Slot> {
    let mut chosen = Slot::default();
    for slots in alternatives {
        let body = join(slots);
        let is_said = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        if chosen.plain.is_none() && is_said(&body.plain) {
            chosen.plain = body.plain;
        }
        if is_said(&body.html) {
            chosen.html = body.html;
        }
    }
    if let (Some(plain), Some(html)) = (&chosen.plain, &chosen.html)
        && is_placeholder(plain, html)
    {
        chosen.plain = None;
    }
    vec![chosen]
}

impl Slot {
    fn is_blank(&self) -> bool {
        let said = self.plain.iter().chain(&self.html);
        said.into_iter().all(|text| text.trim().is_empty())
    }
}

/// `Your mail program cannot show HTML`, and no more.
fn is_placeholder(plain: &str, html: &str) -> bool {
    let plain = plain.trim();
    plain.len() < PLACEHOLDER_BYTES
        && plain.to_lowercase().contains("html")
        && html::to_text(html).len() > plain.len() * 3
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(more);
}

fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<div>");
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '\n' => html.push_str("<br>\n"),
            _ => html.push(c),
        }
    }
    html.push_str("</div>");
    html
}

/// The type of a body whose header tells none.
pub fn sniff(bytes: &[u8]) -> &'static str {
    let start = bytes.trim_ascii_start();
    let is_html = ["<!doctype html", "<html", "<head>", "<body"]
        .iter()
        .any(|tag| {
            start
                .get(..tag.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(tag.as_bytes()))
        });
    if is_html { "text/html" } else { "text/plain" }
}

/// Decoded plain text, LF line ends.
pub fn plain(bytes: &[u8], label: Option<&str>) -> String {
    line_ends(charset::decode(&with_lf(bytes), label))
}

/// Decoded HTML: by the declared charset, else by the one that it declares itself.
pub fn html(bytes: &[u8], label: Option<&str>) -> String {
    let declared = label.filter(|l| charset::encoding(l).is_some());
    let head = bytes.get(..2048).unwrap_or(bytes).to_ascii_lowercase();
    let meta = memchr::memmem::find(&head, b"charset=").map(|at| {
        let rest = head[at + 8..].trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or(rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let end = rest
            .iter()
            .position(|b| b"\"'>;/ ".contains(b))
            .unwrap_or(rest.len());
        String::from_utf8_lossy(&rest[..end]).into_owned()
    });
    // A page that calls itself UTF-16 in ASCII is none.
    let meta = meta.as_deref().filter(|m| !m.starts_with("utf-16"));
    line_ends(charset::decode(
        &with_lf(bytes),
        declared.or(meta).or(label),
    ))
}

/// LF line ends, whatever they were; CR CR LF of broken relays is one.
pub fn line_ends(text: String) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    let mut ended = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_ended = line.ends_with('\n');
        let line = line.trim_end_matches(['\r', '\n']);
        for (index, piece) in line.split('\r').enumerate() {
            if index > 0 {
                ended.push('\n');
            }
            ended.push_str(piece);
        }
        if is_ended {
            ended.push('\n');
        }
    }
    // A text that ends with a bare CR ends its last line.
    if text.ends_with('\r') {
        ended.push('\n');
    }
    ended
}

/// The bytes of a file. Text that was not encoded has the line ends of its transport, so it gets LF; all else is as it is.
pub fn canonical<'a>(kind: &Kind, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    let is_transported = matches!(
        kind.encoding,
        Encoding::Identity | Encoding::QuotedPrintable
    );
    if is_transported {
        with_lf(bytes)
    } else {
        Cow::Borrowed(bytes)
    }
}

/// LF for CRLF; bytes with NUL are no text, or one of which the line ends are wider.
fn with_lf(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\r', bytes).is_none() || memchr::memchr(0, bytes).is_some() {
        return Cow::Borrowed(bytes);
    }
    let mut lines = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                lines.extend_from_slice(text);
                lines.push(b'\n');
            }
            None => lines.extend_from_slice(line),
        }
    }
    Cow::Owned(lines)
}

/// Undoes format=flowed (RFC 3676): lines that end with a space go on in the next of the same quote depth.
pub fn unflow(text: String, parameters: &Parameters) -> String {
    let is = |name: &str, value: &str| {
        parameters
            .get(name)
            .is_some_and(|v| v.eq_ignore_ascii_case(value))
    };
    if !is("format", "flowed") {
        return text;
    }
    let deletes_space = is("delsp", "yes");
    let mut flowing = String::with_capacity(text.len());
    let mut open_depth: Option<usize> = None; // quote depth of a line that wants to go on
    for line in text.split('\n') {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_separator = content == "-- ";
        if open_depth != Some(depth) || is_separator {
            if open_depth.is_some() || !flowing.is_empty() {
                flowing.push('\n');
            }
            flowing.push_str(&line[..depth]);
            if depth > 0 {
                flowing.push(' ');
            }
        }
        // A header line without a value ends with a space and does not go on.
        let goes_on = content.ends_with(' ')
            && !is_separator
            && !content.ends_with(": ")
            && !content.trim().is_empty();
        open_depth = goes_on.then_some(depth);
        flowing.push_str(if goes_on && deletes_space {
            &content[..content.len() - 1]
        } else {
            content
        });
    }
    flowing
}

/// The text of text/enriched and text/richtext (RFC 1896).
pub fn without_marks(text: &str) -> String {
    let last_close = text.rfind('>').unwrap_or(0);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let mark = &rest[at..];
        let is_closed = text.len() - mark.len() < last_close;
        if let Some(after) = mark.strip_prefix("<<") {
            plain.push('<');
            rest = after;
            continue;
        }
        let Some(close) = mark.find('>').filter(|_| is_closed) else {
            plain.push_str(mark);
            return unwrapped(&plain);
        };
        rest = &mark[close + 1..];
        match mark[1..close].to_ascii_lowercase().as_str() {
            "param" => rest = rest.find("</param>").map_or("", |end| &rest[end + 8..]),
            "nl" | "/paragraph" | "/p" => plain.push_str("\n\n"),
            _ => (),
        }
    }
    plain.push_str(rest);
    unwrapped(&plain)
}

/// Single line breaks are spaces, and of several one goes.
fn unwrapped(text: &str) -> String {
    let mut unwrapped = String::with_capacity(text.len());
    let mut breaks = 0_usize;
    for c in text.chars() {
        if c == '\n' {
            breaks += 1;
            continue;
        }
        match std::mem::take(&mut breaks) {
            0 => (),
            1 => unwrapped.push(' '),
            many => unwrapped.extend(std::iter::repeat_n('\n', many - 1)),
        }
        unwrapped.push(c);
    }
    unwrapped
}
