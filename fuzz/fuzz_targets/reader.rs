//! Any bytes as a message: there is an answer, it is bounded, and what it says does not contradict itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::mail::{self, Class, Message};

fuzz_target!(|raw: &[u8]| {
    let message = mail::read(raw);
    check(&message, raw.len());
    if !raw.contains(&b'\r') {
        line_ends_change_nothing(raw, &message);
    }
});

fn check(message: &Message, raw_bytes: usize) {
    assert_eq!(message.from.is_some(), message.from_count > 0);
    let from_program = !matches!(message.class, Class::Person | Class::Calendar);
    assert!(!(message.answerable && from_program), "{:?}", message.class);
    for text in [&message.body, &message.text] {
        assert!(!text.contains(['\r', '\0']));
    }
    // Decoding does not make more than a few times the bytes that came: charsets and entities at most treble them.
    for text in [&message.body, &message.text] {
        assert!(text.len() <= 8 * raw_bytes + 1024);
    }
    assert!(message.forwards.len() <= raw_bytes / 8 + 1);
    for report in &message.reports {
        if let Some(recipient) = &report.recipient {
            assert_eq!(*recipient, recipient.to_lowercase());
        }
    }
    for (at, file) in message.attachments.iter().enumerate() {
        assert_eq!(file.part as usize, at);
    }
}

/// Only the size of files that came unencoded may differ.
fn line_ends_change_nothing(raw: &[u8], with_lf: &Message) {
    let mut crlf = Vec::with_capacity(raw.len() * 2);
    for byte in raw {
        if *byte == b'\n' {
            crlf.push(b'\r');
        }
        crlf.push(*byte);
    }
    let with_crlf = mail::read(&crlf);
    assert_eq!(with_lf.class, with_crlf.class);
    assert_eq!(with_lf.from, with_crlf.from);
    assert_eq!(with_lf.subject, with_crlf.subject);
    assert_eq!(with_lf.body, with_crlf.body);
    assert_eq!(with_lf.text, with_crlf.text);
    assert_eq!(with_lf.forwards, with_crlf.forwards);
    assert_eq!(with_lf.reports, with_crlf.reports);
    assert_eq!(with_lf.attachments.len(), with_crlf.attachments.len());
}
