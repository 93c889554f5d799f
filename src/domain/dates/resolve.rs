//! From a phrase to a moment: the only place that knows a reference, a zone and a member's habits.

use super::back;
use super::every::{self, Every};
use super::problem::Problem;
use super::recurrence::Recurrence;
use super::spell;
use super::when::{Day, Edge, MonthDay, Period, Unit, Week, When, Which};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, Zoned};

/// How far ahead a moment may lie.
pub const YEARS_MAX: i16 = 50;

/// "today" without a time, said after the default time: these are tried one after the other.
const LATER_TODAY: [Time; 2] = [Time::constant(17, 0, 0, 0), Time::constant(23, 59, 0, 0)];

/// What a member's settings decide about dates.
#[derive(Clone, Debug)]
pub struct Prefs {
    /// Where the member's days begin and end.
    pub zone: TimeZone,
    /// The time of a day that was named without one.
    pub default_time: Time,
    /// How `03/11` is read; `None` refuses it.
    pub order: Option<DayMonthOrder>,
}

/// Which of two bare numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayMonthOrder {
    /// `03/11` is 3 November.
    DayFirst,
    /// `03/11` is 11 March.
    MonthFirst,
}

/// Whether a time of day was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasTime {
    /// The member's default stands in for it; answers show the day alone.
    No,
    /// It was said, or follows from what was said (`in 2 hours`, `tonight`).
    Yes,
}

/// A moment that a phrase names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The moment; after the reference.
    pub at: Timestamp,
    /// The same in the member's zone.
    pub zoned: Zoned,
    /// Whether a time of day was said.
    pub has_time: HasTime,
    /// How it comes again; `at` is then its first time.
    pub recurrence: Option<Recurrence>,
}

impl When {
    /// The moment that the phrase names for a member who said it at `reference`.
    ///
    /// The moment is after the reference. A day without a time gets the member's default time; where that is today and has
    /// passed, 17:00 today, or else 23:59. A time in a gap of daylight saving is the first instant after the gap; one in a
    /// fold is the first of the two, or the second where the first has passed.
    pub fn resolve(&self, reference: Timestamp, prefs: &Prefs) -> Result<Due, Problem> {
        let resolving = Resolving::of(self, reference, prefs, Way::Ahead);
        let due = match &self.day {
            Day::Every(every) => resolving.recurring(*every)?,
            Day::Span(count, Unit::Minute) => resolving.in_seconds(*count, 60)?,
            Day::Span(count, Unit::Hour) => resolving.in_seconds(*count, 3600)?,
            Day::Unsaid => resolving.time_alone()?,
            _ => resolving.day_and_time(resolving.date()?)?,
        };
        resolving.near(due)
    }
}

/// Whether something will be or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The next such day counts.
    Ahead,
    /// The last such day counts.
    Back,
}

pub(super) struct Resolving<'a> {
    when: &'a When,
    reference: Timestamp,
    today: Date,
    prefs: &'a Prefs,
    way: Way,
}

impl<'a> Resolving<'a> {
    pub(super) fn of(when: &'a When, reference: Timestamp, prefs: &'a Prefs, way: Way) -> Self {
        Resolving {
            when,
            reference,
            today: prefs.zone.to_datetime(reference).date(),
            prefs,
            way,
        }
    }

    /// A moment that has passed.
    pub(super) fn back(&self) -> Result<Timestamp, Problem> {
        let date = self.date()?;
        let time = self.when.time.unwrap_or(self.prefs.default_time);
        let at = instant(date, time, &self.prefs.zone, self.reference);
        let at = at.ok_or_else(|| self.too_far())?;
        let recurs = self.when.is_recurring();
        let short = matches!(self.when.day, Day::Span(_, Unit::Minute | Unit::Hour));
        match self.has_time() {
            _ if recurs || short || date > self.today => Err(self.not_yet()),
            HasTime::Yes if at > self.reference => Err(self.not_yet()),
            _ => Ok(at.min(self.reference)),
        }
    }

