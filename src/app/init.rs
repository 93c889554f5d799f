//! `rapport init`: a workspace, its addresses, and an app password.

use super::{App, now_us};
use crate::domain::member_settings::MemberSettings;
use crate::domain::{Error, Result, address, dates};
use crate::mail::records::{self, Record};
use crate::store::registry::{Lane, NewWorkspace};
use crate::store::workspace::members::{self, MemberRow};

/// Local parts that mean something of their own and can be no workspace.
const RESERVED: [&str; 12] = [
    "abuse",
    "admin",
    "help",
    "hostmaster",
    "info",
    "log",
    "mailer-daemon",
    "no-reply",
    "postmaster",
    "root",
    "security",
    "webmaster",
];
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
        let slug = slug_of(name)?;
        let intake = address::intake(rand::random());
        let app_password = token::<PASSWORD_LETTERS>();
        let signers = self.signers().await?;
        let now_us = now_us();
        let new = NewWorkspace {
            slug: &slug,
            name,
            owner_email: &owner,
            intake: &intake,
            app_password: &app_password,
        };
        let (row, account) = self.store.registry.make_workspace(new, now_us).await?;
        let workspace = self.store.workspaces.get(row.id).await?;
        let mut tx = workspace.write().await?;
        let member = MemberRow {
            id: account.id,
            email: account.email,
            name: None,
            role: "owner".to_owned(),
        };
        members::put(&mut tx, &member).await?;
        let settings = MemberSettings {
            zone: system_zone(),
            ..MemberSettings::default()
        };
        members::put_settings(&mut tx, member.id, &settings).await?;
        // The digest of a workspace that is made while the server runs.
        self.store.registry.wake(row.id, Lane::Time, now_us).await?;
        tx.commit().await?;
        Ok(Made {
            workspace: name.to_owned(),
            owner,
            intake: format!("{intake}@{}", self.config.mail_domain),
            plain: format!("{slug}@{}", self.config.mail_domain),
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

/// The local part that a name gives: letters, digits and hyphens.
pub(super) fn slug_of(name: &str) -> Result<String> {
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    // Two hyphens set a tag apart.
    let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
    let slug = words.join("-");
    if slug.is_empty() || slug.len() > 40 {
        return Err(Error::invalid(format!(
            "\"{name}\" gives no address; choose a --workspace of 1 to 40 letters and digits"
        )));
    }
    if RESERVED.contains(&slug.as_str()) || dates::from_address_word(&slug).is_some() {
        return Err(Error::invalid(format!(
            "\"{slug}\" is an address with a meaning of its own; choose another with --workspace"
        )));
    }
    Ok(slug)
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
    fn a_name_gives_a_plain_local_part_or_an_error_that_says_what_to_do() {
        assert_eq!(slug_of("Acme Design").unwrap(), "acme-design");
        assert_eq!(slug_of("Bürö!").unwrap(), "b-r");
        assert_eq!(slug_of("Foo & Bar -- Co").unwrap(), "foo-bar-co");
        for name in ["", "!!!", "postmaster", "Friday", "3 days", &"x".repeat(41)] {
            assert!(
                slug_of(name).unwrap_err().message.contains("--workspace"),
                "{name}"
            );
        }
    }

    #[test]
    fn a_password_is_grouped_by_four() {
        assert_eq!(address::grouped("abcdefghij", 4, "-"), "abcd-efgh-ij");
    }
}
