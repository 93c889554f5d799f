//! From whom, to whom, when, and in which thread: the fields of [`Message`] that stand in the header.

use super::fields::Fields;
use crate::mail::message::{Mailbox, Message};
use jiff::Timestamp;
use mail_parser::parsers::MessageStream;

/// Reads the header of a message.
pub fn read(fields: &Fields) -> Message {
    let from: Vec<Mailbox> = mailboxes(fields, "from");
    let reply_to = mailboxes(fields, "reply-to");
    let list = list(fields);
    let mut message = Message {
        answerable: true,
        from: from.first().cloned(),
        from_count: from.len() as u32,
        sender: mailboxes(fields, "sender").into_iter().next(),
        to: mailboxes(fields, "to"),
        cc: mailboxes(fields, "cc"),
        bcc: mailboxes(fields, "bcc"),
        subject: fields.text("subject"),
        date: fields.value("date").and_then(date),
        message_id: fields
            .value("message-id")
            .and_then(|v| ids(v).into_iter().next()),
        in_reply_to: fields.value("in-reply-to").map(ids).unwrap_or_default(),
        references: fields.value("references").map(ids).unwrap_or_default(),
        ..Message::default()
    };
    message.author = author(fields, &message, &reply_to, list.is_some());
    message.reply_to = reply_to;
    message.list = list;
    message
}

/// The mailboxes of all fields of this name.
pub fn mailboxes(fields: &Fields, name: &str) -> Vec<Mailbox> {
    fields.values(name).flat_map(addresses).collect()
}

/// The mailboxes of one field value.
pub fn addresses(value: &str) -> Vec<Mailbox> {
    let folded = format!("{value}\n");
    let parsed = MessageStream::new(folded.as_bytes()).parse_address();
    let Some(list) = parsed.as_address() else {
        return Vec::new();
    };
    let mailbox = |a: &mail_parser::Addr<'_>| Mailbox {
        name: a.name().map(str::to_owned),
        address: a.address().map(str::to_owned),
    };
    list.iter().map(mailbox).collect()
}

/// Who really wrote it (MAIL.md 14): behind a list that rewrites From, X-Original-From, else Reply-To where it names one
/// person who is not the list.
fn author(
    fields: &Fields,
    message: &Message,
    reply_to: &[Mailbox],
    is_list: bool,
) -> Option<Mailbox> {
    let from = message.from.clone();
    if !is_list {
        return from;
    }
    if let Some(original) = mailboxes(fields, "x-original-from").into_iter().next() {
        return Some(original);
    }
    let rewritten = from
        .as_ref()
        .and_then(|f| f.name.as_deref())
        .is_some_and(|n| n.contains(" via "));
    match reply_to {
        [one] if rewritten && !message.to.iter().any(|t| t.key() == one.key()) => Some(one.clone()),
        _ => from,
    }
}

fn list(fields: &Fields) -> Option<String> {
    [
        "list-id",
        "list-post",
        "list-unsubscribe",
        "mailing-list",
        "x-mailing-list",
    ]
    .into_iter()
    .find_map(|name| fields.text(name))
}

fn ids(value: &str) -> Vec<String> {
    value
        .split(|c: char| c.is_whitespace() || c == '<' || c == '>' || c == ',')
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect()
}

fn date(value: &str) -> Option<Timestamp> {
    let date = mail_parser::DateTime::parse_rfc822(value)?;
    Timestamp::from_second(date.to_timestamp()).ok()
}
