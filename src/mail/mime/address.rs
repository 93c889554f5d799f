//! Mailboxes (RFC 5322 §3.4 and §4.4), and what people and programs write instead: no angle brackets, no commas, no end
//! of a quote or a bracket, several at once. The whole field is read in one pass.

use super::words;
use crate::mail::message::Mailbox;
use encoding_rs::Encoding;

/// Most mailboxes of one field that are read.
const MAILBOXES: usize = 2000;
/// Most bytes that are looked at for the end of angle brackets.
const ANGLE_BYTES: usize = 512;

/// A piece of an address, as bytes, because encoded words are put together from bytes.
enum Token<'a> {
    /// An atom, or anything without white space.
    Word(&'a [u8]),
    /// The inside of a quoted string, unescaped.
    Quoted(Vec<u8>),
    /// The inside of angle brackets.
    Angle(Vec<u8>),
    /// The inside of a comment, unescaped, without comments in it.
    Comment(Vec<u8>),
    /// `,` `;` or `:`.
    Mark(u8),
}

/// The mailboxes of one field value; groups are resolved into their members.
pub fn read(value: &[u8], fallback: Option<&'static Encoding>) -> Vec<Mailbox> {
    let mut mailboxes = Vec::new();
    let mut open = Open::default();
    let mut lexer = Lexer::new(value);
    while let Some((token, is_glued)) = lexer.next() {
        if mailboxes.len() >= MAILBOXES {
            return mailboxes;
        }
        match token {
            Token::Mark(b':') if open.address.is_none() && !open.has_at() => open = Open::default(),
            Token::Mark(b':') => open.word(b":", true),
            Token::Mark(_) => open.close(&mut mailboxes, fallback),
            Token::Angle(address) => {
                if open.address.is_some() {
                    open.close(&mut mailboxes, fallback);
                }
                open.address = Some(address);
            }
            Token::Comment(comment) => open.comment(comment),
            Token::Word(word) => {
                let is_glued = is_glued || open.goes_on(word);
                open.make_room(&mut mailboxes, word.contains(&b'@') && !is_glued, fallback);
                open.word(word, is_glued);
            }
            Token::Quoted(text) => {
                open.make_room(&mut mailboxes, false, fallback);
                open.quoted(text, is_glued);
            }
        }
    }
    open.close(&mut mailboxes, fallback);
    mailboxes
}

/// A mailbox of which the end was not yet seen.
#[derive(Default)]
struct Open {
    /// Words before the angle brackets: bytes, and whether they stood in quotes.
    phrase: Vec<(Vec<u8>, bool)>,
    address: Option<Vec<u8>>,
    comment: Option<Vec<u8>>,
}

impl Open {
    fn has_at(&self) -> bool {
        self.phrase
            .iter()
            .any(|(word, is_quoted)| !is_quoted && word.contains(&b'@'))
    }

    /// Whether a word goes on with the address before it: white space around dots is obsolete, and was allowed.
    fn goes_on(&self, word: &[u8]) -> bool {
        let last = self
            .phrase
            .last()
            .filter(|(last, is_quoted)| !is_quoted && last.contains(&b'@'));
        let is_local = !word.contains(&b'@');
        last.is_some_and(|(last, _)| {
            is_local && (word.starts_with(b".") || last.ends_with(b".") || last.ends_with(b"@"))
        })
    }

    /// Closes the mailbox where a comma is missing: after `<a@b>`, or between two bare addresses.
    fn make_room(
        &mut self,
        to: &mut Vec<Mailbox>,
        is_address: bool,
        fallback: Option<&'static Encoding>,
    ) {
        let is_second = is_address && self.phrase.len() == 1 && self.has_at();
        if self.address.is_some() || is_second {
            self.close(to, fallback);
        }
    }

    fn word(&mut self, word: &[u8], is_glued: bool) {
        let Some((last, is_quoted)) = self.phrase.last_mut().filter(|_| is_glued) else {
            self.phrase.push((word.to_vec(), false));
            return;
        };
        // `"jane doe"@example.com`: the quotes belong to the local part.
        if *is_quoted && word.starts_with(b"@") {
            *last = [&b"\""[..], last, b"\""].concat();
            *is_quoted = false;
        }
        last.extend_from_slice(word);
    }

    fn quoted(&mut self, text: Vec<u8>, is_glued: bool) {
        match self.phrase.last_mut() {
            Some((last, _)) if is_glued => last.extend(text),
            _ => self.phrase.push((text, true)),
        }
    }

    fn comment(&mut self, comment: Vec<u8>) {
        if !comment.trim_ascii().is_empty() && self.comment.is_none() {
            self.comment = Some(comment);
        }
    }

