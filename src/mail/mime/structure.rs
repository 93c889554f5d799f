//! Where the parts of a multipart begin and end (RFC 2046 §5.1), also where the boundary is missing or wrong.

use memchr::memmem;

/// Longest boundary that is believed, in bytes (RFC 2046 allows 70).
const BOUNDARY_BYTES: usize = 998;

/// A multipart, cut.
pub struct Split<'a> {
    /// Each part with its header.
    pub parts: Vec<&'a [u8]>,
    /// Whether more parts than `most` are there.
    pub is_cut: bool,
}

/// Cuts a multipart into at most `most` parts. Without a boundary, or with one that never occurs, the boundary is taken from
/// the first line that looks like one. Absent where there is none at all.
pub fn split<'a>(body: &'a [u8], boundary: Option<&str>, most: usize) -> Option<Split<'a>> {
    let declared = boundary
        .map(str::as_bytes)
        .filter(|b| !b.is_empty() && b.len() <= BOUNDARY_BYTES);
    let found = declared.and_then(|b| {
        let strict = cut(body, b, most, |rest| rest.is_empty());
        // Some add words or a comment behind the boundary.
        strict.or_else(|| cut(body, b, most, |_| true))
    });
    found.or_else(|| cut(body, guess(body)?, most, |rest| rest.is_empty()))
}

/// The boundary of a body whose header does not tell one: of the first line `--…` that a part's header or an empty line
/// follows.
pub fn guess(body: &[u8]) -> Option<&[u8]> {
    memmem::find_iter(body, b"--").find_map(|at| {
        let is_start = at == 0 || body[at - 1] == b'\n';
        let rest = body.get(at + 2..).filter(|_| is_start)?;
        let end = memchr::memchr(b'\n', rest.get(..BOUNDARY_BYTES).unwrap_or(rest))?;
        let line = rest[..end].trim_ascii_end();
        let next = rest.get(end + 1..end + 9)?;
        let is_boundary =
            !line.is_empty() && !line.contains(&b' ') && next.eq_ignore_ascii_case(b"content-");
        is_boundary.then_some(line)
    })
}

/// Whether a body without a type begins like a multipart whose header was lost.
pub fn starts_with_part(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = start
        .strip_prefix(b"This is a multi-part message in MIME format.")
        .unwrap_or(start)
        .trim_ascii_start();
    let window = start.get(..2 * BOUNDARY_BYTES).unwrap_or(start);
    start.starts_with(b"--") && guess(window).is_some()
}

fn cut<'a>(
    body: &'a [u8],
    boundary: &[u8],
    most: usize,
    is_end: fn(&[u8]) -> bool,
) -> Option<Split<'a>> {
    let delimiter = [b"--", boundary].concat();
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    for at in memmem::find_iter(body, &delimiter) {
        if at > 0 && body[at - 1] != b'\n' {
            continue;
        }
        let rest = &body[at + delimiter.len()..];
        let is_close = rest.starts_with(b"--");
        let line_end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..line_end].trim_ascii();
        let line = if is_close {
            line.strip_prefix(b"--").unwrap_or(line).trim_ascii()
        } else {
            line
        };
        if !is_end(line) {
            continue;
        }
        if let Some(start) = open.take() {
            parts.push(without_last_break(&body[start..at.max(start)]));
        }
        if parts.len() >= most {
            return Some(Split {
                parts,
                is_cut: true,
            });
        }
        // Behind the closing one only another boundary opens a part: what stands there otherwise is no part.
        if !is_close {
            open = Some((at + delimiter.len() + line_end + 1).min(body.len()));
        }
    }
    if let Some(start) = open {
        parts.push(&body[start..]);
    }
    (!parts.is_empty()).then_some(Split {
        parts,
        is_cut: false,
    })
}

/// The line break before a boundary belongs to the boundary.
fn without_last_break(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}
