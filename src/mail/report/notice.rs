//! Reports without fields: the prose of a mail system. Counts only with evidence that a mail system wrote it.

use super::notice_words::{PHRASES, SUBJECTS, WEAK_SUBJECTS};
use super::source::{Machine, Source, bounded};
use super::{Outcome, prose, status};
use crate::mail::automatic;
use crate::mail::message::{Class, Report};

/// Reads a notice; none where it is no such.
pub fn read(source: &Source<'_>) -> Option<Outcome> {
    let subject = source
        .message
        .subject
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let text: String = source
        .prose
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let told = prose::read(&source.prose, source.message);
    let list_refuses = refused_by_list(source, &subject, &text);
    if !list_refuses && !is_notice(source, &subject, &text, &told) {
        return None;
    }
    let class = if is_success(&subject, &text) {
        Class::Delivered
    } else if source.is_warning {
        Class::Delayed
    } else {
        Class::Bounce
    };
    let action = match class {
        Class::Delivered => "delivered",
        Class::Delayed => "delayed",
        _ => "failed",
    };
    let mut reports = reports(source, told);
    for report in &mut reports {
        report.action = Some(action.to_owned());
        fit_status(report, class, &source.prose);
    }
    Some(Outcome {
        class,
        reports,
        feedback_type: None,
    })
}

/// The recipients that the header names, with what the prose says of them; else those of the prose; else those of the
/// returned message, where it had only one.
fn reports(source: &Source<'_>, told: Vec<Report>) -> Vec<Report> {
    let named = source.failed.clone();
    if !named.is_empty() {
        let alone = named.len() == 1;
        let of = |recipient: &String| {
            let own = told
                .iter()
                .find(|t| t.recipient.as_ref() == Some(recipient));
            let own = own.or(told.first().filter(|_| alone));
            own.cloned().unwrap_or_default()
        };
        let mut reports: Vec<Report> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for recipient in named {
            if known.insert(recipient.clone()) {
                let mut report = of(&recipient);
                report.recipient = Some(recipient);
                reports.push(report);
            }
        }
        return reports;
    }
    if !told.is_empty() {
        return told;
    }
    let returned = &source.returned.recipients;
    let mentioned = |r: &&String| source.prose.to_lowercase().contains(r.as_str());
    let only = match returned.as_slice() {
        [one] => Some(one.clone()),
        many => many
            .iter()
            .take(5)
            .find(mentioned)
            .or(many.first())
            .cloned(),
    };
    vec![Report {
        recipient: only,
        ..Report::default()
    }]
}

/// A status of the class that the notice as a whole has.
fn fit_status(report: &mut Report, class: Class, prose: &str) {
    let (digit, fallback) = match class {
        Class::Delivered => ('2', "2.0.0"),
        Class::Delayed => ('4', "4.0.0"),
        _ => ('5', "5.0.0"),
    };
    if report.status.is_none() && class != Class::Delivered {
        report.status = status::of_text(bounded(prose, 16 * 1024), digit);
    }
    if class == Class::Delayed
        && let Some(detail) = report.status.as_deref().and_then(|s| s.strip_prefix("5."))
    {
        report.status = Some(format!("4.{detail}"));
    }
    let fits = |s: &String| match class {
        Class::Delivered => s.starts_with('2'),
        Class::Delayed => s.starts_with('4'),
        _ => true,
    };
    if !report.status.as_ref().is_some_and(fits) {
        report.status = Some(fallback.to_owned());
    }
    if report.diagnostic.is_none() {
        let start: String = prose
            .split_whitespace()
            .take(80)
            .collect::<Vec<_>>()
            .join(" ");
        report.diagnostic = Some(start).filter(|d| !d.is_empty());
    }
}

