//! What phrases mean when they are said at a moment. Every expectation is worked out from the calendar and the rules of the
//! zone, and written with its offset, so that a wrong side of a change of clocks shows.

mod clocks;
mod languages;
mod leaps;
mod plain;
mod years;
mod zones;

use super::{kind, prefs, timestamp, zoned};
use crate::domain::dates::whole;
use crate::domain::language::Language;

/// Phrases and what they mean: a moment with its offset, or the kind of the problem.
type Cases = [(&'static str, &'static str)];

/// Resolves each phrase as said at `reference`, by a member whose default time is 09:00.
#[track_caller]
fn check(reference: &str, cases: &Cases) {
    check_in(Language::English, reference, cases);
}

#[track_caller]
fn check_in(language: Language, reference: &str, cases: &Cases) {
    let said = zoned(reference);
    let prefs = prefs(said.time_zone());
    let mut faults = Vec::new();
    for (phrase, expected) in cases {
        let Some(when) = whole(phrase, language) else {
            faults.push(format!("{phrase}: is no date"));
            continue;
        };
        let wanted = match expected.starts_with(|letter: char| letter.is_ascii_digit()) {
            true => format!("{}", timestamp(expected).to_zoned(prefs.zone.clone())),
            false => (*expected).to_owned(),
        };
        let got = match when.resolve(said.timestamp(), &prefs) {
            Ok(due) => format!("{}", due.zoned),
            Err(problem) => kind(&problem).to_owned(),
        };
        if got != wanted {
            faults.push(format!("{phrase}: {got}, not {wanted}"));
        }
    }
    assert!(
        faults.is_empty(),
        "at {reference}:\n  {}",
        faults.join("\n  ")
    );
}
