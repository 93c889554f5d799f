//! The relay of a workspace's own: its password at rest, the way to it, a trial, and what follows when it is shut.
//!
//! Letters to contacts go by it, or wait; they go by no other way as long as it is set. Our own letters to members, of which one
//! says that it is shut, go by the operator's.

use super::gate::{self, Gate, Private};
use super::lane::Delivery;
use super::outbound::{Relay, Tls};
use super::transport::{Parcel, Transport};
use crate::commands::reply::Block;
use crate::domain::instance_key::SEAL_NONCE_BYTES;
use crate::domain::{Error, InstanceKey, Result};
use crate::post::{Letterhead, Occasion, admins};
use crate::store::Tx;
use crate::store::registry::Lane;
use crate::store::workspace::outbox;
use crate::store::workspace::sending::{self, RelayRow};
use moka::future::Cache;
use std::net::IpAddr;
use std::time::Duration;

const HOST_BYTES_MAX: usize = 253;
const NAME_BYTES_MAX: usize = 255;
const PASSWORD_BYTES_MAX: usize = 512;
/// Ways that are kept with their connections, and for how long they may rest.
const WAYS_MAX: u64 = 64;
const WAY_IDLE: Duration = Duration::from_secs(60);
/// A trial takes no longer: somebody looks at the page.
const TRIAL: Duration = Duration::from_secs(60);

/// A relay as an admin typed it.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Its name or address.
    pub host: &'a str,
    /// Its port.
    pub port: &'a str,
    /// TLS from the first byte, else STARTTLS.
    pub is_implicit: bool,
    /// Who signs in.
    pub name: &'a str,
    /// Empty: the one that was set before, for the same host and name.
    pub password: &'a str,
}

/// The relay as it is kept. `Kind::Invalid` says what is wrong, and shows no password.
pub fn row(
    gate: &Gate,
    (key, nonce): (&InstanceKey, [u8; SEAL_NONCE_BYTES]),
    workspace_id: i64,
    before: Option<&RelayRow>,
    wanted: Wanted<'_>,
) -> Result<RelayRow> {
    let host = wanted.host.to_lowercase();
    let host = host.trim_end_matches('.');
    let is_address = host.parse::<IpAddr>();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let is_name = host.len() <= HOST_BYTES_MAX && host.contains('.') && host.chars().all(is_plain);
    match is_address {
        Ok(address) if !gate.takes_address(address) => {
            return Err(Error::invalid("That address is not one of the internet."));
        }
        Err(_) if !is_name && (gate.private.is_none() || host.is_empty()) => {
            return Err(Error::invalid(
                "That is no host; write one such as smtp.relay.example.",
            ));
        }
        _ => {}
    }
    let port = wanted
        .port
        .parse()
        .ok()
        .filter(|port| gate.takes_port(*port));
    let port = port.ok_or_else(|| {
        Error::invalid(
            "The port is one of 25, 465, 587 and 2525: 465 with TLS, the others with STARTTLS.",
        )
    })?;
    let is_word = |text: &str, max: usize| text.len() <= max && !text.contains(char::is_control);
    if wanted.name.is_empty() || !is_word(wanted.name, NAME_BYTES_MAX) {
        return Err(Error::invalid(
            "The name that is signed in with is missing, or too long.",
        ));
    }
    if !is_word(wanted.password, PASSWORD_BYTES_MAX) {
        return Err(Error::invalid("The password is too long."));
    }
    let kept = before.filter(|row| row.host == host && row.name == wanted.name);
    let sealed = match (wanted.password, kept) {
        ("", Some(row)) => row.sealed.clone(),
        // A password is for whom it was typed for: another host would be told it.
        ("", None) => {
            return Err(Error::invalid(
                "For another host or name, type the password too.",
            ));
        }
        (password, _) => {
            let purpose = purpose(workspace_id, host, wanted.name);
            key.seal(&purpose, password.as_bytes(), nonce)?
        }
    };
    Ok(RelayRow {
        host: host.to_owned(),
        port: i64::from(port),
        is_implicit: wanted.is_implicit,
        name: wanted.name.to_owned(),
        sealed,
        error: None,
    })
}

/// A password that was moved to another host, name or workspace opens no more.
fn purpose(workspace_id: i64, host: &str, name: &str) -> String {
    format!("relay {workspace_id} {host} {name}")
}

