//! A letter that is found inside a letter stands in it word for word, and there are not more letters than could.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::mail::{self, Message};

const SUBJECTS: [Option<&str>; 6] = [
    None,
    Some("Fwd: Signs for Pier 4"),
    Some("WG: Maße"),
    Some("Re: Signs"),
    Some("转发:灯塔"),
    Some("[Fwd: Signs]"),
];

fuzz_target!(|data: &[u8]| {
    let [choice, bytes @ ..] = data else {
        return;
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let subject = SUBJECTS[usize::from(*choice) % SUBJECTS.len()];
    let message = mail::read_text(text, subject);
    check(&message, text);
    if !text.contains('\r') {
        let again = mail::read_text(&text.replace('\n', "\r\n"), subject);
        assert_eq!(message.forwards, again.forwards);
    }
    let html = mail::read_html(text, subject);
    assert!(html.forwards.len() <= text.len() / 8 + 1);
});

fn check(message: &Message, text: &str) {
    // The shortest block has a label, a colon and an address.
    assert!(message.forwards.len() <= text.len() / 8 + 1);
    let whole = bare(&message.body);
    for letter in &message.forwards {
        assert!(!letter.found_by.is_empty());
        let body = bare(&letter.body);
        assert!(whole.contains(&body), "{body:?} is made up");
        if let Some(from) = &letter.from {
            assert!(from.name.is_some() || from.address.is_some());
        }
    }
}

/// Without white space and quote marks, which a client puts before each line of a letter that it forwards.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '>' | '\u{feff}'))
        .collect()
}
