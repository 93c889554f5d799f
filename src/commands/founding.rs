//! Making a workspace: its address, its owner, its first settings. One place for the command line and the page; no text says it.

use super::team;
use crate::domain::member_settings::MemberSettings;
use crate::domain::{Error, Kind, Result, address, dates};
use crate::store::Store;
use crate::store::registry::{Account, Lane, NewWorkspace, Role, WorkspaceRow};
use crate::store::workspace::members;
use std::slice;

/// Local parts that mean something of their own and can be no workspace: by some of them a certificate authority asks who has a
/// domain.
const RESERVED: [&str; 21] = [
    "abuse",
    "admin",
    "administrator",
    "daemon",
    "help",
    "hostmaster",
    "info",
    "log",
    "mailer-daemon",
    "no-reply",
    "nobody",
    "noc",
    "noreply",
    "postmaster",
    "root",
    "security",
    "ssladmin",
    "sysadmin",
    "usenet",
    "webmaster",
    "www",
];
/// What speaks for the whole house, which the operator alone gives out.
const OF_THE_HOUSE: [&str; 8] = [
    "billing",
    "contact",
    "dmarc",
    "marketing",
    "office",
    "privacy",
    "sales",
    "support",
];
/// How many workspaces one may own and make another.
const OWNED_MAX: i64 = 10;
/// Letters of an address.
const SLUG_BYTES_MAX: usize = 40;
/// Letters of a name.
pub const NAME_CHARS_MAX: usize = 80;
/// Names with a number behind them that are tried.
const NUMBERS_MAX: u32 = 1_000;

/// By whose right a workspace is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever has the machine.
    Operator,
    /// Somebody at the page.
    Person,
}

impl By {
    /// Below how many workspaces the owner may make another; absent: any.
    pub fn owned_max(self) -> Option<i64> {
        (self == By::Person).then_some(OWNED_MAX)
    }
}

/// Who makes a workspace, and how.
#[derive(Clone, Copy, Debug)]
pub struct Founder<'a> {
    /// The owner's address, normalised.
    pub email: &'a str,
    /// By whose right.
    pub by: By,
    /// An app password, in clear; empty: none is made.
    pub app_password: &'a str,
    /// Where the owner is, by its IANA name.
    pub zone: Option<&'a str>,
    /// The local part of the owner's intake address.
    pub intake: &'a str,
}

/// Makes a workspace with its owner. `Kind::Invalid` where the name gives no address, `Kind::Conflict` where that is taken.
pub async fn found(
    store: &Store,
    name: &str,
    founder: Founder<'_>,
    now_us: i64,
) -> Result<(WorkspaceRow, Account)> {
    let slug = slug_of(name, founder.by)?;
    let new = NewWorkspace {
        slug: &slug,
        name,
        owner_email: founder.email,
        intake: founder.intake,
        app_password: founder.app_password,
    };
    let (row, account) = store
        .registry
        .make_workspace_within(new, founder.by.owned_max(), now_us)
        .await?;
    let workspace = store.workspaces.get(row.id).await?;
    let mut tx = workspace.write().await?;
    members::put(&mut tx, &team::row(&account, Role::Owner)).await?;
    let settings = MemberSettings {
        zone: founder.zone.map(str::to_owned),
        ..MemberSettings::default()
    };
    members::put_settings(&mut tx, account.id, &settings).await?;
    // The digest of a workspace that is made while the server runs.
    store.registry.wake(row.id, Lane::Time, now_us).await?;
    tx.commit().await?;
    Ok((row, account))
}

/// A name as it is kept; `Kind::Invalid` where it is none.
pub fn name_of(text: &str) -> Result<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name = !name.is_empty()
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.contains(char::is_control);
    match is_name {
        true => Ok(name),
        false => Err(Error::invalid("a name has one to 80 letters")),
    }
}

/// The local part that a name gives: letters, digits and hyphens.
pub fn slug_of(name: &str, by: By) -> Result<String> {
    let slug = address::hyphened(name);
    if slug.is_empty() || slug.len() > SLUG_BYTES_MAX {
        return Err(Error::invalid(format!(
            "\"{name}\" gives no address; choose another name, with 1 to 40 letters and digits"
        )));
    }
    let is_of_the_house = by == By::Person && OF_THE_HOUSE.contains(&slug.as_str());
    if is_of_the_house
        || RESERVED.contains(&slug.as_str())
        || dates::from_address_word(&slug).is_some()
    {
        return Err(Error::invalid(format!(
            "\"{slug}\" is an address with a meaning of its own; choose another name"
        )));
    }
    Ok(slug)
}

/// Whether a word has a meaning of its own in an address, or speaks for the whole house: who sees it takes it for that.
pub fn speaks_for_others(word: &str) -> bool {
    RESERVED.contains(&word) || OF_THE_HOUSE.contains(&word)
}

/// A slug that is free: this one, or with a number behind it.
pub async fn free_slug(store: &Store, wanted: &str) -> Result<String> {
    let wanted = slug_of(wanted, By::Person).or_else(|_| slug_of("workspace", By::Person))?;
    let stem: String = wanted.chars().take(SLUG_BYTES_MAX - 5).collect();
    let numbered =
        (2..NUMBERS_MAX).map(|number| format!("{}-{number}", stem.trim_end_matches('-')));
    for slug in std::iter::once(wanted).chain(numbered) {
        let is_free = store.registry.workspace_by_slug(&slug).await?.is_none()
            && store.registry.route(&slug).await?.is_none()
            && store
                .registry
                .released(slice::from_ref(&slug))
                .await?
                .is_empty()
            && slug_of(&slug, By::Person).is_ok();
        if is_free {
            return Ok(slug);
        }
    }
    Err(Error::new(
        Kind::Conflict,
        "no address of that name is free here; call the workspace otherwise",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_a_plain_local_part_or_an_error_that_says_what_to_do() {
        assert_eq!(slug_of("Acme Design", By::Person).unwrap(), "acme-design");
        assert_eq!(slug_of("Bürö!", By::Person).unwrap(), "b-r");
        assert_eq!(
            slug_of("Foo & Bar -- Co", By::Person).unwrap(),
            "foo-bar-co"
        );
        for name in [
            "",
            "!!!",
            "postmaster",
            "Administrator",
            "Friday",
            "3 days",
            &"x".repeat(41),
        ] {
            for by in [By::Operator, By::Person] {
                let error = slug_of(name, by).unwrap_err();
                assert!(error.message.contains("choose another name"), "{name}");
            }
        }
        assert_eq!(slug_of("Sales", By::Operator).unwrap(), "sales");
        assert!(slug_of("Sales", By::Person).is_err());
    }

    #[test]
    fn a_name_is_one_line_of_letters() {
        assert_eq!(name_of("  Acme \t Design ").unwrap(), "Acme Design");
        for text in ["", " ", "a\u{1}b", &"x".repeat(81)] {
            assert_eq!(name_of(text).unwrap_err().kind, Kind::Invalid, "{text:?}");
        }
    }
}
