//! Recipients and reasons in the prose of mail systems: lines that begin with an address, lines that label one, sentences
//! that name one. Each makes a report of its own, with the lines below it as the reason.

use super::{RECIPIENTS, address, status};
use crate::mail::message::{Message, Report};
use std::collections::HashMap;

/// Most bytes of one reason that are kept.
const REASON_BYTES: usize = 2000;

/// How a line tells of a recipient; the first kind that occurs counts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A line that begins with the address: qmail, Postfix, Exim, Sendmail, Gmail.
    Line,
    /// A line such as `Recipient: <a@b>` or `Unknown user: a@b`.
    Label,
    /// A command or a reply of the SMTP session, or a weak label such as `To:`.
    Session,
    /// Inside a sentence: "could not be delivered to a@b".
    Sentence,
}

struct Found {
    recipient: String,
    rank: Rank,
    reason: String,
    after_gap: String,
}

/// Reads recipients with their reasons; statuses where the reason tells.
pub fn read(prose: &str, message: &Message) -> Vec<Report> {
    let mut scan = Scan::new(message);
    for line in prose.lines() {
        scan.line(line);
    }
    let best = scan.found.iter().map(|f| f.rank).min();
    let mut found: Vec<Found> = scan.found;
    found.retain(|f| Some(f.rank) == best);
    if found.is_empty() {
        found = sentences(prose, message);
    }
    let alone = found.len() == 1;
    found.into_iter().map(|f| report(f, prose, alone)).collect()
}

fn report(found: Found, prose: &str, alone: bool) -> Report {
    let own = if found.reason.trim().is_empty() {
        found.after_gap.trim()
    } else {
        found.reason.trim()
    };
    let mut reason = own.to_owned();
    let said = status::codes(&reason);
    let mut code = status::of_text(&reason, '5').filter(|_| !reason.is_empty());
    let vague = said.enhanced.as_deref().is_none_or(|c| c.ends_with(".0.0"));
    if vague {
        let context = if alone {
            prose.to_owned()
        } else {
            mentions(prose, &found.recipient)
        };
        let wider = status::codes(&context);
        match wider.enhanced.clone().filter(|c| !c.ends_with(".0.0")) {
            Some(wide) => code = Some(wide),
            None if code
                .as_deref()
                .is_none_or(|c| c.ends_with(".0.0") || c.ends_with(".2.0")) =>
            {
                code = status::of_text(&context, '5').or(code);
            }
            None => (),
        }
        if reason.is_empty() {
            reason = squeeze(&context);
        }
    }
    Report {
        recipient: Some(found.recipient),
        action: None,
        status: code,
        permanent: None,
        diagnostic: Some(squeeze(&reason)).filter(|r| !r.is_empty()),
        original_message_id: None,
    }
}

