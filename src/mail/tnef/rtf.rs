//! The body that Outlook writes as compressed RTF (MS-OXRTFCP): unpacked, and turned into text.

use crate::mail::mime::{charset, transfer};

/// Most bytes that a body is unpacked to.
const UNPACKED_BYTES: usize = 8 * 1024 * 1024;
/// Deepest nesting of groups whose settings are remembered.
const GROUPS: usize = 1000;

/// What the window holds before the first byte (MS-OXRTFCP §2.1.3.1).
const WINDOW: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks; absent where the bytes are no compressed RTF.
pub fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let header = bytes.get(..16)?;
    let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    let size = size.min(UNPACKED_BYTES);
    let data = &bytes[16..];
    match &header[8..12] {
        b"MELA" => return Some(data.get(..size).unwrap_or(data).to_vec()),
        b"LZFu" => (),
        _ => return None,
    }
    let mut window = [b' '; 4096];
    window[..WINDOW.len()].copy_from_slice(WINDOW);
    let mut write = WINDOW.len();
    let mut unpacked = Vec::new();
    let mut input = data.iter().copied();
    'runs: while unpacked.len() < size {
        let Some(control) = input.next() else { break };
        for bit in 0..8 {
            let Some(byte) = input.next() else {
                break 'runs;
            };
            let (start, length) = if control >> bit & 1 == 0 {
                window[write % 4096] = byte;
                (write, 1)
            } else {
                let Some(low) = input.next() else { break 'runs };
                let reference = usize::from(byte) << 8 | usize::from(low);
                let start = reference >> 4;
                if start == write % 4096 {
                    break 'runs;
                }
                (start, (reference & 0xf) + 2)
            };
            for offset in 0..length {
                let byte = window[(start + offset) % 4096];
                window[write % 4096] = byte;
                write += 1;
                unpacked.push(byte);
            }
        }
    }
    Some(unpacked)
}

/// The state that a group restores at its end.
#[derive(Clone, Copy)]
struct Group {
    is_skipped: bool,
    /// How many characters stand for a `\u` in old readers.
    fallback: usize,
}

struct Reader<'r> {
    rtf: &'r [u8],
    at: usize,
    groups: Vec<Group>,
    now: Group,
    label: String,
    /// Bytes of the code page that were not yet turned into text.
    pending: Vec<u8>,
    text: String,
    to_skip: usize,
}

/// The text of RTF. HTML that is wrapped in it (MS-OXRTFEX) is skipped like any unknown destination, so that its text stays.
pub fn to_text(rtf: &[u8]) -> String {
    let mut reader = Reader {
        rtf,
        at: 0,
        groups: Vec::new(),
        now: Group {
            is_skipped: false,
            fallback: 1,
        },
        label: "windows-1252".to_owned(),
        pending: Vec::new(),
        text: String::new(),
        to_skip: 0,
    };
    while let Some(&byte) = rtf.get(reader.at) {
        reader.at += 1;
        match byte {
            b'{' if reader.groups.len() < GROUPS => reader.groups.push(reader.now),
            b'}' => reader.now = reader.groups.pop().unwrap_or(reader.now),
            b'\\' => reader.control(),
            b'{' | b'\r' | b'\n' => (),
            _ => reader.byte(byte),
        }
    }
    reader.flush();
    reader.text
}

impl Reader<'_> {
    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if !self.now.is_skipped {
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.pending);
        if !bytes.is_empty() {
            self.text
                .push_str(&charset::decode(&bytes, Some(&self.label)));
        }
    }

    fn character(&mut self, c: char) {
        if !self.now.is_skipped {
            self.flush();
            self.text.push(c);
        }
    }

    fn control(&mut self) {
        let rest = self.rtf.get(self.at..).unwrap_or_default();
        let letters = rest
            .iter()
            .take(32)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        if letters == 0 {
            return self.symbol(rest);
        }
        let word = &rest[..letters];
        let is_number =
            |(index, b): &(usize, &u8)| b.is_ascii_digit() || (*index == 0 && **b == b'-');
        let digits = rest[letters..]
            .iter()
            .take(10)
            .enumerate()
            .take_while(is_number)
            .count();
        let number = std::str::from_utf8(&rest[letters..letters + digits])
            .ok()
            .and_then(|n| n.parse::<i32>().ok());
        let has_space = rest.get(letters + digits) == Some(&b' ');
        self.at += letters + digits + usize::from(has_space);
        self.word(word, number);
    }

    fn symbol(&mut self, rest: &[u8]) {
        self.at += 1;
        match rest.first() {
            Some(b'\'') => {
                self.at += 2;
                let digits = rest
                    .get(1..3)
                    .and_then(|d| Some((transfer::hex(d[0])?, transfer::hex(d[1])?)));
                if let Some((high, low)) = digits {
                    self.byte(high << 4 | low);
                }
            }
            Some(b'*') => self.now.is_skipped = true,
            Some(b'~') => self.character('\u{a0}'),
            Some(b'\r' | b'\n') => self.character('\n'),
            Some(byte @ (b'\\' | b'{' | b'}')) => self.byte(*byte),
            _ => (),
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        match (word, number) {
            (b"par" | b"line" | b"row" | b"sect" | b"page", _) => self.character('\n'),
            (b"tab" | b"cell", _) => self.character('\t'),
            (b"u", Some(number)) => {
                // Numbers above 32767 are written as negative ones.
                let point = u32::from(number as i16 as u16);
                self.character(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.to_skip = self.now.fallback;
            }
            (b"uc", Some(number)) => {
                self.now.fallback = usize::try_from(number).unwrap_or(1).min(8)
            }
            (b"ansicpg", Some(page)) => self.label = super::label(page.unsigned_abs()),
            (b"emdash", _) => self.character('—'),
            (b"endash", _) => self.character('–'),
            (b"lquote", _) => self.character('‘'),
            (b"rquote", _) => self.character('’'),
            (b"ldblquote", _) => self.character('“'),
            (b"rdblquote", _) => self.character('”'),
            (b"bullet", _) => self.character('•'),
            (
                b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object"
                | b"header" | b"footer",
                _,
            ) => {
                self.now.is_skipped = true;
            }
            (b"bin", Some(length)) => {
                self.at += usize::try_from(length).unwrap_or(0).min(self.rtf.len())
            }
            _ => (),
        }
    }
}
