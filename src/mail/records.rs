//! The records that the mail domain needs in the DNS: what to publish, and whether it is published.

use crate::mail::resolver::Resolver;
use crate::mail::sign::Signer;

/// Longest string of a TXT record (RFC 1035 §3.3.14); a longer text is several strings.
const TXT_BYTES_MAX: usize = 255;
/// The domain where there is none yet.
const NO_DOMAIN: &str = "localhost";

/// A record to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name, without a final dot.
    pub name: String,
    /// `MX` or `TXT`.
    pub kind: &'static str,
    /// Its value; a text in one piece.
    pub value: String,
}

/// Whether a record is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// As it should be.
    Right,
    /// Something else stands there, in words.
    Wrong(String),
    /// The DNS does not answer.
    Unknown(String),
}

/// Whether there is a domain that others could write to.
pub fn is_public(mail_domain: &str) -> bool {
    mail_domain != NO_DOMAIN
}

/// What to publish for the domain of our addresses, whose mail a host takes in; nothing where there is no domain yet.
pub fn records(domain: &str, host_name: &str, signers: &[Signer]) -> Vec<Record> {
    if !is_public(domain) {
        return Vec::new();
    }
    let text = |name: String, value: String| Record {
        name,
        kind: "TXT",
        value,
    };
    let mut records = vec![
        Record {
            name: domain.to_owned(),
            kind: "MX",
            value: format!("10 {host_name}"),
        },
        text(domain.to_owned(), "v=spf1 mx ~all".to_owned()),
        text(
            format!("_dmarc.{domain}"),
            "v=DMARC1; p=quarantine".to_owned(),
        ),
    ];
    records.extend(signers.iter().map(Record::of_signer));
    records
}

impl Record {
    /// The public half of a signing key.
    pub fn of_signer(signer: &Signer) -> Record {
        let (name, value) = signer.dns_record();
        Record {
            name,
            kind: "TXT",
            value,
        }
    }

    /// As a line of a zone file.
    pub fn line(&self) -> String {
        let value = match self.kind {
            "TXT" => strings(&self.value),
            _ => format!("{}.", self.value),
        };
        format!("{}. {} {value}", self.name, self.kind)
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name, "type": self.kind, "value": self.value })
    }

    /// Whether it is published.
    pub async fn published(&self, resolver: &Resolver) -> Published {
        match self.kind {
            "MX" => self.mx(resolver).await,
            _ => self.text(resolver).await,
        }
    }

    async fn mx(&self, resolver: &Resolver) -> Published {
        let host = self.value.rsplit(' ').next().unwrap_or_default();
        match resolver.mx(&self.name).await {
            Err(e) => Published::Unknown(e.message),
            Ok(hosts) if hosts.is_empty() => Published::Wrong("there is none".to_owned()),
            Ok(hosts) => {
                let bare = |name: &str| name.trim_end_matches('.').to_lowercase();
                match hosts.iter().any(|(_, found)| bare(found) == bare(host)) {
                    true => Published::Right,
                    false => Published::Wrong("it names other hosts".to_owned()),
                }
            }
        }
    }

    async fn text(&self, resolver: &Resolver) -> Published {
        let found = match resolver.txt(&self.name).await {
            Err(e) => return Published::Unknown(e.message),
            Ok(found) => found,
        };
        let version = self.value.split([';', ' ']).next().unwrap_or_default();
        let found: Vec<&String> = found.iter().filter(|text| begins(text, version)).collect();
        let Some(key) = tag(&self.value, "p").filter(|_| version == "v=DKIM1") else {
            // Of SPF and DMARC one may have a better one than ours.
            return match found.len() {
                0 => Published::Wrong("there is none".to_owned()),
                1 => Published::Right,
                _ => Published::Wrong("there are several, and then none counts".to_owned()),
            };
        };
        match found
            .iter()
            .any(|text| tag(text, "p").as_ref() == Some(&key))
        {
            true => Published::Right,
            false if found.is_empty() => Published::Wrong("there is none".to_owned()),
            false => Published::Wrong("it holds another key".to_owned()),
        }
    }
}

fn begins(text: &str, version: &str) -> bool {
    text.get(..version.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(version))
}

/// A tag's value without the spaces that may stand in it (RFC 6376 §3.2).
fn tag(text: &str, name: &str) -> Option<String> {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(found, _)| found.trim() == name)
        .map(|(_, value)| value.split_whitespace().collect())
        .next()
}

fn strings(text: &str) -> String {
    let mut strings = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (string, behind) = rest.split_at_checked(TXT_BYTES_MAX).unwrap_or((rest, ""));
        strings.push(format!("\"{string}\""));
        rest = behind;
    }
    strings.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_printed_is_what_is_found_once_it_is_published() {
        let signer = Signer::generate("crm.example", "rapport-ed").unwrap();
        let records = records("crm.example", "mx.crm.example", &[signer]);
        let names: Vec<_> = records.iter().map(|r| (r.kind, &*r.name)).collect();
        assert_eq!(
            names,
            [
                ("MX", "crm.example"),
                ("TXT", "crm.example"),
                ("TXT", "_dmarc.crm.example"),
                ("TXT", "rapport-ed._domainkey.crm.example"),
            ]
        );
        let zone: Vec<String> = records.iter().map(Record::line).collect();
        let resolver = Resolver::zone(&zone.join("\n")).unwrap();
        let empty = Resolver::zone("").unwrap();
        for record in &records {
            assert_eq!(
                record.published(&resolver).await,
                Published::Right,
                "{record:?}"
            );
            let missing = Published::Wrong("there is none".to_owned());
            assert_eq!(record.published(&empty).await, missing, "{record:?}");
        }
    }

    #[tokio::test]
    async fn another_key_another_host_and_two_policies_are_told() {
        let signer = Signer::generate("crm.example", "rapport-ed").unwrap();
        let records = records("crm.example", "mx.crm.example", &[signer]);
        let zone = "crm.example. MX 10 other.example.\n\
            crm.example. TXT \"v=spf1 -all\"\ncrm.example. TXT \"V=SPF1 mx ~all\"\n\
            _dmarc.crm.example. TXT \"v=DMARC1; p=reject\"\n\
            rapport-ed._domainkey.crm.example. TXT \"v=DKIM1; k=ed25519; p=AAAA\"\n";
        let resolver = Resolver::zone(zone).unwrap();
        let mut found = Vec::new();
        for record in &records {
            found.push(record.published(&resolver).await);
        }
        let wrong = |words: &str| Published::Wrong(words.to_owned());
        assert_eq!(
            found,
            [
                wrong("it names other hosts"),
                wrong("there are several, and then none counts"),
                Published::Right,
                wrong("it holds another key"),
            ]
        );
    }

    #[test]
    fn a_long_text_is_several_strings() {
        let record = Record {
            name: "x.example".to_owned(),
            kind: "TXT",
            value: "a".repeat(300),
        };
        let expected = format!(
            "x.example. TXT \"{}\" \"{}\"",
            "a".repeat(255),
            "a".repeat(45)
        );
        assert_eq!(record.line(), expected);
    }

    #[test]
    fn without_a_domain_there_is_nothing_to_publish() {
        assert_eq!(records("localhost", "localhost", &[]), []);
    }
}