    fn close(&mut self, to: &mut Vec<Mailbox>, fallback: Option<&'static Encoding>) {
        let Open {
            mut phrase,
            address,
            comment,
        } = std::mem::take(self);
        let address = address.or_else(|| {
            let at = phrase
                .iter()
                .rposition(|(word, is_quoted)| !is_quoted && is_address(word))?;
            Some(phrase.remove(at).0)
        });
        if phrase.is_empty() && address.is_none() {
            return; // `Undisclosed recipients:;` and remarks behind the last mailbox
        }
        let phrase = phrase
            .into_iter()
            .map(|(word, _)| word)
            .collect::<Vec<_>>()
            .join(&b' ');
        let name = name(&phrase, fallback).or_else(|| name(&comment?, fallback));
        let written = address.map(|a| clean(&a));
        // `<Undisclosed-Recipient:;>` and `<Undisclosed-Recipient:@relay.example;>`: a group that got brackets on the way.
        if written
            .as_ref()
            .is_some_and(|a| a.ends_with(':') || a.contains(":@"))
        {
            return;
        }
        let is_address = written.as_ref().is_some_and(|a| a.contains('@'));
        let mailbox = match (name, written) {
            (name, Some(address)) if is_address => Mailbox {
                name,
                address: Some(with_lower_domain(&address)),
            },
            // A client that encoded name and address together.
            (Some(text), None)
                if text.contains('<') && text.contains('@') && phrase.starts_with(b"=?") =>
            {
                return to.extend(inside(&text));
            }
            (Some(text), None) if phrase.starts_with(b"=?") && is_bare(&text) => {
                Mailbox::new(None, &with_lower_domain(&text))
            }
            (None, Some(text)) if !text.is_empty() => Mailbox {
                name: Some(text),
                address: None,
            },
            (Some(name), _) => Mailbox {
                name: Some(name),
                address: None,
            },
            _ => return,
        };
        to.push(mailbox);
    }
}

/// The mailbox in a decoded text `name <local@domain>`.
fn inside(text: &str) -> Option<Mailbox> {
    let (name, rest) = text.rsplit_once('<')?;
    let address = rest.split('>').next().unwrap_or(rest).trim();
    let name = name.trim().trim_matches('"').trim();
    address.contains('@').then(|| Mailbox {
        name: (!name.is_empty()).then(|| name.to_owned()),
        address: Some(with_lower_domain(address)),
    })
}

fn is_bare(text: &str) -> bool {
    is_address(text.as_bytes())
        && !text.contains(char::is_whitespace)
        && !text.contains(['<', '>', '"', ','])
}

/// `x@y`, of which the word is all.
fn is_address(word: &[u8]) -> bool {
    memchr::memrchr(b'@', word).is_some_and(|at| at > 0 && at + 1 < word.len())
}

fn name(phrase: &[u8], fallback: Option<&'static Encoding>) -> Option<String> {
    let text = words::one_line(&words::decode(phrase, fallback));
    let text = text.trim();
    // Quotes that were encoded together with the name.
    let text = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text)
        .trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An address without route, scheme, white space and stray brackets.
fn clean(address: &[u8]) -> String {
    let text = words::decode(&without_comments(address), None);
    let in_quotes = text.starts_with('"');
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() && (in_quotes || !c.is_whitespace()))
        .collect();
    let kept = kept.trim().trim_matches(['<', '>', '\'', ',', ';']);
    let has_scheme = kept
        .get(..7)
        .is_some_and(|s| s.eq_ignore_ascii_case("mailto:"));
    let kept = if has_scheme { &kept[7..] } else { kept };
    // An obsolete route: `@a.example,@b.example:user@c.example` (RFC 5322 §4.4).
    let kept = match kept.strip_prefix('@') {
        Some(_) => kept.rsplit_once(':').map_or(kept, |(_, last)| last),
        None => kept,
    };
    kept.trim_end_matches('.').to_owned()
}

fn without_comments(address: &[u8]) -> Vec<u8> {
    let mut depth = 0_u32;
    let mut kept = Vec::with_capacity(address.len());
    for &byte in address {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(byte),
            _ => (),
        }
    }
    kept
}

/// The domain in lower case, and no quotes where none are needed: `"ada"@acme.example` is `ada@acme.example`.
fn with_lower_domain(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    let is_plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let bare = local.strip_prefix('"').and_then(|l| l.strip_suffix('"'));
    let bare = bare.filter(|b| !b.is_empty() && b.chars().all(is_plain));
    format!("{}@{}", bare.unwrap_or(local), domain.to_lowercase())
}

/// Cuts a field value into tokens; each byte is looked at a bounded number of times.
struct Lexer<'a> {
    value: &'a [u8],
    at: usize,
    /// Whether the next token stands directly behind the last one.
    is_glued: bool,
    last_quote: usize,
    last_parenthesis: usize,
}