    fn recurring(&self, every: Every) -> Result<Due, Problem> {
        if let Every::Years(_, Some((month, day))) = every {
            self.exists_sometimes(MonthDay { day, month })?;
        }
        // "every 2 weeks" begins in two weeks; "every day" and "every monday" with the next one.
        let first = match every {
            Every::Days(step) if step > 1 => self.ahead(i64::from(step).days())?,
            Every::Weeks(step, days) if days.is_empty() => self.ahead(i64::from(step).weeks())?,
            Every::Months(step, None) => self.ahead(i64::from(step).months())?,
            Every::Years(step, None) => self.ahead(i64::from(step).years())?,
            _ => self.today,
        };
        // The day of the month is today's, also where the month of the first time is shorter.
        let (year_day, month_day) = ((self.today.month(), self.today.day()), self.today.day());
        let every = match every {
            Every::Months(step, None) => Every::Months(step, Some(month_day)),
            Every::Years(step, None) => Every::Years(step, Some(year_day)),
            other => other.beginning(first),
        };
        let has_time = self.has_time();
        let time = self.when.time.unwrap_or(self.prefs.default_time);
        let mut recurrence = Recurrence::new(every, time, has_time, self.prefs.zone.clone(), first);
        let at = recurrence
            .next_after(self.reference)
            .ok_or_else(|| self.too_far())?;
        recurrence.begin(self.prefs.zone.to_datetime(at).date());
        let mut due = self.due(at, has_time);
        due.recurrence = Some(recurrence);
        Ok(due)
    }

    fn in_seconds(&self, count: u32, seconds: i64) -> Result<Due, Problem> {
        let wait = SignedDuration::from_secs(i64::from(count).saturating_mul(seconds));
        let at = self.reference.checked_add(wait);
        let at = at.map_err(|_| self.too_far())?;
        Ok(self.due(at, HasTime::Yes))
    }

    fn time_alone(&self) -> Result<Due, Problem> {
        let time = self.when.time.unwrap_or(self.prefs.default_time);
        for date in [Some(self.today), self.today.tomorrow().ok()] {
            let at = date.and_then(|date| instant(date, time, &self.prefs.zone, self.reference));
            if let Some(at) = at.filter(|at| *at > self.reference) {
                return Ok(self.due(at, HasTime::Yes));
            }
        }
        Err(self.too_far())
    }

    fn day_and_time(&self, date: Date) -> Result<Due, Problem> {
        let has_time = self.has_time();
        let said = self.when.time.unwrap_or(self.prefs.default_time);
        let may_be_later = has_time == HasTime::No && date == self.today;
        let later = LATER_TODAY.into_iter().filter(|_| may_be_later);
        for time in std::iter::once(said).chain(later) {
            let at = instant(date, time, &self.prefs.zone, self.reference);
            let at = at.ok_or_else(|| self.too_far())?;
            if at > self.reference {
                return Ok(self.due(at, has_time));
            }
        }
        Err(self.past(date))
    }

    /// The date of any phrase that names one, past ones too where the phrase leaves no other choice.
    fn date(&self) -> Result<Date, Problem> {
        match &self.when.day {
            Day::Unsaid | Day::Every(_) => Ok(self.today),
            Day::Ahead(days) => self.ahead(i64::from(*days).days()),
            Day::Weekday(weekday, week) => self.weekday(*weekday, *week),
            Day::Span(count, unit) => self.span(*count, *unit),
            Day::Edge(edge, period) => self.edge(*edge, *period),
            Day::Date(weekday, at, year) => self.calendar(*weekday, *at, *year),
            Day::OfMonth(weekday, day) => self.day_of_month(*weekday, *day),
            Day::Numeric(first, second, year) => self.numeric(*first, *second, *year),
        }
    }

    fn weekday(&self, weekday: Weekday, week: Week) -> Result<Date, Problem> {
        let monday = every::monday_of(self.today).ok_or_else(|| self.too_far())?;
        let in_week = i64::from(weekday.to_monday_zero_offset());
        let (from, days) = match week {
            Week::Coming if self.way == Way::Back => {
                return back::weekday(self.today, weekday).ok_or_else(|| self.too_far());
            }
            Week::Coming => {
                let until = i64::from(self.today.weekday().until(weekday));
                (self.today, if until == 0 { 7 } else { until })
            }
            Week::This => (monday, in_week),
            Week::Next => (monday, in_week + 7),
        };
        from.checked_add(days.days()).map_err(|_| self.too_far())
    }

    fn span(&self, count: u32, unit: Unit) -> Result<Date, Problem> {
        let count = i64::from(count);
        // More than any calendar holds; spans of jiff refuse such numbers by a panic.
        if count > 100_000 {
            return Err(self.too_far());
        }
        match unit {
            Unit::Minute | Unit::Hour => Ok(self.today),
            Unit::Day => self.ahead(count.days()),
            Unit::BusinessDay => self.business_days(count),
            Unit::Week => self.ahead((count * 7).days()),
            Unit::Month => self.ahead(count.months()),
            Unit::Quarter => self.ahead((count.min(60_000) * 3).months()),
            Unit::Year => self.ahead(count.min(19_000).years()),
        }
    }

