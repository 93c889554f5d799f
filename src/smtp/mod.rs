//! The SMTP door: mail comes in and is on disk before 250 is said.
//!
//! [`session`] is the protocol without I/O; the rest is the world around it: [`serve`] binds and accepts, `connection` moves
//! bytes between a socket and a session, `places` shares the places out, `held` bounds memory and disk. Knows the registry,
//! not what mail or commands mean.

mod connection;
mod held;
mod listener;
mod places;
pub mod session;
mod sign_ins;
mod tls;
mod trace;

pub use listener::{Running, serve};
pub use session::Limits;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Everything the listener needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the greeting says.
    pub host_name: String,
    /// The domain behind every address of ours.
    pub mail_domain: String,
    /// For other servers; port 0 takes a free one.
    pub listen: SocketAddr,
    /// For members' mail programs, signed in.
    pub submission_listen: Option<SocketAddr>,
    /// Where the certificate comes from.
    pub certificate: Certificate,
    /// Folder for large messages that are coming in; its files have no names and go with the process.
    pub folder: PathBuf,
    /// Bounds of each session.
    pub limits: Limits,
    /// Bounds of all sessions together.
    pub bounds: Bounds,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// PEM files, read again when they change.
    Files {
        /// The certificate, then those that vouch for it.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// Made on first start and kept in this folder.
    SelfSigned {
        /// The data folder.
        folder: PathBuf,
    },
    /// No TLS at all.
    None,
}

/// Bounds of all sessions together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Sessions at one time.
    pub places: usize,
    /// Sessions at one time from one address; IPv6 addresses are one by their first 64 bits.
    pub places_of_address: usize,
    /// Sessions at one time from this machine itself, where relays and proxies speak for many.
    pub places_of_loopback: usize,
    /// Bytes of incoming messages in memory.
    pub memory_bytes_max: usize,
    /// Bytes of incoming messages in temporary files.
    pub disk_bytes_max: u64,
    /// Wrong passwords from one address in ten minutes.
    pub wrong_passwords_of_address: usize,
    /// Time for a command, or for the next 16 KiB of a message (RFC 5321 §4.5.3.2 asks for 5 minutes).
    pub silence_max: Duration,
    /// From 354 to the last byte.
    pub message_time_max: Duration,
    /// A session in all.
    pub session_time_max: Duration,
    /// From the stop to the end of messages that were coming in.
    pub drain_time_max: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            places: 1_000,
            places_of_address: 100,
            places_of_loopback: 1_000,
            memory_bytes_max: 48 * 1024 * 1024,
            disk_bytes_max: 2 * 1024 * 1024 * 1024,
            wrong_passwords_of_address: 10,
            silence_max: Duration::from_secs(300),
            message_time_max: Duration::from_secs(1_800),
            session_time_max: Duration::from_secs(7_200),
            drain_time_max: Duration::from_secs(20),
        }
    }
}
