//! A ZIP of ours, read entry by entry. An entry is looked up by its exact name, and nothing is written under a name that stands in
//! it. Every length is bounded before memory is taken for it.

use super::format::{self, data_name};
use crate::domain::{Error, Kind, Result};
use crate::mail::mbox;
use crate::store::workspace::raw::RawRow;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use zip::ZipArchive;

/// Rows that are handed over together at most, and their bytes.
const PAGE_ROWS_MAX: usize = 1_000;
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Pages that wait for whoever takes them.
const PAGES_AHEAD: usize = 2;
/// The longest manifest.
const SMALL_BYTES_MAX: u64 = 1024 * 1024;
/// How well raw mail is compressed, as filing does it.
const ZSTD_LEVEL: i32 = 1;

/// An open ZIP. Cheap to clone: the list of entries is read once.
#[derive(Clone)]
pub struct Archive {
    zip: ZipArchive<Positioned>,
    /// Bytes that may still be unpacked.
    left: Arc<AtomicU64>,
    bounds: Bounds,
}

/// How much is read of a ZIP.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes that are unpacked in all, however large it is.
    pub unpacked_bytes: u64,
    /// Bytes of a row.
    pub line_bytes: u64,
    /// Bytes of a raw message.
    pub message_bytes: usize,
    /// Texts that may be longer, and are then read as null: the file, and the column.
    pub dropped: &'static [(&'static str, &'static str)],
}

/// What an export holds at most.
const WHOLE: Bounds = Bounds {
    unpacked_bytes: u64::MAX,
    line_bytes: format::LINE_BYTES_MAX,
    message_bytes: format::MESSAGE_BYTES_MAX,
    dropped: &[],
};

/// A row with its line, from 1.
pub struct Line<T> {
    /// Counted from 1.
    pub number: u64,
    /// What stands in it.
    pub value: T,
}

/// Pages of rows, as they are read.
pub type Pages<T> = mpsc::Receiver<Result<Vec<Line<T>>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMessage {
    id: i64,
    digest: String,
    size_bytes: i64,
}

impl Archive {
    /// Opens a ZIP; blocks. `Kind::Invalid` where it is none.
    pub fn open(file: File) -> Result<Archive> {
        Archive::open_within(file, WHOLE)
    }

    /// Opens a ZIP of which no more is read than this; blocks.
    pub fn open_within(file: File, bounds: Bounds) -> Result<Archive> {
        let length = file.metadata().map_err(unreadable)?.len();
        let file = Positioned {
            file: Arc::new(file),
            at: 0,
            length,
        };
        demand_small_list(&file)?;
        let zip = ZipArchive::new(file).map_err(|e| {
            Error::invalid("the file is no whole ZIP; export again, or copy it again").because(e)
        })?;
        let most = length.saturating_mul(format::GROWTH_MAX);
        Ok(Archive {
            zip,
            left: Arc::new(AtomicU64::new(
                most.max(format::GROWN_BYTES_MIN).min(bounds.unpacked_bytes),
            )),
            bounds,
        })
    }

