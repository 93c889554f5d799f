//! The grammar of date phrases: tokens into [`When`]. Each production looks a bounded number of tokens ahead and goes back at
//! most to where it began, so that reading at every place of a text stays linear in it.

mod calendar;
mod clock;
mod every;
mod relative;

use super::lex::{Gap, Kind, Token};
use super::lexicon::{Lexicon, Sense, Weight};
use super::when::{Day, Unit, When};
use clock::Place;
use jiff::civil::Time;

/// How strictly numbers are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As people write.
    Text,
    /// As in an address, where every mark has become a space: `fri 14 30`.
    Address,
}

/// Reads phrases off the tokens of a text.
pub(super) struct Reader<'a> {
    pub tokens: &'a [Token],
    pub lexicon: &'a Lexicon,
    pub style: Style,
}

/// A phrase that was read.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub when: When,
    /// The place behind it.
    pub next: usize,
    pub weight: Weight,
    /// "3 days" without "in".
    pub is_bare_span: bool,
}

/// A day that was read.
struct DayRead {
    day: Day,
    /// Where the word for the day says it, too: "tonight".
    time: Option<Time>,
    next: usize,
    weight: Weight,
    is_bare_span: bool,
}

impl DayRead {
    fn new(day: Day, next: usize, weight: Weight) -> DayRead {
        DayRead {
            day,
            time: None,
            next,
            weight,
            is_bare_span: false,
        }
    }
}

impl Reader<'_> {
    /// The longest phrase that begins at a place.
    pub(super) fn phrase(&self, at: usize) -> Option<Phrase> {
        let readings = [self.every(at), self.clock_first(at), self.day_first(at)];
        let mut longest: Option<Phrase> = None;
        for reading in readings.into_iter().flatten() {
            if longest.as_ref().is_none_or(|best| reading.next > best.next) {
                longest = Some(reading);
            }
        }
        longest
    }

    fn day_first(&self, at: usize) -> Option<Phrase> {
        let read = self.day(at)?;
        let is_short = matches!(read.day, Day::Span(_, Unit::Minute | Unit::Hour));
        let mut phrase = Phrase {
            when: When {
                day: read.day,
                time: read.time,
            },
            next: read.next,
            weight: read.weight,
            is_bare_span: read.is_bare_span,
        };
        if is_short {
            return Some(phrase);
        }
        // "tonight at 8" says more than "tonight".
        if let Some(clock) = self.clock(read.next, Place::BehindDay { part: read.time }) {
            phrase.when.time = Some(clock.time);
            phrase.next = clock.next;
            phrase.weight = phrase.weight.max(Weight::Light);
            if phrase.weight == Weight::Light && !phrase.is_bare_span {
                phrase.weight = Weight::Full;
            }
        }
        Some(phrase)
    }

    fn clock_first(&self, at: usize) -> Option<Phrase> {
        let clock = self.clock(at, Place::Alone)?;
        let alone = Phrase {
            when: When {
                day: Day::Unsaid,
                time: Some(clock.time),
            },
            next: clock.next,
            weight: clock.weight,
            is_bare_span: false,
        };
        let mut next = self.behind_comma(clock.next);
        if let Some(((), behind)) = self.sense(next, is_marker) {
            next = behind;
        }
        let day = self.day(next).or_else(|| self.day(clock.next));
        let Some(day) = day.filter(|day| may_follow_clock(&day.day) && day.time.is_none()) else {
            return Some(alone);
        };
        Some(Phrase {
            when: When {
                day: day.day,
                time: Some(clock.time),
            },
            next: day.next,
            weight: Weight::Full,
            is_bare_span: false,
        })
    }

    /// The longest day that begins at a place.
    fn day(&self, at: usize) -> Option<DayRead> {
        let readings = [
            self.calendar(at),
            self.day_of_month(at),
            self.weekday_phrase(at),
            self.ahead(at),
            self.edge(at),
            self.span(at),
        ];
        let mut longest: Option<DayRead> = None;
        for reading in readings.into_iter().flatten() {
            if longest.as_ref().is_none_or(|best| reading.next > best.next) {
                longest = Some(reading);
            }
        }
        longest
    }

    fn sense<T>(&self, at: usize, pick: impl Fn(Sense) -> Option<T>) -> Option<(T, usize)> {
        self.lexicon.find(self.tokens, at, pick)
    }

    /// The place behind a word of a meaning, or the place itself.
    fn skip(&self, at: usize, wanted: Sense) -> usize {
        self.sense(at, |sense| (sense == wanted).then_some(()))
            .map_or(at, |((), next)| next)
    }

    fn is(&self, at: usize, wanted: Sense) -> Option<usize> {
        self.sense(at, |sense| (sense == wanted).then_some(()))
            .map(|((), next)| next)
    }

    /// The place behind "of the".
    fn behind_of(&self, at: usize) -> usize {
        let once = self.skip(at, Sense::Of);
        self.skip(once, Sense::Of)
    }

    fn behind_comma(&self, at: usize) -> usize {
        at + usize::from(self.is_glued_mark(at, ','))
    }

    /// A number and how many digits it has.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.tokens.get(at)?.kind {
            Kind::Number(value, digits) => Some((value, digits)),
            _ => None,
        }
    }

    fn glued_number(&self, at: usize) -> Option<(u32, usize)> {
        self.number(at).filter(|_| self.is_glued(at))
    }

    fn is_glued(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.gap == Gap::Glued)
    }

    fn is_glued_mark(&self, at: usize, mark: char) -> bool {
        self.is_glued(at)
            && self
                .tokens
                .get(at)
                .is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    /// A number from a small range.
    fn small(&self, at: usize, range: std::ops::RangeInclusive<i8>) -> Option<i8> {
        let (value, digits) = self.number(at)?;
        let value = i8::try_from(value).ok()?;
        (digits <= 2 && range.contains(&value)).then_some(value)
    }

    /// A year of four digits.
    fn year(&self, at: usize) -> Option<i16> {
        let (value, digits) = self.number(at)?;
        let year = i16::try_from(value).ok()?;
        (digits == 4 && (1000..=9999).contains(&year)).then_some(year)
    }
}

fn is_marker(sense: Sense) -> Option<()> {
    matches!(sense, Sense::Marker(_)).then_some(())
}

fn may_follow_clock(day: &Day) -> bool {
    !matches!(day, Day::Span(_, Unit::Minute | Unit::Hour))
}
