//! Dates in English words: the canonical form of phrases, and the echo that answers show.

use super::every::{Every, Weekdays};
use super::resolve::HasTime;
use super::when::{Day, Edge, MonthDay, Period, Unit, Week, Which};
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use std::fmt;

/// A moment as answers echo it: `Fri 27 Nov 2026, 09:00 EET (Europe/Helsinki)`, or `Fri 27 Nov 2026 (Europe/Helsinki)` where
/// no time was said.
pub fn shown(at: Timestamp, zone: &TimeZone, hours: Hours, has_time: HasTime) -> String {
    let local = zone.to_datetime(at);
    let day = shown_day(local.date());
    let abbreviation = zone.to_offset_info(at).abbreviation().to_owned();
    let name = match zone.iana_name() {
        // `UTC (Etc/UTC)` says it twice.
        Some(name) if has_time == HasTime::Yes && name.ends_with(&format!("/{abbreviation}")) => {
            String::new()
        }
        Some(name) if has_time == HasTime::No || name != abbreviation => format!(" ({name})"),
        _ => String::new(),
    };
    if has_time == HasTime::No {
        return format!("{day}{name}");
    }
    let time = local.strftime(hours.pattern());
    format!("{day}, {time} {abbreviation}{name}")
}

/// How a time of day is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hours {
    /// `16:20`
    #[default]
    TwentyFour,
    /// `4:20 PM`
    Twelve,
}

impl Hours {
    /// The same for `strftime`.
    pub fn pattern(self) -> &'static str {
        match self {
            Hours::TwentyFour => "%H:%M",
            Hours::Twelve => "%-I:%M %p",
        }
    }
}

/// `Fri 27 Nov 2026`
pub(super) fn shown_day(date: Date) -> String {
    let weekday = weekday_name(date.weekday());
    let weekday = weekday.get(..3).unwrap_or(weekday);
    let month = month_name(date.month());
    let month = month.get(..3).unwrap_or(month);
    format!("{weekday} {} {month} {}", date.day(), date.year())
}

/// `09:05`
pub(super) struct Clock(pub Time);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

pub(super) fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

pub(super) fn month_name(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::BusinessDay => "business day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

/// The canonical phrase of a day.
pub(super) fn day(f: &mut fmt::Formatter<'_>, day: &Day) -> fmt::Result {
    match day {
        Day::Unsaid => Ok(()),
        Day::Ahead(-1) => f.write_str("yesterday"),
        Day::Ahead(0) => f.write_str("today"),
        Day::Ahead(1) => f.write_str("tomorrow"),
        Day::Ahead(_) => f.write_str("day after tomorrow"),
        Day::Weekday(weekday, week) => {
            f.write_str(match week {
                Week::Coming => "",
                Week::This => "this ",
                Week::Next => "next ",
            })?;
            f.write_str(&weekday_name(*weekday).to_lowercase())
        }
        Day::Span(count, unit) => {
            let plural = if *count == 1 { "" } else { "s" };
            write!(f, "in {count} {}{plural}", unit_name(*unit))
        }
        Day::Edge(edge, period) => {
            f.write_str(match edge {
                Edge::Start => "start of ",
                Edge::Middle => "middle of ",
                Edge::End => "end of ",
            })?;
            spell_period(f, *period)
        }
        Day::Date(weekday, at, year) => {
            weekday_before(f, *weekday)?;
            month_day(f, *at)?;
            year.map_or(Ok(()), |year| write!(f, " {year:04}"))
        }
        Day::OfMonth(weekday, day) => {
            weekday_before(f, *weekday)?;
            write!(f, "the {}", Nth(*day))
        }
        Day::Numeric(first, second, year) => {
            write!(f, "{first:02}/{second:02}")?;
            year.map_or(Ok(()), |year| write!(f, "/{year:04}"))
        }
        Day::Every(rule) => every(f, *rule),
    }
}

fn weekday_before(f: &mut fmt::Formatter<'_>, weekday: Option<Weekday>) -> fmt::Result {
    weekday.map_or(Ok(()), |weekday| {
        write!(f, "{} ", weekday_name(weekday).to_lowercase())
    })
}

fn month_day(f: &mut fmt::Formatter<'_>, at: MonthDay) -> fmt::Result {
    write!(f, "{} {}", at.day, month_name(at.month).to_lowercase())
}

fn spell_period(f: &mut fmt::Formatter<'_>, period: Period) -> fmt::Result {
    let (which, name) = match period {
        Period::Week(which) => (which, "week"),
        Period::Month(which) => (which, "month"),
        Period::Quarter(which) => (which, "quarter"),
        Period::Year(which) => (which, "year"),
        Period::Calendar(year) => return write!(f, "{year:04}"),
        Period::Named(month, year) => {
            f.write_str(&month_name(month).to_lowercase())?;
            return year.map_or(Ok(()), |year| write!(f, " {year:04}"));
        }
    };
    let which = match which {
        Which::This => "this",
        Which::Next => "next",
    };
    write!(f, "{which} {name}")
}

/// `15th`
struct Nth(i8);

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = match (self.0 % 10, self.0 / 10) {
            (1, tens) if tens != 1 => "st",
            (2, tens) if tens != 1 => "nd",
            (3, tens) if tens != 1 => "rd",
            _ => "th",
        };
        write!(f, "{}{ending}", self.0)
    }
}

/// The canonical phrase of a rule.
pub(super) fn every(f: &mut fmt::Formatter<'_>, every: Every) -> fmt::Result {
    match every {
        Every::Days(step) => steps(f, step, "day"),
        Every::BusinessDays => f.write_str("every business day"),
        Every::Weeks(1, days) if !days.is_empty() => {
            f.write_str("every ")?;
            weekdays(f, days)
        }
        Every::Weeks(step, days) => {
            steps(f, step, "week")?;
            if days.is_empty() {
                return Ok(());
            }
            f.write_str(" on ")?;
            weekdays(f, days)
        }
        Every::Months(step, day) => {
            steps(f, step, "month")?;
            day.map_or(Ok(()), |day| write!(f, " on the {}", Nth(day)))
        }
        Every::MonthEnds(step) => {
            steps(f, step, "month")?;
            f.write_str(" at the end")
        }
        Every::Years(step, date) => {
            steps(f, step, "year")?;
            let Some((month, day)) = date else {
                return Ok(());
            };
            f.write_str(" on ")?;
            month_day(f, MonthDay { day, month })
        }
    }
}

fn steps(f: &mut fmt::Formatter<'_>, step: u16, unit: &str) -> fmt::Result {
    match step {
        1 => write!(f, "every {unit}"),
        _ => write!(f, "every {step} {unit}s"),
    }
}

fn weekdays(f: &mut fmt::Formatter<'_>, days: Weekdays) -> fmt::Result {
    for (at, weekday) in days.each().enumerate() {
        let between = if at == 0 { "" } else { " and " };
        write!(f, "{between}{}", weekday_name(weekday).to_lowercase())?;
    }
    Ok(())
}
