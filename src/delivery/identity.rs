//! Domains of members that a workspace signs for, and letters to contacts that come from a member's own address.
//!
//! A key signs once the DNS was found to hold it, and as long as it does: that is asked again in an hour, before a letter goes.

use super::signing::{self, signed};
use crate::commands::reply::Block;
use crate::commands::sender::{self, Sender};
use crate::domain::{Error, InstanceKey, Kind, Result, address, chance};
use crate::mail::compose;
use crate::mail::records::{Published, Record};
use crate::mail::resolver::Resolver;
use crate::mail::sign::Signer;
use crate::post::{Letterhead, Occasion, admins};
use crate::store::Store;
use crate::store::registry::Lane;
use crate::store::workspace::sending::{self, KeyRow};

/// Domains of one workspace.
const DOMAINS_MAX: usize = 10;
/// Letters that tell a selector of this workspace from any other.
const SELECTOR_LETTERS: usize = 10;
/// How long an answer of the DNS is believed.
const CHECKED_US: i64 = 3_600_000_000;

/// Makes keys for a domain, none of which signs yet; nothing where there are some. `Kind::TooMuch` where there are too many
/// domains already. Takes seconds in a debug build.
pub async fn add<const AT_ONCE: usize>(
    store: &Store,
    workspace_id: i64,
    domain: &str,
    random: fn() -> [u8; AT_ONCE],
    now_us: i64,
) -> Result<()> {
    let workspace = store.workspaces.get(workspace_id).await?;
    if !may_add(&sending::keys(&mut workspace.read().await?).await?, domain)? {
        return Ok(());
    }
    let selector = address::token(&chance::nonce::<SELECTOR_LETTERS, AT_ONCE>(random));
    let selectors = ["ed", "rsa"].map(|kind| format!("rapport-{selector}-{kind}"));
    let made = signing::pair(domain, selectors).await?;
    let mut tx = workspace.write().await?;
    // Somebody else may have been faster.
    if !may_add(&sending::keys(&mut tx).await?, domain)? {
        return Ok(());
    }
    for (signer, algorithm) in made.iter().zip(["ed25519", "rsa"]) {
        let purpose = purpose(workspace_id, signer.selector(), domain);
        let key = store.registry.key();
        let row = KeyRow {
            selector: signer.selector().to_owned(),
            domain: domain.to_owned(),
            algorithm: algorithm.to_owned(),
            sealed: key.seal(&purpose, signer.to_pem().as_bytes(), chance::nonce(random))?,
            is_published: false,
            checked_at: None,
        };
        sending::add_key(&mut tx, &row, now_us).await?;
    }
    tx.commit().await
}

/// Whether a domain is new here; an error where there are too many.
fn may_add(there: &[KeyRow], domain: &str) -> Result<bool> {
    if there.iter().any(|key| key.domain == domain) {
        return Ok(false);
    }
    match there.len() < 2 * DOMAINS_MAX {
        true => Ok(true),
        false => Err(Error::new(
            Kind::TooMuch,
            format!("There are {DOMAINS_MAX} domains already. Remove one first."),
        )),
    }
}

/// A sealed key that was moved to another row or workspace opens no more.
fn purpose(workspace_id: i64, selector: &str, domain: &str) -> String {
    format!("sending-key {workspace_id} {selector} {domain}")
}

fn open(key: &InstanceKey, workspace_id: i64, row: &KeyRow) -> Result<Signer> {
    let purpose = purpose(workspace_id, &row.selector, &row.domain);
    let pem = key.open(&purpose, &row.sealed)?;
    Signer::from_pem(&row.domain, &row.selector, &String::from_utf8_lossy(&pem))
}

/// The record to publish for a key.
pub fn record(key: &InstanceKey, workspace_id: i64, row: &KeyRow) -> Result<Record> {
    Ok(Record::of_signer(&open(key, workspace_id, row)?))
}

