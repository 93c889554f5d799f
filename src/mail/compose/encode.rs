//! Transfer encodings and encoded words, written (RFC 2045 §6, RFC 2047). Lines end with CRLF and have at most 76 bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longest line of an encoded body, in bytes, without its end (RFC 2045 §6.7, §6.8).
pub const LINE_BYTES: usize = 76;
/// Bytes that make one line of base64.
const BASE64_BYTES: usize = LINE_BYTES / 4 * 3;
/// Longest encoded word, in bytes (RFC 2047 §2).
const WORD_BYTES: usize = 75;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Base64, each line ended.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut written =
        Vec::with_capacity(bytes.len() / BASE64_BYTES * (LINE_BYTES + 2) + LINE_BYTES + 2);
    let mut line = [0; LINE_BYTES];
    for chunk in bytes.chunks(BASE64_BYTES) {
        // A chunk of 57 bytes fits the line of 76, so nothing is ever left out.
        let length = STANDARD.encode_slice(chunk, &mut line).unwrap_or_default();
        written.extend_from_slice(line.get(..length).unwrap_or_default());
        written.extend_from_slice(b"\r\n");
    }
    written
}

/// Quoted-printable of a text: its line ends, whatever they are, become CRLF; the last line is ended.
pub fn quoted_printable(text: &str) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len() + text.len() / 8 + 2);
    let text = text.strip_suffix('\n').unwrap_or(text);
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        quote_line(line, &mut written);
        written.extend_from_slice(b"\r\n");
    }
    written
}

fn quote_line(line: &str, written: &mut Vec<u8>) {
    let mut column = 0;
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        let is_last = rest.len() == c.len_utf8();
        let is_plain = match c {
            ' ' | '\t' => !is_last,
            '=' => false,
            // What a mail server, a mailbox file or a boundary would take for its own.
            '.' => column > 0,
            'F' => column > 0 || !rest.starts_with("From "),
            '-' => column > 0 || !rest.starts_with("--"),
            _ => c.is_ascii_graphic(),
        };
        let width = if is_plain { 1 } else { 3 * c.len_utf8() };
        if column + width > LINE_BYTES - usize::from(!is_last) {
            written.extend_from_slice(b"=\r\n");
            // At the beginning of a line other rules hold.
            column = 0;
            if is_plain && !matches!(c, '.' | 'F' | '-') {
                written.push(c as u8);
                column = 1;
                continue;
            }
            escape(c, written);
            column += 3 * c.len_utf8();
            continue;
        }
        if is_plain {
            written.push(c as u8);
        } else {
            escape(c, written);
        }
        column += width;
    }
}

fn escape(c: char, written: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    for &byte in c.encode_utf8(&mut buffer).as_bytes() {
        written.extend_from_slice(&[b'=', hex(byte >> 4), hex(byte)]);
    }
}

fn hex(nibble: u8) -> u8 {
    HEX.get(usize::from(nibble & 15)).copied().unwrap_or(b'0')
}

/// A text and the encoding in which it is shorter, ready for Content-Transfer-Encoding.
pub fn text(text: &str) -> (&'static str, Vec<u8>) {
    let foreign = text.bytes().filter(|b| !b.is_ascii()).count();
    if foreign * 6 <= text.len() {
        return ("quoted-printable", quoted_printable(text));
    }
    let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
    ("base64", base64(lines.as_bytes()))
}

/// A text as encoded words (RFC 2047), none of which splits a character. The first is at most `first_bytes` long, so that it
/// fits behind what already stands on the line. The letters are those that are allowed everywhere, also in a phrase.
pub fn words(text: &str, first_bytes: usize) -> Vec<String> {
    let foreign = text.bytes().filter(|b| !b.is_ascii()).count();
    let is_base64 = foreign * 3 > text.len();
    let mark = if is_base64 { 'B' } else { 'Q' };
    let mut words = Vec::new();
    let mut piece = String::new();
    let mut room = payload_bytes(first_bytes);
    let mut used = 0;
    for c in text.chars() {
        let width = match is_base64 {
            true => c.len_utf8(),
            false => q_width(c),
        };
        let most = if is_base64 { room / 4 * 3 } else { room };
        if used + width > most && !piece.is_empty() {
            words.push(word(mark, &piece));
            piece.clear();
            used = 0;
            room = payload_bytes(WORD_BYTES);
        }
        piece.push(c);
        used += width;
    }
    if !piece.is_empty() {
        words.push(word(mark, &piece));
    }
    words
}

fn payload_bytes(word_bytes: usize) -> usize {
    let frame = "=?utf-8?Q??=".len();
    word_bytes.min(WORD_BYTES).saturating_sub(frame).max(16)
}

fn q_width(c: char) -> usize {
    if is_q_letter(c) || c == ' ' {
        1
    } else {
        3 * c.len_utf8()
    }
}

/// RFC 2047 §5 (3).
fn is_q_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!*+-/".contains(c)
}

fn word(mark: char, piece: &str) -> String {
    let payload = match mark {
        'B' => STANDARD.encode(piece),
        _ => {
            let mut payload = Vec::with_capacity(piece.len() * 3);
            for c in piece.chars() {
                match c {
                    ' ' => payload.push(b'_'),
                    c if is_q_letter(c) => payload.push(c as u8),
                    c => escape(c, &mut payload),
                }
            }
            String::from_utf8(payload).unwrap_or_default()
        }
    };
    format!("=?utf-8?{mark}?{payload}?=")
}
