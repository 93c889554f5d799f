//! `rapport init`: a workspace, its addresses, and an app password.

use super::{App, now_us};
use crate::commands::founding::{self, By, Founder};
use crate::domain::{Error, Result, address};
use crate::mail::records::{self, Record};

/// Letters of an app password: enough to keep out.
const PASSWORD_LETTERS: usize = 20;

/// What was made. The password is in no database in clear, and is shown this once.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    /// The workspace's name.
    pub workspace: String,
    /// The owner's address.
    pub owner: String,
    /// Where the owner forwards and BCCs to.
    pub intake: String,
    /// The workspace's own address.
    pub plain: String,
    /// For SMTP AUTH.
    pub app_password: String,
    /// What to publish in the DNS; nothing where there is no mail domain yet.
    pub dns: Vec<Record>,
}

impl App {
    /// Makes a workspace with its owner.
    pub async fn init(&self, owner: &str, workspace: Option<&str>) -> Result<Made> {
        let owner = address::normalise(owner);
        let (_, domain) = address::split(&owner).ok_or_else(|| {
            Error::invalid(format!(
                "\"{owner}\" is no mail address; write --owner you@your.example"
            ))
        })?;
        let name = workspace.unwrap_or_else(|| domain.split('.').next().unwrap_or(domain));
        let intake = address::intake(rand::random());
        let app_password = token::<PASSWORD_LETTERS>();
        let signers = self.signers().await?;
        let zone = system_zone();
        let founder = Founder {
            email: &owner,
            by: By::Operator,
            app_password: &app_password,
            zone: zone.as_deref(),
            intake: &intake,
        };
        let (row, _) = founding::found(&self.store, name, founder, now_us()).await?;
        Ok(Made {
            workspace: name.to_owned(),
            owner,
            intake: format!("{intake}@{}", self.config.mail_domain),
            plain: format!("{}@{}", row.slug, self.config.mail_domain),
            app_password: address::grouped(&app_password, 4, "-"),
            dns: records::records(&self.config.mail_domain, &self.config.host_name, &signers),
        })
    }
}

impl Made {
    /// For programs.
    pub fn json(&self) -> String {
        serde_json::json!({
            "workspace": self.workspace,
            "owner": self.owner,
            "intake": self.intake,
            "plain": self.plain,
            "app_password": self.app_password,
            "dns": self.dns.iter().map(Record::json).collect::<Vec<_>>(),
        })
        .to_string()
    }

    /// For people.
    pub fn text(&self) -> String {
        format!(
            "The workspace \"{}\" is made. Its owner is {}.\n\n  \
             Forward or BCC mail to   {}\n  The workspace's address  {}\n  \
             App password for SMTP    {}   (shown only now)\n\n\
             Put the first address into your address book, then run `rapport serve`.{}",
            self.workspace,
            self.owner,
            self.intake,
            self.plain,
            self.app_password,
            self.dns_text()
        )
    }

    fn dns_text(&self) -> String {
        if self.dns.is_empty() {
            return String::new();
        }
        let lines: Vec<String> = self.dns.iter().map(Record::line).collect();
        format!(
            "\n\nPublish in the DNS (SPF must also name your relay host, where there is one), then run `rapport check`:\n\n{}",
            lines.join("\n")
        )
    }
}

/// The machine's zone by its IANA name; nothing where it has none.
fn system_zone() -> Option<String> {
    jiff::tz::TimeZone::system().iana_name().map(str::to_owned)
}

fn token<const LETTERS: usize>() -> String {
    address::token(&rand::random::<[u8; LETTERS]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_grouped_by_four() {
        assert_eq!(address::grouped("abcdefghij", 4, "-"), "abcd-efgh-ij");
    }
}
