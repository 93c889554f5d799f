//! A date phrase is told in words that mean the same in every language, and names a moment after the one it was said at.
#![no_main]

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use rapport::domain::dates::{self, DayMonthOrder, Found, Prefs, Recurrence, When};
use rapport::domain::language::Language;

const ZONES: [&str; 8] = [
    "Europe/Helsinki",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Pacific/Apia",
    "UTC",
];

fuzz_target!(|data: (u8, u8, u32, &str)| {
    let (language, settings, second, text) = data;
    let language = Language::ALL[usize::from(language) % Language::ALL.len()];
    let zone = ZONES[usize::from(settings) % ZONES.len()];
    let prefs = Prefs {
        zone: TimeZone::get(zone).expect("a zone of the database"),
        default_time: Time::constant(9, 0, 0, 0),
        order: match settings >> 6 {
            0 => Some(DayMonthOrder::DayFirst),
            1 => Some(DayMonthOrder::MonthFirst),
            _ => None,
        },
    };
    let reference = Timestamp::from_second(i64::from(second)).expect("a second of this century");
    let read = [
        dates::whole(text, language),
        dates::from_address_word_in(text, language),
    ];
    for when in read.iter().flatten() {
        means_something(when, reference, &prefs);
    }
    if let Found::One {
        words,
        when,
        phrase,
    } = dates::find(text, language)
    {
        assert!(text.contains(&phrase));
        assert!(words.len() + phrase.len() <= text.len() + 1);
        means_something(&when, reference, &prefs);
    }
});

fn means_something(when: &When, reference: Timestamp, prefs: &Prefs) {
    let told = when.to_string();
    for language in Language::ALL {
        assert_eq!(dates::whole(&told, language).as_ref(), Some(when), "{told}");
    }
    let Ok(due) = when.resolve(reference, prefs) else {
        return;
    };
    assert!(due.at > reference, "{told} at {reference}");
    if let Some(recurrence) = due.recurrence {
        let kept = Recurrence::from_text(&recurrence.to_text());
        assert_eq!(kept.as_ref(), Some(&recurrence));
        assert_eq!(recurrence.next_after(reference), Some(due.at), "{told}");
        let next = recurrence.next_after(due.at);
        assert!(next.is_none_or(|next| next > due.at), "{told}");
    }
}
