//! Amounts of money as people write them: `25 EUR`, `€1,234.50`, `1.234,50 €`, `USD 99`. Pure.
//!
//! # Which mark is the decimal one
//!
//! * Spaces and apostrophes stand between thousands.
//! * Where both `.` and `,` occur, the last one is decimal, and occurs once.
//! * One kind that occurs several times stands between thousands.
//! * One mark alone with exactly three digits behind it stands between thousands: `1,234` is 1234, and so is `1.234`. Not behind
//!   a zero (`0.125`), and not in a currency that has three decimals: `1.234 KWD` is 1 dinar and 234 fils.
//! * Else it is decimal.

use super::error::{Error, Result};
use serde::Serialize;
use std::fmt;

/// The most of one amount, in minor units: sums of thousands of them still fit 63 bits.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;
/// What is said of an amount without a currency.
const NO_CURRENCY: &str = "it names no currency: write 25 EUR";
/// The most letters of an amount.
const CHARS_MAX: usize = 40;

/// Currencies without minor units (ISO 4217).
const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// Currencies with three decimals.
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Currencies with two.
const TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR \
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
    TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG";
/// What else names a currency. A sign that several currencies have is that of the one which is meant most.
const SIGNS: [(&str, &str); 11] = [
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("US$", "USD"),
    ("EURO", "EUR"),
    ("EUROS", "EUR"),
    ("DOLLAR", "USD"),
    ("DOLLARS", "USD"),
    ("POUND", "GBP"),
    ("POUNDS", "GBP"),
    ("₹", "INR"),
];

/// An amount, not below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Money {
    /// In minor units: cents, or yen, or fils.
    pub amount_minor: i64,
    /// ISO 4217: `EUR`.
    pub currency: String,
}

impl Money {
    /// Reads an amount with its currency; the whole text is one. The error says what to write.
    pub fn read(text: &str) -> Result<Money> {
        let text = text.trim().trim_end_matches(['!', ';']);
        if text.chars().count() > CHARS_MAX {
            return Err(Error::invalid("an amount is shorter: 25 EUR"));
        }
        let is_number = |c: char| c.is_ascii_digit();
        let (Some(first), Some(last)) = (text.find(is_number), text.rfind(is_number)) else {
            return Err(Error::invalid("an amount has digits: 25 EUR"));
        };
        let (before, rest) = text.split_at_checked(first).unwrap_or_default();
        let (number, behind) = rest.split_at_checked(last + 1 - first).unwrap_or_default();
        // `25,- €` and `25.–` say that there are no cents.
        let behind = behind.trim_start();
        let behind = [",-", ".-", ",–", ".–", ",—"]
            .iter()
            .find_map(|end| behind.strip_prefix(end))
            .unwrap_or(behind);
        let currency = currency_of(before, behind)?;
        let digits = digits_of(&currency);
        let (whole, decimals) = split(number, digits)?;
        let amount_minor = minor(&whole, &decimals, digits).map_err(|wrong| match wrong {
            Wrong::TooLarge => Error::invalid("the amount is too large"),
            Wrong::Decimals if digits == 0 => Error::invalid(format!("{currency} has no decimals")),
            Wrong::Decimals => Error::invalid(format!("{currency} has {digits} decimals")),
        })?;
        Ok(Money {
            amount_minor,
            currency,
        })
    }

    fn above_zero(self) -> Result<Money> {
        match self.amount_minor {
            0 => Err(Error::invalid("nothing was paid, then")),
            _ => Ok(self),
        }
    }
}

/// An amount as it was written: with its currency, or for whatever currency is meant where none is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Sum {
    /// `25 EUR`.
    Of(Money),
    /// `25`.
    Bare {
        /// As it was written: how it is read hangs on the decimals of the currency.
        number: String,
    },
}

impl Sum {
    /// Reads an amount above zero, with a currency or without.
    pub fn read(text: &str) -> Result<Sum> {
        let error = match Money::read(text) {
            Ok(money) => return money.above_zero().map(Sum::Of),
            Err(error) => error,
        };
        // In euros, so that it is one in some currency at least.
        let in_euros = || Money::read(&format!("{text} EUR"))?.above_zero();
        match currency_free(text) && in_euros().is_ok() {
            true => Ok(Sum::Bare {
                number: text.trim().to_owned(),
            }),
            false => Err(error),
        }
    }

    /// The amount; where no currency was named, in this one.
    pub fn money(&self, currency: Option<&str>) -> Result<Money> {
        match (self, currency) {
            (Sum::Of(money), _) => Ok(money.clone()),
            (Sum::Bare { number }, Some(currency)) => {
                Money::read(&format!("{number} {currency}"))?.above_zero()
            }
            (Sum::Bare { .. }, None) => Err(Error::invalid(NO_CURRENCY)),
        }
    }
}

/// Whether nothing but an amount stands there.
fn currency_free(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic)
}

