//! What comes again, over changes of clocks, short months and the ends of years.

use super::{prefs, timestamp, zoned};
use crate::domain::dates::{Recurrence, whole};
use crate::domain::language::Language;

/// The first moments of a recurrence, as said at a reference; and that it survives its column.
#[track_caller]
fn check(reference: &str, phrase: &str, expected: &[&str]) {
    let said = zoned(reference);
    let when = whole(phrase, Language::English).unwrap();
    assert!(when.is_recurring());
    let due = when
        .resolve(said.timestamp(), &prefs(said.time_zone()))
        .unwrap();
    let recurrence = due.recurrence.unwrap();
    let mut at = due.at;
    let mut got = vec![at];
    for _ in 1..expected.len() {
        at = recurrence.next_after(at).unwrap();
        got.push(at);
    }
    let expected: Vec<_> = expected.iter().map(|text| timestamp(text)).collect();
    assert_eq!(got, expected, "{phrase} at {reference}");
    let kept = recurrence.to_text();
    assert!(kept.len() <= 80, "{kept}");
    assert_eq!(Recurrence::from_text(&kept), Some(recurrence), "{kept}");
}

#[test]
fn nine_o_clock_stays_nine_o_clock() {
    check(
        "2026-03-20T10:00+02:00[Europe/Helsinki]",
        "every sunday at 9",
        &[
            "2026-03-22T09:00+02:00",
            "2026-03-29T09:00+03:00",
            "2026-04-05T09:00+03:00",
        ],
    );
    check(
        "2026-10-17T10:00+03:00[Europe/Helsinki]",
        "every sunday",
        &[
            "2026-10-18T09:00+03:00",
            "2026-10-25T09:00+02:00",
            "2026-11-01T09:00+02:00",
        ],
    );
}

#[test]
fn a_time_in_a_gap_comes_at_its_end_and_one_in_a_fold_once() {
    check(
        "2026-03-28T01:00+02:00[Europe/Helsinki]",
        "every day 03:30",
        &[
            "2026-03-28T03:30+02:00",
            "2026-03-29T04:00+03:00",
            "2026-03-30T03:30+03:00",
        ],
    );
    check(
        "2026-10-24T12:00+03:00[Europe/Helsinki]",
        "daily at 3:30",
        &[
            "2026-10-25T03:30+03:00",
            "2026-10-26T03:30+02:00",
            "2026-10-27T03:30+02:00",
        ],
    );
    check(
        "2026-10-03T12:00+10:30[Australia/Lord_Howe]",
        "every day at 2:15am",
        &["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"],
    );
    check(
        "2026-03-07T12:00-05:00[America/New_York]",
        "every sunday 2:30",
        &["2026-03-08T03:00-04:00", "2026-03-15T02:30-04:00"],
    );
    check(
        "2026-09-05T12:00-04:00[America/Santiago]",
        "every day 0:30",
        &["2026-09-06T01:00-03:00", "2026-09-07T00:30-03:00"],
    );
}

#[test]
fn a_fold_s_second_pass_is_not_another_occurrence() {
    let said = zoned("2026-10-24T12:00+03:00[Europe/Helsinki]");
    let when = whole("every day 03:30", Language::English).unwrap();
    let due = when
        .resolve(said.timestamp(), &prefs(said.time_zone()))
        .unwrap();
    let recurrence = due.recurrence.unwrap();
    // Between the two half past threes of that night.
    let next = recurrence.next_after(timestamp("2026-10-25T03:45+03:00"));
    assert_eq!(next, Some(timestamp("2026-10-26T03:30+02:00")));
}

#[test]
fn the_31st_of_a_shorter_month_is_its_last_day() {
    check(
        "2027-01-31T10:00+02:00[Europe/Helsinki]",
        "monthly",
        &[
            "2027-02-28T09:00+02:00",
            "2027-03-31T09:00+03:00",
            "2027-04-30T09:00+03:00",
            "2027-05-31T09:00+03:00",
        ],
    );
    check(
        "2028-01-15T10:00+02:00[Europe/Helsinki]",
        "every 31st",
        &[
            "2028-01-31T09:00+02:00",
            "2028-02-29T09:00+02:00",
            "2028-03-31T09:00+03:00",
        ],
    );
    check(
        "2027-01-15T10:00+02:00[Europe/Helsinki]",
        "every 29 feb",
        &[
            "2027-02-28T09:00+02:00",
            "2028-02-29T09:00+02:00",
            "2029-02-28T09:00+02:00",
        ],
    );
}

