//! Bounces and their kin: RFC 3464 reports, RFC 5965 feedback, and the many that follow neither.
//!
//! The strictest reading that fits wins: a feedback part, a receipt part, delivery status fields (in their own part, or
//! standing in a text), the JSON of a sending service, and last the prose of a mail system. Prose counts only where a mail
//! system, not a person, sent it: people quote bounces.

mod address;
mod delivery;
mod feedback;
mod groups;
mod notice;
mod notice_words;
mod prose;
mod receipt;
mod returned;
mod service;
mod source;
mod status;
mod wording;

#[cfg(test)]
mod tests;

use super::message::{Class, Report};
use super::mime::Parts;
use source::Source;

/// Most recipients of one report that are read.
pub const RECIPIENTS: usize = 1000;

/// Most bytes of prose that are searched for recipients; a notice says what it has to say long before.
pub const PROSE_BYTES: usize = 128 * 1024;

/// What a report says.
#[derive(Clone, Debug, Default)]
struct Outcome {
    class: Class,
    reports: Vec<Report>,
    feedback_type: Option<String>,
}

/// Sets `reports`, `feedback_type` and `original_message_id`, and settles `class` among bounce, delayed and delivered.
pub fn read(parts: &mut Parts<'_>) {
    let source = Source::of(parts);
    let found = feedback::read(&source)
        .or_else(|| receipt::read(&source))
        .or_else(|| delivery::read(&source))
        .or_else(|| service::read(&source))
        .or_else(|| notice::read(&source));
    let found = wrapped(parts, &source, found.as_ref()).or(found);
    let Some(mut outcome) = found else { return };
    let returned = source.returned.message_id.clone();
    for report in &mut outcome.reports {
        settle(report);
        if report.original_message_id.is_none() {
            report.original_message_id = returned.clone();
        }
    }
    let first = outcome.reports.first();
    let original = first.and_then(|r| r.original_message_id.clone());
    let message = &mut parts.message;
    message.original_message_id = original.or(returned);
    message.class = outcome.class;
    message.answerable = false;
    message.reports = outcome.reports;
    message.feedback_type = outcome.feedback_type;
}

/// A report inside the report: gateways wrap what the first server wrote into a notice that names nobody.
fn wrapped(parts: &Parts<'_>, source: &Source<'_>, found: Option<&Outcome>) -> Option<Outcome> {
    let prose = source.prose.to_lowercase();
    let named = |r: &Report| r.recipient.as_deref().is_some_and(|a| prose.contains(a));
    let names_somebody = found.is_some_and(|o| {
        let has_fields = o.reports.iter().any(|r| r.diagnostic.is_some());
        o.class == Class::Feedback || o.reports.iter().any(named) && has_fields
    });
    let is_reported = source.has_status_part() || !source.failed.is_empty();
    if names_somebody || is_reported || source.machine < source::Machine::Certain {
        return None;
    }
    let inner = parts
        .body
        .letters
        .iter()
        .map(|l| &l.message)
        .find(|m| !m.reports.is_empty() && matches!(m.class, Class::Bounce | Class::Delayed))?;
    Some(Outcome {
        class: inner.class,
        reports: inner.reports.clone(),
        feedback_type: None,
    })
}

/// Fills in what follows from the rest: `permanent` from the class of the status, else from the action.
fn settle(report: &mut Report) {
    if report.permanent.is_some() {
        return;
    }
    report.permanent = match report.status.as_deref().and_then(|s| s.bytes().next()) {
        Some(b'5') => Some(true),
        Some(b'4') => Some(false),
        _ => match report.action.as_deref() {
            Some("failed") => Some(true),
            Some("delayed") => Some(false),
            _ => None,
        },
    };
}

/// The class that the fates of all recipients add up to: one failure makes a bounce.
fn class_of(reports: &[Report]) -> Class {
    let has = |action: &str| reports.iter().any(|r| r.action.as_deref() == Some(action));
    if has("failed") {
        return Class::Bounce;
    }
    if has("delayed") {
        return Class::Delayed;
    }
    if has("delivered") || has("relayed") || has("expanded") {
        return Class::Delivered;
    }
    Class::Bounce
}
