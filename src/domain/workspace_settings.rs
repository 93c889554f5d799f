//! What a workspace chose for all of its members: each by its name, as a command says it.

use super::error::{Error, Result};
use super::invoice_details::{InvoiceDetail, InvoiceDetails};
use super::money;
use super::people;
use super::pipeline::Pipeline;
use super::retention::Kept;
use std::collections::BTreeMap;

/// Domains of one list.
pub const DOMAINS_MAX: usize = 50;
/// Ten years.
pub const KEEP_DAYS_MAX: i64 = 3_650;
/// A domain name is no longer (RFC 1035 §2.3.4), and neither is a part of it.
const DOMAIN_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceSetting {
    /// All of them, to be shown.
    All,
    /// Domains whose people are colleagues.
    OwnDomains,
    /// Domains of which no contacts are made.
    ExcludedDomains,
    /// After how many quiet days the digest names a contact that has no interval of its own.
    KeepInTouch,
    /// The currency of an amount that names none.
    Currency,
    /// The stages of deals.
    Stages,
    /// What stands on invoices.
    Invoice(InvoiceDetail),
    /// For how many days something is kept: its owner's to choose.
    Keep(Kept),
}

impl WorkspaceSetting {
    /// Each one, in the order in which they are shown.
    pub const EACH: [WorkspaceSetting; 19] = [
        WorkspaceSetting::OwnDomains,
        WorkspaceSetting::ExcludedDomains,
        WorkspaceSetting::KeepInTouch,
        WorkspaceSetting::Currency,
        WorkspaceSetting::Stages,
        WorkspaceSetting::Invoice(InvoiceDetail::Name),
        WorkspaceSetting::Invoice(InvoiceDetail::Address),
        WorkspaceSetting::Invoice(InvoiceDetail::TaxId),
        WorkspaceSetting::Invoice(InvoiceDetail::Iban),
        WorkspaceSetting::Invoice(InvoiceDetail::Bic),
        WorkspaceSetting::Invoice(InvoiceDetail::Terms),
        WorkspaceSetting::Invoice(InvoiceDetail::Vat),
        WorkspaceSetting::Invoice(InvoiceDetail::Prefix),
        WorkspaceSetting::Invoice(InvoiceDetail::Footer),
        WorkspaceSetting::Keep(Kept::SentLetters),
        WorkspaceSetting::Keep(Kept::ChatMessages),
        WorkspaceSetting::Keep(Kept::ParkedMail),
        WorkspaceSetting::Keep(Kept::Envelopes),
        WorkspaceSetting::Keep(Kept::JournalChanges),
    ];

    /// The setting of a word, where it is one of them.
    pub fn of_word(word: &str) -> Option<WorkspaceSetting> {
        let mut each = WorkspaceSetting::EACH.into_iter();
        each.find(|setting| setting.word() == word)
    }

    /// Whether an owner alone chooses it; else admins do too.
    pub fn is_owner_s(self) -> bool {
        matches!(self, WorkspaceSetting::Keep(_))
    }

    /// The words behind `workspace`, and its name in the database.
    pub fn word(self) -> &'static str {
        match self {
            WorkspaceSetting::All => "settings",
            WorkspaceSetting::OwnDomains => "own domains",
            WorkspaceSetting::ExcludedDomains => "excluded domains",
            WorkspaceSetting::KeepInTouch => "keep in touch",
            WorkspaceSetting::Currency => "currency",
            WorkspaceSetting::Stages => "stages",
            WorkspaceSetting::Invoice(detail) => detail.word(),
            WorkspaceSetting::Keep(kept) => match kept {
                Kept::SentLetters => "keep sent letters",
                Kept::ChatMessages => "keep chat messages",
                Kept::ParkedMail => "keep parked mail",
                Kept::Envelopes => "keep envelopes",
                Kept::JournalChanges => "keep journal changes",
                // Nobody chooses these.
                Kept::Confirmations | Kept::Undo | Kept::ChatDone => "",
            },
        }
    }
}