/// The way to a relay; connects to nothing yet. `Kind::Corrupt` where its password was sealed by another key.
fn open(gate: &Gate, key: &InstanceKey, workspace_id: i64, row: &RelayRow) -> Result<Transport> {
    let password = key.open(&purpose(workspace_id, &row.host, &row.name), &row.sealed)?;
    let password = String::from_utf8_lossy(&password).into_owned();
    let relay = Relay {
        host: row.host.clone(),
        port: u16::try_from(row.port).unwrap_or_default(),
        tls: match row.is_implicit {
            true => Tls::Implicit,
            false => Tls::Required,
        },
        credentials: Some((row.name.clone(), password)),
        certificate: gate
            .private
            .clone()
            .and_then(|Private { certificate }| certificate),
    };
    Transport::behind(gate, relay)
}

/// Hands a letter over at once. What the relay said, or why it was not handed over: one short line.
pub async fn trial(
    gate: &Gate,
    key: &InstanceKey,
    workspace_id: i64,
    row: &RelayRow,
    parcel: &Parcel,
) -> Result<String, String> {
    let way = open(gate, key, workspace_id, row).map_err(|e| e.message)?;
    let sent = tokio::time::timeout(TRIAL, way.send(parcel)).await;
    let said = match sent {
        Ok(Ok(said)) => Ok(gate::shown(&said)),
        Ok(Err(refusal)) => Err(gate::shown(refusal.words())),
        Err(_) => Err("the relay did not answer in time".to_owned()),
    };
    way.close().await;
    said
}

/// The ways to relays of workspaces, with the connections that rest. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Ways(Cache<i64, (RelayRow, Transport)>);

impl Ways {
    pub(super) fn new() -> Ways {
        let open = Cache::builder().max_capacity(WAYS_MAX);
        Ways(open.time_to_idle(WAY_IDLE).build())
    }

    /// The way to a relay as it is set now.
    pub(super) async fn to(
        &self,
        delivery: &Delivery,
        workspace_id: i64,
        row: &RelayRow,
    ) -> Result<Transport> {
        let is_same = |before: &RelayRow| {
            let of = |row: &RelayRow| (row.port, row.is_implicit, row.sealed.clone());
            of(before) == of(row)
        };
        if let Some((before, way)) = self.0.get(&workspace_id).await
            && is_same(&before)
        {
            return Ok(way);
        }
        let key = delivery.store.registry.key();
        let way = open(&delivery.settings.gate, key, workspace_id, row)?;
        self.0
            .insert(workspace_id, (row.clone(), way.clone()))
            .await;
        Ok(way)
    }
}

/// A relay is shut: what is due rests until a time, and its admins are told once.
pub(super) async fn is_shut(
    delivery: &Delivery,
    tx: &mut Tx,
    workspace_id: i64,
    (row, until_us, words): (&RelayRow, i64, &str),
) -> Result<()> {
    let now_us = delivery.clock.now_us();
    let words = gate::shown(words);
    outbox::put_off(tx, now_us, until_us, &words).await?;
    if !sending::relay_is_shut(tx, &row.sealed, &words, now_us).await? {
        return Ok(());
    }
    tracing::warn!(workspace_id, "the relay of a workspace is shut");
    let blocks = |_: &jiff::tz::TimeZone| {
        vec![
            Block::Lines(vec![format!(
                "Letters to your contacts wait: {}, the relay of this workspace, does not take them.",
                row.host
            )]),
            Block::Quote(words.clone()),
            Block::Lines(vec![
                "They are tried again by themselves, for five days, and go by no other way. Set the relay right on the page, under \
                 Workspace, Sending; then they go at once."
                    .to_owned(),
            ]),
        ]
    };
    let subject = "Letters to contacts wait: your relay is shut";
    let head = head(delivery, workspace_id, now_us);
    admins::tell(
        tx,
        &head,
        delivery.random,
        (Occasion::Notice, subject),
        blocks,
    )
    .await?;
    let registry = &delivery.store.registry;
    registry.wake(workspace_id, Lane::Delivery, now_us).await
}

/// What letters of ours to members of a workspace have in common.
pub(super) fn head(delivery: &Delivery, workspace_id: i64, now_us: i64) -> Letterhead<'_> {
    Letterhead {
        key: delivery.store.registry.key(),
        mail_domain: &delivery.settings.mail_domain,
        workspace_id,
        now_us,
    }
}
