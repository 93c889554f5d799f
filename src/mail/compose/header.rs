//! Header fields, written and folded (RFC 5322 §2.2.3). Whatever a name or a subject holds, it stays one field.

use super::address;
use super::encode;
use crate::domain::error::{Error, Result};
use crate::mail::message::Mailbox;
use crate::mail::mime::words;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Where lines are folded, in bytes (RFC 5322 §2.1.1).
const LINE_BYTES: usize = 76;
/// Longest subject, in characters; the rest is cut off.
const TEXT_CHARS: usize = 800;
/// Longest display name, in characters.
const NAME_CHARS: usize = 120;
/// Longest id that is believed, in bytes: it cannot be folded.
const ID_BYTES: usize = 900;

/// A header under construction.
#[derive(Default)]
pub struct Header {
    written: Vec<u8>,
}

impl Header {
    /// A field whose value is ours: ASCII, short.
    pub fn line(&mut self, name: &str, value: &str) {
        self.written
            .extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }

    /// A field of any text.
    pub fn text(&mut self, name: &str, value: &str) {
        let value = clipped(value, TEXT_CHARS);
        let pieces = match is_plain(&value) {
            true => value.split(' ').map(str::to_owned).collect(),
            false => encode::words(&value, LINE_BYTES - name.len() - 2),
        };
        self.fold(name, &pieces);
    }

    /// A field of one mailbox. An error where its address is none.
    pub fn mailbox(&mut self, name: &str, mailbox: &Mailbox) -> Result<()> {
        let written = mailbox.address.as_deref().unwrap_or_default();
        let address = address::for_header(written)
            .ok_or_else(|| Error::invalid(format!("{name} is no mail address")))?;
        let shown = clipped(mailbox.name.as_deref().unwrap_or_default(), NAME_CHARS);
        if shown.is_empty() {
            self.fold(name, &[address]);
            return Ok(());
        }
        let mut pieces = phrase(&shown, LINE_BYTES - name.len() - 2);
        pieces.push(format!("<{address}>"));
        self.fold(name, &pieces);
        Ok(())
    }

    /// A field of ids, each without angle brackets; nothing where there are none.
    pub fn ids(&mut self, name: &str, ids: &[&str]) {
        let pieces: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
        if !pieces.is_empty() {
            self.fold(name, &pieces);
        }
    }

    /// The header without the empty line that ends it: the fields of the body follow.
    pub fn finish(self) -> Vec<u8> {
        self.written
    }

    fn fold(&mut self, name: &str, pieces: &[String]) {
        self.written.extend_from_slice(name.as_bytes());
        self.written.push(b':');
        let mut column = name.len() + 1;
        for (index, piece) in pieces.iter().enumerate() {
            // An unfolded first piece: some take a line of white space after the name for an empty field.
            if index > 0 && column + 1 + piece.len() > LINE_BYTES {
                self.written.extend_from_slice(b"\r\n");
                column = 0;
            }
            self.written.push(b' ');
            self.written.extend_from_slice(piece.as_bytes());
            column += 1 + piece.len();
        }
        self.written.extend_from_slice(b"\r\n");
    }
}

/// A display name as the pieces of a phrase (RFC 5322 §3.2.5).
fn phrase(name: &str, first_bytes: usize) -> Vec<String> {
    // Lenient readers stumble over quotes and brackets inside quotes, so that a name could pass for an address.
    if !is_plain(name) || name.contains(['"', '\\', '<', '>']) {
        return encode::words(name, first_bytes);
    }
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~ ".contains(c);
    if name.chars().all(is_atom) {
        return name.split(' ').map(str::to_owned).collect();
    }
    let quoted = format!("\"{name}\"");
    if quoted.len() > first_bytes {
        return encode::words(name, first_bytes);
    }
    vec![quoted]
}

/// Whether a text can stand as it is: printable ASCII, single spaces between words of which each fits a line, nothing that
/// reads like an encoded word.
fn is_plain(text: &str) -> bool {
    let fits = |word: &str| !word.is_empty() && word.len() <= 60;
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
        && !text.contains("=?")
        && text.split(' ').all(fits)
}

/// One line of a text: every run of white space and controls is one space, and at most so many characters.
pub fn clipped(text: &str, chars_max: usize) -> String {
    let is_space = |c: char| c.is_control() || c.is_whitespace();
    // Looks no further than it may keep, however long the text is.
    let window: String = text.chars().take(chars_max * 8).collect();
    let spaced: String = window
        .chars()
        .map(|c| if is_space(c) { ' ' } else { c })
        .collect();
    let shown = words::one_line(&spaced);
    let words: Vec<&str> = shown.split(' ').filter(|w| !w.is_empty()).collect();
    let joined: String = words.join(" ").chars().take(chars_max).collect();
    joined.trim_end().to_owned()
}

/// The id without angle brackets; absent where it is none (RFC 5322 §3.6.4, as people write it).
pub fn id(written: &str) -> Option<&str> {
    let id = written.trim();
    let id = id.strip_prefix('<').unwrap_or(id);
    let id = id.strip_suffix('>').unwrap_or(id);
    let is_clean = id
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    (is_clean && id.contains('@') && id.len() <= ID_BYTES).then_some(id)
}

/// A date of RFC 5322 §3.3 in UTC.
pub fn date(date: Timestamp) -> String {
    date.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string()
}