#[test]
fn steps_are_counted_from_the_first_time() {
    const MONDAY: &str = "2026-12-21T10:00+01:00[Europe/Berlin]";
    // Over a year of 53 weeks.
    check(
        MONDAY,
        "every 2 weeks",
        &[
            "2027-01-04T09:00+01:00",
            "2027-01-18T09:00+01:00",
            "2027-02-01T09:00+01:00",
        ],
    );
    check(
        MONDAY,
        "every other tuesday",
        &[
            "2026-12-22T09:00+01:00",
            "2027-01-05T09:00+01:00",
            "2027-01-19T09:00+01:00",
        ],
    );
    check(
        MONDAY,
        "every 2 weeks on monday and thursday at 8:30",
        &[
            "2026-12-24T08:30+01:00",
            "2027-01-04T08:30+01:00",
            "2027-01-07T08:30+01:00",
            "2027-01-18T08:30+01:00",
        ],
    );
    check(
        MONDAY,
        "every 3 days",
        &[
            "2026-12-24T09:00+01:00",
            "2026-12-27T09:00+01:00",
            "2026-12-30T09:00+01:00",
        ],
    );
    check(
        MONDAY,
        "quarterly",
        &[
            "2027-03-21T09:00+01:00",
            "2027-06-21T09:00+02:00",
            "2027-09-21T09:00+02:00",
        ],
    );
    check(
        MONDAY,
        "every 2 years on 22 dec",
        &[
            "2026-12-22T09:00+01:00",
            "2028-12-22T09:00+01:00",
            "2030-12-22T09:00+01:00",
        ],
    );
}

#[test]
fn what_names_its_days_begins_with_the_next_one() {
    const MONDAY: &str = "2026-12-21T10:00+01:00[Europe/Berlin]";
    check(
        MONDAY,
        "every monday",
        &["2026-12-28T09:00+01:00", "2027-01-04T09:00+01:00"],
    );
    check(
        MONDAY,
        "every monday at 11",
        &["2026-12-21T11:00+01:00", "2026-12-28T11:00+01:00"],
    );
    check(
        MONDAY,
        "every mon, wed and fri",
        &[
            "2026-12-23T09:00+01:00",
            "2026-12-25T09:00+01:00",
            "2026-12-28T09:00+01:00",
        ],
    );
    check(
        "2026-12-31T10:00+01:00[Europe/Berlin]",
        "weekdays",
        &[
            "2027-01-01T09:00+01:00",
            "2027-01-04T09:00+01:00",
            "2027-01-05T09:00+01:00",
        ],
    );
    check(
        MONDAY,
        "every 15th",
        &["2027-01-15T09:00+01:00", "2027-02-15T09:00+01:00"],
    );
    check(
        MONDAY,
        "at the end of every month",
        &[
            "2026-12-31T09:00+01:00",
            "2027-01-29T09:00+01:00",
            "2027-02-26T09:00+01:00",
        ],
    );
    check(
        MONDAY,
        "yearly",
        &["2027-12-21T09:00+01:00", "2028-12-21T09:00+01:00"],
    );
    check(
        MONDAY,
        "every 1 jan",
        &["2027-01-01T09:00+01:00", "2028-01-01T09:00+01:00"],
    );
    check(
        "2026-12-31T02:30-08:00[America/Los_Angeles]",
        "every day at 0:30",
        &["2027-01-01T00:30-08:00", "2027-01-02T00:30-08:00"],
    );
}

#[test]
fn a_recurrence_is_told_in_words_and_kept_in_a_short_text() {
    for (phrase, told, kept) in [
        (
            "every monday",
            "every monday (Europe/Helsinki)",
            "weeks 1 mon; ~09:00; Europe/Helsinki; 2026-11-23",
        ),
        (
            "every 2 weeks on mon and thu 14:30",
            "every 2 weeks on monday and thursday 14:30 (Europe/Helsinki)",
            "weeks 2 mon,thu; 14:30; Europe/Helsinki; 2026-11-30",
        ),
        (
            "monthly",
            "every month on the 20th (Europe/Helsinki)",
            "months 1 20; ~09:00; Europe/Helsinki; 2026-12-20",
        ),
        (
            "every eom",
            "every month at the end (Europe/Helsinki)",
            "month-ends 1; ~09:00; Europe/Helsinki; 2026-11-30",
        ),
    ] {
        let said = zoned("2026-11-20T16:00+02:00[Europe/Helsinki]");
        let when = whole(phrase, Language::English).unwrap();
        let due = when
            .resolve(said.timestamp(), &prefs(said.time_zone()))
            .unwrap();
        let recurrence = due.recurrence.unwrap();
        assert_eq!(recurrence.to_string(), told);
        assert_eq!(recurrence.to_text(), kept);
    }
}

#[test]
fn a_text_that_is_no_recurrence_is_refused() {
    for text in [
        "",
        "weeks 1 mon",
        "weeks 1 mon; 09:00; Europe/Helsinki",
        "weeks 1 mon; 09:00; Europe/Helsinki; 2026-11-23; more",
        "weeks 0 mon; 09:00; Europe/Helsinki; 2026-11-23",
        "weeks 1 ; 09:00; Europe/Helsinki; 2026-11-23",
        "weeks 1 mon,xyz; 09:00; Europe/Helsinki; 2026-11-23",
        "weeks 1 mon; 25:00; Europe/Helsinki; 2026-11-23",
        "weeks 1 mon; 09:00; Nowhere/City; 2026-11-23",
        "weeks 1 mon; 09:00; Europe/Helsinki; 2026-02-30",
        "months 1 32; 09:00; UTC; 2026-11-23",
        "years 1 13-01; 09:00; UTC; 2026-11-23",
        "years 1 02-30; 09:00; UTC; 2026-11-23 ",
        "fortnights 1; 09:00; UTC; 2026-11-23",
    ] {
        assert_eq!(Recurrence::from_text(text), None, "{text}");
    }
}
