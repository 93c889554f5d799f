//! Decisions made into rows. Pure: numbers are given out from what is known, and what is decided about one letter is known
//! to the next of the same batch.

mod contact;
mod row;

use super::attribute::{self, Decision, State, Who};
use super::door::{self, Spoken};
use super::known::{Filed, Known};
use super::letter::Letter;
use crate::domain::why::{Rule, Why};
use crate::store::registry::Route;
use crate::store::workspace::address_book::AddressRow;
use crate::store::workspace::contacts::{CompanyRow, ContactRow};
use crate::store::workspace::interactions::{AttachmentRow, ContactRole, InteractionRow};
use crate::store::workspace::journal::JournalRow;
use crate::store::workspace::mail_keys::{MailKeyRow, WitnessRow};
use crate::store::workspace::meetings::MeetingRow;
use crate::store::workspace::raw::RawRow;
use crate::store::workspace::rules::SuggestionRow;
use std::collections::{BTreeMap, BTreeSet};

/// Threads that one Message-ID leads to; what mentions it beyond and is not filed is found by its other ids, or begins a thread. Else a flood
/// of strangers that mention one id would make every look-up of it long.
const THREADS_OF_ID_MAX: usize = 20;

/// What the batch adds to the workspace.
#[derive(Debug, Default)]
pub struct Plan {
    pub(super) raws: Vec<RawRow>,
    pub(super) companies: Vec<CompanyRow>,
    pub(super) contacts: Vec<ContactRow>,
    pub(super) addresses: Vec<AddressRow>,
    pub(super) interactions: Vec<InteractionRow>,
    /// Interactions of before that are filed anew.
    pub(super) again: Vec<InteractionRow>,
    pub(super) roles: Vec<ContactRole>,
    pub(super) attachments: Vec<AttachmentRow>,
    pub(super) keys: Vec<MailKeyRow>,
    pub(super) witnesses: Vec<WitnessRow>,
    pub(super) references: Vec<(String, i64)>,
    pub(super) participants: Vec<(i64, String)>,
    pub(super) suggestions: BTreeMap<String, SuggestionRow>,
    pub(super) meetings: BTreeMap<String, MeetingRow>,
    pub(super) journal: Vec<JournalRow>,
    /// What the letters ask for beside being filed, in their order.
    pub(super) asked: Vec<Asked>,
    /// Capture addresses, for the registry.
    pub(super) routes: Vec<Route>,
}

/// Whether a letter is here for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// Yes.
    #[default]
    New,
    /// It was held or set aside, and is believed now.
    LetIn,
    /// It was filed before.
    Repeated,
}

/// A letter that was filed, as far as it asks for more.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The spooled message.
    pub spool_id: i64,
    /// What it was filed as.
    pub interaction_id: i64,
    /// With whom, but mere participants.
    pub contacts: Vec<i64>,
    /// Whether it is here for the first time.
    pub standing: Standing,
    /// How far it got, and why.
    pub state: State,
    /// What decided.
    pub rule: Rule,
    /// Who wrote it, where a member.
    pub author_member: Option<i64>,
    /// What a proved member asks for.
    pub spoken: Option<Spoken>,
}

impl Asked {
    fn of(letter: &Letter, decision: &Decision, spoken: Option<Spoken>) -> Asked {
        Asked {
            spool_id: letter.spool_id,
            state: decision.state,
            rule: decision.why.rule,
            author_member: decision.author.member,
            spoken,
            ..Asked::default()
        }
    }
}

/// What planning needs beside letter and knowledge.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// Whose mail it is.
    pub workspace_id: i64,
    /// Microseconds since 1970.
    pub now_us: i64,
    /// Random bytes for the token of a capture address.
    pub random: fn() -> [u8; 6],
}

impl Plan {
    /// Adds one letter with its decision. A spooled message that is filed already adds nothing.
    pub fn add(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        mut decision: Decision,
    ) {
        if !known.witnessed.insert(letter.spool_id) {
            return;
        }
        let raw_id = self.keep_raw(known, letter);
        let there = known.mails.get(&letter.key.message_id).and_then(|mails| {
            let same = mails
                .iter()
                .find(|(digest, _)| *digest == letter.key.body_digest);
            same.map(|(_, interaction)| *interaction)
        });
        let spoken = door::spoken(letter, &decision, known);
        decision.hear(spoken.as_ref().and_then(|s| s.note.as_deref()), letter);
        let member = decision.member;
        let why = decision.why.to_json();
        let mut asked = Asked::of(letter, &decision, spoken);
        let interaction_id = match there {
            Some(id) => {
                asked.standing = self.unite(known, occasion, letter, decision, id);
                id
            }
            None => self.file(known, occasion, letter, decision, raw_id),
        };
        asked.interaction_id = interaction_id;
        asked.contacts = self.contacts_of(known, interaction_id);
        self.asked.push(asked);
        self.witnesses
            .push(row::witness(letter, interaction_id, member, raw_id, why));
    }

