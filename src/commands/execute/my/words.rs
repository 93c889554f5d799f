//! Settings as people write them, and as they are told.

use crate::commands::problem::Problem;
use crate::commands::words;
use crate::domain::address;
use crate::domain::dates;
use crate::domain::language::Language;
use crate::domain::member_settings::{
    DIGEST_TIME, HOLD_SECONDS_MAX, MemberSettings, Notify, short_day,
};

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// What each language is called in English, Finnish, German, French, Spanish and Swedish, folded.
const LANGUAGES: [(Language, [&str; 6]); 6] = [
    (
        Language::English,
        [
            "english", "englanti", "englisch", "anglais", "ingles", "engelska",
        ],
    ),
    (
        Language::Finnish,
        ["finnish", "suomi", "finnisch", "finnois", "fines", "finska"],
    ),
    (
        Language::German,
        ["german", "saksa", "deutsch", "allemand", "aleman", "tyska"],
    ),
    (
        Language::French,
        [
            "french",
            "ranska",
            "franzosisch",
            "francais",
            "frances",
            "franska",
        ],
    ),
    (
        Language::Spanish,
        [
            "spanish", "espanja", "spanisch", "espagnol", "espanol", "spanska",
        ],
    ),
    (
        Language::Swedish,
        [
            "swedish",
            "ruotsi",
            "schwedisch",
            "suedois",
            "sueco",
            "svenska",
        ],
    ),
];

/// Days and time of the digest, as far as they were said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// The column `digest_days`; the outer `None` where no days were said.
    pub days: Option<Option<Vec<i8>>>,
    /// `HH:MM`.
    pub time: Option<String>,
}

/// The language that a member chose.
pub fn language_of(settings: &MemberSettings) -> Language {
    let tag = settings.language.as_deref();
    tag.and_then(Language::from_tag).unwrap_or_default()
}

/// A language by its name in any of the six, or by its tag.
pub fn language(text: &str) -> Result<Language, Problem> {
    let key = crate::domain::fold::key(text);
    let named = LANGUAGES
        .iter()
        .find(|(_, names)| names.contains(&key.as_str()))
        .map(|(language, _)| *language);
    let is_tag = text.split(['-', '_']).next().is_some_and(|t| t.len() == 2);
    let tagged = || Language::from_tag(text).filter(|_| is_tag);
    named.or_else(tagged).ok_or_else(|| {
        let all: Vec<&str> = Language::ALL.iter().map(|l| l.name()).collect();
        Problem::new(format!(
            "\"{}\" is not spoken here; these are: {}",
            short(text),
            all.join(", ")
        ))
        .nearest("my language: suomi")
    })
}

/// `dmy`, `mdy`, or nothing where it is to be asked.
pub fn date_order(text: &str) -> Result<Option<&'static str>, Problem> {
    let letters: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    match letters.as_str() {
        "dmy" | "dm" | "ddmm" | "ddmmyyyy" | "day" | "dayfirst" => Ok(Some("dmy")),
        "mdy" | "md" | "mmdd" | "mmddyyyy" | "month" | "monthfirst" => Ok(Some("mdy")),
        "none" | "ask" | "off" => Ok(None),
        _ => Err(Problem::new(
            "the order is day first or month first, or none: then 03/11 is refused",
        )
        .nearest("my date order: day first")),
    }
}

/// How many hours a clock shows: 12, or nothing for 24.
pub fn clock_hours(text: &str) -> Result<Option<i8>, Problem> {
    let letters: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    match letters.trim_end_matches(char::is_alphabetic) {
        "12" => Ok(Some(12)),
        "24" => Ok(None),
        _ if letters == "ampm" => Ok(Some(12)),
        _ => Err(Problem::new("a clock has 12 or 24 hours").nearest("my clock: 12 hours")),
    }
}

/// `on` or `off`, for the setting of this name.
pub fn on_or_off(name: &str, text: &str, language: Language) -> Result<bool, Problem> {
    match text {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => words::on_or_off(text, language).ok_or_else(|| {
            Problem::new(format!("{name} is on or off")).nearest(format!("my {name}: on"))
        }),
    }
}

/// `mail`, `chat` or `both`.
pub fn notify(text: &str) -> Result<Notify, Problem> {
    match text.to_lowercase().as_str() {
        "mail" | "email" | "e-mail" => Ok(Notify::Mail),
        "chat" | "telegram" => Ok(Notify::Chat),
        "both" => Ok(Notify::Both),
        _ => {
            Err(Problem::new("you are told by mail, in the chat, or both")
                .nearest("my notify: both"))
        }
    }
}

