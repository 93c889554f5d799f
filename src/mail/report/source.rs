//! The material of a report: its header, the prose for people, the parts for programs, and what came back.

use super::returned::Returned;
use super::{PROSE_BYTES, returned};
use crate::mail::automatic;
use crate::mail::message::Message;
use crate::mail::mime::fields::Fields;
use crate::mail::mime::{Part, Parts};

/// A message, looked at as a report.
pub struct Source<'p> {
    /// The header.
    pub fields: &'p Fields,
    /// What the header says.
    pub message: &'p Message,
    /// The prose for people, up to where the returned message begins; HTML as text.
    pub prose: String,
    /// What is known of the returned message.
    pub returned: Returned,
    /// How sure it is that a mail system wrote this.
    pub machine: Machine,
    /// Recipients that the header itself names as failed (Exim, Gmail).
    pub failed: Vec<String>,
    /// Whether it only warns that delivery takes longer.
    pub is_warning: bool,
    plain: Option<&'p str>,
    parts: &'p [Part],
}

/// What the header says about who wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Machine {
    /// Nothing speaks for a program.
    Unlikely,
    /// An empty return path, an automatic mark, or a multipart/report.
    Likely,
    /// The sender is a mail system, or X-Failed-Recipients stands there.
    Certain,
}

impl<'p> Source<'p> {
    /// Looks at a message.
    pub fn of(parts: &'p Parts<'_>) -> Source<'p> {
        let (prose, tail) = prose(parts);
        Source {
            fields: &parts.fields,
            message: &parts.message,
            returned: returned::read(&parts.parts, tail),
            failed: failed(&parts.fields),
            is_warning: super::prose::is_delay(&parts.message, &prose),
            prose,
            machine: machine(parts),
            plain: parts.body.plain.as_deref(),
            parts: &parts.parts,
        }
    }

    /// The texts of all parts of these media types.
    pub fn texts<'s>(&'s self, types: &'s [&str]) -> impl Iterator<Item = &'s str> {
        self.parts
            .iter()
            .filter(|p| types.contains(&p.media_type.as_str()))
            .map(|p| p.text.as_str())
    }

    /// The texts that may hold fields of a report whose part was not labelled as such.
    pub fn plain_texts(&self) -> impl Iterator<Item = &str> {
        let files = self
            .parts
            .iter()
            .filter(|p| p.media_type.starts_with("text/") && p.media_type != "text/rfc822-headers")
            .map(|p| p.text.as_str());
        self.plain.into_iter().chain(files)
    }

    /// Whether there is a part for delivery status fields with something in it.
    pub fn has_status_part(&self) -> bool {
        self.texts(super::delivery::TYPES)
            .any(|t| !t.trim().is_empty())
    }

    /// The value of `report-type` of a multipart/report, lower case.
    pub fn report_type(&self) -> Option<String> {
        let value = self.fields.value("content-type")?.to_ascii_lowercase();
        let (_, rest) = value.split_once("report-type")?;
        let rest = rest.trim_start_matches([' ', '=', '"']);
        let end = rest.find(['"', ';', ' ']).unwrap_or(rest.len());
        rest.get(..end).map(str::to_owned)
    }
}

fn failed(fields: &Fields) -> Vec<String> {
    let values = fields.values("x-failed-recipients");
    values
        .flat_map(|v| v.split([',', ' ', ';']))
        .map(super::address::clean)
        .filter(|a| !a.is_empty())
        .take(super::RECIPIENTS)
        .collect()
}

fn machine(parts: &Parts<'_>) -> Machine {
    let fields = &parts.fields;
    if fields.has("x-failed-recipients") || automatic::is_mailer_daemon(&parts.message) {
        return Machine::Certain;
    }
    let empty_from = fields
        .value("from")
        .is_none_or(|v| v.trim().trim_matches(['<', '>']).is_empty() || v.trim().ends_with("<>"));
    if empty_from && fields.has("from") {
        return Machine::Certain;
    }
    let marked = fields
        .values("auto-submitted")
        .any(|v| !v.trim().to_ascii_lowercase().starts_with("no"));
    if automatic::has_null_return_path(fields) || marked || automatic::is_report(fields) {
        return Machine::Likely;
    }
    Machine::Unlikely
}

/// The prose, and the text of the returned message where it stands in the same part.
fn prose(parts: &Parts<'_>) -> (String, Option<String>) {
    let whole = match (&parts.body.plain, &parts.body.html) {
        (Some(text), _) if !text.trim().is_empty() => bounded(text, PROSE_BYTES).to_owned(),
        (_, Some(html)) => crate::mail::html::to_text(bounded(html, PROSE_BYTES)),
        _ => String::new(),
    };
    match returned::begins_at(&whole) {
        Some(at) => {
            let (head, tail) = whole.split_at(at);
            (head.to_owned(), Some(tail.to_owned()))
        }
        None => (whole, None),
    }
}

/// The start of a text, at most so many bytes.
pub fn bounded(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
