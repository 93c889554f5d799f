//! Puts text into mails as clients wrote them: at the beginning, at the end, into files, out of sight. What else the mail holds
//! stays as it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{MessageParser, PartType};

/// Lines that are planted.
pub struct Plant {
    pub lines: Vec<String>,
}

/// Text to put around what a mail says, once as text and once as HTML.
#[derive(Default)]
pub struct Around {
    pub above: String,
    pub below: String,
    pub above_in_html: String,
    pub below_in_html: String,
}

impl Plant {
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub fn quoted(&self) -> String {
        self.lines
            .iter()
            .map(|line| format!("> {line}\n"))
            .collect()
    }

    /// Each line in an element of its own, as this or that client writes them.
    pub fn html(&self, page: &str) -> String {
        let line = |line: &String| {
            let line = escaped(line);
            match () {
                () if page.contains("MsoNormal") => {
                    format!("<p class=\"MsoNormal\">{line}<o:p></o:p></p>")
                }
                () if page.contains("<br>") && !page.contains("<div") => format!("{line}<br>"),
                () => format!("<div>{line}</div>"),
            }
        };
        let lines: String = self.lines.iter().map(line).collect();
        match page.contains("gmail") {
            true => format!("<div dir=\"ltr\">{lines}<div><br></div></div>"),
            false => lines,
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A mail, its header fields apart.
#[derive(Clone)]
pub struct Letter {
    /// Each with its folded lines, without the last line end.
    fields: Vec<Vec<u8>>,
    body: Vec<u8>,
}

impl Letter {
    /// Reads a mail with LF or CRLF.
    pub fn read(raw: &[u8]) -> Letter {
        let raw = with_lf(raw);
        let end = raw.windows(2).position(|two| two == b"\n\n");
        let (header, body) = match end {
            Some(at) => (&raw[..at], &raw[at + 2..]),
            None => (raw.as_slice(), &b""[..]),
        };
        let mut fields: Vec<Vec<u8>> = Vec::new();
        for line in header.split(|byte| *byte == b'\n') {
            match (line.first(), fields.last_mut()) {
                (Some(b' ' | b'\t'), Some(field)) => {
                    field.push(b'\n');
                    field.extend_from_slice(line);
                }
                _ => fields.push(line.to_vec()),
            }
        }
        Letter {
            fields,
            body: body.to_vec(),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.fields.join(&b'\n');
        bytes.extend_from_slice(b"\n\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// With a field in place of the first of its name; further ones stay.
    pub fn with(mut self, name: &str, value: &str) -> Letter {
        let field = format!("{name}: {value}").into_bytes();
        let is_named = |field: &Vec<u8>| is_field(field, name);
        match self.fields.iter().position(is_named) {
            Some(at) => self.fields[at] = field,
            None => self.fields.push(field),
        }
        self
    }

    /// Without any field of this name.
    pub fn without(mut self, name: &str) -> Letter {
        self.fields.retain(|field| !is_field(field, name));
        self
    }

    /// What it says, as text and as HTML; absent where it has no such part.
    pub fn texts(&self) -> (Option<String>, Option<String>) {
        let raw = self.bytes();
        let Some(message) = MessageParser::default().parse(&raw) else {
            return (None, None);
        };
        let of = |ids: &[u32], wants_html: bool| {
            let part = message.parts.get(*ids.first()? as usize)?;
            match (&part.body, wants_html) {
                (PartType::Html(text), true) | (PartType::Text(text), false) => {
                    Some(text.to_string())
                }
                _ => None,
            }
        };
        (of(&message.text_body, false), of(&message.html_body, true))
    }

    /// With other text in the parts that say something; the rest as it was.
    pub fn saying(&self, text: Option<&str>, html: Option<&str>) -> Letter {
        let raw = self.bytes();
        let message = MessageParser::default().parse(&raw).unwrap();
        let mut cuts: Vec<(usize, usize, Vec<u8>)> = Vec::new();
        for (ids, new, kind) in [
            (&message.text_body, text, "text/plain"),
            (&message.html_body, html, "text/html"),
        ] {
            let (Some(id), Some(new)) = (ids.first(), new) else {
                continue;
            };
            let part = &message.parts[*id as usize];
            let (begin, middle, end) = (
                part.offset_header as usize,
                part.offset_body as usize,
                part.offset_end as usize,
            );
            let header = Letter::read(&raw[begin..middle])
                .without("Content-Type")
                .without("Content-Transfer-Encoding");
            let written = String::from_utf8_lossy(&raw[begin..middle]).to_lowercase();
            let flowed = match written.contains("format=flowed") {
                true => "; format=flowed",
                false => "",
            };
            let header = header
                .with("Content-Type", &format!("{kind}; charset=utf-8{flowed}"))
                .with("Content-Transfer-Encoding", "base64");
            let header: Vec<Vec<u8>> = header
                .fields
                .into_iter()
                .filter(|f| !f.is_empty())
                .collect();
            let mut bytes = header.join(&b'\n');
            bytes.extend_from_slice(b"\n\n");
            bytes.extend_from_slice(in_base64(new).as_bytes());
            cuts.push((begin, end, bytes));
        }
        cuts.sort_by_key(|cut| std::cmp::Reverse(cut.0));
        let mut changed = raw.clone();
        for (begin, end, bytes) in cuts {
            changed.splice(begin..end, bytes);
        }
        Letter::read(&changed)
    }

    /// With text above and below what it says; `None` where it says nothing.
    pub fn around(&self, around: &Around) -> Option<Letter> {
        let (text, html) = self.texts();
        let text = text.map(|text| format!("{}{text}{}", around.above, around.below));
        let html = html.map(|page| {
            let (before, behind) = page.split_at(begin_of(&page));
            let (behind, end) = behind.split_at(end_of(behind));
            format!(
                "{before}{}{behind}{}{end}",
                around.above_in_html, around.below_in_html
            )
        });
        (text.is_some() || html.is_some()).then(|| self.saying(text.as_deref(), html.as_deref()))
    }

    /// With further parts behind it, each with its header.
    pub fn with_files(&self, files: &[String]) -> Letter {
        let is_content = |field: &Vec<u8>| {
            field
                .get(..8)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"content-"))
        };
        let (own, others): (Vec<_>, Vec<_>) = self.fields.iter().cloned().partition(is_content);
        let mut body = b"--outermost\n".to_vec();
        body.extend_from_slice(&own.join(&b'\n'));
        body.extend_from_slice(b"\n\n");
        body.extend_from_slice(&self.body);
        for file in files {
            body.extend_from_slice(format!("\n--outermost\n{file}").as_bytes());
        }
        body.extend_from_slice(b"\n--outermost--\n");
        Letter {
            fields: others,
            body,
        }
        .with("MIME-Version", "1.0")
        .with("Content-Type", "multipart/mixed; boundary=\"outermost\"")
    }
}

/// Where the text of a page begins.
fn begin_of(page: &str) -> usize {
    let lower = page.to_ascii_lowercase();
    let behind = |tag: &str| {
        let at = lower.find(tag)?;
        Some(at + lower.get(at..)?.find('>')? + 1)
    };
    behind("<body")
        .or_else(|| behind("</head"))
        .or_else(|| behind("<html"))
        .unwrap_or_default()
}

fn end_of(page: &str) -> usize {
    let lower = page.to_ascii_lowercase();
    let end = lower.rfind("</body").or_else(|| lower.rfind("</html"));
    end.unwrap_or(page.len())
}

fn in_base64(text: &str) -> String {
    let encoded = STANDARD.encode(text.replace('\n', "\r\n").replace("\r\r\n", "\r\n"));
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!("{}\n", lines.join("\n"))
}

fn is_field(field: &[u8], name: &str) -> bool {
    let behind = field
        .get(..name.len())
        .filter(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        .and_then(|_| field.get(name.len()..));
    behind.is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b':'))
}

pub fn with_lf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for (at, &byte) in raw.iter().enumerate() {
        if byte != b'\r' || raw.get(at + 1) != Some(&b'\n') {
            out.push(byte);
        }
    }
    out
}

pub fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
    for byte in with_lf(raw) {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}
