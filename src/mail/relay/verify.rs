//! Reads what was written, and looks for commands in it: in the text, in the page as it is shown, and in its source.

use super::letters::{HeadLine, key, letters};
use crate::mail::html;
use crate::mail::mime::text;
use crate::mail::mime::tree::{self, Role};
use std::collections::HashMap;

/// A command of so many letters is looked for anywhere, a shorter one only as a whole line: `won` stands in many a sentence.
const LONG_LETTERS: usize = 12;
/// Most bytes of a file of text that is looked through.
const FILE_BYTES: usize = 256 * 1024;

/// What may stand in the result: the text of the original without its head, quotes and all.
pub struct Allowance(Said);

/// A text as commands are looked for in it.
struct Said {
    /// How often each line stands there, by its key, without marks of a quote.
    lines: HashMap<String, usize>,
    letters: String,
}

impl Said {
    fn by(text: &str) -> Said {
        let mut lines = HashMap::new();
        for line in text.lines() {
            let unquoted = line.trim_start_matches(['>', ' ']);
            *lines.entry(key(unquoted)).or_default() += 1;
        }
        Said {
            lines,
            letters: letters(text),
        }
    }

    fn lines_of(&self, line: &HeadLine) -> usize {
        self.lines.get(&line.key).copied().unwrap_or_default()
    }
}

impl Allowance {
    /// Of this text.
    pub fn of(rest: &str) -> Allowance {
        Allowance(Said::by(rest))
    }

    /// The first line of the head that stands in a finished message oftener than it may.
    pub fn first_remaining<'h>(&self, head: &'h [HeadLine], raw: &[u8]) -> Option<&'h HeadLine> {
        if head.is_empty() {
            return None;
        }
        let mut forms = vec![Said::by(&crate::mail::read(raw).body)];
        let mut sources = Vec::new();
        let tree = tree::read(raw);
        for node in tree.all() {
            match node.role {
                Role::Plain => forms.push(Said::by(&node.text())),
                Role::Html => {
                    let page = node.text();
                    forms.push(Said::by(&html::to_text(&page)));
                    // Also what no client shows: comments, attributes, text that is hidden.
                    sources.push(letters(&shown_and_hidden(&page)));
                    sources.push(letters(&page));
                }
                // Some servers make files of texts.
                Role::File | Role::Variant
                    if node.kind.family() == "text" && node.body.len() <= FILE_BYTES =>
                {
                    let label = node.kind.parameters.get("charset");
                    sources.push(letters(&text::plain(&node.decoded(), label)));
                }
                _ => (),
            }
        }
        head.iter().find(|line| {
            forms.iter().any(|form| self.is_exceeded_by(line, form))
                || sources
                    .iter()
                    .any(|source| self.is_exceeded_within(line, source))
        })
    }

    fn is_exceeded_by(&self, line: &HeadLine, form: &Said) -> bool {
        form.lines_of(line) > self.0.lines_of(line) || self.is_exceeded_within(line, &form.letters)
    }

    fn is_exceeded_within(&self, line: &HeadLine, letters: &str) -> bool {
        line.bare.len() >= LONG_LETTERS
            && occurrences(letters, &line.bare) > occurrences(&self.0.letters, &line.bare)
    }
}

fn occurrences(letters: &str, wanted: &str) -> usize {
    memchr::memmem::find_iter(letters.as_bytes(), wanted.as_bytes()).count()
}

/// The text of a page without its tags, hidden or not.
fn shown_and_hidden(page: &str) -> String {
    let tokens = html::lexer::Lexer::new(page);
    let mut text = String::with_capacity(page.len());
    for token in tokens {
        if let html::lexer::Token::Text(piece) = token {
            text.push_str(&html::decoded(piece));
        }
    }
    text
}
