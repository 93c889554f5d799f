//! How words compare: by letters without case and marks, with one space where white space stands.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// So many bytes at the beginning of a line can be a name.
const BEGINNING_BYTES_MAX: usize = 96;

/// The beginning of a line as it compares, with the byte of the line at which each letter ends.
pub struct Beginning {
    folded: String,
    /// For each byte of `folded`, where the letter ends in the line.
    ends: Vec<usize>,
}

impl Beginning {
    /// The number of bytes of the line that a folded name takes, where the line begins with it.
    pub fn ends_after(&self, name: &str) -> Option<usize> {
        let last = name.len().checked_sub(1)?;
        let begins = self.folded.starts_with(name);
        begins.then(|| self.ends.get(last).copied()).flatten()
    }
}

/// How a text compares.
pub fn folded(text: &str) -> String {
    fold(text).folded
}

/// How the beginning of a line compares.
pub fn beginning(line: &str) -> Beginning {
    let mut end = line.len().min(BEGINNING_BYTES_MAX);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    fold(line.get(..end).unwrap_or_default())
}

fn fold(text: &str) -> Beginning {
    let mut folded = String::with_capacity(text.len());
    let mut ends: Vec<usize> = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            decompose_canonical(letter, |part| {
                if !is_combining_mark(part) {
                    part.to_lowercase()
                        .for_each(|lower| put(&mut folded, lower));
                }
            });
        }
        let end = at + letter.len_utf8();
        ends.resize(folded.len(), end);
        // A mark belongs to the letter before it, and so does the second of two spaces.
        if let Some(last) = ends.last_mut() {
            *last = end;
        }
    }
    Beginning { folded, ends }
}

fn put(folded: &mut String, letter: char) {
    match letter {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ø' => folded.push('o'),
        '’' | 'ʼ' | '`' => folded.push('\''),
        '\u{2010}' | '\u{2011}' => folded.push('-'),
        other => folded.push(other),
    }
}
