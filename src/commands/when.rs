//! Moments between the member and the database: what a date phrase means by the member's settings, and how a moment is shown.

use super::context::Cx;
use super::problem::Problem;
use crate::domain::dates::{self, DayMonthOrder, HasTime, Prefs, When};
use jiff::Timestamp;
use jiff::civil::Time;

/// The time of a day that was named without one, where the member chose none.
const DEFAULT_TIME: Time = Time::constant(9, 0, 0, 0);

/// A moment as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970.
    pub at_us: i64,
    /// Whether a time of day was said.
    pub has_time: HasTime,
    /// Text of `dates::Recurrence`, where it comes again.
    pub recurrence: Option<String>,
}

/// What the actor's settings decide about dates.
pub fn prefs(cx: &Cx) -> Prefs {
    let settings = &cx.settings;
    let time = settings.default_time.as_deref().and_then(clock);
    let order = match settings.date_order.as_deref() {
        Some("dmy") => Some(DayMonthOrder::DayFirst),
        Some("mdy") => Some(DayMonthOrder::MonthFirst),
        _ => None,
    };
    Prefs {
        zone: cx.zone.clone(),
        default_time: time.unwrap_or(DEFAULT_TIME),
        order,
    }
}

/// The moment that a phrase names for the actor.
pub fn resolve(cx: &Cx, when: &When) -> Result<Moment, Problem> {
    let due = when.resolve(cx.reference(), &prefs(cx));
    let due = due.map_err(|problem| Problem::new(problem.to_string()))?;
    Ok(Moment {
        at_us: due.at.as_microsecond(),
        has_time: due.has_time,
        recurrence: due.recurrence.map(|recurrence| recurrence.to_text()),
    })
}

/// The moment on which something was, by a phrase of the actor's; microseconds since 1970.
pub fn resolve_back(cx: &Cx, when: &When) -> Result<i64, Problem> {
    let at = when.resolve_back(cx.reference(), &prefs(cx));
    let at = at.map_err(|problem| Problem::new(problem.to_string()))?;
    Ok(at.as_microsecond())
}

/// A moment as answers echo it, in the actor's zone: weekday, date, time where one was said, zone.
pub fn shown(cx: &Cx, at_us: i64, has_time: HasTime) -> String {
    dates::shown(timestamp(at_us), &cx.zone, cx.settings.hours(), has_time)
}

/// The same without the zone, for lists that name it once.
pub fn shown_briefly(cx: &Cx, at_us: i64, has_time: HasTime) -> String {
    let at = cx.zone.to_datetime(timestamp(at_us));
    match has_time {
        HasTime::Yes => {
            let time = at.strftime(cx.settings.hours().pattern());
            format!("{}, {time}", at.strftime("%a %-d %b %Y"))
        }
        HasTime::No => at.strftime("%a %-d %b %Y").to_string(),
    }
}

/// How many days of the actor's calendar lie between now and a moment; below 0 where it has passed.
pub fn days_ahead(cx: &Cx, at_us: i64) -> i64 {
    let day = |us: i64| cx.zone.to_datetime(timestamp(us)).date();
    let span = day(cx.now_us).until(day(at_us));
    span.map_or(0, |span| i64::from(span.get_days()))
}

/// The first moment of the actor's tomorrow, microseconds since 1970.
pub fn end_of_today(cx: &Cx) -> i64 {
    let today = cx.zone.to_datetime(timestamp(cx.now_us)).date();
    let tomorrow = today
        .tomorrow()
        .and_then(|date| date.to_zoned(cx.zone.clone()));
    tomorrow.map_or(i64::MAX, |zoned| zoned.timestamp().as_microsecond())
}

/// A time of day of the form `HH:MM`.
pub fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn timestamp(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or_default()
}
