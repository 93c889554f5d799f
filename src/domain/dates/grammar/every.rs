//! What comes again: "every monday and thursday", "alle 2 Wochen", "le 15 de chaque mois", "monthly on the 15th".

use super::clock::Place;
use super::{Phrase, Reader};
use crate::domain::dates::every::{Every, Weekdays};
use crate::domain::dates::lexicon::{Sense, Weight};
use crate::domain::dates::when::{Day, Edge, Period, Unit, When};
use jiff::civil::{Time, Weekday};

/// More than a year of days; a step of more is no habit.
const STEP_MAX: u32 = 999;

/// A rule, its time where the words for the rule say one, the place behind it, its weight.
type Rule = (Every, Option<Time>, usize, Weight);

impl Reader<'_> {
    pub(super) fn every(&self, at: usize) -> Option<Phrase> {
        let rule = self
            .behind_every(at)
            .or_else(|| self.repeats(at))
            .or_else(|| self.plural_days(at))
            .or_else(|| self.of_every_month(at))
            .or_else(|| self.every_in_one_word(at));
        let (every, part, next, weight) = rule?;
        let mut phrase = Phrase {
            when: When {
                day: Day::Every(every),
                time: part,
            },
            next,
            weight,
            is_bare_span: false,
        };
        if let Some(clock) = self.clock(next, Place::BehindDay { part }) {
            phrase.when.time = Some(clock.time);
            phrase.next = clock.next;
            phrase.weight = Weight::Full;
        }
        Some(phrase)
    }

    /// "every 2 weeks", "every other monday", "every 15th", "every morning"
    fn behind_every(&self, at: usize) -> Option<Rule> {
        let (step, next, is_ordinal) = self.step(at)?;
        let full = |(every, next)| Some((every, None, next, Weight::Full));
        if let Some((unit, next)) = self.unit(next) {
            return full(self.every_unit(step, unit, next)?);
        }
        if let Some((days, next)) = self.weekdays(next) {
            return full((Every::Weeks(step, days), next));
        }
        if step != 1 || is_ordinal {
            return None;
        }
        if let Some((Period::Month(_), next)) = self.ends(next) {
            return full((Every::MonthEnds(1), next));
        }
        if let Some(read) = self.calendar(next) {
            let Day::Date(None, at, None) = read.day else {
                return None;
            };
            return full((Every::Years(1, Some((at.month, at.day))), read.next));
        }
        if let Some((day, next)) = self.nth(next) {
            let behind = self.unit(self.behind_of(next));
            let next = match behind {
                Some((Unit::Month, next)) => next,
                _ => next,
            };
            return full((Every::Months(1, Some(day)), next));
        }
        let (hour, next) = self.sense(next, |sense| match sense {
            Sense::Part(hour) => Some(hour),
            _ => None,
        })?;
        let time = Time::new(hour, 0, 0, 0).ok()?;
        Some((Every::Days(1), Some(time), next, Weight::Full))
    }

    /// "every", "every other", "every 2", "every 2nd": the step, the place behind, whether it was an ordinal number.
    fn step(&self, at: usize) -> Option<(u16, usize, bool)> {
        if let Some(next) = self.is(at, Sense::EveryOther) {
            return Some((2, next, false));
        }
        let next = self.is(at, Sense::Every)?;
        if let Some(next) = self.is(next, Sense::Other) {
            return Some((2, next, false));
        }
        let said = match self.number(next) {
            Some((count, _)) => Some((count, next + 1)),
            None => self.count(next),
        };
        let Some((count, behind)) = said else {
            return Some((1, next, false));
        };
        let ordinal = self.ordinal(behind);
        let behind = ordinal.unwrap_or(behind);
        let is_step = self.unit(behind).is_some() || self.weekday(behind).is_some();
        if !is_step {
            // "every 15th", "every 30 Nov"
            return Some((1, next, false));
        }
        if !(1..=STEP_MAX).contains(&count) {
            return None;
        }
        Some((u16::try_from(count).ok()?, behind, ordinal.is_some()))
    }

    fn every_unit(&self, step: u16, unit: Unit, next: usize) -> Option<(Every, usize)> {
        let on = self.sense(next, super::is_marker).map_or(next, |((), n)| n);
        match unit {
            Unit::Minute | Unit::Hour => None,
            Unit::Day => Some((Every::Days(step), next)),
            Unit::BusinessDay => (step == 1).then_some((Every::BusinessDays, next)),
            Unit::Week => match self.weekdays(on) {
                Some((days, next)) => Some((Every::Weeks(step, days), next)),
                None => Some((Every::Weeks(step, Weekdays::NONE), next)),
            },
            Unit::Month => Some(self.in_month(step, next, on)),
            Unit::Quarter => Some(self.in_month(step.checked_mul(3)?, next, on)),
            Unit::Year => {
                let date = self.calendar(on).or_else(|| self.calendar(next));
                if let Some(read) = date
                    && let Day::Date(None, at, None) = read.day
                {
                    return Some((Every::Years(step, Some((at.month, at.day))), read.next));
                }
                Some((Every::Years(step, None), next))
            }
        }
    }

    fn in_month(&self, step: u16, next: usize, on: usize) -> (Every, usize) {
        let end = self.sense(next, |sense| match sense {
            Sense::EdgeBehind(Edge::End) => Some(()),
            _ => None,
        });
        if let Some(((), next)) = end {
            return (Every::MonthEnds(step), next);
        }
        match self.nth(on).or_else(|| self.nth(next)) {
            Some((day, next)) => (Every::Months(step, Some(day)), next),
            None => (Every::Months(step, None), next),
        }
    }

    /// "the 15th", "15.", "den 15"
    fn nth(&self, at: usize) -> Option<(i8, usize)> {
        let number_at = self.skip(at, Sense::Article);
        let day = self.small(number_at, 1..=31)?;
        match self.ordinal(number_at + 1) {
            Some(next) => Some((day, next)),
            None => (number_at > at).then_some((day, number_at + 1)),
        }
    }

    /// "monthly on the 15th", "weekly on monday", "daily", "weekdays"
    fn repeats(&self, at: usize) -> Option<Rule> {
        let (every, next) = self.sense(at, |sense| match sense {
            Sense::Repeats(every) => Some(every),
            _ => None,
        })?;
        let (unit, step) = match every {
            Every::Weeks(step, _) => (Unit::Week, step),
            Every::Months(step, _) => (Unit::Month, step),
            Every::Years(step, _) => (Unit::Year, step),
            _ => return Some((every, None, next, Weight::Light)),
        };
        let (every, behind) = self.every_unit(step, unit, next)?;
        let weight = if behind > next {
            Weight::Full
        } else {
            Weight::Light
        };
        Some((every, None, behind, weight))
    }

    /// "mondays and thursdays"
    fn plural_days(&self, at: usize) -> Option<Rule> {
        let mut days = Weekdays::NONE;
        let mut next = at;
        let mut last = None;
        // There are seven.
        for _ in 0..7 {
            let Some((weekday, behind)) = self.sense(next, plural) else {
                break;
            };
            days = days.with(weekday);
            last = Some(behind);
            next = self.skip(self.behind_comma(behind), Sense::And);
        }
        Some((Every::Weeks(1, days), None, last?, Weight::Light))
    }

    /// "the 15th of every month", "at the end of each month"
    fn of_every_month(&self, at: usize) -> Option<Rule> {
        let end = self.sense(at, |sense| match sense {
            Sense::Edge(Edge::End) => Some(()),
            _ => None,
        });
        let (every, next) = match end {
            Some(((), next)) => (Every::MonthEnds(1), next),
            None => {
                let number_at = self.skip(at, Sense::Article);
                let day = self.small(number_at, 1..=31)?;
                let next = self.ordinal(number_at + 1).unwrap_or(number_at + 1);
                (Every::Months(1, Some(day)), next)
            }
        };
        let next = self.is(self.behind_of(next), Sense::Every)?;
        let (unit, next) = self.unit(next)?;
        (unit == Unit::Month).then_some((every, None, next, Weight::Full))
    }

    /// "2 viikon välein"
    fn every_in_one_word(&self, at: usize) -> Option<Rule> {
        let (count, unit, _, next) = self.amount(at)?;
        let next = self.is(next, Sense::EveryBehind)?;
        let step = u16::try_from(count).ok().filter(|_| count <= STEP_MAX)?;
        let (every, next) = self.every_unit(step, unit, next)?;
        Some((every, None, next, Weight::Full))
    }

    /// "monday, wednesday and friday"
    fn weekdays(&self, at: usize) -> Option<(Weekdays, usize)> {
        let mut days = Weekdays::NONE;
        let mut next = at;
        let mut last = None;
        for _ in 0..7 {
            let singular = self.weekday(next).map(|(weekday, _, next)| (weekday, next));
            let Some((weekday, behind)) = singular.or_else(|| self.sense(next, plural)) else {
                break;
            };
            days = days.with(weekday);
            last = Some(behind);
            next = self.skip(self.behind_comma(behind), Sense::And);
        }
        Some((days, last?))
    }
}

fn plural(sense: Sense) -> Option<Weekday> {
    match sense {
        Sense::Days(weekday) => Some(weekday),
        _ => None,
    }
}
