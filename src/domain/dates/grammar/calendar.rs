//! Days of the calendar: `2026-11-30`, `30.11.`, "30 Nov", "Nov 30", "the 15th", `03/11`.

use super::{DayRead, Reader, Style};
use crate::domain::dates::lexicon::{Sense, Weight};
use crate::domain::dates::when::{Day, MonthDay, Unit};
use jiff::civil::Weekday;

impl Reader<'_> {
    /// A date, perhaps with its weekday before it.
    pub(super) fn calendar(&self, at: usize) -> Option<DayRead> {
        let (weekday, date_at) = self.weekday_before(at);
        let date_at = self.skip(date_at, Sense::Article);
        let readings = [
            self.iso(date_at),
            self.dotted(date_at),
            self.slashed(date_at),
            self.day_and_month(date_at),
            self.month_and_day(date_at),
        ];
        let mut read = readings.into_iter().flatten().next()?;
        if let (Day::Date(said, ..), Some(weekday)) = (&mut read.day, weekday) {
            *said = Some(weekday);
            read.weight = Weight::Full;
        }
        Some(read)
    }

    /// "the 15th", "den 15:e", "am 15.", "friday the 27th"
    pub(super) fn day_of_month(&self, at: usize) -> Option<DayRead> {
        let (weekday, next) = self.weekday_before(at);
        let article = self.is(next, Sense::Article);
        let number_at = article.unwrap_or(next);
        let day = self.small(number_at, 1..=31)?;
        let weight = match (article, self.ordinal(number_at + 1)) {
            (Some(_), Some(_)) => Weight::Light,
            (Some(_), None) | (None, Some(_)) => Weight::Bare,
            (None, None) => return None,
        };
        let is_dot = self.is_glued_mark(number_at + 1, '.');
        let is_named = self.is(number_at + 2, Sense::OrdinalEnding).is_some();
        if is_dot && !is_named && article.is_none() {
            // "15." numbers a list.
            return None;
        }
        let next = self.ordinal(number_at + 1).unwrap_or(number_at + 1);
        // "the 15:30 train", "the 2.5"
        if self.is_glued(next) && self.number(next).is_some() || self.is_glued_mark(next, ':') {
            return None;
        }
        let month = self.unit(self.behind_of(next));
        let next = match month {
            Some((Unit::Month, behind)) if behind > next + 1 => behind,
            _ => next,
        };
        Some(DayRead::new(Day::OfMonth(weekday, day), next, weight))
    }

    fn weekday_before(&self, at: usize) -> (Option<Weekday>, usize) {
        match self.weekday(at) {
            Some((weekday, _, next)) => (Some(weekday), self.behind_comma(next)),
            None => (None, at),
        }
    }

    /// The place behind "th", ".", ":e" or "." and "päivä".
    pub(super) fn ordinal(&self, at: usize) -> Option<usize> {
        let letters_at = at + usize::from(self.is_glued_mark(at, ':'));
        if self.is_glued(letters_at)
            && let Some(next) = self.is(letters_at, Sense::OrdinalEnding)
        {
            return Some(next);
        }
        if self.is_glued_mark(at, '.') && !(self.is_glued(at + 1) && self.number(at + 1).is_some())
        {
            return Some(self.skip(at + 1, Sense::OrdinalEnding));
        }
        None
    }

    fn iso(&self, at: usize) -> Option<DayRead> {
        let year = self.year(at)?;
        let (month_at, day_at) = if self.style == Style::Address && self.number(at + 1).is_some() {
            (at + 1, at + 2)
        } else {
            let mark = ['-', '/', '.']
                .into_iter()
                .find(|mark| self.is_glued_mark(at + 1, *mark))?;
            if !self.is_glued_mark(at + 3, mark) || !self.is_glued(at + 2) || !self.is_glued(at + 4)
            {
                return None;
            }
            (at + 2, at + 4)
        };
        let month = self.small(month_at, 1..=12)?;
        let day = self.small(day_at, 1..=31)?;
        let date = Day::Date(None, MonthDay { day, month }, Some(year));
        Some(DayRead::new(date, day_at + 1, Weight::Full))
    }

    /// `30.11.`, `30.11.2026`, `30. 11. 2026`; `30.11` needs more around it.
    fn dotted(&self, at: usize) -> Option<DayRead> {
        let day = self.small(at, 1..=31)?;
        if !self.is_glued_mark(at + 1, '.') {
            return None;
        }
        let month = self.small(at + 2, 1..=12)?;
        let date = |year| Day::Date(None, MonthDay { day, month }, year);
        if !self.is_glued_mark(at + 3, '.') {
            let is_tight = self.is_glued(at + 2);
            return is_tight.then(|| DayRead::new(date(None), at + 3, Weight::Bare));
        }
        let year_at = at + 4;
        if let Some(year) = self.year(year_at).or_else(|| self.short_year(year_at)) {
            return Some(DayRead::new(date(Some(year)), year_at + 1, Weight::Full));
        }
        // "version 1.5.", but for those who write dates so.
        let weight = match self.lexicon.writes_dots || day > 9 || month > 9 {
            true => Weight::Full,
            false => Weight::Bare,
        };
        Some(DayRead::new(date(None), year_at, weight))
    }

    /// `03/11`, `03/11/2026`, `03-11-2026`
    fn slashed(&self, at: usize) -> Option<DayRead> {
        let first = self.small(at, 1..=31)?;
        let mark = ['/', '-']
            .into_iter()
            .find(|mark| self.is_glued_mark(at + 1, *mark))?;
        let second = self
            .small(at + 2, 1..=31)
            .filter(|_| self.is_glued(at + 2))?;
        if first > 12 && second > 12 {
            return None;
        }
        let year_at = at + 4;
        if self.is_glued_mark(at + 3, mark) && self.is_glued(year_at) {
            let year = self.year(year_at).or_else(|| self.short_year(year_at))?;
            let day = Day::Numeric(first, second, Some(year));
            return Some(DayRead::new(day, year_at + 1, Weight::Full));
        }
        if mark == '-' {
            return None;
        }
        // Around the clock; and fractions: 1/2, 3/4.
        let is_said_otherwise = (first, second) == (24, 7) || (first < second && second < 10);
        let has_zeros = self.number(at).is_some_and(|(_, digits)| digits == 2);
        let weight = match is_said_otherwise && !(has_zeros && first < 10) {
            true => Weight::Bare,
            false => Weight::Light,
        };
        Some(DayRead::new(
            Day::Numeric(first, second, None),
            at + 3,
            weight,
        ))
    }

    /// `26` behind `30.11.` or `30/11/`
    fn short_year(&self, at: usize) -> Option<i16> {
        let (year, _) = self.glued_number(at).filter(|(_, digits)| *digits == 2)?;
        i16::try_from(2000 + year).ok()
    }

    /// "30 Nov", "30. marraskuuta", "30th of November 2026"
    fn day_and_month(&self, at: usize) -> Option<DayRead> {
        let day = self.small(at, 1..=31)?;
        let next = self.ordinal(at + 1).unwrap_or(at + 1);
        let (month, next) = self.month(self.behind_of(next))?;
        let (year, next) = self.year_behind(next);
        let date = Day::Date(None, MonthDay { day, month }, year);
        Some(DayRead::new(date, next, Weight::Full))
    }

    /// "Nov 30", "November 30th, 2026"
    fn month_and_day(&self, at: usize) -> Option<DayRead> {
        let (month, next) = self.month(at)?;
        let day_at = self.skip(next, Sense::Article);
        let day = self.small(day_at, 1..=31)?;
        let mut next = day_at + 1;
        if let Some(behind) = self.ordinal(next) {
            // A full stop is not part of it.
            let is_dot = self.is_glued_mark(next, '.');
            next = if is_dot { next } else { behind };
        }
        // "Nov 9am", "Nov 9:30", "May 5 %"
        let is_clock = self.is(next, Sense::Am).is_some()
            || self.is(next, Sense::Pm).is_some()
            || self.is_glued_mark(next, ':');
        if is_clock {
            return None;
        }
        let (year, next) = self.year_behind(next);
        let date = Day::Date(None, MonthDay { day, month }, year);
        Some(DayRead::new(date, next, Weight::Full))
    }
}
