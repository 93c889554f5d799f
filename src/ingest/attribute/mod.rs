//! What a mail is to this workspace: whose it is, who wrote it, which contacts it belongs to, and why. Pure: a letter and
//! what is known in, a decision out; no database, no clock.
//!
//! Each recipient of ours is a way in and decides by itself; one mail that came by several is one decision with all reasons.

mod answer;
mod capture;
mod forward;
mod intake;
mod meeting;
mod note;
mod open;
mod report;
mod sent;
#[cfg(test)]
mod tests;
mod weighing;

pub use meeting::change as change_meeting;
pub(super) use meeting::uid as meeting_uid;
pub(super) use note::{is_address, named, number};
pub(super) use weighing::{participants, thread_of};

use super::known::{Known, Member};
use super::letter::Letter;
use crate::domain::why::{Proof, Rule, Why};
use crate::mail::Class;
use crate::store::registry::AddressKind;
use weighing::Weighing;

/// How far a mail got. The order is that of two ways in: the further one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Of no use to anybody: kept, not shown.
    #[default]
    SetAside,
    /// Not proved: kept until somebody looks at it.
    Held,
    /// Good, and it is not known whose contact it belongs to.
    Unfiled,
    /// With its contacts.
    Filed,
}

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InteractionKind {
    /// A mail.
    #[default]
    Mail,
    /// What a member noted down.
    Note,
    /// An invitation, its update, its answer.
    Meeting,
    /// What became of another mail.
    Report,
    /// Commands to us, and nothing beside.
    Command,
}

/// From whom to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From outside.
    #[default]
    In,
    /// To outside.
    Out,
    /// Among members.
    Internal,
}

/// Who wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Cleaned display name.
    pub name: Option<String>,
    /// Normalised address; empty where none is known.
    pub address: String,
    /// The member that it is.
    pub member: Option<i64>,
    /// The contact that it is.
    pub contact: Option<Who>,
}

/// A contact, there already or still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// By number.
    Known(i64),
    /// By the address that it is made with.
    New(String),
}

/// What a contact is to an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactRole {
    /// Wrote it.
    Author,
    /// It was written to.
    Recipient,
    /// Was there too.
    Participant,
    /// It is about.
    About,
}

/// A contact to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContact {
    /// Normalised address.
    pub address: String,
    /// Cleaned display name.
    pub name: Option<String>,
    /// Job title, where the signature plainly says one.
    pub title: Option<String>,
    /// Phone, where the signature plainly says one.
    pub phone: Option<String>,
    /// What the company calls itself, where the signature plainly says it.
    pub company: Option<String>,
}

/// An address that was seen and makes no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Normalised address.
    pub address: String,
    /// Cleaned display name.
    pub name: Option<String>,
    /// Why it made none.
    pub reason: &'static str,
}

/// What was decided about a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// How far it got.
    pub state: State,
    /// What it is.
    pub kind: InteractionKind,
    /// From whom to whom.
    pub direction: Direction,
    /// The member who brought it in.
    pub member: Option<i64>,
    /// Who wrote it.
    pub author: Author,
    /// Its contacts; a contact stands once.
    pub people: Vec<(Who, ContactRole)>,
    /// Contacts to be made; each stands in `people`.
    pub make: Vec<NewContact>,
    /// Addresses that make none.
    pub suggest: Vec<Suggestion>,
    /// Which of the letters inside it are what was said; none where it is the mail itself.
    pub letters: Vec<usize>,
    /// What follows the commands of the head block, in place of the text; absent where there are none.
    pub note: Option<String>,
    /// Why.
    pub why: Why,
}

/// Contacts that one mail makes at most.
const PEOPLE_MAX: usize = 100;

/// Decides about a mail.
pub fn decide(letter: &Letter, known: &Known) -> Decision {
    let mut decided: Option<Decision> = None;
    for way in ways(letter) {
        let next = decide_way(Weighing::new(letter, known), way);
        decided = Some(match decided {
            None => next,
            Some(before) => unite(before, next),
        });
    }
    let decision = decided.unwrap_or_else(|| decide_way(Weighing::new(letter, known), Way::Plain));
    match letter.message.invitation {
        Some(_) if decision.kind == InteractionKind::Mail => Decision {
            kind: InteractionKind::Meeting,
            ..decision
        },
        _ => decision,
    }
}

/// A recipient of ours, as far as it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way<'a> {
    Intake(Option<i64>),
    Capture(&'a str),
    Answer(Option<i64>),
    Plain,
}

