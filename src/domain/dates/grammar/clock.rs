//! Times of day: `14:30`, `9am`, `klo 9`, `14 Uhr 30`, "noon", "tomorrow morning", "8 in the evening". The clock has 24 hours:
//! "at 5" is five in the morning.

use super::{Reader, Style};
use crate::domain::dates::lexicon::{Sense, Weight};
use jiff::civil::Time;

/// Where a time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing was said before it.
    Alone,
    /// A day stands before it, and perhaps a part of that day ("tonight").
    BehindDay { part: Option<Time> },
}

/// A time that was read.
pub(super) struct ClockRead {
    pub time: Time,
    pub next: usize,
    pub weight: Weight,
}

/// Hour and minute as written, before "pm" or "in the evening" moves them.
struct Face {
    hour: i8,
    minute: i8,
    next: usize,
    /// "am" or "pm" was said, or the hour is past noon.
    is_settled: bool,
    weight: Weight,
}

impl Reader<'_> {
    /// The time at a place.
    pub(super) fn clock(&self, at: usize, place: Place) -> Option<ClockRead> {
        let behind_day = matches!(place, Place::BehindDay { .. });
        let start = if behind_day {
            self.behind_comma(at)
        } else {
            at
        };
        if let Place::BehindDay { part } = place {
            let said = self.sense(start, part_of_day);
            if let Some((hour, next)) = said {
                return self.part_and_clock(hour, next);
            }
            if let Some(part) = part {
                let read = self.clock(start, Place::BehindDay { part: None })?;
                return Some(ClockRead {
                    time: in_part(read.time, part.hour())?,
                    ..read
                });
            }
        }
        let marked = self.is(start, Sense::TimeMark);
        let face_at = marked.unwrap_or(start);
        if let Some((time, next)) = self.named_clock(face_at) {
            let weight = Weight::Full;
            return Some(ClockRead { time, next, weight });
        }
        let face = self.face(face_at, marked.is_some(), behind_day)?;
        self.with_part(face, marked.is_some())
    }

    /// "noon", "12 noon"
    fn named_clock(&self, at: usize) -> Option<(Time, usize)> {
        let word_at = match self.number(at) {
            Some((12, 2)) => at + 1,
            _ => at,
        };
        let ((hour, minute), next) = self.sense(word_at, |sense| match sense {
            Sense::Clock(hour, minute) => Some((hour, minute)),
            _ => None,
        })?;
        let time = Time::new(hour, minute, 0, 0).ok()?;
        Some((time, next))
    }

    /// Behind a day: "morning", and perhaps "at 9" behind that.
    fn part_and_clock(&self, hour: i8, next: usize) -> Option<ClockRead> {
        let part = Time::new(hour, 0, 0, 0).ok()?;
        if let Some(read) = self.clock(next, Place::BehindDay { part: None })
            && let Some(time) = in_part(read.time, hour)
        {
            return Some(ClockRead { time, ..read });
        }
        Some(ClockRead {
            time: part,
            next,
            weight: Weight::Light,
        })
    }

    /// The face with "in the evening" behind it, if that stands there.
    fn with_part(&self, face: Face, is_marked: bool) -> Option<ClockRead> {
        let time = Time::new(face.hour, face.minute, 0, 0).ok()?;
        let weight = match (is_marked, face.weight) {
            (true, Weight::Light) => Weight::Full,
            (_, weight) => weight,
        };
        let read = ClockRead {
            time,
            next: face.next,
            weight,
        };
        if face.is_settled {
            return Some(read);
        }
        let Some((hour, next)) = self.sense(face.next, part_of_day) else {
            return Some(read);
        };
        Some(ClockRead {
            time: in_part(time, hour)?,
            next,
            weight: weight.max(Weight::Light),
        })
    }

    fn face(&self, at: usize, is_marked: bool, behind_day: bool) -> Option<Face> {
        let is_meant = is_marked || behind_day;
        let Some(hour) = self.small(at, 0..=24) else {
            return self.hour_in_words(at).filter(|_| is_marked);
        };
        if let Some((minute, next)) = self.minutes(at + 1, ':') {
            let next = self.behind_seconds(next);
            let next = self.range_behind(next).unwrap_or(next);
            return self.clock_of(hour, minute, next);
        }
        if let Some((minute, next)) = self.minutes(at + 1, '.') {
            let is_date = self.is_glued_mark(next, '.') && self.glued_number(next + 1).is_some();
            let is_named = self.hour_word(next).is_some() || self.half_of_day(next).is_some();
            if !is_date && (is_meant || is_named) {
                return self.clock_of(hour, minute, next);
            }
        }
        if let Some(face) = self.hours_and_minutes(hour, at + 1, is_meant) {
            return Some(face);
        }
        if self.half_of_day(at + 1).is_some() {
            let face = self.clock_of(hour, 0, at + 1)?;
            let weight = Weight::Full;
            return Some(Face { weight, ..face });
        }
        if behind_day && let Some(next) = self.range_behind(at + 1) {
            return self.clock_of(hour, 0, next);
        }
        if self.style == Style::Address
            && behind_day
            && let Some((minute, 2)) = self.number(at + 1)
        {
            return self.clock_of(hour, i8::try_from(minute).ok()?, at + 2);
        }
        let has_part = self.sense(at + 1, part_of_day).is_some();
        (is_marked || has_part).then_some(Face {
            hour,
            minute: 0,
            next: at + 1,
            is_settled: false,
            weight: Weight::Bare,
        })
    }

    /// `9h`, `14h30`, "14 Uhr 30", "9 o'clock"
    fn hours_and_minutes(&self, hour: i8, at: usize, is_meant: bool) -> Option<Face> {
        let word = self.hour_word(at);
        let letter = self.is(at, Sense::HourLetter);
        let behind = word.or(letter)?;
        let minute = self.small(behind, 0..=59).filter(|_| {
            let has_two_digits = self.number(behind).is_some_and(|(_, digits)| digits == 2);
            has_two_digits && !self.is_glued_mark(behind + 1, '.')
        });
        let is_glued = self.is_glued(behind);
        match minute {
            Some(minute) if word.is_some() || is_glued => self.clock_of(hour, minute, behind + 1),
            _ if word.is_some() || is_meant => self.clock_of(hour, 0, behind),
            _ => None,
        }
    }

    /// A whole face, with "Uhr", "am" or "pm" behind it.
    fn clock_of(&self, hour: i8, minute: i8, at: usize) -> Option<Face> {
        let next = self.hour_word(at).unwrap_or(at);
        let (hour, next, is_settled) = match self.half_of_day(next) {
            Some((Half::Before, next)) if (1..=12).contains(&hour) => (hour % 12, next, true),
            Some((Half::After, next)) if (1..=12).contains(&hour) => (hour % 12 + 12, next, true),
            _ => (hour, next, hour >= 12),
        };
        if hour > 23 || !(0..=59).contains(&minute) {
            return None;
        }
        Some(Face {
            hour,
            minute,
            next,
            is_settled,
            weight: Weight::Light,
        })
    }

    fn hour_in_words(&self, at: usize) -> Option<Face> {
        let (hour, next) = self.sense(at, |sense| match sense {
            Sense::Count(hour @ 1..=12) => i8::try_from(hour).ok(),
            _ => None,
        })?;
        let is_said = self.hour_word(next).is_some() || self.half_of_day(next).is_some();
        let mut face = self.clock_of(hour, 0, next)?;
        if !is_said {
            face.weight = Weight::Bare;
        }
        Some(face)
    }

    fn minutes(&self, at: usize, mark: char) -> Option<(i8, usize)> {
        if !self.is_glued_mark(at, mark) {
            return None;
        }
        let (minute, digits) = self.glued_number(at + 1)?;
        let minute = i8::try_from(minute).ok().filter(|minute| *minute <= 59)?;
        (digits == 2).then_some((minute, at + 2))
    }

    /// Behind the end of a range: of `9-10` and `9:00–10:00` the beginning counts.
    fn range_behind(&self, at: usize) -> Option<usize> {
        let is_dash = self.is_glued_mark(at, '-') || self.is_glued_mark(at, '–');
        let (hour, digits) = self.glued_number(at + 1)?;
        if self.style != Style::Text || !is_dash || hour > 24 || digits > 2 {
            return None;
        }
        let next = at + 2;
        let minutes = self.minutes(next, ':').or_else(|| self.minutes(next, '.'));
        Some(minutes.map_or(next, |(_, next)| next))
    }

    /// Seconds are nothing that a due date has.
    fn behind_seconds(&self, at: usize) -> usize {
        self.minutes(at, ':').map_or(at, |(_, next)| next)
    }

    fn hour_word(&self, at: usize) -> Option<usize> {
        self.is(at, Sense::HourWord)
    }

    fn half_of_day(&self, at: usize) -> Option<(Half, usize)> {
        self.sense(at, |sense| match sense {
            Sense::Am => Some(Half::Before),
            Sense::Pm => Some(Half::After),
            _ => None,
        })
    }
}

#[derive(Clone, Copy)]
enum Half {
    Before,
    After,
}

fn part_of_day(sense: Sense) -> Option<i8> {
    match sense {
        Sense::Part(hour) => Some(hour),
        _ => None,
    }
}

/// "8 in the evening" is 20:00; "14:30 in the afternoon" stays.
fn in_part(time: Time, part_hour: i8) -> Option<Time> {
    if time.hour() >= 12 || part_hour < 12 {
        return Some(time);
    }
    Time::new(time.hour() + 12, time.minute(), 0, 0).ok()
}
