//! What can be said of a ZIP of ours before anything is written, and in what words.

use super::archive::{Archive, fault};
use super::format;
use crate::domain::{Error, Kind, Result, address};
use crate::store::registry::{AccountLine, MembershipLine};
use crate::store::workspace::transfer::Cell;
use std::collections::HashSet;

/// The longest slug.
pub(super) const SLUG_BYTES_MAX: usize = 64;

/// All rows of a file that is never long.
pub(super) async fn all<T: serde::de::DeserializeOwned + Send + 'static>(
    archive: &Archive,
    name: &str,
) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    let mut pages = archive.rows(name.to_owned());
    while let Some(page) = pages.recv().await {
        rows.extend(page?.into_iter().map(|line| line.value));
        if rows.len() > format::MEMBERS_MAX {
            return Err(fault(name, None, &"a workspace has 10,000 members at most"));
        }
    }
    Ok(rows)
}

pub(super) fn workspace_itself(name: &str, rows: &[Vec<Cell>]) -> Result<(i64, String)> {
    match rows {
        [] => Ok((0, "{}".to_owned())),
        [row] => match row.as_slice() {
            [
                Cell::Number(Some(1)),
                Cell::Number(Some(seq)),
                Cell::Text(Some(settings)),
            ] => Ok((*seq, settings.clone())),
            _ => Err(fault(name, Some(1), &"it is not the row of a workspace")),
        },
        _ => Err(fault(name, Some(2), &"a workspace has one row")),
    }
}

pub(super) fn demand_slug(slug: &str) -> Result<()> {
    let is_written = slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    match is_written && !slug.is_empty() && slug.len() <= SLUG_BYTES_MAX {
        true => Ok(()),
        false => Err(fault(format::WORKSPACE, None, &"its slug is no address")),
    }
}

pub(super) fn demand_people(
    accounts: &[AccountLine],
    memberships: &[MembershipLine],
) -> Result<()> {
    let mut ids = HashSet::new();
    for (account, number) in accounts.iter().zip(1..) {
        let is_address = address::split(&account.email).is_some()
            && address::normalise(&account.email) == account.email;
        if !is_address || !ids.insert(account.id) {
            let what = format!("\"{}\" is no account, or stands there twice", account.email);
            return Err(fault(format::ACCOUNTS, Some(number), &what));
        }
    }
    for (membership, number) in memberships.iter().zip(1..) {
        if !ids.remove(&membership.account_id) {
            let what = "it is of no account of the export, or stands there twice";
            return Err(fault(format::MEMBERSHIPS, Some(number), &what));
        }
    }
    Ok(())
}

pub(super) fn incomplete(name: &str, wanted: u64, count: u64) -> Error {
    let what = format!("it has {count} rows, and the manifest says {wanted}");
    fault(name, None, &what)
}

/// What the database refused, with the file that it came from.
pub(super) fn within(name: &str, error: Error) -> Error {
    match error.kind {
        Kind::Conflict | Kind::Corrupt => {
            let fault = fault(
                name,
                None,
                &"a row stands there twice, or leads to one that is not there",
            );
            match error.cause {
                Some(cause) => fault.because(cause),
                None => fault,
            }
        }
        _ => error,
    }
}