/// An address, normalised; absent for none.
pub fn from(text: &str) -> Option<String> {
    let address = address::normalise(text);
    let is_none = matches!(address.as_str(), "none" | "off" | "never" | "default");
    (!is_none).then_some(address)
}

/// A signature of at most 500 letters and 10 lines, `\n` between them; absent for none.
pub fn signature(text: &str) -> Result<Option<String>, Problem> {
    const CHARS_MAX: usize = 500;
    const LINES_MAX: usize = 10;
    let lines: Vec<String> = text
        .replace("\\n", "\n")
        .lines()
        .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>())
        .map(|line| line.trim_end().to_owned())
        .collect();
    let signature = lines.join("\n");
    let signature = signature.trim_matches('\n');
    if matches!(signature.to_lowercase().as_str(), "none" | "off" | "never") {
        return Ok(None);
    }
    if signature.chars().count() > CHARS_MAX || lines.len() > LINES_MAX {
        return Err(Problem::new(format!(
            "a signature has at most {LINES_MAX} lines and {CHARS_MAX} letters"
        ))
        .nearest("my signature: Grace Hopper\\nStudio Hopper"));
    }
    Ok(Some(signature.to_owned()).filter(|text| !text.is_empty()))
}

/// Seconds, also as minutes: `60`, `90 s`, `2 minutes`, `off`.
pub fn hold_seconds(text: &str) -> Result<i64, Problem> {
    let text = text.to_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let each = match unit.trim() {
        "" | "s" | "sec" | "second" | "seconds" => Some(1),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" => Some(3_600),
        _ => None,
    };
    let seconds = match text.as_str() {
        "off" | "none" | "never" => Some(0),
        _ => number
            .parse::<i64>()
            .ok()
            .and_then(|n| n.checked_mul(each?)),
    };
    seconds
        .filter(|seconds| (0..=HOLD_SECONDS_MAX).contains(seconds))
        .ok_or_else(|| {
            let problem = format!("the hold is from 0 to {HOLD_SECONDS_MAX} seconds");
            Problem::new(problem).nearest("my hold: 60 seconds")
        })
}

/// A time of day as `HH:MM`: `7:30`, `07.30`, `8`, `8am`, `noon`, and so on in the member's language.
pub fn clock(text: &str, language: Language) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text.len() > 20 {
        return None;
    }
    let plain = text.replace('.', ":");
    let (hour, minute) = plain.split_once(':').unwrap_or((&plain, "00"));
    let is_number = |s: &str| matches!(s.len(), 1 | 2) && s.bytes().all(|b| b.is_ascii_digit());
    if is_number(hour) && is_number(minute) && minute.len() == 2 {
        let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
        return (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"));
    }
    // A time of day alone reads back as "at 08:00".
    let when = dates::whole(&text, language)?.to_string();
    let time = when.strip_prefix("at ")?;
    (time.len() == 5).then(|| time.to_owned())
}

/// `weekdays 07:30`, `daily 8:00`, `mon,wed 07:30`, `mon-thu`, `7:15`, `never`, `default`.
pub fn digest(text: &str, language: Language) -> Result<Digest, Problem> {
    let wrong = || {
        let problem = format!("\"{}\" says no days and no time of a digest", short(text));
        Problem::new(problem).nearest("my digest: weekdays 07:30")
    };
    if text.len() > 100 {
        return Err(wrong());
    }
    let text = text.to_lowercase();
    match text.trim() {
        "never" | "off" | "no" | "none" => {
            return Ok(Digest {
                days: Some(Some(Vec::new())),
                time: None,
            });
        }
        "default" | "on" => {
            return Ok(Digest {
                days: Some(None),
                time: Some(DIGEST_TIME.to_owned()),
            });
        }
        _ => {}
    }
    let mut digest = Digest::default();
    let mut said: Vec<i8> = Vec::new();
    for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        if matches!(word, "at" | "and" | "on" | "um" | "klo" | "kl" | "à" | "a") {
            continue;
        }
        if let Some(days) = days(word, language) {
            said.extend(days);
        } else if let (Some(time), None) = (clock(word, language), &digest.time) {
            digest.time = Some(time);
        } else {
            return Err(wrong());
        }
    }
    said.sort_unstable();
    said.dedup();
    if !said.is_empty() {
        digest.days = Some(Some(said));
    }
    match digest == Digest::default() {
        true => Err(wrong()),
        false => Ok(digest),
    }
}

