//! What members write into the fields of a contact: checked, bounded, and in the form in which it is kept.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// The most letters of a name, a title, a company.
pub const LINE_CHARS_MAX: usize = 200;
/// The most letters of a tag, a status, the name of a field.
pub const WORD_CHARS_MAX: usize = 50;
/// The most letters of a postal address or of a field that members named.
pub const VALUE_CHARS_MAX: usize = 2_000;
/// The most letters of a phone number.
const PHONE_CHARS_MAX: usize = 50;
/// The fewest digits of a phone number.
const PHONE_DIGITS_MIN: usize = 5;
/// The most bytes that are looked at, whatever is asked for.
const READ_BYTES_MAX: usize = 16 * 1024;
/// Nobody who is alive was born before.
const BIRTH_YEAR_MIN: i16 = 1880;

/// What is wrong with a value, in words without a full stop.
pub type Fault = String;

/// Months by how their names begin, folded; in English, Finnish, German, French, Spanish and Swedish. The first that fits
/// counts: `marraskuu` is no March.
const MONTHS: &[(&str, i8)] = &[
    ("marras", 11),
    ("maalis", 3),
    ("jan", 1),
    ("tammi", 1),
    ("ene", 1),
    ("feb", 2),
    ("helmi", 2),
    ("fev", 2),
    ("mar", 3),
    ("apr", 4),
    ("huhti", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("maj", 5),
    ("touko", 5),
    ("juin", 6),
    ("jun", 6),
    ("kesa", 6),
    ("juil", 7),
    ("jul", 7),
    ("heina", 7),
    ("aug", 8),
    ("elo", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("syys", 9),
    ("oct", 10),
    ("okt", 10),
    ("loka", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
    ("joulu", 12),
];

/// What `03/11` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Day, month.
    DayFirst,
    /// Month, day.
    MonthFirst,
    /// Nobody said so.
    Unknown,
}

/// One line without control characters, single spaces, so many letters at most.
pub fn line(what: &str, text: &str, chars_max: usize) -> Result<String, Fault> {
    let text = within(what, text)?;
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_unseen(*c))
        .collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(what, text, chars_max)
}

/// The same with its line ends: a postal address.
pub fn lines(what: &str, text: &str, chars_max: usize) -> Result<String, Fault> {
    let text = within(what, text)?;
    let lines: Vec<String> = text
        .lines()
        .map(|part| line(what, part, chars_max))
        .collect::<Result<_, _>>()?;
    bounded(what, lines.join("\n").trim().to_owned(), chars_max)
}

/// A word or a few, as they compare: in lower case.
pub fn word(what: &str, text: &str) -> Result<String, Fault> {
    let text = line(what, text, WORD_CHARS_MAX)?;
    let text: String = text.nfc().flat_map(char::to_lowercase).collect();
    bounded(what, text, WORD_CHARS_MAX)
}

/// A tag, with or without the `#` that some write.
pub fn tag(text: &str) -> Result<String, Fault> {
    word("a tag", text.trim().trim_start_matches('#'))
}

/// A phone number as it was written, where it may be one.
pub fn phone(text: &str) -> Result<String, Fault> {
    let phone = line("a phone number", text, PHONE_CHARS_MAX)?;
    let digits = phone.chars().filter(|c| c.is_numeric()).count();
    match digits < PHONE_DIGITS_MIN {
        true => Err(format!(
            "\"{phone}\" is no phone number: it has fewer than {PHONE_DIGITS_MIN} digits"
        )),
        false => Ok(phone),
    }
}

/// A web site: a host, with or without `https://`, and maybe a path. Other schemes would run where they are touched.
pub fn site(text: &str) -> Result<String, Fault> {
    let site = line("a site", text, VALUE_CHARS_MAX)?;
    let no_site = || {
        format!(
            "\"{}\" is no web site: write acme.example, or https://acme.example/us",
            shown(&site)
        )
    };
    let lower = site.to_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|s| lower.starts_with(s));
    let rest = site.get(scheme.map_or(0, str::len)..).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, port)| {
        match port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()) {
            true => host,
            false => "",
        }
    });
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let right = host.contains('.')
        && host.len() <= 253
        && host.split('.').all(is_label)
        && host.chars().any(char::is_alphabetic)
        && !site.contains([' ', '"', '<', '>', '\\']);
    match right {
        true => Ok(site),
        false => Err(no_site()),
    }
}

