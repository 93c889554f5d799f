//! Lines that tell of a recipient: by an address at their start, by a label, as a command of the SMTP session.

use super::Rank;
use crate::mail::report::{address, status};

/// The recipient that a line tells of, how, and the rest of the line.
pub fn anchor<'l>(line: &'l str, own: &[String]) -> Option<(String, Rank, &'l str)> {
    if line.len() > 2000 || !line.contains('@') {
        return None;
    }
    if let Some(session) = session(line) {
        let (recipient, rest) = first_address(session)?;
        let is_own = own.contains(&recipient);
        return (!is_own).then_some((recipient, Rank::Session, rest));
    }
    let bare = line.trim_start_matches([
        '*', '-', '>', '•', '·', '|', ' ', '\'', '"', '‘', '“', '\u{a0}',
    ]);
    if let Some(found) = leading(bare, own) {
        return Some(found);
    }
    label(bare).or_else(|| named(bare))
}

/// What follows the command in a line of the SMTP session that names a recipient.
fn session(line: &str) -> Option<&str> {
    let upper: String = line
        .chars()
        .take(40)
        .collect::<String>()
        .to_ascii_uppercase();
    if let Some(at) = upper.find("RCPT TO:") {
        return line.get(at + 8..);
    }
    if upper.starts_with("<<< ") || upper.starts_with(">>> DATA") {
        return line.get(4..).filter(|_| !upper.contains("MAIL FROM"));
    }
    None
}

/// An address at the start of a line, with or without a reply code before it.
fn leading<'l>(line: &'l str, own: &[String]) -> Option<(String, Rank, &'l str)> {
    let after_code = strip_codes(line);
    let has_code = after_code.len() < line.len();
    let (recipient, rest) = address_at_start(after_code)?;
    let rest = rest.trim_start();
    let told = rest.is_empty()
        || rest.starts_with(':')
        || rest.starts_with("...")
        || rest.starts_with(['(', '<', '\'', '"', ',', '-', ';', '\u{2019}', '[', '"'])
        || rest.starts_with("on ");
    if has_code && !(rest.starts_with("...") || rest.starts_with(':')) {
        return None;
    }
    if has_code && own.contains(&recipient) && !rest.starts_with("...") {
        return None;
    }
    if !told && (own.contains(&recipient) || !is_reason(rest)) {
        return None;
    }
    let rest = rest.trim_start_matches([':', '.', ' ', '\'', '"', ',', '>']);
    Some((recipient, Rank::Line, rest))
}

/// Words that follow an address without a sign between and still tell of its failure.
fn is_reason(rest: &str) -> bool {
    let rest = rest.to_lowercase();
    [
        "invalid",
        "error",
        "failed",
        "unknown",
        "undeliver",
        "reject",
        "does not",
        "not ",
        "user ",
        "host ",
        "mailbox",
        "said",
        "no ",
        "was ",
        "wurde",
        "is ",
        "has ",
        "could",
    ]
    .iter()
    .any(|w| rest.starts_with(w))
        || status::codes(&rest).reply.is_some()
}

/// The line without reply code and enhanced code at its start.
fn strip_codes(line: &str) -> &str {
    let Some((first, rest)) = line.split_once([' ', '-']) else {
        return line;
    };
    if first.len() != 3 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return line;
    }
    let rest = rest.trim_start();
    match rest.split_once(' ') {
        Some((code, after)) if status::of_field(code).is_some() => after.trim_start(),
        _ => rest,
    }
}

/// An address at the very start: bracketed, quoted or bare; and what follows it.
fn address_at_start(text: &str) -> Option<(String, &str)> {
    if let Some(inner) = text.strip_prefix('<') {
        let (raw, rest) = inner.split_once('>')?;
        let recipient = address::clean(raw);
        return address::is_valid(&recipient).then_some((recipient, rest));
    }
    let end = text
        .find(|c: char| c.is_whitespace() || "<>()[],;:'\"\u{2019}\u{201d}".contains(c))
        .unwrap_or(text.len());
    let word = text.get(..end)?;
    let (word, rest) = match word.find("...") {
        Some(dots) => (word.get(..dots)?, text.get(dots..)?),
        None => (word, text.get(end..)?),
    };
    let recipient = address::clean(word);
    address::is_valid(&recipient).then_some((recipient, rest))
}

