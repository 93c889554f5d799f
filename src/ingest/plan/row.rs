//! One row of each kind, from a letter and its decision.

use super::People;
use crate::domain::why::Proof;
use crate::ingest::attribute::{Decision, InteractionKind, Suggestion};
use crate::ingest::known::Filed;
use crate::ingest::letter::Letter;
use crate::mail::{Class, Protection};
use crate::store::workspace::interactions::{AttachmentRow, InteractionRow};
use crate::store::workspace::journal::JournalRow;
use crate::store::workspace::mail_keys::WitnessRow;
use crate::store::workspace::meetings::MeetingRow;
use crate::store::workspace::rules::SuggestionRow;
use jiff::Timestamp;
use serde_json::json;
use std::str::FromStr;

/// Text that is kept beside the raw bytes; those keep all.
const TEXT_BYTES_MAX: usize = 1024 * 1024;
const SUBJECT_BYTES_MAX: usize = 2_000;
const NAME_BYTES_MAX: usize = 800;
const ATTACHMENTS_MAX: usize = 200;

/// The first day of 1990: no mail that is believable is older.
const EARLIEST_US: i64 = 631_152_000_000_000;
const TWO_DAYS_US: i64 = 2 * 86_400 * 1_000_000;

/// Why an interaction that stood is written, for the journal.
pub(super) struct Change<'a> {
    pub number: i64,
    pub id: i64,
    pub thread_id: i64,
    pub before: Option<&'a Filed>,
    pub people: &'a People,
}

/// An interaction without its numbers.
pub(super) fn interaction(
    letter: &Letter,
    decision: &Decision,
    author: Option<i64>,
    now_us: i64,
) -> InteractionRow {
    let message = &letter.message;
    let first = decision
        .letters
        .first()
        .and_then(|i| message.forwards.get(*i));
    let mut why = decision.why.clone();
    let (happened_at, is_believed) = happened_at(letter, first.and_then(|f| f.date.as_deref()));
    if !is_believed {
        why.steps.push(
            "the date of the mail is not believable; the time of receipt stands in its place"
                .to_owned(),
        );
    }
    if message.protection == Protection::Encrypted {
        why.steps
            .push("the content is encrypted: it was filed by its envelope and headers".to_owned());
    }
    let subject = first
        .and_then(|f| f.subject.as_ref())
        .or(message.subject.as_ref());
    let written = &decision.author;
    InteractionRow {
        id: 0,
        kind: decision.kind.word().to_owned(),
        direction: decision.direction.word().to_owned(),
        state: decision.state.word().to_owned(),
        class: class_word(message.class).to_owned(),
        happened_at,
        created_at: now_us,
        member_id: decision.member,
        author_kind: author_kind(written.member, author).to_owned(),
        author_name: written
            .name
            .as_deref()
            .map(|name| storable(name, NAME_BYTES_MAX)),
        author_address: (!written.address.is_empty()).then(|| written.address.clone()),
        author_contact_id: author.filter(|_| written.member.is_none()),
        author_member_id: written.member,
        subject: subject.map(|subject| storable(subject, SUBJECT_BYTES_MAX)),
        text: text(letter, decision),
        remark: remark(letter, decision),
        protection: protection_word(message.protection).to_owned(),
        thread_id: 0,
        raw_id: None,
        why: storable(&why.to_json(), TEXT_BYTES_MAX),
        trust: storable(
            &serde_json::to_string(&letter.trust).unwrap_or_default(),
            TEXT_BYTES_MAX,
        ),
    }
}

/// What was said: the letters inside where those count, else what was newly written; the whole where that is nothing.
fn text(letter: &Letter, decision: &Decision) -> String {
    let message = &letter.message;
    let letters: Vec<_> = decision
        .letters
        .iter()
        .filter_map(|i| message.forwards.get(*i))
        .collect();
    match letters.as_slice() {
        [] if decision.note.is_some() && decision.kind != InteractionKind::Command => {
            storable(decision.note.as_deref().unwrap_or_default(), TEXT_BYTES_MAX)
        }
        [] if decision.kind == InteractionKind::Report || message.text.trim().is_empty() => {
            storable(&message.body, TEXT_BYTES_MAX)
        }
        [] => storable(&message.text, TEXT_BYTES_MAX),
        [one] => storable(&one.body, TEXT_BYTES_MAX),
        several => {
            let mut whole = String::new();
            for one in several {
                let from = one.from.clone().unwrap_or_default();
                let name = from.name.or(from.address).unwrap_or_default();
                whole.push_str(&format!("{name}:\n\n{}\n\n", one.body.trim_end()));
            }
            storable(whole.trim_end(), TEXT_BYTES_MAX)
        }
    }
}

/// What the member wrote above the letters that count.
fn remark(letter: &Letter, decision: &Decision) -> Option<String> {
    let text = decision
        .note
        .as_deref()
        .unwrap_or(&letter.message.text)
        .trim();
    (!decision.letters.is_empty() && !text.is_empty()).then(|| storable(text, TEXT_BYTES_MAX))
}

