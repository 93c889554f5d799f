//! The language of dates: what is read, what it means at odd moments, what is found in a line, what holds for any text.

mod back;
mod finding;
mod moments;
mod phrases;
mod properties;
mod recurring;
mod telling;

use super::{Prefs, Problem};
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A moment and its zone: `2026-11-20T10:00+02:00[Europe/Helsinki]`.
#[track_caller]
fn zoned(text: &str) -> Zoned {
    text.parse()
        .unwrap_or_else(|cause| panic!("{text}: {cause}"))
}

#[track_caller]
fn timestamp(text: &str) -> Timestamp {
    text.parse()
        .unwrap_or_else(|cause| panic!("{text}: {cause}"))
}

/// A member whose days begin at nine and who never chose an order of dates.
fn prefs(zone: &TimeZone) -> Prefs {
    Prefs {
        zone: zone.clone(),
        default_time: time(9, 0, 0, 0),
        order: None,
    }
}

/// One word for each kind of problem.
fn kind(problem: &Problem) -> &'static str {
    match problem {
        Problem::Past { .. } => "past",
        Problem::Order { .. } => "order",
        Problem::NoSuchDay { .. } => "no such day",
        Problem::OtherWeekday { .. } => "other weekday",
        Problem::NotYet { .. } => "not yet",
        Problem::TooFar { .. } => "too far",
    }
}
