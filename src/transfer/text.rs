//! Text in whatever encoding, read piece by piece: a file is never held as a whole.

use chardetng::EncodingDetector;
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Bytes by which an encoding is guessed.
const GUESSED_BYTES: usize = 256 * 1024;

/// Bytes that are read from their beginning, as often as it is wanted.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A file; it may have no name any more.
    File(Arc<File>),
    /// What is in memory anyway.
    Memory(Arc<[u8]>),
}

impl Origin {
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Origin::File(file) => Ok(file.metadata()?.len()),
            Origin::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Origin::File(file) => file.read_at(into, at),
            Origin::Memory(bytes) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                bytes.get(at..).unwrap_or_default().read(into)
            }
        }
    }

    fn begin(&self) -> io::Result<Vec<u8>> {
        let mut begin = vec![0; GUESSED_BYTES];
        let mut filled = 0;
        while let Some(rest) = begin.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_at(rest, filled as u64)? {
                0 => break,
                count => filled += count,
            }
        }
        begin.truncate(filled);
        Ok(begin)
    }

    fn is_utf8(&self) -> io::Result<bool> {
        let mut bytes = vec![0; PIECE_BYTES];
        let (mut at, mut kept) = (0, 0);
        loop {
            let count = self.read_at(bytes.get_mut(kept..).unwrap_or_default(), at)?;
            if count == 0 {
                return Ok(kept == 0);
            }
            at += count as u64;
            let filled = kept + count;
            kept = match std::str::from_utf8(bytes.get(..filled).unwrap_or_default()) {
                Ok(_) => 0,
                // A letter that goes on in the next piece.
                Err(cut) if cut.error_len().is_none() => {
                    bytes.copy_within(cut.valid_up_to()..filled, 0);
                    filled - cut.valid_up_to()
                }
                Err(_) => return Ok(false),
            };
        }
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    encoding: &'static Encoding,
    /// Bytes of its byte order mark.
    mark_bytes: u64,
}

impl Writing {
    /// By its byte order mark, as UTF-16 where every other byte is zero, as UTF-8 where all of it is that, else guessed. Reads all
    /// of it.
    pub fn of(origin: &Origin) -> io::Result<Writing> {
        let begin = origin.begin()?;
        let without_mark = |encoding| Writing {
            encoding,
            mark_bytes: 0,
        };
        if let Some((encoding, length)) = Encoding::for_bom(&begin) {
            return Ok(Writing {
                encoding,
                mark_bytes: length as u64,
            });
        }
        if let Some(encoding) = utf16(&begin) {
            return Ok(without_mark(encoding));
        }
        if origin.is_utf8()? {
            return Ok(without_mark(UTF_8));
        }
        let mut detector = EncodingDetector::new();
        detector.feed(&begin, true);
        Ok(without_mark(detector.guess(None, false)))
    }
}

fn utf16(begin: &[u8]) -> Option<&'static Encoding> {
    let looked_at = begin.get(..begin.len().min(2_000)).unwrap_or_default();
    let zeros = |from: usize| {
        let bytes = looked_at.iter().skip(from).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let some = looked_at.len() / 4;
    if odd > some.max(1) && even * 4 < odd {
        return Some(UTF_16LE);
    }
    (even > some.max(1) && odd * 4 < even).then_some(UTF_16BE)
}

/// A text as UTF-8 without NUL, of which no more is given than was allowed: so no reader of ours takes more memory than that.
pub(super) struct Text {
    origin: Origin,
    decoder: Decoder,
    /// Bytes of the file that were read.
    pub read_bytes: u64,
    is_read: bool,
    raw: Vec<u8>,
    /// What was read last, and how much of it was given.
    piece: String,
    at: usize,
    given: u64,
    allowed: u64,
}

impl Text {
    /// Allows nothing yet.
    pub fn new(origin: Origin, writing: Writing) -> Text {
        Text {
            origin,
            decoder: writing.encoding.new_decoder_without_bom_handling(),
            read_bytes: writing.mark_bytes,
            is_read: false,
            raw: vec![0; PIECE_BYTES],
            piece: String::new(),
            at: 0,
            given: 0,
            allowed: 0,
        }
    }

    /// Lets so many bytes be taken from here on; what asks for more gets `InvalidData`.
    pub fn allow(&mut self, bytes: u64) {
        self.allowed = self.given.saturating_add(bytes);
    }

    /// What comes next, as far as it was read at once.
    pub fn ahead(&mut self) -> io::Result<&str> {
        if self.at >= self.piece.len() {
            self.read_piece()?;
        }
        Ok(self.piece.get(self.at..).unwrap_or_default())
    }

    /// The byte before a place that was given, as long as its piece is the last one.
    pub fn byte_before(&self, place: u64) -> Option<u8> {
        let behind = usize::try_from(self.given.checked_sub(place)?).ok()?;
        let at = self.at.checked_sub(behind)?.checked_sub(1)?;
        self.piece.as_bytes().get(at).copied()
    }

    fn read_piece(&mut self) -> io::Result<()> {
        self.piece.clear();
        self.at = 0;
        while self.piece.is_empty() && !self.is_read {
            let count = self.origin.read_at(&mut self.raw, self.read_bytes)?;
            self.read_bytes += count as u64;
            self.is_read = count == 0;
            let most = self.decoder.max_utf8_buffer_length(count);
            self.piece.reserve(most.unwrap_or(4 * PIECE_BYTES));
            let raw = self.raw.get(..count).unwrap_or_default();
            let _ = self
                .decoder
                .decode_to_string(raw, &mut self.piece, self.is_read);
            if self.piece.contains('\0') {
                self.piece.retain(|letter| letter != '\0');
            }
        }
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ahead = self.ahead()?.as_bytes();
        let count = ahead.read(into)?;
        self.at += count;
        self.given += count as u64;
        match self.given <= self.allowed || count == 0 {
            true => Ok(count),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}
