//! How far a long import is, and whether it is to stop.

use crate::domain::{Error, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

/// Shared by who imports and who looks.
#[derive(Debug, Default)]
pub struct Watch {
    done: AtomicU64,
    total: AtomicU64,
    /// Stops the import at its next step; nothing of it stays.
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

    /// How far it is, from 0 to 99.
    pub fn percent(&self) -> u64 {
        let done = self.done.load(Ordering::Relaxed).saturating_mul(100);
        let total = self.total.load(Ordering::Relaxed);
        done.checked_div(total).unwrap_or_default().min(99)
    }
}
