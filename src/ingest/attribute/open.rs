//! To the workspace's plain address, which everybody knows: only a proved member is believed, strangers are kept.

use super::intake;
use super::weighing::{Vouched, Weighing};
use super::{ContactRole, Decision, Direction, State, Who};
use crate::domain::why::{Proof, Rule};
use crate::ingest::known::Standing;
use crate::mail::Class;

/// Decides by who proved to have written it.
pub(super) fn decide(weighing: Weighing<'_>) -> Decision {
    let Some(member) = weighing.sending_member() else {
        return by_stranger(weighing);
    };
    if weighing.has_several_from() {
        return weighing.hold(Rule::HeldSeveralFrom);
    }
    match weighing.vouched() {
        Vouched::BySignIn => intake::by_member(weighing, member, Proof::Auth),
        Vouched::ByDomain => intake::by_member(weighing, member, Proof::Dmarc),
        Vouched::ByNobody => weighing.hold(Rule::HeldUnproved),
        Vouched::Denied => weighing.hold(Rule::HeldDmarc),
    }
}

/// With the contact whose address it is; else kept for the members to look at. Strangers make no contacts.
fn by_stranger(mut weighing: Weighing<'_>) -> Decision {
    let author = weighing.letter.author_key();
    weighing.direction(Direction::In);
    weighing.decision.why.address = (!author.is_empty()).then(|| author.clone());
    let is_believed = weighing.vouched() != Vouched::Denied && !weighing.has_several_from();
    let standing = weighing.known.standing(&author);
    if let Some(Standing::Contact(id)) = standing {
        if !is_believed {
            return weighing.decide(State::Unfiled, Rule::AuthorUnproved);
        }
        if weighing.known.rules.contains_key(&author) {
            weighing
                .step("a member said before, with \"file:\", to whom mail of this address belongs");
        }
        weighing.add_contact(Who::Known(id), ContactRole::Author);
        weighing.decision.author.contact = Some(Who::Known(id));
        return weighing.decide(State::Filed, Rule::AuthorKnown);
    }
    match weighing.letter.message.class {
        Class::List => return weighing.set_aside(Rule::List),
        Class::AutoReply | Class::Automatic => return weighing.set_aside(Rule::Automatic),
        _ => {}
    }
    if !is_believed {
        return weighing.decide(State::Unfiled, Rule::AuthorUnproved);
    }
    if let (Some(Standing::Stranger | Standing::Role), Some(from)) =
        (standing, weighing.letter.message.author.as_ref())
    {
        weighing.suggest(from, author, "wrote to the workspace");
    }
    weighing.by_thread_or(State::Unfiled, Rule::AuthorUnknown)
}
