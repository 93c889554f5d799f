//! Delivery status notifications (RFC 3464, RFC 6533), in their own part, or as fields in some other text.

use super::groups::{self, Group};
use super::source::{Machine, Source, bounded};
use super::{Outcome, RECIPIENTS, address, class_of, prose, status};
use crate::mail::message::Report;
use std::collections::HashMap;

/// Media types of the part that holds the fields.
pub const TYPES: &[&str] = &[
    "message/delivery-status",
    "message/global-delivery-status",
    "message/delivery-report",
    "message/delivery",
    "text/delivery-status",
];

/// Most bytes of a text that are searched for fields that were not labelled.
const LOOSE_BYTES: usize = 512 * 1024;

/// Reads delivery status fields; none where there are none, or where a person passed them on.
pub fn read(source: &Source<'_>) -> Option<Outcome> {
    if source.machine == Machine::Unlikely {
        return None;
    }
    let labelled: Vec<&str> = source.texts(TYPES).collect();
    let groups: Vec<Group> = if labelled.iter().any(|t| !t.trim().is_empty()) {
        labelled.into_iter().flat_map(groups::read).collect()
    } else {
        source.plain_texts().flat_map(loose_groups).collect()
    };
    let original = groups.iter().find_map(original_id);
    let mut reports = collect(source, groups);
    if reports.is_empty() {
        return None;
    }
    enrich(source, &mut reports);
    if source.returned.message_id.is_none() {
        for report in &mut reports {
            report.original_message_id.clone_from(&original);
        }
    }
    Some(Outcome {
        class: class_of(&reports),
        reports,
        feedback_type: None,
    })
}

/// The Message-ID that some servers name beside the fields of the standard.
fn original_id(group: &Group) -> Option<String> {
    let named = ["x-original-message-id", "original-message-id"];
    let value = named.iter().find_map(|n| group.value(n))?;
    Some(super::returned::message_id(value))
}

/// The groups of a text that was not labelled: only what has both a recipient and a fate.
fn loose_groups(text: &str) -> Vec<Group> {
    let text = bounded(text, LOOSE_BYTES);
    let end = super::returned::begins_at(text).unwrap_or(text.len());
    let mut groups = groups::read(text.get(..end).unwrap_or_default());
    groups.retain(|g| {
        g.names_recipient()
            && ["action", "status", "diagnostic-code"]
                .iter()
                .any(|n| g.value(n).is_some())
    });
    groups
}

/// One report a recipient, in order; what is said twice of one is told once.
fn collect(source: &Source<'_>, groups: Vec<Group>) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut nameless: Option<Report> = None;
    for group in groups {
        if reports.len() >= RECIPIENTS {
            break;
        }
        let has_fate = group.value("action").is_some() || group.value("status").is_some();
        if !group.names_recipient() && !has_fate {
            continue;
        }
        let report = of_group(&group, source);
        let Some(recipient) = report.recipient.clone() else {
            nameless.get_or_insert(report);
            continue;
        };
        match known.get(&recipient).and_then(|i| reports.get_mut(*i)) {
            Some(first) => merge(first, report),
            None => {
                known.insert(recipient, reports.len());
                reports.push(report);
            }
        }
    }
    if reports.is_empty()
        && let Some(mut report) = nameless
    {
        report.recipient = only_recipient(source);
        reports.push(report);
    }
    reports
}

/// Who is meant where the fields do not say.
fn only_recipient(source: &Source<'_>) -> Option<String> {
    let named = source.failed.first().cloned();
    named
        .or_else(|| {
            prose::read(&source.prose, source.message)
                .into_iter()
                .next()?
                .recipient
        })
        .or_else(|| source.returned.recipients.first().cloned())
}

fn of_group(group: &Group, source: &Source<'_>) -> Report {
    let diagnostic = group
        .values("diagnostic-code")
        .chain(group.values("x-supplementary-info"))
        .chain(group.values("x-notes"))
        .find(|v| !v.is_empty())
        .map(|v| bare_diagnostic(v).to_owned());
    let mut report = Report {
        recipient: recipient(group, source),
        action: None,
        status: group.value("status").and_then(status::of_field),
        permanent: None,
        diagnostic,
        original_message_id: None,
    };
    let told = group.value("action").and_then(action);
    let told = told.or_else(|| {
        let code = report.status.as_deref().and_then(status::action_of);
        // A final report that says 4.x.x without an action tells of giving up, unless it calls itself a warning.
        code.filter(|c| *c != "delayed" || source.is_warning)
    });
    report.action = Some(told.unwrap_or("failed").to_owned());
    report.status = better_status(&report, group.value("status"));
    report
}

