//! Numbers of bank accounts (ISO 13616) and of banks (ISO 9362). Pure.

use super::chosen_text::shown;
use super::error::{Error, Result};
use std::fmt;

/// Lengths by country, as the registry of ISO 13616 has them. Of others the standard says 34 at most.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 \
    FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 \
    MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 \
    TR26 UA29 VA22 VG24 XK20";
const LENGTH_MIN: usize = 15;
const LENGTH_MAX: usize = 34;

/// The number of an account whose check digits fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iban(String);

impl Iban {
    /// Reads one as people write it, with or without spaces. The error says what is wrong.
    pub fn read(text: &str) -> Result<Iban> {
        let compact = compact(text);
        let iban = compact.strip_prefix("IBAN").unwrap_or(&compact);
        let wrong = |why: &str| Error::invalid(format!("\"{}\" is no IBAN: {why}", shown(text)));
        let form = wrong("write FI21 1234 5600 0007 85");
        let is_whole = iban.len() >= LENGTH_MIN && iban.bytes().all(|b| b.is_ascii_alphanumeric());
        let (Some(country), Some(check), true) = (iban.get(..2), iban.get(2..4), is_whole) else {
            return Err(form);
        };
        let digits = check.bytes().all(|b| b.is_ascii_digit());
        if !digits || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(form);
        }
        let mut known = LENGTHS.split_whitespace();
        let length = known.find_map(|one| one.strip_prefix(country)?.parse::<usize>().ok());
        if length.is_some_and(|length| iban.len() != length) || iban.len() > LENGTH_MAX {
            let length = length.unwrap_or(LENGTH_MAX);
            return Err(wrong(&format!(
                "one of {country} has {length} letters and digits"
            )));
        }
        // 00, 01 and 99 are never given out, though they leave the same rest (ISO 7064).
        let is_given = !matches!(check, "00" | "01" | "99");
        match is_given && rest_of_97(iban) == 1 {
            true => Ok(Iban(iban.to_owned())),
            false => Err(wrong("its check digits do not fit; a digit is mistyped")),
        }
    }

    /// Without spaces.
    pub fn compact(&self) -> &str {
        &self.0
    }
}

/// In groups of four, as it is printed: `FI21 1234 5600 0007 85`.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(4) {
                f.write_str(" ")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// What is left by 97 of the number behind its first four letters, a letter counting 10 to 35 (ISO 7064, MOD 97-10).
fn rest_of_97(iban: &str) -> u32 {
    let (first, behind) = iban.split_at_checked(4).unwrap_or((iban, ""));
    let digits = behind.chars().chain(first.chars());
    let digits = digits.filter_map(|letter| letter.to_digit(36));
    digits.fold(0, |rest, digit| match digit {
        0..=9 => (rest * 10 + digit) % 97,
        _ => (rest * 100 + digit) % 97,
    })
}

/// The number of a bank: 8 letters and digits, or 11 with the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bic(String);

impl Bic {
    /// Reads one. The error says what is wrong.
    pub fn read(text: &str) -> Result<Bic> {
        let bic = compact(text);
        let is_country = bic
            .get(4..6)
            .is_some_and(|country| country.bytes().all(|b| b.is_ascii_uppercase()));
        let is_whole =
            matches!(bic.len(), 8 | 11) && bic.bytes().all(|b| b.is_ascii_alphanumeric());
        match is_whole && is_country {
            true => Ok(Bic(bic)),
            false => Err(Error::invalid(format!(
                "\"{}\" is no BIC: it has 8 or 11 letters and digits, as NDEAFIHH",
                shown(text)
            ))),
        }
    }
}

impl fmt::Display for Bic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In capitals, without white space.
fn compact(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    letters.map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ibans_of_the_registry_are_read_and_printed_in_groups() {
        for iban in [
            "FI21 1234 5600 0007 85",
            "DE89 3704 0044 0532 0130 00",
            "GB29 NWBK 6016 1331 9268 19",
            "NO93 8601 1117 947",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
            "LC55 HEMM 0001 0001 0012 0012 0002 3015",
            "FR14 2004 1010 0505 0001 3M02 606",
            "SE45 5000 0000 0583 9825 7466",
            "ES91 2100 0418 4502 0005 1332",
        ] {
            let compact: String = iban.split(' ').collect();
            for text in [
                iban,
                &compact,
                &compact.to_lowercase(),
                &format!("IBAN {iban}"),
            ] {
                let read = Iban::read(text).unwrap();
                assert_eq!(read.to_string(), iban, "{text}");
                assert_eq!(read.compact(), compact, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_iban_is_refused() {
        for (text, words) in [
            ("", "write FI21"),
            ("FI", "write FI21"),
            ("1234 5600 0007 8500", "write FI21"),
            ("FI21-1234-5600-0007-85", "write FI21"),
            ("FIXX 1234 5600 0007 85", "write FI21"),
            ("FI21 1234 5600 0007 86", "check digits"),
            ("FI12 1234 5600 0007 85", "check digits"),
            ("FI21 1243 5600 0007 85", "check digits"),
            ("FI21 1234 5600 0007 8", "one of FI has 18"),
            ("FI21 1234 5600 0007 855", "one of FI has 18"),
            ("DE89 3704 0044 0532 0130 0", "one of DE has 22"),
            ("ÄÖ21 1234 5600 0007 85", "write FI21"),
        ] {
            let error = Iban::read(text).unwrap_err();
            assert!(error.message.contains(words), "{text}: {}", error.message);
        }
        assert!(Iban::read(&format!("ZZ21{}", "1".repeat(40))).is_err());
    }

    #[test]
    fn a_bic_has_eight_or_eleven_letters() {
        for (text, kept) in [
            ("ndeafihh", "NDEAFIHH"),
            ("DEUT DE FF 500", "DEUTDEFF500"),
            ("NDEAFIHHXXX", "NDEAFIHHXXX"),
        ] {
            assert_eq!(Bic::read(text).unwrap().to_string(), kept, "{text}");
        }
        for text in [
            "",
            "NDEAFIH",
            "NDEAFIHHX",
            "NDEA12HH",
            "NDEA-IHH",
            "NDEÄFIHH",
            "NDEAFIHHXXXX",
        ] {
            assert!(Bic::read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_never_fits(at in 0_usize..14, other in 0_u8..10) {
            let right = "FI2112345600000785";
            let digit = char::from(b'0' + other);
            let mut typed = right.to_owned();
            typed.replace_range(at + 4..at + 5, &digit.to_string());
            prop_assert_eq!(Iban::read(&typed).is_ok(), typed == right);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            if let Ok(iban) = Iban::read(&text) {
                prop_assert_eq!(Iban::read(&iban.to_string()).unwrap(), iban);
            }
            if let Ok(bic) = Bic::read(&text) {
                prop_assert_eq!(Bic::read(&bic.to_string()).unwrap(), bic);
            }
        }
    }
}