    fn business_days(&self, count: i64) -> Result<Date, Problem> {
        // From a weekend one counts as on its Friday: one business day later is Monday.
        let from = every::business_day_until(self.today).ok_or_else(|| self.too_far())?;
        let in_week = i64::from(from.weekday().to_monday_zero_offset()) + count;
        let days = in_week / 5 * 7 + in_week % 5 - (in_week - count);
        from.checked_add(days.days()).map_err(|_| self.too_far())
    }

    fn edge(&self, edge: Edge, period: Period) -> Result<Date, Problem> {
        // Without a year or a "next", the one that lies ahead: the running period, or where it has passed, the one after.
        let tries: &[i64] = match period {
            Period::Week(Which::Next)
            | Period::Month(Which::Next)
            | Period::Quarter(Which::Next)
            | Period::Year(Which::Next) => &[1],
            Period::Named(_, Some(_)) | Period::Calendar(_) => &[0],
            _ => &[0, 1],
        };
        let mut last = None;
        for ahead in tries {
            let date = self.edge_of(edge, period, *ahead);
            let date = date.ok_or_else(|| self.too_far())?;
            if date >= self.today {
                return Ok(date);
            }
            last = Some(date);
        }
        Err(self.past(last.unwrap_or(self.today)))
    }

    fn edge_of(&self, edge: Edge, period: Period, ahead: i64) -> Option<Date> {
        let year = self.today.year();
        let (first, length) = match period {
            Period::Week(_) => (
                every::monday_of(self.today)?
                    .checked_add((ahead * 7).days())
                    .ok()?,
                7.days(),
            ),
            Period::Month(_) => (
                self.today
                    .first_of_month()
                    .checked_add(ahead.months())
                    .ok()?,
                1.month(),
            ),
            Period::Quarter(_) => {
                let month = (self.today.month() - 1) / 3 * 3 + 1;
                let first = Date::new(year, month, 1).ok()?;
                (first.checked_add((ahead * 3).months()).ok()?, 3.months())
            }
            Period::Year(_) => {
                let first = Date::new(year, 1, 1).ok()?;
                (first.checked_add(ahead.years()).ok()?, 1.year())
            }
            Period::Calendar(year) => (Date::new(year, 1, 1).ok()?, 1.year()),
            Period::Named(month, said) => {
                let this_or_next = if month < self.today.month() { 1 } else { 0 };
                let passed = i16::try_from(ahead).ok()?;
                let year = match said {
                    Some(year) => year,
                    None => year.checked_add(this_or_next)?.checked_add(passed)?,
                };
                (Date::new(year, month, 1).ok()?, 1.month())
            }
        };
        let last = first.checked_add(length).ok()?.yesterday().ok()?;
        match edge {
            Edge::Start => every::business_day_from(first),
            Edge::End => every::business_day_until(last),
            // Wednesday; the 15th; the middle of the middle month.
            Edge::Middle => {
                let days = first.until(last).ok()?.get_days();
                let half = match days {
                    ..=6 => 2,
                    7..=31 => 14,
                    _ => days / 2,
                };
                first.checked_add(half.days()).ok()
            }
        }
    }

    fn calendar(
        &self,
        weekday: Option<Weekday>,
        at: MonthDay,
        year: Option<i16>,
    ) -> Result<Date, Problem> {
        self.exists_sometimes(at)?;
        let date = match year {
            Some(year) => Date::new(year, at.month, at.day).map_err(|_| self.no_such_day())?,
            None if self.way == Way::Back => {
                back::month_day(self.today, at).ok_or_else(|| self.too_far())?
            }
            // At most eight years to the next leap day: 1896, 1904.
            None => (0..=8)
                .filter_map(|n| Date::new(self.today.year().checked_add(n)?, at.month, at.day).ok())
                .find(|date| *date >= self.today)
                .ok_or_else(|| self.too_far())?,
        };
        self.on_weekday(weekday, date)
    }

    fn day_of_month(&self, weekday: Option<Weekday>, day: i8) -> Result<Date, Problem> {
        if self.way == Way::Back {
            let date = back::day_of_month(self.today, day).ok_or_else(|| self.too_far())?;
            return self.on_weekday(weekday, date);
        }
        let first = self.today.first_of_month();
        let date = (0..=3)
            .filter_map(|n: i64| first.checked_add(n.months()).ok())
            .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
            .find(|date| *date >= self.today)
            .ok_or_else(|| self.too_far())?;
        self.on_weekday(weekday, date)
    }

