//! What holds for any text.

use super::prefs;
use crate::domain::dates::every::{Every, Weekdays};
use crate::domain::dates::when::{Day, Edge, MonthDay, Period, Unit, Week, Which};
use crate::domain::dates::{
    Found, Recurrence, When, find, from_address_word_in, whole, words as tables,
};
use crate::domain::language::Language;
use jiff::Timestamp;
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const ZONES: [&str; 10] = [
    "Europe/Helsinki",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Pacific/Apia",
    "Asia/Kolkata",
    "UTC",
];

/// A word of any table, a number or a mark, and what joins it to the next.
fn piece() -> impl Strategy<Value = String> {
    let words: Vec<String> = Language::ALL
        .into_iter()
        .flat_map(tables::of)
        .flat_map(|(_, texts)| texts.iter().map(|text| (*text).to_owned()))
        .collect();
    let numbers = prop_oneof![
        (0u32..40).prop_map(|n| n.to_string()),
        (0u32..60).prop_map(|n| format!("{n:02}")),
        (1970u32..2100).prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
    ];
    let marks = proptest::sample::select(vec![".", ",", ":", "/", "-", "'", "^", "(", ")", "€"]);
    let text = prop_oneof![
        4 => proptest::sample::select(words),
        3 => numbers,
        1 => marks.prop_map(str::to_owned),
    ];
    let joint = proptest::sample::select(vec![" ", " ", " ", "", "-", ". "]);
    (text, joint).prop_map(|(text, joint)| text + joint)
}

fn phrase_like() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 1..7).prop_map(|pieces| pieces.concat())
}

fn language() -> impl Strategy<Value = Language> {
    proptest::sample::select(Language::ALL.to_vec())
}

/// Any phrase that the grammar can make, and some that only a program could.
fn when() -> impl Strategy<Value = When> {
    let weekday = || (0i8..7).prop_map(|n| Weekday::from_monday_zero_offset(n).unwrap());
    let maybe_weekday = move || proptest::option::of(weekday());
    let year = || proptest::option::of(1000i16..=9999);
    let month_day = || (1i8..=31, 1i8..=12).prop_map(|(day, month)| MonthDay { day, month });
    let units = vec![
        Unit::Day,
        Unit::BusinessDay,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ];
    let which = || prop_oneof![Just(Which::This), Just(Which::Next)];
    let period = prop_oneof![
        which().prop_map(Period::Week),
        which().prop_map(Period::Month),
        which().prop_map(Period::Quarter),
        which().prop_map(Period::Year),
        (1i8..=12, year()).prop_map(|(month, year)| Period::Named(month, year)),
        (1000i16..=9999).prop_map(Period::Calendar),
    ];
    let edge = prop_oneof![Just(Edge::Start), Just(Edge::Middle), Just(Edge::End)];
    let week = prop_oneof![Just(Week::Coming), Just(Week::This), Just(Week::Next)];
    let days = proptest::collection::vec(weekday(), 0..4)
        .prop_map(|days| days.into_iter().fold(Weekdays::NONE, Weekdays::with));
    let day_of_month = proptest::option::of(1i8..=31);
    let day_of_year = proptest::option::of((1i8..=12, 1i8..=31));
    let every = prop_oneof![
        (1u16..=999).prop_map(Every::Days),
        Just(Every::BusinessDays),
        (1u16..=999, days).prop_map(|(step, days)| Every::Weeks(step, days)),
        (1u16..=999, day_of_month).prop_map(|(step, day)| Every::Months(step, day)),
        (1u16..=999).prop_map(Every::MonthEnds),
        (1u16..=999, day_of_year).prop_map(|(step, date)| Every::Years(step, date)),
    ];
    let numbers = (1i8..=31, 1i8..=31, year()).prop_filter("a month", |(first, second, _)| {
        *first <= 12 || *second <= 12
    });
    let day = prop_oneof![
        (-1i8..=2).prop_map(Day::Ahead),
        (weekday(), week).prop_map(|(weekday, week)| Day::Weekday(weekday, week)),
        (1u32..=999_999_999, proptest::sample::select(units))
            .prop_map(|(count, unit)| Day::Span(count, unit)),
        (edge, period).prop_map(|(edge, period)| Day::Edge(edge, period)),
        (maybe_weekday(), month_day(), year()).prop_map(|(w, at, year)| Day::Date(w, at, year)),
        (maybe_weekday(), 1i8..=31).prop_map(|(w, day)| Day::OfMonth(w, day)),
        numbers.prop_map(|(first, second, year)| Day::Numeric(first, second, year)),
        every.prop_map(Day::Every),
    ];
    let time = (0i8..24, 0i8..60).prop_map(|(hour, minute)| time(hour, minute, 0, 0));
    (day, proptest::option::of(time)).prop_map(|(day, time)| When { day, time })
}

