//! Authentication-Results (RFC 8601) of a relay in front of us.

use super::Relays;
use crate::mail::message::Trust;
use crate::mail::mime::fields::Fields;

/// Takes over what the topmost Authentication-Results says, where it is by the configured authserv-id; answers whether it
/// was. The caller has made sure that the message came over a configured relay.
pub fn believe(trust: &mut Trust, relays: &Relays, fields: &Fields, author: Option<&str>) -> bool {
    let Some(wanted) = &relays.authserv_id else {
        return false;
    };
    let Some(value) = fields.value("authentication-results") else {
        return false;
    };
    let value = without_comments(value);
    let mut pieces = value.split(';');
    let id = pieces.next().unwrap_or_default();
    let id = id.split_whitespace().next().unwrap_or_default();
    if !id.eq_ignore_ascii_case(wanted) {
        return false;
    }
    trust.verified_by.clone_from(wanted);
    for piece in pieces {
        take(trust, piece, wanted, author);
    }
    true
}

/// One `method=result ptype.property=value …`.
fn take(trust: &mut Trust, piece: &str, by: &str, author: Option<&str>) {
    let mut words = piece.split_whitespace();
    let Some((method, result)) = words.next().and_then(|w| w.split_once('=')) else {
        return;
    };
    let method = method
        .split('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let result = result.to_ascii_lowercase();
    if !WORDS.contains(&result.as_str()) {
        return;
    }
    let properties: Vec<(String, String)> = words
        .filter_map(|w| w.split_once('='))
        .map(|(n, v)| {
            (
                n.to_ascii_lowercase(),
                v.trim_matches('"').to_ascii_lowercase(),
            )
        })
        .collect();
    let property = |name: &str| {
        properties
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    };
    let about = match method.as_str() {
        "spf" => {
            trust.spf.clone_from(&result);
            property("smtp.mailfrom").or(property("smtp.helo"))
        }
        "dkim" => {
            if trust.dkim != "pass" {
                trust.dkim.clone_from(&result);
            }
            property("header.d").or(property("header.i"))
        }
        "dmarc" => {
            take_dmarc(trust, &result, property("header.from"), author);
            property("header.from")
        }
        _ => return,
    };
    let about = about.map(|a| format!(" for {a}")).unwrap_or_default();
    trust.reasons.push(format!(
        "{}: {result}{about}, says {by}",
        method.to_ascii_uppercase()
    ));
}

/// A pass counts for the author's domain alone: a relay that judged another header field judged another message.
fn take_dmarc(trust: &mut Trust, result: &str, header_from: Option<&str>, author: Option<&str>) {
    let domain = header_from.map(|f| f.rsplit_once('@').map_or(f, |(_, d)| d));
    if result == "pass" && (domain.is_none() || domain != author) {
        trust.dmarc = "fail".to_owned();
        trust
            .reasons
            .push("DMARC: the pass is not for the domain in From".to_owned());
        return;
    }
    trust.dmarc = result.to_owned();
    trust.aligned_by = domain.filter(|_| result == "pass").map(str::to_owned);
}

/// Results of RFC 8601 §2.7.
const WORDS: &[&str] = &[
    "pass",
    "fail",
    "softfail",
    "neutral",
    "none",
    "temperror",
    "permerror",
    "policy",
];

/// The value without its comments, which may nest.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut depth = 0_u32;
    let mut quoted = false;
    for c in value.chars() {
        match c {
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => (),
        }
    }
    out
}
