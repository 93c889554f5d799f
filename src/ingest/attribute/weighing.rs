//! A decision while it is made: what every rule asks of the letter, and what it adds.

use super::{
    Author, ContactRole, Decision, Direction, NewContact, PEOPLE_MAX, State, Suggestion, Who,
};
use crate::domain::people;
use crate::domain::why::{Proof, Rule};
use crate::ingest::known::{Known, Member, Standing};
use crate::ingest::letter::{Letter, key_of};
use crate::mail::{Class, Mailbox};

/// A decision while it is made.
pub(super) struct Weighing<'a> {
    pub letter: &'a Letter,
    pub known: &'a Known,
    pub decision: Decision,
}

/// What the author domain's rules and the session say about the From line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vouched {
    /// Whoever sent it had signed in as that address.
    BySignIn,
    /// The domain vouches for it.
    ByDomain,
    /// Nobody says anything.
    ByNobody,
    /// The domain's rules say that it is not.
    Denied,
}

/// Whether an address that nobody knows becomes a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It does.
    Makes,
    /// It is suggested.
    Suggests(&'static str),
}

impl<'a> Weighing<'a> {
    pub fn new(letter: &'a Letter, known: &'a Known) -> Weighing<'a> {
        let mut weighing = Weighing {
            letter,
            known,
            decision: Decision::default(),
        };
        let author = letter
            .message
            .author
            .as_ref()
            .or(letter.message.from.as_ref());
        weighing.decision.author = author_of(author);
        weighing
    }

    /// Whether it says that one of our own addresses wrote it.
    pub fn is_own_mail(&self) -> bool {
        self.known.standing(&self.letter.sender_key()) == Some(Standing::Ours)
    }

    /// The member whom the From line names.
    pub fn sending_member(&self) -> Option<&'a Member> {
        self.known.member_by_address(&self.letter.sender_key())
    }

    /// Whether From names more than one mailbox, which proves none of them (MAIL.md 11).
    pub fn has_several_from(&self) -> bool {
        self.letter.message.from_count > 1
    }

    /// Who vouches for the From line.
    pub fn vouched(&self) -> Vouched {
        let trust = &self.letter.trust;
        let signed_in = trust.authenticated.as_deref().or(self
            .letter
            .envelope
            .authenticated
            .as_deref());
        let from = self.letter.sender_key();
        // Whoever signs in does so by the registered address, and may write from a further one.
        let is_own = |account: &str| {
            let member = self.known.member_by_address(&from);
            account == from || member.is_some_and(|member| member.address == account)
        };
        if signed_in.is_some_and(|account| !from.is_empty() && is_own(&account.to_lowercase())) {
            return Vouched::BySignIn;
        }
        match trust.dmarc.as_str() {
            "pass" => Vouched::ByDomain,
            "fail" => Vouched::Denied,
            // No policy is published, and yet an aligned signature or sender: the same evidence.
            _ if trust.aligned_by.is_some() => Vouched::ByDomain,
            _ => Vouched::ByNobody,
        }
    }

    /// Whether people may become contacts by it: not by what a list or a program sent (MAIL.md 14, 15).
    pub fn unknown(&self) -> Unknown {
        match self.letter.message.class {
            Class::Person | Class::Calendar => Unknown::Makes,
            _ => Unknown::Suggests("a list or a program sent it"),
        }
    }

    /// Adds somebody to the decision; gives what the address is. Colleagues and our own addresses add nobody.
    pub fn add(
        &mut self,
        mailbox: &Mailbox,
        role: ContactRole,
        unknown: Unknown,
    ) -> Option<Standing> {
        let address = key_of(Some(mailbox));
        let standing = self.known.standing(&address)?;
        match standing {
            Standing::Contact(id) => self.add_contact(Who::Known(id), role),
            Standing::Stranger => match unknown {
                Unknown::Makes => self.make(mailbox, address, role),
                Unknown::Suggests(reason) => self.suggest(mailbox, address, reason),
            },
            Standing::Role => self.suggest(
                mailbox,
                address,
                "an address of a function, not of a person",
            ),
            Standing::Ours | Standing::Member(_) | Standing::Colleague | Standing::Excluded => {}
        }
        Some(standing)
    }

    /// Adds a contact; who is there already keeps the role.
    pub fn add_contact(&mut self, who: Who, role: ContactRole) {
        let people = &mut self.decision.people;
        if people.len() < PEOPLE_MAX && !people.iter().any(|(there, _)| *there == who) {
            people.push((who, role));
        }
    }

    fn make(&mut self, mailbox: &Mailbox, address: String, role: ContactRole) {
        let who = Who::New(address.clone());
        let is_there = self
            .decision
            .make
            .iter()
            .any(|there| there.address == address);
        self.add_contact(who.clone(), role);
        let is_taken = self.decision.people.iter().any(|(there, _)| *there == who);
        if is_there || !is_taken {
            return;
        }
        let name = people::clean_name(mailbox.name.as_deref(), &address);
        self.decision.make.push(NewContact {
            address,
            name,
            ..NewContact::default()
        });
    }

    /// Keeps an address as one that could become a contact.
    pub fn suggest(&mut self, mailbox: &Mailbox, address: String, reason: &'static str) {
        let suggestions = &mut self.decision.suggest;
        if suggestions.len() >= PEOPLE_MAX || suggestions.iter().any(|s| s.address == address) {
            return;
        }
        let name = people::clean_name(mailbox.name.as_deref(), &address);
        suggestions.push(Suggestion {
            address,
            name,
            reason,
        });
    }

    /// The contact that a normalised address leads to: known, or to be made by this decision.
    pub fn who(&self, address: &str) -> Option<Who> {
        match self.known.standing(address)? {
            Standing::Contact(id) => Some(Who::Known(id)),
            _ => {
                let who = Who::New(address.to_owned());
                self.decision
                    .people
                    .iter()
                    .any(|(there, _)| *there == who)
                    .then_some(who)
            }
        }
    }

    /// A thought on the way.
    pub fn step(&mut self, step: impl Into<String>) {
        self.decision.why.steps.push(step.into());
    }

    /// Sets the author to a mailbox other than that of the mail.
    pub fn written_by(&mut self, mailbox: Option<&Mailbox>) {
        self.decision.author = author_of(mailbox);
    }

    /// Sets the author to the member who sent it.
    pub fn written_by_member(&mut self, member: &Member) {
        self.decision.author = author_of(self.letter.message.from.as_ref());
        self.decision.author.member = Some(member.id);
        if self.decision.author.name.is_none() {
            self.decision.author.name = member.name.clone();
        }
    }

    /// The mail is a member's, and this is what proves it.
    pub fn proved(&mut self, member: &Member, proof: Proof) {
        self.decision.member = Some(member.id);
        self.decision.why.member = Some(member.id);
        self.decision.why.proof = proof;
    }

    /// The conversation that it continues, where its author took part in it or it has somebody outside in common with it:
    /// an id in References alone joins nobody (MAIL.md 21).
    pub fn thread_contacts(&self) -> Option<Vec<i64>> {
        let thread = thread_of(self.letter, self.known)?;
        let contacts = &self.known.threads.get(&thread)?.contacts;
        (!contacts.is_empty()).then(|| contacts.iter().copied().take(PEOPLE_MAX).collect())
    }

    /// Files by the conversation where nothing else said whose it is.
    pub fn by_thread_or(mut self, state: State, rule: Rule) -> Decision {
        match self.thread_contacts() {
            Some(contacts) => {
                for id in contacts {
                    self.add_contact(Who::Known(id), ContactRole::About);
                }
                self.decide(State::Filed, Rule::Thread)
            }
            None => self.decide(state, rule),
        }
    }

    pub fn decide(mut self, state: State, rule: Rule) -> Decision {
        self.decision.state = state;
        self.decision.why.rule = rule;
        self.decision
    }

    /// Keeps it until somebody looks at it; adds nobody.
    pub fn hold(mut self, rule: Rule) -> Decision {
        self.decision.why.address = Some(self.letter.sender_key());
        self.without_people();
        self.decide(State::Held, rule)
    }

    /// Keeps it out of sight; adds nobody.
    pub fn set_aside(mut self, rule: Rule) -> Decision {
        self.decision.why.address = Some(self.letter.sender_key());
        self.without_people();
        self.decide(State::SetAside, rule)
    }

    fn without_people(&mut self) {
        self.decision.people.clear();
        self.decision.make.clear();
        self.decision.suggest.clear();
        self.decision.author.contact = None;
    }

    /// The visible recipients: To.
    pub fn to(&self) -> &'a [Mailbox] {
        &self.letter.message.to
    }

    /// The visible further recipients: Cc, and Bcc where a client left it.
    pub fn further(&self) -> impl Iterator<Item = &'a Mailbox> + use<'a> {
        self.letter
            .message
            .cc
            .iter()
            .chain(&self.letter.message.bcc)
    }

    /// Whether a mailbox is of somebody outside: no address of ours, no member, no colleague.
    pub fn is_outside(&self, mailbox: &Mailbox) -> bool {
        self.known
            .standing(&key_of(Some(mailbox)))
            .is_some_and(|s| {
                !matches!(
                    s,
                    Standing::Ours | Standing::Member(_) | Standing::Colleague
                )
            })
    }

    pub fn direction(&mut self, direction: Direction) {
        self.decision.direction = direction;
    }
}

