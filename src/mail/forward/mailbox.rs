//! Mailboxes as header blocks show them: written for people, no two clients alike, and never folded as RFC 5322 asks.

use super::lines::is_space;
use crate::mail::message::Mailbox;

/// More mailboxes than this in one field are not read.
const MOST_MAILBOXES: usize = 500;

/// Reads a field that names one person: all that stands before the first address is the name, commas too.
pub(super) fn one(value: &str) -> Option<Mailbox> {
    let value = value.trim_matches(|c| is_space(c) || matches!(c, ',' | ';'));
    let (mailbox, _) = read(value)?;
    Some(mailbox)
}

/// Reads a field that names several, separated by commas or semicolons.
pub(super) fn list(value: &str) -> Vec<Mailbox> {
    let mut boxes = Vec::new();
    for piece in pieces(value) {
        let mut rest = piece.as_str();
        while boxes.len() < MOST_MAILBOXES {
            let Some((mailbox, end)) = read(rest) else {
                break;
            };
            boxes.push(mailbox);
            let after = rest.get(end..).unwrap_or_default();
            // Two mailboxes without a separator, as folding leaves them.
            if address_in(after, 0).is_none() || end == 0 {
                break;
            }
            rest = after;
        }
    }
    boxes
}

/// The first mailbox of a text, and where what belongs to it ends.
fn read(text: &str) -> Option<(Mailbox, usize)> {
    let Some((start, end)) = address_in(text, 0) else {
        let name = clean_name(text);
        if !is_name(&name) {
            return None;
        }
        let mailbox = Mailbox {
            name: Some(name),
            address: None,
        };
        return Some((mailbox, text.len()));
    };
    let address = with_lower_domain(&text[start..end]);
    let mut after = closed(text, end);
    // The same address again: `a@b <a@b>`, `a@b<mailto:a@b>`.
    while let Some((again, again_end)) = address_in(text, after) {
        let between =
            text[after..again].trim_matches(|c: char| is_space(c) || "<>[]()\"'".contains(c));
        if !matches!(between, "" | "mailto:")
            || !text[again..again_end].eq_ignore_ascii_case(&address)
        {
            break;
        }
        after = closed(text, again_end);
    }
    let mut name = clean_name(&text[..start]);
    if name.is_empty() {
        // RFC 822's way: the name behind the address in parentheses.
        let comment = text[after..].trim_start();
        if let Some((comment, _)) = comment
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
        {
            name = clean_name(comment);
        }
    }
    let name = (is_name(&name) && !name.eq_ignore_ascii_case(&address)).then_some(name);
    Some((
        Mailbox {
            name,
            address: Some(address),
        },
        after,
    ))
}

/// Passes over the brackets that close behind an address.
fn closed(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    end + rest.len() - rest.trim_start_matches(['>', ']', ')', '"', '\'']).len()
}

/// The first `local@domain` at or after an offset, as a range. The domain needs a dot, unless brackets say that it is one.
fn address_in(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    for at in memchr::memchr_iter(b'@', rest.as_bytes()).take(64) {
        let at = from + at;
        let start = local_start(&text[from..at]) + from;
        let tail = &text[at + 1..];
        let length = tail
            .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'))
            .unwrap_or(tail.len());
        let domain = tail[..length].trim_end_matches(['.', '-']);
        let bracketed = text[..start].ends_with(['<', ':']) && tail[length..].starts_with('>');
        let dotted = domain.contains('.') && !domain.starts_with('.');
        if start < at && !domain.is_empty() && (dotted || bracketed) {
            return Some((start, at + 1 + domain.len()));
        }
    }
    None
}

/// Where a local part that ends with the text begins.
fn local_start(text: &str) -> usize {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let start = text
        .char_indices()
        .rev()
        .take(128)
        .take_while(|(_, c)| is_local(*c))
        .last()
        .map_or(text.len(), |(at, _)| at);
    let local = &text[start..];
    start + local.len()
        - local
            .trim_start_matches(['\'', '*', '.', '|', '`', '='])
            .len()
}

/// RFC 5321 §2.4: the local part's case may matter, the domain's does not.
fn with_lower_domain(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => address.to_owned(),
    }
}

