//! Whom a member's letters to contacts come from: the contact's own address of ours, or an address of the member.
//!
//! *Architecture invariant:* what is written from a member's address is aligned (DMARC): the workspace has a relay that vouches for
//! it, or keys of the workspace that stand in the DNS of its domain sign it. Else it comes from the contact's own address.

use crate::domain::{Result, address, people};
use crate::store::Tx;
use crate::store::workspace::{members, sending};

/// Whom a member's letters come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The contact's own address: nothing else was chosen.
    Capture,
    /// The member's address.
    Own(String),
    /// The contact's own address, since the one that was chosen cannot be used: why, in words.
    NotYet(String),
}

/// Whom the letters of a member come from now.
pub async fn of_member(tx: &mut Tx, member_id: i64, mail_domain: &str) -> Result<Sender> {
    let chosen = members::settings(tx, member_id).await?.from;
    let Some(address) = chosen else {
        return Ok(Sender::Capture);
    };
    let why = why_not(tx, member_id, &address, mail_domain).await?;
    Ok(match why {
        None => Sender::Own(address),
        Some(why) => Sender::NotYet(why),
    })
}

/// Whether an address is one that a member may choose.
pub async fn may_choose(
    tx: &mut Tx,
    member_id: i64,
    address: &str,
    mail_domain: &str,
) -> Result<bool> {
    let own = members::own_addresses(tx, member_id).await?;
    Ok(own.iter().any(|one| one == address) && !is_ours(domain_of(address), mail_domain))
}

/// Whether a workspace may sign for a domain of one of its members: not for ours, nor for one in which everybody has a mailbox.
pub fn may_sign(domain: &str, mail_domain: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    domain.contains('.')
        && domain.chars().all(is_name)
        && !is_ours(domain, mail_domain)
        && !people::is_public_provider(domain)
}

async fn why_not(
    tx: &mut Tx,
    member_id: i64,
    address: &str,
    mail_domain: &str,
) -> Result<Option<String>> {
    if !may_choose(tx, member_id, address, mail_domain).await? {
        return Ok(Some("it is no address of yours here".to_owned()));
    }
    if sending::relay(tx).await?.is_some() {
        return Ok(None);
    }
    let domain = domain_of(address);
    let keys = sending::keys_of(tx, domain).await?;
    if keys
        .iter()
        .any(|key| key.is_published && key.is_known_to_all())
    {
        return Ok(None);
    }
    Ok(Some(match may_sign(domain, mail_domain) {
        true => format!(
            "it would be taken for forged: no relay of this workspace sends it, and no key of it stands in the DNS of {domain}. An \
             admin sets that up on the page, under Workspace, Sending"
        ),
        false => format!(
            "it would be taken for forged: at {domain} only a relay of this workspace could send it. An admin sets one up on the \
             page, under Workspace, Sending"
        ),
    }))
}

fn domain_of(address: &str) -> &str {
    address::split(address).map_or("", |(_, domain)| domain)
}

/// Whether a domain is that of our own addresses, or below it.
fn is_ours(domain: &str, mail_domain: &str) -> bool {
    domain == mail_domain
        || domain
            .strip_suffix(mail_domain)
            .is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_signs_for_us_or_for_everybody() {
        for (domain, may) in [
            ("studio.example", true),
            ("mail.studio.example", true),
            ("notcrm.example", true),
            ("crm.example", false),
            ("mx.crm.example", false),
            ("gmail.com", false),
            ("localhost", false),
            ("st\u{fc}dio.example", false),
            ("a b.example", false),
            ("", false),
        ] {
            assert_eq!(may_sign(domain, "crm.example"), may, "{domain}");
        }
    }
}