fn author_of(mailbox: Option<&Mailbox>) -> Author {
    let address = key_of(mailbox);
    let name = mailbox.and_then(|m| people::clean_name(m.name.as_deref(), &address));
    Author {
        name,
        address,
        member: None,
        contact: None,
    }
}

/// The thread that a mail belongs to: the nearest that it mentions or that mentions it, and in which its author took part,
/// or with which it has somebody in common who is neither a member nor one of our own addresses.
pub(in crate::ingest) fn thread_of(letter: &Letter, known: &Known) -> Option<i64> {
    let people = participants(letter);
    let author = letter.author_key();
    let has_common = |thread: &i64| {
        known.threads.get(thread).is_some_and(|thread| {
            people.iter().any(|address| {
                let is_own = || {
                    known.member_by_address(address).is_some()
                        || address.ends_with(&format!("@{}", known.mail_domain))
                };
                thread.participants.contains(address) && (*address == author || !is_own())
            })
        })
    };
    let ids = letter.references();
    let mut threads = ids
        .iter()
        .filter_map(|id| known.threads_by_id.get(id))
        .flatten();
    threads.find(|thread| has_common(thread)).copied()
}

/// Who took part in a mail and in the letters inside it: normalised, each once, at most 100.
pub(in crate::ingest) fn participants(letter: &Letter) -> Vec<String> {
    let message = &letter.message;
    let outer = message
        .author
        .iter()
        .chain(&message.from)
        .chain(&message.to)
        .chain(&message.cc);
    let inner = message
        .forwards
        .iter()
        .flat_map(|f| f.from.iter().chain(&f.to).chain(&f.cc));
    let mut people: Vec<String> = Vec::new();
    for mailbox in outer.chain(inner) {
        let key = key_of(Some(mailbox));
        if !key.is_empty() && people.len() < PEOPLE_MAX && !people.contains(&key) {
            people.push(key);
        }
    }
    people
}