    /// Whether there is an entry of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// A small JSON file; blocks.
    pub fn small<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        self.entry(name, |reader| {
            let mut text = Vec::new();
            let read = reader.take(SMALL_BYTES_MAX).read_to_end(&mut text);
            read.map_err(|e| fault(name, None, &e))?;
            serde_json::from_slice(&text).map_err(|e| fault(name, Some(e.line() as u64), &e))
        })
    }

    /// The rows of a JSONL file, page by page.
    pub fn rows<T: DeserializeOwned + Send + 'static>(&self, name: String) -> Pages<T> {
        let (sender, receiver) = mpsc::channel(PAGES_AHEAD);
        let archive = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut page = Page::new(&sender);
            let read = archive.lines(&name, |number, text| {
                let value =
                    serde_json::from_slice(text).map_err(|e| fault(&name, Some(number), &e))?;
                page.add(Line { number, value }, text.len())
            });
            page.end(read);
        });
        receiver
    }

    /// All raw messages, exactly as they came, page by page.
    pub fn raw_messages(&self) -> Pages<RawRow> {
        let (sender, receiver) = mpsc::channel(PAGES_AHEAD);
        let archive = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut page = Page::new(&sender);
            let read = archive.entry(format::MBOX, |mbox| archive.unfold(mbox, &mut page));
            page.end(read);
        });
        receiver
    }

    fn unfold(&self, mbox: &mut dyn BufRead, page: &mut Page<'_, RawRow>) -> Result<()> {
        let name = data_name("raw_message");
        let mut mbox = mbox;
        self.lines(&name, |number, text| {
            let line: RawMessage =
                serde_json::from_slice(text).map_err(|e| fault(&name, Some(number), &e))?;
            let size = usize::try_from(line.size_bytes).ok();
            let size = size.filter(|size| *size <= self.bounds.message_bytes);
            let size =
                size.ok_or_else(|| fault(&name, Some(number), &"size_bytes is no size of a mail"))?;
            let raw = mbox::read_exactly(&mut mbox, size)
                .map_err(|e| fault(format::MBOX, None, &format!("the message {}: {e}", line.id)))?;
            if hex(&Sha256::digest(&raw)) != line.digest {
                let what = format!("the message {} is not the one of its digest", line.id);
                return Err(fault(format::MBOX, None, &what));
            }
            let zstd = zstd::bulk::compress(&raw, ZSTD_LEVEL).map_err(unreadable)?;
            let bytes = zstd.len();
            let value = RawRow {
                id: line.id,
                digest: line.digest,
                size_bytes: line.size_bytes,
                zstd,
            };
            page.add(Line { number, value }, bytes)
        })?;
        match mbox.fill_buf().map_err(|e| fault(format::MBOX, None, &e))? {
            [] => Ok(()),
            _ => Err(fault(
                format::MBOX,
                None,
                &"there is more in it than data/raw_message.jsonl names",
            )),
        }
    }

    /// Each line that is not empty, with its number.
    fn lines(&self, name: &str, mut each: impl FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        let most = match name.starts_with(format::REGISTRY) {
            true => format::SHORT_LINE_BYTES_MAX,
            false => self.bounds.line_bytes,
        };
        let mut dropped = self.bounds.dropped.iter();
        let dropped = dropped.find(|(file, _)| *file == name);
        self.entry(name, |mut reader| {
            let mut line = Vec::new();
            let mut number = 0;
            loop {
                line.clear();
                number += 1;
                let broken = |e| fault(name, Some(number), &e);
                let mut first = (&mut reader).take(most);
                first.read_until(b'\n', &mut line).map_err(broken)?;
                let mut is_whole = (line.len() as u64) < most || line.ends_with(b"\n");
                if let Some((_, column)) = dropped.filter(|_| !is_whole) {
                    is_whole = drop_text(column, &mut line, reader, most).map_err(broken)?;
                }
                if !is_whole {
                    let what = format!("the line is longer than {most} bytes");
                    return Err(fault(name, Some(number), &what));
                }
                if line.is_empty() {
                    return Ok(());
                }
                if !line.trim_ascii().is_empty() {
                    each(number, &line)?;
                }
                line.shrink_to(PAGE_BYTES_MAX);
            }
        })
    }

    fn entry<T>(&self, name: &str, read: impl FnOnce(&mut dyn BufRead) -> Result<T>) -> Result<T> {
        let mut zip = self.zip.clone();
        let entry = zip.by_name(name).map_err(|e| {
            Error::invalid(format!(
                "{name} is not in the ZIP; it is no export of ours, or not a whole one"
            ))
            .because(e)
        })?;
        let entry = Counted {
            entry,
            left: &self.left,
        };
        read(&mut BufReader::with_capacity(64 * 1024, entry))
    }
}

/// Takes the text of a column out of a row of which this is the beginning, and reads the row to its end; false where it is too long
/// all the same.
fn drop_text(
    column: &str,
    line: &mut Vec<u8>,
    mut reader: &mut dyn BufRead,
    most: u64,
) -> io::Result<bool> {
    let begins = format!("\"{column}\":\"");
    let Some(at) = memchr::memmem::find(line, begins.as_bytes()) else {
        return Ok(false);
    };
    let text_at = at + begins.len();
    let mut is_escaped = false;
    let text = line.get(text_at..).unwrap_or_default();
    if text_end(text, &mut is_escaped).is_some() {
        return Ok(false);
    }
    line.truncate(text_at - 1);
    line.extend_from_slice(b"null");
    let mut left = format::LINE_BYTES_MAX;
    loop {
        let bytes = reader.fill_buf()?;
        let end = text_end(bytes, &mut is_escaped);
        let count = end.unwrap_or(bytes.len());
        if count == 0 || count as u64 > left {
            return Ok(false);
        }
        reader.consume(count);
        left -= count as u64;
        if end.is_some() {
            break;
        }
    }
    let mut rest = (&mut reader).take(most.saturating_sub(line.len() as u64));
    rest.read_until(b'\n', line)?;
    Ok((line.len() as u64) < most)
}

/// Behind which byte a text of JSON ends. `is_escaped`: whether the next byte stands behind a backslash.
fn text_end(bytes: &[u8], is_escaped: &mut bool) -> Option<usize> {
    for (byte, at) in bytes.iter().zip(1..) {
        match byte {
            _ if *is_escaped => *is_escaped = false,
            b'\\' => *is_escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// Rows on their way to whoever takes them.
struct Page<'a, T> {
    rows: Vec<Line<T>>,
    bytes: usize,
    sender: &'a mpsc::Sender<Result<Vec<Line<T>>>>,
}

impl<'a, T> Page<'a, T> {
    fn new(sender: &'a mpsc::Sender<Result<Vec<Line<T>>>>) -> Page<'a, T> {
        Page {
            rows: Vec::new(),
            bytes: 0,
            sender,
        }
    }

    fn add(&mut self, row: Line<T>, bytes: usize) -> Result<()> {
        self.rows.push(row);
        self.bytes += bytes;
        if self.rows.len() < PAGE_ROWS_MAX && self.bytes < PAGE_BYTES_MAX {
            return Ok(());
        }
        self.bytes = 0;
        let sent = self
            .sender
            .blocking_send(Ok(std::mem::take(&mut self.rows)));
        sent.map_err(|_| Error::unavailable("the import was broken off; import again"))
    }

    fn end(self, read: Result<()>) {
        // Nobody who takes them is nobody to tell.
        let _ = match read {
            Ok(()) => self.sender.blocking_send(Ok(self.rows)),
            Err(error) => self.sender.blocking_send(Err(error)),
        };
    }
}

/// Stops where all entries together are larger than they may be.
struct Counted<'a, R> {
    entry: R,
    left: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.entry.read(bytes)?;
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(count as u64)
            });
        match taken {
            Ok(_) => Ok(count),
            Err(_) => Err(io::Error::other(
                "it unpacks to far more than an export does",
            )),
        }
    }
}

