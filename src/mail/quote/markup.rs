//! HTML as a stream of tags and text, in one pass, whatever is wrong with it. Knows nothing of mail.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The most attributes of a tag that are read.
const ATTRIBUTES_MAX: usize = 40;

/// A piece of HTML.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// Name as written, and the inside of the tag after it.
    Open { name: &'a str, inside: &'a str },
    /// Name as written.
    Close { name: &'a str },
    /// Text with its entities.
    Text(&'a str),
}

/// The pieces of a document; comments, scripts, styles and declarations are left out.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(html: &'a str) -> Tokens<'a> {
        Tokens { rest: html }
    }

    /// Leaves out everything up to the end tag of an element whose content is no text.
    fn skip_raw(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(&bytes[from..], b"</") {
            let start = from + at + 2;
            let candidate = bytes.get(start..start + name.len());
            if candidate.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
                self.rest = &self.rest[start - 2..];
                return;
            }
            from = start;
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(tag) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Token::Text(text));
            };
            if let Some(comment) = tag.strip_prefix("!--") {
                self.rest = after(comment, "-->");
                continue;
            }
            let first = tag.chars().next().unwrap_or(' ');
            if matches!(first, '!' | '?') {
                self.rest = after(tag, ">");
                continue;
            }
            let closing = first == '/';
            let body = tag.strip_prefix('/').unwrap_or(tag);
            if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
                // A bare `<`: text.
                self.rest = tag;
                return Some(Token::Text("<"));
            }
            let end = tag_end(body);
            let inside = &body[..end];
            self.rest = body[end..].strip_prefix('>').unwrap_or("");
            let name_end = inside
                .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
                .unwrap_or(inside.len());
            let (name, inside) = inside.split_at(name_end);
            if closing {
                return Some(Token::Close { name });
            }
            if ["script", "style", "title", "xml", "head"]
                .iter()
                .any(|raw| name.eq_ignore_ascii_case(raw))
                && !inside.ends_with('/')
            {
                // A head is read on, since some never close it; what it holds is left out element by element.
                if !name.eq_ignore_ascii_case("head") {
                    self.skip_raw(name);
                }
            }
            return Some(Token::Open { name, inside });
        }
    }
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    memchr::memmem::find(text.as_bytes(), mark.as_bytes()).map_or("", |at| &text[at + mark.len()..])
}

/// Where a tag ends: the first `>` that stands in no quoted value. A quote that never closes ends at the first `>`, so that
/// one stray mark does not swallow the mail.
fn tag_end(body: &str) -> usize {
    const TAG_BYTES_MAX: usize = 64 * 1024;
    let bytes = &body.as_bytes()[..body.len().min(TAG_BYTES_MAX)];
    let mut quote = 0;
    let mut after_equals = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'>' if quote == 0 => return at,
            b'"' | b'\'' if quote == *byte => quote = 0,
            b'"' | b'\'' if quote == 0 && after_equals => quote = *byte,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = *byte == b'=';
        }
    }
    memchr::memchr(b'>', body.as_bytes()).unwrap_or(body.len())
}

/// The attributes of a tag that the rules ask for, in lower case.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub id: String,
    pub class: String,
    pub style: String,
    pub kind: String,
    pub name: String,
    pub cite: bool,
    pub marker: String,
    pub signature_block: bool,
}

/// Reads the attributes of a tag.
pub(super) fn attributes(inside: &str) -> Attributes {
    let mut found = Attributes::default();
    let mut rest = inside;
    for _ in 0..ATTRIBUTES_MAX {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = &rest[..end];
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(given) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(given.trim_start());
        } else if end == 0 {
            break;
        }
        let value = || value.trim().to_ascii_lowercase();
        match name.to_ascii_lowercase().as_str() {
            "id" => found.id = value(),
            "class" => found.class = value(),
            "style" => found.style = value(),
            "type" => found.kind = value(),
            "name" => found.name = value(),
            "cite" => found.cite = true,
            "data-marker" => found.marker = value(),
            "data-signatureblock" | "data-smartmail" | "data-signature" => {
                found.signature_block = true;
            }
            _ => {}
        }
    }
    found
}

fn attribute_value(given: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = given.strip_prefix(quote) {
            return match inner.find(quote) {
                Some(end) => (&inner[..end], &inner[end + 1..]),
                None => (inner, ""),
            };
        }
    }
    let end = given
        .find(|c: char| c.is_whitespace())
        .unwrap_or(given.len());
    given.split_at(end)
}

/// Text with its entities replaced. Unknown ones stay as written.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    const ENTITY_BYTES_MAX: usize = 12;
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name_end = rest
            .bytes()
            .take(ENTITY_BYTES_MAX)
            .position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))
            .unwrap_or(rest.len().min(ENTITY_BYTES_MAX));
        let (name, closed) = match rest.get(..name_end) {
            Some(name) => (name, rest[name_end..].starts_with(';')),
            None => ("", false),
        };
        match entity(name) {
            Some(c) => {
                decoded.push(c);
                rest = &rest[name_end + usize::from(closed)..];
            }
            None => decoded.push('&'),
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return match char::from_u32(code)? {
            '\0' => None,
            '\r' => Some('\n'),
            other => Some(other),
        };
    }
    match name {
        "nbsp" => Some('\u{a0}'),
        _ => NAMED_MAP.get(name).copied(),
    }
}

static NAMED_MAP: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    NAMED
        .split(' ')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, value)| Some((name, value.chars().next()?)))
        .collect()
});

/// The entities that mail holds: marks, and the letters that old editors of the Latin languages escape.
const NAMED: &str = "amp=& lt=< gt=> quot=\" apos=' copy=© reg=® trade=™ hellip=… mdash=— ndash=– lsquo=‘ rsquo=’ ldquo=“ rdquo=” \
laquo=« raquo=» sbquo=‚ bdquo=„ lsaquo=‹ rsaquo=› bull=• middot=· euro=€ pound=£ yen=¥ cent=¢ sect=§ para=¶ deg=° plusmn=± times=× divide=÷ \
frac12=½ frac14=¼ sup2=² sup3=³ micro=µ iexcl=¡ iquest=¿ ordf=ª ordm=º acute=´ cedil=¸ macr=¯ uml=¨ \
auml=ä ouml=ö uuml=ü Auml=Ä Ouml=Ö Uuml=Ü szlig=ß agrave=à aacute=á acirc=â atilde=ã aring=å aelig=æ ccedil=ç egrave=è eacute=é ecirc=ê euml=ë \
igrave=ì iacute=í icirc=î iuml=ï eth=ð ntilde=ñ ograve=ò oacute=ó ocirc=ô otilde=õ oslash=ø ugrave=ù uacute=ú ucirc=û yacute=ý thorn=þ yuml=ÿ \
Agrave=À Aacute=Á Acirc=Â Atilde=Ã Aring=Å AElig=Æ Ccedil=Ç Egrave=È Eacute=É Ecirc=Ê Euml=Ë Igrave=Ì Iacute=Í Icirc=Î Iuml=Ï Ntilde=Ñ \
Ograve=Ò Oacute=Ó Ocirc=Ô Otilde=Õ Oslash=Ø Ugrave=Ù Uacute=Ú Ucirc=Û Yacute=Ý oelig=œ OElig=Œ scaron=š Scaron=Š larr=← rarr=→ uarr=↑ darr=↓ \
zwnj=\u{200c} zwj=\u{200d} lrm=\u{200e} rlm=\u{200f} shy=\u{ad} thinsp=\u{2009} ensp=\u{2002} emsp=\u{2003} star=☆ check=✓ hearts=♥ infin=∞";
