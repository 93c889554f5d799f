//! What a person who is erased is known by, and finding it: in texts, where it is blacked out, and in raw mails, which are
//! searched as they are and behind their transfer encodings.

use super::error::{Error, Kind, Result};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, general_purpose};
use regex::{Regex, bytes};
use serde::{Deserialize, Serialize};

/// Stands where something of a person was.
pub const ERASED: &str = "[erased]";

/// The shortest line that is taken for base64 by itself; shorter ones count behind a longer one.
const ENCODED_LINE_BYTES_MIN: usize = 40;

/// What names of files end in, none of which is a domain: `ada@acme.example.vcf` is hers.
const FILE_KINDS: [&str; 16] = [
    "csv", "doc", "docx", "eml", "html", "ics", "jpg", "json", "mbox", "msg", "pdf", "png", "txt",
    "vcf", "xls", "xlsx",
];

/// What a person is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Mail addresses, normalised.
    pub addresses: Vec<String>,
    /// Local parts of the capture addresses.
    pub captures: Vec<String>,
    /// Names as they stand on the card.
    pub names: Vec<String>,
}

/// Marks ready to be looked for. Whole words in any case: `bada@acme.example` is somebody else.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Option<Regex>,
    bytes: Option<bytes::Regex>,
}

impl Marks {
    /// What is this person's alone: addresses, and the local parts that we gave out.
    pub fn own(&self) -> Vec<&str> {
        let all = self.addresses.iter().chain(&self.captures);
        all.map(String::as_str).filter(|m| !m.is_empty()).collect()
    }

    /// The same and the names, which others may have too: for what is surely about this person.
    pub fn all(&self) -> Vec<&str> {
        let names = self.names.iter().map(String::as_str);
        let mut all = self.own();
        all.extend(names.filter(|name| !name.trim().is_empty()));
        all
    }
}

impl Pattern {
    /// Looks for any of these words.
    pub fn of(words: &[&str]) -> Result<Pattern> {
        if words.is_empty() {
            return Ok(Pattern {
                text: None,
                bytes: None,
            });
        }
        // The longest first: `ada@acme.example` before `ada`.
        let mut words: Vec<&str> = words.to_vec();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let one = |word: &&str| {
            let parts: Vec<String> = word.split_whitespace().map(regex::escape).collect();
            parts.join(r"\s+")
        };
        let any = words.iter().map(one).collect::<Vec<_>>().join("|");
        let failed = |e: regex::Error| {
            Error::new(
                Kind::TooMuch,
                "this person has too many addresses to be looked for at once; take some off with \"clear email\" first",
            )
            .because(e)
        };
        Ok(Pattern {
            text: Some(Regex::new(&format!("(?i)(?:{any})")).map_err(failed)?),
            bytes: Some(bytes::Regex::new(&format!("(?i)(?:{any})")).map_err(failed)?),
        })
    }

    /// The text without the words; `None` where none stands in it.
    pub fn redacted(&self, text: &str) -> Option<String> {
        let mut kept = String::new();
        let mut behind = 0;
        for found in self.text.as_ref()?.find_iter(text) {
            let before = text.get(..found.start()).unwrap_or_default();
            let after = text.get(found.end()..).unwrap_or_default();
            if !is_whole(before.bytes().next_back(), after.bytes()) {
                continue;
            }
            kept.push_str(text.get(behind..found.start()).unwrap_or_default());
            kept.push_str(ERASED);
            behind = found.end();
        }
        (behind > 0).then(|| kept + text.get(behind..).unwrap_or_default())
    }

    /// Whether a text holds one of the words.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_bytes(text.as_bytes())
    }

    /// Whether a raw mail holds one of the words, as it is or behind quoted-printable or base64.
    pub fn is_in_mail(&self, raw: &[u8]) -> bool {
        if self.bytes.is_none() {
            return false;
        }
        self.is_in_bytes(raw)
            || quoted_printable(raw).is_some_and(|decoded| self.is_in_bytes(&decoded))
            || base64_pieces(raw)
                .iter()
                .any(|piece| self.is_in_bytes(piece))
    }

    fn is_in_bytes(&self, haystack: &[u8]) -> bool {
        let Some(pattern) = &self.bytes else {
            return false;
        };
        pattern.find_iter(haystack).any(|found| {
            let before = haystack.get(..found.start()).and_then(<[u8]>::last);
            let after = haystack.get(found.end()..).unwrap_or_default();
            is_whole(before.copied(), after.iter().copied())
        })
    }
}

/// Whether what stands around a word leaves it a word: `x.ada@a.example` and `ada@a.example.com` are other addresses, and a
/// full stop behind an address ends a sentence, or stands before the kind of a file.
fn is_whole(before: Option<u8>, mut after: impl Iterator<Item = u8>) -> bool {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let begins =
        !before.is_some_and(|byte| in_word(byte) || matches!(byte, b'.' | b'_' | b'+' | b'-'));
    let ends = match after.next() {
        Some(b'.') => {
            let word: Vec<u8> = after.take_while(|byte| in_word(*byte)).take(8).collect();
            word.is_empty()
                || FILE_KINDS
                    .iter()
                    .any(|kind| kind.as_bytes().eq_ignore_ascii_case(&word))
        }
        Some(b'-') => !after.next().is_some_and(in_word),
        Some(byte) => !in_word(byte),
        None => true,
    };
    begins && ends
}