/// What a workspace chose; what is absent or empty is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// In lower case.
    pub own_domains: Vec<String>,
    /// In lower case.
    pub excluded_domains: Vec<String>,
    /// Days.
    pub keep_in_touch_days: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Where deals may stand.
    pub pipeline: Pipeline,
    /// What stands on invoices.
    pub invoice: InvoiceDetails,
    /// For how many days things are kept.
    pub kept_days: BTreeMap<Kept, i64>,
}

impl WorkspaceSettings {
    /// Reads what [`WorkspaceSettings::kept`] wrote, by name; what cannot be read is not chosen.
    pub fn of(all: &BTreeMap<String, String>) -> WorkspaceSettings {
        let value = |setting: WorkspaceSetting| all.get(setting.word()).map(String::as_str);
        let list = |setting| -> Vec<String> {
            let words = value(setting).unwrap_or_default().split([' ', ',']);
            words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let kept_days = WorkspaceSetting::EACH.into_iter().filter_map(|one| {
            let WorkspaceSetting::Keep(kept) = one else {
                return None;
            };
            Some((kept, value(one)?.parse().ok()?))
        });
        let days = value(WorkspaceSetting::KeepInTouch).and_then(|days| days.parse().ok());
        let stages = value(WorkspaceSetting::Stages).map(Pipeline::read);
        let mut invoice = InvoiceDetails::default();
        for detail in InvoiceDetail::EACH {
            // What is wrong leaves the detail as it is.
            let _ = invoice.choose(detail, value(WorkspaceSetting::Invoice(detail)));
        }
        WorkspaceSettings {
            own_domains: list(WorkspaceSetting::OwnDomains),
            excluded_domains: list(WorkspaceSetting::ExcludedDomains),
            keep_in_touch_days: days.filter(|days| (1..=KEEP_DAYS_MAX).contains(days)),
            currency: value(WorkspaceSetting::Currency).and_then(money::code),
            pipeline: stages.and_then(Result::ok).unwrap_or_default(),
            invoice,
            kept_days: kept_days.collect(),
        }
    }

    /// One setting as it is kept; `None` is the default.
    pub fn kept(&self, setting: WorkspaceSetting) -> Option<String> {
        let said = self.said(setting);
        said.filter(|said| Some(said) != WorkspaceSettings::default().said(setting).as_ref())
    }

    /// What holds of one setting, as a command says it, be it chosen or the default; `None` where nothing does.
    pub fn said(&self, setting: WorkspaceSetting) -> Option<String> {
        let list = |domains: &[String]| (!domains.is_empty()).then(|| domains.join(", "));
        match setting {
            WorkspaceSetting::All => None,
            WorkspaceSetting::OwnDomains => list(&self.own_domains),
            WorkspaceSetting::ExcludedDomains => list(&self.excluded_domains),
            WorkspaceSetting::KeepInTouch => self.keep_in_touch_days.map(|days| days.to_string()),
            WorkspaceSetting::Currency => self.currency.clone(),
            WorkspaceSetting::Stages => Some(self.pipeline.to_string()),
            WorkspaceSetting::Invoice(detail) => self.invoice.said(detail),
            WorkspaceSetting::Keep(kept) => self.kept_days.get(&kept).map(i64::to_string),
        }
    }
}

/// Domains as they are written, each once, in lower case: `daughter.example, @other.example`. The error says which is none. Of
/// own domains those of public providers are refused, too: everybody there would be a colleague, and make no contact.
pub fn domains(setting: WorkspaceSetting, text: &str) -> Result<Vec<String>> {
    let mut domains: Vec<String> = Vec::new();
    let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    for word in words.filter(|word| !word.is_empty()) {
        let domain = word
            .trim_start_matches('@')
            .trim_end_matches('.')
            .to_lowercase();
        let shown: String = domain.chars().take(60).collect();
        if !is_domain(&domain) {
            return Err(Error::invalid(format!(
                "\"{shown}\" is no domain: write studio.example"
            )));
        }
        if people::is_public_suffix(&domain) {
            return Err(Error::invalid(format!(
                "{shown} is nobody's own domain: everybody may have one below it"
            )));
        }
        if setting == WorkspaceSetting::OwnDomains && people::is_public_provider(&domain) {
            return Err(Error::invalid(format!(
                "everybody may have a mailbox at {shown}: its people are no colleagues"
            )));
        }
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    match domains.len() {
        0 => Err(Error::invalid("name at least one domain, or none")),
        1..=DOMAINS_MAX => Ok(domains),
        _ => Err(Error::invalid(format!(
            "at most {DOMAINS_MAX} domains stand in one list"
        ))),
    }
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let has_name = labels
        .last()
        .is_some_and(|top| top.chars().any(char::is_alphabetic));
    domain.len() <= DOMAIN_BYTES_MAX && has_name && labels.into_iter().all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_as_people_write_them_and_public_ones_are_refused() {
        let own = |text: &str| domains(WorkspaceSetting::OwnDomains, text).map_err(|e| e.message);
        for (text, wanted) in [
            ("daughter.example", "daughter.example"),
            (
                "@Daughter.Example;other.example. other.example",
                "daughter.example, other.example",
            ),
            ("bücher.example", "bücher.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("acme.co.uk", "acme.co.uk"),
        ] {
            assert_eq!(
                own(text),
                Ok(wanted.split(", ").map(str::to_owned).collect()),
                "{text}"
            );
        }
        for text in [
            "",
            ", ,",
            "com",
            "co.uk",
            "gmail.com",
            "yahoo.co.jp",
            "hotmail.fr",
            "192.0.2.1",
            "a..example",
            "-a.example",
            "mia@studio.example",
            "[192.0.2.1]",
            "a_b.example",
            "http://a.example",
            "own.example none?",
        ] {
            assert!(own(text).is_err(), "{text}");
        }
        assert!(own(&"x".repeat(300)).is_err());
        assert!(own(&format!("{}.example", "x".repeat(64))).is_err());
        let many: Vec<String> = (0..=DOMAINS_MAX).map(|n| format!("d{n}.example")).collect();
        assert!(own(&many.join(",")).is_err());
        // Nobody is lost by leaving out a provider: who wants that may.
        assert!(domains(WorkspaceSetting::ExcludedDomains, "gmail.com").is_ok());
        assert!(domains(WorkspaceSetting::ExcludedDomains, "co.uk").is_err());
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let settings = WorkspaceSettings {
            own_domains: vec!["a.example".to_owned(), "b.example".to_owned()],
            excluded_domains: Vec::new(),
            keep_in_touch_days: Some(30),
            currency: Some("EUR".to_owned()),
            pipeline: Pipeline::read("Lead, Signed").unwrap(),
            invoice: InvoiceDetails {
                name: Some("Studio Oy".to_owned()),
                address: vec!["Harbour 1".to_owned(), "00100 Helsinki".to_owned()],
                terms_days: 30,
                ..InvoiceDetails::default()
            },
            kept_days: BTreeMap::from([(Kept::SentLetters, 40)]),
        };
        let all = WorkspaceSetting::EACH.into_iter();
        let all = all.filter_map(|one| Some((one.word().to_owned(), settings.kept(one)?)));
        assert_eq!(WorkspaceSettings::of(&all.collect()), settings);
        let defaults = WorkspaceSettings::default();
        for one in WorkspaceSetting::EACH {
            assert_eq!(defaults.kept(one), None, "{}", one.word());
        }
        let wrong = [
            ("currency", "XYZ"),
            ("keep in touch", "-3"),
            ("stages", "Lead, Won"),
            ("invoice iban", "FI21"),
            ("invoice terms", "soon"),
            ("keep envelopes", "x"),
            ("", "7"),
        ];
        let wrong = wrong.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            WorkspaceSettings::of(&wrong.into_iter().collect()),
            WorkspaceSettings::default()
        );
    }
}
