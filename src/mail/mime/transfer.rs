//! Transfer encodings (RFC 2045 §6), forgiving: garbage is passed over, never a reason to lose the rest.

use std::borrow::Cow;

/// A transfer encoding that changes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// 7bit, 8bit, binary, and whatever nobody knows.
    #[default]
    Identity,
    /// RFC 2045 §6.8.
    Base64,
    /// RFC 2045 §6.7.
    QuotedPrintable,
    /// `x-uuencode`.
    Uuencode,
}

impl Encoding {
    /// By the value of Content-Transfer-Encoding, also where it is misspelt.
    pub fn named(value: &str) -> Encoding {
        let name: String = value
            .chars()
            .take_while(|c| *c != ';' && *c != '(')
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match name.as_str() {
            "base64" | "xbase64" | "b64" | "base" => Encoding::Base64,
            "quotedprintable" | "xquotedprintable" | "quoted" | "qp" | "quotedprintible" => {
                Encoding::QuotedPrintable
            }
            "uuencode" | "xuuencode" | "uue" | "xuue" => Encoding::Uuencode,
            _ => Encoding::Identity,
        }
    }

    /// The encoding that these bytes really have: what is labelled base64 and is plain text is not encoded.
    pub fn of(self, bytes: &[u8]) -> Encoding {
        match self {
            Encoding::Base64 if !is_base64(bytes) => Encoding::Identity,
            encoding => encoding,
        }
    }

    /// The decoded bytes.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Encoding::Identity => Cow::Borrowed(bytes),
            Encoding::Base64 => Cow::Owned(base64(bytes)),
            Encoding::QuotedPrintable => Cow::Owned(quoted_printable(bytes)),
            Encoding::Uuencode => match super::uuencode::whole(bytes) {
                Some(file) => Cow::Owned(file),
                None => Cow::Borrowed(bytes),
            },
        }
    }
}

/// The value of a base64 character.
pub fn base64_value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Whether this is base64 at all: plain text with a wrong label has spaces in its lines.
fn is_base64(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|b| *b == b'\n' || *b == b'\r')
        .map(|l| l.trim_ascii());
    let Some(first) = line.take(1000).find(|l| !l.is_empty()) else {
        return true;
    };
    let first = first.get(..200).unwrap_or(first);
    let strange = first
        .iter()
        .filter(|b| base64_value(**b).is_none() && **b != b'=')
        .count();
    strange * 8 <= first.len()
}

/// Base64 with whatever stands between its characters passed over. Padding in the middle ends a group, not the text, since
/// some encode line by line; but what follows padding and is plain text (a list's footer) is not read.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut held, mut count) = (0_u32, 0_u8);
    let mut is_padded = false;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if is_padded && !is_base64(line) {
            break;
        }
        for &byte in line {
            let Some(value) = base64_value(byte) else {
                if byte == b'=' {
                    close_group(&mut decoded, held, count);
                    (held, count, is_padded) = (0, 0, true);
                }
                continue;
            };
            held = held << 6 | u32::from(value);
            count += 1;
            if count == 4 {
                decoded.extend_from_slice(&held.to_be_bytes()[1..]);
                (held, count) = (0, 0);
            }
        }
    }
    close_group(&mut decoded, held, count);
    decoded
}

fn close_group(decoded: &mut Vec<u8>, held: u32, count: u8) {
    match count {
        2 => decoded.push((held >> 4) as u8),
        3 => decoded.extend_from_slice(&((held >> 2) as u16).to_be_bytes()),
        _ => (),
    }
}

/// Quoted-printable. What is no escape is kept as it stands; white space that a relay left at the end of a line goes.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let has_end = line.ends_with(b"\n");
        let text = line.trim_ascii_end();
        let is_soft = text.ends_with(b"=") && (has_end || text.len() == line.len());
        let text = if is_soft {
            &text[..text.len() - 1]
        } else {
            text
        };
        unescape(text, &mut decoded);
        if has_end && !is_soft {
            let is_crlf = line.ends_with(b"\r\n");
            decoded.extend_from_slice(if is_crlf { b"\r\n" } else { b"\n" });
        }
    }
    decoded
}

/// The payload of an encoded word in the Q encoding (RFC 2047 §4.2).
pub fn q_word(bytes: &[u8]) -> Vec<u8> {
    // `_` is a space and `=5F` an underscore: so spaces first.
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == b'_' { b' ' } else { *b })
        .collect();
    let mut decoded = Vec::with_capacity(bytes.len());
    unescape(&spaced, &mut decoded);
    decoded
}

/// Decodes `=XX`; any other `=` stays.
fn unescape(text: &[u8], decoded: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'=', rest) {
        decoded.extend_from_slice(&rest[..at]);
        let digits = rest
            .get(at + 1..at + 3)
            .and_then(|two| Some((hex(two[0])?, hex(two[1])?)));
        match digits {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                rest = &rest[at + 3..];
            }
            None => {
                decoded.push(b'=');
                rest = &rest[at + 1..];
            }
        }
    }
    decoded.extend_from_slice(rest);
}

/// The value of a hexadecimal digit.
pub fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|d| d as u8)
}
