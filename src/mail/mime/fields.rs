//! Header fields (RFC 5322 §2.2): names and unfolded values, as many and as long as the limits allow.

use super::{charset, words};

/// Most bytes of one header that are read.
pub const HEADER_BYTES: usize = 256 * 1024;
/// Most fields of one header that are read.
pub const HEADER_FIELDS: usize = 1000;

/// One header field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Name in lower case.
    pub name: String,
    /// Unfolded value without white space around it; raw 8-bit bytes turned into text, encoded words as written.
    pub value: String,
}

impl Field {
    /// The value with its encoded words decoded (RFC 2047).
    pub fn text(&self) -> String {
        words::decode(&self.value)
    }
}

/// The fields of one header, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// All of them.
    pub all: Vec<Field>,
    /// Whether bytes or fields beyond the limits were left out.
    pub cut: bool,
}

impl Fields {
    /// The value of the first field of this name (lower case), unfolded, encoded words as written.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.all
            .iter()
            .find(|f| f.name == name)
            .map(|f| f.value.as_str())
    }

    /// The values of all fields of this name (lower case), in order.
    pub fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let named = move |f: &&Field| f.name == name;
        self.all.iter().filter(named).map(|f| f.value.as_str())
    }

    /// The value of the first field of this name (lower case), encoded words decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(words::decode)
    }

    /// Whether there is a field of this name (lower case).
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Reads the fields at the start of `raw`; answers them and the offset at which the body begins.
    pub fn read(raw: &[u8]) -> (Fields, usize) {
        let mut fields = Fields::default();
        let mut at = 0;
        let mut open: Option<(String, Vec<u8>)> = None;
        while at < raw.len() {
            let end = memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |i| at + i + 1);
            let line = raw[at..end].trim_ascii_end();
            let start = at;
            at = end;
            if line.is_empty() {
                break;
            }
            if fields.all.len() >= HEADER_FIELDS || at > HEADER_BYTES {
                fields.cut = true;
                continue;
            }
            if raw[start].is_ascii_whitespace() {
                if let Some((_, value)) = &mut open {
                    value.push(b' ');
                    value.extend_from_slice(line.trim_ascii());
                }
                continue;
            }
            fields.close(open.take());
            if let Some(colon) = memchr::memchr(b':', line) {
                let name = String::from_utf8_lossy(line[..colon].trim_ascii()).to_lowercase();
                open = Some((name, line[colon + 1..].trim_ascii().to_vec()));
            }
        }
        fields.close(open);
        (fields, at)
    }

    fn close(&mut self, open: Option<(String, Vec<u8>)>) {
        let Some((name, value)) = open else { return };
        self.all.push(Field {
            name,
            value: charset::detect(&value),
        });
    }
}