/// The first address of a text and what follows it.
pub fn first_address(text: &str) -> Option<(String, &str)> {
    let mut rest = text;
    for _ in 0..40 {
        let at = rest.find('@')?;
        let before = rest.get(..at)?;
        let start = before
            .rfind(|c: char| c.is_whitespace() || "<>()[],;:'\"\u{2018}\u{201c}=".contains(c))
            .map_or(0, |i| {
                i + before
                    .get(i..)
                    .and_then(|s| s.chars().next())
                    .map_or(1, char::len_utf8)
            });
        if let Some(found) = address_at_start(rest.get(start..)?) {
            return Some(found);
        }
        rest = rest.get(at + 1..)?;
    }
    None
}

/// Labels, lower case, that name who failed.
const LABELS: &[&str] = &[
    "recipient",
    "rcpt",
    "failed address",
    "failed to",
    "address",
    "user",
    "mailbox",
    "undeliver",
    "unable to deliver",
    "could not be delivered",
    "not be delivered to",
    "couldn't be delivered",
    "delivery failed",
    "delivery to",
    "delivered to",
    "deliver message to",
    "deliver your message to",
    "error-for",
    "did not reach",
    "not a member",
    "intended for",
    "failed",
    "empfänger",
    "destinataire",
    "destinatario",
    "destinatário",
    "ontvanger",
    "mottagare",
    "modtager",
    "mottaker",
    "odbiorca",
    "příjemce",
    "получател",
    "адресат",
    "alıcı",
    "受信者",
    "宛先",
    "送信先",
    "收件人",
    "收件者",
    "받는 사람",
];

/// Labels of the sender and of helpers, which are no recipients.
const OTHERS: &[&str] = &[
    "from",
    "sender",
    "reply",
    "postmaster",
    "contact",
    "return",
    "absender",
    "expéditeur",
    "remitente",
    "mittente",
    "remetente",
    "afzender",
    "admin",
    "support",
    "help",
    "mail from",
    "message-id",
    "received",
    "subject",
    "x-",
    "reporting",
    "original message",
    "送信者",
    "отправител",
];

/// `Label: <address>`, also inside brackets or behind another field.
fn label(line: &str) -> Option<(String, Rank, &str)> {
    let at = line.find([':', '：'])?;
    let name = line.get(..at)?.to_lowercase();
    let rest = line.get(at..)?;
    let rest = rest.trim_start_matches([':', '：', ' ', '\t', '"', '\'']);
    if name.len() > 120 || name.contains('@') || OTHERS.iter().any(|o| name.trim().starts_with(o)) {
        return None;
    }
    let is_to = matches!(
        name.trim(),
        "to" | "an" | "à" | "para" | "a" | "aan" | "till" | "til" | "кому" | "do" | "komu"
    );
    let named = LABELS.iter().any(|l| name.contains(l));
    if !named && !is_to {
        return None;
    }
    let (recipient, after) = match address_at_start(rest) {
        Some(found) => found,
        None => first_address(rest)?,
    };
    let rank = if is_to { Rank::Session } else { Rank::Label };
    let after = after.trim_start_matches(['>', ' ', ',', ':', '.', '\'', '"', ']']);
    Some((recipient, rank, after))
}

/// A whole line `Display Name <address>`, maybe with a reason in brackets behind it.
fn named(line: &str) -> Option<(String, Rank, &str)> {
    let open = line.find('<')?;
    let name = line.get(..open)?.trim();
    if name.len() > 60
        || name.contains(':')
        || name.split_whitespace().count() > 5
        || name.contains('=')
    {
        return None;
    }
    let lower = name.to_lowercase();
    if [" to", " from", " for", " at", " by", " of"]
        .iter()
        .any(|w| lower.ends_with(w))
    {
        return None;
    }
    let (recipient, rest) = address_at_start(line.get(open..)?)?;
    let rest = rest.trim();
    let whole = rest.is_empty() || rest.starts_with(['(', ':', '-', ',', ';']);
    whole.then_some((recipient, Rank::Line, rest))
}
