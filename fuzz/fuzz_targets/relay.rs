//! Whatever is relayed, is a message that servers take; and a command that was named never stands in what goes out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::mail::relay::{self, Cover, Footer};
use rapport::mail::{self, Mailbox};

fuzz_target!(|data: &[u8]| {
    let [count, raw @ ..] = data else {
        return;
    };
    let cover = Cover {
        from: Mailbox::new(Some("Ada"), "ada.7k3q9x@crm.example"),
        to: Mailbox::new(None, "mia@studio.example"),
        message_id: "k.0123456789abcdef.a1b2c3d4e5f6@crm.example".to_owned(),
        ..Cover::default()
    };
    let before = mail::read(raw);
    if let Ok(relayed) = relay::inward(raw, &cover, &Footer::naming("Ada")) {
        check(&relayed, before.protection == mail::Protection::None);
        if before.limits.is_empty() {
            assert_eq!(
                mail::read(&relayed).attachments.len(),
                before.attachments.len()
            );
        }
    }
    let head: Vec<String> = before
        .opening()
        .lines()
        .take(usize::from(*count % 8))
        .map(str::to_owned)
        .collect();
    let Ok(sent) = relay::outward(raw, &cover, &head, &[]) else {
        return;
    };
    check(&sent.bytes, true);
    let after = letters(&mail::read(&sent.bytes).body);
    let whole = letters(&before.body);
    for line in head.iter().map(|l| letters(l)).filter(|l| l.len() >= 12) {
        let count = |text: &str| text.matches(line.as_str()).count();
        assert!(count(&after) < count(&whole).max(1), "{line:?} goes out");
    }
});

/// CRLF alone, short lines where nothing forbids to cut them, one From that is ours.
fn check(raw: &[u8], is_cut: bool) {
    let mut previous = 0;
    for &byte in raw {
        assert_eq!(byte == b'\n', previous == b'\r' && byte == b'\n');
        assert!(previous != b'\r' || byte == b'\n');
        previous = byte;
    }
    if is_cut {
        assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 999));
    }
    let read = mail::read(raw);
    assert_eq!(read.from_count, 1);
    assert_eq!(
        read.from.map(|f| f.key()),
        Some("ada.7k3q9x@crm.example".to_owned())
    );
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
