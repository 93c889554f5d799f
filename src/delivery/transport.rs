//! The ways out: a relay host, or a folder. Both are the product's.

use super::folder;
use super::gate::Gate;
use super::outbound::{Outbound, Relay};
use super::refusal::Refusal;
use super::smtp::{Patience, SmtpRelay};
use crate::domain::Result;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// One mail on its way, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Names it among all of this instance: the same when it is sent again.
    pub name: String,
    /// MAIL FROM, without angle brackets: a return path of ours.
    pub from: String,
    /// RCPT TO, without angle brackets.
    pub to: String,
    /// The bytes, with CRLF line ends.
    pub message: Vec<u8>,
}

/// A way out. Cheap to clone.
#[derive(Clone)]
pub enum Transport {
    /// To a relay host.
    Smtp(Arc<SmtpRelay>),
    /// Into a folder.
    Folder(PathBuf),
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Transport::Smtp(_) => f.write_str("Transport::Smtp"),
            Transport::Folder(_) => f.write_str("Transport::Folder"),
        }
    }
}

impl Transport {
    /// Opens what the setting names; connects to nothing yet. `host_name` is what we call ourselves.
    pub fn open(outbound: Outbound, host_name: &str, patience: Patience) -> Result<Transport> {
        Ok(match outbound {
            Outbound::Folder(folder) => Transport::Folder(folder),
            Outbound::Relay(relay) => {
                let relay = SmtpRelay::new(relay, host_name, patience)?;
                Transport::Smtp(Arc::new(relay))
            }
        })
    }

    /// The way to a relay that a workspace named; connects to nothing yet.
    pub(super) fn behind(gate: &Gate, relay: Relay) -> Result<Transport> {
        Ok(Transport::Smtp(Arc::new(SmtpRelay::behind(gate, relay)?)))
    }

    /// Hands one mail over; what comes back is what the other side said to it. Never panics, never waits for ever.
    pub async fn send(&self, parcel: &Parcel) -> Result<String, Refusal> {
        // Nothing in an address may end its command and begin another.
        let is_plain = |address: &str| {
            !address
                .chars()
                .any(|c| c.is_control() || " <>\"\\".contains(c))
        };
        if !is_plain(&parcel.to) || !is_plain(&parcel.from) {
            return Err(Refusal::Never {
                words: "the address cannot be written to".to_owned(),
                is_gone: false,
            });
        }
        match self {
            Transport::Smtp(relay) => relay.send(parcel).await,
            Transport::Folder(folder) => folder::put(folder, parcel).await,
        }
    }

    /// Says good-bye.
    pub async fn close(&self) {
        if let Transport::Smtp(relay) = self {
            relay.close().await;
        }
    }
}
