//! What is newly written is a part of what was written: nothing is made up, nothing stands twice, nothing is put in order anew.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::mail::{self, Message};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    plain(text);
    html(text);
});

fn plain(text: &str) {
    let message = mail::read_text(text, Some("Re: Signs for Pier 4"));
    stand_in_order("text", &message.text, &message.body);
    for part in [&message.signature, &message.quoted].into_iter().flatten() {
        stand_in_order("signature or quote", part, &message.body);
    }
    if !text.contains('\r') {
        let again = mail::read_text(&text.replace('\n', "\r\n"), Some("Re: Signs for Pier 4"));
        assert_eq!(message.text, again.text);
        assert_eq!(message.quoted, again.quoted);
    }
    no_quote_opens(&message);
}

fn html(text: &str) {
    let message = mail::read_html(text, Some("Re: Signs for Pier 4"));
    for text in [&message.text, &message.body] {
        assert!(!text.contains(['\r', '\0']));
    }
    assert!(message.text.len() <= 4 * text.len() + 1024);
    no_quote_opens(&message);
}

/// Commands stand where no quoted line is. `>From` is what a mailbox file makes of a line that begins with "From", and `>…:`
/// may be the end of an address that was wrapped.
fn no_quote_opens(message: &Message) {
    assert!(message.text.starts_with(message.opening()));
    for line in message.opening().lines() {
        let line = line.trim_start();
        let is_no_quote = line.starts_with(">From ") || line.ends_with([':', '：']);
        assert!(!line.starts_with('>') || is_no_quote, "{line:?}");
    }
}

/// Each line of `part` stands in `whole`, in the same order: a line may lose the white space around it or be cut in two, and
/// a quoted one gets a mark where its client left it out.
fn stand_in_order(what: &str, part: &str, whole: &str) {
    let mut rest = whole;
    for line in part.lines() {
        let said = line.trim().trim_start_matches(['>', ' ']);
        match rest.find(said) {
            Some(at) => rest = &rest[at + said.len()..],
            None => panic!("{what}: {line:?} is made up or out of order"),
        }
    }
}
