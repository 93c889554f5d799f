//! Where messages are held while they come in: small ones in memory, large ones in temporary files without a name, and
//! both within bounds for all sessions together.

use super::Bounds;
use super::session::Session;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A message larger than this goes to a file, so that many slow ones do not fill the memory.
pub(super) const SPILL_BYTES: usize = 64 * 1024;
/// How long a large message waits for memory to be written from.
const LOAD_WAIT_MAX: Duration = Duration::from_secs(60);

/// What all sessions share.
#[derive(Debug)]
pub(super) struct Room {
    folder: PathBuf,
    memory_bytes: AtomicUsize,
    memory_bytes_max: usize,
    disk_bytes: AtomicU64,
    disk_bytes_max: u64,
    /// KiB that messages may take while they are read back from their files.
    loading: Semaphore,
    loading_kib_max: u32,
}

/// What one session holds of the message that is coming in.
#[derive(Debug)]
pub(super) struct Held {
    room: Arc<Room>,
    message_number: usize,
    memory_bytes: usize,
    file: Option<tokio::fs::File>,
    file_bytes: u64,
}

/// A whole message, and the memory that it was promised.
pub(super) struct Loaded<'a> {
    pub(super) raw: Vec<u8>,
    _memory: Option<SemaphorePermit<'a>>,
}

impl Room {
    pub(super) fn new(folder: PathBuf, bounds: &Bounds, message_bytes_max: u64) -> Arc<Room> {
        let loading_kib_max = bounds.memory_bytes_max as u64 / 1024;
        let loading_kib_max = loading_kib_max.max(message_bytes_max / 1024 + 2);
        let loading_kib_max = u32::try_from(loading_kib_max).unwrap_or(u32::MAX / 8);
        Arc::new(Room {
            folder,
            memory_bytes: AtomicUsize::new(0),
            memory_bytes_max: bounds.memory_bytes_max,
            disk_bytes: AtomicU64::new(0),
            disk_bytes_max: bounds.disk_bytes_max,
            loading: Semaphore::new(loading_kib_max as usize),
            loading_kib_max,
        })
    }
}

impl Held {
    pub(super) fn new(room: Arc<Room>) -> Held {
        Held {
            room,
            message_number: 0,
            memory_bytes: 0,
            file: None,
            file_bytes: 0,
        }
    }

    /// Brings the bounds in line with what the session holds, and moves what is too much to a file. The message is given
    /// up where there is no room for it; it is told so at its end.
    pub(super) async fn settle(&mut self, session: &mut Session) {
        if session.message_number() != self.message_number || !session.in_message() {
            self.forget();
            self.message_number = session.message_number();
        }
        let held_bytes = session.held_bytes();
        if held_bytes <= SPILL_BYTES && self.keep_in_memory(held_bytes) {
            return;
        }
        let bytes = session.take_held();
        self.keep_in_memory(0);
        if let Err(error) = self.spill(&bytes).await {
            tracing::warn!(%error, "no room for a large message that is coming in");
            self.forget();
            session.refuse_message();
        }
    }

    /// The whole message behind `start`: what was moved to a file, then `rest`. `None` where it cannot be had now.
    pub(super) async fn load(
        &mut self,
        message_number: usize,
        start: &str,
        rest: &[u8],
    ) -> Option<Loaded<'_>> {
        if message_number != self.message_number {
            self.forget();
        }
        let bytes = start.len() + self.file_bytes as usize + rest.len();
        let mut memory = None;
        if self.file.is_some() {
            let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
            let turn = self
                .room
                .loading
                .acquire_many(kib.min(self.room.loading_kib_max));
            memory = Some(tokio::time::timeout(LOAD_WAIT_MAX, turn).await.ok()?.ok()?);
        }
        let mut raw = Vec::with_capacity(bytes);
        raw.extend_from_slice(start.as_bytes());
        if let Some(file) = &mut self.file
            && let Err(error) = read_back(file, &mut raw).await
        {
            tracing::error!(%error, "a large message cannot be read back");
            return None;
        }
        raw.extend_from_slice(rest);
        Some(Loaded {
            raw,
            _memory: memory,
        })
    }

    /// Lets go of everything.
    pub(super) fn forget(&mut self) {
        self.keep_in_memory(0);
        self.file = None;
        self.room
            .disk_bytes
            .fetch_sub(self.file_bytes, Ordering::Relaxed);
        self.file_bytes = 0;
    }

    /// Counts so many bytes as this session's; false, and nothing changed, where that is too much for all.
    fn keep_in_memory(&mut self, bytes: usize) -> bool {
        let room = &self.room;
        if bytes > self.memory_bytes {
            let more = bytes - self.memory_bytes;
            let before = room.memory_bytes.fetch_add(more, Ordering::Relaxed);
            if before + more > room.memory_bytes_max {
                room.memory_bytes.fetch_sub(more, Ordering::Relaxed);
                return false;
            }
        } else if bytes < self.memory_bytes {
            let less = self.memory_bytes - bytes;
            room.memory_bytes.fetch_sub(less, Ordering::Relaxed);
        }
        self.memory_bytes = bytes;
        true
    }

    async fn spill(&mut self, bytes: &[u8]) -> io::Result<()> {
        let more = bytes.len() as u64;
        let before = self.room.disk_bytes.fetch_add(more, Ordering::Relaxed);
        self.file_bytes += more;
        if before + more > self.room.disk_bytes_max {
            return Err(io::Error::other("the bound for all messages is reached"));
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let folder = self.room.folder.clone();
                let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder))
                    .await
                    .map_err(io::Error::other)??;
                self.file.insert(tokio::fs::File::from_std(file))
            }
        };
        file.write_all(bytes).await
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.forget();
    }
}

async fn read_back(file: &mut tokio::fs::File, raw: &mut Vec<u8>) -> io::Result<()> {
    file.flush().await?;
    file.rewind().await?;
    file.read_to_end(raw).await.map(drop)
}
