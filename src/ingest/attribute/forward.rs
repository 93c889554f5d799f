//! What a member forwarded belongs to who wrote it first (MAIL.md 17).

use super::weighing::Weighing;
use super::{ContactRole, Decision, Direction, State, Who};
use crate::domain::name;
use crate::domain::why::Rule;
use crate::ingest::known::Standing;
use crate::ingest::letter::key_of;
use crate::mail::{self, Forwarded, Mailbox, card};

/// Where a forwarded letter led.
enum Led {
    /// To its sender, a contact.
    Sender,
    /// To whom a colleague wrote it.
    Recipients,
    /// To nobody, by this rule.
    Nobody(Rule),
}

/// Decides by the letters inside. Several side by side are one interaction with all their authors; of letters inside each
/// other the outermost of somebody outside counts.
pub(super) fn decide(mut weighing: Weighing<'_>) -> Decision {
    let letters = &weighing.letter.message.forwards;
    let mut failed = Rule::ForwardUnknown;
    let mut first: Option<(usize, Led)> = None;
    let mut taken = Vec::new();
    for chain in chains(letters) {
        for index in chain {
            let Some(letter) = letters.get(index) else {
                break;
            };
            match lead(&mut weighing, letter) {
                Led::Nobody(rule) => {
                    failed = rule;
                    // Only behind a colleague's letter can one of somebody outside stand.
                    if !is_from_inside(&weighing, letter) {
                        break;
                    }
                }
                led => {
                    taken.push(index);
                    first.get_or_insert((index, led));
                    break;
                }
            }
        }
    }
    let Some((index, led)) = first else {
        weighing.decision.letters = (0..letters.len().min(1)).collect();
        return unfiled(weighing, failed);
    };
    weighing.decision.letters = taken;
    match letters.get(index) {
        Some(letter) => filed(weighing, letter, &led),
        None => unfiled(weighing, failed),
    }
}

/// The letters that stand side by side, each with those inside it.
fn chains(letters: &[Forwarded]) -> Vec<Vec<usize>> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    let mut outer: Option<&str> = None;
    for (index, letter) in letters.iter().enumerate() {
        let inner = letter.body.trim();
        let is_inside = outer.is_some_and(|outer| !inner.is_empty() && outer.contains(inner));
        match chains.last_mut() {
            Some(chain) if is_inside => chain.push(index),
            _ => {
                chains.push(vec![index]);
                outer = Some(&letter.body);
            }
        }
    }
    chains
}

fn is_from_inside(weighing: &Weighing<'_>, letter: &Forwarded) -> bool {
    letter.from.as_ref().is_some_and(|from| {
        let standing = weighing.known.standing(&key_of(Some(from)));
        matches!(
            standing,
            Some(Standing::Ours | Standing::Member(_) | Standing::Colleague)
        )
    })
}

/// Adds the people of one letter.
fn lead(weighing: &mut Weighing<'_>, letter: &Forwarded) -> Led {
    let Some(from) = letter.from.as_ref() else {
        return Led::Nobody(Rule::ForwardUnknown);
    };
    let unknown = weighing.unknown();
    match weighing.add(from, ContactRole::Author, unknown) {
        None => match by_name(weighing, from) {
            Some(id) => {
                weighing.add_contact(Who::Known(id), ContactRole::Author);
                Led::Sender
            }
            None => Led::Nobody(Rule::ForwardUnknown),
        },
        Some(Standing::Contact(_)) => Led::Sender,
        Some(Standing::Stranger) => match weighing.who(&key_of(Some(from))) {
            Some(_) => {
                describe(weighing, letter);
                Led::Sender
            }
            None => Led::Nobody(Rule::ForwardRole),
        },
        Some(Standing::Role | Standing::Excluded) => Led::Nobody(Rule::ForwardRole),
        Some(Standing::Ours | Standing::Member(_) | Standing::Colleague) => {
            let before = weighing.decision.people.len();
            for to in &letter.to {
                weighing.add(to, ContactRole::Recipient, unknown);
            }
            if weighing.decision.people.len() > before {
                Led::Recipients
            } else {
                Led::Nobody(Rule::SentNobody)
            }
        }
    }
}

/// What the letter's signature plainly says of its sender, who is about to become a contact.
fn describe(weighing: &mut Weighing<'_>, letter: &Forwarded) {
    let address = key_of(letter.from.as_ref());
    let made = weighing.decision.make.iter_mut();
    let Some(new) = made.into_iter().find(|new| new.address == address) else {
        return;
    };
    let Some(signature) = mail::read_text(&letter.body, None).signature else {
        return;
    };
    let card = card::read(&signature, new.name.as_deref());
    (new.title, new.phone, new.company) = (card.title, card.phone, card.company);
}

/// The one contact whose name it is, where a client showed only the name.
fn by_name(weighing: &Weighing<'_>, from: &Mailbox) -> Option<i64> {
    let key = name::key(from.name.as_deref()?);
    if key.is_empty() {
        None
    } else {
        weighing.known.only_by_name(&key)
    }
}

fn filed(mut weighing: Weighing<'_>, letter: &Forwarded, led: &Led) -> Decision {
    let from = letter.from.as_ref();
    let sender = key_of(from);
    weighing.decision.why.found_by = Some(letter.found_by.clone());
    weighing.written_by(from);
    let first = weighing.decision.people.first().map(|(who, _)| who.clone());
    if let Led::Recipients = led {
        weighing.decision.author.member = weighing.known.member_by_address(&sender).map(|m| m.id);
        weighing.direction(Direction::Out);
        weighing.decision.why.address = first.and_then(|who| address_of(&who, letter, &weighing));
        return weighing.decide(State::Filed, Rule::ForwardColleague);
    }
    weighing.direction(Direction::In);
    weighing.decision.author.contact = first;
    let rule = if sender.is_empty() {
        Rule::ForwardName
    } else {
        Rule::ForwardFrom
    };
    if weighing.known.rules.contains_key(&sender) {
        weighing.step("a member said before, with \"file:\", to whom mail of this address belongs");
    }
    weighing.decision.why.address = (!sender.is_empty()).then_some(sender);
    weighing.decide(State::Filed, rule)
}

/// The address in the letter's To that led to a contact.
fn address_of(who: &Who, letter: &Forwarded, weighing: &Weighing<'_>) -> Option<String> {
    letter
        .to
        .iter()
        .map(|to| key_of(Some(to)))
        .find(|key| weighing.who(key).as_ref() == Some(who))
}

fn unfiled(mut weighing: Weighing<'_>, rule: Rule) -> Decision {
    let from = weighing
        .letter
        .message
        .forwards
        .first()
        .and_then(|f| f.from.as_ref());
    let key = key_of(from);
    if let Some(letter) = weighing.letter.message.forwards.first() {
        weighing.decision.why.found_by = Some(letter.found_by.clone());
    }
    weighing.written_by(from);
    weighing.decision.author.member = weighing.known.member_by_address(&key).map(|m| m.id);
    weighing.decision.why.address = (!key.is_empty()).then_some(key);
    weighing.direction(if rule == Rule::SentNobody {
        Direction::Internal
    } else {
        Direction::In
    });
    weighing.by_thread_or(State::Unfiled, rule)
}
