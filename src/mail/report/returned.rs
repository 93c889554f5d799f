//! The message that came back, as a part or below the prose: whose it was, and to whom.

use super::address;
use crate::mail::mime::Part;
use crate::mail::mime::envelope;
use crate::mail::mime::fields::Fields;

/// What is known of the returned message.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// Whether anything of it came back.
    pub is_there: bool,
    /// Its Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Its recipients, lower case.
    pub recipients: Vec<String>,
}

/// Media types of parts that hold it, or its header.
const TYPES: &[&str] = &[
    "message/rfc822",
    "message/global",
    "message/partial",
    "message/rfc822-headers",
    "message/global-headers",
    "text/rfc822-headers",
    "text/rfc822-header",
    "text/rfc822",
    "message/rfc822-header",
];

/// Most recipients of the returned message that are of use.
const RECIPIENTS: usize = 50;

/// Reads the returned message out of the parts, else out of what stood below the prose.
pub fn read(parts: &[Part], below: Option<String>) -> Returned {
    let part = parts
        .iter()
        .find(|p| TYPES.contains(&p.media_type.as_str()));
    match (part, below) {
        (Some(part), _) => of_text(&part.text),
        (None, Some(text)) => of_text(&text),
        (None, None) => Returned::default(),
    }
}

/// A Message-ID as somebody quotes it: without angle brackets, comments and what else stands around it.
pub fn message_id(written: &str) -> String {
    let id = written.split(['<', '>']).find(|part| part.contains('@'));
    let id = id.map_or_else(|| written.replace(['<', '>'], ""), str::to_owned);
    id.trim().replace(char::is_control, "")
}

fn of_text(text: &str) -> Returned {
    let fields = header(text);
    let id = fields.value("message-id").map(message_id);
    let mut recipients = Vec::new();
    for name in ["to", "cc", "bcc", "x-envelope-to"] {
        for mailbox in envelope::mailboxes(&fields, name)
            .into_iter()
            .take(RECIPIENTS)
        {
            let key = address::clean(&mailbox.key());
            if address::is_valid(&key)
                && !recipients.contains(&key)
                && recipients.len() < RECIPIENTS
            {
                recipients.push(key);
            }
        }
    }
    Returned {
        is_there: true,
        message_id: id.filter(|i| !i.is_empty()),
        recipients,
    }
}

/// The header of a returned message, below a heading and blank lines.
fn header(text: &str) -> Fields {
    let start = text
        .lines()
        .take(20)
        .scan(0, |at, line| {
            let here = *at;
            *at += line.len() + 1;
            Some((here, line))
        })
        .find(|(_, line)| is_header_line(line))
        .map_or(0, |(at, _)| at);
    Fields::read(text.get(start..).unwrap_or_default().as_bytes()).0
}

fn is_header_line(line: &str) -> bool {
    super::groups::field(line).is_some_and(|(name, _)| name.len() > 1 && !line.contains(": ----"))
}

/// Where the returned message begins in the prose of a notice, in bytes: at a heading such as
/// "--- Below this line is a copy of the message.", or where its trace fields stand.
pub fn begins_at(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut seen_text = false;
    for line in text.split_inclusive('\n') {
        let here = at;
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        if seen_text && (is_trace(line) || is_heading(line)) {
            return Some(here);
        }
        seen_text = true;
    }
    None
}

fn is_trace(line: &str) -> bool {
    let line = line.trim_end();
    [
        "Received: from",
        "Received: by",
        "Received: (",
        "Received:from",
        "Received:by",
        "Received: via",
        "Return-Path: <",
        "Return-path: <",
        "Return-Path: ",
        "Received: ",
        "DKIM-Signature: ",
        "X-Received: ",
        "Delivered-To: ",
    ]
    .iter()
    .any(|p| line.starts_with(p))
}

/// Headings above a returned message, lower case, without the signs around them.
const HEADINGS: &[&str] = &[
    "this is a copy of the message",
    "this is a copy of your message",
    "this is a copy of the headers",
    "below this line is a copy of the message",
    "below this line is the original message",
    "below is a copy of the original message",
    "below this line is an",
    "below the next line is a copy",
    "possibly truncated original message",
    "truncated original message",
    "a copy of the original message",
    "a copy of your message",
    "copy of the original message",
    "original message follows",
    "original mail follows",
    "original mail as follows",
    "original message as follows",
    "the original mail",
    "original message header",
    "original message headers",
    "original message text",
    "original message body",
    "original message below",
    "the original message follows",
    "the header of the original message",
    "the headers of the original message",
    "the original message header",
    "the original message headers",
    "header of the original message",
    "headers of the original message",
    "message header follows",
    "message headers follow",
    "message headers:",
    "message header:",
    "message text follows",
    "message follows",
    "returned message follows",
    "the returned message follows",
    "undelivered message follows",
    "unsent message follows",
    "unsent message below",
    "undelivered message headers",
    "your original message",
    "your message follows",
    "your message reads",
    "your message headers",
    "the text of your message follows",
    "the body of the message",
    "the following is a copy",
    "the first part of the message",
    "the first 50 lines of the message",
    "included is a copy of the message",
    "included below is a copy",
    "start of original message",
    "begin original message",
    "beginning of original message",
    "begin returned message",
    "start of returned message",
    "returned message header",
    "header information",
    "message contents follow",
    "kopfzeilen der ursprünglichen nachricht",
    "kopf der originalnachricht",
    "der kopf der originalnachricht",
    "ursprüngliche nachricht",
    "ursprüngliche nachrichtenköpfe",
    "ursprüngliche nachrichtenkopfzeilen",
    "es folgt eine kopie",
    "ihre originalnachricht",
    "en-têtes du message d'origine",
    "en-têtes de message d'origine",
    "message original",
    "message d'origine",
    "encabezados de mensajes originales",
    "encabezados originales",
    "mensaje original",
    "mensagem original",
    "cabeçalhos originais",
    "intestazioni originali",
    "intestazioni messaggio originale",
    "messaggio originale",
    "oorspronkelijk bericht",
    "oorspronkelijke berichtkoppen",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "eredeti üzenet",
    "исходное сообщение",
    "исходные заголовки",
    "заголовки исходного сообщения",
    "orijinal ileti",
    "元のメッセージ",
    "元メッセージ",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "원본 메시지",
];

fn is_heading(line: &str) -> bool {
    if line.len() > 300 {
        return false;
    }
    let bare: String = line.trim().to_lowercase();
    let marks = ['-', '=', '*', '#', '|', '+', '_', '~', '>', ' ', ':', '.'];
    let framed = ["--", "==", "**", "__", "|-"]
        .iter()
        .any(|m| bare.starts_with(m));
    let words = bare.trim_matches(marks);
    if framed
        && (words == "original message"
            || words.starts_with("returned message")
            || words == "message header")
    {
        return true;
    }
    HEADINGS
        .iter()
        .any(|h| words.starts_with(h.trim_end_matches(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_message_id_is_read_without_what_is_around_it() {
        for (written, expected) in [
            ("<a@example.com>", "a@example.com"),
            (" a@example.com ", "a@example.com"),
            ("<<a@example.com>", "a@example.com"),
            ("<a@example.com> (added by mx.example.com)", "a@example.com"),
            ("0100018f-6a7b", "0100018f-6a7b"),
            ("<x<y", "xy"),
        ] {
            assert_eq!(message_id(written), expected, "{written:?}");
        }
    }
}
