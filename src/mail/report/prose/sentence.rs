//! Recipients named inside sentences.

use super::anchor::first_address;
use super::{Found, Rank};
use crate::mail::message::Message;

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
pub fn sentences(prose: &str, message: &Message) -> Vec<Found> {
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