/// `4,500.00 EUR`; [`Money::read`] reads it back as the same.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = digits_of(&self.currency);
        let each = 10_u64.pow(digits);
        let amount = self.amount_minor.unsigned_abs();
        let whole = (amount / each).to_string();
        if self.amount_minor < 0 {
            f.write_str("-")?;
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        match usize::try_from(digits) {
            Ok(width @ 1..) => write!(f, ".{:0width$} {}", amount % each, self.currency),
            _ => write!(f, " {}", self.currency),
        }
    }
}

/// How many decimals a currency has; two where it is not known.
fn digits_of(currency: &str) -> u32 {
    let is_of = |codes: &str| codes.split_whitespace().any(|code| code == currency);
    match (is_of(NO_DECIMALS), is_of(THREE_DECIMALS)) {
        (true, _) => 0,
        (_, true) => 3,
        _ => 2,
    }
}

/// The currency that stands before or behind a number; where on both sides, the same.
fn currency_of(before: &str, behind: &str) -> Result<String> {
    let (before, behind) = (before.trim(), behind.trim());
    let behind = behind.strip_suffix('.').unwrap_or(behind).trim_end();
    if before.ends_with(['-', '\u{2212}']) || before.starts_with(['-', '\u{2212}']) {
        return Err(Error::invalid("an amount has no minus"));
    }
    let named = |text: &str| match text.is_empty() {
        true => Ok(None),
        false => code(text).map(Some).ok_or_else(|| {
            let shown: String = text.chars().take(20).collect();
            Error::invalid(format!("\"{shown}\" is no currency: write 25 EUR"))
        }),
    };
    match (named(before)?, named(behind)?) {
        (Some(one), Some(other)) if one != other => Err(Error::invalid(format!(
            "{one} and {other} are two currencies"
        ))),
        (Some(code), _) | (None, Some(code)) => Ok(code),
        (None, None) => Err(Error::invalid(NO_CURRENCY)),
    }
}

/// The code of a currency that a text names (ISO 4217): `EUR` of `eur`, `€` and `euros`.
pub fn code(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    let all = [TWO_DECIMALS, NO_DECIMALS, THREE_DECIMALS];
    let mut codes = all.iter().flat_map(|codes| codes.split_whitespace());
    if codes.any(|code| code == upper) {
        return Some(upper);
    }
    let mut signs = SIGNS.iter();
    let found = signs.find(|(sign, _)| *sign == upper);
    found.map(|(_, code)| (*code).to_owned())
}

/// The digits before and behind the decimal mark.
fn split(number: &str, digits: u32) -> Result<(String, String)> {
    let wrong = || {
        let shown: String = number.chars().take(CHARS_MAX).collect();
        Error::invalid(format!(
            "\"{shown}\" is no amount: write 1234.50 or 1,234.50"
        ))
    };
    // The groups of digits, each with the mark in front of it.
    let mut groups: Vec<(char, String)> = vec![(' ', String::new())];
    for letter in number.chars() {
        match letter {
            '0'..='9' => {
                if let Some((_, group)) = groups.last_mut() {
                    group.push(letter);
                }
            }
            '.' | ',' => groups.push((letter, String::new())),
            '\'' | '’' | '\u{2bc}' => groups.push(('\'', String::new())),
            _ if letter.is_whitespace() => groups.push((' ', String::new())),
            _ => return Err(wrong()),
        }
    }
    let marks: Vec<char> = groups.iter().skip(1).map(|(mark, _)| *mark).collect();
    let decimals = match marks.last() {
        Some(last @ ('.' | ',')) if is_decimal(*last, &marks, &groups, digits) => {
            groups.pop().map(|(_, group)| group)
        }
        _ => None,
    };
    let mut between: Vec<char> = groups.iter().skip(1).map(|(mark, _)| *mark).collect();
    between.dedup();
    let right = groups.iter().skip(1).all(|(_, group)| group.len() == 3)
        && groups.first().is_some_and(|(_, first)| {
            groups.len() == 1 && !first.is_empty() || (1..=3).contains(&first.len())
        })
        && between.len() <= 1;
    if !right || decimals.as_ref().is_some_and(String::is_empty) {
        return Err(wrong());
    }
    let whole: String = groups.into_iter().map(|(_, group)| group).collect();
    Ok((whole, decimals.unwrap_or_default()))
}

/// Whether the last mark of a number is the decimal one.
fn is_decimal(last: char, marks: &[char], groups: &[(char, String)], digits: u32) -> bool {
    let times = marks.iter().filter(|mark| **mark == last).count();
    if times > 1 {
        return false;
    }
    if marks.len() > 1 {
        return true;
    }
    let behind = groups.last().map_or(0, |(_, group)| group.len());
    let before = groups.first().map_or("", |(_, group)| group.as_str());
    behind != 3 || digits == 3 || before.starts_with('0') || before.len() > 3
}

enum Wrong {
    Decimals,
    TooLarge,
}