/// The ways in, each once; a member's own first, since it tells most.
fn ways(letter: &Letter) -> Vec<Way<'_>> {
    let mut ways = Vec::new();
    for kind in [
        AddressKind::Intake,
        AddressKind::Reply,
        AddressKind::Capture,
        AddressKind::Plain,
        AddressKind::Bounce,
        AddressKind::Date,
    ] {
        for recipient in letter.recipients.iter().filter(|r| r.kind == kind) {
            let way = match kind {
                AddressKind::Intake => Way::Intake(recipient.account_id),
                AddressKind::Capture => Way::Capture(&recipient.local_part),
                AddressKind::Reply => Way::Answer(recipient.number),
                AddressKind::Plain | AddressKind::Bounce | AddressKind::Date => Way::Plain,
            };
            if !ways.contains(&way) && ways.len() < PEOPLE_MAX {
                ways.push(way);
            }
        }
    }
    ways
}

fn decide_way(weighing: Weighing<'_>, way: Way<'_>) -> Decision {
    if weighing.is_own_mail() {
        return weighing.set_aside(Rule::OwnMail);
    }
    let capture = match way {
        Way::Capture(local_part) => weighing.known.by_capture.get(local_part).copied(),
        _ => None,
    };
    let class = weighing.letter.message.class;
    if matches!(
        class,
        Class::Bounce | Class::Delayed | Class::Delivered | Class::Feedback
    ) {
        return report::decide(weighing, capture);
    }
    match way {
        Way::Intake(account) => intake::decide(weighing, account),
        Way::Capture(local_part) => capture::decide(weighing, local_part, capture),
        Way::Answer(number) => answer::decide(weighing, number),
        Way::Plain => open::decide(weighing),
    }
}

/// Two ways in are one mail: the further one says what it is, both say whose it is.
pub fn unite(one: Decision, other: Decision) -> Decision {
    let (mut first, second) = if other.state > one.state {
        (other, one)
    } else {
        (one, other)
    };
    first.member = first.member.or(second.member);
    if first.why != second.why {
        first.why.steps.push(also(&second.why));
    }
    // What was not filed by itself has nobody to add: a held copy must not bring in contacts by the back door.
    if second.state != State::Filed {
        return first;
    }
    if first.why.proof == Proof::None && first.why.member.is_none() {
        first.why.proof = second.why.proof;
        first.why.member = second.why.member;
    }
    for (who, role) in second.people {
        if !first.people.iter().any(|(there, _)| *there == who) {
            first.people.push((who, role));
        }
    }
    for new in second.make {
        if !first.make.iter().any(|there| there.address == new.address) {
            first.make.push(new);
        }
    }
    for suggestion in second.suggest {
        if !first
            .suggest
            .iter()
            .any(|there| there.address == suggestion.address)
        {
            first.suggest.push(suggestion);
        }
    }
    first
}

/// A further reason as a step.
fn also(why: &Why) -> String {
    let words = why.words(None);
    let sentence = words.lines().next().unwrap_or_default();
    format!("also: {sentence}")
}

impl Decision {
    /// Whether this member wrote what the mail newly says.
    pub fn author_is(&self, member: &Member, letter: &Letter) -> bool {
        member.has(&letter.sender_key()) && self.why.member == Some(member.id)
    }

    /// Takes the commands out of what is filed; a mail that says nothing else belongs to nobody's history.
    pub fn hear(&mut self, note: Option<&str>, letter: &Letter) {
        let Some(note) = note else { return };
        self.note = Some(note.to_owned());
        let is_bare = note.is_empty() && letter.message.attachments.is_empty();
        if is_bare && self.letters.is_empty() && self.kind != InteractionKind::Meeting {
            self.kind = InteractionKind::Command;
            self.direction = Direction::Internal;
            self.state = State::Filed;
            self.people.clear();
            self.make.clear();
            self.suggest.clear();
        }
    }
}

impl State {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            State::SetAside => "set_aside",
            State::Held => "held",
            State::Unfiled => "unfiled",
            State::Filed => "filed",
        }
    }

    /// The state of a word in the database.
    pub fn from_word(word: &str) -> State {
        match word {
            "filed" => State::Filed,
            "unfiled" => State::Unfiled,
            "held" => State::Held,
            _ => State::SetAside,
        }
    }
}

impl InteractionKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            InteractionKind::Mail => "mail",
            InteractionKind::Note => "note",
            InteractionKind::Meeting => "meeting",
            InteractionKind::Report => "report",
            InteractionKind::Command => "command",
        }
    }
}

impl Direction {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Internal => "internal",
        }
    }
}

impl ContactRole {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            ContactRole::Author => "author",
            ContactRole::Recipient => "recipient",
            ContactRole::Participant => "participant",
            ContactRole::About => "about",
        }
    }
}
