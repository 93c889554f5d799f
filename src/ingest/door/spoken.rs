//! What a letter asks for. Pure: a letter, what was decided about it and what is known in; lines of commands out.
//!
//! Commands stand in the head block of what the member newly wrote, where no contact reads it; in the subject, where the mail is
//! to us alone and begins a conversation; in tags of our addresses; and in addresses that are dates (COMMANDS.md, "Doors").

use super::sent_here::{is_let_in, is_sent_here};
use crate::commands::Door;
use crate::commands::let_in::RELEASED;
use crate::commands::parse::{self, Head, Line, address as in_address};
use crate::commands::problem::Problem;
use crate::domain::address;
use crate::domain::why::Proof;
use crate::ingest::attribute::{Decision, State};
use crate::ingest::known::{Known, Member, Standing};
use crate::ingest::letter::{Letter, key_of};
use crate::mail::relay::head_lines;
use crate::mail::{Class, Protection};
use crate::store::registry::AddressKind;

/// Contacts to whom one date address gives a next action.
const PEOPLE_MAX: usize = 10;

/// What a proved member asks for with a letter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spoken {
    /// Who.
    pub member: i64,
    /// By what that is known.
    pub proof: Proof,
    /// What is to be run, in order.
    pub lines: Vec<Line>,
    /// What is to be run about each contact of the letter.
    pub about_each: Vec<Line>,
    /// Where the first of them stands.
    pub door: Option<Door>,
    /// What follows the head block; absent where there is none, and the text stays as it is.
    pub note: Option<String>,
    /// The lines of the head block as they were written: what no contact may see.
    pub private: Vec<String>,
    /// Whether the subject is a command: then no contact may see it.
    pub is_by_subject: bool,
    /// The message of ours that is answered.
    pub answers: Option<i64>,
    /// Whether the member confirmed that the letter goes on as it is, without its head block.
    pub is_released: bool,
}

impl Spoken {
    /// Whether anything is to be run.
    pub fn asks(&self) -> bool {
        !self.lines.is_empty() || !self.about_each.is_empty()
    }
}

/// Whether a letter may hold commands, before it is known whose it is: those behind it wait for what it changes.
pub fn may_ask(letter: &Letter, members: &[Member]) -> bool {
    let sender = letter.sender_key();
    let Some(member) = members.iter().find(|m| m.has(&sender)) else {
        return false;
    };
    let is_tagged = letter.recipients.iter().any(|recipient| {
        let local_part = address::split(&recipient.address).map_or("", |(local, _)| local);
        matches!(recipient.kind, AddressKind::Date | AddressKind::Reply)
            || address::split_tag(local_part).1.is_some()
    });
    let subject = letter.message.subject.as_deref().unwrap_or_default();
    is_tagged
        || !head_of(letter, member).lines.is_empty()
        || !parse::head(subject, member.language()).lines.is_empty()
}

/// The head block of a letter; empty where nobody can command by its text.
pub fn head_of(letter: &Letter, member: &Member) -> Head {
    match letter.message.protection {
        Protection::Encrypted => Head::default(),
        _ => parse::head(letter.message.opening(), member.language()),
    }
}

/// What a letter asks for; `None` where nothing proves that a member wrote it.
pub fn spoken(letter: &Letter, decision: &Decision, known: &Known) -> Option<Spoken> {
    let is_filed = matches!(decision.state, State::Filed | State::Unfiled);
    let member = known.member(decision.member?)?;
    let is_proved = decision.why.proof != Proof::None && decision.author_is(member, letter);
    if !is_filed || !is_proved || letter.message.class != Class::Person || is_to_operator(letter) {
        return None;
    }
    let mut spoken = Spoken {
        member: member.id,
        proof: decision.why.proof,
        answers: answers(letter, known, member),
        ..Spoken::default()
    };
    body(&mut spoken, letter, known, member);
    subject(&mut spoken, letter, known, member);
    addresses(&mut spoken, letter);
    Some(spoken)
}

/// Whether it came to the operator alone: that is for people to read.
fn is_to_operator(letter: &Letter) -> bool {
    let mut recipients = letter.recipients.iter().peekable();
    recipients.peek().is_some()
        && recipients.all(|recipient| {
            let local_part = address::split(&recipient.address).map_or("", |(local, _)| local);
            address::is_operators(local_part)
        })
}

/// Which of our messages to this member is answered.
fn answers(letter: &Letter, known: &Known, member: &Member) -> Option<i64> {
    let of_replies = letter
        .recipients
        .iter()
        .filter(|r| r.kind == AddressKind::Reply);
    of_replies.filter_map(|r| r.number).find(|number| {
        known
            .sent
            .get(number)
            .is_some_and(|s| s.member_id == member.id)
    })
}

