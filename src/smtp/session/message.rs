//! The bytes of a message as they come: DATA with its dots, BDAT with its counts, and what is wrong with them.
//!
//! DATA is decoded here, since smtp-proto's receiver misses a first line that is a dot, passes bare CR and LF, and takes
//! `CR LF . CR CR LF` for the end.

use memchr::{memchr, memchr2};

/// Where the next byte of DATA stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    LineStart,
    /// Behind a dot at the start of a line.
    Dot,
    /// Behind the dot and a CR: LF ends the message, anything else does not.
    DotCr,
    Inside,
    Cr,
}

/// Decodes DATA (RFC 5321 §4.5.2). Only CR LF . CR LF ends it, the first CR LF being that of the command.
#[derive(Debug)]
pub(super) struct Dots {
    at: At,
    taken_bytes: u64,
}

/// How far DATA has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Part,
    Whole,
    /// The client does not listen.
    TooMuch,
}

/// Why a message is refused once it has ended: of several reasons the last of these, so that the answer does not hang on how
/// the bytes were cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    TooLarge,
    Looping,
    BareLineEnd,
    /// Held messages fill the memory or the disk.
    NoRoom,
}

/// What has come of the message so far.
#[derive(Debug)]
pub(super) struct Body {
    held: Vec<u8>,
    total_bytes: u64,
    bytes_max: u64,
    trace: Trace,
    fault: Option<Fault>,
}

/// Counts the Received fields of the header as it passes.
#[derive(Debug)]
enum Trace {
    /// So many letters of `Received:` stand at the start of this line.
    LineStart {
        matched: usize,
        count: u32,
    },
    /// Somewhere else in a line.
    Inside {
        count: u32,
    },
    Over,
}

const TRACE_FIELD: &[u8] = b"received:";
/// More than any real path has (RFC 5321 §6.3 says at least 100 for a limit on all kinds of mail; mail to a CRM that has
/// passed half of that is in a loop).
const TRACE_FIELDS_MAX: u32 = 50;

impl Dots {
    pub(super) fn new() -> Dots {
        Dots {
            at: At::LineStart,
            taken_bytes: 0,
        }
    }

