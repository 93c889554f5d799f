//! A valid frame of a delivery report around any bytes: whatever stands in it, the fates that are told have the form that
//! RFC 3464 gives them, and nothing of it is ever answered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::mail::{self, Class};

const ACTIONS: [&str; 5] = ["failed", "delayed", "delivered", "relayed", "expanded"];

fuzz_target!(|data: &[u8]| {
    let [kind, cut, bytes @ ..] = data else {
        return;
    };
    let at = bytes.len() * usize::from(*cut) / 256;
    let (words, fields) = bytes.split_at(at);
    let raw = match kind % 4 {
        0 => frame("delivery-status", "message/delivery-status", words, fields),
        1 => frame(
            "disposition-notification",
            "message/disposition-notification",
            words,
            fields,
        ),
        2 => frame("feedback-report", "message/feedback-report", words, fields),
        _ => notice(bytes),
    };
    let message = mail::read(&raw);
    assert!(!message.answerable);
    assert!(message.reports.len() <= bytes.len() / 2 + 2);
    for report in &message.reports {
        if let Some(action) = &report.action {
            assert!(ACTIONS.contains(&action.as_str()), "{action:?}");
        }
        if let Some(status) = &report.status {
            assert!(is_status(status), "{status:?}");
        }
        if let Some(recipient) = &report.recipient {
            assert_eq!(*recipient, recipient.to_lowercase());
            assert!(!recipient.contains(char::is_control), "{recipient:?}");
        }
        if let Some(id) = &report.original_message_id {
            assert!(!id.contains(['<', '>', '\n']), "{id:?}");
        }
    }
    if message.class == Class::Bounce {
        let failed = |r: &mail::Report| r.action.as_deref().is_none_or(|a| a == "failed");
        assert!(message.reports.is_empty() || message.reports.iter().any(failed));
    }
});

/// RFC 3463 §2: class 2, 4 or 5, then two numbers of at most three digits.
fn is_status(status: &str) -> bool {
    let mut parts = status.split('.');
    let number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts
        .next()
        .is_some_and(|class| matches!(class, "2" | "4" | "5"))
        && parts.next().is_some_and(number)
        && parts.next().is_some_and(number)
        && parts.next().is_none()
}

fn frame(report_type: &str, media_type: &str, words: &[u8], fields: &[u8]) -> Vec<u8> {
    let mut raw = format!(
        "From: MAILER-DAEMON@mx.example.com\r\nTo: mia@studio.example\r\nSubject: Report\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type={report_type}; boundary=\"=_frame\"\r\n\r\n\
         --=_frame\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    .into_bytes();
    raw.extend_from_slice(words);
    raw.extend_from_slice(
        format!("\r\n--=_frame\r\nContent-Type: {media_type}\r\n\r\n").as_bytes(),
    );
    raw.extend_from_slice(fields);
    raw.extend_from_slice(
        b"\r\n--=_frame\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m1@studio.example>\r\n\r\n--=_frame--\r\n",
    );
    raw
}

/// A bounce of an old server: a daemon's words and nothing else.
fn notice(words: &[u8]) -> Vec<u8> {
    let mut raw =
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.com\r\nTo: mia@studio.example\r\n\
        Subject: failure notice\r\nAuto-Submitted: auto-replied\r\n\r\n"
            .to_vec();
    raw.extend_from_slice(words);
    raw
}