fn body(spoken: &mut Spoken, letter: &Letter, known: &Known, member: &Member) {
    if is_read_outside(letter, known) {
        return;
    }
    let head = head_of(letter, member);
    if head.lines.is_empty() && head.target.is_none() {
        return;
    }
    spoken.private = head_lines(letter.message.opening(), &head.note);
    let opening = letter.message.opening().len();
    let rest = letter.message.text.get(opening..).unwrap_or_default();
    spoken.note = Some(format!("{}{rest}", head.note).trim().to_owned());
    if !head.lines.is_empty() {
        spoken.door = Some(Door::MailBody);
    }
    spoken.lines = head.lines;
}

/// Whether somebody outside is among the visible recipients: then the body was written to them.
fn is_read_outside(letter: &Letter, known: &Known) -> bool {
    let message = &letter.message;
    message.to.iter().chain(&message.cc).any(|mailbox| {
        let standing = known.standing(&key_of(Some(mailbox)));
        standing.is_some_and(|s| {
            !matches!(
                s,
                Standing::Ours | Standing::Member(_) | Standing::Colleague
            )
        })
    })
}

/// Exactly one command, in a mail to one address of ours alone that begins a conversation.
fn subject(spoken: &mut Spoken, letter: &Letter, known: &Known, member: &Member) {
    let message = &letter.message;
    let mut visible = message.to.iter().chain(&message.cc);
    let (Some(only), None) = (visible.next(), visible.next()) else {
        return;
    };
    let is_ours = known.standing(&key_of(Some(only))) == Some(Standing::Ours);
    let begins = message.is_first() && spoken.answers.is_none();
    let Some(subject) = message.subject.as_deref().filter(|_| is_ours && begins) else {
        return;
    };
    let head = parse::head(subject, member.language());
    let [line] = head.lines.as_slice() else {
        return;
    };
    if !head.note.is_empty() {
        return;
    }
    let mut line = line.clone();
    line.number = next_number(spoken);
    spoken.is_by_subject = true;
    spoken.door.get_or_insert(Door::MailSubject);
    spoken.lines.push(line);
}

/// The tags of our addresses, and the addresses that are dates.
fn addresses(spoken: &mut Spoken, letter: &Letter) {
    let subject = letter.message.bare_subject();
    for recipient in &letter.recipients {
        let Some((local_part, _)) = address::split(&recipient.address) else {
            continue;
        };
        let number = next_number(spoken);
        let is_sent = || is_sent_here(letter, spoken.proof, &recipient.address);
        if recipient.kind == AddressKind::Date {
            let line = in_address::date(local_part, &subject, number);
            match is_sent() {
                true => spoken.about_each.extend(line),
                false => spoken.lines.extend(line.map(unsent)),
            }
            spoken.door.get_or_insert(Door::MailAddress);
            continue;
        }
        match address::split_tag(local_part).1 {
            None | Some("") => {}
            Some(RELEASED) if is_let_in(letter) => spoken.is_released = true,
            Some(tag) => {
                let line = in_address::tag(tag, &subject, number);
                let line = if is_sent() { line } else { unsent(line) };
                spoken.lines.push(line);
                spoken.door.get_or_insert(Door::MailAddress);
            }
        }
    }
}

/// What only the envelope of a copy says.
fn unsent(line: Line) -> Line {
    let words = "the mail bears your signature, and nothing shows that you sent it to this address: whoever got a copy could \
                 have; write the command on top of a mail to us";
    Line {
        result: Err(Problem::new(words)),
        perhaps: Vec::new(),
        ..line
    }
}

/// The number of the next line behind those of the body, so that each line has one of its own.
fn next_number(spoken: &Spoken) -> u32 {
    let numbers = spoken.lines.iter().chain(&spoken.about_each);
    numbers.map(|line| line.number).max().unwrap_or_default() + 1
}

/// The lines that are run, with those about each contact for each of them.
pub fn lines(spoken: &Spoken, contacts: &[i64]) -> Vec<Line> {
    let mut lines = spoken.lines.clone();
    let mut number = next_number(spoken);
    for line in &spoken.about_each {
        if contacts.is_empty() {
            lines.push(line.clone());
        }
        for contact in contacts.iter().take(PEOPLE_MAX) {
            let mut line = line.clone();
            line.target = Some(crate::commands::Ref::Contact(*contact));
            line.number = number;
            number += 1;
            lines.push(line);
        }
    }
    lines
}