/// A birthday as ISO 8601 writes it: `1985-03-12`, or `--03-12` where nobody said the year (as vCard does, RFC 6350 §4.3.1).
/// Understood are `12 March 1985`, `March 12`, `12.3.1985`, `1985-03-12`, `--03-12`, and `3/12/1985` where the order is known.
pub fn birthday(text: &str, order: Order, today: Date) -> Result<String, Fault> {
    let text = line("a birthday", text, WORD_CHARS_MAX)?;
    let (year, month, day) = day_of(&text, order)?;
    let no_day = || format!("\"{text}\" is no birthday: write 12 March 1985, or 12 March");
    // Without a year, 29 February may be.
    let date = Date::new(year.unwrap_or(2_000), month, day).map_err(|_| no_day())?;
    if year.is_some_and(|year| year < BIRTH_YEAR_MIN) || (year.is_some() && date > today) {
        return Err(format!("nobody was born on {date}; write 12 March 1985"));
    }
    Ok(match year {
        Some(_) => date.to_string(),
        None => format!("--{month:02}-{day:02}"),
    })
}

/// Year, month and day as they were written.
fn day_of(text: &str, order: Order) -> Result<(Option<i16>, i8, i8), Fault> {
    let no_day = || format!("\"{text}\" is no birthday: write 12 March 1985, or 12 March");
    if let Some(rest) = text.strip_prefix("--") {
        let numbers = numbers_of(rest, '-').ok_or_else(no_day)?;
        return match numbers.as_slice() {
            [month, day] => Ok((None, small(*month), small(*day))),
            _ => Err(no_day()),
        };
    }
    let folded = super::super::name::key(text);
    if folded.chars().any(char::is_alphabetic) {
        return named_day(&folded).ok_or_else(no_day);
    }
    for separator in ['-', '.', '/'] {
        let Some(numbers) = numbers_of(text.trim_end_matches('.'), separator) else {
            continue;
        };
        return match (numbers.as_slice(), separator) {
            ([year @ 1000..=9999, month, day], _) => {
                Ok((Some(*year as i16), small(*month), small(*day)))
            }
            ([day, month], '.') => Ok((None, small(*month), small(*day))),
            ([day, month, year @ 1000..=9999], '.') => {
                Ok((Some(*year as i16), small(*month), small(*day)))
            }
            ([first, second], '/') => in_order(text, None, *first, *second, order),
            ([first, second, year @ 1000..=9999], '/') => {
                in_order(text, Some(*year as i16), *first, *second, order)
            }
            _ => Err(no_day()),
        };
    }
    Err(no_day())
}

/// `03/11` as its writer means it.
fn in_order(
    text: &str,
    year: Option<i16>,
    first: u32,
    second: u32,
    order: Order,
) -> Result<(Option<i16>, i8, i8), Fault> {
    let day_first = match order {
        _ if first > 12 => true,
        _ if second > 12 => false,
        Order::DayFirst => true,
        Order::MonthFirst => false,
        Order::Unknown => {
            return Err(format!(
                "\"{text}\" may mean two days; write the month as a word, or 12.3. for 12 March"
            ));
        }
    };
    Ok(match day_first {
        true => (year, small(second), small(first)),
        false => (year, small(first), small(second)),
    })
}

/// `12 march 1985`, `march 12th, 1985`, `12. maaliskuuta`.
fn named_day(folded: &str) -> Option<(Option<i16>, i8, i8)> {
    let (mut year, mut month, mut day) = (None, None, None);
    for part in folded
        .split([' ', ',', '.', '-', '/'])
        .filter(|p| !p.is_empty())
    {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let behind = part.get(digits.len()..).unwrap_or_default();
        if digits.is_empty() {
            match (part, month_of(part)) {
                ("the" | "of" | "de" | "del" | "den" | "der" | "le" | "el", _) => {}
                (_, Some(found)) if month.is_none() => month = Some(found),
                _ => return None,
            }
            continue;
        }
        if !matches!(behind, "" | "st" | "nd" | "rd" | "th" | "er") || digits.len() > 4 {
            return None;
        }
        let number: u32 = digits.parse().ok()?;
        match number {
            1000..=9999 if year.is_none() => year = Some(number as i16),
            1..=31 if day.is_none() => day = Some(small(number)),
            _ => return None,
        }
    }
    Some((year, month?, day?))
}

fn month_of(word: &str) -> Option<i8> {
    let known = MONTHS.iter().find(|(begins, _)| word.starts_with(begins));
    known.map(|(_, month)| *month)
}

