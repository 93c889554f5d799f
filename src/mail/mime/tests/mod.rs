//! Messages as clients, servers and scripts write them, well-formed and not; one table for each kind of trouble.

mod addresses;
mod charsets;
mod files;
mod headers;
mod properties;
mod structure;
mod wider;

use crate::mail::{self, Message};

/// Reads a message written with LF, and demands the same answer with CRLF.
fn read(raw: &[u8]) -> Message {
    let message = mail::read(raw);
    let mut crlf = Vec::with_capacity(raw.len() + raw.len() / 40);
    for byte in raw {
        if *byte == b'\n' {
            crlf.push(b'\r');
        }
        crlf.push(*byte);
    }
    assert_eq!(
        message,
        mail::read(&crlf),
        "{}",
        String::from_utf8_lossy(raw)
    );
    message
}

/// The names of a message's files; `-` where there is none.
fn names(message: &Message) -> Vec<&str> {
    message
        .attachments
        .iter()
        .map(|a| a.name.as_deref().unwrap_or("-"))
        .collect()
}
