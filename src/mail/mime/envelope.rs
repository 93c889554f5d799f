//! From whom, to whom, when, and in which thread: the fields of [`Message`] that stand in the header.

use super::fields::Fields;
use super::{address, date};
use crate::mail::message::{Mailbox, Message};

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
        date: fields.value("date").and_then(date::read),
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
    let read = |value| address::read(value, fields.fallback());
    fields.raw_values(name).flat_map(read).collect()
}

/// The mailboxes of one field value.
pub fn addresses(value: &str) -> Vec<Mailbox> {
    address::read(value.as_bytes(), None)
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

/// Most ids of one field that are kept, at each end.
const IDS: usize = 200;

/// The ids of a field: what stands in angle brackets, else the words.
fn ids(value: &str) -> Vec<String> {
    let bracketed: Vec<String> = value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.chars().filter(|c| !c.is_whitespace()).collect())
        .collect();
    let words = || {
        let words = value.split(|c: char| c.is_whitespace() || "<>,;\"".contains(c));
        words
            .filter(|w| w.contains('@'))
            .map(str::to_owned)
            .collect()
    };
    let ids: Vec<String> = if bracketed.is_empty() {
        words()
    } else {
        bracketed
    };
    let mut ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    if ids.len() > 2 * IDS {
        ids.drain(IDS..ids.len() - IDS);
    }
    ids
}
