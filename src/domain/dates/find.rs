//! Finds the one date phrase in the arguments of a command. The rule stands in the documentation of [`super`].

use super::grammar::{Phrase, Reader, Style};
use super::lex::{Kind, tokens};
use super::lexicon::{Lexicon, Sense, Weight};
use super::when::When;
use crate::domain::language::Language;
use std::ops::Range;

/// No text of a command has more words; what stands behind them is not looked at.
const TOKENS_MAX: usize = 20_000;
/// "due by the", "bis spätestens am"
const MARKERS_MAX: usize = 3;

/// What [`super::find()`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No date phrase: the words are the whole text.
    Nothing,
    /// One.
    One {
        /// The text without the phrase and its marker.
        words: String,
        /// The phrase.
        when: When,
        /// How it was written, without its marker.
        phrase: String,
    },
    /// Two, and nothing says which is meant: to be asked, not guessed.
    Ambiguous {
        /// How the first was written.
        first: String,
        /// How the second was written.
        second: String,
    },
}

/// A phrase that could be the one.
struct Candidate {
    when: When,
    /// 0 without a marker.
    rank: u8,
    /// The bytes of the phrase.
    phrase: Range<usize>,
    /// The bytes of the phrase and its markers.
    whole: Range<usize>,
    /// Whether it may be taken without a marker.
    stands_free: bool,
}

pub(super) fn find(text: &str, language: Language) -> Found {
    let Some(lexicon) = Lexicon::of(language) else {
        return Found::Nothing;
    };
    let tokens = tokens(text, TOKENS_MAX);
    let finder = Finder {
        text,
        reader: Reader {
            tokens: &tokens,
            lexicon,
            style: Style::Text,
        },
    };
    let candidates = finder.candidates();
    let best = candidates.iter().map(|c| c.rank).max().unwrap_or(0);
    let mut of_rank = candidates.iter().filter(|c| c.rank == best);
    let (first, second) = (of_rank.next(), of_rank.next());
    match (first, second) {
        (Some(one), None) if best > 0 || one.stands_free => finder.one(one),
        (Some(first), Some(second)) => {
            let is_asked = best > 0 || candidates.iter().any(|c| c.stands_free);
            if !is_asked {
                return Found::Nothing;
            }
            Found::Ambiguous {
                first: finder.cut(&first.phrase).to_owned(),
                second: finder.cut(&second.phrase).to_owned(),
            }
        }
        _ => Found::Nothing,
    }
}

struct Finder<'a> {
    text: &'a str,
    reader: Reader<'a>,
}

