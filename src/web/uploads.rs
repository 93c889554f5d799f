//! Files that were uploaded and are looked at before they are taken in, and imports that go on: in this process alone,
//! each for the account that brought it, and for an hour at most. The files have no names: they go with the process.

use super::imported::Told;
use super::room::Taken;
use super::view::ColumnShown;
use crate::domain::{Error, Kind, Result};
use crate::transfer::Form;
use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// Files at a time, of all accounts.
const UPLOADS_MAX: usize = 20;
/// Files of one account; a further one takes the place of its oldest.
const ACCOUNT_UPLOADS_MAX: usize = 2;
/// Imports at a time, of all accounts.
const READINGS_MAX: usize = 4;
/// What is not taken in after this is gone.
const KEPT_US: i64 = 3_600_000_000;

/// A file as it came.
#[derive(Clone)]
pub struct Upload {
    /// Who brought it.
    pub account_id: i64,
    /// For which workspace.
    pub workspace_id: i64,
    /// What it was called.
    pub name: String,
    /// Its bytes; they go with the last one who holds them.
    pub file: Arc<File>,
    /// The room that they take, as long as it is here.
    pub _taken: Arc<Taken>,
    /// What they are.
    pub what: What,
    /// When it came, in microseconds since 1970.
    pub at: i64,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    People(Form),
    Mail,
}

/// How far something is, and in words; asked for when it is looked at.
pub type Way = Arc<dyn Fn() -> (u64, String) + Send + Sync>;

/// A look at a file.
#[derive(Clone)]
pub struct Look {
    /// How far it is.
    pub progress: Way,
    /// What it found, as soon as it did.
    pub found: Option<Found>,
    /// Stops it.
    pub stop: CancellationToken,
}

/// What a look found.
#[derive(Clone, Default)]
pub struct Found {
    /// What would come of the file.
    pub told: Vec<String>,
    /// Whether it can be taken in.
    pub can_go: bool,
    /// The columns of a spreadsheet.
    pub columns: Vec<ColumnShown>,
}

/// How an import ended.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// In sentences.
    pub lines: Vec<String>,
    /// The same in full, where there is more.
    pub all: Vec<String>,
    /// Whether it went wrong.
    pub is_wrong: bool,
}

/// An import that goes on.
#[derive(Clone)]
pub struct Reading {
    /// Its file's name.
    pub name: String,
    /// How far it is.
    pub progress: Way,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Stops it.
    pub stop: CancellationToken,
    /// When it began, or ended.
    at: i64,
}

impl Look {
    /// One that goes on.
    pub fn begun(progress: Way, stop: CancellationToken) -> Look {
        Look {
            progress,
            found: None,
            stop,
        }
    }
}

impl Found {
    pub fn of(told: Told, can_go: bool) -> Found {
        Found {
            told: told.lines,
            can_go: can_go && !told.is_empty,
            ..Found::default()
        }
    }

    /// Where nothing can come of it.
    pub fn wrong(error: &Error) -> Found {
        Found {
            told: vec![error.message.clone()],
            ..Found::default()
        }
    }
}

/// Both.
#[derive(Default)]
pub struct Uploads {
    files: Mutex<HashMap<String, (Upload, Look)>>,
    readings: Mutex<HashMap<(i64, i64), Reading>>,
}

impl Uploads {
    /// Keeps a file under a token. `Kind::TooMuch` where there are too many.
    pub fn keep(&self, token: String, upload: Upload) -> Result<()> {
        self.forget_old(upload.at);
        let mut files = locked(&self.files);
        let own = files
            .iter()
            .filter(|(_, (other, _))| other.account_id == upload.account_id);
        let mut own: Vec<(i64, String)> = own
            .map(|(token, (other, _))| (other.at, token.clone()))
            .collect();
        own.sort_unstable();
        let too_many = (own.len() + 1).saturating_sub(ACCOUNT_UPLOADS_MAX);
        for (_, token) in own.into_iter().take(too_many) {
            if let Some((_, look)) = files.remove(&token) {
                look.stop.cancel();
            }
        }
        if files.len() >= UPLOADS_MAX {
            return Err(Error::new(
                Kind::TooMuch,
                "too many files wait to be taken in; try again in some minutes",
            ));
        }
        let look = Look::begun(Arc::new(|| (0, String::new())), CancellationToken::new());
        files.insert(token, (upload, look));
        Ok(())
    }

    /// Begins to look at a file; a look before it ends.
    pub fn look(&self, token: &str, look: Look) {
        if let Some((_, there)) = locked(&self.files).get_mut(token) {
            there.stop.cancel();
            *there = look;
        }
    }

    /// What a look at a file found; one that was begun before the last does not count.
    pub fn found(&self, token: &str, stop: &CancellationToken, found: Found) {
        if let Some((_, look)) = locked(&self.files).get_mut(token)
            && !stop.is_cancelled()
        {
            look.found = Some(found);
        }
    }