/// The days of a word: `weekdays`, `daily`, `mon`, `mon-fri`.
fn days(word: &str, language: Language) -> Option<Vec<i8>> {
    match word {
        "weekdays" | "weekday" | "workdays" => return Some((1..=5).collect()),
        "daily" | "everyday" | "always" => return Some((1..=7).collect()),
        "weekends" | "weekend" => return Some(vec![6, 7]),
        "weekly" => return Some(vec![1]),
        _ => {}
    }
    if let Some((first, last)) = word.split_once(['-', '–']) {
        let (first, last) = (day(first, language)?, day(last, language)?);
        // `fri-mon` goes over the end of the week.
        let count = (last - first).rem_euclid(7);
        return Some((0..=count).map(|n| (first - 1 + n) % 7 + 1).collect());
    }
    day(word, language).map(|day| vec![day])
}

/// ISO number of a day, in English or the member's language.
fn day(word: &str, language: Language) -> Option<i8> {
    let word = word.trim_end_matches('.');
    let number = |name: &str| {
        let at = WEEKDAYS.iter().position(|day| *day == name)?;
        i8::try_from(at + 1).ok()
    };
    let english = || {
        let short = word.strip_suffix('s').unwrap_or(word);
        let found = WEEKDAYS
            .iter()
            .find(|day| short.len() >= 3 && day.starts_with(short))?;
        number(found)
    };
    english().or_else(|| number(&dates::whole(word, language)?.to_string()))
}

/// Days and time of the digest in words.
pub fn digest_words(settings: &MemberSettings) -> String {
    let time = settings.digest_time.as_deref().unwrap_or(DIGEST_TIME);
    let days = match settings.digest_days.as_deref() {
        None | Some([1, 2, 3, 4, 5]) => "weekdays".to_owned(),
        Some([]) => return "never".to_owned(),
        Some([1, 2, 3, 4, 5, 6, 7]) => "daily".to_owned(),
        Some(days) => {
            let names = days.iter().filter_map(|day| short_day(*day));
            names.collect::<Vec<_>>().join(",").to_lowercase()
        }
    };
    format!("{days} {time}")
}

/// A text as it may be shown in an answer.
pub fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_said_by_days_and_time() {
        for (text, words) in [
            ("weekdays 07:30", "weekdays 07:30"),
            ("daily 8:00", "daily 08:00"),
            ("mon,wed 07:30", "mon,wed 07:30"),
            ("Mondays and Thursdays at 9", "mon,thu 09:00"),
            ("fri-mon 6.15", "mon,fri,sat,sun 06:15"),
            ("mon-fri", "weekdays 07:30"),
            ("22:05", "weekdays 22:05"),
            ("never", "never"),
            ("off", "never"),
            ("default", "weekdays 07:30"),
        ] {
            let said = digest(text, Language::English).unwrap();
            let settings = MemberSettings {
                digest_days: said.days.flatten(),
                digest_time: said.time,
                ..MemberSettings::default()
            };
            assert_eq!(digest_words(&settings), words, "{text}");
        }
        for text in [
            "",
            "sometimes",
            "mon 25:00",
            "07:30 08:30",
            "mo",
            "mon-x 7:30",
        ] {
            assert!(digest(text, Language::English).is_err(), "{text}");
        }
    }

    #[test]
    fn a_language_is_named_in_any_of_the_six_or_by_its_tag() {
        for (text, tag) in [
            ("Finnish", "fi"),
            ("suomi", "fi"),
            ("finnois", "fi"),
            ("SV", "sv"),
            ("sv-FI", "sv"),
            ("Español", "es"),
            ("français", "fr"),
            ("Französisch", "fr"),
            ("tyska", "de"),
            ("en", "en"),
        ] {
            assert_eq!(language(text).map(Language::tag).ok(), Some(tag), "{text}");
        }
        for text in ["", "klingon", "da", "enough", "fi nland"] {
            assert!(language(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_hold_is_at_most_an_hour() {
        for (text, seconds) in [
            ("60", Some(60)),
            ("90 s", Some(90)),
            ("2 minutes", Some(120)),
            ("5min", Some(300)),
            ("1 hour", Some(3_600)),
            ("0", Some(0)),
            ("off", Some(0)),
            ("3601", None),
            ("2 hours", None),
            ("-1", None),
            ("99999999999999999999", None),
            ("9223372036854775807 minutes", None),
            ("soon", None),
        ] {
            assert_eq!(hold_seconds(text).ok(), seconds, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_read_in_the_usual_ways() {
        for (text, time) in [
            ("7:30", Some("07:30")),
            ("07.30", Some("07:30")),
            ("8", Some("08:00")),
            ("23:59", Some("23:59")),
            ("24:00", None),
            ("7:3", None),
            ("7:60", None),
            ("x", None),
        ] {
            assert_eq!(clock(text, Language::English).as_deref(), time, "{text}");
        }
    }
}
