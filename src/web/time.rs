//! Moments as the page shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `29 Nov 2026 16:20`, in a zone.
pub fn shown(at_us: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    let at = at.to_zoned(zone.clone());
    at.strftime("%-d %b %Y %H:%M %Z").to_string()
}

/// `2026-11-29`, in UTC.
pub fn day(at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}
