//! [`When`]: a date phrase as it was said, before anybody knows the day it was said on.

use super::every::Every;
use super::spell;
use crate::domain::language::Language;
use jiff::civil::{Time, Weekday};
use std::fmt;

/// A date phrase that was understood and not yet resolved: the same text gives the same `When` through any door, on any day.
///
/// [`fmt::Display`] gives its canonical English form (`next friday 14:30`, `end of march`, `every 2 weeks on monday`), which
/// [`super::whole`] reads back as an equal `When` in every language; that text is also its form in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub(super) day: Day,
    /// Never with [`Day::Span`] of minutes or hours; always with [`Day::Unsaid`].
    pub(super) time: Option<Time>,
}

/// Which day a phrase names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// None: a time of day stands alone.
    Unsaid,
    /// Counted from today: -1 is yesterday, 0 today, 2 the day after tomorrow.
    Ahead(i8),
    /// A day of a week.
    Weekday(Weekday, Week),
    /// So much later than the reference.
    Span(u32, Unit),
    /// The first or the last business day of a stretch of time, or its middle.
    Edge(Edge, Period),
    /// A day of the calendar. The weekday is what was said beside it, and must be right.
    Date(Option<Weekday>, MonthDay, Option<i16>),
    /// "the 15th".
    OfMonth(Option<Weekday>, i8),
    /// `03/11`: two numbers in an order that only the member's habit tells; at least one order makes a day.
    Numeric(i8, i8, Option<i16>),
    /// Again and again.
    Every(Every),
}

/// Which week a weekday is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Week {
    /// The first such day after today.
    Coming,
    /// This ISO week.
    This,
    /// The next ISO week.
    Next,
}

/// What a span is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    BusinessDay,
    Week,
    Month,
    Quarter,
    Year,
}

/// Where in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Start,
    Middle,
    End,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Week(Which),
    Month(Which),
    Quarter(Which),
    Year(Which),
    /// March, of a year if one was said.
    Named(i8, Option<i16>),
    /// 2027.
    Calendar(i16),
}

/// The running one or the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    This,
    Next,
}

/// A day and a month, possible in some year or not: 31 February is kept, so that its error can name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MonthDay {
    pub day: i8,
    pub month: i8,
}

impl When {
    /// Whether it comes again and again.
    pub fn is_recurring(&self) -> bool {
        matches!(self.day, Day::Every(_))
    }

    /// Whether a time of day, or a span of minutes or hours, was said.
    pub fn has_time(&self) -> bool {
        let is_short = matches!(self.day, Day::Span(_, Unit::Minute | Unit::Hour));
        self.time.is_some() || is_short
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spell::day(f, &self.day)?;
        match (self.time, &self.day) {
            (None, _) => Ok(()),
            (Some(time), Day::Unsaid) => write!(f, "at {}", spell::Clock(time)),
            (Some(time), _) => write!(f, " {}", spell::Clock(time)),
        }
    }
}

impl serde::Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::whole(&text, Language::English)
            .ok_or_else(|| serde::de::Error::custom("this is no date phrase"))
    }
}
