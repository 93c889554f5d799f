//! The company behind a mail domain; none behind the domains where everybody has a mailbox.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Mail providers for everybody, one domain a line; `name.*` is that name under every ending.
static PROVIDERS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lines(include_str!("../data/public_providers.txt")));

/// Second levels under which companies register, as `co` in `co.uk`.
const SECOND_LEVELS: [&str; 22] = [
    "ac", "asso", "co", "com", "edu", "fin", "firm", "gen", "go", "gob", "gouv", "gov", "gv",
    "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "web",
];

/// A company as its domain tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// The domain that was registered: `northwind.example` of `mail.northwind.example`.
    pub domain: String,
    /// `Northwind Traders` of `northwind-traders.example`.
    pub name: String,
}

/// The company of a mail domain; absent for public providers and for what is no domain name.
pub fn guess(domain: &str) -> Option<Company> {
    let domain = registrable(domain)?;
    if is_public_provider(&domain) {
        return None;
    }
    let label = domain.split('.').next()?;
    if label.starts_with("xn--") {
        return Some(Company {
            name: domain.clone(),
            domain,
        });
    }
    let name = label
        .split(['-', '_'])
        .filter(|w| !w.is_empty())
        .map(capitalised)
        .collect::<Vec<_>>()
        .join(" ");
    (!name.is_empty()).then_some(Company { domain, name })
}

/// Whether everybody can have a mailbox there.
pub fn is_public_provider(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let Some(registered) = registrable(&domain) else {
        return false;
    };
    let any_ending = registered
        .split('.')
        .next()
        .map(|label| format!("{label}.*"));
    PROVIDERS.contains(domain.as_str())
        || PROVIDERS.contains(registered.as_str())
        || any_ending.is_some_and(|label| PROVIDERS.contains(label.as_str()))
}

/// Whether everybody may register a name below it: `com`, `co.uk`.
pub fn is_public_suffix(domain: &str) -> bool {
    let labels: Vec<&str> = domain.trim_end_matches('.').split('.').collect();
    match labels.as_slice() {
        [second, top] => top.len() == 2 && SECOND_LEVELS.contains(second),
        labels => labels.len() < 2,
    }
}

/// The part of a domain that somebody registered; absent for IP literals and single words.
pub fn registrable(domain: &str) -> Option<String> {
    let domain = domain.trim_end_matches('.').to_lowercase();
    if domain.starts_with('[') || domain.len() > 253 {
        return None;
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|l| l.is_empty()) {
        return None;
    }
    let second = labels.get(labels.len() - 2).copied().unwrap_or_default();
    let is_country = labels.last().is_some_and(|top| top.len() == 2);
    let depth = if labels.len() > 2 && is_country && SECOND_LEVELS.contains(&second) {
        3
    } else {
        2
    };
    Some(labels.get(labels.len() - depth..)?.join("."))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + letters.as_str()
}

pub(super) fn lines(text: &'static str) -> HashSet<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_read_from_its_domain() {
        for (domain, expected) in [
            (
                "northwind-traders.example",
                Some(("northwind-traders.example", "Northwind Traders")),
            ),
            (
                "mail.eu.northwind.example",
                Some(("northwind.example", "Northwind")),
            ),
            ("acme.co.uk", Some(("acme.co.uk", "Acme"))),
            ("shop.acme.com.au", Some(("acme.com.au", "Acme"))),
            ("gmail.com", None),
            ("yahoo.co.jp", None),
            ("hotmail.fr", None),
            ("[192.0.2.1]", None),
            ("localhost", None),
            ("a..example", None),
        ] {
            let found = guess(domain);
            let found = found.as_ref().map(|c| (c.domain.as_str(), c.name.as_str()));
            assert_eq!(found, expected, "{domain}");
        }
    }
}
