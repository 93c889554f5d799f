//! Reads what was written, and looks for commands in it: in the text, in the page as it is shown, and in its source.

use super::letters::{HeadLine, key, letters};
use crate::mail::html;
use crate::mail::mime::tree::{self, Role};

/// A command of so many letters is looked for anywhere, a shorter one only as a whole line: `won` stands in many a sentence.
const LONG_LETTERS: usize = 12;

/// What may stand in the result: the text of the original without its head, quotes and all.
pub struct Allowance {
    lines: Vec<String>,
    letters: String,
}

impl Allowance {
    /// Of this text.
    pub fn of(rest: &str) -> Allowance {
        Allowance {
            lines: rest.lines().map(key).collect(),
            letters: letters(rest),
        }
    }

    /// The first line of the head that stands in a finished message oftener than it may.
    pub fn first_remaining<'h>(&self, head: &'h [HeadLine], raw: &[u8]) -> Option<&'h HeadLine> {
        if head.is_empty() {
            return None;
        }
        let message = crate::mail::read(raw);
        let mut forms = vec![message.body];
        let mut sources = Vec::new();
        let tree = tree::read(raw);
        for node in tree.all() {
            let text = node.text();
            match node.role {
                Role::Plain => forms.push(text),
                Role::Html => {
                    forms.push(html::to_text(&text));
                    // Also what no client shows: comments, attributes, text that is hidden.
                    sources.push(letters(&shown_and_hidden(&text)));
                    sources.push(letters(&text));
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

    fn is_exceeded_by(&self, line: &HeadLine, form: &str) -> bool {
        let unquoted = |l: &str| key(l.trim_start_matches(['>', ' ']));
        let stands = form.lines().filter(|l| unquoted(l) == line.key).count();
        let may = self.lines.iter().filter(|l| **l == line.key).count();
        stands > may || self.is_exceeded_within(line, &letters(form))
    }

    fn is_exceeded_within(&self, line: &HeadLine, letters: &str) -> bool {
        line.bare.len() >= LONG_LETTERS
            && occurrences(letters, &line.bare) > occurrences(&self.letters, &line.bare)
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
