//! winmail.dat (MS-OXTNEF): the files and the body inside it.

mod properties;
mod rtf;
#[cfg(test)]
mod tests;

use crate::mail::mime::{charset, text};
use properties::{Property, Value};

/// First bytes of every stream.
const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
/// Most files that are taken out.
const FILES: usize = 200;
/// Most attributes that are looked at.
const ATTRIBUTES: usize = 10_000;
/// How deep messages inside messages are opened.
const DEPTH: u8 = 3;

// Attributes, by the lower half of their id (MS-OXTNEF §2.1.3.3).
const BODY: u16 = 0x800c;
const CODE_PAGE: u16 = 0x9007;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const FILE_BEGINS: u16 = 0x9002;
const FILE_TITLE: u16 = 0x8010;
const FILE_BYTES: u16 = 0x800f;
const FILE_PROPERTIES: u16 = 0x9005;

// Properties, by their id (MS-OXPROPS).
const TEXT: u16 = 0x1000;
const HTML: u16 = 0x1013;
const COMPRESSED_RTF: u16 = 0x1009;
const LONG_NAME: u16 = 0x3707;
const SHORT_NAME: u16 = 0x3704;
const DISPLAY_NAME: u16 = 0x3001;
const MEDIA_TYPE: u16 = 0x370e;
const CONTENT: u16 = 0x3701;

/// What was inside.
#[derive(Clone, Debug, Default)]
pub struct Tnef {
    /// The files, in order.
    pub files: Vec<File>,
    /// The plain text body.
    pub plain: Option<String>,
    /// The HTML body.
    pub html: Option<String>,
    /// Whether more was inside than the limits allow.
    pub is_cut: bool,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads the stream; absent where it is none, or holds nothing. A stream that was cut off gives what it still has.
pub fn read(bytes: &[u8]) -> Option<Tnef> {
    let tnef = read_at(bytes, 0)?;
    let holds = !tnef.files.is_empty() || tnef.plain.is_some() || tnef.html.is_some();
    holds.then_some(tnef)
}

fn read_at(bytes: &[u8], depth: u8) -> Option<Tnef> {
    let mut rest = bytes.strip_prefix(&SIGNATURE)?.get(2..)?;
    let mut tnef = Tnef::default();
    let mut code_page = "windows-1252".to_owned();
    for _ in 0..ATTRIBUTES {
        let Some((id, data, after)) = attribute(rest) else {
            break;
        };
        rest = after;
        match id {
            CODE_PAGE => {
                let number = data
                    .get(..4)
                    .map(|d| u32::from_le_bytes([d[0], d[1], d[2], d[3]]));
                code_page = number.map(label).unwrap_or(code_page);
            }
            BODY => {
                tnef.plain = tnef
                    .plain
                    .or_else(|| said(text::plain(data, Some(&code_page))))
            }
            MESSAGE_PROPERTIES => tnef.add_body(&properties::read(data), &code_page),
            FILE_BEGINS if tnef.files.len() >= FILES => {
                tnef.is_cut = true;
                break;
            }
            FILE_BEGINS => tnef.files.push(File {
                media_type: "application/octet-stream".to_owned(),
                ..File::default()
            }),
            _ => tnef.add_to_file(id, data, &code_page, depth),
        }
    }
    tnef.files
        .retain(|f| f.name.is_some() || !f.bytes.is_empty());
    Some(tnef)
}

/// One attribute: its id, its data, and what follows it (level, id, type, length, data, checksum).
fn attribute(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let id = u16::from_le_bytes([*bytes.get(1)?, *bytes.get(2)?]);
    let length = bytes.get(5..9)?;
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let rest = bytes.get(9..)?;
    let data = rest.get(..length).unwrap_or(rest);
    Some((
        id,
        data,
        rest.get(length.saturating_add(2)..).unwrap_or_default(),
    ))
}

/// The charset of a Windows code page.
fn label(code_page: u32) -> String {
    match code_page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        65001 => "utf-8".to_owned(),
        page => format!("windows-{page}"),
    }
}

fn said(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

impl Tnef {
    fn add_body(&mut self, properties: &[Property<'_>], code_page: &str) {
        for property in properties {
            match (property.id, &property.value) {
                (TEXT, Value::Text(_)) if self.plain.is_none() => {
                    self.plain = property.text(code_page).map(text::line_ends).and_then(said);
                }
                (HTML, Value::Text(bytes) | Value::Bytes(bytes)) if self.html.is_none() => {
                    self.html = said(text::html(bytes, None));
                }
                _ => (),
            }
        }
        if self.plain.is_some() || self.html.is_some() {
            return;
        }
        let compressed = properties.iter().find(|p| p.id == COMPRESSED_RTF);
        if let Some(Value::Bytes(bytes)) = compressed.map(|p| &p.value) {
            self.plain = rtf::decompress(bytes)
                .map(|rtf| rtf::to_text(&rtf))
                .and_then(said);
        }
    }

    fn add_to_file(&mut self, id: u16, data: &[u8], code_page: &str, depth: u8) {
        let Some(file) = self.files.last_mut() else {
            return;
        };
        match id {
            FILE_TITLE => {
                file.name = name(&charset::decode(data, Some(code_page))).or(file.name.take())
            }
            FILE_BYTES => file.bytes = data.to_vec(),
            FILE_PROPERTIES => {
                let inner = file.add_properties(&properties::read(data), code_page);
                let inner = inner
                    .filter(|_| depth < DEPTH)
                    .and_then(|bytes| read_at(bytes, depth + 1));
                // A message inside: its files stand for it.
                self.files
                    .extend(inner.into_iter().flat_map(|i| i.files).take(FILES));
                if self.files.len() > FILES {
                    self.files.truncate(FILES);
                    self.is_cut = true;
                }
            }
            _ => (),
        }
    }
}

impl File {
    /// Takes name, type and bytes; answers the stream of an embedded message, where that is what the file is.
    fn add_properties<'a>(
        &mut self,
        properties: &[Property<'a>],
        code_page: &str,
    ) -> Option<&'a [u8]> {
        let text = |id| {
            let found = properties.iter().find(|p| p.id == id);
            found
                .and_then(|p| p.text(code_page))
                .as_deref()
                .and_then(name)
        };
        // The title that came first is the short name of old systems.
        let better = text(LONG_NAME)
            .or(self.name.take())
            .or_else(|| text(SHORT_NAME))
            .or_else(|| text(DISPLAY_NAME));
        self.name = better;
        if let Some(media_type) = text(MEDIA_TYPE).filter(|t| t.contains('/')) {
            self.media_type = media_type.to_ascii_lowercase();
        }
        let content = properties.iter().find(|p| p.id == CONTENT)?;
        match content.value {
            Value::Object(bytes) => {
                let inner = bytes.get(16..).filter(|b| b.starts_with(&SIGNATURE));
                if inner.is_none() && self.bytes.is_empty() {
                    self.bytes = bytes.get(16..).unwrap_or_default().to_vec();
                }
                inner
            }
            Value::Bytes(bytes) if self.bytes.is_empty() => {
                self.bytes = bytes.to_vec();
                None
            }
            _ => None,
        }
    }
}

fn name(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|c| !c.is_control()).collect();
    said(name.trim().to_owned())
}
