//! To a member's own address: it is that member's mail, or nobody's.

use super::weighing::{Vouched, Weighing};
use super::{ContactRole, Decision, State, forward, note, sent};
use crate::domain::why::{Proof, Rule};
use crate::ingest::known::Member;
use crate::ingest::letter::key_of;
use crate::mail::{Class, Mailbox};

/// Decides by the member of the address. A secret address makes nobody a member: From must agree (MAIL.md 12).
pub(super) fn decide(weighing: Weighing<'_>, account: Option<i64>) -> Decision {
    match believed(weighing, account) {
        Ok((weighing, member, proof)) => by_member(weighing, member, proof),
        Err(decision) => *decision,
    }
}

/// The member of a secret address, and by what it is believed that they sent this; the decision where it is not.
pub(super) fn believed<'a>(
    mut weighing: Weighing<'a>,
    account: Option<i64>,
) -> Result<(Weighing<'a>, &'a Member, Proof), Box<Decision>> {
    let Some(member) = account.and_then(|id| weighing.known.member(id)) else {
        return Err(Box::new(weighing.hold(Rule::HeldNoMember)));
    };
    weighing.decision.why.member = Some(member.id);
    weighing.decision.member = Some(member.id);
    if weighing.has_several_from() {
        return Err(Box::new(weighing.hold(Rule::HeldSeveralFrom)));
    }
    if weighing.sending_member().map(|m| m.id) != Some(member.id) {
        return Err(Box::new(match weighing.letter.message.class {
            Class::List => weighing.set_aside(Rule::List),
            Class::AutoReply | Class::Automatic => weighing.set_aside(Rule::Automatic),
            _ => weighing.hold(Rule::HeldFrom),
        }));
    }
    let proof = match weighing.vouched() {
        Vouched::BySignIn => Proof::Auth,
        Vouched::ByDomain => Proof::Dmarc,
        Vouched::ByNobody => Proof::SecretAddress,
        Vouched::Denied => return Err(Box::new(weighing.hold(Rule::HeldDmarc))),
    };
    Ok((weighing, member, proof))
}

/// What a proved member sent to be filed.
pub(super) fn by_member(mut weighing: Weighing<'_>, member: &Member, proof: Proof) -> Decision {
    weighing.proved(member, proof);
    weighing.written_by_member(member);
    if weighing.letter.message.class == Class::AutoReply {
        return weighing.set_aside(Rule::Automatic);
    }
    let message = &weighing.letter.message;
    let is_outbound = weighing.to().iter().any(|to| weighing.is_outside(to));
    if is_outbound {
        return sent::decide(weighing);
    }
    if !message.forwards.is_empty() {
        return forward::decide(weighing);
    }
    let organizer = message
        .invitation
        .as_ref()
        .and_then(|i| i.organizer.as_ref());
    if let Some(organizer) = organizer.filter(|organizer| weighing.is_outside(organizer)) {
        return invited(weighing, organizer);
    }
    let is_to_others = weighing.to().iter().chain(weighing.further()).any(|to| {
        let key = to.key();
        key.contains('@') && !key.ends_with(&format!("@{}", weighing.known.mail_domain))
    });
    if is_to_others {
        return sent::decide(weighing);
    }
    note::decide(weighing)
}

/// An invitation of somebody outside that a member passed on: it is the organizer's.
fn invited(mut weighing: Weighing<'_>, organizer: &Mailbox) -> Decision {
    let unknown = weighing.unknown();
    weighing.add(organizer, ContactRole::Author, unknown);
    let address = key_of(Some(organizer));
    weighing.written_by(Some(organizer));
    weighing.decision.author.contact = weighing.who(&address);
    weighing.decision.why.address = Some(address);
    if weighing.decision.people.is_empty() {
        return weighing.by_thread_or(State::Unfiled, Rule::ForwardRole);
    }
    weighing.decide(State::Filed, Rule::Meeting)
}
