//! Bytes → text: the charset that was declared, else the one that is detected, else replacement characters.
//!
//! NUL is removed from every text (PostgreSQL refuses it), and so is a byte order mark in front.

use super::charset_old;
use encoding_rs::Encoding;

/// How much of a text is looked at when its charset must be guessed, in bytes from its first 8-bit byte on.
const GUESSED_BYTES: usize = 64 * 1024;

/// Text of bytes whose charset was declared as `label`.
pub fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let label = label.map(normalise).unwrap_or_default();
    if let Some(text) = charset_old::decode(bytes, &label) {
        return clean(&text);
    }
    if says_nothing(&label) {
        return detect(bytes);
    }
    let Some(encoding) = encoding(&label) else {
        return match mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()) {
            Some(decoder) => clean(&decoder(bytes)),
            None => detect(bytes),
        };
    };
    // Text that is valid UTF-8 with characters beyond ASCII is UTF-8, whatever a script declared by default.
    let is_western = encoding == encoding_rs::WINDOWS_1252 || encoding == encoding_rs::UTF_8;
    if is_western && let Ok(text) = std::str::from_utf8(bytes) {
        return clean(text);
    }
    if encoding == encoding_rs::UTF_8 && !is_nearly_utf_8(bytes) {
        return detect(bytes);
    }
    if encoding == encoding_rs::ISO_2022_JP {
        return clean(&charset_old::iso_2022_jp(bytes));
    }
    clean(&encoding.decode_with_bom_removal(bytes).0)
}

/// Text of bytes whose charset nobody declared: UTF-8, else what they look like.
pub fn detect(bytes: &[u8]) -> String {
    if let Some(text) = charset_old::by_mark(bytes) {
        return clean(&text);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => clean(text),
        Err(_) => clean(&guess(bytes).decode_without_bom_handling(bytes).0),
    }
}

/// The encoding of this label, where it is one that can be trusted to mean what it says.
pub fn encoding(label: &str) -> Option<&'static Encoding> {
    let label = normalise(label);
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    known.filter(|_| !says_nothing(&label)).or_else(|| {
        alias(&label).and_then(|name| Encoding::for_label_no_replacement(name.as_bytes()))
    })
}

/// Whether a label says no more than that there is text: declared so, it is ASCII if that is true, and anything if it is not.
fn says_nothing(label: &str) -> bool {
    const LABELS: [&str; 8] = [
        "",
        "us-ascii",
        "ascii",
        "ansi_x3.4-1968",
        "x-user-defined",
        "unknown",
        "unknown-8bit",
        "x-unknown",
    ];
    LABELS.contains(&label)
}

/// What the bytes look like; never UTF-8.
pub fn guess(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|b| *b >= 0x80).unwrap_or(0);
    let sample = bytes.get(first.saturating_sub(64)..).unwrap_or_default();
    let sample = sample.get(..GUESSED_BYTES).unwrap_or(sample);
    let mut detector = chardetng::EncodingDetector::new();
    detector.feed(sample, true);
    detector.guess(None, false)
}

/// Labels of mail that the WHATWG's table does not know.
fn alias(label: &str) -> Option<&'static str> {
    Some(match label {
        "utf8mb4" | "utf-8n" | "utf_8" | "utf-8-mac" | "utf" | "unicode" | "u8" | "x-utf-8" => {
            "utf-8"
        }
        "cp932" | "ms932" | "windows-932" | "windows932" | "mskanji" | "shiftjis"
        | "x-ms-cp932" => "shift_jis",
        "cp949" | "ms949" | "uhc" | "ks_c_5601" | "ksc5601-1987" | "ks_c_5601_1987" | "euc_kr"
        | "kseuc" => "euc-kr",
        "cp936" | "ms936" | "windows-936" | "gb2312_charset" | "euc-cn" | "x-euc-cn" | "gb" => {
            "gbk"
        }
        "gb-18030" | "gb18030-0" | "gb18030-2000" | "cp54936" => "gb18030",
        "cp950" | "ms950" | "windows-950" | "big-5" | "big5hkscs" | "x-x-big5-hkscs" => "big5",
        "eucjp" | "euc_jp" | "ujis" | "euc-jp-ms" | "cp51932" => "euc-jp",
        "cp50220" | "cp50221" | "cp50222" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3"
        | "iso-2022-jp-ms" | "iso2022jp" | "iso-2022jp" | "jis" => "iso-2022-jp",
        "latin-1"
        | "latin1_swedish_ci"
        | "iso8859"
        | "iso-8859"
        | "iso-latin-1"
        | "8859-1"
        | "iso_8859_1"
        | "iso-8859-1-windows-3.1-latin-1"
        | "ansi"
        | "cp-1252"
        | "ms-ansi" => "windows-1252",
        "latin-2" | "iso_8859_2" => "iso-8859-2",
        "latin-9" | "latin9" | "iso_8859_15" | "iso8859_15" => "iso-8859-15",
        "koi8" | "koi-8" | "koi8r" | "koi-8-r" | "cp20866" => "koi8-r",
        "koi8u" | "cp21866" => "koi8-u",
        "cp-1251" | "windows-cp1251" | "win" => "windows-1251",
        "cp-866" => "ibm866",
        "cp874" | "tis620" | "x-tis-620" => "windows-874",
        "mac-roman" | "macroman" | "x-macroman" | "mac" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "ucs-2" | "unicodefffe" => "utf-16be",
        _ => return windows(label),
    })
}

/// `win-1251`, `windows1251`, `win1251`, `microsoft-cp1251` and the like.
fn windows(label: &str) -> Option<&'static str> {
    let is_windows =
        label.starts_with("win") || label.starts_with("microsoft") || label.starts_with("x-cp");
    let digits = label.len().checked_sub(4).and_then(|at| label.get(at..))?;
    is_windows.then_some(())?;
    const PAGES: [&str; 9] = [
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
    ];
    PAGES.into_iter().find(|page| page.ends_with(digits))
}

/// A label as it is looked up: lower case, without quotes, language (RFC 2231 §5) and what some clients put around it
/// (`_iso-2022-jp$ESC`).
fn normalise(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"'<>`_.=".contains(c));
    let end = label.find(|c: char| c.is_whitespace() || ";,*$\"'".contains(c));
    let label = &label[..end.unwrap_or(label.len())];
    let label = label.to_ascii_lowercase();
    let label = label.strip_prefix("charset=").unwrap_or(&label);
    label.strip_prefix("cs-").unwrap_or(label).to_owned()
}

/// Whether bytes that are declared as UTF-8, and are not, are so only here and there: cut or damaged, not mislabelled.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let chunks = bytes.utf8_chunks();
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in chunks {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= bad
}

fn clean(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return text.to_owned();
    }
    text.replace('\0', "")
}
