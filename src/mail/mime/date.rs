//! Dates (RFC 5322 §3.3 and §4.3), and the other forms in which programs write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The moment of a Date field; absent where it is no date. A missing or unknown zone is UTC.
pub fn read(value: &str) -> Option<Timestamp> {
    let value = value.get(..200).unwrap_or(value);
    if let Ok(moment) = value.trim().parse::<Timestamp>() {
        return Some(moment);
    }
    let mut date = Parts::default();
    let plain = without_comments(value);
    for token in plain
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|t| !t.is_empty())
    {
        date.add(token);
    }
    date.moment(&plain)
}

#[derive(Default)]
struct Parts {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    clock: Option<(i8, i8, i8)>,
    offset_seconds: Option<i32>,
    is_afternoon: Option<bool>,
}

impl Parts {
    fn add(&mut self, token: &str) {
        if self.clock.is_none() && token.contains([':', '.']) && self.add_clock(token) {
            return;
        }
        if let Some(month) = month(token) {
            self.month = self.month.or(Some(month));
            return;
        }
        let pieces: Vec<&str> = token.split(['-', '/', '.']).collect();
        if self.year.is_none() && pieces.len() == 3 && !token.starts_with(['-', '+']) {
            return self.add_whole_date(&pieces);
        }
        match token.to_ascii_uppercase().as_str() {
            "AM" => self.is_afternoon = Some(false),
            "PM" => self.is_afternoon = Some(true),
            _ => self.add_number_or_zone(token),
        }
    }

    fn add_number_or_zone(&mut self, token: &str) {
        if self.clock.is_some()
            && self.offset_seconds.is_none()
            && let Some(seconds) = zone(token)
        {
            self.offset_seconds = Some(seconds);
            return;
        }
        let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic()); // 3rd, 21st
        let Ok(number) = digits.parse::<i16>() else {
            return;
        };
        match (self.day, self.year) {
            (None, _) if digits.len() <= 2 && (1..=31).contains(&number) => {
                self.day = i8::try_from(number).ok()
            }
            (_, None) if digits.len() >= 2 => self.year = year(number, digits.len()),
            _ => (),
        }
    }

    /// `22:45`, `22:45:15`, `22.45.15`, also with fractions or with a zone behind it.
    fn add_clock(&mut self, token: &str) -> bool {
        let end = token.find(['+', 'Z', 'z']).unwrap_or(token.len());
        let (clock, rest) = token.split_at(end);
        let separator = if clock.contains(':') { ':' } else { '.' };
        let numbers: Vec<i8> = clock
            .splitn(3, separator)
            .map_while(|n| n.split(['.', ',']).next().and_then(|n| n.parse().ok()))
            .collect();
        let time = match numbers[..] {
            [hour, minute, second] => (hour, minute, second),
            [hour, minute] if separator == ':' => (hour, minute, 0),
            _ => return false,
        };
        if !(0..=23).contains(&time.0) || !(0..=59).contains(&time.1) || !(0..=60).contains(&time.2)
        {
            return false;
        }
        self.clock = Some((time.0, time.1, time.2.min(59)));
        self.offset_seconds = self.offset_seconds.or(zone(rest));
        true
    }

    /// `2026-11-21`, `21-Nov-2026`, `11/21/2026` (as programs of the country that writes slashes mean it).
    fn add_whole_date(&mut self, pieces: &[&str]) {
        let (Some(a), Some(b), Some(c)) = (pieces.first(), pieces.get(1), pieces.get(2)) else {
            return;
        };
        let (c, time) = c.split_once(['T', 't']).unwrap_or((c, ""));
        let number = |text: &str| text.parse::<i16>().ok();
        let small = |text: &str| text.parse::<i8>().ok();
        match (number(a), month(b), small(b), number(c)) {
            (Some(y), _, Some(m), _) if a.len() == 4 => {
                (self.year, self.month, self.day) = (Some(y), Some(m), small(c));
            }
            (_, Some(m), _, Some(y)) => {
                (self.day, self.month, self.year) = (small(a), Some(m), year(y, c.len()));
            }
            (Some(_), None, Some(m), Some(y)) => {
                let (day, month) = if m > 12 {
                    (Some(m), small(a))
                } else {
                    (small(a), Some(m))
                };
                (self.day, self.month, self.year) = (day, month, year(y, c.len()));
            }
            _ => (),
        }
        if !time.is_empty() {
            self.add_clock(time);
        }
    }

    fn moment(self, plain: &str) -> Option<Timestamp> {
        let (hour, minute, second) = self.clock.unwrap_or_default();
        let hour = match self.is_afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        let date =
            DateTime::new(self.year?, self.month?, self.day?, hour, minute, second, 0).ok()?;
        let named = || plain.split_whitespace().rev().find_map(zone);
        let seconds = self.offset_seconds.or_else(named).unwrap_or(0);
        let offset = Offset::from_seconds(seconds).ok()?;
        offset.to_timestamp(date).ok()
    }
}

/// RFC 5322 §4.3: years of two digits are 1950 to 2049, of three count from 1900.
fn year(number: i16, digits: usize) -> Option<i16> {
    match digits {
        2 if number < 50 => Some(2000 + number),
        2 | 3 => Some(1900 + number),
        4 => Some(number),
        _ => None,
    }
}

/// A month by its first three letters; German, French, Spanish, Italian, Dutch and Polish ones too, since some programs write
/// dates in the language of their user.
fn month(token: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "jan gen ene sty",
        "feb fév fev lut",
        "mar mär mrz mrt",
        "apr avr abr kwi",
        "may mai mei mag maj",
        "jun juin giu cze",
        "jul juil lug lip",
        "aug aoû aou ago sie",
        "sep set wrz",
        "oct okt ott paź paz out",
        "nov lis",
        "dec dez déc dic gru",
    ];
    let lower = token.trim_end_matches('.').to_lowercase();
    if lower.chars().count() < 3 || !lower.chars().all(char::is_alphabetic) || zone(token).is_some()
    {
        return None;
    }
    let short: String = lower.chars().take(3).collect();
    let longer: String = lower.chars().take(4).collect();
    let is_named = |names: &&str| names.split(' ').any(|n| n == longer || n == short);
    NAMES.iter().position(is_named).map(|i| i as i8 + 1)
}

/// Seconds east of UTC: `+0530`, `+05:30`, `GMT+1`, or a name of RFC 5322 §4.3.
fn zone(token: &str) -> Option<i32> {
    let upper = token.to_ascii_uppercase();
    let hours = match upper.as_str() {
        "GMT" | "UT" | "UTC" | "Z" | "WET" => Some(0),
        "EST" | "CDT" => Some(-5),
        "EDT" | "AST" => Some(-4),
        "CST" | "MDT" => Some(-6),
        "MST" | "PDT" => Some(-7),
        "PST" => Some(-8),
        "CET" | "BST" | "MET" => Some(1),
        "CEST" | "MEST" | "EET" | "SAST" => Some(2),
        "EEST" | "MSK" => Some(3),
        "JST" | "KST" => Some(9),
        "AEST" => Some(10),
        _ => None,
    };
    if let Some(hours) = hours {
        return Some(hours * 3600);
    }
    let signed = upper
        .strip_prefix("GMT")
        .or(upper.strip_prefix("UTC"))
        .unwrap_or(&upper);
    let sign = match signed.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = signed.chars().skip(1).filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The value without what stands in parentheses.
fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => (),
        }
    }
    kept
}
