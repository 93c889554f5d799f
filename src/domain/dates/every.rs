//! How something comes again: as a phrase says it, and, with nothing left open, as a recurrence keeps it.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A rule of days. What a phrase leaves open (`None`) is filled in from the day it is resolved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Every {
    /// Every so many days.
    Days(u16),
    /// Monday to Friday.
    BusinessDays,
    /// On these days of every so many ISO weeks; none said: on the day it began.
    Weeks(u16, Weekdays),
    /// On this day of every so many months, or their last day where they are shorter.
    Months(u16, Option<i8>),
    /// On the last business day of every so many months.
    MonthEnds(u16),
    /// On this month and day of every so many years; 29 February becomes 28.
    Years(u16, Option<(i8, i8)>),
}

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weekdays(u8);

impl Weekdays {
    pub(super) const NONE: Weekdays = Weekdays(0);

    pub(super) fn of(weekday: Weekday) -> Weekdays {
        Weekdays::NONE.with(weekday)
    }

    pub(super) fn with(self, weekday: Weekday) -> Weekdays {
        Weekdays(self.0 | 1 << weekday.to_monday_zero_offset())
    }

    pub(super) fn has(self, weekday: Weekday) -> bool {
        self.0 & (1 << weekday.to_monday_zero_offset()) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// From Monday on.
    pub(super) fn each(self) -> impl Iterator<Item = Weekday> {
        (0..7)
            .filter_map(|offset| Weekday::from_monday_zero_offset(offset).ok())
            .filter(move |weekday| self.has(*weekday))
    }
}

impl Every {
    /// The same with nothing left open, for something that begins on `first`.
    pub(super) fn beginning(self, first: Date) -> Every {
        match self {
            Every::Weeks(step, days) if days.is_empty() => {
                Every::Weeks(step, Weekdays::of(first.weekday()))
            }
            Every::Months(step, None) => Every::Months(step, Some(first.day())),
            Every::Years(step, None) => Every::Years(step, Some((first.month(), first.day()))),
            whole => whole,
        }
    }

    /// The first day of the rule on or after `date`; never one before `from`, which the steps are counted from.
    /// `None` past the end of the calendar, or where something is left open.
    pub(super) fn on_or_after(self, date: Date, from: Date) -> Option<Date> {
        let date = date.max(from);
        match self {
            Every::Days(step) => {
                let gone = days_between(from, date);
                let step = i32::from(step.max(1));
                let into = gone.rem_euclid(step);
                let wait = if into == 0 { 0 } else { step - into };
                date.checked_add(wait.days()).ok()
            }
            Every::BusinessDays => business_day_from(date),
            Every::Weeks(step, days) => week_day(date, from, step, days),
            Every::Months(step, day) => {
                let day = day?;
                month_day(date, from, step, |first| clamped(first, day))
            }
            Every::MonthEnds(step) => month_day(date, from, step, |first| {
                business_day_until(first.last_of_month())
            }),
            Every::Years(step, month_day) => year_day(date, from, step, month_day?),
        }
    }
}

/// Whole days from one date to a later one.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// The date itself, or the Monday after it.
pub(super) fn business_day_from(date: Date) -> Option<Date> {
    let wait = match date.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    date.checked_add(wait.days()).ok()
}

/// The date itself, or the Friday before it.
pub(super) fn business_day_until(date: Date) -> Option<Date> {
    let back = match date.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    date.checked_sub(back.days()).ok()
}

/// The Monday of the ISO week.
pub(super) fn monday_of(date: Date) -> Option<Date> {
    let since = date.weekday().to_monday_zero_offset();
    date.checked_sub(i32::from(since).days()).ok()
}

/// The day of that number in the month that `first` begins, or the month's last.
fn clamped(first: Date, day: i8) -> Option<Date> {
    let day = day.clamp(1, first.days_in_month());
    Date::new(first.year(), first.month(), day).ok()
}

fn week_day(date: Date, from: Date, step: u16, days: Weekdays) -> Option<Date> {
    let step = i32::from(step.max(1));
    let monday = monday_of(date)?;
    let weeks_gone = days_between(monday_of(from)?, monday) / 7;
    if weeks_gone % step == 0 {
        let wanted = |date: &Date| days.has(date.weekday());
        let ahead = days_between(monday, date)..7;
        let this_week = ahead
            .filter_map(|n| monday.checked_add(n.days()).ok())
            .find(wanted);
        if this_week.is_some() {
            return this_week;
        }
    }
    let wait = step - weeks_gone % step;
    let monday = monday.checked_add(wait.weeks()).ok()?;
    let first = days.each().next()?;
    let offset = i32::from(first.to_monday_zero_offset());
    monday.checked_add(offset.days()).ok()
}

fn month_day(
    date: Date,
    from: Date,
    step: u16,
    pick: impl Fn(Date) -> Option<Date>,
) -> Option<Date> {
    let step = i32::from(step.max(1));
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let gone = months(date) - months(from);
    let month = from
        .first_of_month()
        .checked_add((gone - gone % step).months())
        .ok()?;
    let this = pick(month)?;
    if this >= date {
        return Some(this);
    }
    pick(month.checked_add(step.months()).ok()?)
}

fn year_day(date: Date, from: Date, step: u16, (month, day): (i8, i8)) -> Option<Date> {
    let step = step.max(1);
    let pick = |year: i16| clamped(Date::new(year, month, 1).ok()?, day);
    let step_years = i16::try_from(step).ok()?;
    // The first of them may lie a year after `from`, where the day has passed in the year of `from`.
    let first = match pick(from.year())? {
        in_year if in_year >= from => from.year(),
        _ => from.year().checked_add(1)?,
    };
    let gone = (date.year() - first).max(0);
    let year = first.checked_add(gone - gone % step_years)?;
    let this = pick(year)?;
    if this >= date {
        return Some(this);
    }
    pick(year.checked_add(step_years)?)
}