    fn keep_raw(&mut self, known: &mut Known, letter: &Letter) -> i64 {
        if let Some(id) = known.raws.get(&letter.raw.digest) {
            return *id;
        }
        let id = known.next_number("raw_message");
        known.raws.insert(letter.raw.digest.clone(), id);
        self.raws.push(RawRow {
            id,
            digest: letter.raw.digest.clone(),
            size_bytes: letter.raw.size_bytes,
            zstd: letter.raw.zstd.clone(),
        });
        id
    }

    /// A mail that is new here.
    fn file(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        decision: Decision,
        raw_id: i64,
    ) -> i64 {
        let id = known.next_number("interaction");
        let thread_id = self.thread(known, letter, &decision, id);
        let people = self.people(known, occasion, letter, &decision);
        let mut row = row::interaction(letter, &decision, people.author, occasion.now_us);
        (row.id, row.thread_id, row.raw_id) = (id, thread_id, Some(raw_id));
        let filed = Filed {
            state: row.state.clone(),
            thread_id,
            why: row.why.clone(),
            contacts: BTreeSet::new(),
        };
        known.interactions.insert(id, filed);
        let key = (letter.key.body_digest.clone(), id);
        known
            .mails
            .entry(letter.key.message_id.clone())
            .or_default()
            .push(key);
        self.keys.push(MailKeyRow {
            message_id: letter.key.message_id.clone(),
            body_digest: letter.key.body_digest.clone(),
            interaction_id: id,
        });
        self.attachments.extend(row::attachments(letter, id));
        self.interactions.push(row);
        self.settle(
            known,
            occasion,
            letter,
            &decision,
            Settled {
                id,
                thread_id,
                before: None,
                people,
            },
        );
        id
    }

    /// A further copy of a mail that is here: a witness, and more where it tells more.
    fn unite(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        decision: Decision,
        id: i64,
    ) -> Standing {
        let before = known.interactions.get(&id).cloned().unwrap_or_default();
        let why = Why::from_json(&before.why).unwrap_or_default();
        let state = State::from_word(&before.state);
        let tells_more =
            decision.state > state || (decision.state == State::Filed && state == State::Filed);
        // What a person said is not undone by a further copy.
        if why.rule == Rule::ByHand || !tells_more {
            return Standing::Repeated;
        }
        let is_let_in = decision.state > state && state < State::Unfiled;
        let people = self.people(known, occasion, letter, &decision);
        let mut thread_id = before.thread_id;
        if decision.state > state {
            thread_id = match attribute::thread_of(letter, known) {
                Some(thread) => thread,
                None => before.thread_id,
            };
            self.join_thread(known, letter, decision.state, thread_id);
            let mut row = row::interaction(letter, &decision, people.author, occasion.now_us);
            (row.id, row.thread_id) = (id, thread_id);
            self.write_again(known, row);
        }
        self.settle(
            known,
            occasion,
            letter,
            &decision,
            Settled {
                id,
                thread_id,
                before: Some(before),
                people,
            },
        );
        match is_let_in {
            true => Standing::LetIn,
            false => Standing::Repeated,
        }
    }

    /// The contacts that an interaction is filed with, but mere participants.
    fn contacts_of(&self, known: &Known, id: i64) -> Vec<i64> {
        let there = known.interactions.get(&id);
        there
            .map(|filed| filed.contacts.iter().copied().collect())
            .unwrap_or_default()
    }

    fn write_again(&mut self, known: &mut Known, mut row: InteractionRow) {
        if let Some(filed) = known.interactions.get_mut(&row.id) {
            filed.state.clone_from(&row.state);
            filed.why.clone_from(&row.why);
            filed.thread_id = row.thread_id;
        }
        for list in [&mut self.interactions, &mut self.again] {
            if let Some(there) = list.iter_mut().find(|there| there.id == row.id) {
                (row.raw_id, row.created_at) = (there.raw_id, there.created_at);
                *there = row;
                return;
            }
        }
        self.again.push(row);
    }