    /// The file of a token and the last look at it, where this account brought it for this workspace.
    pub fn get(
        &self,
        token: &str,
        (account_id, workspace_id): (i64, i64),
        now_us: i64,
    ) -> Option<(Upload, Look)> {
        self.forget_old(now_us);
        let files = locked(&self.files);
        let found = files.get(token);
        let is_own = |(upload, _): &&(Upload, Look)| {
            upload.account_id == account_id && upload.workspace_id == workspace_id
        };
        found.filter(is_own).cloned()
    }

    /// Forgets a file.
    pub fn forget(&self, token: &str) {
        locked(&self.files).remove(token);
    }

    /// Forgets what came more than an hour ago.
    pub fn forget_old(&self, now_us: i64) {
        locked(&self.files).retain(|_, (upload, _)| now_us - upload.at < KEPT_US);
        locked(&self.readings)
            .retain(|_, reading| reading.ended.is_none() || now_us - reading.at < KEPT_US);
    }

    /// Begins an import: one at a time for an account, in whichever workspace, or for none yet.
    pub fn begin(&self, whose: (i64, i64), name: String, now_us: i64) -> Result<CancellationToken> {
        self.forget_old(now_us);
        let mut readings = locked(&self.readings);
        let running = readings
            .values()
            .filter(|reading| reading.ended.is_none())
            .count();
        let own = readings
            .iter()
            .any(|((account_id, _), reading)| *account_id == whose.0 && reading.ended.is_none());
        if own || running >= READINGS_MAX {
            return Err(Error::new(
                Kind::Conflict,
                "another file is being taken in; wait for its end, or stop it",
            ));
        }
        let stop = CancellationToken::new();
        let reading = Reading {
            name,
            progress: Arc::new(|| (0, String::new())),
            ended: None,
            stop: stop.clone(),
            at: now_us,
        };
        readings.insert(whose, reading);
        Ok(stop)
    }

    /// An import that goes on, or ended within the hour.
    pub fn reading(&self, whose: (i64, i64)) -> Option<Reading> {
        locked(&self.readings).get(&whose).cloned()
    }

    /// Stops all that is read into a workspace, and forgets what waits for it.
    pub fn stop_of(&self, workspace_id: i64) {
        locked(&self.files).retain(|_, (upload, look)| {
            let is_its = upload.workspace_id == workspace_id;
            if is_its {
                look.stop.cancel();
            }
            !is_its
        });
        for ((_, of), reading) in locked(&self.readings).iter() {
            if *of == workspace_id {
                reading.stop.cancel();
            }
        }
    }

    /// Ends one; how is told for an hour from now.
    pub fn end(&self, whose: (i64, i64), ended: Ended, now_us: i64) {
        self.tell(whose, |reading| {
            reading.ended = Some(ended);
            reading.at = now_us;
        });
    }

    /// Ends the looks of an account that go on: it has one turn, and another file is to be looked at.
    pub fn stop_looks_of(&self, account_id: i64) {
        for (upload, look) in locked(&self.files).values_mut() {
            if upload.account_id == account_id && look.found.is_none() {
                look.stop.cancel();
                look.found = Some(Found {
                    told: vec![
                        "It was not looked at to its end: another look began. Look again."
                            .to_owned(),
                    ],
                    ..Found::default()
                });
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

/// Held by whoever reads; when it is dropped the import has ended, whatever became of them.
pub struct Held {
    uploads: Arc<Uploads>,
    whose: (i64, i64),
}

impl Held {
    /// Of an import that was begun.
    pub fn of(uploads: &Arc<Uploads>, whose: (i64, i64)) -> Held {
        Held {
            uploads: uploads.clone(),
            whose,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let broken = || Ended {
            lines: vec!["It was broken off by a fault of ours. Try again.".to_owned()],
            is_wrong: true,
            ..Ended::default()
        };
        self.uploads.tell(self.whose, |reading| {
            reading.ended.get_or_insert_with(broken);
        });
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_import_whose_reader_fails_has_ended_and_another_begins() {
        let uploads = Arc::new(Uploads::default());
        let whose = (1, 2);
        uploads.begin(whose, "a.mbox".to_owned(), 0).unwrap();
        let held = Held::of(&uploads, whose);
        assert!(uploads.begin(whose, "b.mbox".to_owned(), 0).is_err());
        let reader = tokio::spawn(async move {
            let _held = held;
            panic!("a fault of ours");
        });
        assert!(reader.await.unwrap_err().is_panic());
        let ended = uploads.reading(whose).and_then(|reading| reading.ended);
        assert!(ended.is_some_and(|ended| ended.is_wrong));
        uploads.begin(whose, "b.mbox".to_owned(), 0).unwrap();
        // What was told of its end stays.
        let told = Ended::default();
        uploads.tell(whose, |reading| reading.ended = Some(told));
        drop(Held::of(&uploads, whose));
        let ended = uploads.reading(whose).and_then(|reading| reading.ended);
        assert!(ended.is_some_and(|ended| !ended.is_wrong));
    }
}