/// What quoted-printable hides (RFC 2045 §6.7); `None` where there is no sign of it.
fn quoted_printable(raw: &[u8]) -> Option<Vec<u8>> {
    raw.contains(&b'=').then_some(())?;
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, behind)) = rest.split_first() {
        let taken = match (byte, behind) {
            (b'=', [b'\r', b'\n', ..]) => 2,
            (b'=', [b'\n', ..]) => 1,
            (b'=', [high, low, ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push(high * 16 + low);
                    2
                }
                _ => {
                    decoded.push(byte);
                    0
                }
            },
            _ => {
                decoded.push(byte);
                0
            }
        };
        rest = behind.get(taken..).unwrap_or_default();
    }
    Some(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// What base64 hides: runs of lines that are nothing else, and encoded words of headers (RFC 2047).
fn base64_pieces(raw: &[u8]) -> Vec<Vec<u8>> {
    let decoder = GeneralPurpose::new(
        &STANDARD,
        general_purpose::PAD
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let mut pieces = Vec::new();
    let mut run = Vec::new();
    let mut close = |run: &mut Vec<u8>| {
        if !run.is_empty() {
            pieces.extend(decoder.decode(&run));
            run.clear();
        }
    };
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let is_encoded = !line.is_empty()
            && line
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        match is_encoded && (!run.is_empty() || line.len() >= ENCODED_LINE_BYTES_MIN) {
            true => run.extend_from_slice(line),
            false => close(&mut run),
        }
        // A short text is one short line, with its padding or without: by itself it is decoded too.
        if is_encoded && run.is_empty() {
            let mut short = line.to_vec();
            close(&mut short);
        }
    }
    close(&mut run);
    for word in raw
        .split(|byte| *byte == b'?')
        .collect::<Vec<_>>()
        .windows(2)
    {
        if let [b"B" | b"b", encoded] = word {
            close(&mut encoded.to_vec());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern() -> Pattern {
        Pattern::of(&["ada@acme.example", "Ada Byron", "ada.7k3q9x"]).unwrap()
    }

    #[test]
    fn whole_words_are_blacked_out_in_any_case_and_others_stay() {
        for (text, wanted) in [
            ("write to Ada@ACME.example.", Some("write to [erased].")),
            (
                "<ada@acme.example>, ada\n byron said",
                Some("<[erased]>, [erased] said"),
            ),
            (
                "{\"address\":\"ada@acme.example\"}",
                Some("{\"address\":\"[erased]\"}"),
            ),
            (
                "ada.7k3q9x+next.fri@crm.example",
                Some("[erased]+next.fri@crm.example"),
            ),
            ("bada@acme.example, x.ada@acme.example", None),
            ("ada@acme.example.com and ada@acme.example-x.com", None),
            ("Ada Byrons, Wada Byron", None),
            (
                "ada@acme.example.VCF, Ada Byron.csv, ada@acme.example.csvx",
                Some("[erased].VCF, [erased].csv, ada@acme.example.csvx"),
            ),
            ("", None),
        ] {
            assert_eq!(pattern().redacted(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(Pattern::of(&[]).unwrap().redacted("ada"), None);
    }

    #[test]
    fn a_mail_holds_what_its_encodings_hide() {
        let engine = general_purpose::STANDARD;
        let long = engine.encode(format!("{} call ada@acme.example", "x".repeat(90)));
        let lines: Vec<&str> = long
            .as_bytes()
            .chunks(76)
            .map(|l| std::str::from_utf8(l).unwrap())
            .collect();
        let short = engine.encode("ada@acme.example");
        for (mail, is_in) in [
            ("To: Ada <ADA@acme.example>\r\n\r\nHi".to_owned(), true),
            (
                "\r\n\r\nwrite to ada@ac=\r\nme.example!\r\n".to_owned(),
                true,
            ),
            ("\r\n\r\nwrite to ada=40acme.example\r\n".to_owned(), true),
            (format!("\r\n\r\n{}\r\n--x\r\n", lines.join("\r\n")), true),
            (format!("\r\n\r\n{short}\r\n"), true),
            (format!("Subject: =?utf-8?B?{short}?=\r\n\r\nHi\r\n"), true),
            (
                "To: bob@acme.example\r\n\r\nHi =?= a = b\r\n".to_owned(),
                false,
            ),
        ] {
            assert_eq!(pattern().is_in_mail(mail.as_bytes()), is_in, "{mail}");
            assert!(!Pattern::of(&[]).unwrap().is_in_mail(mail.as_bytes()));
        }
    }
}
