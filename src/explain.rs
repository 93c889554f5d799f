//! `rapport explain`: how a message reads, as a person or as JSON. Changes nothing.

use crate::app::say;
use crate::commands::{self, reply::text};
use crate::domain::{Error, Result};
use crate::mail::resolver::Resolver;
use crate::mail::trust::{self, Relays};
use crate::mail::{self, Message, Trust};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

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

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For programs: an object a file.
    Json,
    /// For people.
    Text,
}

impl Form {
    /// What `--json` asks for.
    pub fn of(json: bool) -> Form {
        if json { Form::Json } else { Form::Text }
    }
}

/// What is asked, beside the files.
pub struct Question<'a> {
    /// How the files are to be read.
    pub input: Input,
    /// The subject of a bare body.
    pub subject: Option<&'a str>,
    /// How the answer is printed.
    pub form: Form,
    /// Answers about senders' domains. A file tells no client and is read long after it came, so that only a zone file is
    /// asked, which says the same every time; without one, trust is not judged.
    pub zone: Option<Resolver>,
}

/// Explains each file in turn; one that cannot be read ends it.
pub async fn run(question: &Question<'_>, files: &[PathBuf]) -> Result<ExitCode> {
    for file in files {
        let raw = std::fs::read(file).map_err(|e| {
            Error::invalid(format!(
                "cannot read {}; name a file that is there",
                file.display()
            ))
            .because(e)
        })?;
        let message = read(question.input, &raw, question.subject);
        let trust = verify(question, &raw).await;
        let name = file.display().to_string();
        match question.form {
            Form::Json => say(&to_json(&name, &message, trust.as_ref()).to_string()),
            Form::Text => say(to_text(&name, &message, trust.as_ref()).trim_end()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// SPF is of a connection, and a file has none: it is judged as if a pipe of this machine had brought it.
async fn verify(question: &Question<'_>, raw: &[u8]) -> Option<Trust> {
    let resolver = question
        .zone
        .as_ref()
        .filter(|_| question.input == Input::Eml)?;
    let envelope = trust::Envelope {
        client: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        helo: String::new(),
        mail_from: String::new(),
        host: String::new(),
        authenticated: None,
    };
    Some(trust::verify(resolver, &Relays::default(), raw, &envelope).await)
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
pub fn to_json(file: &str, message: &Message, trust: Option<&Trust>) -> Value {
    json!({
        "file": file,
        "class": message.class,
        "answerable": message.answerable,
        "from": message.from,
        "from_count": message.from_count,
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
        "commands": commands::explain(message.opening()),
        "trust": trust,
    })
}

/// The same for people, without what is empty.
pub fn to_text(file: &str, message: &Message, trust: Option<&Trust>) -> String {
    let mut sheet = Sheet(format!("{file}\n"));
    who(&mut sheet, message);
    said(&mut sheet, message);
    for report in &message.reports {
        let fields = [
            &report.action,
            &report.recipient,
            &report.status,
            &report.diagnostic,
        ];
        let words: Vec<&str> = fields.iter().filter_map(|f| f.as_deref()).collect();
        sheet.line("report", &words.join("  "));
    }
    for file in &message.attachments {
        let name = file.name.as_deref().unwrap_or("(no name)");
        sheet.line(
            "file",
            &format!("{name}  {}  {} bytes", file.content_type, file.bytes),
        );
    }
    if let Some(meeting) = &message.invitation {
        let when = meeting.start.map(|s| s.to_string()).unwrap_or_default();
        let summary = meeting.summary.as_deref().unwrap_or_default();
        sheet.line("meeting", &format!("{}  {when}  {summary}", meeting.method));
    }
    for command in commands::explain(message.opening()) {
        let says = match (command.get("error"), command.get("command")) {
            (Some(Value::String(error)), _) => format!("not understood: {error}"),
            (_, Some(understood)) => format!("understood: {understood}"),
            _ => String::new(),
        };
        let text = command
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        sheet.line("command", &format!("{text}\n{says}"));
    }
    if let Some(trust) = trust {
        sheet.line(
            "trust",
            &format!("DMARC {}\n{}", trust.dmarc, trust.reasons.join("\n")),
        );
    }
    sheet.0
}

/// Names and values under each other.
struct Sheet(String);

impl Sheet {
    /// Adds a value where there is one; what steers a terminal is left out, since all of this came from outside.
    fn line(&mut self, name: &str, words: &str) {
        let shown: Vec<String> = words.lines().map(text::plain).collect();
        let shown = shown.join("\n");
        if shown.trim().is_empty() {
            return;
        }
        let shown = shown.trim_end().replace('\n', "\n             ");
        self.0.push_str(&format!("  {name:<10} {shown}\n"));
    }
}

fn who(sheet: &mut Sheet, message: &Message) {
    let boxes = |list: &[mail::Mailbox]| list.iter().map(mailbox).collect::<Vec<_>>().join(", ");
    let one = |one: &Option<mail::Mailbox>| one.as_ref().map(mailbox).unwrap_or_default();
    sheet.line("kind", &word(&message.class));
    sheet.line("from", &one(&message.from));
    if message.author != message.from {
        sheet.line("author", &one(&message.author));
    }
    sheet.line("to", &boxes(&message.to));
    sheet.line("cc", &boxes(&message.cc));
    sheet.line("subject", message.subject.as_deref().unwrap_or_default());
    sheet.line(
        "date",
        &message.date.map(|d| d.to_string()).unwrap_or_default(),
    );
}

fn said(sheet: &mut Sheet, message: &Message) {
    sheet.line("new text", &message.text);
    sheet.line(
        "signature",
        message.signature.as_deref().unwrap_or_default(),
    );
    sheet.line("quoted", message.quoted.as_deref().unwrap_or_default());
    for letter in &message.forwards {
        let from = letter.from.as_ref().map(mailbox).unwrap_or_default();
        sheet.line(
            "forwarded",
            &format!("from {from}, found by {}\n{}", letter.found_by, letter.body),
        );
    }
}

fn mailbox(mailbox: &mail::Mailbox) -> String {
    match (&mailbox.name, &mailbox.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

/// The word that serde writes for a plain enum.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
