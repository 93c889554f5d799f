//! What came of an import, or would, in sentences.

use crate::domain::{Result, counted};
use crate::ingest::history::{self, Counts};
use crate::transfer::{Mode, Report};

/// Reasons that are shown; all that are known are in the text to download.
const SHOWN_REASONS: usize = 20;

/// What is told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// In a line, for the log.
    pub short: String,
    /// What is shown.
    pub lines: Vec<String>,
    /// The same in full.
    pub all: Vec<String>,
    /// Whether there is nothing to take in.
    pub is_empty: bool,
}

/// Of people.
pub fn people(report: &Report, mode: Mode, ended: &Result<()>) -> Told {
    let (was, were) = match mode {
        Mode::Write => ("was", "were"),
        Mode::DryRun => ("would be", "would be"),
    };
    let done =
        |count, what: &str| counted(count, &format!("{was} {what}"), &format!("{were} {what}"));
    let short = format!(
        "{}, {}, {}, {}",
        counted(
            report.made,
            &format!("contact {was} made"),
            &format!("contacts {were} made")
        ),
        done(report.completed, "completed"),
        counted(report.known, "is known", "are known") + " with all of it",
        done(report.skipped, "skipped"),
    );
    let mut head = begun(&short, mode, ended);
    let is_empty = ended.is_ok() && report.people() == 0;
    if is_empty {
        head.push("The file holds nobody.".to_owned());
    }
    if mode == Mode::Write {
        head.extend(undo(&report.batches));
    }
    let mut reasons: Vec<&(u64, String)> = report.reasons.iter().chain(&report.left_out).collect();
    reasons.sort_by_key(|(line, _)| *line);
    let reasons = reasons.into_iter();
    let reasons = reasons.map(|(line, why)| format!("Line {line}: {why}"));
    Told {
        is_empty,
        ..told(short, head, reasons.collect(), report.untold)
    }
}

/// How all of an import is taken back.
fn undo(batches: &[i64]) -> Option<String> {
    let undos = batches.iter().rev();
    let undos: Vec<String> = undos.map(|id| format!("\"undo all #j{id}\"")).collect();
    match undos.as_slice() {
        [] => None,
        [one] => Some(format!("To take it back, write {one}.")),
        _ => Some(format!(
            "To take it back, write, one after the other: {}.",
            undos.join(", ")
        )),
    }
}

/// Of mail.
pub fn mail(report: &history::Report, mode: Mode, ended: &Result<()>) -> Told {
    let short = counts(&report.counts, mode);
    let mut head = begun(&short, mode, ended);
    let is_empty = ended.is_ok() && report.is_empty();
    if is_empty {
        head.push("The file holds no mail.".to_owned());
    }
    let made = report.new_contacts;
    head.push(match mode {
        Mode::Write => format!(
            "{} made for them. Nothing was sent, and no command was run.",
            counted(made, "contact was", "contacts were")
        ),
        Mode::DryRun => format!(
            "{} would be made for them. Nothing is sent, and no command runs. A look cannot know all: where a thread or a forward leads to a contact that this file makes itself, more are filed than it says.",
            counted(made, "contact", "contacts")
        ),
    });
    let mut named = Vec::new();
    for skipped in &report.skipped {
        head.push(format!("{} passed over: {}.", skipped.count, skipped.why));
        let first = skipped.first.iter();
        named.extend(first.map(|place| format!("{place}: {}", skipped.why)));
    }
    Told {
        is_empty,
        ..told(short, head, named, 0)
    }
}

/// How many mails became what.
pub fn counts(counts: &Counts, mode: Mode) -> String {
    let verb = match mode {
        Mode::Write => "",
        Mode::DryRun => "would be ",
    };
    format!(
        "{} {verb}filed, {} {verb}kept without a contact, {} {verb}put aside, {} here already, {} not to be read",
        counts.filed, counts.unfiled, counts.aside, counts.duplicates, counts.unreadable
    )
}

/// How it ended.
fn begun(short: &str, mode: Mode, ended: &Result<()>) -> Vec<String> {
    match (ended, mode) {
        (Ok(()), Mode::Write) => vec![format!("Done: {short}.")],
        (Ok(()), Mode::DryRun) => vec![format!("{short}.")],
        (Err(error), Mode::DryRun) => vec![format!(
            "It was not looked at to its end: {}.",
            error.message
        )],
        (Err(error), Mode::Write) => vec![
            format!("It ended before its end: {}.", error.message),
            format!(
                "Until then: {short}. That stays; the same file again goes on from there, and makes nothing twice."
            ),
        ],
    }
}

/// With reasons, of which there were so many more.
fn told(short: String, head: Vec<String>, reasons: Vec<String>, untold: u64) -> Told {
    let more = |more: u64| (more > 0).then(|| format!("And {more} more of such lines."));
    let mut lines = head.clone();
    lines.extend(reasons.iter().take(SHOWN_REASONS).cloned());
    let unshown = reasons.len().saturating_sub(SHOWN_REASONS) as u64;
    lines.extend(more(unshown + untold));
    Told {
        short,
        lines,
        all: head
            .into_iter()
            .chain(reasons)
            .chain(more(untold))
            .collect(),
        is_empty: false,
    }
}
