//! What stands on every invoice of a workspace: who bills, where the money goes, and by when. Knows no invoices. Pure.

use super::chosen_text::{one_line, shown};
use super::error::{Error, Result};
use super::iban::{Bic, Iban};
use std::fmt;

/// Lines of an address.
pub const ADDRESS_LINES_MAX: usize = 5;
/// A year.
pub const TERMS_DAYS_MAX: u16 = 365;
/// Days until an invoice is due, where nothing was chosen. Of the others nothing is meant then.
pub const TERMS_DAYS_DEFAULT: u16 = 14;
const NAME_CHARS_MAX: usize = 100;
const LINE_CHARS_MAX: usize = 80;
const TAX_ID_CHARS_MAX: usize = 40;
const PREFIX_CHARS_MAX: usize = 12;
const FOOTER_CHARS_MAX: usize = 300;
/// 100 percent.
const HUNDREDTHS_MAX: u16 = 10_000;

/// One of the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceDetail {
    /// Who bills.
    Name,
    /// Where they are.
    Address,
    /// By which number a tax office knows them.
    TaxId,
    /// The account.
    Iban,
    /// Its bank.
    Bic,
    /// Days until an invoice is due.
    Terms,
    /// The rate of VAT where an invoice names none.
    Vat,
    /// What stands before the number of an invoice.
    Prefix,
    /// What stands below all else.
    Footer,
}

impl InvoiceDetail {
    /// Each one, in the order in which they are shown.
    pub const EACH: [InvoiceDetail; 9] = [
        InvoiceDetail::Name,
        InvoiceDetail::Address,
        InvoiceDetail::TaxId,
        InvoiceDetail::Iban,
        InvoiceDetail::Bic,
        InvoiceDetail::Terms,
        InvoiceDetail::Vat,
        InvoiceDetail::Prefix,
        InvoiceDetail::Footer,
    ];

    /// The words behind `workspace`, and its name in the database.
    pub fn word(self) -> &'static str {
        match self {
            InvoiceDetail::Name => "invoice name",
            InvoiceDetail::Address => "invoice address",
            InvoiceDetail::TaxId => "invoice tax id",
            InvoiceDetail::Iban => "invoice iban",
            InvoiceDetail::Bic => "invoice bic",
            InvoiceDetail::Terms => "invoice terms",
            InvoiceDetail::Vat => "invoice vat",
            InvoiceDetail::Prefix => "invoice prefix",
            InvoiceDetail::Footer => "invoice footer",
        }
    }

    /// A value to copy.
    pub fn example(self) -> &'static str {
        match self {
            InvoiceDetail::Name => "Studio Oy",
            InvoiceDetail::Address => "Harbour 1, 00100 Helsinki",
            InvoiceDetail::TaxId => "FI12345671",
            InvoiceDetail::Iban => "FI21 1234 5600 0007 85",
            InvoiceDetail::Bic => "NDEAFIHH",
            InvoiceDetail::Terms => "14 days",
            InvoiceDetail::Vat => "25.5",
            InvoiceDetail::Prefix => "2026-",
            InvoiceDetail::Footer => "Thank you.",
        }
    }
}

/// A rate in percent, exactly: `25.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VatRate {
    /// Hundredths of a percent: 0 to 10,000.
    pub hundredths: u16,
}

impl VatRate {
    /// Reads a rate from 0 to 100 with up to two decimals, with a percent sign or without. The error says what to write.
    pub fn read(text: &str) -> Result<VatRate> {
        let number = text.trim();
        let number = number.strip_suffix('%').unwrap_or(number).trim_end();
        let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let is_number = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        let hundredths = || format!("{whole}{decimals:0<2}").parse::<u16>().ok();
        let is_written = is_number(whole, 3) && is_number(decimals, 2);
        let hundredths = is_written.then(hundredths).flatten();
        let hundredths = hundredths.filter(|hundredths| *hundredths <= HUNDREDTHS_MAX);
        hundredths
            .map(|hundredths| VatRate { hundredths })
            .ok_or_else(|| {
                Error::invalid(format!(
                    "\"{}\" is no rate: it is from 0 to 100 percent with two decimals at most, as 25.5",
                    shown(text)
                ))
            })
    }
}

/// Without decimals that say nothing: `24`, `25.5`, `8.25`.
impl fmt::Display for VatRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.hundredths / 100, self.hundredths % 100);
        match (decimals, decimals % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", decimals / 10),
            _ => write!(f, "{whole}.{decimals:02}"),
        }
    }
}