/// Final-Recipient, then Original-Recipient, then what else the group and the header name (RFC 3464 §2.3.2).
fn recipient(group: &Group, source: &Source<'_>) -> Option<String> {
    let named = [
        "final-recipient",
        "original-recipient",
        "x-actual-recipient",
    ];
    let typed: Vec<String> = named
        .iter()
        .filter_map(|n| group.value(n))
        .map(address::typed)
        .collect();
    let valid = typed.iter().find(|a| address::is_valid(a)).cloned();
    let routed = typed
        .iter()
        .find(|a| a.starts_with('@') && a.contains(':'))
        .cloned();
    routed.or(valid).or_else(|| {
        let only = match source.failed.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        only.or_else(|| typed.into_iter().find(|a| !a.is_empty()))
    })
}

/// The text of a diagnostic without its type (`smtp;`).
fn bare_diagnostic(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.len() <= 20 && !kind.trim().contains(' ') => rest.trim(),
        _ => value.trim(),
    }
}

fn action(value: &str) -> Option<&'static str> {
    let word = value.trim().to_ascii_lowercase();
    let word = word.split([' ', '(', ';', '/']).next().unwrap_or_default();
    match word {
        "failed" | "failure" | "fail" | "expired" | "error" | "bounced" | "undeliverable"
        | "rejected" | "hard_bounce" => Some("failed"),
        "delayed" | "delay" | "deferred" | "retrying" => Some("delayed"),
        "delivered" | "deliverable" | "deliver" | "success" | "successful" => Some("delivered"),
        "relayed" | "relay" => Some("relayed"),
        "expanded" | "expand" => Some("expanded"),
        _ => None,
    }
}

/// The remote server's own code where the Status field is missing, says nothing, or was made up by the relay before it.
fn better_status(report: &Report, field: Option<&str>) -> Option<String> {
    let diagnostic = report.diagnostic.as_deref().unwrap_or_default();
    let own = report.status.clone();
    let is_final = matches!(report.action.as_deref(), Some("failed" | "delayed"));
    if !is_final {
        return own;
    }
    let codes = status::codes(diagnostic);
    let told = codes.enhanced.clone().filter(|c| !c.starts_with('2'));
    if let Some(code) = &told
        && (codes.is_from_reply || own.as_deref().is_none_or(|s| s.ends_with(".0.0")))
        && !code.ends_with(".0.0")
    {
        return told;
    }
    if own.as_deref().is_some_and(|s| !s.ends_with(".0.0")) {
        return own;
    }
    let class = match (
        own.as_deref().and_then(|s| s.chars().next()),
        report.action.as_deref(),
    ) {
        (Some(c @ ('4' | '5')), _) => c,
        (_, Some("delayed")) => '4',
        _ => '5',
    };
    let comment = field.unwrap_or_default();
    let words = format!("{diagnostic} {comment}");
    status::derived(&words, &codes, class)
        .filter(|d| !d.ends_with(".0.0"))
        .or(own)
        .or(told)
}

/// What a second group says of the same recipient: a failure outweighs, gaps are filled.
fn merge(first: &mut Report, second: Report) {
    let fails = second.action.as_deref() == Some("failed");
    if fails && first.action.as_deref() != Some("failed") {
        *first = second;
        return;
    }
    if first.diagnostic.is_none() {
        first.diagnostic = second.diagnostic;
    }
    if first.status.is_none() {
        first.status = second.status;
    }
}

/// Where the fields do not say why, the prose may.
fn enrich(source: &Source<'_>, reports: &mut [Report]) {
    let is_vague =
        |r: &Report| r.diagnostic.is_none() || r.status.as_deref().is_none_or(is_vague_code);
    if !reports.iter().any(is_vague) {
        return;
    }
    let told = prose::read(&source.prose, source.message);
    let alone = reports.len() == 1;
    for report in reports.iter_mut().filter(|r| is_vague(r)) {
        let own = told.iter().find(|t| t.recipient == report.recipient);
        let Some(said) = own.or(told.first().filter(|_| alone && told.len() == 1)) else {
            continue;
        };
        if report.diagnostic.is_none() {
            report.diagnostic = said.diagnostic.clone();
        }
        let failing = matches!(report.action.as_deref(), Some("failed" | "delayed"));
        if failing && report.status.as_deref().is_none_or(is_vague_code) {
            let better = said.status.clone().filter(|s| !is_vague_code(s));
            report.status = better.or(report.status.take());
        }
    }
}

/// Whether a code says no more than that it failed, or that time ran out on something.
fn is_vague_code(code: &str) -> bool {
    code.ends_with(".0.0") || code == "4.4.7"
}
