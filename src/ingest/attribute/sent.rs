//! What a member wrote to others with us in copy: it belongs to whom it was written to (MAIL.md 15).

use super::weighing::{Unknown, Weighing};
use super::{ContactRole, Decision, Direction, State};
use crate::domain::why::Rule;
use crate::ingest::known::Standing;
use crate::ingest::letter::key_of;

/// Decides by To; who stands in Cc joins where known, and is suggested where not.
pub(super) fn decide(mut weighing: Weighing<'_>) -> Decision {
    let unknown = weighing.unknown();
    let mut addressed = None;
    let mut has_outside = false;
    for to in weighing.to() {
        has_outside |= weighing.is_outside(to);
        let before = weighing.decision.people.len();
        let standing = weighing.add(to, ContactRole::Recipient, unknown);
        if standing == Some(Standing::Excluded) {
            weighing.step(format!(
                "{} is of a domain that makes no contacts",
                key_of(Some(to))
            ));
        }
        if weighing.decision.people.len() > before {
            addressed.get_or_insert_with(|| key_of(Some(to)));
        }
    }
    // Where To names nobody outside, a known person in Cc is who it was for.
    let role = if addressed.is_some() {
        ContactRole::Participant
    } else {
        ContactRole::Recipient
    };
    for cc in weighing.further() {
        has_outside |= weighing.is_outside(cc);
        let before = weighing.decision.people.len();
        weighing.add(cc, role, Unknown::Suggests("only in copy"));
        if weighing.decision.people.len() > before {
            addressed.get_or_insert_with(|| key_of(Some(cc)));
        }
    }
    for letter in &weighing.letter.message.forwards {
        if let Some(from) = &letter.from {
            weighing.add(
                from,
                ContactRole::Participant,
                Unknown::Suggests("forwarded to somebody outside"),
            );
        }
    }
    weighing.direction(if has_outside {
        Direction::Out
    } else {
        Direction::Internal
    });
    weighing.decision.why.address = addressed.clone();
    match addressed {
        Some(_) => weighing.decide(State::Filed, Rule::SentTo),
        None => weighing.by_thread_or(State::Unfiled, Rule::SentNobody),
    }
}
