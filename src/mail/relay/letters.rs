//! What two forms of one line have in common: its letters and digits. Clients change everything else: spaces, quotation
//! marks, stars for bold, dots of lists.

/// Letters and digits of a line in lower case; where it has none, whatever is seen of it.
pub fn key(line: &str) -> String {
    let letters = letters(line);
    if !letters.is_empty() {
        return letters;
    }
    line.chars().filter(|c| is_seen(*c)).collect()
}

/// Letters and digits alone, in lower case.
pub fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a character leaves a mark on paper.
pub fn is_seen(c: char) -> bool {
    let is_nothing = matches!(c, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !c.is_whitespace() && !c.is_control() && !is_nothing
}

/// Whether anything is seen of a line.
pub fn is_blank(line: &str) -> bool {
    !line.chars().any(is_seen)
}

/// One line of a head block of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadLine {
    /// As it was read.
    pub line: String,
    /// Its letters.
    pub key: String,
    /// The letters without the links that plain text writes out.
    pub bare: String,
}

impl HeadLine {
    /// Lines that say anything, as they are compared.
    pub fn all(lines: &[String]) -> Vec<HeadLine> {
        lines
            .iter()
            .filter(|line| !is_blank(line))
            .map(|line| HeadLine {
                line: line.trim().to_owned(),
                key: key(line),
                bare: key(&without_links(line)),
            })
            .collect()
    }

    /// Whether this is that line, in whatever form.
    pub fn is(&self, line: &str) -> bool {
        let key = key(line);
        key == self.key || key == self.bare || self::key(&without_links(line)) == self.bare
    }

    /// Whether a line begins as this one and goes on.
    pub fn begins(&self, line: &str) -> bool {
        let key = key(line);
        key.len() > self.key.len() && (key.starts_with(&self.key) || key.starts_with(&self.bare))
    }
}

/// A line without `<mailto:…>` and `<https://…>`, which plain text puts behind what was a link.
fn without_links(line: &str) -> String {
    let mut bare = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '[']) {
        let (before, link) = rest.split_at(at);
        bare.push_str(before);
        let inside = link.get(1..).unwrap_or_default();
        let is_link = ["mailto:", "http:", "https:", "tel:"].iter().any(|scheme| {
            inside
                .get(..scheme.len())
                .is_some_and(|i| i.eq_ignore_ascii_case(scheme))
        });
        match inside.find(['>', ']']) {
            Some(end) if is_link => rest = inside.get(end + 1..).unwrap_or_default(),
            _ => {
                bare.push_str(link.get(..1).unwrap_or_default());
                rest = inside;
            }
        }
    }
    bare.push_str(rest);
    bare
}
