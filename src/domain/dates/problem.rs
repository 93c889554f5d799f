//! Why a phrase that was understood names no moment, in a sentence that says what to write instead.

use crate::domain::error::{Error, Kind};
use std::fmt;

/// What is wrong with a date. Its `Display` is one English sentence for the member, without the line or the item it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has passed.
    Past {
        /// The canonical phrase.
        phrase: String,
        /// The moment or day it would be.
        was: String,
    },
    /// `03/11` without a habit that settles it.
    Order {
        /// The canonical phrase.
        phrase: String,
        /// `3 Nov`
        day_first: String,
        /// `11 Mar`
        month_first: String,
    },
    /// 31 February; 29 February 2027.
    NoSuchDay {
        /// The canonical phrase.
        phrase: String,
    },
    /// "Thursday 27 Nov 2026", which is a Friday.
    OtherWeekday {
        /// The canonical phrase.
        phrase: String,
        /// The day with its right weekday.
        is: String,
    },
    /// It lies ahead, where something that was is told.
    NotYet {
        /// The canonical phrase.
        phrase: String,
    },
    /// More than [`super::YEARS_MAX`] years ahead, or past the end of the calendar.
    TooFar {
        /// The canonical phrase.
        phrase: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Past { phrase, was } => write!(
                f,
                "\"{phrase}\" is past ({was}): name a later time, such as \"tomorrow\" or a date with its year"
            ),
            Problem::Order {
                phrase,
                day_first,
                month_first,
            } => write!(
                f,
                "\"{phrase}\" can be {day_first} or {month_first}: write \"{day_first}\" or \"{month_first}\", \
                 or choose the order of dates in your settings"
            ),
            Problem::NoSuchDay { phrase } => {
                write!(f, "there is no {phrase}: name a day that the month has")
            }
            Problem::OtherWeekday { phrase, is } => write!(
                f,
                "\"{phrase}\" does not fit: it would be {is}; name the weekday or the date"
            ),
            Problem::NotYet { phrase } => write!(
                f,
                "\"{phrase}\" has not come yet: name a day that has passed, such as \"yesterday\" or a date with its year"
            ),
            Problem::TooFar { phrase } => write!(
                f,
                "\"{phrase}\" is too far away: name a time within {} years",
                super::YEARS_MAX
            ),
        }
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        let kind = match problem {
            Problem::Order { .. } => Kind::Ambiguous,
            _ => Kind::Invalid,
        };
        Error::new(kind, problem.to_string())
    }
}