/// A file that several readers read, each at its own place.
#[derive(Clone)]
struct Positioned {
    file: Arc<File>,
    at: u64,
    length: u64,
}

impl Read for Positioned {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(bytes, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// The list of entries is read into memory: how long it is stands at the end of the file (APPNOTE.TXT 4.3.14 to 4.3.16).
fn demand_small_list(file: &Positioned) -> Result<()> {
    const END: usize = 22;
    let no_zip = || Error::invalid("the file is no whole ZIP; export again, or copy it again");
    let tail_length = file.length.min(END as u64 + 65_535);
    let mut tail = vec![0; usize::try_from(tail_length).unwrap_or_default()];
    let tail_at = file.length - tail_length;
    file.file
        .read_exact_at(&mut tail, tail_at)
        .map_err(unreadable)?;
    let at = memchr::memmem::rfind(&tail, b"PK\x05\x06").ok_or_else(no_zip)?;
    let end = tail.get(at..at + END).ok_or_else(no_zip)?;
    let mut entries = number(end, 10, 2);
    let mut list_bytes = number(end, 12, 4);
    if (entries == 0xffff || list_bytes == 0xffff_ffff) && tail_at + at as u64 >= 20 {
        let mut locator = [0; 20];
        let locator_at = tail_at + at as u64 - 20;
        let read = file.file.read_exact_at(&mut locator, locator_at);
        read.map_err(unreadable)?;
        let mut end = [0; 56];
        let read = file.file.read_exact_at(&mut end, number(&locator, 8, 8));
        read.map_err(|_| no_zip())?;
        entries = number(&end, 32, 8);
        list_bytes = number(&end, 40, 8);
    }
    match entries <= format::ENTRIES_MAX && list_bytes <= format::LIST_BYTES_MAX {
        true => Ok(()),
        false => Err(Error::new(
            Kind::TooMuch,
            "the ZIP holds more than 200,000 files; an export holds fewer",
        )),
    }
}

/// A little-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What is wrong, and where.
pub fn fault(name: &str, line: Option<u64>, what: &dyn std::fmt::Display) -> Error {
    let place = match line {
        Some(line) => format!("{name}, line {line}"),
        None => name.to_owned(),
    };
    Error::invalid(format!("{place}: {what}; nothing was imported"))
}

fn unreadable(cause: io::Error) -> Error {
    Error::unavailable("the file cannot be read; nothing was imported").because(cause)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_of_one_column_is_read_as_null() {
        let long = "\\\"\\\\".repeat(40);
        let short = "\"error\":\"x\"";
        for (row, wanted) in [
            (
                format!("{{\"id\":1,\"message\":\"{long}\",{short}}}\nnext"),
                format!("{{\"id\":1,\"message\":null,{short}}}\n"),
            ),
            (
                format!("{{\"message\":\"{long}\"}}"),
                "{\"message\":null}".to_owned(),
            ),
            // Another is long, this one does not end, or what stands behind it is long too.
            (format!("{{\"error\":\"{long}\"}}\n"), String::new()),
            (
                format!("{{\"message\":\"x\",\"error\":\"{long}\"}}\n"),
                String::new(),
            ),
            (format!("{{\"message\":\"{long}"), String::new()),
            (
                format!("{{\"message\":\"{long}\",\"error\":\"{long}\"}}\n"),
                String::new(),
            ),
        ] {
            // Wherever the beginning ends.
            for most in [60_u64, 61, 62, 63] {
                let mut reader = BufReader::with_capacity(7, row.as_bytes());
                let mut line = Vec::new();
                let mut first = (&mut reader).take(most);
                first.read_until(b'\n', &mut line).unwrap();
                let is_whole = drop_text("message", &mut line, &mut reader, most).unwrap();
                let said = String::from_utf8(line).unwrap();
                assert_eq!(is_whole, !wanted.is_empty(), "{row}: {said}");
                assert!(!is_whole || said == wanted, "{row}: {said}");
            }
        }
    }

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(number(&[0, 1, 2, 3], 1, 2), 0x0201);
        assert_eq!(number(&[0, 1], 1, 8), 0);
    }
}
