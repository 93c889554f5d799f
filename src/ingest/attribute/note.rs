//! What a member wrote to the address itself: a note about the contact that it names.

use super::weighing::Weighing;
use super::{ContactRole, Decision, Direction, InteractionKind, State, Who};
use crate::commands::Ref;
use crate::commands::parse::Head;
use crate::domain::name;
use crate::domain::why::Rule;
use crate::ingest::door::head_of;
use crate::ingest::letter::Letter;

/// Lines of a note in which a contact is looked for.
const LINES_MAX: usize = 6;
/// Words of a line in which one is looked for.
const WORDS_MAX: usize = 24;
/// Names that are looked up for one note.
const NAMES_MAX: usize = 250;

/// What a note names, before it is known who that is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The references of lines such as `@ada:`, as written.
    pub targets: Vec<String>,
    /// `#c12`.
    pub numbers: Vec<i64>,
    /// Addresses, normalised.
    pub addresses: Vec<String>,
    /// Keys of two to four words in a row, each of which may be somebody's whole name; the longest first.
    pub names: Vec<String>,
}

/// What the subject and the first lines of a note name.
pub fn named(letter: &Letter, head: &Head) -> Named {
    let mut named = Named::default();
    for target in head
        .target
        .iter()
        .chain(head.lines.iter().filter_map(|l| l.target.as_ref()))
    {
        aim(&mut named, target);
    }
    let subject = letter.message.subject.as_deref().unwrap_or_default();
    let lines = letter
        .message
        .text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty());
    for line in std::iter::once(subject).chain(lines.take(LINES_MAX)) {
        if let Some((target, _)) = line.strip_prefix('@').and_then(|rest| rest.split_once(':')) {
            push(
                &mut named.targets,
                target.trim().trim_matches('"').to_owned(),
            );
        }
        let words: Vec<&str> = line
            .split_whitespace()
            .take(WORDS_MAX)
            .map(bare)
            .filter(|w| !w.is_empty())
            .collect();
        for word in &words {
            if let Some(number) = number(word) {
                push(&mut named.numbers, number);
            } else if is_address(word) {
                push(&mut named.addresses, word.to_lowercase());
            }
        }
        for length in (2..=4).rev() {
            for row in words.windows(length) {
                if named.names.len() < NAMES_MAX {
                    push(&mut named.names, name::key(&row.join(" ")));
                }
            }
        }
    }
    named
        .names
        .sort_by_key(|name| std::cmp::Reverse(name.split(' ').count()));
    named
}

/// Decides by what the note names: whom it is addressed at, then numbers and addresses, then whole names.
pub(super) fn decide(mut weighing: Weighing<'_>) -> Decision {
    weighing.decision.kind = InteractionKind::Note;
    weighing.direction(Direction::Internal);
    let known = weighing.known;
    let head = match weighing.sending_member() {
        Some(member) => head_of(weighing.letter, member),
        None => Head::default(),
    };
    let named = named(weighing.letter, &head);
    let targets = named
        .targets
        .iter()
        .filter_map(|target| Some((target.clone(), target_contact(known, target)?)));
    let numbers = named
        .numbers
        .iter()
        .filter_map(|n| Some((format!("#c{n}"), *known.by_number.get(n)?)));
    let addresses = named.addresses.iter().filter_map(|a| {
        let contact = known.rules.get(a).or_else(|| known.by_address.get(a))?;
        Some((a.clone(), *contact))
    });
    let names = named
        .names
        .iter()
        .filter_map(|n| Some((n.clone(), known.only_by_name(n)?)));
    let found: [(Rule, Vec<(String, i64)>); 4] = [
        (Rule::NoteTarget, targets.collect()),
        (Rule::NoteNumber, numbers.collect()),
        (Rule::NoteAddress, addresses.collect()),
        (Rule::NoteName, names.collect()),
    ];
    for (rule, contacts) in found {
        let Some((what, _)) = contacts.first() else {
            continue;
        };
        weighing.decision.why.address = Some(what.clone());
        for (_, id) in contacts {
            weighing.add_contact(Who::Known(id), ContactRole::About);
        }
        return weighing.decide(State::Filed, rule);
    }
    weighing.by_thread_or(State::Unfiled, Rule::NoteNobody)
}

/// What a command of the head block is aimed at.
fn aim(named: &mut Named, target: &Ref) {
    match target {
        Ref::Name(name) => push(&mut named.targets, name.clone()),
        Ref::Contact(number) => push(&mut named.numbers, *number),
        Ref::Address { address, .. } => push(&mut named.addresses, address.clone()),
        _ => {}
    }
}

fn target_contact(known: &crate::ingest::known::Known, target: &str) -> Option<i64> {
    if let Some(number) = number(target) {
        return known.by_number.get(&number).copied();
    }
    if is_address(target) {
        let address = target.to_lowercase();
        return known
            .rules
            .get(&address)
            .or_else(|| known.by_address.get(&address))
            .copied();
    }
    let key = name::key(target);
    known
        .only_by_name(&key)
        .or_else(|| known.only_by_first_name(&key))
}

/// The number of `#c12`.
pub(in crate::ingest) fn number(word: &str) -> Option<i64> {
    word.strip_prefix("#c")
        .or_else(|| word.strip_prefix("#C"))?
        .parse()
        .ok()
}

pub(in crate::ingest) fn is_address(word: &str) -> bool {
    word.len() <= crate::domain::address::ADDRESS_BYTES_MAX
        && !word.contains('\0')
        && word
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| {
        matches!(
            c,
            ',' | '.' | ';' | ':' | '(' | ')' | '<' | '>' | '"' | '\'' | '!' | '?' | '[' | ']'
        )
    })
    .trim_end_matches("'s")
    .trim_end_matches("’s")
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
