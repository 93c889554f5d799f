//! What comes again: a rule of days, a wall time and a zone, so that nine o'clock stays nine o'clock over daylight saving.

use super::every::{Every, Weekdays};
use super::resolve::{HasTime, instant};
use super::spell;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};
use jiff::fmt::temporal::{DateTimeParser, DateTimePrinter};
use jiff::tz::TimeZone;
use std::fmt;

/// How an action comes again.
///
/// Its text for a database column ([`Recurrence::to_text`]) has four fields: `weeks 2 mon,thu; 09:00; Europe/Helsinki;
/// 2026-11-23`. The time has a `~` before it where it is the member's default and nobody said it; the date is the first one,
/// which steps are counted from. `Display` is for people: `every 2 weeks on monday 09:00 (Europe/Helsinki)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    every: Every,
    time: Time,
    has_time: HasTime,
    zone: TimeZone,
    from: Date,
}

/// More than any text of a recurrence has.
const TEXT_BYTES_MAX: usize = 200;

impl Recurrence {
    pub(super) fn new(
        every: Every,
        time: Time,
        has_time: HasTime,
        zone: TimeZone,
        from: Date,
    ) -> Recurrence {
        Recurrence {
            every,
            time,
            has_time,
            zone,
            from,
        }
    }

    /// Counts its steps from its first day.
    pub(super) fn begin(&mut self, first: Date) {
        self.from = first;
    }

    /// Whether a time of day was said.
    pub fn has_time(&self) -> HasTime {
        self.has_time
    }

    /// The zone of its wall time.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Its next moment after another; `None` past the end of the calendar. A wall time in a gap of daylight saving is the
    /// first instant after the gap, one in a fold the first of the two.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        // A time in a gap that ends a day belongs to the day before.
        let local = self.zone.to_datetime(after).date();
        let mut date = local.yesterday().unwrap_or(local);
        // Two days at most lie before or on the given one, and a gap may swallow another.
        for _ in 0..8 {
            let day = self.every.on_or_after(date, self.from)?;
            // Always the first of a fold: one occurrence, not two.
            let at = instant(day, self.time, &self.zone, Timestamp::MIN)?;
            if at > after {
                return Some(at);
            }
            date = day.checked_add(1.day()).ok()?;
        }
        None
    }

    /// A short text for a database column.
    pub fn to_text(&self) -> String {
        let rule = match self.every {
            Every::Days(step) => format!("days {step}"),
            Every::BusinessDays => "business-days".to_owned(),
            Every::Weeks(step, days) => {
                let names = days.each().map(short_name).collect::<Vec<_>>();
                format!("weeks {step} {}", names.join(","))
            }
            Every::Months(step, day) => format!("months {step} {}", day.unwrap_or(1)),
            Every::MonthEnds(step) => format!("month-ends {step}"),
            Every::Years(step, date) => {
                let (month, day) = date.unwrap_or((1, 1));
                format!("years {step} {month:02}-{day:02}")
            }
        };
        let mark = match self.has_time {
            HasTime::Yes => "",
            HasTime::No => "~",
        };
        let zone = DateTimePrinter::new().time_zone_to_string(&self.zone);
        let zone = zone.unwrap_or_else(|_| "UTC".to_owned());
        format!(
            "{rule}; {mark}{}; {zone}; {}",
            spell::Clock(self.time),
            self.from
        )
    }

    /// The recurrence of such a text; `None` where it is none.
    pub fn from_text(text: &str) -> Option<Recurrence> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let mut fields = text.split("; ");
        let every = rule(fields.next()?)?;
        let clock = fields.next()?;
        let zone = DateTimeParser::new().parse_time_zone(fields.next()?).ok()?;
        let from = fields.next()?.parse().ok()?;
        if fields.next().is_some() {
            return None;
        }
        let (clock, has_time) = match clock.strip_prefix('~') {
            Some(clock) => (clock, HasTime::No),
            None => (clock, HasTime::Yes),
        };
        let (hour, minute) = clock.split_once(':')?;
        let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
        Some(Recurrence::new(every, time, has_time, zone, from))
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spell::every(f, self.every)?;
        if self.has_time == HasTime::Yes {
            write!(f, " {}", spell::Clock(self.time))?;
        }
        match self.zone.iana_name() {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

fn short_name(weekday: Weekday) -> String {
    let name = spell::weekday_name(weekday).to_lowercase();
    name.get(..3).unwrap_or_default().to_owned()
}

fn rule(text: &str) -> Option<Every> {
    let mut words = text.split(' ');
    let kind = words.next()?;
    if kind == "business-days" {
        return words.next().is_none().then_some(Every::BusinessDays);
    }
    let step: u16 = words.next()?.parse().ok().filter(|step| *step > 0)?;
    let rest = words.next();
    if words.next().is_some() {
        return None;
    }
    match (kind, rest) {
        ("days", None) => Some(Every::Days(step)),
        ("weeks", Some(days)) => Some(Every::Weeks(step, weekdays(days)?)),
        ("months", Some(day)) => Some(Every::Months(step, Some(within(day, 1..=31)?))),
        ("month-ends", None) => Some(Every::MonthEnds(step)),
        ("years", Some(date)) => {
            let (month, day) = date.split_once('-')?;
            let date = (within(month, 1..=12)?, within(day, 1..=31)?);
            Some(Every::Years(step, Some(date)))
        }
        _ => None,
    }
}

fn within(number: &str, range: std::ops::RangeInclusive<i8>) -> Option<i8> {
    number.parse().ok().filter(|number| range.contains(number))
}

fn weekdays(names: &str) -> Option<Weekdays> {
    let mut days = Weekdays::NONE;
    for name in names.split(',') {
        let weekday = (0..7)
            .filter_map(|offset| Weekday::from_monday_zero_offset(offset).ok())
            .find(|weekday| short_name(*weekday) == name)?;
        days = days.with(weekday);
    }
    Some(days)
}
