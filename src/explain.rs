//! `rapport explain`: how a message reads, as a person or as JSON. Changes nothing.

use crate::mail::{self, Message};
use serde_json::{Value, json};

/// How the file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Input {
    /// A whole message with its headers.
    Eml,
    /// A bare plain text body.
    Text,
    /// A bare HTML body.
    Html,
}

/// Reads bytes as the person says that they are to be read.
pub fn read(input: Input, raw: &[u8], subject: Option<&str>) -> Message {
    match input {
        Input::Eml => mail::read(raw),
        Input::Text => mail::read_text(&String::from_utf8_lossy(raw), subject),
        Input::Html => mail::read_html(&String::from_utf8_lossy(raw), subject),
    }
}

/// The object that DESIGN.md fixes.
pub fn to_json(file: &str, message: &Message) -> Value {
    json!({
        "file": file,
        "class": message.class,
        "answerable": message.answerable,
        "from": message.from,
        "author": message.author,
        "to": message.to,
        "cc": message.cc,
        "reply_to": message.reply_to,
        "subject": message.subject,
        "date": message.date,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "body": message.body,
        "text": message.text,
        "signature": message.signature,
        "quoted": message.quoted,
        "forwarded": message.forwards.first(),
        "forwards": message.forwards,
        "reports": message.reports,
        "feedback_type": message.feedback_type,
        "original_message_id": message.original_message_id,
        "attachments": message.attachments,
        "invitation": message.invitation,
        "protection": message.protection,
        "limits": message.limits,
        "commands": [],
        "trust": Value::Null,
    })
}
