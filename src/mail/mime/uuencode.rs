//! Files inside text: uuencode and yEnc, as mail carried them before MIME and newsreaders still do.

/// A file that stood in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its name as written.
    pub name: Vec<u8>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Takes the files out of a text: the text without them, and the files in order.
pub fn take_out(text: &[u8]) -> (Vec<u8>, Vec<Embedded>) {
    let mut kept = Vec::with_capacity(text.len());
    let mut files = Vec::new();
    let mut rest = text;
    // Bytes that follow the last `=yend`: a begin there has no end, and must not be looked for again and again.
    let endless = memchr::memmem::rfind(text, b"\n=yend").map_or(text.len(), |at| text.len() - at);
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        let found = match line {
            [b'b', b'e', b'g', b'i', b'n', b' ' | b'-', ..] => uu_file(line, after),
            [b'=', b'y', b'b', b'e', b'g', b'i', b'n', b' ', ..] if after.len() + 1 >= endless => {
                y_file(line, after)
            }
            _ => None,
        };
        match found {
            Some((file, end)) => {
                files.push(file);
                rest = end;
            }
            None => {
                kept.extend_from_slice(&rest[..rest.len() - after.len()]);
                rest = after;
            }
        }
    }
    (kept, files)
}

/// Whether [`take_out`] would have anything to look at.
pub fn may_hold_files(text: &[u8]) -> bool {
    ["begin ", "begin-base64 ", "=ybegin "].iter().any(|mark| {
        memchr::memmem::find_iter(text, mark.as_bytes()).any(|at| at == 0 || text[at - 1] == b'\n')
    })
}

/// The file of a part whose transfer encoding is uuencode, with or without its `begin` line.
pub fn whole(bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, files) = take_out(bytes);
    if let Some(file) = files.into_iter().next() {
        return Some(file.bytes);
    }
    let mut decoded = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        if !line.is_empty() && line != b"end" {
            decoded.extend(uu_line(line)?);
        }
        rest = after;
    }
    Some(decoded)
}

/// A line without its end, and what follows it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', text) {
        Some(at) => (
            text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]),
            &text[at + 1..],
        ),
        None => (text, &[]),
    }
}

/// `begin 644 name`, lines, `end`; `begin-base64` likewise. The `end` may be missing; at least one line must decode, and a
/// `begin` in a sentence is none.
fn uu_file<'t>(begin: &[u8], after: &'t [u8]) -> Option<(Embedded, &'t [u8])> {
    let (is_base64, rest) = match begin.strip_prefix(b"begin-base64 ") {
        Some(rest) => (true, rest),
        None => (false, begin.strip_prefix(b"begin ")?),
    };
    let space = memchr::memchr(b' ', rest)?;
    let (mode, name) = (&rest[..space], rest[space..].trim_ascii());
    if !(3..=4).contains(&mode.len())
        || !mode.iter().all(|b| (b'0'..=b'7').contains(b))
        || name.is_empty()
    {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = after;
    let mut lines = 0;
    while !rest.is_empty() {
        let (line, next) = split_line(rest);
        if line == b"end" || (is_base64 && line == b"====") {
            rest = next;
            break;
        }
        if is_base64 {
            bytes.extend(super::transfer::base64(line));
        } else if let Some(decoded) = uu_line(line) {
            bytes.extend(decoded);
        } else if !line.is_empty() {
            break;
        }
        lines += 1;
        rest = next;
    }
    let name = name.to_vec();
    (lines > 0 && !bytes.is_empty()).then_some((Embedded { name, bytes }, rest))
}

/// One uuencoded line; absent where it is none. Trailing spaces may have been lost on the way.
fn uu_line(line: &[u8]) -> Option<Vec<u8>> {
    let (&first, data) = line.split_first()?;
    if !(b' '..=b'`').contains(&first) {
        return None;
    }
    let length = usize::from((first - b' ') & 63);
    let needed = length.div_ceil(3) * 4;
    let fits = data.len() * 2 >= needed && data.len() <= needed + 2;
    if !fits || !data.iter().all(|b| (b' '..=b'`').contains(b)) {
        return None;
    }
    let mut decoded = Vec::with_capacity(length + 2);
    for four in data.chunks(4) {
        let value = |i: usize| u32::from((four.get(i).copied().unwrap_or(b' ') - b' ') & 63);
        let group = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
        decoded.extend_from_slice(&group.to_be_bytes()[1..]);
    }
    decoded.resize(length, 0);
    Some(decoded)
}

/// `=ybegin line=128 size=9 name=x`, maybe `=ypart`, lines, `=yend`.
fn y_file<'t>(begin: &[u8], after: &'t [u8]) -> Option<(Embedded, &'t [u8])> {
    let name_at = memchr::memmem::find(begin, b" name=")?;
    let name = begin[name_at + 6..].trim_ascii().to_vec();
    let mut bytes = Vec::new();
    let mut rest = after;
    let mut is_ended = false;
    while !rest.is_empty() && !is_ended {
        let (line, next) = split_line(rest);
        is_ended = line.starts_with(b"=yend");
        if !is_ended && !line.starts_with(b"=ypart") {
            y_line(line, &mut bytes);
        }
        rest = next;
    }
    is_ended.then_some((Embedded { name, bytes }, rest))
}

fn y_line(line: &[u8], decoded: &mut Vec<u8>) {
    let mut is_escaped = false;
    // NNTP doubles a dot at the start of a line.
    let line = line
        .strip_prefix(b".")
        .filter(|l| l.starts_with(b"."))
        .unwrap_or(line);
    for &byte in line {
        if byte == b'=' && !is_escaped {
            is_escaped = true;
            continue;
        }
        let shift = if is_escaped { 42 + 64 } else { 42_u8 };
        decoded.push(byte.wrapping_sub(shift));
        is_escaped = false;
    }
}