    fn numeric(&self, first: i8, second: i8, year: Option<i16>) -> Result<Date, Problem> {
        let day_first = MonthDay {
            day: first,
            month: second,
        };
        let month_first = MonthDay {
            day: second,
            month: first,
        };
        let at = match (is_month(second), is_month(first), self.prefs.order) {
            (true, false, _) => day_first,
            (false, true, _) => month_first,
            _ if first == second => day_first,
            (_, _, Some(DayMonthOrder::DayFirst)) => day_first,
            (_, _, Some(DayMonthOrder::MonthFirst)) => month_first,
            (_, _, None) => {
                return Err(Problem::Order {
                    phrase: self.when.to_string(),
                    day_first: short(day_first, year),
                    month_first: short(month_first, year),
                });
            }
        };
        self.calendar(None, at, year)
    }

    fn on_weekday(&self, weekday: Option<Weekday>, date: Date) -> Result<Date, Problem> {
        if weekday.is_none_or(|weekday| weekday == date.weekday()) {
            return Ok(date);
        }
        Err(Problem::OtherWeekday {
            phrase: self.when.to_string(),
            is: spell::shown_day(date),
        })
    }

    /// 2024 is a leap year: a day that it lacks, every year lacks.
    fn exists_sometimes(&self, at: MonthDay) -> Result<(), Problem> {
        match Date::new(2024, at.month, at.day) {
            Ok(_) => Ok(()),
            Err(_) => Err(self.no_such_day()),
        }
    }

    fn ahead(&self, span: Span) -> Result<Date, Problem> {
        self.today.checked_add(span).map_err(|_| self.too_far())
    }

    fn has_time(&self) -> HasTime {
        match self.when.time {
            Some(_) => HasTime::Yes,
            None => HasTime::No,
        }
    }

    fn due(&self, at: Timestamp, has_time: HasTime) -> Due {
        Due {
            at,
            zoned: at.to_zoned(self.prefs.zone.clone()),
            has_time,
            recurrence: None,
        }
    }

    /// The same, unless it is further away than anybody plans.
    fn near(&self, due: Due) -> Result<Due, Problem> {
        let limit = self.today.checked_add(i64::from(YEARS_MAX).years());
        match limit {
            Ok(limit) if due.zoned.date() > limit => Err(self.too_far()),
            _ => Ok(due),
        }
    }

    fn past(&self, date: Date) -> Problem {
        let time = match self.when.time {
            Some(time) => format!(", {}", spell::Clock(time)),
            None => String::new(),
        };
        Problem::Past {
            phrase: self.when.to_string(),
            was: format!("{}{time}", spell::shown_day(date)),
        }
    }

    fn no_such_day(&self) -> Problem {
        Problem::NoSuchDay {
            phrase: self.when.to_string(),
        }
    }

    fn not_yet(&self) -> Problem {
        Problem::NotYet {
            phrase: self.when.to_string(),
        }
    }

    fn too_far(&self) -> Problem {
        Problem::TooFar {
            phrase: self.when.to_string(),
        }
    }
}

fn is_month(number: i8) -> bool {
    (1..=12).contains(&number)
}

/// `3 Nov 2026`
fn short(at: MonthDay, year: Option<i16>) -> String {
    let month = spell::month_name(at.month);
    let month = month.get(..3).unwrap_or(month);
    match year {
        Some(year) => format!("{} {month} {year}", at.day),
        None => format!("{} {month}", at.day),
    }
}

/// The instant that a wall clock shows a date and a time. In a gap: the first instant after it. In a fold: the first of the
/// two, or the second where the first is not after `after`. `None` past the end of the calendar.
pub(super) fn instant(
    date: Date,
    time: Time,
    zone: &TimeZone,
    after: Timestamp,
) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible().ok(),
        AmbiguousOffset::Fold { .. } => {
            let first = ambiguous.earlier().ok()?;
            if first > after {
                return Some(first);
            }
            ambiguous.later().ok()
        }
        AmbiguousOffset::Gap { after: offset, .. } => {
            // Read with the offset after the gap it lies before the change, and the other way round.
            let before_change = ambiguous.earlier().ok()?;
            let change = zone
                .following(before_change)
                .take(4)
                .map(|change| change.timestamp())
                .find(|change| zone.to_offset(*change) == offset);
            change.or_else(|| ambiguous.later().ok())
        }
    }
}