/// What a workspace chose; what is absent or empty is not on its invoices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDetails {
    /// 1 to 100 letters.
    pub name: Option<String>,
    /// Its lines, 5 at most, each of 1 to 80 letters.
    pub address: Vec<String>,
    /// As it was written: 2 to 40 letters, digits among them.
    pub tax_id: Option<String>,
    /// The account.
    pub iban: Option<Iban>,
    /// Its bank.
    pub bic: Option<Bic>,
    /// Days until an invoice is due: 0 to 365.
    pub terms_days: u16,
    /// The rate where an invoice names none; absent: each names its own.
    pub vat: Option<VatRate>,
    /// 1 to 12 letters and marks without white space.
    pub prefix: Option<String>,
    /// 1 to 300 letters.
    pub footer: Option<String>,
}

impl Default for InvoiceDetails {
    fn default() -> InvoiceDetails {
        InvoiceDetails {
            name: None,
            address: Vec::new(),
            tax_id: None,
            iban: None,
            bic: None,
            terms_days: TERMS_DAYS_DEFAULT,
            vat: None,
            prefix: None,
            footer: None,
        }
    }
}

impl InvoiceDetails {
    /// Chooses one detail as people write it; `None` is the default. The error says what to write.
    pub fn choose(&mut self, detail: InvoiceDetail, text: Option<&str>) -> Result<()> {
        let line = |what: &str, most| text.map(|text| one_line(what, text, most)).transpose();
        match detail {
            InvoiceDetail::Name => self.name = line("a name", NAME_CHARS_MAX)?,
            InvoiceDetail::Address => {
                self.address = text.map(lines_of).transpose()?.unwrap_or_default();
            }
            InvoiceDetail::TaxId => self.tax_id = text.map(tax_id).transpose()?,
            InvoiceDetail::Iban => self.iban = text.map(Iban::read).transpose()?,
            InvoiceDetail::Bic => self.bic = text.map(Bic::read).transpose()?,
            InvoiceDetail::Terms => {
                let days = text.map(terms).transpose()?;
                self.terms_days = days.unwrap_or(TERMS_DAYS_DEFAULT);
            }
            InvoiceDetail::Vat => self.vat = text.map(VatRate::read).transpose()?,
            InvoiceDetail::Prefix => self.prefix = text.map(prefix).transpose()?,
            InvoiceDetail::Footer => self.footer = line("a footer", FOOTER_CHARS_MAX)?,
        }
        Ok(())
    }

    /// What holds of one detail, as [`InvoiceDetails::choose`] reads it back; `None` where nothing does.
    pub fn said(&self, detail: InvoiceDetail) -> Option<String> {
        match detail {
            InvoiceDetail::Name => self.name.clone(),
            InvoiceDetail::Address => {
                let lines = self.address.iter().map(String::as_str);
                Some(address_text(lines)).filter(|text| !text.is_empty())
            }
            InvoiceDetail::TaxId => self.tax_id.clone(),
            InvoiceDetail::Iban => self.iban.as_ref().map(Iban::to_string),
            InvoiceDetail::Bic => self.bic.as_ref().map(Bic::to_string),
            InvoiceDetail::Terms => Some(self.terms_days.to_string()),
            InvoiceDetail::Vat => self.vat.as_ref().map(VatRate::to_string),
            InvoiceDetail::Prefix => self.prefix.clone(),
            InvoiceDetail::Footer => self.footer.clone(),
        }
    }
}

/// The lines of an address as one text: `Harbour 1; 00100 Helsinki`. A single line with a comma ends with the mark, so that it is
/// read back as one.
pub fn address_text<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.collect();
    let text = lines.join("; ");
    match lines.len() == 1 && text.contains(',') {
        true => format!("{text};"),
        false => text,
    }
}

/// The lines of an address: parted by semicolons, or by commas where there are none.
fn lines_of(text: &str) -> Result<Vec<String>> {
    let mark = if text.contains(';') { ';' } else { ',' };
    // `Harbour 1,` in a line of its own has a comma too many.
    let lines = text.split(mark).map(str::trim);
    let lines = lines.map(|line| line.trim_end_matches([',', ' ']));
    let lines = lines.filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.take(ADDRESS_LINES_MAX + 1).collect();
    if !(1..=ADDRESS_LINES_MAX).contains(&lines.len()) {
        return Err(Error::invalid(format!(
            "an address has 1 to {ADDRESS_LINES_MAX} lines, with commas or semicolons between them"
        )));
    }
    let lines = lines.into_iter();
    lines
        .map(|line| one_line("a line of an address", line, LINE_CHARS_MAX))
        .collect()
}

fn tax_id(text: &str) -> Result<String> {
    let id = one_line("a tax id", text, TAX_ID_CHARS_MAX)?;
    match id.chars().count() > 1 && id.contains(|c: char| c.is_ascii_digit()) {
        true => Ok(id),
        false => Err(Error::invalid("a tax id has digits: FI12345671")),
    }
}

fn terms(text: &str) -> Result<u16> {
    let is_written = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let days = text
        .parse::<u16>()
        .ok()
        .filter(|days| *days <= TERMS_DAYS_MAX);
    days.filter(|_| is_written)
        .ok_or_else(|| Error::invalid(format!("terms are from 0 to {TERMS_DAYS_MAX} days: 14")))
}

