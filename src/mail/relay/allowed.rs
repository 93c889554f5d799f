//! Which header fields are passed on, and how a part is written again. A field that nobody allowed stays here.

use super::has_long_line;
use crate::mail::compose::{encode, part};
use crate::mail::mime::fields::Fields;
use crate::mail::mime::kind::Kind;
use crate::mail::mime::transfer::Encoding;
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

/// The allowed fields of a part as they were written, without the empty line. Where they alone do not say what the whole
/// header said (it was damaged, and read all the same), what was read is written instead.
pub fn fields(node: &Node<'_>) -> Vec<u8> {
    let picked_fields = picked(node.header, |name| FIELDS.contains(&name));
    let again = Kind::read(&Fields::read(&picked_fields).0, "text/plain");
    let boundary = |kind: &Kind| {
        kind.parameters
            .get("boundary")
            .unwrap_or_default()
            .to_owned()
    };
    let is_found = node.children.is_empty() || boundary(&again).as_bytes() == node.boundary;
    let is_same = again.media_type == node.kind.media_type && again.encoding == node.kind.encoding;
    // A part of a digest is a letter, though nothing says so.
    let is_default = !node.kind.is_declared && node.children.is_empty();
    if is_found && (is_same || is_default) {
        return picked_fields;
    }
    let mut written = described(node.header);
    written.extend(declared(node));
    written
}

/// Type and encoding as they were read.
fn declared(node: &Node<'_>) -> Vec<u8> {
    let is_plain = |c: &char| c.is_ascii_graphic() && !"\"\\".contains(*c);
    let mut written = format!(
        "Content-Type: {}",
        node.kind
            .media_type
            .chars()
            .filter(is_plain)
            .collect::<String>()
    );
    let boundary = String::from_utf8_lossy(&node.boundary).into_owned();
    let charset = node.kind.parameters.get("charset").unwrap_or_default();
    for (name, value) in [("boundary", boundary.as_str()), ("charset", charset)] {
        let value: String = value.chars().filter(is_plain).take(200).collect();
        if !value.is_empty() {
            written.push_str(&format!(";\r\n {name}=\"{value}\""));
        }
    }
    let encoding = match node.kind.encoding {
        Encoding::Base64 => "base64",
        Encoding::QuotedPrintable => "quoted-printable",
        Encoding::Uuencode => "x-uuencode",
        Encoding::Identity => "8bit",
    };
    written.push_str(&format!("\r\nContent-Transfer-Encoding: {encoding}\r\n"));
    written.into_bytes()
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
    let mut written = fields(node);
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
