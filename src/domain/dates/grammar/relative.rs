//! Days that count from today: "next friday", "tomorrow", "in 3 days", "end of march".

use super::{DayRead, Reader};
use crate::domain::dates::lexicon::{Sense, Weight};
use crate::domain::dates::when::{Day, Edge, Period, Unit, Week, Which};
use jiff::civil::{Time, Weekday};

impl Reader<'_> {
    /// "friday", "this friday", "vendredi prochain", "friday next week", "next week on friday"
    pub(super) fn weekday_phrase(&self, at: usize) -> Option<DayRead> {
        if let Some((which, Unit::Week, next)) = self.which_unit(at) {
            let next = self.sense(next, super::is_marker).map_or(next, |((), n)| n);
            let (weekday, _, next) = self.weekday(next)?;
            let day = Day::Weekday(weekday, week_of(which));
            return Some(DayRead::new(day, next, Weight::Full));
        }
        let (week, weekday_at) = self
            .sense(at, |sense| match sense {
                Sense::This => Some(Week::This),
                Sense::Next => Some(Week::Next),
                Sense::Coming => Some(Week::Coming),
                _ => None,
            })
            .map_or((None, at), |(week, next)| (Some(week), next));
        let (weekday, weight, next) = self.weekday(weekday_at)?;
        let full = |week, next| {
            Some(DayRead::new(
                Day::Weekday(weekday, week),
                next,
                Weight::Full,
            ))
        };
        if let Some(week) = week {
            return full(week, next);
        }
        if let Some(next) = self.is(next, Sense::NextBehind) {
            return full(Week::Next, next);
        }
        if let Some((which, Unit::Week, next)) = self.which_unit(self.behind_of(next)) {
            return full(week_of(which), next);
        }
        Some(DayRead::new(
            Day::Weekday(weekday, Week::Coming),
            next,
            weight,
        ))
    }

    pub(super) fn weekday(&self, at: usize) -> Option<(Weekday, Weight, usize)> {
        let ((weekday, weight), next) = self.sense(at, |sense| match sense {
            Sense::Day(weekday, weight) => Some((weekday, weight)),
            _ => None,
        })?;
        Some((weekday, weight, next))
    }

    /// "tomorrow", "tonight", "this afternoon"
    pub(super) fn ahead(&self, at: usize) -> Option<DayRead> {
        if let Some(next) = self.is(at, Sense::Tonight) {
            return today_at(20, next);
        }
        if let Some(next) = self.is(at, Sense::This)
            && let Some((hour, next)) = self.sense(next, |sense| match sense {
                Sense::Part(hour) => Some(hour),
                _ => None,
            })
        {
            return today_at(hour, next);
        }
        let (days, next) = self.sense(at, |sense| match sense {
            Sense::Ahead(days) => Some(days),
            _ => None,
        })?;
        Some(DayRead::new(Day::Ahead(days), next, Weight::Full))
    }

    /// "in 3 days", "3d", "a week", "viikon päästä", "next business day"
    pub(super) fn span(&self, at: usize) -> Option<DayRead> {
        if let Some(next) = self.is(at, Sense::Next)
            && let Some(next) = self.is(next, Sense::Unit(Unit::BusinessDay))
        {
            return Some(DayRead::new(
                Day::Span(1, Unit::BusinessDay),
                next,
                Weight::Full,
            ));
        }
        let within = self.is(at, Sense::In);
        let count_at = within.unwrap_or(at);
        let (count, unit, weight, next) = self.amount(count_at)?;
        // Nobody writes "3d" but as a due date.
        let is_compact = self.number(count_at).is_some() && self.unit(count_at + 1).is_none();
        let later = self.is(next, Sense::Later);
        let is_bare = within.is_none() && later.is_none();
        let is_short = matches!(unit, Unit::Minute | Unit::Hour);
        let weight = match (is_bare, is_short) {
            (false, _) => Weight::Full,
            (true, true) => Weight::Bare,
            (true, false) => weight,
        };
        let mut read = DayRead::new(Day::Span(count, unit), later.unwrap_or(next), weight);
        read.is_bare_span = is_bare && !is_compact;
        Some(read)
    }

    pub(super) fn amount(&self, at: usize) -> Option<(u32, Unit, Weight, usize)> {
        if let Some(next) = self.is(at, Sense::HalfHour) {
            return Some((30, Unit::Minute, Weight::Bare, next));
        }
        if let Some((count, digits)) = self.number(at) {
            if count == 0 || digits > 9 {
                return None;
            }
            let letter = self.sense(at + 1, |sense| match sense {
                Sense::Letter(unit) if self.is_glued(at + 1) => Some(unit),
                _ => None,
            });
            let (unit, next) = self.unit(at + 1).or(letter)?;
            return Some((count, unit, Weight::Light, next));
        }
        if let Some((unit, next)) = self.unit(at)
            && self.is(next, Sense::Later).is_some()
        {
            return Some((1, unit, Weight::Light, next));
        }
        let one = self.is(at, Sense::One);
        let (count, next) = self
            .count(one.unwrap_or(at))
            .or_else(|| one.map(|next| (1, next)))?;
        let weight = if count == 1 {
            Weight::Bare
        } else {
            Weight::Light
        };
        if let Some(next) = self.is(next, Sense::HalfHour) {
            return Some((30, Unit::Minute, Weight::Bare, next));
        }
        let (unit, next) = self.unit(next)?;
        Some((count, unit, weight, next))
    }

    /// A number in words.
    pub(super) fn count(&self, at: usize) -> Option<(u32, usize)> {
        self.sense(at, |sense| match sense {
            Sense::Count(count) => Some(count),
            _ => None,
        })
    }

    pub(super) fn unit(&self, at: usize) -> Option<(Unit, usize)> {
        self.sense(at, |sense| match sense {
            Sense::Unit(unit) => Some(unit),
            _ => None,
        })
    }

    /// "eom", "end of march", "kuun lopussa", "next week", "in march"
    pub(super) fn edge(&self, at: usize) -> Option<DayRead> {
        let found = self.edge_before(at).or_else(|| self.edge_behind(at));
        if found.is_some() {
            return found;
        }
        if let Some((which, unit, next)) = self.which_unit(at) {
            let period = period_of(which, unit)?;
            let (edge, weight) = match which {
                Which::Next => (Edge::Start, Weight::Full),
                Which::This => (Edge::End, Weight::Light),
            };
            return Some(DayRead::new(Day::Edge(edge, period), next, weight));
        }
        let in_one_word = self.sense(at, |sense| match sense {
            Sense::InMonth(month) => Some(month),
            _ => None,
        });
        let (month, next, weight) = match (in_one_word, self.is(at, Sense::InBefore)) {
            (Some((month, next)), _) => (month, next, Weight::Light),
            (None, Some(next)) => {
                let (month, next) = self.month(next)?;
                (month, next, Weight::Light)
            }
            (None, None) => {
                let next = self.is(at, Sense::Next);
                let weight = next.map_or(Weight::Bare, |_| Weight::Light);
                let (month, next) = self.month(next.unwrap_or(at))?;
                (month, next, weight)
            }
        };
        let (year, next) = self.year_behind(next);
        let period = Period::Named(month, year);
        Some(DayRead::new(Day::Edge(Edge::Start, period), next, weight))
    }

    fn edge_before(&self, at: usize) -> Option<DayRead> {
        if let Some((period, next)) = self.ends(at) {
            return Some(DayRead::new(
                Day::Edge(Edge::End, period),
                next,
                Weight::Full,
            ));
        }
        let (edge, next) = self.sense(at, |sense| match sense {
            Sense::Edge(edge) => Some(edge),
            _ => None,
        })?;
        let (period, next) = self.period(next)?;
        Some(DayRead::new(Day::Edge(edge, period), next, Weight::Full))
    }

    pub(super) fn ends(&self, at: usize) -> Option<(Period, usize)> {
        self.sense(at, |sense| match sense {
            Sense::Ends(period) => Some(period),
            _ => None,
        })
    }

    fn edge_behind(&self, at: usize) -> Option<DayRead> {
        let (period, next) = self.period(at)?;
        let (edge, next) = self.sense(next, |sense| match sense {
            Sense::EdgeBehind(edge) => Some(edge),
            _ => None,
        })?;
        Some(DayRead::new(Day::Edge(edge, period), next, Weight::Full))
    }

    fn period(&self, at: usize) -> Option<(Period, usize)> {
        let at = self.behind_of(at);
        if let Some((which, unit, next)) = self.which_unit(at) {
            return Some((period_of(which, unit)?, next));
        }
        if let Some((unit, next)) = self.unit(at) {
            return Some((period_of(Which::This, unit)?, next));
        }
        if let Some(year) = self.year(at) {
            return Some((Period::Calendar(year), at + 1));
        }
        let month_at = self.is(at, Sense::Next).or(self.is(at, Sense::This));
        let (month, next) = self.month(month_at.unwrap_or(at))?;
        let (year, next) = self.year_behind(next);
        Some((Period::Named(month, year), next))
    }

    /// "next week", "ce mois", "la semaine prochaine", "el mes que viene"
    fn which_unit(&self, at: usize) -> Option<(Which, Unit, usize)> {
        let before = self.sense(at, |sense| match sense {
            Sense::This => Some(Which::This),
            Sense::Next => Some(Which::Next),
            _ => None,
        });
        if let Some((which, next)) = before {
            let (unit, next) = self.unit(next)?;
            return Some((which, unit, next));
        }
        let unit_at = self.skip(at, Sense::Of);
        let (unit, next) = self.unit(unit_at)?;
        let next = self.is(next, Sense::NextBehind)?;
        Some((Which::Next, unit, next))
    }

    pub(super) fn month(&self, at: usize) -> Option<(i8, usize)> {
        self.sense(at, |sense| match sense {
            Sense::Month(month) => Some(month),
            _ => None,
        })
    }

    /// " 2027", ", 2027" or " de 2027", if it stands there.
    pub(super) fn year_behind(&self, at: usize) -> (Option<i16>, usize) {
        let year_at = self.skip(self.behind_comma(at), Sense::Of);
        match self.year(year_at) {
            Some(year) => (Some(year), year_at + 1),
            None => (None, at),
        }
    }
}

fn today_at(hour: i8, next: usize) -> Option<DayRead> {
    let mut read = DayRead::new(Day::Ahead(0), next, Weight::Full);
    read.time = Some(Time::new(hour, 0, 0, 0).ok()?);
    Some(read)
}

fn week_of(which: Which) -> Week {
    match which {
        Which::This => Week::This,
        Which::Next => Week::Next,
    }
}

fn period_of(which: Which, unit: Unit) -> Option<Period> {
    match unit {
        Unit::Week => Some(Period::Week(which)),
        Unit::Month => Some(Period::Month(which)),
        Unit::Quarter => Some(Period::Quarter(which)),
        Unit::Year => Some(Period::Year(which)),
        Unit::Minute | Unit::Hour | Unit::Day | Unit::BusinessDay => None,
    }
}
