//! Where an archive lies: an mbox, or a Maildir with its folders. Read by a thread of its own, a few messages ahead.

use super::maildir::{DELETED, entries, of_name};
use crate::domain::{Error, Result};
use crate::ingest::letter::LETTER_BYTES_MAX;
use crate::mail::archived::Archived;
use crate::mail::mbox::Messages;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Messages that are read ahead; each may be long.
const AHEAD: usize = 2;

/// An archive.
#[derive(Clone, Debug)]
pub enum Source {
    /// One file.
    Mbox(PathBuf),
    /// One file that is open, and may have no name any more.
    Open(Arc<File>),
    /// A folder with `cur` and `new`, and those in it.
    Maildir(PathBuf),
}

/// A message as it was read.
pub struct Message {
    /// Where it stands: which one of the file, or the name of its own.
    pub place: String,
    /// Its bytes, where they are taken.
    pub raw: Result<Vec<u8>, Absent>,
    /// Bytes that were read of the archive so far.
    pub read_bytes: u64,
}

/// Why a message is not taken.
pub enum Absent {
    /// It cannot be read.
    Unreadable,
    /// It need not be.
    PassedOver(&'static str),
}

impl Source {
    /// The archive at a path: a Maildir where it is a folder.
    pub fn at(path: &Path) -> Result<Source> {
        let about = fs::metadata(path).map_err(|e| unreadable(path, e))?;
        if !about.is_dir() {
            return Ok(Source::Mbox(path.to_owned()));
        }
        match path.join("cur").is_dir() || path.join("new").is_dir() {
            true => Ok(Source::Maildir(path.to_owned())),
            false => Err(Error::invalid(format!(
                "{} is no Maildir: it has neither cur nor new",
                path.display()
            ))),
        }
    }

    pub(super) async fn total_bytes(&self) -> Result<u64> {
        let source = self.clone();
        let total = tokio::task::spawn_blocking(move || match &source {
            Source::Mbox(path) => fs::metadata(path)
                .map(|about| about.len())
                .map_err(|e| unreadable(path, e)),
            Source::Open(file) => file.metadata().map(|about| about.len()).map_err(gone),
            Source::Maildir(path) => {
                let all = entries(path).map_err(|e| unreadable(path, e))?;
                let taken = all.iter().filter(|entry| entry.passed_over.is_none());
                Ok(taken.map(|entry| entry.bytes).sum())
            }
        });
        total
            .await
            .map_err(|e| Error::unavailable("the archive was not read to its end").because(e))?
    }

    /// All messages, in their order.
    pub(super) fn messages(&self) -> mpsc::Receiver<Result<Message>> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let source = self.clone();
        tokio::task::spawn_blocking(move || {
            let read = match &source {
                Source::Mbox(path) => File::open(path)
                    .and_then(|file| mbox(file, &sender))
                    .map_err(|e| unreadable(path, e)),
                Source::Open(file) => mbox_again(file, &sender).map_err(gone),
                Source::Maildir(path) => maildir(path, &sender).map_err(|e| unreadable(path, e)),
            };
            if let Err(error) = read {
                let _ = sender.blocking_send(Err(error));
            }
        });
        receiver
    }
}

type Sender = mpsc::Sender<Result<Message>>;

/// From its beginning, wherever it was read to.
fn mbox_again(mut file: &File, sender: &Sender) -> io::Result<()> {
    file.rewind()?;
    mbox(file, sender)
}

fn mbox(file: impl Read, sender: &Sender) -> io::Result<()> {
    let mut messages = Messages::new(BufReader::with_capacity(256 * 1024, file));
    let mut number = 0;
    while let Some(raw) = messages.next_message(LETTER_BYTES_MAX)? {
        number += 1;
        let message = Message {
            place: format!("mail {number}"),
            raw: raw.ok_or(Absent::Unreadable).and_then(taken),
            read_bytes: messages.read_bytes,
        };
        if sender.blocking_send(Ok(message)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A mail of an mbox, where whoever made that says not that it was a draft, thrown away or spam.
fn taken(raw: Vec<u8>) -> Result<Vec<u8>, Absent> {
    let archived = Archived::of(&raw);
    let by_label = archived.labels.iter().find_map(|label| of_name(label));
    match by_label.or_else(|| archived.is_deleted.then_some(DELETED)) {
        Some(why) => Err(Absent::PassedOver(why)),
        None => Ok(raw),
    }
}

fn maildir(path: &Path, sender: &Sender) -> io::Result<()> {
    let mut read_bytes = 0;
    for entry in entries(path)? {
        let raw = match entry.passed_over {
            Some(why) => Err(Absent::PassedOver(why)),
            None => {
                read_bytes += entry.bytes;
                let is_short = entry.bytes <= LETTER_BYTES_MAX as u64;
                // One that was moved meanwhile is read the next time.
                let raw = is_short.then(|| fs::read(&entry.path).ok()).flatten();
                raw.ok_or(Absent::Unreadable)
            }
        };
        let place = entry.path.strip_prefix(path).unwrap_or(&entry.path);
        let message = Message {
            place: place.display().to_string(),
            raw,
            read_bytes,
        };
        if sender.blocking_send(Ok(message)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn gone(cause: io::Error) -> Error {
    Error::unavailable("the file cannot be read any more; bring it again").because(cause)
}

fn unreadable(path: &Path, cause: io::Error) -> Error {
    Error::not_found(format!("cannot read {}", path.display())).because(cause)
}
