//! Parts of a body: a header of Content fields, an empty line, the encoded content.

/// One part that holds something itself.
pub mod part {
    use crate::mail::compose::encode;
    use crate::mail::compose::header::clipped;

    /// Longest name of a file, in characters.
    const NAME_CHARS: usize = 150;

    /// A text, of `media_type` `text/plain` or `text/html`.
    pub fn text(media_type: &str, text: &str) -> Vec<u8> {
        text_with(media_type, "", text)
    }

    /// The same with more parameters behind the charset, each with its `; `.
    pub fn text_with(media_type: &str, parameters: &str, text: &str) -> Vec<u8> {
        let (encoding, content) = encode::text(text);
        let mut written = format!(
            "Content-Type: {media_type}; charset=utf-8{parameters}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        .into_bytes();
        written.extend(content);
        written
    }

    /// A file. What may not be encoded by its type (messages, multiparts: RFC 2045 §6.4) goes as plain bytes of its own.
    pub fn file(name: &str, media_type: &str, bytes: &[u8]) -> Vec<u8> {
        let media_type = media_type_of(media_type);
        let mut header = format!("Content-Type: {media_type}");
        let (plain, extended) = names(name);
        if !plain.is_empty() {
            header.push_str(&format!(";\r\n name=\"{plain}\""));
        }
        header.push_str("\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment");
        if !plain.is_empty() {
            header.push_str(&format!(";\r\n filename=\"{plain}\""));
        }
        header.push_str(&extended);
        header.push_str("\r\n\r\n");
        let mut written = header.into_bytes();
        written.extend(encode::base64(bytes));
        written
    }

    fn media_type_of(written: &str) -> &str {
        let is_token = |s: &str| {
            let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
            !s.is_empty() && s.len() <= 60 && s.bytes().all(is_letter)
        };
        match written.split_once('/') {
            Some(("message" | "multipart", _)) => "application/octet-stream",
            Some((family, subtype)) if is_token(family) && is_token(subtype) => written,
            _ => "application/octet-stream",
        }
    }

    /// The name in ASCII for old readers, and in full as an extended parameter (RFC 2231), cut into lines.
    fn names(name: &str) -> (String, String) {
        let name = clipped(name, NAME_CHARS);
        let is_safe = |c: char| (c.is_ascii_graphic() || c == ' ') && !"\"\\/%".contains(c);
        let plain: String = name
            .chars()
            .map(|c| if is_safe(c) { c } else { '_' })
            .take(60)
            .collect();
        if plain == name {
            return (plain, String::new());
        }
        let mut extended = String::new();
        let mut line = String::from("utf-8''");
        let mut index = 0;
        for c in name.chars() {
            let mut piece = String::new();
            match c {
                c if c.is_ascii_alphanumeric() || "-._".contains(c) => piece.push(c),
                c => {
                    let mut buffer = [0; 4];
                    for byte in c.encode_utf8(&mut buffer).bytes() {
                        piece.push_str(&format!("%{byte:02X}"));
                    }
                }
            }
            if line.len() + piece.len() > 55 {
                extended.push_str(&format!(";\r\n filename*{index}*={line}"));
                line.clear();
                index += 1;
            }
            line.push_str(&piece);
        }
        extended.push_str(&format!(";\r\n filename*{index}*={line}"));
        (plain, extended)
    }
}

/// A part that holds parts.
pub mod container {
    use sha2::{Digest, Sha256};

    /// A multipart of finished parts. Its boundary comes from the seed and from what it holds, and stands in none of them:
    /// whatever we encode has no line that begins with `--`, and what was encoded elsewhere cannot know the boundary.
    pub fn write(subtype: &str, seed: &[u8], parts: &[Vec<u8>]) -> Vec<u8> {
        let boundary = boundary(subtype, seed, parts);
        let size = parts
            .iter()
            .map(|p| p.len() + boundary.len() + 8)
            .sum::<usize>();
        let mut written = Vec::with_capacity(size + 200);
        let header = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
        written.extend_from_slice(header.as_bytes());
        for part in parts {
            written.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            written.extend_from_slice(part);
            // The line break before a boundary belongs to the boundary.
            written.extend_from_slice(b"\r\n");
        }
        written.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        written
    }

    /// No encoding makes `=_`, so no boundary can stand in a line of one (RFC 2045 §6.7).
    fn boundary(subtype: &str, seed: &[u8], parts: &[Vec<u8>]) -> String {
        let mut hash = Sha256::new();
        hash.update(subtype);
        hash.update(seed);
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part.get(..4096).unwrap_or(part));
        }
        let digest: String = hash
            .finalize()
            .iter()
            .take(12)
            .map(|b| format!("{b:02x}"))
            .collect();
        format!("=_{digest}")
    }
}