    /// Takes bytes up to the end of the message, or all, or as many as a client may send whose message is refused
    /// already.
    pub(super) fn take(&mut self, input: &mut &[u8], body: &mut Body) -> Taken {
        let bytes_max = body.bytes_max.saturating_mul(2);
        let room = bytes_max.saturating_sub(self.taken_bytes);
        let count = usize::try_from(room).map_or(input.len(), |room| room.min(input.len()));
        let (mut part, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
        let ended = self.decode(&mut part, body);
        self.taken_bytes += (count - part.len()) as u64;
        *input = input.get(count - part.len()..).unwrap_or(rest);
        if ended {
            return Taken::Whole;
        }
        match self.taken_bytes < bytes_max {
            true => Taken::Part,
            false => Taken::TooMuch,
        }
    }

    fn decode(&mut self, input: &mut &[u8], body: &mut Body) -> bool {
        while let Some((&first, rest)) = input.split_first() {
            match (self.at, first) {
                (At::LineStart, b'.') => {
                    self.at = At::Dot;
                    *input = rest;
                }
                (At::Dot, b'\r') => {
                    self.at = At::DotCr;
                    *input = rest;
                }
                (At::DotCr, b'\n') => {
                    *input = rest;
                    return true;
                }
                (At::Cr, b'\n') => {
                    body.push(b"\r\n");
                    self.at = At::LineStart;
                    *input = rest;
                }
                (At::DotCr | At::Cr, _) => {
                    body.fail(Fault::BareLineEnd);
                    self.at = At::Inside;
                }
                (At::LineStart | At::Dot, _) => self.at = At::Inside,
                (At::Inside, _) => self.line(input, body),
            }
        }
        false
    }

    /// Takes the rest of a line, at least one byte.
    fn line(&mut self, input: &mut &[u8], body: &mut Body) {
        let end = memchr2(b'\r', b'\n', input).unwrap_or(input.len());
        let (line, rest) = input.split_at_checked(end).unwrap_or((input, &[]));
        match rest {
            [b'\r', b'\n', ..] => {
                let (line, rest) = input.split_at_checked(end + 2).unwrap_or((input, &[]));
                body.push(line);
                self.at = At::LineStart;
                *input = rest;
            }
            [b'\r', rest @ ..] => {
                body.push(line);
                self.at = At::Cr;
                *input = rest;
            }
            [_, rest @ ..] => {
                body.fail(Fault::BareLineEnd);
                *input = rest;
            }
            [] => {
                body.push(line);
                *input = rest;
            }
        }
    }
}

impl Body {
    /// An empty one, which may grow to so many bytes; `declared_bytes` is what the client said, if it did.
    pub(super) fn new(bytes_max: u64, declared_bytes: u64) -> Body {
        const FIRST_BYTES_MAX: u64 = 16 * 1024;
        Body {
            held: Vec::with_capacity(declared_bytes.min(FIRST_BYTES_MAX) as usize),
            total_bytes: 0,
            bytes_max,
            trace: Trace::LineStart {
                matched: 0,
                count: 0,
            },
            fault: None,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.total_bytes += bytes.len() as u64;
        if self.total_bytes > self.bytes_max {
            self.fail(Fault::TooLarge);
        }
        if self.trace.pass(bytes) > TRACE_FIELDS_MAX {
            self.fail(Fault::Looping);
        }
        if self.fault.is_none() {
            self.held.extend_from_slice(bytes);
        }
    }

    /// Refuses the message; its bytes are let go, and what comes is looked at and thrown away.
    pub(super) fn fail(&mut self, fault: Fault) {
        self.fault = self.fault.max(Some(fault));
        self.held = Vec::new();
    }

    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// All bytes that came, kept or not.
    pub(super) fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    pub(super) fn held(&mut self) -> &mut Vec<u8> {
        &mut self.held
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held.len()
    }
}

impl Trace {
    /// Looks at the next bytes; the count so far.
    fn pass(&mut self, bytes: &[u8]) -> u32 {
        let mut rest = bytes;
        loop {
            match *self {
                Trace::Over => return 0,
                Trace::Inside { count } => {
                    let Some(end) = memchr(b'\n', rest) else {
                        return count;
                    };
                    rest = rest.get(end + 1..).unwrap_or_default();
                    *self = Trace::LineStart { matched: 0, count };
                }
                Trace::LineStart { matched, count } => {
                    let Some((&first, after)) = rest.split_first() else {
                        return count;
                    };
                    *self = Trace::next(matched, count, first);
                    if !matches!(self, Trace::Inside { .. }) {
                        rest = after;
                    }
                }
            }
        }
    }

    fn next(matched: usize, count: u32, letter: u8) -> Trace {
        if matched == 0 && (letter == b'\r' || letter == b'\n') {
            return Trace::Over;
        }
        match TRACE_FIELD.get(matched) {
            Some(wanted) if *wanted != letter.to_ascii_lowercase() => Trace::Inside { count },
            Some(_) if matched + 1 == TRACE_FIELD.len() => Trace::LineStart {
                matched: matched + 1,
                count: count + 1,
            },
            Some(_) => Trace::LineStart {
                matched: matched + 1,
                count,
            },
            None => Trace::Inside { count },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&[u8]]) -> (bool, Vec<u8>, Option<Fault>, usize) {
        let mut dots = Dots::new();
        let mut body = Body::new(1_000, 0);
        let mut ended = false;
        let mut left = 0;
        for piece in pieces {
            let mut input = *piece;
            if !ended {
                ended = dots.take(&mut input, &mut body) == Taken::Whole;
            }
            left += input.len();
        }
        (ended, std::mem::take(body.held()), body.fault(), left)
    }

