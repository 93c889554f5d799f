//! Encoded words (RFC 2047), as they are and as they are broken: raw bytes inside, characters split between two words,
//! spaces and question marks inside, missing ends, words glued to text or put into quotes.

use super::{charset, transfer};

/// Longest charset label that is believed, in bytes.
const LABEL_BYTES: usize = 60;

/// An encoded word, its payload not yet decoded.
struct Word<'a> {
    label: &'a [u8],
    is_base64: bool,
    payload: &'a [u8],
    /// Offset after the word.
    end: usize,
}

/// Words of one charset that stand side by side: their bytes are decoded together, because many clients split the text
/// between the bytes of a character.
#[derive(Default)]
struct Run {
    label: Vec<u8>,
    bytes: Vec<u8>,
    /// Base64 that does not end on a whole group of four: it goes on in the next word.
    base64: Vec<u8>,
}

/// A field value with its encoded words decoded. `fallback` is the charset of raw 8-bit text between them that is no UTF-8.
pub fn decode(value: &[u8], fallback: Option<&'static encoding_rs::Encoding>) -> String {
    let mut text = String::with_capacity(value.len());
    let mut run: Option<Run> = None;
    let mut literal = 0; // where the text that is no word began
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&value[from..], b"=?").map(|i| from + i) {
        let Some(word) = parse(value, at) else {
            from = at + 2;
            continue;
        };
        let between = &value[literal..at];
        if run.is_none() || !between.trim_ascii().is_empty() {
            flush(&mut text, run.take());
            text.push_str(&plain(between, fallback));
        }
        add(&mut text, &mut run, &word);
        from = word.end;
        literal = word.end;
    }
    flush(&mut text, run);
    text.push_str(&plain(&value[literal..], fallback));
    text
}

/// A decoded text of one line, as it is shown: without controls, and without the marks that turn the direction of writing,
/// with which a name or a file's ending is made to look like another.
pub fn one_line(text: &str) -> String {
    let is_shown = |c: &char| {
        (!c.is_control() || *c == '\t')
            && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(is_shown).collect()
}

/// Text outside encoded words.
pub fn plain(bytes: &[u8], fallback: Option<&'static encoding_rs::Encoding>) -> String {
    match (std::str::from_utf8(bytes), fallback) {
        (Err(_), Some(encoding)) => encoding
            .decode_without_bom_handling(bytes)
            .0
            .replace('\0', ""),
        _ => charset::detect(bytes),
    }
}

fn add(text: &mut String, run: &mut Option<Run>, word: &Word<'_>) {
    let is_other = run
        .as_ref()
        .is_some_and(|r| !r.label.eq_ignore_ascii_case(word.label));
    if is_other {
        flush(text, run.take());
    }
    let run = run.get_or_insert_with(|| Run {
        label: word.label.to_vec(),
        ..Run::default()
    });
    if !word.is_base64 {
        run.close_base64();
        run.bytes.extend(transfer::q_word(word.payload));
        return;
    }
    run.base64
        .extend(word.payload.iter().filter(|b| !b.is_ascii_whitespace()));
    if run.base64.len().is_multiple_of(4) || run.base64.ends_with(b"=") {
        run.close_base64();
    }
}

impl Run {
    fn close_base64(&mut self) {
        let base64 = std::mem::take(&mut self.base64);
        self.bytes.extend(transfer::base64(&base64));
    }
}

fn flush(text: &mut String, run: Option<Run>) {
    let Some(mut run) = run else { return };
    run.close_base64();
    let label = String::from_utf8_lossy(&run.label).into_owned();
    let decoded = charset::decode(&run.bytes, Some(&label));
    // A line break inside a word would let it write header lines or reply text of its own.
    text.extend(
        decoded
            .chars()
            .map(|c| if c.is_control() && c != '\t' { ' ' } else { c }),
    );
}

/// The encoded word that begins at `at`, where there is one.
fn parse(value: &[u8], at: usize) -> Option<Word<'_>> {
    let rest = value.get(at + 2..)?;
    let window = rest.get(..LABEL_BYTES).unwrap_or(rest);
    let label_end = memchr::memchr(b'?', window)?;
    let label = &rest[..label_end];
    if label.iter().any(|b| b.is_ascii_whitespace() || *b == b'=') {
        return None;
    }
    let is_base64 = match rest.get(label_end + 1)? {
        b'b' | b'B' => true,
        b'q' | b'Q' => false,
        _ => return None,
    };
    if rest.get(label_end + 2) != Some(&b'?') {
        return None;
    }
    let start = label_end + 3;
    let (length, skipped) = payload_end(&rest[start..], is_base64)?;
    Some(Word {
        label: label.split(|b| *b == b'*').next().unwrap_or(label),
        is_base64,
        payload: &rest[start..start + length],
        end: at + 2 + start + length + skipped,
    })
}

/// How long the payload is, and how many bytes its end takes. Never looks beyond the next `=?`, so that a value is read in
/// linear time however many words without an end it holds.
fn payload_end(payload: &[u8], is_base64: bool) -> Option<(usize, usize)> {
    let mut doubtful = None;
    let mut from = 0;
    while let Some(mark) = memchr::memchr(b'?', &payload[from..]).map(|i| from + i) {
        let next = payload.get(mark + 1);
        let is_escape = payload
            .get(mark + 2..mark + 4)
            .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        from = mark + 1;
        match next {
            // An unescaped `?` before an escape: `Really?=21?=` goes on, if it ends later.
            Some(b'=') if is_escape && !is_base64 => _ = doubtful.get_or_insert((mark, 2)),
            Some(b'=') => return Some((mark, 2)),
            // The `=` of the end was cut off or folded away.
            None => return Some((mark, 1)),
            Some(b' ' | b'\t') if is_base64 => return Some((mark, 1)),
            _ if is_base64 => return None,
            _ if mark > 0 && payload[mark - 1] == b'=' => return doubtful, // the next word begins
            _ => (),
        }
    }
    // No end at all: a word that was cut off by a length limit goes up to the end of the value.
    let is_cut = !payload.is_empty() && !payload.iter().any(u8::is_ascii_whitespace);
    doubtful.or(is_cut.then_some((payload.len(), 0)))
}