fn prefix(text: &str) -> Result<String> {
    let prefix = one_line("a prefix", text, PREFIX_CHARS_MAX)?;
    match prefix.contains(' ') {
        true => Err(Error::invalid("a prefix has no spaces: 2026-")),
        false => Ok(prefix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InvoiceDetail::{Address, Bic, Footer, Iban, Name, Prefix, TaxId, Terms, Vat};
    use proptest::prelude::*;

    fn said(detail: InvoiceDetail, text: &str) -> Result<Option<String>, String> {
        let mut details = InvoiceDetails::default();
        let chosen = details.choose(detail, Some(text));
        chosen.map_err(|error| error.message)?;
        Ok(details.said(detail))
    }

    #[test]
    fn details_are_read_as_people_write_them() {
        for (detail, text, kept) in [
            (Name, "  Studio \t Oy ", "Studio Oy"),
            (
                Address,
                "Harbour 1, 00100 Helsinki",
                "Harbour 1; 00100 Helsinki",
            ),
            (
                Address,
                "Suite 5, Harbour 1; 00100 Helsinki;",
                "Suite 5, Harbour 1; 00100 Helsinki",
            ),
            (Address, "Suite 5, Harbour 1;", "Suite 5, Harbour 1;"),
            (
                Address,
                "Harbour 1,; 00100 Helsinki,",
                "Harbour 1; 00100 Helsinki",
            ),
            (Address, "Harbour 1", "Harbour 1"),
            (TaxId, "FI12345671", "FI12345671"),
            (TaxId, "Y-tunnus 1234567-1", "Y-tunnus 1234567-1"),
            (Iban, "fi2112345600000785", "FI21 1234 5600 0007 85"),
            (Bic, "ndeafihh", "NDEAFIHH"),
            (Terms, "0", "0"),
            (Terms, "365", "365"),
            (Vat, "25.5", "25.5"),
            (Vat, "25,50 %", "25.5"),
            (Vat, "24%", "24"),
            (Vat, "0", "0"),
            (Vat, "8.05", "8.05"),
            (Vat, "100.00", "100"),
            (Prefix, "2026-", "2026-"),
            (Prefix, "INV/", "INV/"),
            (Footer, "Thank you.", "Thank you."),
        ] {
            assert_eq!(said(detail, text), Ok(Some(kept.to_owned())), "{text}");
            assert_eq!(said(detail, kept), Ok(Some(kept.to_owned())), "{kept}");
        }
        for detail in InvoiceDetail::EACH {
            assert!(said(detail, detail.example().trim_end_matches(" days")).is_ok());
        }
    }

    #[test]
    fn what_is_no_detail_is_refused_with_what_to_write() {
        let long = "x".repeat(301);
        for (detail, text, words) in [
            (Name, "", "at least one letter"),
            (Name, "a\u{202e}b", "that are seen"),
            (Name, &long, "at most 100"),
            (Address, ";,", "1 to 5 lines"),
            (Address, "a, b, c, d, e, f", "1 to 5 lines"),
            (Address, &long, "at most 80"),
            (TaxId, "none here", "has digits"),
            (TaxId, "1", "has digits"),
            (Iban, "FI21 1234 5600 0007 86", "check digits"),
            (Bic, "NDEA", "is no BIC"),
            (Terms, "366", "0 to 365 days"),
            (Terms, "-1", "0 to 365 days"),
            (Terms, "soon", "0 to 365 days"),
            (Vat, "25.555", "is no rate"),
            (Vat, "100.01", "is no rate"),
            (Vat, "-1", "is no rate"),
            (Vat, "1e1", "is no rate"),
            (Vat, ".5", "is no rate"),
            (Vat, "5.", "is no rate"),
            (Vat, "%", "is no rate"),
            (Prefix, "No 1", "no spaces"),
            (Prefix, "1234567890123", "at most 12"),
            (Footer, &long, "at most 300"),
        ] {
            let problem = said(detail, text).unwrap_err();
            assert!(problem.contains(words), "{text}: {problem}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_kept_and_read_back(at in 0_usize..9, text in "[a-zA-Z0-9äß.,;:/% -]{0,40}|\\PC{0,60}") {
            let detail = InvoiceDetail::EACH[at];
            let mut details = InvoiceDetails::default();
            if details.choose(detail, Some(&text)).is_ok() {
                let kept = details.said(detail).unwrap();
                let mut again = InvoiceDetails::default();
                again.choose(detail, Some(&kept)).unwrap();
                prop_assert_eq!(again, details);
            }
        }

        #[test]
        fn a_rate_is_kept_exactly(hundredths in 0_u16..=10_000) {
            let rate = VatRate { hundredths };
            prop_assert_eq!(VatRate::read(&rate.to_string()).unwrap(), rate);
        }
    }
}
