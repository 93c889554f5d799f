//! How far a long import is, and whether it is to stop.

use crate::domain::{Error, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

/// Shared by who imports and who looks.
#[derive(Debug, Default)]
pub struct Watch {
    done: AtomicU64,
    total: AtomicU64,
    people: AtomicU64,
    /// Stops the import at its next step. Of a workspace nothing stays; people who are here stay.
    pub stop: CancellationToken,
}

impl Watch {
    /// A watch with a stop of somebody else's.
    pub fn stopped_by(stop: CancellationToken) -> Watch {
        Watch {
            stop,
            ..Watch::default()
        }
    }

    /// So many rows there will be.
    pub(super) fn begin(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// So many more are done; an error where it is to stop.
    pub(super) fn step(&self, rows: usize) -> Result<()> {
        self.done.fetch_add(rows as u64, Ordering::Relaxed);
        match self.stop.is_cancelled() {
            true => Err(Error::unavailable("stopped; nothing was imported")),
            false => Ok(()),
        }
    }

    /// So far it is, and so many people were done; an error where it is to stop.
    pub(super) fn reach(&self, done: u64, people: usize) -> Result<()> {
        self.done.store(done, Ordering::Relaxed);
        self.people.fetch_add(people as u64, Ordering::Relaxed);
        match self.stop.is_cancelled() {
            true => Err(Error::unavailable("it was stopped")),
            false => Ok(()),
        }
    }

    /// How many people were done.
    pub fn people(&self) -> u64 {
        self.people.load(Ordering::Relaxed)
    }

    /// How far it is, from 0 to 99.
    pub fn percent(&self) -> u64 {
        let done = self.done.load(Ordering::Relaxed).saturating_mul(100);
        let total = self.total.load(Ordering::Relaxed);
        done.checked_div(total).unwrap_or_default().min(99)
    }
}
