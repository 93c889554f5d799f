//! Complaints of feedback loops (RFC 5965; auth-failure RFC 6591), whole or broken.

use super::source::Source;
use super::{Outcome, address, groups};
use crate::mail::message::{Class, Report};

/// Reads a feedback report; none where this is no such.
pub fn read(source: &Source<'_>) -> Option<Outcome> {
    let labelled: Vec<&str> = source.texts(&["message/feedback-report"]).collect();
    let is_labelled = !labelled.is_empty();
    let is_typed = source.report_type().as_deref() == Some("feedback-report");
    let texts = if is_labelled {
        labelled
    } else {
        source.plain_texts().collect()
    };
    let mut outcome = Outcome {
        class: Class::Feedback,
        ..Outcome::default()
    };
    for text in texts {
        for group in groups::read(text) {
            if let Some(kind) = group.value("feedback-type") {
                outcome.feedback_type.get_or_insert(kind_of(kind));
            }
            let told = group.values("original-rcpt-to");
            let recipients = told.chain(group.values("removal-recipient"));
            for recipient in recipients.map(address::typed) {
                add(&mut outcome.reports, recipient);
            }
        }
    }
    let found = is_labelled || is_typed || is_program_with(&outcome, source) || is_provider(source);
    if !found {
        return None;
    }
    outcome.feedback_type.get_or_insert("abuse".to_owned());
    Some(outcome)
}

/// Fields of a feedback report in a text count where a program sent them beside the complained message.
fn is_program_with(outcome: &Outcome, source: &Source<'_>) -> bool {
    let program = source.machine > super::source::Machine::Unlikely
        || source.fields.has("x-loop")
        || source.message.class != Class::Person
        || has_words(
            source,
            &["abuse", "complaint", "feedback loop", "feedback-loop"],
        );
    outcome.feedback_type.is_some() && program && source.returned.is_there
}

/// Outlook.com's Junk Mail Reporting Program and its like: no feedback part, but a marked subject or sender and the
/// complained message attached.
fn is_provider(source: &Source<'_>) -> bool {
    let from = source.message.from.as_ref().map(|f| f.key());
    let from = from.unwrap_or_default();
    let is_loop = from.starts_with("staff@hotmail.")
        || from.starts_with("staff@outlook.")
        || from.starts_with("feedbackloop@")
        || from.starts_with("fbl@")
        || from.starts_with("scomp@")
        || source.fields.has("x-hmxmroriginalrecipient");
    is_loop
        && source.returned.is_there
        && has_words(source, &["complaint", "junk", "abuse", "spam", "feedback"])
}

fn has_words(source: &Source<'_>, words: &[&str]) -> bool {
    let subject = source.message.subject.as_deref().unwrap_or_default();
    let text = format!("{subject}\n{}", source.prose).to_lowercase();
    words.iter().any(|w| text.contains(w))
}

fn kind_of(value: &str) -> String {
    let kind = value.split([';', ' ', '(']).next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

fn add(reports: &mut Vec<Report>, recipient: String) {
    let known = reports
        .iter()
        .any(|r| r.recipient.as_deref() == Some(recipient.as_str()));
    if recipient.is_empty() || known || reports.len() >= super::RECIPIENTS {
        return;
    }
    reports.push(Report {
        recipient: Some(recipient),
        ..Report::default()
    });
}
