//! Warnings that delivery takes longer, told apart from giving up.

use crate::mail::message::Message;
use crate::mail::report::source::bounded;

/// Whether a notice only warns that delivery takes longer.
pub fn is_delay(message: &Message, prose: &str) -> bool {
    let subject = message
        .subject
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let words: Vec<&str> = bounded(prose, 16 * 1024).split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    let gives_up = GIVEN_UP.iter().any(|w| text.contains(w));
    let waits = DELAY_SUBJECTS.iter().any(|w| subject.contains(w))
        || DELAYS.iter().any(|w| text.contains(w));
    waits && !gives_up
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
