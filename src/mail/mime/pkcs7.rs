//! S/MIME envelopes (RFC 8551, CMS of RFC 5652): the content of opaque signed data. Nothing is verified here.

/// Deepest nesting of constructed values that is followed.
const DEPTH: u8 = 16;
/// DER of the object identifier 1.2.840.113549.1.7.2, signedData.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// DER of the object identifier 1.2.840.113549.1.7.1, data.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const OCTET_STRINGS: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xa0;

/// The MIME entity inside opaque signed data; absent where the bytes are anything else.
pub fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    let (tag, content_info, _) = value(bytes, 0)?;
    let (_, kind, rest) = value(content_info, 0).filter(|_| tag == SEQUENCE)?;
    let (tag, explicit, _) = value(rest, 0)?;
    if kind != SIGNED_DATA || tag != EXPLICIT_0 {
        return None;
    }
    let (_, signed_data, _) = value(explicit, 0)?;
    let (_, _version, rest) = value(signed_data, 0)?;
    let (_, _digests, rest) = value(rest, 0)?;
    let (_, encapsulated, _) = value(rest, 0)?;
    let (tag, kind, rest) = value(encapsulated, 0)?;
    if tag != OBJECT_IDENTIFIER || kind != DATA {
        return None;
    }
    let (tag, explicit, _) = value(rest, 0)?;
    let (string_tag, string, _) = value(explicit, 0).filter(|_| tag == EXPLICIT_0)?;
    let mut content = Vec::new();
    octets(string_tag, string, 0, &mut content)?;
    (!content.is_empty()).then_some(content)
}

/// The bytes of an octet string, which BER may cut into several.
fn octets(tag: u8, string: &[u8], depth: u8, content: &mut Vec<u8>) -> Option<()> {
    match tag {
        OCTET_STRING => content.extend_from_slice(string),
        OCTET_STRINGS if depth < DEPTH => {
            let mut rest = string;
            while let Some((tag, piece, after)) = value(rest, 0) {
                octets(tag, piece, depth + 1, content)?;
                rest = after;
            }
        }
        _ => return None,
    }
    Some(())
}

/// One value: its tag, its content, and what follows it. Of indefinite length, the content ends before two zeros.
fn value(bytes: &[u8], depth: u8) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if tag == 0 && first == 0 {
        return None;
    }
    if first == 0x80 {
        let length = indefinite(rest, depth)?;
        return Some((
            tag,
            &rest[..length],
            rest.get(length + 2..).unwrap_or_default(),
        ));
    }
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count).filter(|_| count <= 4)?;
            let length = digits
                .iter()
                .fold(0_usize, |sum, b| sum << 8 | usize::from(*b));
            (length, &rest[count..])
        }
    };
    // Cut-off content is better than none.
    let length = length.min(rest.len());
    Some((tag, &rest[..length], &rest[length..]))
}

/// The length of content of indefinite length. Each level is walked once for each level around it, and levels are few.
fn indefinite(bytes: &[u8], depth: u8) -> Option<usize> {
    if depth >= DEPTH {
        return None;
    }
    let mut rest = bytes;
    while let Some((_, _, after)) = value(rest, depth + 1) {
        rest = after;
    }
    Some(bytes.len() - rest.len())
}