    /// The thread of a new interaction: one that it joins, that of its meeting, or its own. What is not proved joins none.
    fn thread(&mut self, known: &mut Known, letter: &Letter, decision: &Decision, id: i64) -> i64 {
        if !matches!(decision.state, State::Filed | State::Unfiled) {
            return id;
        }
        let meeting = letter
            .message
            .invitation
            .as_ref()
            .filter(|_| decision.state == State::Filed);
        let of_meeting = meeting.and_then(|invitation| {
            let meeting = known.meetings.get(&attribute::meeting_uid(invitation))?;
            Some(known.interactions.get(&meeting.interaction_id)?.thread_id)
        });
        let thread = attribute::thread_of(letter, known)
            .or(of_meeting)
            .unwrap_or(id);
        self.join_thread(known, letter, decision.state, thread);
        thread
    }

    fn join_thread(&mut self, known: &mut Known, letter: &Letter, state: State, thread: i64) {
        for id in letter.references() {
            let threads = known.threads_by_id.entry(id.clone()).or_default();
            let has_room = threads.len() < THREADS_OF_ID_MAX || state == State::Filed;
            if has_room && threads.insert(thread) {
                self.references.push((id, thread));
            }
        }
        let there = known.threads.entry(thread).or_default();
        for address in attribute::participants(letter) {
            if there.participants.insert(address.clone()) {
                self.participants.push((thread, address));
            }
        }
    }

    /// What follows from an interaction that stands: whose it is, meetings, suggestions, the journal.
    fn settle(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        decision: &Decision,
        settled: Settled,
    ) {
        let Settled {
            id,
            thread_id,
            before,
            people,
        } = settled;
        for (contact_id, role) in &people.roles {
            self.roles.push(ContactRole {
                contact_id: *contact_id,
                interaction_id: id,
                role: role.word().to_owned(),
            });
            if *role == attribute::ContactRole::Participant {
                continue;
            }
            if let Some(filed) = known.interactions.get_mut(&id) {
                filed.contacts.insert(*contact_id);
            }
            if decision.state == State::Filed {
                known
                    .threads
                    .entry(thread_id)
                    .or_default()
                    .contacts
                    .insert(*contact_id);
            }
        }
        self.note_down(known, letter, decision, id);
        let is_new = |(id, role): &(i64, attribute::ContactRole)| {
            *role != attribute::ContactRole::Participant
                && before
                    .as_ref()
                    .is_none_or(|before| !before.contacts.contains(id))
        };
        let is_same_state = before
            .as_ref()
            .is_some_and(|before| before.state == decision.state.word());
        if is_same_state && !people.roles.iter().any(is_new) {
            return;
        }
        let number = known.next_number("journal");
        let change = row::Change {
            number,
            id,
            thread_id,
            before: before.as_ref(),
            people: &people,
        };
        self.journal
            .push(row::journal(letter, decision, &change, occasion.now_us));
    }

    /// What a mail says beside itself: of meetings, of addresses that make no contact, of addresses that take no mail.
    fn note_down(&mut self, known: &mut Known, letter: &Letter, decision: &Decision, id: i64) {
        if let Some(meeting) = attribute::change_meeting(letter, known, decision, id) {
            let meeting = row::storable_meeting(meeting);
            known.meetings.insert(meeting.uid.clone(), meeting.clone());
            self.meetings.insert(meeting.uid.clone(), meeting);
        }
        for suggestion in &decision.suggest {
            let row = row::suggestion(suggestion, id);
            let there = self
                .suggestions
                .entry(row.address.clone())
                .or_insert_with(|| SuggestionRow {
                    seen_count: 0,
                    ..row.clone()
                });
            *there = SuggestionRow {
                seen_count: there.seen_count + 1,
                name: row.name.clone().or(there.name.take()),
                ..row
            };
        }
    }

    /// The numbers of a decision's people; those who are not there are made.
    fn people(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        decision: &Decision,
    ) -> People {
        let mut people = People::default();
        for (who, role) in &decision.people {
            let id = match who {
                Who::Known(id) => Some(*id),
                Who::New(address) => {
                    self.contact(known, occasion, letter, decision, address, &mut people.made)
                }
            };
            if let Some(id) = id.filter(|id| !people.roles.iter().any(|(there, _)| there == id)) {
                people.roles.push((id, *role));
            }
        }
        people.author = match &decision.author.contact {
            Some(Who::Known(id)) => Some(*id),
            Some(Who::New(address)) => known.by_address.get(address).copied(),
            None => None,
        };
        people
    }
}

/// A decision's people by number.
#[derive(Clone, Debug, Default)]
struct People {
    roles: Vec<(i64, attribute::ContactRole)>,
    made: Vec<i64>,
    author: Option<i64>,
}

/// An interaction that stands, and how it stood.
struct Settled {
    id: i64,
    thread_id: i64,
    before: Option<Filed>,
    people: People,
}