/// Whether a mail system says here what became of a message: evidence of several kinds must come together.
fn is_notice(source: &Source<'_>, subject: &str, text: &str, told: &[Report]) -> bool {
    // A daemon may answer under the subject that it got.
    let passed_on = source.machine != Machine::Certain && subject_is_answer(subject);
    if source.machine == Machine::Unlikely || passed_on {
        return false;
    }
    let is_typed = source.report_type().is_some_and(|t| t == "delivery-status");
    if source.fields.has("x-failed-recipients") || is_typed {
        return true;
    }
    let has_word = |words: &[&str], text: &str| words.iter().any(|w| text.contains(w));
    let in_subject = has_word(SUBJECTS, subject);
    let in_text = has_word(PHRASES, text);
    let returned = source.returned.is_there;
    // Parcels are "not delivered" too: who is no known mail system must show the message, or what a server said.
    let codes = status::codes(&source.prose);
    let shows = returned || codes.enhanced.is_some() || codes.reply.is_some();
    if source.machine == Machine::Likely && !shows {
        return false;
    }
    let weigh = |holds: bool, weight: u32| if holds { weight } else { 0 };
    let weight = weigh(source.machine == Machine::Certain, 1)
        + weigh(is_office(source), 1)
        + weigh(is_daemon(source), 1)
        + weigh(
            automatic::has_null_return_path(source.fields) || source.fields.has("auto-submitted"),
            1,
        )
        + weigh(in_subject, 2)
        + weigh(!in_subject && has_word(WEAK_SUBJECTS, subject), 1)
        + weigh(in_text, 2)
        + weigh(!told.is_empty(), 1)
        + weigh(returned, 1);
    let wanted = if source.message.class == Class::AutoReply {
        6
    } else {
        5
    };
    weight >= wanted && (in_subject || in_text || !told.is_empty())
}

/// Whether the address, not the name alone, is that of a mail system.
fn is_office(source: &Source<'_>) -> bool {
    let from = source
        .message
        .from
        .as_ref()
        .map(|f| f.key())
        .unwrap_or_default();
    automatic::is_mailer_daemon_address(&from) || is_daemon(source)
}

fn is_daemon(source: &Source<'_>) -> bool {
    let from = source
        .message
        .from
        .as_ref()
        .map(|f| f.key())
        .unwrap_or_default();
    from.contains("daemon") || from.is_empty() || from.starts_with('@')
}

fn subject_is_answer(subject: &str) -> bool {
    [
        "re:", "fwd:", "fw:", "aw:", "wg:", "tr:", "sv:", "vs:", "rv:",
    ]
    .iter()
    .any(|p| subject.starts_with(p))
}

/// A list server that does not take mail of people who are not on the list.
fn refused_by_list(source: &Source<'_>, subject: &str, text: &str) -> bool {
    let from = source
        .message
        .from
        .as_ref()
        .map(|f| f.key())
        .unwrap_or_default();
    let local = from.split('@').next().unwrap_or_default();
    let is_list_office = ["-admin", "-request", "-owner", "-bounces", "-help", "-ctl"]
        .iter()
        .any(|s| local.ends_with(s))
        || ["owner-", "listserv", "majordomo", "mailman", "fml"]
            .iter()
            .any(|s| local.starts_with(s));
    let refusal = [
        "you are not a member of this mailing list",
        "you are not member",
        "are not member",
        "not allowed to post",
        "not a member of this list",
        "article from not member",
        "post by non-member",
        "rejects your mail",
        "your mail is rejected",
        "mail loop",
        "loop back warning",
        "loop alert",
    ];
    let told = refusal
        .iter()
        .any(|w| subject.contains(w) || text.contains(w));
    is_list_office && told && !subject_is_answer(subject)
}

fn is_success(subject: &str, text: &str) -> bool {
    let subjects = [
        "successful mail delivery report",
        "delivery status notification (success)",
        "delivery notification: delivery successful",
        "delivered:",
        "relayed:",
        "expanded:",
        "return receipt",
        "zugestellt:",
        "remis :",
        "entregado:",
    ];
    let phrases = [
        "your message was successfully delivered",
        "was successfully delivered to",
        "has been successfully delivered",
        "your message has been delivered to the following recipients",
        "successfully relayed to the following",
    ];
    subjects.iter().any(|w| subject.starts_with(w)) || phrases.iter().any(|w| text.contains(w))
}
