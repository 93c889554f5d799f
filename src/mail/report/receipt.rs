//! Read receipts (RFC 8098): the message arrived, and a person or a program did something with it.

use super::source::Source;
use super::{Outcome, address, groups};
use crate::mail::message::{Class, Report};

/// Media types of the part that says what became of a message.
const TYPES: &[&str] = &[
    "message/disposition-notification",
    "message/global-disposition-notification",
];

/// Reads a receipt; none where this is no such.
pub fn read(source: &Source<'_>) -> Option<Outcome> {
    let labelled: Vec<&str> = source.texts(TYPES).collect();
    let is_typed = source.report_type().as_deref() == Some("disposition-notification");
    if labelled.is_empty() && !is_typed {
        return None;
    }
    let texts: Vec<&str> = if labelled.is_empty() {
        source.plain_texts().collect()
    } else {
        labelled
    };
    let group = texts
        .into_iter()
        .flat_map(groups::read)
        .find(|g| g.value("disposition").is_some() || g.value("final-recipient").is_some())
        .unwrap_or_default();
    let recipient = group
        .value("final-recipient")
        .or(group.value("original-recipient"))
        .map(address::typed)
        .filter(|a| !a.is_empty())
        .or_else(|| source.message.from.as_ref().map(|f| f.key()));
    let disposition = group.value("disposition").map(str::to_owned);
    let original = group
        .value("original-message-id")
        .map(super::returned::message_id);
    Some(Outcome {
        class: Class::Delivered,
        reports: vec![Report {
            recipient,
            action: Some("delivered".to_owned()),
            diagnostic: disposition,
            original_message_id: original.filter(|id| !id.is_empty()),
            ..Report::default()
        }],
        feedback_type: None,
    })
}