/// The lines that name an address.
fn mentions(prose: &str, recipient: &str) -> String {
    let mut out = String::new();
    for line in prose.lines().filter(|l| l.len() <= 1000) {
        if out.len() > REASON_BYTES {
            break;
        }
        if line.to_lowercase().contains(recipient) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn squeeze(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.len() + word.len() > REASON_BYTES {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The state of reading line by line.
struct Scan {
    found: Vec<Found>,
    known: HashMap<String, usize>,
    own: Vec<String>,
    current: Option<usize>,
    indent: usize,
    gap: bool,
}

impl Scan {
    fn new(message: &Message) -> Scan {
        let own = message
            .to
            .iter()
            .chain(message.from.iter())
            .map(|m| m.key());
        Scan {
            found: Vec::new(),
            known: HashMap::new(),
            own: own.collect(),
            current: None,
            indent: 0,
            gap: false,
        }
    }

    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.gap = true;
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let continues = self.current.is_some() && !self.gap && indent > self.indent;
        if !continues && let Some((recipient, rank, rest)) = anchor(trimmed, &self.own) {
            self.indent = indent;
            self.gap = false;
            self.open(recipient, rank, rest);
            return;
        }
        if is_rule(trimmed) {
            self.current = None;
            return;
        }
        let Some(found) = self.current.and_then(|i| self.found.get_mut(i)) else {
            return;
        };
        let target = if self.gap {
            &mut found.after_gap
        } else {
            &mut found.reason
        };
        append(target, trimmed);
    }

    fn open(&mut self, recipient: String, rank: Rank, rest: &str) {
        if let Some(i) = self.known.get(&recipient).copied() {
            if let Some(found) = self.found.get_mut(i) {
                found.rank = found.rank.min(rank);
                append(&mut found.reason, rest);
            }
            self.current = Some(i);
            return;
        }
        if self.found.len() >= RECIPIENTS {
            self.current = None;
            return;
        }
        self.known.insert(recipient.clone(), self.found.len());
        self.current = Some(self.found.len());
        self.found.push(Found {
            recipient,
            rank,
            reason: rest.to_owned(),
            after_gap: String::new(),
        });
    }
}

fn append(text: &mut String, line: &str) {
    if text.len() + line.len() <= REASON_BYTES {
        text.push('\n');
        text.push_str(line);
    }
}

/// A line of dashes, with or without words: what follows is about something else.
fn is_rule(line: &str) -> bool {
    line.starts_with("-----")
        || line.starts_with("=====")
        || line.starts_with("_____")
        || line.starts_with("|---")
}

/// The recipient that a line tells of, how, and the rest of the line.
fn anchor<'l>(line: &'l str, own: &[String]) -> Option<(String, Rank, &'l str)> {
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
fn first_address(text: &str) -> Option<(String, &str)> {
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
    if let Some(inner) = name
        .rfind("address")
        .filter(|_| name.starts_with("[status"))
    {
        let _ = inner;
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

/// Words before an address that make it the recipient, lower case.
const TOWARDS: &[&str] = &[
    "to",
    "for",
    "recipient",
    "recipients",
    "address",
    "user",
    "mailbox",
    "account",
    "reach",
    "reaching",
    "an",
    "à",
    "al",
    "a",
    "para",
    "naar",
    "aan",
    "till",
    "til",
    "do",
    "для",
    "до",
    "по",
    "адресу",
    "получателю",
    "adresse",
    "dirección",
    "indirizzo",
    "endereço",
    "adres",
    "adresu",
    "adresa",
    "címre",
    "empfänger",
    "destinatario",
    "destinataire",
    "unknown",
    "address:",
    "list",
];

/// Recipients inside sentences: addresses behind a word that points to them, else a single one that is not ours.
fn sentences(prose: &str, message: &Message) -> Vec<Found> {
    let own: Vec<String> = message
        .to
        .iter()
        .chain(message.from.iter())
        .map(|m| m.key())
        .collect();
    let mut pointed: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let mut before = String::new();
    for word in prose.split_whitespace() {
        if pointed.len() + others.len() >= 20 {
            break;
        }
        let lower = word.to_lowercase();
        if let Some(recipient) = address_in(word).filter(|r| !own.contains(r) && !is_office(r)) {
            let hint = before.trim_matches(|c: char| !c.is_alphabetic());
            let list = if TOWARDS.contains(&hint) {
                &mut pointed
            } else {
                &mut others
            };
            if !list.contains(&recipient) {
                list.push(recipient);
            }
        }
        before = lower;
    }
    let chosen = if pointed.is_empty() { others } else { pointed };
    if chosen.len() > 5 {
        return Vec::new();
    }
    chosen
        .into_iter()
        .map(|recipient| Found {
            recipient,
            rank: Rank::Sentence,
            reason: String::new(),
            after_gap: String::new(),
        })
        .collect()
}

fn address_in(word: &str) -> Option<String> {
    if word.len() > 400 || !word.contains('@') || word.contains("://") {
        return None;
    }
    first_address(word).map(|(a, _)| a)
}

/// Addresses of those who run the mail system.
fn is_office(recipient: &str) -> bool {
    let local = recipient.split('@').next().unwrap_or_default();
    matches!(
        local,
        "postmaster"
            | "mailer-daemon"
            | "support"
            | "abuse"
            | "admin"
            | "helpdesk"
            | "hostmaster"
            | "webmaster"
            | "help"
    )
}

/// Whether a notice only warns that delivery takes longer.
pub fn is_delay(message: &Message, prose: &str) -> bool {
    let subject = message
        .subject
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let text = squeeze(super::source::bounded(prose)).to_lowercase();
    let gives_up = GIVEN_UP.iter().any(|w| text.contains(w));
    DELAY_SUBJECTS.iter().any(|w| subject.contains(w)) && !gives_up
        || DELAYS.iter().any(|w| text.contains(w)) && !gives_up
}

const DELAY_SUBJECTS: &[&str] = &[
    "(delay)",
    "delayed",
    "delay)",
    "warning: message",
    "warning: could not send",
    "notification: warning",
    "still being retried",
    "delivery warning",
    "verzögert",
    "verzögerung",
    "en retard",
    "retardé",
    "retardée",
    "retrasad",
    "retraso",
    "demorad",
    "atrasad",
    "atraso",
    "in ritardo",
    "ritardat",
    "vertraagd",
    "försenad",
    "forsinket",
    "opóźni",
    "zpoždě",
    "késik",
    "késleltet",
    "задержк",
    "отложен",
    "gecik",
    "遅延",
    "遅れ",
    "延迟",
    "延遲",
    "지연",
    "viivästy",
];

const DELAYS: &[&str] = &[
    "warning message only",
    "do not need to resend",
    "don't need to resend",
    "do not need to re-send",
    "no need to resend",
    "will be retried",
    "will continue to be retried",
    "will keep trying",
    "will keep retrying",
    "will retry",
    "still being retried",
    "delivery attempts will continue",
    "has been delayed",
    "is delayed for more than",
    "has not yet been delivered",
    "has not been delivered yet",
    "not yet been delivered",
    "not been delivered to one or more of its recipients after more than",
    "only a temporary failure report",
    "temporary failure report",
    "wird weiterhin versucht",
    "noch nicht zugestellt",
    "weitere zustellversuche",
    "n'a pas encore été",
    "todavía no se ha",
    "aún no se ha",
    "ainda não foi",
    "non è ancora stat",
    "nog niet bezorgd",
    "nog niet worden",
];

const GIVEN_UP: &[&str] = &[
    "i've given up",
    "failed permanently",
    "permanent error",
    "permanent fatal error",
    "permanent failure",
    "no longer be retried",
    "will not be retried",
    "no further delivery attempts",
    "no further attempts",
    "giving up on this message",
    "has been returned",
];
