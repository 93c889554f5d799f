//! Header fields (RFC 5322 §2.2): names and unfolded values, as many and as long as the limits allow; and where a header
//! ends, also where its empty line is missing.

use super::{charset, parameters::Parameters, words};
use encoding_rs::Encoding;

/// Most bytes of one header that are read.
pub const HEADER_BYTES: usize = 256 * 1024;
/// Most fields of one header that are read.
pub const HEADER_FIELDS: usize = 1000;
/// How many lines are looked ahead to tell a damaged header from a body without an empty line before it.
const LOOKAHEAD_LINES: usize = 8;
/// Longest field name.
const NAME_BYTES: usize = 76;

/// One header field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Name in lower case.
    pub name: String,
    /// Unfolded value without white space around it; raw 8-bit bytes turned into text, encoded words as written.
    pub value: String,
    /// The unfolded bytes: encoded words are put together from bytes.
    raw: Vec<u8>,
}

/// The fields of one header, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// All of them.
    pub all: Vec<Field>,
    /// Whether bytes or fields beyond the limits were left out.
    pub cut: bool,
    /// Charset of raw 8-bit values that are no UTF-8.
    fallback: Option<&'static Encoding>,
}

impl Fields {
    /// The value of the first field of this name (lower case), unfolded, encoded words as written.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.first(name).map(|f| f.value.as_str())
    }

    /// The values of all fields of this name (lower case), in order.
    pub fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.named(name).map(|f| f.value.as_str())
    }

    /// The value of the first field of this name (lower case), encoded words decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        let field = self.first(name)?;
        let text = words::decode(&field.raw, self.fallback);
        Some(words::one_line(&text))
    }

    /// Whether there is a field of this name (lower case).
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The unfolded bytes of all fields of this name (lower case), in order.
    pub fn raw_values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f [u8]> {
        self.named(name).map(|f| f.raw.as_slice())
    }

    /// The first field of this name (lower case) as a value with parameters.
    pub fn parameters(&self, name: &str) -> Parameters {
        let field = self.first(name);
        field
            .map(|f| Parameters::read(&f.raw, self.fallback))
            .unwrap_or_default()
    }

    /// Charset of raw 8-bit values that are no UTF-8.
    pub fn fallback(&self) -> Option<&'static Encoding> {
        self.fallback
    }

    fn named<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f Field> {
        self.all.iter().filter(move |f| f.name == name)
    }

    fn first(&self, name: &str) -> Option<&Field> {
        self.all.iter().find(|f| f.name == name)
    }

    /// Reads the fields at the start of `raw`; answers them and the offset at which the body begins.
    pub fn read(raw: &[u8]) -> (Fields, usize) {
        let mut fields = Fields::default();
        let mut at = start(raw);
        let mut size = 0;
        while at < raw.len() {
            let (line, next) = line_at(raw, at);
            let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
            let is_blank = line.trim_ascii().is_empty();
            if is_blank && (line.is_empty() || !goes_on(raw, next)) {
                at = next;
                break;
            }
            size += next - at;
            if fields.all.len() >= HEADER_FIELDS || size > HEADER_BYTES {
                fields.cut = true;
            } else if is_folded {
                fields.fold(line);
            } else if let Some((name, value)) = name_and_value(line) {
                fields.all.push(Field {
                    name,
                    value: String::new(),
                    raw: value.to_vec(),
                });
            } else if is_mbox_mark(line) {
            } else if is_header_ahead(raw, next) {
                // A line that lost its indentation, or its colon.
                fields.fold(line);
            } else {
                break;
            }
            at = next;
        }
        fields.settle();
        (fields, at)
    }

    /// Adds a continuation line. However a relay indents it, the indentation stands for one space.
    fn fold(&mut self, line: &[u8]) {
        let Some(field) = self.all.last_mut() else {
            return;
        };
        if field.raw.last().is_some_and(u8::is_ascii_whitespace) {
            field.raw.extend_from_slice(line);
            return;
        }
        field.raw.push(b' ');
        field.raw.extend_from_slice(line.trim_ascii_start());
    }

    /// Trims the values, and finds what charset the raw 8-bit bytes of this header are in: the one that its Content-Type
    /// declares, else the one that all of them together look like.
    fn settle(&mut self) {
        for field in &mut self.all {
            field.raw = field.raw.trim_ascii().to_vec();
        }
        let odd: Vec<&[u8]> = self
            .all
            .iter()
            .map(|f| f.raw.as_slice())
            .filter(|raw| std::str::from_utf8(raw).is_err())
            .collect();
        if !odd.is_empty() {
            let bytes = odd.concat();
            let declared = self
                .parameters("content-type")
                .get("charset")
                .and_then(charset::encoding);
            let fits = |e: &&'static Encoding| {
                *e != encoding_rs::UTF_8 && !e.decode_without_bom_handling(&bytes).1
            };
            let guessed = charset::guess(&bytes);
            // Everything fits windows-1252, so that it says nothing against a charset of two bytes that fits too.
            let is_weak = declared == Some(encoding_rs::WINDOWS_1252) && !guessed.is_single_byte();
            self.fallback = Some(
                declared
                    .filter(fits)
                    .filter(|_| !is_weak)
                    .unwrap_or(guessed),
            );
        }
        for field in &mut self.all {
            field.value = words::plain(&field.raw, self.fallback);
        }
    }
}

