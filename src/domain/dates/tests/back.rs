//! What was: the last such day, today included.

use super::{kind, prefs, zoned};
use crate::domain::dates::{DayMonthOrder, Prefs, whole};
use crate::domain::language::Language;

#[test]
fn what_was_is_the_last_such_day() {
    // A Saturday.
    let now = zoned("2026-11-14T07:30+02:00[Europe/Helsinki]");
    let prefs = Prefs {
        order: Some(DayMonthOrder::DayFirst),
        ..prefs(now.time_zone())
    };
    for (phrase, expected) in [
        ("3 Nov", "2026-11-03 09:00"),
        ("14 Nov", "2026-11-14 07:30"),
        ("15 Nov", "2025-11-15 09:00"),
        ("30 Nov", "2025-11-30 09:00"),
        ("29 feb", "2024-02-29 09:00"),
        ("3 Nov 2025", "2025-11-03 09:00"),
        ("3 Nov 2027", "not yet"),
        ("2020-01-31", "2020-01-31 09:00"),
        ("03/11", "2026-11-03 09:00"),
        ("the 14th", "2026-11-14 07:30"),
        ("the 31st", "2026-10-31 09:00"),
        ("saturday", "2026-11-14 07:30"),
        ("friday", "2026-11-13 09:00"),
        ("monday", "2026-11-09 09:00"),
        ("this friday", "2026-11-13 09:00"),
        ("this sunday", "not yet"),
        ("next friday", "not yet"),
        ("today", "2026-11-14 07:30"),
        ("yesterday", "2026-11-13 09:00"),
        ("yesterday 22:15", "2026-11-13 22:15"),
        ("today at 6", "2026-11-14 06:00"),
        ("today at 8", "not yet"),
        ("tomorrow", "not yet"),
        ("in 3 days", "not yet"),
        ("in 2 hours", "not yet"),
        ("every monday", "not yet"),
        ("31 feb", "no such day"),
    ] {
        let when = whole(phrase, Language::English).expect(phrase);
        let at = when.resolve_back(now.timestamp(), &prefs);
        let said = match &at {
            Ok(at) => {
                let at = at.to_zoned(now.time_zone().clone());
                at.strftime("%Y-%m-%d %H:%M").to_string()
            }
            Err(problem) => kind(problem).to_owned(),
        };
        assert_eq!(said, expected, "{phrase}");
    }
}
