//! The ZIP itself, written by a thread of its own: compressing takes time, and so may whoever reads.

use super::format::LINE_BYTES_MAX;
use crate::domain::{Error, Kind, Result};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

/// Bytes that are handed over at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks that wait for the writer.
const CHUNKS_MAX: usize = 4;

/// What the writer is given.
enum Piece {
    /// The next entry begins.
    Begin(String),
    /// Bytes of the entry.
    Bytes(Vec<u8>),
    /// All is written.
    End,
}

/// Where entries are written to; dropped without [`Out::end`], the ZIP stays without an end and nobody takes it for whole.
pub struct Out {
    pieces: mpsc::Sender<Piece>,
    buffer: Vec<u8>,
}

/// The other end.
pub struct Pack(mpsc::Receiver<Piece>);

/// A place to write to, and what writes it.
pub fn channel() -> (Out, Pack) {
    let (pieces, receiver) = mpsc::channel(CHUNKS_MAX);
    let buffer = Vec::with_capacity(CHUNK_BYTES);
    (Out { pieces, buffer }, Pack(receiver))
}

impl Out {
    /// Begins the next entry.
    pub async fn begin(&mut self, name: impl Into<String>) -> Result<()> {
        self.hand_over().await?;
        self.send(Piece::Begin(name.into())).await
    }

    /// Writes into the entry.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        match self.buffer.len() < CHUNK_BYTES {
            true => Ok(()),
            false => self.hand_over().await,
        }
    }

    /// Writes a line of JSON.
    pub async fn line(&mut self, value: &impl serde::Serialize) -> Result<()> {
        let before = self.buffer.len();
        serde_json::to_writer(&mut self.buffer, value)
            .map_err(|e| Error::new(Kind::Corrupt, "a row cannot be written as JSON").because(e))?;
        if (self.buffer.len() - before) as u64 >= LINE_BYTES_MAX {
            let message = "a row is too long to be exported; it holds more than 128 MiB";
            return Err(Error::new(Kind::TooMuch, message));
        }
        self.write(b"\n").await
    }

    /// Ends the ZIP.
    pub async fn end(mut self) -> Result<()> {
        self.hand_over().await?;
        self.send(Piece::End).await
    }

    async fn hand_over(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK_BYTES));
        self.send(Piece::Bytes(bytes)).await
    }

    async fn send(&self, piece: Piece) -> Result<()> {
        let sent = self.pieces.send(piece).await;
        sent.map_err(|_| unwritten("its reader went away"))
    }
}

impl Pack {
    /// Writes until the end; blocks. Gives the writer back. Where it fails, what was written has no end, so that nobody takes
    /// it for whole.
    pub fn write<W: Write>(self, out: W) -> Result<W> {
        let is_shut = Arc::new(AtomicBool::new(false));
        let valve = Valve {
            out,
            is_shut: is_shut.clone(),
        };
        let mut zip = ZipWriter::new_stream(valve);
        let written = self.entries(&mut zip);
        if written.is_err() {
            is_shut.store(true, Ordering::Relaxed);
        }
        written?;
        let mut out = zip.finish().map_err(failed)?.into_inner().out;
        out.flush().map_err(|e| failed(e.into()))?;
        Ok(out)
    }

    fn entries<W: Write>(mut self, zip: &mut ZipWriter<StreamWriter<Valve<W>>>) -> Result<()> {
        // Sizes are not known before; each entry may be larger than 4 GiB.
        let options = SimpleFileOptions::default()
            .large_file(true)
            .unix_permissions(0o600);
        while let Some(piece) = self.0.blocking_recv() {
            match piece {
                Piece::Begin(name) => zip.start_file(name, options).map_err(failed)?,
                Piece::Bytes(bytes) => zip.write_all(&bytes).map_err(|e| failed(e.into()))?,
                Piece::End => return Ok(()),
            }
        }
        Err(unwritten("it was broken off"))
    }
}

/// A writer that can be shut: dropped, the one of the ZIP would write an end.
struct Valve<W> {
    out: W,
    is_shut: Arc<AtomicBool>,
}

impl<W: Write> Write for Valve<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.is_shut.load(Ordering::Relaxed) {
            true => Ok(bytes.len()),
            false => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.is_shut.load(Ordering::Relaxed) {
            true => Ok(()),
            false => self.out.flush(),
        }
    }
}

fn failed(error: zip::result::ZipError) -> Error {
    unwritten("the disk or the connection").because(error)
}

fn unwritten(why: &str) -> Error {
    Error::unavailable(format!(
        "the export was not written to its end: {why}; what there is of it is of no use"
    ))
}
