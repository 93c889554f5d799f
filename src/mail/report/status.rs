//! Enhanced status codes (RFC 3463, RFC 5248) and reply codes (RFC 5321 §4.2) inside what servers said.

use super::wording;

/// Most bytes of one diagnostic that are searched.
const SEARCHED_BYTES: usize = 16 * 1024;

/// What a text says by numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// The enhanced status code that says most.
    pub enhanced: Option<String>,
    /// Whether it stands right behind a reply code or a `#`, as a server's own word does.
    pub is_from_reply: bool,
    /// The first reply code of a refusal, 400 to 599.
    pub reply: Option<u16>,
}

/// How much a code is worth: one that says something (not `x.0.0`), then one that a server gave, then one that is more than
/// "expired", whose cause may stand beside it, then the first.
type Worth = (bool, bool, bool);

/// Finds the codes of a text.
pub fn codes(text: &str) -> Codes {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..SEARCHED_BYTES).unwrap_or(bytes);
    let mut found = Codes::default();
    let mut best: Option<Worth> = None;
    let mut reply_ends: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        if !starts_number(bytes, at) {
            at += 1;
            continue;
        }
        let end = number_end(bytes, at);
        let word = bytes.get(at..end).unwrap_or_default();
        if let Some(reply) = reply_code(word, bytes.get(end)) {
            found.reply.get_or_insert(reply);
            reply_ends = Some(end);
        } else if is_enhanced(word) && !is_version(bytes, at) {
            let joined = reply_ends.is_some_and(|r| is_gap(bytes.get(r..at).unwrap_or_default()));
            let marked = at > 0 && bytes.get(at - 1) == Some(&b'#');
            let code = String::from_utf8_lossy(word).into_owned();
            let worth = (
                !code.ends_with(".0.0"),
                joined || marked,
                !code.ends_with(".4.7"),
            );
            if best.is_none_or(|b| worth > b) {
                best = Some(worth);
                found.is_from_reply = worth.1;
                found.enhanced = Some(code);
            }
        }
        at = end;
    }
    found
}

/// The status of a text: its own code, else one derived from reply code and wording; `class` (`4` or `5`) is for wording
/// without a reply code.
pub fn of_text(text: &str, class: char) -> Option<String> {
    let codes = codes(text);
    if let Some(code) = &codes.enhanced
        && !code.ends_with(".0.0")
    {
        return codes.enhanced;
    }
    derived(text, &codes, class).or(codes.enhanced)
}

/// A status from reply code and wording, where they tell more than that it failed.
pub fn derived(text: &str, codes: &Codes, class: char) -> Option<String> {
    let class = match codes.reply {
        Some(400..=499) => '4',
        Some(_) => '5',
        None => class,
    };
    if let Some(detail) = wording::detail(text) {
        return Some(format!("{class}.{detail}"));
    }
    let detail = match codes.reply? {
        552 | 452 => "2.2",
        553 | 501 => "1.3",
        421 => "4.2",
        422 => "2.2",
        432 | 450 | 550 | 521 | 551 => "2.0",
        500 | 502..=505 => "5.0",
        530 | 534 | 535 => "7.0",
        523 => "3.4",
        _ => "0.0",
    };
    Some(format!("{class}.{detail}"))
}

/// The code at the start of a Status field, without its comment.
pub fn of_field(value: &str) -> Option<String> {
    let word = value.trim().split([' ', '(', ';', '\t']).next()?;
    let word = word.trim_matches(['"', '<', '>']);
    is_enhanced(word.as_bytes()).then(|| word.to_owned())
}

fn starts_number(bytes: &[u8], at: usize) -> bool {
    let is_digit = bytes.get(at).is_some_and(u8::is_ascii_digit);
    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
    is_digit
        && before
            .is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'/' | b'_' | b'@'))
}

/// Where a run of digits and dots ends; a full stop behind it is none of it.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest
        .iter()
        .position(|b| !b.is_ascii_digit() && *b != b'.')
        .unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    let dots = word.iter().rev().take_while(|b| **b == b'.').count();
    start + (length - dots).max(1)
}

fn reply_code(word: &[u8], next: Option<&u8>) -> Option<u16> {
    let ends = next.is_none_or(|b| !b.is_ascii_alphabetic() && !matches!(b, b'/' | b'%'));
    if word.len() != 3 || !ends {
        return None;
    }
    let code: u16 = std::str::from_utf8(word).ok()?.parse().ok()?;
    ((400..=599).contains(&code) && (code / 10) % 10 <= 7).then_some(code)
}

fn is_enhanced(word: &[u8]) -> bool {
    let mut numbers = word.split(|b| *b == b'.');
    let class = numbers.next().unwrap_or_default();
    let subject = numbers.next().unwrap_or_default();
    let detail = numbers.next().unwrap_or_default();
    matches!(class, b"2" | b"4" | b"5")
        && subject.len() == 1
        && subject.first().is_some_and(|b| (b'0'..=b'7').contains(b))
        && (1..=3).contains(&detail.len())
        && detail.iter().all(u8::is_ascii_digit)
        && numbers.next().is_none()
}

/// Whether the number is the version of a program.
fn is_version(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(16)..at).unwrap_or_default();
    let before = String::from_utf8_lossy(before).to_ascii_lowercase();
    [
        "version ",
        "server ",
        "exim ",
        "postfix ",
        "sendmail ",
        "release ",
        "ver. ",
        "php ",
    ]
    .iter()
    .any(|w| before.ends_with(w))
}

fn is_gap(between: &[u8]) -> bool {
    between.len() <= 3 && between.iter().all(|b| b" -:#('\"\t\n".contains(b))
}

/// The action that a code stands for.
pub fn action_of(code: &str) -> Option<&'static str> {
    match code.bytes().next()? {
        b'2' => Some("delivered"),
        b'4' => Some("delayed"),
        b'5' => Some("failed"),
        _ => None,
    }
}