/// What holds for a phrase at a moment in a zone.
fn resolves_well(when: &When, reference: Timestamp, zone: &TimeZone) {
    let canonical = when.to_string();
    for language in Language::ALL {
        let again = whole(&canonical, language);
        assert_eq!(again.as_ref(), Some(when), "{canonical} in {language}");
    }
    let json = serde_json::to_string(when).unwrap();
    assert_eq!(&serde_json::from_str::<When>(&json).unwrap(), when);
    let Ok(due) = when.resolve(reference, &prefs(zone)) else {
        return;
    };
    assert!(
        due.at > reference,
        "{canonical} at {reference} is {}",
        due.at
    );
    assert_eq!(due.zoned.timestamp(), due.at);
    assert_eq!(due.recurrence.is_some(), when.is_recurring());
    let Some(recurrence) = due.recurrence else {
        return;
    };
    let kept = Recurrence::from_text(&recurrence.to_text());
    assert_eq!(kept.as_ref(), Some(&recurrence), "{canonical}");
    let mut at = reference;
    for n in 0..6 {
        let Some(next) = recurrence.next_after(at) else {
            break;
        };
        assert!(next > at, "{canonical} after {at} is {next}");
        if n == 0 {
            assert_eq!(next, due.at, "{canonical} at {reference}");
        }
        at = next;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), language in language()) {
        let _ = whole(&text, language);
        let _ = from_address_word_in(&text, language);
        let _ = find(&text, language);
    }

    #[test]
    fn what_is_read_is_told_and_read_again(
        text in phrase_like(),
        language in language(),
        second in 0i64..4_000_000_000,
        zone in proptest::sample::select(ZONES.to_vec()),
    ) {
        let reference = Timestamp::from_second(second).unwrap();
        let zone = TimeZone::get(zone).unwrap();
        for when in [whole(&text, language), from_address_word_in(&text, language)].into_iter().flatten() {
            resolves_well(&when, reference, &zone);
        }
        if let Found::One { words, when, phrase } = find(&text, language) {
            prop_assert!(words.len() <= text.len());
            prop_assert!(text.contains(&phrase));
            resolves_well(&when, reference, &zone);
        }
    }

    #[test]
    fn every_phrase_that_there_can_be_is_told_and_read_again(
        when in when(),
        second in 0i64..4_000_000_000,
        zone in proptest::sample::select(ZONES.to_vec()),
    ) {
        let reference = Timestamp::from_second(second).unwrap();
        resolves_well(&when, reference, &TimeZone::get(zone).unwrap());
    }

    #[test]
    fn the_ends_of_time_are_no_trouble(
        when in when(),
        is_last in any::<bool>(),
        zone in proptest::sample::select(ZONES.to_vec()),
    ) {
        let reference = if is_last { Timestamp::MAX } else { Timestamp::MIN };
        resolves_well(&when, reference, &TimeZone::get(zone).unwrap());
    }

    #[test]
    fn a_phrase_that_is_a_whole_text_is_found_behind_a_marker(text in phrase_like()) {
        if let Some(when) = whole(&text, Language::English)
            && let Found::One { words, when: found, .. } = find(&format!("due: {when}"), Language::English)
        {
            prop_assert_eq!(words, "");
            prop_assert_eq!(found, when);
        }
    }
}

#[test]
fn a_long_text_is_read_in_linear_time() {
    let seeds = [
        "friday ",
        "by ",
        "by the ",
        "30.11.",
        "30 nov ",
        "every monday and ",
        "(",
        "at 9 ",
        "next ",
        "1",
        "a",
        "-",
        "'",
        "d'ici ",
        "monday, ",
        "end of the ",
        "in 3 ",
        "\u{301}",
        "é",
        "^",
        "due: ",
        "12:00",
        "or friday ",
        "mon. ",
        "2026-",
        "tous les ",
    ];
    for seed in seeds {
        let text = seed.repeat(100_000 / seed.len());
        let begun = Instant::now();
        let _ = find(&text, Language::French);
        let _ = whole(&text, Language::French);
        let _ = from_address_word_in(&text, Language::French);
        // Some hundred milliseconds without optimisation; anything quadratic takes minutes.
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{seed:?} took {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_phrase_has_a_limit() {
    let long = format!("every monday{}", " and tuesday".repeat(40));
    assert_eq!(whole(&long, Language::English), None);
    assert_eq!(whole(&" ".repeat(2000), Language::English), None);
    assert!(
        whole(
            &format!("{}friday{}", " ".repeat(2000), " ".repeat(2000)),
            Language::English
        )
        .is_some()
    );
}
