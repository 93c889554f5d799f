//! Which header fields are passed on, and how a part is written again. A field that nobody allowed stays here.

use super::has_long_line;
use crate::mail::compose::{encode, part};
use crate::mail::mime::tree::{Node, Role};

/// The fields of a part that say how to read it, and no more.
const FIELDS: [&str; 8] = [
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
    "content-language",
    "content-location",
    "content-duration",
];

/// Fields that say how the bytes are to be decoded: they go when the bytes change.
const CODING: [&str; 2] = ["content-type", "content-transfer-encoding"];

/// The allowed fields of a header, as they were written, without the empty line.
pub fn fields(header: &[u8]) -> Vec<u8> {
    picked(header, |name| FIELDS.contains(&name))
}

/// The same without those that say how to decode.
fn described(header: &[u8]) -> Vec<u8> {
    picked(header, |name| {
        FIELDS.contains(&name) && !CODING.contains(&name)
    })
}

fn picked(header: &[u8], is_wanted: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut picked = Vec::new();
    let mut taken = false;
    let mut seen: Vec<String> = Vec::new();
    for line in header.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii().is_empty() {
            taken = false;
            continue;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let colon = memchr::memchr(b':', line).unwrap_or(0);
            let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            // Of several, the first is the one that was read.
            taken = is_wanted(&name) && !seen.contains(&name);
            seen.push(name);
        }
        let is_clean = line
            .iter()
            .all(|b| !b.is_ascii_control() || matches!(b, b'\r' | b'\n' | b'\t'));
        if taken && is_clean {
            picked.extend_from_slice(line.trim_ascii_end());
            picked.extend_from_slice(b"\r\n");
        }
    }
    picked
}

/// A part as it came, with the allowed fields; encoded anew where a line of it is longer than a server takes.
pub fn copied(node: &Node<'_>) -> Vec<u8> {
    if has_long_line(node.body) {
        return match node.role {
            Role::Plain | Role::Html => with_text(node, &node.text()),
            _ => encoded(node),
        };
    }
    let mut written = fields(node.header);
    written.extend_from_slice(b"\r\n");
    written.extend_from_slice(node.body);
    written
}

/// A part of text with another text.
pub fn with_text(node: &Node<'_>, text: &str) -> Vec<u8> {
    let media_type = match node.role {
        Role::Html => "text/html",
        _ => "text/plain",
    };
    let mut parameters = String::new();
    let is_flowed = node.kind.parameters.get("format");
    if is_flowed.is_some_and(|f| f.eq_ignore_ascii_case("flowed")) {
        parameters.push_str("; format=flowed");
        let deletes = node.kind.parameters.get("delsp");
        if deletes.is_some_and(|d| d.eq_ignore_ascii_case("yes")) {
            parameters.push_str("; delsp=yes");
        }
    }
    let text = match node.role {
        Role::Html => in_utf_8(text),
        _ => text.to_owned(),
    };
    let mut written = described(node.header);
    written.extend(part::text_with(media_type, &parameters, &text));
    written
}

/// A file whose lines are too long: base64, whatever it was in.
fn encoded(node: &Node<'_>) -> Vec<u8> {
    if matches!(node.kind.family(), "message" | "multipart") {
        let name = node.kind.name.as_deref().unwrap_or("message.eml");
        return part::file(name, "application/octet-stream", &node.decoded());
    }
    let mut written = picked(node.header, |name| {
        FIELDS.contains(&name) && name != "content-transfer-encoding"
    });
    written.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
    written.extend(encode::base64(&node.decoded()));
    written
}

/// A page that calls itself anything but UTF-8 in its head no longer does: some readers believe it before the header.
fn in_utf_8(html: &str) -> String {
    const HEAD_BYTES: usize = 4096;
    let mut end = html.len().min(HEAD_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let head = html.get(..end).unwrap_or_default().to_ascii_lowercase();
    let label = head.find("<meta").and_then(|meta| {
        let at = meta + head.get(meta..)?.find("charset=")? + "charset=".len();
        let rest = head.get(at..)?;
        let quote = rest.len() - rest.trim_start_matches(['"', '\'', ' ']).len();
        let rest = rest.get(quote..)?;
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)))?;
        Some(at + quote..at + quote + length)
    });
    let mut html = html.to_owned();
    if let Some(label) = label {
        html.replace_range(label, "utf-8");
    }
    html
}
