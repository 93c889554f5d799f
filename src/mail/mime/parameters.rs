//! Content-Type and Content-Disposition: a value and its parameters (RFC 2045 §5.1, RFC 2183), with continuations and
//! charsets (RFC 2231), and with everything that clients do instead.

use super::{address::escape_end, charset, transfer, words};
use encoding_rs::Encoding;

/// Most parameters of one field that are read.
const PARAMETERS: usize = 500;

/// A value with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The value before the parameters, lower case, without comments and spaces.
    pub value: String,
    parameters: Vec<(String, String)>,
}

/// A parameter, or a segment of one, as written.
struct Segment {
    name: String,
    /// Position of the segment; 0 where the parameter is not continued.
    position: u32,
    /// Whether it is percent-encoded.
    is_extended: bool,
    /// Whether it is a segment or carries a charset at all, which wins over a plain one of the same name.
    is_starred: bool,
    bytes: Vec<u8>,
}

impl Parameters {
    /// Reads a field value. `fallback` is the charset of raw 8-bit text that is no UTF-8.
    pub fn read(value: &[u8], fallback: Option<&'static Encoding>) -> Parameters {
        let mut pieces = split(value).into_iter();
        let first = pieces.next().unwrap_or_default();
        let first = String::from_utf8_lossy(first).to_ascii_lowercase();
        let first = first.trim().trim_matches('"');
        // `text/plain charset=utf-8`: the semicolon is missing.
        let (main, rest) = match first.split_once(char::is_whitespace) {
            Some((main, rest)) if rest.contains('=') => (main, Some(rest.to_owned())),
            Some((main, _)) if main.contains('/') => (main, None),
            _ => (first, None),
        };
        let is_parameter = main.contains('=') && !main.contains('/');
        let lost = is_parameter.then(|| main.to_owned()).or(rest);
        let mut segments: Vec<Segment> =
            lost.iter().filter_map(|l| segment(l.as_bytes())).collect();
        segments.extend(pieces.filter_map(segment).take(PARAMETERS));
        Parameters {
            value: if is_parameter {
                String::new()
            } else {
                main.chars().filter(|c| !c.is_whitespace()).collect()
            },
            parameters: join(segments, fallback),
        }
    }

    /// The decoded value of a parameter, by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Cuts at semicolons that stand in no quotes; comments are left out.
fn split(value: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut is_quoted = false;
    let last_quote = memchr::memrchr(b'"', value).unwrap_or(0);
    while let Some(&byte) = value.get(at) {
        match byte {
            b'"' if is_quoted => is_quoted = false,
            // A quote that never closes is none.
            b'"' if at < last_quote => is_quoted = true,
            b'\\'
                if is_quoted
                    && value.get(at + 1) == Some(&b'"')
                    && ends_later(value, at + 2, last_quote) =>
            {
                at += 1
            }
            0x1b => {
                at = escape_end(value, at);
                continue;
            }
            b';' if !is_quoted => {
                pieces.push(&value[start..at]);
                start = at + 1;
            }
            _ => (),
        }
        at += 1;
    }
    pieces.push(&value[start..]);
    pieces
}

/// Whether a quote behind a backslash is escaped: `"C:\dir\"` ends with a backslash and no escaped quote.
fn ends_later(value: &[u8], at: usize, last_quote: usize) -> bool {
    at <= last_quote && !matches!(value.get(at), None | Some(b';'))
}

/// One piece `name=value`, of which the name may say `*`, `*0` or `*0*`.
fn segment(piece: &[u8]) -> Option<Segment> {
    let equals = memchr::memchr(b'=', piece)?;
    let name = without_comment(&piece[..equals]);
    let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
    let mut stars = name.split('*');
    let base = stars.next().unwrap_or_default().trim().to_owned();
    if base.is_empty() {
        return None;
    }
    let (mut position, mut is_extended, mut is_starred) = (0, false, false);
    for star in stars {
        is_starred = true;
        match star.trim().parse() {
            Ok(number) => position = number,
            Err(_) => is_extended = true,
        }
    }
    Some(Segment {
        name: base,
        position,
        is_extended,
        is_starred,
        bytes: unquote(piece[equals + 1..].trim_ascii()),
    })
}

/// `(comment) name`: only in front, where a comment before a parameter stands.
fn without_comment(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii();
    match (name.first(), memchr::memrchr(b')', name)) {
        (Some(b'('), Some(end)) => &name[end + 1..],
        _ => name,
    }
}

/// The inside of a quoted string, or the value up to a comment. A backslash before anything but a quote or another stays,
/// because it is part of a Windows path.
fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inside) = value.strip_prefix(b"\"") else {
        // ` (comment)` behind a token; a name with parentheses in it is left alone.
        let comment = memchr::memmem::find(value, b" (").filter(|_| value.ends_with(b")"));
        let is_name = value.contains(&b'.');
        let end = comment.filter(|_| !is_name).unwrap_or(value.len());
        return value[..end].trim_ascii().trim_ascii_end().to_vec();
    };
    let end = memchr::memrchr(b'"', inside).unwrap_or(inside.len());
    let mut text = Vec::with_capacity(end);
    let mut at = 0;
    while at < end {
        let byte = inside[at];
        if byte == b'\\' && at + 1 < end && matches!(inside[at + 1], b'"' | b'\\') {
            at += 1;
        }
        text.push(inside[at]);
        at += 1;
    }
    text
}