/// Takes quotes, brackets, `mailto:` and what a client adds off a name.
fn clean_name(text: &str) -> String {
    let mut name = text.trim_matches(is_space);
    loop {
        let before = name.len();
        name = name
            .trim_matches(|c: char| is_space(c) || matches!(c, '*' | '|' | ',' | ';' | '<' | '['));
        name = name.strip_suffix("mailto:").unwrap_or(name);
        name = name.strip_suffix('(').unwrap_or(name);
        if name.starts_with('(') && name.ends_with(')') && name.len() > 1 {
            name = &name[1..name.len() - 1];
        }
        if name.len() == before {
            break;
        }
    }
    let name = unquoted(name);
    // Exchange shows its own addresses where it knows no other.
    let name = match name.find("/O=").or_else(|| name.find("/o=")) {
        Some(at) if name.to_lowercase().contains("/cn=") => {
            name[..at].trim_end_matches(['<', '[', ' ', '"']).to_owned()
        }
        _ => name,
    };
    let mut spaced = String::with_capacity(name.len());
    for word in name.split(is_space).filter(|word| !word.is_empty()) {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// Takes one pair of quotes off, of any language, and the backslashes inside them.
fn unquoted(name: &str) -> String {
    const OPEN: [char; 12] = [
        '"', '\'', '“', '”', '„', '«', '»', '‘', '‚', '「', '『', '‹',
    ];
    const CLOSE: [char; 12] = [
        '"', '\'', '”', '“', '»', '«', '’', '‘', '「', '」', '』', '›',
    ];
    let mut inner = name;
    for _ in 0..2 {
        let opened = inner
            .strip_prefix(OPEN)
            .and_then(|rest| rest.strip_suffix(CLOSE));
        match opened {
            Some(rest) => inner = rest.trim_matches(is_space),
            None => break,
        }
    }
    // One quote that has lost its fellow.
    if inner.matches('"').count() == 1 {
        inner = inner.trim_matches('"');
    }
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// Whether a text names somebody.
fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.chars().any(char::is_alphanumeric)
        && name.chars().count() <= 200
        && !lower.starts_with("undisclosed")
        && !lower.starts_with("unlisted-recipients")
        && !lower.starts_with("mailto:")
}

/// Splits a list at its separators, and puts the commas back that belong to names ("Doe, John").
fn pieces(value: &str) -> Vec<String> {
    let raw = separated(value);
    let has_semicolons = raw
        .iter()
        .filter(|(piece, _)| !piece.trim().is_empty())
        .any(|(_, end)| *end == Some(';'));
    let mut pieces: Vec<String> = Vec::new();
    let mut open = String::new();
    for (piece, end) in &raw {
        let piece = piece.trim_matches(is_space);
        if !open.is_empty() && !piece.is_empty() {
            let joined = format!("{open}, {piece}");
            open = if joins(&open, piece, has_semicolons) {
                joined
            } else {
                pieces.push(std::mem::take(&mut open));
                piece.to_owned()
            };
        } else if !piece.is_empty() {
            open = piece.to_owned();
        }
        let ends = *end != Some(',') || open.contains('@');
        if ends && !open.is_empty() {
            pieces.push(std::mem::take(&mut open));
        }
        if pieces.len() >= MOST_MAILBOXES {
            return pieces;
        }
    }
    if !open.is_empty() {
        pieces.push(open);
    }
    pieces
}

/// Whether a name without an address and what follows its comma are one person: "Doe, John <j@…>", not "Jane Roe, John Doe <j@…>".
fn joins(open: &str, next: &str, has_semicolons: bool) -> bool {
    let next_name = next.split(['<', '[', '(']).next().unwrap_or_default();
    let (before, after) = (
        open.split_whitespace().count(),
        next_name.split_whitespace().count(),
    );
    let is_bare_address = next.contains('@') && (after == 0 || next_name.contains('@'));
    if is_bare_address || open.len() > 120 || open.contains(',') && !has_semicolons {
        return false;
    }
    has_semicolons || before == 1 || after == 1
}

/// Splits at commas, semicolons and their full-width forms outside quotes and brackets; each piece with what ended it.
fn separated(value: &str) -> Vec<(String, Option<char>)> {
    // A lone quote or bracket opens nothing.
    let quotes = value.matches('"').count().is_multiple_of(2);
    let angles = value.matches('<').count() == value.matches('>').count();
    let mut found = Vec::new();
    let mut piece = String::new();
    let (mut quoted, mut angle) = (false, 0_usize);
    for c in value.chars() {
        match c {
            '"' if quotes => quoted = !quoted,
            '<' if angles && !quoted => angle += 1,
            '>' if angles && !quoted => angle = angle.saturating_sub(1),
            ',' | ';' | '，' | '；' | '、' if !quoted && angle == 0 => {
                let mark = if matches!(c, ';' | '；') { ';' } else { ',' };
                found.push((std::mem::take(&mut piece), Some(mark)));
                continue;
            }
            _ => {}
        }
        piece.push(c);
    }
    found.push((piece, None));
    found
}