/// Asks the DNS for the keys of a domain, and writes down what it says; gives that by selector. Where what stood there is gone, the
/// admins are told. Where the DNS does not answer, all stays as it was.
pub async fn check<const AT_ONCE: usize>(
    store: &Store,
    resolver: Option<&Resolver>,
    head: &Letterhead<'_>,
    random: fn() -> [u8; AT_ONCE],
    domain: &str,
) -> Result<Vec<(String, Published)>> {
    let workspace = store.workspaces.get(head.workspace_id).await?;
    let rows = sending::keys_of(&mut workspace.read().await?, domain).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let record = record(head.key, head.workspace_id, row)?;
        let published = match resolver {
            Some(resolver) => record.published(resolver).await,
            None => Published::Unknown("nobody is asked here".to_owned()),
        };
        found.push((row.selector.clone(), published));
    }
    let mut tx = workspace.write().await?;
    let before = sending::keys_of(&mut tx, domain).await?;
    let mut is_lost = false;
    for (selector, published) in &found {
        let is_published = match published {
            Published::Right => true,
            Published::Wrong(_) => false,
            Published::Unknown(_) => continue,
        };
        let stood = |row: &&KeyRow| row.selector == *selector && row.is_published;
        is_lost |= !is_published
            && before
                .iter()
                .find(stood)
                .is_some_and(KeyRow::is_known_to_all);
        sending::mark_key(&mut tx, selector, is_published, head.now_us).await?;
    }
    if is_lost {
        let blocks = |_: &jiff::tz::TimeZone| {
            vec![Block::Lines(vec![
                format!(
                    "The record by which letters from {domain} are signed is no longer in the DNS as it should be."
                ),
                format!(
                    "Until it is, letters of yours from {domain} that no relay of this workspace vouches for come from the contact's \
                     own address again. The page shows the record, under Workspace, Sending."
                ),
            ])]
        };
        let subject = format!("No longer signed: letters from {domain}");
        admins::tell(&mut tx, head, random, (Occasion::Notice, &subject), blocks).await?;
        store
            .registry
            .wake(head.workspace_id, Lane::Delivery, head.now_us)
            .await?;
    }
    tx.commit().await?;
    Ok(found)
}

/// A letter of a member to a contact as it leaves: from whom the member chose, where that is aligned, and signed by keys of the
/// domain that it comes from. `ours` sign for the domain of our own addresses.
pub async fn dressed<const AT_ONCE: usize>(
    store: &Store,
    resolver: Option<&Resolver>,
    head: &Letterhead<'_>,
    random: fn() -> [u8; AT_ONCE],
    (member_id, message, ours): (Option<i64>, Vec<u8>, &[Signer]),
) -> Result<Vec<u8>> {
    let workspace = store.workspaces.get(head.workspace_id).await?;
    let Some(member_id) = member_id else {
        return signed(ours, message);
    };
    let mut tx = workspace.read().await?;
    let mut sender = sender::of_member(&mut tx, member_id, head.mail_domain).await?;
    let mut keys = keys_for(&mut tx, &sender).await?;
    drop(tx);
    let is_old = |key: &KeyRow| {
        key.checked_at
            .is_none_or(|at| at + CHECKED_US <= head.now_us)
    };
    if let Some(key) = keys.iter().find(|key| key.is_published && is_old(key)) {
        check(store, resolver, head, random, &key.domain).await?;
        let mut tx = workspace.read().await?;
        sender = sender::of_member(&mut tx, member_id, head.mail_domain).await?;
        keys = keys_for(&mut tx, &sender).await?;
    }
    let Sender::Own(address) = sender else {
        return signed(ours, message);
    };
    let Ok(message) = compose::sent_as(&message, &address) else {
        return signed(ours, message);
    };
    let published = keys.iter().filter(|key| key.is_published);
    let signers: Result<Vec<Signer>> = published
        .map(|row| open(head.key, head.workspace_id, row))
        .collect();
    signed(&signers?, message)
}

/// The keys of the domain that a letter comes from.
async fn keys_for(tx: &mut crate::store::Tx, sender: &Sender) -> Result<Vec<KeyRow>> {
    let Sender::Own(address) = sender else {
        return Ok(Vec::new());
    };
    match address::split(address) {
        Some((_, domain)) => sending::keys_of(tx, domain).await,
        None => Ok(Vec::new()),
    }
}