/// Puts segments together and decodes them.
fn join(mut segments: Vec<Segment>, fallback: Option<&'static Encoding>) -> Vec<(String, String)> {
    // Stable: what stands first wins among those that are written twice.
    segments.sort_by(|a, b| {
        (&a.name, !a.is_starred, a.position).cmp(&(&b.name, !b.is_starred, b.position))
    });
    let mut joined: Vec<(String, String)> = Vec::new();
    for group in segments.chunk_by(|a, b| a.name == b.name && a.is_starred == b.is_starred) {
        let name = &group[0].name;
        if joined
            .last()
            .is_some_and(|(last, value)| last == name && !value.is_empty())
        {
            continue;
        }
        let text = if group[0].is_starred {
            extended(group)
        } else {
            plain(&group[0].bytes, fallback)
        };
        let text = words::one_line(&text);
        joined.push((name.clone(), text.trim().to_owned()));
    }
    joined
}

/// Raw bytes, or encoded words where RFC 2047 forbids them and everybody writes them.
fn plain(bytes: &[u8], fallback: Option<&'static Encoding>) -> String {
    words::decode(bytes, fallback)
}

/// `charset'language'percent-encoded`, continued over segments of which each may be encoded or not.
fn extended(group: &[Segment]) -> String {
    let mut label = None;
    let mut bytes = Vec::new();
    let mut previous = None;
    for (index, segment) in group.iter().enumerate() {
        if index > 0 && previous == Some(segment.position) {
            continue; // written twice
        }
        previous = Some(segment.position);
        let mut rest = &segment.bytes[..];
        if segment.is_extended && label.is_none() {
            let mut quotes = memchr::memchr_iter(b'\'', rest);
            if let (Some(first), Some(second)) = (quotes.next(), quotes.next()) {
                label = Some(String::from_utf8_lossy(&rest[..first]).into_owned());
                rest = &rest[second + 1..];
            }
        }
        if segment.is_extended {
            bytes.extend(percent(rest));
        } else {
            bytes.extend_from_slice(rest);
        }
    }
    match label {
        Some(label) => charset::decode(&bytes, Some(&label)),
        None => words::decode(&bytes, None),
    }
}

fn percent(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let digits = text
            .get(at + 1..at + 3)
            .and_then(|two| Some((transfer::hex(two[0])?, transfer::hex(two[1])?)));
        match digits {
            Some((high, low)) if byte == b'%' => {
                decoded.push(high << 4 | low);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}
