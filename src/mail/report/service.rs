//! Reports that sending services write as JSON into a mail (Amazon SES by SNS).

use super::source::Source;
use super::{Outcome, RECIPIENTS, address, status};
use crate::mail::automatic;
use crate::mail::message::{Class, Report};
use serde_json::Value;

/// Most bytes of JSON that are read.
const JSON_BYTES: usize = 256 * 1024;

/// Reads a JSON report; none where this is no such, or where a person passed it on.
pub fn read(source: &Source<'_>) -> Option<Outcome> {
    let from = source
        .message
        .from
        .as_ref()
        .map(|f| f.key())
        .unwrap_or_default();
    if !from.ends_with("amazonaws.com") && !is_program(source) {
        return None;
    }
    let value = source.plain_texts().find_map(json)?;
    let kind = text(&value, "notificationType").or_else(|| text(&value, "eventType"))?;
    let mail = value.get("mail");
    let original = mail
        .and_then(|m| m.get("commonHeaders"))
        .and_then(|h| text(h, "messageId"))
        .or_else(|| mail.and_then(|m| text(m, "messageId")))
        .map(|id| super::returned::message_id(&id));
    let (class, mut reports) = match kind.as_str() {
        "Bounce" => bounce(value.get("bounce")?),
        "Complaint" => complaint(value.get("complaint")?),
        "Delivery" => delivery(value.get("delivery")?),
        "DeliveryDelay" => delay(value.get("deliveryDelay")?),
        "Reject" => reject(&value),
        _ => return None,
    };
    for report in &mut reports {
        report.original_message_id.clone_from(&original);
    }
    let feedback = value.get("complaint").filter(|_| class == Class::Feedback);
    Some(Outcome {
        class,
        reports,
        feedback_type: feedback
            .map(|c| text(c, "complaintFeedbackType").unwrap_or_else(|| "abuse".to_owned())),
    })
}

fn is_program(source: &Source<'_>) -> bool {
    source.message.class != Class::Person || automatic::is_mailer_daemon(source.message)
}

/// The first JSON object of a text; an object inside the `Message` of a notification is taken out. Lines that a mailer
/// folded with `!` and a blank are joined.
fn json(content: &str) -> Option<Value> {
    let start = content.find('{')?;
    if start > 1024 {
        return None;
    }
    let content = content.get(start..)?;
    if content.len() > JSON_BYTES || !content.contains("Type\"") {
        return None;
    }
    let unfolded;
    let content = if content.contains("!\n ") {
        unfolded = content.replace("!\n ", "");
        unfolded.as_str()
    } else {
        content
    };
    let first = |text: &str| {
        serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .next()?
            .ok()
    };
    let value = first(content)?;
    match text(&value, "Message") {
        Some(inner) => first(&inner),
        None => Some(value),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn recipients<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(RECIPIENTS)
}

fn recipient_of(value: &Value) -> Option<String> {
    let address = value
        .as_str()
        .or_else(|| value.get("emailAddress").and_then(Value::as_str))?;
    Some(address::clean(address)).filter(|a| !a.is_empty())
}

fn bounce(bounce: &Value) -> (Class, Vec<Report>) {
    let kind = text(bounce, "bounceType").unwrap_or_default();
    let class = if kind == "Transient" { '4' } else { '5' };
    let reports = recipients(bounce, "bouncedRecipients").map(|r| {
        let diagnostic = text(r, "diagnosticCode");
        let told = text(r, "status").and_then(|s| status::of_field(&s));
        let said = diagnostic.as_deref().unwrap_or_default();
        let vague = told.as_deref().is_none_or(|s| s.ends_with(".0.0"));
        let derived = status::of_text(said, class).filter(|_| vague);
        Report {
            recipient: recipient_of(r),
            action: Some("failed".to_owned()),
            status: derived.or(told).or_else(|| Some(format!("{class}.0.0"))),
            permanent: match kind.as_str() {
                "Permanent" => Some(true),
                "Transient" => Some(false),
                _ => None,
            },
            diagnostic,
            original_message_id: None,
        }
    });
    (Class::Bounce, reports.collect())
}

fn complaint(complaint: &Value) -> (Class, Vec<Report>) {
    let reports = recipients(complaint, "complainedRecipients").map(|r| Report {
        recipient: recipient_of(r),
        ..Report::default()
    });
    (Class::Feedback, reports.collect())
}

fn delivery(delivery: &Value) -> (Class, Vec<Report>) {
    let response = text(delivery, "smtpResponse");
    let code = response
        .as_deref()
        .and_then(|r| status::codes(r).enhanced)
        .unwrap_or_else(|| "2.0.0".to_owned());
    let reports = recipients(delivery, "recipients").map(|r| Report {
        recipient: recipient_of(r),
        action: Some("delivered".to_owned()),
        status: Some(code.clone()),
        diagnostic: response.clone(),
        ..Report::default()
    });
    (Class::Delivered, reports.collect())
}

fn delay(delay: &Value) -> (Class, Vec<Report>) {
    let reports = recipients(delay, "delayedRecipients").map(|r| Report {
        recipient: recipient_of(r),
        action: Some("delayed".to_owned()),
        status: text(r, "status").and_then(|s| status::of_field(&s)),
        diagnostic: text(r, "diagnosticCode"),
        ..Report::default()
    });
    (Class::Delayed, reports.collect())
}

fn reject(value: &Value) -> (Class, Vec<Report>) {
    let reason = value.get("reject").and_then(|r| text(r, "reason"));
    let reports = value
        .get("mail")
        .into_iter()
        .flat_map(|m| recipients(m, "destination"))
        .map(|r| Report {
            recipient: recipient_of(r),
            action: Some("failed".to_owned()),
            status: Some("5.7.1".to_owned()),
            diagnostic: reason.clone(),
            ..Report::default()
        });
    (Class::Bounce, reports.collect())
}
