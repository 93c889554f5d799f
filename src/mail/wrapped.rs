//! Lines that a mail program wrapped in its text, put together again where its page shows that they are one.
//!
//! Gmail and others break the text at about 76 letters and say so nowhere, so that a long command would lose its end. Prose
//! is read the same either way, and stays as it was sent: only lines with a label in front (`note: …`) are made whole.

use super::html;
use std::collections::HashSet;

/// The narrowest line that was wrapped, in characters.
const LINE_CHARS: usize = 50;
/// How far from its beginning a line's label ends, in characters.
const LABEL_CHARS: usize = 30;
/// The most lines that one was wrapped into.
const PIECES: usize = 40;
/// How much of a page is looked at, in bytes: what is newly written stands on top.
const PAGE_BYTES: usize = 256 * 1024;

/// A text with its wrapped lines whole; absent where there is none.
pub fn whole(text: &str, page: &str) -> Option<String> {
    let is_wide = |line: &str| line.chars().count() >= LINE_CHARS;
    let mut pairs = text.lines().zip(text.lines().skip(1));
    if !pairs.any(|(line, next)| is_wide(line) && has_label(line) && !next.trim().is_empty()) {
        return None;
    }
    let mut end = page.len().min(PAGE_BYTES);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let shown = html::to_text(page.get(..end).unwrap_or_default());
    let shown: HashSet<String> = shown.lines().filter(|l| is_wide(l)).map(letters).collect();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut whole: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let count = pieces(lines.get(at..).unwrap_or_default(), &shown);
        at += count;
        match count {
            1 => whole.push((*line).to_owned()),
            _ => whole.push(joined(lines.get(at - count..at).unwrap_or_default())),
        }
    }
    (whole.len() < lines.len()).then(|| whole.join("\n"))
}

/// How many lines from the first on are one line of the page.
fn pieces(lines: &[&str], shown: &HashSet<String>) -> usize {
    if !lines.first().is_some_and(|line| has_label(line)) {
        return 1;
    }
    let mut so_far = String::new();
    for (index, line) in lines.iter().take(PIECES).enumerate() {
        let is_narrow = line.chars().count() < LINE_CHARS;
        if line.trim().is_empty() || line.starts_with('>') {
            return 1;
        }
        so_far.push_str(&letters(line));
        if index > 0 && shown.contains(&so_far) {
            return index + 1;
        }
        // Only the last piece of a wrapped line is short, and a line that stands in the page by itself is whole.
        if is_narrow || (index == 0 && shown.contains(&so_far)) {
            return 1;
        }
    }
    1
}

/// `note: …`, `/note …`.
fn has_label(line: &str) -> bool {
    let start: String = line.chars().take(LABEL_CHARS).collect();
    start.trim_start().starts_with('/') || start.contains([':', '：'])
}

fn joined(lines: &[&str]) -> String {
    let trimmed: Vec<&str> = lines.iter().map(|l| l.trim_end()).collect();
    trimmed.join(" ")
}

/// Letters and digits alone: what the two forms of a line have in common.
fn letters(line: &str) -> String {
    line.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "note: prefers mornings and does not like to be called before ten because of the children, says Bob";

    #[test]
    fn a_line_that_the_page_shows_whole_is_whole() {
        let text = "note: prefers mornings and does not like to be called before ten because of\nthe children, says Bob\ndone\n\nHei";
        let page = format!("<div>{LONG}</div><div>done</div><div><br></div><div>Hei</div>");
        let expected = format!("{LONG}\ndone\n\nHei");
        assert_eq!(whole(text, &page), Some(expected));
    }

    #[test]
    fn lines_that_the_page_shows_apart_stay_apart() {
        let text = format!("{LONG}\ndone\n\nHei");
        for page in [
            format!("<div>{LONG}</div><div>done</div><div>Hei</div>"),
            format!("{LONG}<br>done<br><br>Hei"),
            "<p>something else</p>".to_owned(),
            String::new(),
        ] {
            assert_eq!(whole(&text, &page), None, "{page}");
        }
        let short = "tag: vip\ndone";
        assert_eq!(whole(short, "<p>tag: vip done</p>"), None);
        let prose = LONG.replace("note:", "He");
        let (first, second) = prose.split_at(60);
        assert_eq!(
            whole(&format!("{first}\n{second}"), &format!("<p>{prose}</p>")),
            None
        );
        let quoted = format!("{LONG}\n> done");
        assert_eq!(whole(&quoted, &format!("<p>{LONG} done</p>")), None);
    }

    #[test]
    fn a_mail_s_opening_has_its_commands_whole() {
        let text = "note: prefers mornings and does not like to be called before ten because of\r\nthe children, says Bob\r\n\r\nHei\r\n\r\nOn Fri, Nov 20, 2026 at 9:12 AM Ada <ada@acme.example> wrote:\r\n> x\r\n";
        let page = format!("<div>{LONG}</div><div><br></div><div>Hei</div>");
        let raw = format!(
            "From: mia@studio.example\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\n{text}--a\r\nContent-Type: text/html\r\n\r\n{page}\r\n--a--\r\n"
        );
        let message = crate::mail::read(raw.as_bytes());
        assert_eq!(message.opening(), format!("{LONG}\n\nHei"));
        assert_eq!(message.text, message.opening());
        assert_eq!(
            message.quoted.as_deref().map(|q| q.ends_with("> x")),
            Some(true)
        );
    }
}
