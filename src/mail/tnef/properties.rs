//! The MAPI properties inside a TNEF attribute (MS-OXTNEF §2.1.3.4).

use crate::mail::mime::charset;

/// Most properties of one list that are read.
const PROPERTIES: usize = 5_000;

/// A property that a message or a file has.
pub struct Property<'a> {
    /// Its id (MS-OXPROPS), without its type.
    pub id: u16,
    /// Its first value.
    pub value: Value<'a>,
    is_unicode: bool,
}

/// The value of a property, as bytes.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// A string, in the code page of the message or in UTF-16.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
    /// An object: its interface id in 16 bytes, then its content.
    Object(&'a [u8]),
    /// A number, a time, and whatever else is of no interest.
    Other,
}

impl Property<'_> {
    /// The text of a string.
    pub fn text(&self, code_page: &str) -> Option<String> {
        let Value::Text(bytes) = self.value else {
            return None;
        };
        let label = if self.is_unicode {
            "utf-16le"
        } else {
            code_page
        };
        Some(charset::decode(bytes, Some(label)))
    }
}

/// Reads a list of properties, as far as it goes.
pub fn read(bytes: &[u8]) -> Vec<Property<'_>> {
    let mut cursor = Cursor(bytes);
    let count = cursor.number().unwrap_or(0) as usize;
    let mut properties = Vec::new();
    for _ in 0..count.min(PROPERTIES) {
        let Some(property) = cursor.property() else {
            break;
        };
        properties.push(property);
    }
    properties
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// Bytes with their length before them and zeros up to a multiple of four behind them.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        let bytes = self.take(length)?;
        let padding = length.next_multiple_of(4) - length;
        self.take(padding.min(self.0.len()))?;
        Some(bytes)
    }

    fn property(&mut self) -> Option<Property<'a>> {
        let head = self.take(4)?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let id = u16::from_le_bytes([head[2], head[3]]);
        if id >= 0x8000 {
            self.skip_name()?;
        }
        let is_many = kind & 0x1000 != 0;
        let kind = kind & 0x0fff;
        let is_sized = matches!(kind, 0x001e | 0x001f | 0x0102 | 0x000d);
        let count = if is_many || is_sized {
            self.number()? as usize
        } else {
            1
        };
        let mut first = Value::Other;
        for index in 0..count {
            let value = match kind {
                0x001e | 0x001f => Value::Text(self.sized()?),
                0x0102 => Value::Bytes(self.sized()?),
                0x000d => Value::Object(self.sized()?),
                _ => {
                    self.take(fixed_size(kind)?)?;
                    Value::Other
                }
            };
            if index == 0 {
                first = value;
            }
        }
        Some(Property {
            id,
            value: first,
            is_unicode: kind == 0x001f,
        })
    }

    /// The name of a named property: a set, and a number or a string.
    fn skip_name(&mut self) -> Option<()> {
        self.take(16)?;
        match self.number()? {
            0 => self.take(4)?,
            _ => self.sized()?,
        };
        Some(())
    }
}

/// Bytes that a value of this type takes, padding included.
fn fixed_size(kind: u16) -> Option<usize> {
    Some(match kind {
        0x0001..=0x0004 | 0x000a | 0x000b => 4,
        0x0005..=0x0007 | 0x0014 | 0x0040 => 8,
        0x0048 => 16,
        _ => return None,
    })
}