fn minor(whole: &str, decimals: &str, digits: u32) -> std::result::Result<i64, Wrong> {
    let width = usize::try_from(digits).unwrap_or_default();
    let (kept, more) = decimals.split_at_checked(width).unwrap_or((decimals, ""));
    if more.bytes().any(|b| b != b'0') {
        return Err(Wrong::Decimals);
    }
    let text = format!("{whole}{kept:0<width$}");
    let amount: i64 = text.parse().map_err(|_| Wrong::TooLarge)?;
    match amount <= AMOUNT_MINOR_MAX {
        true => Ok(amount),
        false => Err(Wrong::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, shown) in [
            ("25 EUR", "25.00 EUR"),
            ("25 eur", "25.00 EUR"),
            ("25EUR", "25.00 EUR"),
            ("EUR 25", "25.00 EUR"),
            ("€25", "25.00 EUR"),
            ("25€", "25.00 EUR"),
            ("€ 25.5", "25.50 EUR"),
            ("25,50 €", "25.50 EUR"),
            ("25,- €", "25.00 EUR"),
            ("25 euros", "25.00 EUR"),
            ("25 EUR.", "25.00 EUR"),
            ("$1,234.50", "1,234.50 USD"),
            ("US$ 99", "99.00 USD"),
            ("£0.05", "0.05 GBP"),
            ("€25 EUR", "25.00 EUR"),
            ("1.234,50 EUR", "1,234.50 EUR"),
            ("1 234,50 EUR", "1,234.50 EUR"),
            ("1\u{a0}234\u{202f}567,50 EUR", "1,234,567.50 EUR"),
            ("CHF 1'234.50", "1,234.50 CHF"),
            ("CHF 1’234", "1,234.00 CHF"),
            ("1,234 EUR", "1,234.00 EUR"),
            ("1.234 EUR", "1,234.00 EUR"),
            ("1234,5 EUR", "1,234.50 EUR"),
            ("12.345.678 EUR", "12,345,678.00 EUR"),
            ("1,234,567.8 EUR", "1,234,567.80 EUR"),
            ("0.120 EUR", "0.12 EUR"),
            ("1234.500 EUR", "1,234.50 EUR"),
            ("1000 JPY", "1,000 JPY"),
            ("1,000.00 JPY", "1,000 JPY"),
            ("1.234 KWD", "1.234 KWD"),
            ("1,234.5 KWD", "1,234.500 KWD"),
            ("1,234,567 KWD", "1,234,567.000 KWD"),
            ("0 EUR", "0.00 EUR"),
            ("10000000000000.00 EUR", "10,000,000,000,000.00 EUR"),
        ] {
            let read = Money::read(text).map(|money| money.to_string());
            assert_eq!(read.ok().as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_in_words() {
        for (text, words) in [
            ("", "has digits"),
            ("EUR", "has digits"),
            ("25", "names no currency"),
            ("25 ¥", "\"¥\" is no currency"),
            ("25 EUX", "\"EUX\" is no currency"),
            ("$25 EUR", "USD and EUR are two currencies"),
            ("-25 EUR", "no minus"),
            ("EUR -25", "no minus"),
            ("25.125 EUR 1", "names no currency"),
            ("0.125 EUR", "EUR has 2 decimals"),
            ("1.234,567 EUR", "EUR has 2 decimals"),
            ("25.5 JPY", "JPY has no decimals"),
            ("1,23,456 EUR", "is no amount"),
            ("1.23.456,00 EUR", "is no amount"),
            ("1,234.567,8 EUR", "is no amount"),
            ("1 23 EUR", "is no amount"),
            ("25..50 EUR", "is no amount"),
            ("1 234'567 EUR", "is no amount"),
            ("10/20 EUR", "is no amount"),
            ("٢٥ EUR", "has digits"),
            ("10000000000000.01 EUR", "too large"),
            ("99999999999999999999 EUR", "too large"),
            (
                "1111111111111111111111111111111111111111111111 EUR",
                "shorter",
            ),
        ] {
            let message = Money::read(text).map_err(|e| e.message);
            assert!(
                message.as_ref().is_err_and(|m| m.contains(words)),
                "{text}: {message:?}"
            );
        }
    }

    #[test]
    fn a_code_has_one_number_of_decimals() {
        let mut codes: Vec<&str> = [TWO_DECIMALS, NO_DECIMALS, THREE_DECIMALS]
            .iter()
            .flat_map(|codes| codes.split_whitespace())
            .collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert!(codes.iter().all(|code| code.len() == 3));
        assert!(SIGNS.iter().all(|(_, code)| codes.contains(code)));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same(
            amount_minor in 0..=AMOUNT_MINOR_MAX,
            currency in prop::sample::select(vec!["EUR", "JPY", "KWD"]),
        ) {
            let money = Money { amount_minor, currency: currency.to_owned() };
            prop_assert_eq!(Money::read(&money.to_string()).ok(), Some(money));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>()) {
            let _ = Money::read(&text);
        }

        #[test]
        fn marks_and_digits_are_read_without_a_panic(text in "[0-9., '€-]{0,20}( EUR| KWD)?") {
            if let Ok(money) = Money::read(&text) {
                prop_assert!((0..=AMOUNT_MINOR_MAX).contains(&money.amount_minor));
            }
        }
    }
}
