//! Charsets that browsers gave up and mail did not: UTF-7, UTF-16 and UTF-32, HZ, ISO-2022-KR and ISO-2022-CN.

use encoding_rs::{EUC_KR, Encoding, GBK, ISO_2022_JP, UTF_16BE, UTF_16LE};

/// Text in one of the charsets of this file; absent for all others. `label` is in lower case.
pub fn decode(bytes: &[u8], label: &str) -> Option<String> {
    match label {
        "utf-7" | "utf7" | "unicode-1-1-utf-7" | "x-unicode-2-0-utf-7" | "csunicode11utf7" => {
            Some(utf_7(bytes))
        }
        "utf-16" | "utf16" | "utf-16le" | "utf-16be" | "unicode" | "iso-10646-ucs-2" | "ucs-2" => {
            Some(utf_16(bytes, label))
        }
        "utf-32" | "utf32" | "utf-32le" | "utf-32be" | "ucs-4" => Some(utf_32(bytes, label)),
        "hz-gb-2312" | "hz" => Some(hz(bytes)),
        "iso-2022-kr" | "csiso2022kr" => Some(shifted(bytes, EUC_KR)),
        "iso-2022-cn" | "iso-2022-cn-ext" => Some(shifted(bytes, GBK)),
        _ => None,
    }
}

/// Text that marks its charset itself: by a byte order mark, or by the escapes of ISO-2022-JP.
pub fn by_mark(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Some(utf_32(bytes, "utf-32"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Some(utf_16(bytes, "utf-16"));
    }
    if memchr::memchr(0x1b, bytes).is_none() || !bytes.is_ascii() {
        return None;
    }
    let escapes = [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J", b"\x1b(I"];
    if escapes
        .into_iter()
        .any(|e| memchr::memmem::find(bytes, e).is_some())
    {
        return Some(iso_2022_jp(bytes));
    }
    memchr::memmem::find(bytes, b"\x1b$)C").map(|_| shifted(bytes, EUC_KR))
}

/// ISO-2022-JP (RFC 1468). An escape directly before another says nothing, and would be shown as damage; it stands where two
/// encoded words meet. A line begins in ASCII, so that damage ends with its line.
pub fn iso_2022_jp(bytes: &[u8]) -> String {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut is_two_byte = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let is_escape = byte == 0x1b && matches!(bytes.get(at + 1), Some(b'$' | b'('));
        if is_escape {
            is_two_byte = bytes[at + 1] == b'$';
            let length = if bytes.get(at + 1..at + 3) == Some(b"$(") {
                4
            } else {
                3
            };
            if bytes.get(at + length) == Some(&0x1b) {
                at += length;
                continue;
            }
        }
        if byte == b'\n' && std::mem::take(&mut is_two_byte) {
            kept.extend_from_slice(b"\x1b(B");
        }
        kept.push(byte);
        at += 1;
    }
    let text = ISO_2022_JP.decode_without_bom_handling(&kept);
    text.0.into_owned()
}

/// UTF-7 (RFC 2152).
fn utf_7(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut units: Vec<u16> = Vec::new();
    let mut bits: Option<(u32, u32)> = None; // pending bits and how many of them
    let mut at_start = false;
    for &byte in bytes {
        let Some((held, count)) = bits else {
            match byte {
                b'+' => (bits, at_start) = (Some((0, 0)), true),
                _ => text.push(char::from(byte)),
            }
            continue;
        };
        if let Some(value) = super::transfer::base64_value(byte) {
            let (mut held, mut count) = ((held << 6 | u32::from(value)) & 0x3f_ffff, count + 6);
            if count >= 16 {
                count -= 16;
                units.push((held >> count & 0xffff) as u16);
                held &= (1 << count) - 1;
            }
            (bits, at_start) = (Some((held, count)), false);
            continue;
        }
        text.extend(
            char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        match byte {
            b'-' if at_start => text.push('+'),
            b'-' => (),
            _ => text.push(char::from(byte)),
        }
        bits = None;
    }
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    text
}

/// UTF-16: by its mark, else by its label, else by where the zeros of ASCII stand. RFC 2781 says big-endian where nothing
/// tells, Windows writes little-endian.
fn utf_16(bytes: &[u8], label: &str) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
        && text.is_ascii()
    {
        return text.to_owned(); // declared so, and recoded on the way without a new label
    }
    let zeros = |odd: usize| {
        bytes
            .iter()
            .skip(odd)
            .step_by(2)
            .take(512)
            .filter(|b| **b == 0)
            .count()
    };
    let encoding = match (label, bytes) {
        (_, [0xff, 0xfe, ..]) => UTF_16LE,
        (_, [0xfe, 0xff, ..]) => UTF_16BE,
        ("utf-16le", _) => UTF_16LE,
        ("utf-16be", _) => UTF_16BE,
        _ if zeros(1) > zeros(0) => UTF_16LE,
        _ => UTF_16BE,
    };
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

fn utf_32(bytes: &[u8], label: &str) -> String {
    let is_little = bytes.starts_with(&[0xff, 0xfe, 0, 0]) || label == "utf-32le";
    let character = |four: &[u8]| {
        let four = <[u8; 4]>::try_from(four).unwrap_or_default();
        let point = if is_little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        };
        char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    bytes.chunks(4).map(character).collect()
}

/// HZ (RFC 1843): `~{` and `~}` around GB 2312 with its high bits off.
fn hz(bytes: &[u8]) -> String {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut in_gb = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, bytes.get(at)) {
            (b'~', Some(b'{')) => (in_gb, at) = (true, at + 1),
            (b'~', Some(b'}')) => (in_gb, at) = (false, at + 1),
            (b'~', Some(b'~')) if !in_gb => {
                plain.push(b'~');
                at += 1;
            }
            (b'~', Some(b'\n')) => at += 1,
            (b'\n', _) => {
                in_gb = false;
                plain.push(byte);
            }
            (0x21..=0x7e, _) if in_gb => plain.push(byte | 0x80),
            _ => plain.push(byte),
        }
    }
    GBK.decode_without_bom_handling(&plain).0.into_owned()
}

/// ISO-2022-KR (RFC 1557) and the common part of ISO-2022-CN (RFC 1922): shift-out and shift-in around two-byte characters
/// with their high bits off, announced by an escape.
fn shifted(bytes: &[u8], encoding: &'static Encoding) -> String {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut is_out = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            0x1b if bytes.get(at) == Some(&b'$') => at += 3,
            0x0e => is_out = true,
            0x0f => is_out = false,
            b'\n' => {
                is_out = false;
                plain.push(byte);
            }
            0x21..=0x7e if is_out => plain.push(byte | 0x80),
            _ => plain.push(byte),
        }
    }
    encoding.decode_without_bom_handling(&plain).0.into_owned()
}
