//! Phrases that name a day on which something was: the last such day, today included.

use super::problem::Problem;
use super::resolve::{Prefs, Resolving, Way};
use super::when::{MonthDay, When};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

impl When {
    /// The moment on which something was, for a member who said it at `reference`: `3 Nov` is the last one, `friday` that of
    /// today or of the days before. A day without a time gets the member's default time, or the reference where that is
    /// sooner. What lies ahead is an error.
    pub fn resolve_back(&self, reference: Timestamp, prefs: &Prefs) -> Result<Timestamp, Problem> {
        Resolving::of(self, reference, prefs, Way::Back).back()
    }
}

/// The last such day of a month, until and with `today`; looked for in the last eight years, for the leap day.
pub(super) fn month_day(today: Date, at: MonthDay) -> Option<Date> {
    (0..=8)
        .filter_map(|n| Date::new(today.year().checked_sub(n)?, at.month, at.day).ok())
        .find(|date| *date <= today)
}

/// The last such day of any month, until and with `today`.
pub(super) fn day_of_month(today: Date, day: i8) -> Option<Date> {
    (0..=3)
        .filter_map(|n: i64| today.first_of_month().checked_sub(n.months()).ok())
        .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
        .find(|date| *date <= today)
}

/// The last such day of the week, until and with `today`.
pub(super) fn weekday(today: Date, weekday: Weekday) -> Option<Date> {
    let since = i64::from(today.weekday().since(weekday));
    today.checked_sub(since.days()).ok()
}
