//! To a contact's own address: it is that contact's, whoever wrote it; the author is who he really is (MAIL.md 13).

use super::weighing::{Unknown, Vouched, Weighing};
use super::{ContactRole, Decision, Direction, State, Who};
use crate::domain::why::{Proof, Rule};
use crate::ingest::known::{Member, Standing};
use crate::ingest::letter::key_of;
use crate::mail::Class;

/// Decides by the contact of the address.
pub(super) fn decide(
    mut weighing: Weighing<'_>,
    local_part: &str,
    contact: Option<i64>,
) -> Decision {
    let address = format!("{local_part}@{}", weighing.known.mail_domain);
    weighing.decision.why.address = Some(address);
    let Some(contact) = contact else {
        return weighing.decide(State::Unfiled, Rule::CaptureUnknown);
    };
    match weighing.sending_member() {
        Some(member) => by_member(weighing, member, contact),
        None => by_somebody(weighing, contact),
    }
}

/// The address is in many hands: a member's From needs its own proof here.
fn by_member(mut weighing: Weighing<'_>, member: &Member, contact: i64) -> Decision {
    if weighing.has_several_from() {
        return weighing.hold(Rule::HeldSeveralFrom);
    }
    let proof = match weighing.vouched() {
        Vouched::BySignIn => Proof::Auth,
        Vouched::ByDomain => Proof::Dmarc,
        Vouched::ByNobody => return weighing.hold(Rule::HeldUnproved),
        Vouched::Denied => return weighing.hold(Rule::HeldDmarc),
    };
    weighing.proved(member, proof);
    weighing.written_by_member(member);
    let is_outbound = weighing.to().iter().any(|to| weighing.is_outside(to));
    let is_forward = !is_outbound && written_inside(&mut weighing, contact);
    if !is_forward {
        weighing.add_contact(Who::Known(contact), ContactRole::Recipient);
        for to in weighing.to() {
            weighing.add(
                to,
                ContactRole::Recipient,
                Unknown::Suggests("written to together with a contact"),
            );
        }
        for cc in weighing.further() {
            weighing.add(
                cc,
                ContactRole::Participant,
                Unknown::Suggests("only in copy"),
            );
        }
        let direction = if is_outbound || is_visible(&weighing) {
            Direction::Out
        } else {
            Direction::Internal
        };
        weighing.direction(direction);
    }
    weighing.decide(State::Filed, Rule::CaptureAddress)
}

/// Whether one of our capture addresses stands in To or Cc: what is written there goes on to the contact.
fn is_visible(weighing: &Weighing<'_>) -> bool {
    weighing
        .to()
        .iter()
        .chain(weighing.further())
        .any(|mailbox| {
            let key = key_of(Some(mailbox));
            weighing.letter.recipients.iter().any(|r| r.address == key)
        })
}

/// A letter that a member forwarded here: its sender is the author. False where there is none, or a colleague wrote it.
fn written_inside(weighing: &mut Weighing<'_>, contact: i64) -> bool {
    let Some(letter) = weighing.letter.message.forwards.first() else {
        return false;
    };
    let from = letter.from.as_ref();
    let who = match weighing.known.standing(&key_of(from)) {
        Some(Standing::Ours | Standing::Member(_) | Standing::Colleague) => return false,
        Some(Standing::Contact(id)) => Some(Who::Known(id)),
        _ => None,
    };
    if let Some(who) = &who {
        weighing.add_contact(who.clone(), ContactRole::Author);
    } else if let Some(from) = from {
        weighing.add(
            from,
            ContactRole::Author,
            Unknown::Suggests("a letter of theirs was filed with another contact"),
        );
    }
    weighing.add_contact(Who::Known(contact), ContactRole::About);
    weighing.written_by(from);
    weighing.decision.author.contact = who;
    weighing.decision.why.found_by = Some(letter.found_by.clone());
    weighing.decision.letters = vec![0];
    weighing.direction(Direction::In);
    true
}

fn by_somebody(mut weighing: Weighing<'_>, contact: i64) -> Decision {
    weighing.direction(Direction::In);
    let author = weighing.letter.author_key();
    let standing = weighing.known.standing(&author);
    let is_believed = weighing.vouched() != Vouched::Denied && !weighing.has_several_from();
    match standing {
        Some(Standing::Contact(id)) if is_believed => {
            weighing.add_contact(Who::Known(id), ContactRole::Author);
            weighing.decision.author.contact = Some(Who::Known(id));
            if id != contact {
                weighing.step("another contact wrote it");
            }
        }
        Some(Standing::Contact(_)) => {
            weighing.step("that the author wrote it himself is not believed: the domain's rules, or several From lines, speak against it");
        }
        Some(Standing::Stranger) => {
            weighing.step("somebody else wrote it, whom no contact stands for");
            suggest_author(&mut weighing, author);
        }
        _ => weighing.step("somebody else wrote it, whom no contact stands for"),
    }
    weighing.add_contact(Who::Known(contact), ContactRole::About);
    weighing.decide(State::Filed, Rule::CaptureAddress)
}

fn suggest_author(weighing: &mut Weighing<'_>, author: String) {
    if !matches!(
        weighing.letter.message.class,
        Class::Person | Class::Calendar
    ) {
        return;
    }
    if let Some(mailbox) = weighing.letter.message.author.as_ref() {
        weighing.suggest(mailbox, author, "wrote to the address of a contact");
    }
}
