//! Meetings: what an invitation, its update, its cancellation and its answer make of the one that is stored (RFC 5546).

use super::{Decision, State};
use crate::ingest::identity;
use crate::ingest::known::Known;
use crate::ingest::letter::{Letter, key_of};
use crate::mail::Invitation;
use crate::store::workspace::meetings::MeetingRow;
use std::collections::BTreeMap;

/// Attendees that are kept of one meeting.
const ATTENDEES_MAX: usize = 200;

/// The meeting as it is after this mail; absent where the mail changes none. Only what was filed changes a meeting, only its
/// own people do, and an older revision never overwrites a newer one.
pub fn change(
    letter: &Letter,
    known: &Known,
    decision: &Decision,
    interaction_id: i64,
) -> Option<MeetingRow> {
    let invitation = letter.message.invitation.as_ref()?;
    if decision.state != State::Filed || invitation.uid.trim().is_empty() {
        return None;
    }
    let uid = uid(invitation);
    let Some(stored) = known.meetings.get(&uid) else {
        let is_first = !matches!(
            invitation.method.to_uppercase().as_str(),
            "REPLY" | "COUNTER" | "REFRESH"
        );
        return is_first.then(|| first(invitation, uid, interaction_id));
    };
    let is_answer = invitation.method.eq_ignore_ascii_case("REPLY");
    let is_answered = is_answer && was_asked(decision, stored);
    if !is_answered && !may_change(letter, known, decision, stored) {
        return None;
    }
    match invitation.method.to_uppercase().as_str() {
        "REPLY" => Some(answered(invitation, stored)),
        "CANCEL" if invitation.sequence >= stored.sequence => Some(MeetingRow {
            sequence: invitation.sequence,
            status: "cancelled".to_owned(),
            ..stored.clone()
        }),
        "REQUEST" | "PUBLISH" | "ADD" if invitation.sequence > stored.sequence => {
            Some(first(invitation, uid, stored.interaction_id))
        }
        // The same revision again: it changes nothing, and brings back nothing that was cancelled.
        _ => None,
    }
}

/// The UID as it is stored.
pub(in crate::ingest) fn uid(invitation: &Invitation) -> String {
    let visible: String = invitation
        .uid
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    identity::bounded(visible)
}

fn first(invitation: &Invitation, uid: String, interaction_id: i64) -> MeetingRow {
    let is_cancelled = invitation.method.eq_ignore_ascii_case("CANCEL");
    MeetingRow {
        uid,
        interaction_id,
        sequence: invitation.sequence,
        status: if is_cancelled {
            "cancelled"
        } else {
            "confirmed"
        }
        .to_owned(),
        summary: invitation.summary.clone(),
        location: invitation.location.clone(),
        starts_at: invitation.start.map(|t| t.as_microsecond()),
        ends_at: invitation.end.map(|t| t.as_microsecond()),
        organizer: Some(key_of(invitation.organizer.as_ref())).filter(|key| !key.is_empty()),
        attendees: to_json(&answers(invitation)),
    }
}

/// Only the answers of those who were asked change; who answers without having been asked is added.
fn answered(invitation: &Invitation, stored: &MeetingRow) -> MeetingRow {
    let mut attendees = from_json(&stored.attendees);
    for (address, answer) in answers(invitation) {
        if attendees.len() < ATTENDEES_MAX || attendees.contains_key(&address) {
            attendees.insert(address, answer);
        }
    }
    MeetingRow {
        attendees: to_json(&attendees),
        ..stored.clone()
    }
}

/// Whether the mail comes from the meeting's organizer or from a member.
fn may_change(letter: &Letter, known: &Known, decision: &Decision, stored: &MeetingRow) -> bool {
    let author = &decision.author.address;
    let from = letter.sender_key();
    decision.author.member.is_some()
        || known.member_by_address(&from).is_some()
        || stored
            .organizer
            .as_ref()
            .is_some_and(|organizer| organizer == author || *organizer == from)
}

fn was_asked(decision: &Decision, stored: &MeetingRow) -> bool {
    from_json(&stored.attendees).contains_key(&decision.author.address)
}

fn answers(invitation: &Invitation) -> BTreeMap<String, String> {
    let attendees = invitation.attendees.iter().take(ATTENDEES_MAX);
    attendees
        .map(|(mailbox, answer)| (key_of(Some(mailbox)), answer.to_uppercase()))
        .filter(|(address, _)| !address.is_empty())
        .collect()
}

fn from_json(attendees: &str) -> BTreeMap<String, String> {
    serde_json::from_str(attendees).unwrap_or_default()
}

fn to_json(attendees: &BTreeMap<String, String>) -> String {
    serde_json::to_string(attendees).unwrap_or_else(|_| "{}".to_owned())
}
