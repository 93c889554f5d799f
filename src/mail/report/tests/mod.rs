//! Reports as servers write them, and mail that is none.

use crate::mail::message::{Class, Message, Report};
use crate::mail::read;
use proptest::prelude::*;

/// `=== name`, `> class | recipient action status | id <…>`, then the message.
const SAMPLES: [&str; 3] = [
    include_str!("notices.txt"),
    include_str!("fields.txt"),
    include_str!("persons.txt"),
];

struct Sample {
    name: &'static str,
    expected: Vec<&'static str>,
    raw: &'static str,
}

fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for chunk in SAMPLES.iter().flat_map(|file| file.split("=== ").skip(1)) {
        let (name, rest) = chunk.split_once('\n').unwrap();
        let (expected, raw) = rest.split_once('\n').unwrap();
        let expected = expected.strip_prefix("> ").unwrap();
        samples.push(Sample {
            name,
            expected: expected.split(" | ").collect(),
            raw,
        });
    }
    samples
}

fn told(report: &Report) -> String {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{} {} {}",
        word(&report.recipient),
        word(&report.action),
        word(&report.status)
    )
}

fn summary(message: &Message, with_id: bool) -> Vec<String> {
    let class = serde_json::to_value(message.class).unwrap();
    let mut class = class.as_str().unwrap().to_owned();
    if let Some(kind) = &message.feedback_type {
        class = format!("{class} {kind}");
    }
    let mut all = vec![class];
    all.extend(message.reports.iter().map(told));
    if with_id {
        let id = message.original_message_id.clone().unwrap_or_default();
        all.push(format!("id <{id}>"));
    }
    all
}

#[test]
fn each_system_s_report_is_understood_with_every_recipient_s_fate() {
    let samples = samples();
    assert!(samples.len() >= 80, "{}", samples.len());
    let mut wrong = Vec::new();
    for sample in &samples {
        let with_id = sample.expected.iter().any(|e| e.starts_with("id "));
        let message = read(sample.raw.as_bytes());
        let got = summary(&message, with_id);
        if got != sample.expected {
            wrong.push(format!(
                "{}\n  want {:?}\n  got  {got:?}",
                sample.name, sample.expected
            ));
        }
        let is_report = !matches!(message.class, Class::Person | Class::List | Class::Calendar);
        assert!(
            !(is_report && message.answerable),
            "{} is answerable",
            sample.name
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crlf_and_lf_say_the_same() {
    for sample in samples() {
        let crlf = read(sample.raw.replace('\n', "\r\n").as_bytes());
        let lf = read(sample.raw.as_bytes());
        assert_eq!(summary(&crlf, true), summary(&lf, true), "{}", sample.name);
    }
}

#[test]
fn a_report_names_why_and_whether_trying_again_is_pointless() {
    let exim = samples().into_iter().next().unwrap();
    let message = read(exim.raw.as_bytes());
    let first = &message.reports[0];
    assert_eq!(first.permanent, Some(true));
    assert_eq!(
        first.original_message_id.as_deref(),
        Some("exim1@crm.example")
    );
    let diagnostic = first.diagnostic.as_deref().unwrap();
    assert!(
        diagnostic.contains("550 5.1.1 <ada@acme.example>"),
        "{diagnostic}"
    );
}

#[test]
fn a_report_names_at_most_a_thousand_recipients() {
    let mut raw = String::from(
        "From: MAILER-DAEMON@host.example\nSubject: Undeliverable\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
    );
    for i in 0..3000 {
        raw.push_str(&format!(
            "Final-Recipient: rfc822; a{i}@acme.example\nAction: failed\nStatus: 5.1.1\n\n"
        ));
    }
    let message = read(raw.as_bytes());
    assert_eq!(message.reports.len(), super::RECIPIENTS);
}

proptest! {
    #[test]
    fn any_notice_is_read(body in "([ -~]{0,40}|<a@b[.]c>|550 5[.]1[.]1|Final-Recipient: rfc822;x@y|\n){0,60}") {
        let raw = format!("From: MAILER-DAEMON@host.example\nReturn-Path: <>\nSubject: Returned mail\n\n{body}");
        let lf = read(raw.as_bytes());
        let crlf = read(raw.replace('\n', "\r\n").as_bytes());
        prop_assert_eq!(summary(&lf, true), summary(&crlf, true));
    }

    #[test]
    fn any_fields_are_read(fields in "(((Final|Original)-Recipient|Action|Status|Diagnostic-Code): ?[ -~é]{0,30}\n{1,2}){0,20}") {
        let raw = format!("From: MAILER-DAEMON@host.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n");
        prop_assert!(read(raw.as_bytes()).reports.len() <= super::RECIPIENTS);
    }

    #[test]
    fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&raw);
    }
}
