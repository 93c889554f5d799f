//! What holds for any text.

use super::prefs;
use crate::domain::dates::{
    Found, Recurrence, When, find, from_address_word_in, whole, words as tables,
};
use crate::domain::language::Language;
use jiff::Timestamp;
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
    fn the_ends_of_time_are_no_trouble(
        text in phrase_like(),
        is_last in any::<bool>(),
        zone in proptest::sample::select(ZONES.to_vec()),
    ) {
        let reference = if is_last { Timestamp::MAX } else { Timestamp::MIN };
        let zone = TimeZone::get(zone).unwrap();
        if let Some(when) = whole(&text, Language::English) {
            resolves_well(&when, reference, &zone);
        }
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
        for text in [
            seed.repeat(100_000 / seed.len()),
            seed.repeat(20_000 / seed.len()) + &"x".repeat(80_000),
        ] {
            let begun = Instant::now();
            for language in [Language::English, Language::French] {
                let _ = find(&text, language);
                let _ = whole(&text, language);
                let _ = from_address_word_in(&text, language);
            }
            // Some hundred milliseconds without optimisation; anything quadratic takes minutes.
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{seed:?} took {:?}",
                begun.elapsed()
            );
        }
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