    #[test]
    fn only_a_dot_between_two_line_ends_ends_the_message() {
        for (bytes, expected) in [
            (&b".\r\n"[..], Some(&b""[..])),
            (b"a\r\n.\r\n", Some(b"a\r\n")),
            (b"\r\n.\r\n", Some(b"\r\n")),
            (b"..\r\n.\r\n", Some(b".\r\n")),
            (b"..a\r\n.b\r\n.\r\n", Some(b".a\r\nb\r\n")),
            (b"a\r\n...\r\n.\r\n", Some(b"a\r\n..\r\n")),
            (b"a.\r\n.\r\n", Some(b"a.\r\n")),
            (b"a\n.\n", None),
            (b"a\r.\r", None),
            (b"a\n.\r\n", None),
            (b"a\r\n.\n", None),
            (b"a\r\n.\r", None),
            (b"a\r\n.\rb\r\n", None),
            (b"a\r\n.\r\r\n", None),
            (b"a\r\r\n.\r\r\n", None),
            (b"a\r.\r\n", None),
            (b"a\r\n\0.\r\n", None),
            (b"a\0\r\n.\n.\n", None),
        ] {
            let (ended, held, fault, left) = decode(&[bytes]);
            assert_eq!(
                ended.then_some(&held[..]),
                expected,
                "{}",
                bytes.escape_ascii()
            );
            assert!(fault.is_none() || !ended, "{}", bytes.escape_ascii());
            assert_eq!(left, 0);
            let apart: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(
                decode(&apart),
                (ended, held, fault, left),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn a_lone_cr_or_lf_spoils_the_message_and_ends_nothing() {
        for bytes in [
            &b"a\nb\r\n.\r\n"[..],
            b"a\rb\r\n.\r\n",
            b"\n\r\n.\r\n",
            b"\n.\r\n\r\n.\r\n",
            b"a\r\n.\n\r\n.\r\n",
            b"a\r\n.\r\r\n.\r\n",
            b"a\r\r\n.\r\n",
        ] {
            let (ended, held, fault, left) = decode(&[bytes, b"next"]);
            assert!(ended, "{}", bytes.escape_ascii());
            assert_eq!(fault, Some(Fault::BareLineEnd), "{}", bytes.escape_ascii());
            assert_eq!((held.len(), left), (0, 4), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn received_fields_are_counted_in_the_header_alone() {
        let field = "RECEIVED: from a\r\n by b\r\n";
        for (fields, body, fault) in [
            (50, "\r\n", None),
            (51, "\r\n", Some(Fault::Looping)),
            (50, "X-Received: from c\r\n\r\nReceived: quoted\r\n", None),
            (50, "\r\nReceived: in the body\r\n", None),
        ] {
            let text = format!("{}{body}.\r\n", field.repeat(fields));
            let whole = decode_with_room(&[text.as_bytes()]);
            let apart: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(whole, fault, "{fields} {body:?}");
            assert_eq!(decode_with_room(&apart), fault, "{fields} {body:?}");
        }
    }

    #[test]
    fn of_several_faults_the_same_is_told_however_the_bytes_are_cut() {
        let looping = "Received: a\r\n".repeat(51);
        for (text, expected) in [
            (
                format!("{}\n\r\n.\r\n", "x".repeat(1_500)),
                Fault::BareLineEnd,
            ),
            (
                format!("\n{}\r\n.\r\n", "x".repeat(1_500)),
                Fault::BareLineEnd,
            ),
            (format!("{looping}{looping}\r\n.\r\n"), Fault::Looping),
            (format!("{}\r\n.\r\n", "x".repeat(1_500)), Fault::TooLarge),
        ] {
            for size in [1, 7, 1_000, text.len()] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                assert_eq!(decode(&pieces).2, Some(expected), "{size}");
            }
        }
    }

    fn decode_with_room(pieces: &[&[u8]]) -> Option<Fault> {
        let mut dots = Dots::new();
        let mut body = Body::new(100_000, 0);
        for piece in pieces {
            let mut input = *piece;
            dots.take(&mut input, &mut body);
        }
        body.fault()
    }
}
