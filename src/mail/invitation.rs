//! Meetings: `text/calendar` parts (RFC 5545, RFC 6047).

use super::message::{Invitation, Mailbox};
use super::mime::{Part, Parts};
use calcard::Entry;
use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
    ICalendarProperty, ICalendarValue,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;

/// Most bytes of a calendar that are read.
const CALENDAR_BYTES: usize = 512 * 1024;
/// Most attendees that are kept.
const ATTENDEES: usize = 500;

/// Sets `invitation`: from the part that has a method, which calendars that are only attached files lack.
pub fn read(parts: &mut Parts<'_>) {
    let calendars = parts
        .parts
        .iter()
        .filter(|p| !p.text.is_empty() && is_calendar(p));
    parts.message.invitation = calendars.take(4).find_map(invitation);
}

fn is_calendar(part: &Part) -> bool {
    let start = part.text.trim_start().trim_start_matches('\u{feff}');
    start
        .get(..15)
        .is_some_and(|s| s.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
}

fn invitation(part: &Part) -> Option<Invitation> {
    let text = part.text.trim_start();
    let mut end = text.len().min(CALENDAR_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let Entry::ICalendar(calendar) = calcard::Parser::new(&text[..end]).entry() else {
        return None;
    };
    let root = calendar.components.first()?;
    let declared = || {
        part.fields
            .parameters("content-type")
            .get("method")
            .map(str::to_owned)
    };
    let method = text_of(root, &ICalendarProperty::Method)
        .or_else(declared)?
        .to_ascii_uppercase();
    let events = || {
        let is_event = |c: &&ICalendarComponent| c.component_type == ICalendarComponentType::VEvent;
        calendar.components.iter().filter(is_event)
    };
    // A published calendar of many events is a file, no meeting.
    if method == "PUBLISH" && events().count() > 1 {
        return None;
    }
    let is_exception = |c: &&ICalendarComponent| c.has_property(&ICalendarProperty::RecurrenceId);
    let event = events()
        .find(|c| !is_exception(c))
        .or_else(|| events().next())?;
    Some(meeting(&calendar, event, method))
}

fn meeting(calendar: &ICalendar, event: &ICalendarComponent, method: String) -> Invitation {
    let start = event
        .property(&ICalendarProperty::Dtstart)
        .and_then(|e| moment(calendar, e));
    let end = event
        .property(&ICalendarProperty::Dtend)
        .and_then(|e| moment(calendar, e));
    let duration = || match event
        .property(&ICalendarProperty::Duration)?
        .values
        .first()?
    {
        ICalendarValue::Duration(duration) => {
            Some(SignedDuration::from_secs(duration.as_seconds()))
        }
        _ => None,
    };
    let attendee = |entry: &ICalendarEntry| Some((mailbox(entry)?, status(entry)));
    let attendees = event.properties(&ICalendarProperty::Attendee);
    Invitation {
        method,
        uid: text_of(event, &ICalendarProperty::Uid).unwrap_or_default(),
        sequence: number_of(event, &ICalendarProperty::Sequence),
        summary: text_of(event, &ICalendarProperty::Summary),
        location: text_of(event, &ICalendarProperty::Location),
        start,
        end: end.or_else(|| start?.checked_add(duration()?).ok()),
        organizer: event
            .property(&ICalendarProperty::Organizer)
            .and_then(mailbox),
        attendees: attendees.filter_map(attendee).take(ATTENDEES).collect(),
    }
}

fn text_of(component: &ICalendarComponent, property: &ICalendarProperty) -> Option<String> {
    let text = component
        .property(property)?
        .values
        .first()?
        .as_text()?
        .trim();
    (!text.is_empty()).then(|| text.replace('\0', ""))
}

fn number_of(component: &ICalendarComponent, property: &ICalendarProperty) -> i64 {
    let value = component.property(property).and_then(|e| e.values.first());
    value.and_then(|v| v.as_integer()).unwrap_or(0)
}

/// An organizer or attendee: the address of `mailto:`, else the one of EMAIL (Apple writes `/aMTg…/principal/` as address).
fn mailbox(entry: &ICalendarEntry) -> Option<Mailbox> {
    let parameter = |name| entry.parameters(&name).find_map(|v| v.as_text());
    let address = entry
        .calendar_address()
        .filter(|a| a.contains('@'))
        .or_else(|| parameter(ICalendarParameterName::Email));
    let address = address.and_then(|a| {
        super::mime::envelope::addresses(a)
            .into_iter()
            .find_map(|m| m.address)
    });
    let name = parameter(ICalendarParameterName::Cn).map(|n| n.trim().trim_matches('"').to_owned());
    let name = name.filter(|n| !n.is_empty() && Some(n) != address.as_ref());
    (name.is_some() || address.is_some()).then_some(Mailbox { name, address })
}

fn status(entry: &ICalendarEntry) -> String {
    let status = entry
        .parameters(&ICalendarParameterName::Partstat)
        .find_map(|v| v.as_text());
    status.unwrap_or("NEEDS-ACTION").to_ascii_uppercase()
}

/// The moment of DTSTART or DTEND: in UTC, in the zone that it names, else in the zone of the calendar. Time without any
/// zone is taken for UTC: nobody knows better. Days are their midnight.
fn moment(calendar: &ICalendar, entry: &ICalendarEntry) -> Option<Timestamp> {
    let partial = entry.values.first()?.as_partial_date_time()?;
    if partial.has_zone() {
        return Timestamp::from_second(partial.to_timestamp()?).ok();
    }
    let date = civil(partial)?;
    let default = || {
        let name = ICalendarProperty::Other("X-WR-TIMEZONE".to_owned());
        calendar
            .components
            .first()
            .and_then(|root| text_of(root, &name))
    };
    let zone = match entry.tz_id() {
        Some(name) => zone(calendar, name),
        None => default().and_then(|name| zone(calendar, &name)),
    };
    // Times that a change of clocks skips or repeats are resolved as RFC 5545 §3.3.5 says.
    date.to_zoned(zone.unwrap_or(TimeZone::UTC))
        .ok()
        .map(|z| z.timestamp())
}

fn civil(partial: &PartialDateTime) -> Option<DateTime> {
    let small = |number: Option<u8>| i8::try_from(number.unwrap_or(0)).ok();
    DateTime::new(
        i16::try_from(partial.year?).ok()?,
        i8::try_from(partial.month?).ok()?,
        i8::try_from(partial.day?).ok()?,
        small(partial.hour)?,
        small(partial.minute)?,
        small(partial.second)?.min(59),
        0,
    )
    .ok()
}

/// A zone by its name: of the tz database, of Windows (`W. Europe Standard Time`, `(UTC+01:00) Amsterdam, …`), or one that
/// the calendar defines itself.
fn zone(calendar: &ICalendar, name: &str) -> Option<TimeZone> {
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let known = calendar
        .build_tz_resolver()
        .resolve(name)
        .or_else(|| Tz::from_str(name).ok());
    let known = known
        .and_then(|tz| tz.name())
        .and_then(|name| TimeZone::get(&name).ok());
    known.or_else(|| defined(calendar, name))
}

/// The zone that a VTIMEZONE defines, where it has one offset only; rules of its own making are taken at their standard time.
fn defined(calendar: &ICalendar, name: &str) -> Option<TimeZone> {
    let is_named =
        |c: &&ICalendarComponent| text_of(c, &ICalendarProperty::Tzid).as_deref() == Some(name);
    let zone = calendar.timezones().find(is_named)?;
    let children = zone
        .component_ids
        .iter()
        .filter_map(|id| calendar.component_by_id(*id));
    let standard = children
        .into_iter()
        .find(|c| c.component_type == ICalendarComponentType::Standard)?;
    let offset = standard
        .property(&ICalendarProperty::Tzoffsetto)?
        .values
        .first()?
        .as_partial_date_time()?;
    let seconds = i32::from(offset.tz_hour?) * 3600 + i32::from(offset.tz_minute.unwrap_or(0)) * 60;
    let seconds = if offset.tz_minus { -seconds } else { seconds };
    jiff::tz::Offset::from_seconds(seconds)
        .ok()
        .map(TimeZone::fixed)
}

#[cfg(test)]
mod tests;
