//! Files that were uploaded and are looked at before they are taken in, and archives that are being read: in this process alone,
//! each for the account that brought it, and for an hour at most.

use crate::domain::{Error, Kind, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempPath;
use tokio_util::sync::CancellationToken;

/// Files at a time, of all accounts.
const UPLOADS_MAX: usize = 20;
/// Archives that are read at a time, of all accounts.
const READINGS_MAX: usize = 4;
/// What is not taken in after this is gone.
const KEPT: Duration = Duration::from_secs(3_600);

/// A file as it came.
#[derive(Clone)]
pub struct Upload {
    /// Who brought it.
    pub account_id: i64,
    /// For which workspace.
    pub workspace_id: i64,
    /// What it was called.
    pub name: String,
    /// Where it is; it goes with the last one who knows.
    pub path: Arc<TempPath>,
    at: Instant,
}

impl Upload {
    pub fn new(account_id: i64, workspace_id: i64, name: String, path: TempPath) -> Upload {
        Upload {
            account_id,
            workspace_id,
            name,
            path: Arc::new(path),
            at: Instant::now(),
        }
    }
}

/// An archive that is being read.
#[derive(Clone)]
pub struct Reading {
    /// Its file's name.
    pub name: String,
    /// How far it is, and in words; asked for when it is looked at.
    pub progress: Arc<dyn Fn() -> (u64, String) + Send + Sync>,
    /// How it ended: a sentence, and whether it went wrong.
    pub ended: Option<(String, bool)>,
    /// Stops it.
    pub stop: CancellationToken,
    at: Instant,
}

/// Both.
#[derive(Default)]
pub struct Uploads {
    files: Mutex<HashMap<String, Upload>>,
    readings: Mutex<HashMap<(i64, i64), Reading>>,
}

impl Uploads {
    /// Keeps a file under a token. `Kind::TooMuch` where there are too many.
    pub fn keep(&self, token: String, upload: Upload) -> Result<()> {
        let mut files = locked(&self.files);
        files.retain(|_, upload| upload.at.elapsed() < KEPT);
        if files.len() >= UPLOADS_MAX {
            return Err(Error::new(
                Kind::TooMuch,
                "too many files wait to be taken in; try again in some minutes",
            ));
        }
        files.insert(token, upload);
        Ok(())
    }

    /// The file of a token, where this account brought it for this workspace.
    pub fn get(&self, token: &str, account_id: i64, workspace_id: i64) -> Option<Upload> {
        let files = locked(&self.files);
        let found = files.get(token);
        let is_own = |upload: &&Upload| {
            upload.account_id == account_id
                && upload.workspace_id == workspace_id
                && upload.at.elapsed() < KEPT
        };
        found.filter(is_own).cloned()
    }

    /// Forgets a file.
    pub fn forget(&self, token: &str) {
        locked(&self.files).remove(token);
    }

    /// Begins to read an archive: one at a time for an account in a workspace, or for none yet.
    pub fn begin(&self, whose: (i64, i64), name: String) -> Result<CancellationToken> {
        let mut readings = locked(&self.readings);
        readings.retain(|_, reading| reading.ended.is_none() || reading.at.elapsed() < KEPT);
        let running = readings
            .values()
            .filter(|reading| reading.ended.is_none())
            .count();
        let own = readings
            .get(&whose)
            .is_some_and(|reading| reading.ended.is_none());
        if own || running >= READINGS_MAX {
            return Err(Error::new(
                Kind::Conflict,
                "another archive is being read; wait for its end, or stop it",
            ));
        }
        let stop = CancellationToken::new();
        let reading = Reading {
            name,
            progress: Arc::new(|| (0, String::new())),
            ended: None,
            stop: stop.clone(),
            at: Instant::now(),
        };
        readings.insert(whose, reading);
        Ok(stop)
    }

    /// How far an archive is.
    pub fn reading(&self, whose: (i64, i64)) -> Option<Reading> {
        locked(&self.readings).get(&whose).cloned()
    }

    /// Stops all that is read into a workspace.
    pub fn stop_of(&self, workspace_id: i64) {
        for ((_, of), reading) in locked(&self.readings).iter() {
            if *of == workspace_id {
                reading.stop.cancel();
            }
        }
    }

    /// Changes what is known of one.
    pub fn tell(&self, whose: (i64, i64), change: impl FnOnce(&mut Reading)) {
        if let Some(reading) = locked(&self.readings).get_mut(&whose) {
            change(reading);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