fn numbers_of(text: &str, separator: char) -> Option<Vec<u32>> {
    let numbers: Option<Vec<u32>> = text
        .split(separator)
        .map(|part| part.trim())
        .map(|part| part.parse().ok().filter(|_| part.len() <= 4))
        .collect();
    numbers.filter(|numbers| numbers.len() > 1)
}

/// A day or a month; what is too large for one stays so.
fn small(number: u32) -> i8 {
    i8::try_from(number).unwrap_or(i8::MAX)
}

fn within<'a>(what: &str, text: &'a str) -> Result<&'a str, Fault> {
    match text.len() > READ_BYTES_MAX {
        true => Err(format!("{what} is not that long")),
        false => Ok(text),
    }
}

fn bounded(what: &str, text: String, chars_max: usize) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(format!("{what} needs some letters"));
    }
    match text.chars().count() > chars_max {
        true => Err(format!("{what} has at most {chars_max} letters")),
        false => Ok(text),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Letters that nobody sees, and that turn what stands around them.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 14);

    #[test]
    fn a_birthday_is_kept_as_iso_with_or_without_its_year() {
        for (written, kept) in [
            ("1985-03-12", "1985-03-12"),
            ("12 March 1985", "1985-03-12"),
            ("March 12th, 1985", "1985-03-12"),
            ("12. maaliskuuta 1985", "1985-03-12"),
            ("3. marraskuuta", "--11-03"),
            ("12. März 1985", "1985-03-12"),
            ("1er août", "--08-01"),
            ("12 de diciembre de 1985", "1985-12-12"),
            ("den 3 maj", "--05-03"),
            ("12.3.1985", "1985-03-12"),
            ("12.3.", "--03-12"),
            ("--02-29", "--02-29"),
            ("29 Feb", "--02-29"),
            ("31/12/1985", "1985-12-31"),
            ("12/31", "--12-31"),
            ("14 Nov 2026", "2026-11-14"),
        ] {
            let found = birthday(written, Order::Unknown, TODAY);
            assert_eq!(found.as_deref(), Ok(kept), "{written}");
        }
        assert_eq!(
            birthday("3/12/1985", Order::MonthFirst, TODAY).as_deref(),
            Ok("1985-03-12")
        );
        assert_eq!(
            birthday("3/12/1985", Order::DayFirst, TODAY).as_deref(),
            Ok("1985-12-03")
        );
    }

    #[test]
    fn what_is_no_birthday_is_refused() {
        for written in [
            "",
            "soon",
            "3/12/1985",
            "1985",
            "31 Feb",
            "29 Feb 2025",
            "15 Nov 2026",
            "1 Jan 1700",
            "12.13.1985",
            "March",
            "12 March March",
            "1 2 3 4",
            "12-3",
            "99999-01-01",
            "12 March 85",
            "\u{0}",
        ] {
            let found = birthday(written, Order::Unknown, TODAY);
            assert!(found.is_err(), "{written}: {found:?}");
        }
    }

    #[test]
    fn a_site_has_a_host() {
        for right in [
            "acme.example",
            "https://acme.example/us?a=b",
            "HTTP://acme.example:8080",
            "www.müller.example",
        ] {
            assert_eq!(site(right).as_deref(), Ok(right));
        }
        for wrong in [
            "acme",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "ftp://acme.example",
            "a b.example",
            "acme..example",
            "10.0",
            "acme.example:port",
        ] {
            assert!(site(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_and_lines_are_bounded_and_plain() {
        assert_eq!(tag(" #VIP ").as_deref(), Ok("vip"));
        assert_eq!(tag("Große  Kunden").as_deref(), Ok("große kunden"));
        assert!(tag("#").is_err() && tag(&"x".repeat(51)).is_err());
        assert_eq!(
            line("a name", "Ada\0 \u{202e}Byron\n", 20).as_deref(),
            Ok("Ada Byron")
        );
        assert_eq!(
            lines("an address", "Main St 1\r\n00100  Helsinki\n", 99).as_deref(),
            Ok("Main St 1\n00100 Helsinki")
        );
        assert_eq!(phone("+49 (30) 12-34").as_deref(), Ok("+49 (30) 12-34"));
        assert!(phone("1234").is_err() && phone(&"1".repeat(51)).is_err());
        assert!(line("a value", &"x".repeat(READ_BYTES_MAX + 1), usize::MAX).is_err());
    }
}