impl<'a> Lexer<'a> {
    fn new(value: &'a [u8]) -> Lexer<'a> {
        let last = |byte| memchr::memrchr(byte, value).unwrap_or(0);
        Lexer {
            value,
            at: 0,
            is_glued: false,
            last_quote: last(b'"'),
            last_parenthesis: last(b')'),
        }
    }

    /// The next token, and whether it stands directly behind the one before.
    fn next(&mut self) -> Option<(Token<'a>, bool)> {
        while self.value.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
            self.is_glued = false;
        }
        let start = self.at;
        let is_glued = std::mem::replace(&mut self.is_glued, true);
        self.at += 1;
        let token = match self.value[start] {
            mark @ (b',' | b';' | b':') => {
                self.is_glued = mark == b':';
                Token::Mark(mark)
            }
            b'"' if start < self.last_quote => self.quoted()?,
            b'(' if start < self.last_parenthesis => {
                self.is_glued = is_glued; // `jane(at work)@example.com` is one word
                self.comment()
            }
            b'<' => {
                self.is_glued = false;
                self.angle()
            }
            b'"' | b'(' | b')' | b'>' => {
                self.is_glued = false;
                Token::Comment(Vec::new()) // opens or closes nothing
            }
            _ => self.word(start),
        };
        Some((token, is_glued))
    }

    fn word(&mut self, start: usize) -> Token<'a> {
        let mut end = start;
        while let Some(&byte) = self.value.get(end) {
            match byte {
                0x1b => end = escape_end(self.value, end),
                b',' | b';' | b':' | b'"' | b'(' | b'<' | b'>' | b')'
                    if !self.is_in_word(start, end) =>
                {
                    break;
                }
                b' ' | b'\t' => break,
                _ => end += 1,
            }
        }
        self.at = end.max(start + 1).min(self.value.len());
        Token::Word(&self.value[start..self.at])
    }

    /// Whether a mark belongs to an encoded word that was not encoded enough: `=?utf-8?Q?Doe,_Jane?=`, or to `[IPv6:…]`.
    fn is_in_word(&self, start: usize, mark: usize) -> bool {
        let word = &self.value[start..mark];
        let rest = &self.value[mark..];
        if word.contains(&b'[') && self.value[mark] == b':' {
            return true;
        }
        let is_open = word.starts_with(b"=?") && word.len() < 80 && !word.ends_with(b"?=");
        let window = rest.get(..80).unwrap_or(rest);
        let end = memchr::memmem::find(window, b"?=");
        is_open && end.is_some_and(|e| !window[..e].iter().any(|b| matches!(b, b'<' | b'@')))
    }

    /// A quoted string. One that holds whole addresses has lost its end: its quote is passed over.
    fn quoted(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        let mut text = Vec::new();
        let mut at = start;
        while let Some(&byte) = self.value.get(at) {
            match (byte, self.value.get(at + 1)) {
                (b'"', _) => break,
                (b'\\', Some(escaped)) => {
                    text.push(*escaped);
                    at += 2;
                }
                (0x1b, _) => {
                    let end = escape_end(self.value, at);
                    text.extend_from_slice(&self.value[at..end]);
                    at = end;
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        let has_lost_its_end = at >= self.value.len()
            || memchr::memmem::find(&text, b">,").is_some_and(|close| {
                let angle = memchr::memrchr(b'<', &text[..close]);
                angle.is_some_and(|open| text[open..close].contains(&b'@'))
            });
        if at >= self.value.len() {
            self.last_quote = 0; // and never look for it again
        }
        if has_lost_its_end {
            self.is_glued = false;
            return Some(Token::Comment(Vec::new()));
        }
        self.at = at + 1;
        Some(Token::Quoted(text))
    }

    fn angle(&mut self) -> Token<'a> {
        let start = self.at;
        let rest = &self.value[start..];
        let rest = rest.get(..ANGLE_BYTES).unwrap_or(rest);
        let close = memchr::memchr(b'>', rest);
        let mark = memchr::memchr2(b',', b';', rest).unwrap_or(rest.len());
        let is_route = rest.first() == Some(&b'@');
        let length = match close {
            // `<a@b, <c@d>`: the first bracket was never closed.
            Some(close) if is_route || close < mark || !rest[..close].contains(&b'<') => close,
            _ => mark,
        };
        let skipped = usize::from(close == Some(length));
        self.at = start + length + skipped;
        Token::Angle(rest[..length].to_vec())
    }

    /// A comment with the comments in it left out; an empty one where its end is missing.
    fn comment(&mut self) -> Token<'a> {
        let start = self.at;
        let mut text = Vec::new();
        let mut depth = 1_u32;
        while depth > 0 {
            let Some(&byte) = self.value.get(self.at) else {
                self.last_parenthesis = 0; // and never look for it again
                self.at = start;
                return Token::Comment(Vec::new());
            };
            self.at += 1;
            match byte {
                b'\\' => {
                    text.extend(self.value.get(self.at).copied());
                    self.at += 1;
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ if depth == 1 => text.push(byte),
                _ => (),
            }
        }
        Token::Comment(text)
    }
}

/// The offset behind two-byte text of ISO-2022-JP that begins at an escape: its bytes look like quotes and commas.
pub fn escape_end(value: &[u8], at: usize) -> usize {
    if value.get(at + 1) != Some(&b'$') {
        return at + 1;
    }
    let back = memchr::memmem::find(&value[at + 1..], b"\x1b(");
    back.map_or(value.len(), |i| (at + 1 + i + 3).min(value.len()))
}