impl Finder<'_> {
    fn candidates(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.reader.tokens.len() {
            match self.candidate(at) {
                Some((mut candidate, next)) => {
                    if let (Some(one), Some(last)) = (&mut candidate, found.last()) {
                        self.share_marker(one, last);
                    }
                    found.extend(candidate);
                    at = next.max(at + 1);
                }
                None => at += 1,
            }
        }
        found
    }

    /// "on monday or friday": what marks the first marks the second.
    fn share_marker(&self, one: &mut Candidate, last: &Candidate) {
        let between = self.text.get(last.whole.end..one.whole.start);
        let tokens = tokens(between.unwrap_or_default(), 2);
        let is_joined = tokens.len() == 1
            && [Sense::Or, Sense::And].into_iter().any(|sense| {
                let wanted = |said| (said == sense).then_some(());
                self.reader.lexicon.find(&tokens, 0, wanted).is_some()
            });
        if is_joined {
            one.rank = one.rank.max(last.rank);
            one.stands_free |= last.stands_free;
        }
    }

    /// The candidate that begins at a place, with or without its marker, and the place behind. A phrase that was read and
    /// must not be taken is passed over as a whole.
    fn candidate(&self, at: usize) -> Option<(Option<Candidate>, usize)> {
        if !self.opens(at) {
            return None;
        }
        let (rank, behind_marker) = self.markers(at);
        let direct = self.reader.phrase(at).map(|phrase| {
            // "at 9", "le 15": the word that begins the phrase is its marker.
            let rank = if self.begins_marked(at) {
                rank.max(1)
            } else {
                0
            };
            (phrase, at, rank)
        });
        let marked = (behind_marker > at)
            .then(|| self.reader.phrase(behind_marker))
            .flatten()
            .map(|phrase| (phrase, behind_marker, rank));
        let (phrase, phrase_at, rank) = match (direct, marked) {
            (Some(direct), Some(marked)) if direct.0.next > marked.0.next => direct,
            (_, Some(marked)) => marked,
            (Some(direct), None) => direct,
            (None, None) => return None,
        };
        let next = phrase.next;
        Some((self.judged(phrase, at, phrase_at, rank), next))
    }

    fn judged(&self, phrase: Phrase, at: usize, phrase_at: usize, rank: u8) -> Option<Candidate> {
        let behind = self
            .reader
            .lexicon
            .find(self.reader.tokens, phrase.next, |sense| {
                (sense == Sense::MarkerBehind).then_some(())
            });
        let (rank, next) = match behind {
            Some(((), next)) => (rank.max(1), next),
            None => (rank, phrase.next),
        };
        if !self.closes(next) {
            return None;
        }
        // "extend by 3 days", "vor 3 Tagen"
        if rank == 1 && phrase.is_bare_span {
            return None;
        }
        let is_last = self.is_end(next);
        let is_first = at == 0;
        let is_followed = is_last || self.is_stop(next) || self.has_sense(next, Sense::Links);
        if phrase.weight == Weight::Bare && !(rank > 0 && is_followed) {
            return None;
        }
        let mut start = at;
        let bound = rank == 0 && self.is_bound(at, phrase.is_bare_span, &mut start);
        let stands_free = match phrase.weight {
            _ if bound => false,
            Weight::Bare => false,
            Weight::Light => is_last || is_first && self.is_stop(next),
            Weight::Full => is_last || is_first || is_followed,
        };
        if rank == 0 && (bound || phrase.weight == Weight::Light && !stands_free) {
            return None;
        }
        Some(Candidate {
            when: phrase.when,
            rank,
            phrase: self.bytes(phrase_at, phrase.next),
            whole: self.bytes(start, next),
            stands_free,
        })
    }

    /// Whether the words before a phrase own it: "about friday", "for 2 weeks". A "for" or "to" that does not is taken along.
    fn is_bound(&self, at: usize, is_bare_span: bool, start: &mut usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        if self.has_sense(before, Sense::Lead) {
            *start = before;
            return is_bare_span;
        }
        self.has_sense(before, Sense::Binds)
    }

    /// The highest rank of the markers that stand at a place, and the place behind them.
    fn markers(&self, at: usize) -> (u8, usize) {
        let (mut rank, mut next) = (0, at);
        for _ in 0..MARKERS_MAX {
            let said = self.marker(next);
            let Some((marker, behind)) = said else {
                break;
            };
            rank = rank.max(marker);
            next = behind;
        }
        (rank, next)
    }

    fn marker(&self, at: usize) -> Option<(u8, usize)> {
        let token = self.reader.tokens.get(at)?;
        if token.kind == Kind::Mark('^') {
            return Some((2, at + 1));
        }
        let (rank, next) =
            self.reader
                .lexicon
                .find(self.reader.tokens, at, |sense| match sense {
                    Sense::Marker(rank) => Some(rank),
                    _ => None,
                })?;
        let is_colon = self.is_mark(next, &[':']);
        Some((rank, next + usize::from(is_colon)))
    }

    fn begins_marked(&self, at: usize) -> bool {
        let is_marker = |sense| {
            let is = matches!(sense, Sense::Marker(_) | Sense::TimeMark);
            is.then_some(())
        };
        let tokens = self.reader.tokens;
        self.reader.lexicon.find(tokens, at, is_marker).is_some()
    }

    fn has_sense(&self, at: usize, wanted: Sense) -> bool {
        let is_wanted = |sense| (sense == wanted).then_some(());
        let tokens = self.reader.tokens;
        self.reader.lexicon.find(tokens, at, is_wanted).is_some()
    }

    /// Whether a phrase may begin here: not inside of a word, an address, a number.
    fn opens(&self, at: usize) -> bool {
        let Some(token) = self.reader.tokens.get(at) else {
            return false;
        };
        let before = self.text.get(..token.range.start).unwrap_or_default();
        before.chars().next_back().is_none_or(|letter| {
            letter.is_whitespace() || "([{\"'“‘«„,;:!?…—–^>*|".contains(letter)
        })
    }

    /// Whether a phrase may end before this place.
    fn closes(&self, next: usize) -> bool {
        let end = self.end_of(next);
        let rest = self.text.get(end..).unwrap_or_default();
        let mut letters = rest.chars();
        match letters.next() {
            None => true,
            Some(letter) if letter.is_whitespace() => true,
            Some(letter) if ")]}\"”’»,;:!?….—–*|".contains(letter) => {
                !letters.next().is_some_and(char::is_alphanumeric)
            }
            Some(_) => false,
        }
    }

    /// Whether nothing but closing marks follows.
    fn is_end(&self, next: usize) -> bool {
        let end = self.end_of(next);
        let rest = self.text.get(end..).unwrap_or_default();
        // A glance is enough, and keeps a long tail from being read again and again.
        rest.chars()
            .take(8)
            .all(|letter| letter.is_whitespace() || ")]}\"”’».!?…,;".contains(letter))
            && rest.len() <= 32
    }

    fn is_stop(&self, next: usize) -> bool {
        self.is_mark(next, &[',', ';', ':', '.', '!', '?', ')', '-', '–', '—'])
    }

    fn is_mark(&self, at: usize, marks: &[char]) -> bool {
        let token = self.reader.tokens.get(at);
        token.is_some_and(|token| matches!(token.kind, Kind::Mark(mark) if marks.contains(&mark)))
    }

    fn end_of(&self, next: usize) -> usize {
        let last = next
            .checked_sub(1)
            .and_then(|at| self.reader.tokens.get(at));
        last.map_or(0, |token| token.range.end)
    }

    fn bytes(&self, at: usize, next: usize) -> Range<usize> {
        let start = self.reader.tokens.get(at).map_or(0, |t| t.range.start);
        start..self.end_of(next)
    }

    fn cut(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn one(&self, candidate: &Candidate) -> Found {
        let before = self.text.get(..candidate.whole.start).unwrap_or_default();
        let after = self.text.get(candidate.whole.end..).unwrap_or_default();
        Found::One {
            words: joined(before, after),
            when: candidate.when.clone(),
            phrase: self.cut(&candidate.phrase).to_owned(),
        }
    }
}

/// What is left of a text where something was taken out of its middle, without the marks that belonged to that.
fn joined(before: &str, after: &str) -> String {
    let is_loose = |letter: char| letter.is_whitespace() || ",;:–—-".contains(letter);
    let (mut before, mut after) = (before.trim_end(), after.trim());
    // The brackets that held the phrase go with it.
    while let (Some(outer), Some(rest)) = (before.strip_suffix('('), after.strip_prefix(')')) {
        (before, after) = (outer.trim_end(), rest.trim_start());
    }
    if before.trim_end_matches(is_loose).is_empty() {
        return after.trim_start_matches(is_loose).to_owned();
    }
    let is_over = after
        .trim_start_matches(|letter| is_loose(letter) || letter == '.')
        .is_empty();
    if is_over {
        return before.trim_end_matches(is_loose).to_owned();
    }
    if after.starts_with([',', ';', ':', '.', '!', '?', ')']) {
        return format!("{}{after}", before.trim_end_matches(is_loose));
    }
    format!("{before} {after}")
}
