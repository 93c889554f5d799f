//! When a member's digest comes: on their days, at their time, in their zone. Pure.

use crate::domain::member_settings::MemberSettings;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan, Zoned};

/// When it comes where a member chose nothing: Monday to Friday, half past seven.
const TIME: Time = Time::constant(7, 30, 0, 0);
const DAYS: [i8; 5] = [1, 2, 3, 4, 5];
/// A week has every day.
const AHEAD_DAYS: i32 = 8;

/// The first digest strictly after a moment, microseconds since 1970; `None` for a member who wants none.
pub fn next_after(settings: &MemberSettings, after_us: i64) -> Option<i64> {
    let zone = settings.time_zone();
    let after = Timestamp::from_microsecond(after_us).ok()?;
    let mut day = zone.to_datetime(after).date();
    for _ in 0..AHEAD_DAYS {
        if days(settings).contains(&day.weekday().to_monday_one_offset()) {
            // A gap of daylight saving: the next moment that there is.
            let at = day
                .to_datetime(time(settings))
                .to_zoned(zone.clone())
                .ok()?;
            if at.timestamp() > after {
                return Some(at.timestamp().as_microsecond());
            }
        }
        day = day.tomorrow().ok()?;
    }
    None
}

/// Up to when a digest of this moment tells what is due: the beginning of the day of the next one, tomorrow at the earliest.
pub fn horizon(settings: &MemberSettings, now_us: i64) -> i64 {
    let zone = settings.time_zone();
    let at = |us: i64| Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH);
    let today = zone.to_datetime(at(now_us)).date();
    let next = next_after(settings, now_us).map(|next| zone.to_datetime(at(next)).date());
    let tomorrow = today.tomorrow().unwrap_or(today);
    let until = next.filter(|next| *next > tomorrow).unwrap_or(tomorrow);
    start_of(until, settings).timestamp().as_microsecond()
}

/// The beginning of the day of a moment.
pub fn day_of(settings: &MemberSettings, now_us: i64) -> i64 {
    let at = Timestamp::from_microsecond(now_us).unwrap_or(Timestamp::UNIX_EPOCH);
    let today = settings.time_zone().to_datetime(at).date();
    start_of(today, settings).timestamp().as_microsecond()
}

/// Whether no digest comes earlier in the week of this moment: then a summary stands in for one that would be empty.
pub fn is_first_of_week(settings: &MemberSettings, now_us: i64) -> bool {
    let at = Timestamp::from_microsecond(now_us).unwrap_or(Timestamp::UNIX_EPOCH);
    let today = settings
        .time_zone()
        .to_datetime(at)
        .date()
        .weekday()
        .to_monday_one_offset();
    days(settings).iter().min() == Some(&today)
}

/// The day before a moment by so many days.
pub fn days_before(now_us: i64, days: i64) -> i64 {
    let at = Timestamp::from_microsecond(now_us).unwrap_or(Timestamp::UNIX_EPOCH);
    let before = at.checked_sub((24 * days).hours()).unwrap_or(at);
    before.as_microsecond()
}

fn start_of(day: Date, settings: &MemberSettings) -> Zoned {
    let zone = settings.time_zone();
    let start = day.to_zoned(zone.clone());
    start.unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned(zone))
}

fn time(settings: &MemberSettings) -> Time {
    let chosen = settings
        .digest_time
        .as_deref()
        .and_then(|text| Time::strptime("%H:%M", text).ok());
    chosen.unwrap_or(TIME)
}

fn days(settings: &MemberSettings) -> &[i8] {
    settings.digest_days.as_deref().unwrap_or(&DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> i64 {
        text.parse::<Zoned>().unwrap().timestamp().as_microsecond()
    }

    fn settings(zone: &str, time: Option<&str>, days: Option<&[i8]>) -> MemberSettings {
        MemberSettings {
            zone: Some(zone.to_owned()),
            digest_time: time.map(str::to_owned),
            digest_days: days.map(<[i8]>::to_vec),
            ..MemberSettings::default()
        }
    }

    #[test]
    fn a_digest_comes_on_its_days_at_its_time_in_its_zone() {
        let cases = [
            (
                "Europe/Helsinki",
                None,
                None,
                "2026-11-13T07:29:59+02:00[Europe/Helsinki]",
                "2026-11-13T07:30:00+02:00[Europe/Helsinki]",
            ),
            (
                "Europe/Helsinki",
                None,
                None,
                "2026-11-13T07:30:00+02:00[Europe/Helsinki]",
                "2026-11-16T07:30:00+02:00[Europe/Helsinki]",
            ),
            (
                "Pacific/Kiritimati",
                Some("06:00"),
                Some(&[7][..]),
                "2026-12-31T23:00:00+14:00[Pacific/Kiritimati]",
                "2027-01-03T06:00:00+14:00[Pacific/Kiritimati]",
            ),
            // A gap: half past two does not exist in Berlin on this Sunday.
            (
                "Europe/Berlin",
                Some("02:30"),
                Some(&[7][..]),
                "2026-03-28T12:00:00+01:00[Europe/Berlin]",
                "2026-03-29T03:30:00+02:00[Europe/Berlin]",
            ),
            // Twice half past one in New York: the first counts, and the second brings no other.
            (
                "America/New_York",
                Some("01:30"),
                Some(&[7][..]),
                "2026-10-31T12:00:00-04:00[America/New_York]",
                "2026-11-01T01:30:00-04:00[America/New_York]",
            ),
            (
                "America/New_York",
                Some("01:30"),
                Some(&[7][..]),
                "2026-11-01T01:30:00-04:00[America/New_York]",
                "2026-11-08T01:30:00-05:00[America/New_York]",
            ),
        ];
        for (zone, time, days, after, expected) in cases {
            let found = next_after(&settings(zone, time, days), us(after));
            assert_eq!(found, Some(us(expected)), "{zone} after {after}");
        }
        assert_eq!(next_after(&settings("UTC", None, Some(&[])), 0), None);
    }

    #[test]
    fn a_friday_tells_of_the_weekend_too() {
        let settings = settings("Europe/Helsinki", None, None);
        let friday = us("2026-11-13T07:30:00+02:00[Europe/Helsinki]");
        assert_eq!(
            horizon(&settings, friday),
            us("2026-11-16T00:00:00+02:00[Europe/Helsinki]")
        );
        let monday = us("2026-11-16T07:30:00+02:00[Europe/Helsinki]");
        assert_eq!(
            horizon(&settings, monday),
            us("2026-11-17T00:00:00+02:00[Europe/Helsinki]")
        );
        assert!(is_first_of_week(&settings, monday) && !is_first_of_week(&settings, friday));
    }
}
