//! Recipients and reasons in the prose of mail systems: lines that begin with an address, lines that label one, sentences
//! that name one. Each makes a report of its own, with the lines below it as the reason.

mod anchor;
mod delay;
mod sentence;

pub use delay::is_delay;

use super::{RECIPIENTS, status};
use crate::mail::message::{Message, Report};
use anchor::anchor;
use sentence::sentences;
use std::collections::HashMap;

/// Most bytes of one reason that are kept.
const REASON_BYTES: usize = 2000;

/// Most recipients for whom the whole prose is searched again.
const SEARCHED: usize = 50;

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
    let count = found.len();
    found.into_iter().map(|f| report(f, prose, count)).collect()
}

fn report(found: Found, prose: &str, count: usize) -> Report {
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
        let context = match count {
            1 => prose.to_owned(),
            2..=SEARCHED => mentions(prose, &found.recipient),
            _ => String::new(),
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
        if is_rule(trimmed) || is_about_a_host(trimmed) {
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

/// A line of a Sendmail transcript that begins to speak of another server.
fn is_about_a_host(line: &str) -> bool {
    line.contains(" (smtp)...")
        || line.starts_with("While talking to")
        || line.starts_with("... while talking to")
}

/// A line of dashes, with or without words: what follows is about something else.
fn is_rule(line: &str) -> bool {
    line.starts_with("-----")
        || line.starts_with("=====")
        || line.starts_with("_____")
        || line.starts_with("|---")
}
