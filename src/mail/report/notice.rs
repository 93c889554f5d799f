//! Reports without fields: the prose of a mail system. Counts only with evidence that a mail system wrote it.

use super::source::{Machine, Source};
use super::{Outcome, prose, status};
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
    } else if prose::is_delay(source.message, &source.prose) {
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
    let named = source.failed_recipients();
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
        report.status = status::of_text(super::source::bounded(prose), digit);
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

/// Whether a mail system says here what became of a message.
fn is_notice(source: &Source<'_>, subject: &str, text: &str, told: &[Report]) -> bool {
    if source.machine == Machine::Unlikely || subject_is_answer(subject) {
        return false;
    }
    if source.fields.has("x-failed-recipients") {
        return true;
    }
    let in_subject = SUBJECTS.iter().any(|w| subject.contains(w));
    let in_text = PHRASES.iter().any(|w| text.contains(w));
    let is_typed = source.report_type().is_some_and(|t| t == "delivery-status");
    if source.message.class == Class::AutoReply && !(in_subject && in_text) {
        return source.machine == Machine::Certain && (in_subject || in_text) && !told.is_empty();
    }
    match source.machine {
        Machine::Certain => in_subject || in_text || is_typed || is_daemon_with(source, told),
        Machine::Likely => {
            (in_subject && (in_text || !told.is_empty()))
                || is_typed
                || (in_text && source.returned.is_there)
        }
        Machine::Unlikely => false,
    }
}

/// Mail of a mailer-daemon that names a recipient by a line of its own says what became of it, in whatever language.
fn is_daemon_with(source: &Source<'_>, told: &[Report]) -> bool {
    let from = source
        .message
        .from
        .as_ref()
        .map(|f| f.key())
        .unwrap_or_default();
    from.contains("daemon") && (!told.is_empty() || source.returned.is_there)
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

/// Words in the subjects of notices, lower case.
const SUBJECTS: &[&str] = &[
    "delivery status notification",
    "delivery notification",
    "delivery status",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery error",
    "delivery problem",
    "delivery report",
    "delivery delayed",
    "delivery delay",
    "delivery warning",
    "failed delivery",
    "failed to deliver",
    "mail delivery",
    "message delivery",
    "non delivery",
    "non-delivery",
    "nondeliverable",
    "undeliverable",
    "undeliver",
    "unable to deliver",
    "could not be delivered",
    "not be delivered",
    "returned mail",
    "returned to sender",
    "returned message",
    "return to sender",
    "returning to sender",
    "returning message",
    "mail returned",
    "message returned",
    "bounce",
    "failure notice",
    "failure report",
    "failure to deliver",
    "mail failure",
    "mail failed",
    "mail error",
    "mail system error",
    "mail status report",
    "message status",
    "error sending",
    "warning: could not send",
    "warning: message",
    "user unknown",
    "unknown user",
    "message not delivered",
    "could not send message",
    "rejected",
    "blocked",
    "message you sent",
    "your message couldn",
    "unzustellbar",
    "nicht zugestellt",
    "zustellung",
    "rückläufer",
    "non remis",
    "non distribué",
    "non délivr",
    "échec de la remise",
    "échec de remise",
    "remise a échoué",
    "no se puede entregar",
    "no entregado",
    "no se ha podido entregar",
    "devuelto",
    "não entregue",
    "não entregável",
    "não é possível entregar",
    "falha na entrega",
    "mancato recapito",
    "non recapitabile",
    "mancata consegna",
    "impossibile recapitare",
    "onbestelbaar",
    "niet bezorgd",
    "kan inte levereras",
    "olevererbart",
    "ikke leveres",
    "kunne ikke leveres",
    "ei voida toimittaa",
    "toimittaminen epäonnistui",
    "niedostarczon",
    "nie można dostarczyć",
    "nedoručiteln",
    "nelze doručit",
    "kézbesíthetetlen",
    "imposibil de livrat",
    "недоставлен",
    "не доставлен",
    "недоставленное",
    "не вдалося доставити",
    "teslim edilemedi",
    "teslim edilemeyen",
    "αδύνατη παράδοση",
    "配信不能",
    "配信できません",
    "送信できません",
    "エラーメール",
    "未配信",
    "配達不能",
    "无法送达",
    "未送达",
    "無法傳遞",
    "退信",
    "系统退信",
    "배달되지 않음",
    "반송",
    "לא ניתן למסירה",
    "تعذر التسليم",
    "(delay)",
    "(failure)",
    "delayed",
];

/// Phrases in the text of notices, lower case, single spaces.
const PHRASES: &[&str] = &[
    "created automatically by mail delivery software",
    "could not be delivered",
    "couldn't be delivered",
    "couldn\u{2019}t be delivered",
    "cannot be delivered",
    "can not be delivered",
    "can't be delivered",
    "not be delivered to",
    "was not delivered",
    "wasn't delivered",
    "wasn\u{2019}t delivered",
    "undeliverable",
    "unable to deliver",
    "wasn't able to deliver",
    "failed to deliver",
    "failed permanently",
    "delivery has failed",
    "delivery failed",
    "delivery to the following recipient",
    "did not reach",
    "error delivering your mail",
    "error has occurred while attempting to deliver",
    "could not deliver",
    "couldn't deliver",
    "permanent fatal errors",
    "had delivery problems",
    "transcript of session follows",
    "rejected by a remote mail server",
    "rejected your message",
    "message was rejected",
    "mail was rejected",
    "this is a permanent error",
    "unknown user",
    "user unknown",
    "unknown recipient",
    "no such user",
    "returned to sender",
    "message has been blocked",
    "has been delayed",
    "is delayed",
    "the following address",
    "following recipients",
    "the mail system",
    "mailbox is full",
    "not accepting mail",
    "non-delivery",
    "konnte nicht zugestellt werden",
    "nicht zugestellt",
    "unzustellbar",
    "n'a pas pu être",
    "n'a pas été remis",
    "pas pu être remis",
    "no se pudo entregar",
    "no se ha podido entregar",
    "não pôde ser entregue",
    "não foi possível entregar",
    "non è stato possibile",
    "non è stato recapitato",
    "kan niet worden bezorgd",
    "niet worden afgeleverd",
    "kunde inte levereras",
    "kunne ikke leveres",
    "nie może zostać dostarczon",
    "nelze doručit",
    "не может быть доставлен",
    "не удалось доставить",
    "не было доставлено",
    "teslim edilemedi",
    "送信できません",
    "送信できませんでした",
    "配信できません",
    "配達できません",
    "届けることができません",
    "无法投递",
    "无法送达",
    "未能送达",
    "無法傳送",
    "전송할 수 없",
    "배달하지 못",
];
