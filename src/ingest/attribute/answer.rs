//! What a member answers to a message of ours: about whom that message was.

use super::weighing::Weighing;
use super::{
    ContactRole, Decision, Direction, InteractionKind, State, Who, forward, intake, note, sent,
};
use crate::domain::why::Rule;
use crate::mail::Class;

/// Decides by the message that is answered. Its address is bound to one member, and From must agree (MAIL.md 12).
pub(super) fn decide(weighing: Weighing<'_>, number: Option<i64>) -> Decision {
    let known = weighing.known;
    let sent_before = number.and_then(|number| known.sent.get(&number));
    let (mut weighing, member, proof) =
        match intake::believed(weighing, sent_before.map(|s| s.member_id)) {
            Ok(believed) => believed,
            Err(decision) => return *decision,
        };
    weighing.proved(member, proof);
    weighing.written_by_member(member);
    if weighing.letter.message.class == Class::AutoReply {
        return weighing.set_aside(Rule::Automatic);
    }
    if weighing.to().iter().any(|to| weighing.is_outside(to)) {
        return sent::decide(weighing);
    }
    if !weighing.letter.message.forwards.is_empty() {
        return forward::decide(weighing);
    }
    match sent_before.and_then(|s| s.about_contact) {
        Some(contact) => {
            weighing.decision.kind = InteractionKind::Note;
            weighing.direction(Direction::Internal);
            weighing.decision.why.address = Some(format!("#c{contact}"));
            weighing.add_contact(Who::Known(contact), ContactRole::About);
            weighing.decide(State::Filed, Rule::Answer)
        }
        None => note::decide(weighing),
    }
}
