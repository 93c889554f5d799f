//! HTML → tags and text, one pass, no tree: whatever stands in the bytes, each is looked at a bounded number of times.

/// How many tags may turn out to have an endless quote before quotes in tags are no longer believed.
const ENDLESS_QUOTES: u8 = 3;

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'h> {
    /// Text with its entities.
    Text(&'h str),
    /// `<name attributes>`; the name as written.
    Open(&'h str, Attributes<'h>),
    /// `</name>`.
    Close(&'h str),
}

/// The attributes of a tag, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes<'h>(&'h str);

/// Cuts a page into tokens; comments, declarations and the content of scripts and styles are left out.
pub struct Lexer<'h> {
    html: &'h str,
    at: usize,
    last_close: usize,
    last_comment_end: usize,
    endless_quotes: u8,
    /// Raw elements for which it is known that no further end tag follows.
    endless: Vec<&'static str>,
}

impl<'h> Lexer<'h> {
    /// Over a page or a piece of one.
    pub fn new(html: &'h str) -> Lexer<'h> {
        Lexer {
            html,
            at: 0,
            last_close: html.rfind('>').unwrap_or(0),
            last_comment_end: html.rfind("-->").unwrap_or(0),
            endless_quotes: 0,
            endless: Vec::new(),
        }
    }

    /// Where in the page the next token is looked for; the last one ended here.
    pub fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'h str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn text(&mut self) -> Token<'h> {
        let rest = self.rest();
        // The first byte may be a `<` that opens nothing.
        let end = rest
            .bytes()
            .skip(1)
            .position(|b| b == b'<')
            .map_or(rest.len(), |i| i + 1);
        self.at += end;
        Token::Text(&rest[..end])
    }

    /// `<!-- … -->`, `<!…>`, `<?…>`.
    fn skip_declaration(&mut self) {
        let rest = self.rest();
        let end = match rest.starts_with("<!--") && self.at < self.last_comment_end {
            true => rest.find("-->").map(|i| i + 3),
            false => rest.find('>').map(|i| i + 1),
        };
        self.at += end.unwrap_or(rest.len());
    }

    fn tag(&mut self) -> Token<'h> {
        let rest = self.rest();
        let is_close = rest.starts_with("</");
        let name_at = if is_close { 2 } else { 1 };
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_');
        let length = rest[name_at..].bytes().take_while(|b| is_name(*b)).count();
        let name = &rest[name_at..name_at + length];
        let inside_at = name_at + length;
        let inside = self.inside(&rest[inside_at..]);
        self.at += inside_at + inside.len();
        if self.rest().starts_with('>') {
            self.at += 1;
        }
        if is_close {
            return Token::Close(name);
        }
        self.skip_raw(name);
        Token::Open(name, Attributes(inside))
    }

    /// What stands between a tag's name and its end. A `<` outside quotes ends it too: the tag was not closed.
    fn inside(&mut self, rest: &'h str) -> &'h str {
        let bytes = rest.as_bytes();
        let mut at = 0;
        while let Some(offset) = bytes[at..]
            .iter()
            .position(|b| matches!(b, b'>' | b'<' | b'"' | b'\''))
        {
            at += offset;
            let quote = bytes[at];
            if matches!(quote, b'>' | b'<') {
                return &rest[..at];
            }
            at += 1;
            // A quote opens only behind `=`: in `<p it's>` it is none.
            let before = bytes[..at - 1].trim_ascii_end().last();
            if before != Some(&b'=') || self.endless_quotes >= ENDLESS_QUOTES {
                continue;
            }
            match memchr::memchr(quote, &bytes[at..]) {
                Some(end) => at += end + 1,
                None => self.endless_quotes += 1,
            }
        }
        self.endless_quotes = self.endless_quotes.saturating_add(1);
        &rest[..rest.find(['>', '<']).unwrap_or(rest.len())]
    }

    /// The content of elements that hold no text for people.
    fn skip_raw(&mut self, name: &str) {
        const RAW: [&str; 5] = ["script", "style", "title", "template", "svg"];
        let Some(raw) = RAW.into_iter().find(|raw| name.eq_ignore_ascii_case(raw)) else {
            return;
        };
        if self.endless.contains(&raw) {
            return;
        }
        let rest = self.rest().as_bytes();
        let mut ends = memchr::memmem::find_iter(rest, b"</");
        let is_end = |at: &usize| {
            let name = rest.get(at + 2..at + 2 + raw.len());
            name.is_some_and(|n| n.eq_ignore_ascii_case(raw.as_bytes()))
        };
        match ends.find(is_end) {
            Some(end) => self.at += end,
            None => self.endless.push(raw),
        }
    }
}

impl<'h> Iterator for Lexer<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if !rest.starts_with('<') || self.at >= self.last_close {
                if self.at >= self.last_close {
                    // No tag can follow.
                    let from = rest.strip_prefix('>').unwrap_or(rest);
                    self.at = self.html.len();
                    return Some(Token::Text(from));
                }
                return Some(self.text());
            }
            match rest.as_bytes().get(1) {
                Some(b'!' | b'?') => self.skip_declaration(),
                Some(b'a'..=b'z' | b'A'..=b'Z') => return Some(self.tag()),
                Some(b'/') if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => {
                    return Some(self.tag());
                }
                Some(b'/') => self.skip_declaration(),
                _ => return Some(self.text()),
            }
        }
    }
}

impl<'h> Attributes<'h> {
    /// The value of an attribute as written, by its name in lower case; empty where it has none.
    pub fn get(&self, name: &str) -> Option<&'h str> {
        let mut rest = self.0;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/')
                .unwrap_or(rest.len());
            let found = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                (value, rest) = split_value(after.trim_start());
            } else if end == 0 {
                rest = rest.get(1..).unwrap_or_default();
            }
            if found.eq_ignore_ascii_case(name) {
                return Some(value);
            }
        }
    }
}

/// A quoted or bare value, and what follows it.
fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(text.len());
    text.split_at(end)
}