/// Whether bytes begin like a letter: with a header that says who wrote it, to whom, or what about.
pub fn looks_like_letter(bytes: &[u8]) -> bool {
    let window = bytes.get(..HEADER_BYTES).unwrap_or(bytes);
    let (fields, _) = Fields::read(window);
    fields.has("from") && (fields.has("to") || fields.has("subject") || fields.has("date"))
}

/// Where the header begins: behind empty lines and the `From ` line of a mailbox file.
fn start(raw: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let (line, next) = line_at(raw, at);
        let is_before = line.trim_ascii().is_empty() && next < raw.len() && at + 1000 > next;
        if !is_before || at > HEADER_BYTES {
            break;
        }
        at = next;
    }
    let (line, next) = line_at(raw, at);
    match () {
        () if is_mbox_mark(line) => next,
        () if at == 0 || name_and_value(line.trim_ascii_start()).is_some() => at,
        () => 0,
    }
}

/// The line at an offset without its end, and the offset of the next.
fn line_at(raw: &[u8], at: usize) -> (&[u8], usize) {
    let rest = raw.get(at..).unwrap_or_default();
    let (line, length) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], end + 1),
        None => (rest, rest.len()),
    };
    let end = line.iter().rposition(|b| *b != b'\r').map_or(0, |i| i + 1);
    (&line[..end], at + length)
}

/// Whether a line of spaces belongs to the header: a folded line follows it, or a field that every header knows.
fn goes_on(raw: &[u8], at: usize) -> bool {
    let (line, _) = line_at(raw, at);
    if line.trim_ascii().is_empty() {
        return false;
    }
    if line[0].is_ascii_whitespace() {
        return line.trim_ascii().starts_with(b"=?") || line[0] == b'\t';
    }
    let known = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "received",
    ];
    name_and_value(line)
        .is_some_and(|(name, _)| known.contains(&name.as_str()) || name.starts_with("content-"))
}

/// `Name: value`; absent where the line is none. A name is a word, maybe with spaces before its colon.
fn name_and_value(line: &[u8]) -> Option<(String, &[u8])> {
    let window = line.get(..NAME_BYTES).unwrap_or(line);
    let colon = memchr::memchr(b':', window)?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic());
    is_name.then(|| {
        (
            String::from_utf8_lossy(name).to_ascii_lowercase(),
            &line[colon + 1..],
        )
    })
}

/// The line that mailbox files put before a message; `From : ada@acme.example` is a field.
fn is_mbox_mark(line: &[u8]) -> bool {
    let line = line.strip_prefix(b">").unwrap_or(line);
    let rest = line.strip_prefix(b"From ");
    rest.is_some_and(|rest| !rest.trim_ascii_start().starts_with(b":"))
}

/// Whether header fields follow up to an empty line, so that the line before is a damaged part of the header.
fn is_header_ahead(raw: &[u8], at: usize) -> bool {
    let mut at = at;
    let mut has_field = false;
    for _ in 0..LOOKAHEAD_LINES {
        let (line, next) = line_at(raw, at);
        if line.is_empty() {
            break;
        }
        let is_word = |name: &str| {
            name.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match name_and_value(line) {
            Some((name, _)) if is_word(&name) => has_field = true,
            _ if line[0].is_ascii_whitespace() => (),
            _ => return false,
        }
        at = next;
    }
    has_field
}