/// When it happened: as the letter inside says where that is a date that programs write, else as the mail says, else when it
/// came. False where a date was not believable.
fn happened_at(letter: &Letter, inner: Option<&str>) -> (i64, bool) {
    let believable =
        |at: i64| at >= EARLIEST_US && at <= letter.received_at.saturating_add(TWO_DAYS_US);
    let inner = inner.and_then(|date| {
        let date = date.trim();
        let zoned = || jiff::fmt::rfc2822::parse(date).map(|z| z.timestamp());
        Timestamp::from_str(date).or_else(|_| zoned()).ok()
    });
    if let Some(at) = inner
        .map(|t| t.as_microsecond())
        .filter(|at| believable(*at))
    {
        return (at, true);
    }
    match letter.message.date.map(|t| t.as_microsecond()) {
        Some(at) if believable(at) => (at, true),
        Some(_) => (letter.received_at, false),
        None => (letter.received_at, true),
    }
}

pub(super) fn attachments(letter: &Letter, id: i64) -> impl Iterator<Item = AttachmentRow> {
    letter
        .message
        .attachments
        .iter()
        .take(ATTACHMENTS_MAX)
        .zip(0..)
        .map(move |(file, position)| AttachmentRow {
            interaction_id: id,
            position,
            name: file
                .name
                .as_deref()
                .map(|name| storable(name, NAME_BYTES_MAX)),
            content_type: storable(&file.content_type, NAME_BYTES_MAX),
            size_bytes: i64::try_from(file.bytes).unwrap_or(i64::MAX),
            sha256: file.sha256.clone(),
        })
}

pub(super) fn witness(
    letter: &Letter,
    interaction_id: i64,
    member: Option<i64>,
    raw_id: i64,
    why: String,
) -> WitnessRow {
    let addresses: Vec<&str> = letter
        .recipients
        .iter()
        .map(|r| r.address.as_str())
        .collect();
    WitnessRow {
        spool_id: letter.spool_id,
        interaction_id,
        received_at: letter.received_at,
        member_id: member.or(letter.recipients.iter().find_map(|r| r.account_id)),
        addresses: json!(addresses).to_string(),
        envelope: serde_json::to_string(&letter.envelope).unwrap_or_default(),
        raw_id: Some(raw_id),
        why: storable(&why, TEXT_BYTES_MAX),
    }
}

pub(super) fn suggestion(suggestion: &Suggestion, id: i64) -> SuggestionRow {
    SuggestionRow {
        address: suggestion.address.clone(),
        name: suggestion
            .name
            .as_deref()
            .map(|name| storable(name, NAME_BYTES_MAX)),
        reason: suggestion.reason.to_owned(),
        seen_count: 1,
        last_interaction_id: id,
    }
}

pub(super) fn journal(
    letter: &Letter,
    decision: &Decision,
    change: &Change<'_>,
    now_us: i64,
) -> JournalRow {
    let contacts: Vec<i64> = change.people.roles.iter().map(|(id, _)| *id).collect();
    let before = match change.before {
        Some(before) => {
            json!({ "state": before.state, "contacts": before.contacts, "thread": before.thread_id })
        }
        None => json!({}),
    };
    let after = json!({
        "state": decision.state.word(),
        "contacts": contacts,
        "made": change.people.made,
        "thread": change.thread_id,
        "spool": letter.spool_id,
    });
    JournalRow {
        id: change.number,
        at: now_us,
        // A From line is no deed: what nothing proved, nobody did.
        member_id: decision
            .member
            .filter(|_| decision.why.proof != Proof::None),
        door: "mail".to_owned(),
        proof: decision.why.proof.word().to_owned(),
        verb: "file".to_owned(),
        subject: format!("#i{}", change.id),
        before: before.to_string(),
        after: after.to_string(),
        ..JournalRow::default()
    }
}

/// A meeting whose texts both databases take.
pub(super) fn storable_meeting(mut meeting: MeetingRow) -> MeetingRow {
    for text in [&mut meeting.summary, &mut meeting.location] {
        *text = text
            .as_deref()
            .map(|text| storable(text, SUBJECT_BYTES_MAX));
    }
    meeting
}

/// A text that both databases take: no U+0000, at most so many bytes.
fn storable(text: &str, bytes_max: usize) -> String {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text.to_owned()
    }
}

fn author_kind(member: Option<i64>, contact: Option<i64>) -> &'static str {
    match (member, contact) {
        (Some(_), _) => "member",
        (None, Some(_)) => "contact",
        (None, None) => "other",
    }
}

fn protection_word(protection: Protection) -> &'static str {
    match protection {
        Protection::None => "none",
        Protection::Signed => "signed",
        Protection::Encrypted => "encrypted",
    }
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Person => "person",
        Class::List => "list",
        Class::Calendar => "calendar",
        Class::AutoReply => "auto_reply",
        Class::Automatic => "automatic",
        Class::Bounce => "bounce",
        Class::Delayed => "delayed",
        Class::Delivered => "delivered",
        Class::Feedback => "feedback",
    }
}
