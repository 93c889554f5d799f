//! The names of time zones as people write them.

use crate::commands::parse::mistakes;
use crate::commands::problem::Problem;
use crate::domain::fold;
use jiff::tz::{self, TimeZone};

/// The most bytes of a name that is looked up.
const NAME_BYTES_MAX: usize = 64;
/// How many names an error shows.
const SHOWN_MAX: usize = 4;
/// Where the names that are offered lie; the others are old spellings and offsets.
const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// The IANA name of a zone: the name itself in any case, or its city alone where one zone has it.
pub fn named(text: &str) -> Result<String, Problem> {
    let wanted = text.trim();
    if wanted.len() > NAME_BYTES_MAX {
        return Err(problem("this", &[]));
    }
    let written = wanted.replace(' ', "_");
    if written.eq_ignore_ascii_case("utc") {
        return Ok("UTC".to_owned());
    }
    let names = names();
    let is_name = |name: &&String| name.eq_ignore_ascii_case(&written);
    if let Some(name) = names.iter().find(is_name) {
        return Ok(name.clone());
    }
    // Old names work, as long as they lie somewhere: `US/Eastern`, but no bare `EST`, which knows no summer.
    if written.contains('/') && !written.contains("..") && TimeZone::get(&written).is_ok() {
        return Ok(written);
    }
    let key = fold::key(wanted);
    let of_city: Vec<&String> = names.iter().filter(|name| city(name) == key).collect();
    match of_city.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(problem(wanted, &near(&key, &names))),
        several => Err(problem(wanted, several)),
    }
}

fn names() -> Vec<String> {
    let all = tz::db().available().map(|name| name.as_str().to_owned());
    let is_offered = |name: &String| {
        let area = name.split('/').next().unwrap_or_default();
        AREAS.contains(&area) && name.contains('/')
    };
    let mut names: Vec<String> = all.filter(is_offered).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// `new york` of `America/New_York`.
fn city(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    fold::key(&last.replace('_', " "))
}

/// The names whose city is nearest, or that hold what was written.
fn near<'a>(key: &str, names: &'a [String]) -> Vec<&'a String> {
    let last = key.rsplit(['/', ' ']).next().unwrap_or(key);
    let letters: Vec<char> = last.chars().take(30).collect();
    if letters.len() < 3 {
        return Vec::new();
    }
    let mistakes_max = match letters.len() {
        ..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|name| {
            let city = city(name);
            let holds = city.contains(last);
            let count = mistakes(&letters, &city.chars().collect::<Vec<char>>());
            (holds || count <= mistakes_max).then_some((count, name))
        })
        .collect();
    near.sort();
    near.truncate(SHOWN_MAX);
    near.into_iter().map(|(_, name)| name).collect()
}

fn problem(wanted: &str, near: &[&String]) -> Problem {
    let message = format!("\"{wanted}\" is no time zone: a zone is named by its area and city");
    let Some(first) = near.first() else {
        return Problem::new(message).nearest("my zone: Europe/Helsinki");
    };
    let all: Vec<&str> = near.iter().map(|name| name.as_str()).collect();
    Problem::new(format!("{message}; near is {}", all.join(", ")))
        .nearest(format!("my zone: {first}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_or_its_city() {
        for (text, name) in [
            ("Europe/Helsinki", "Europe/Helsinki"),
            ("europe/helsinki", "Europe/Helsinki"),
            ("Helsinki", "Europe/Helsinki"),
            ("new york", "America/New_York"),
            ("America/New York", "America/New_York"),
            ("utc", "UTC"),
            ("Kathmandu", "Asia/Kathmandu"),
            ("lord howe", "Australia/Lord_Howe"),
            ("Asia/Kolkata", "Asia/Kolkata"),
        ] {
            assert_eq!(named(text).ok().as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn a_zone_that_is_none_is_answered_with_those_near_it() {
        for (text, near) in [
            ("Helsinky", "my zone: Europe/Helsinki"),
            ("Europe/Helsnki", "my zone: Europe/Helsinki"),
            ("Berln", "my zone: Europe/Berlin"),
            ("York", "my zone: America/New_York"),
            ("somewhere far away", "my zone: Europe/Helsinki"),
            ("+02:00", "my zone: Europe/Helsinki"),
            ("../../etc/passwd", "my zone: Europe/Helsinki"),
        ] {
            let problem = named(text).unwrap_err();
            assert_eq!(problem.nearest.as_deref(), Some(near), "{text}: {problem}");
        }
        assert!(named(&"x".repeat(10_000)).is_err());
    }
}
