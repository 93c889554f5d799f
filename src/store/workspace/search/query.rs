//! What a person types into a search, as both databases are asked it. Any text is a query; some ask for nothing.

use crate::domain::fold::{self, Piece};
use std::ops::ControlFlow;

/// The most terms of a query and tokens of a phrase that are read; the rest is left away.
const TERMS_MAX: usize = 24;
const PHRASE_TOKENS_MAX: usize = 32;
const QUERY_BYTES_MAX: usize = 4_000;

/// A query: all of `wanted`, none of `unwanted`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

/// Tokens that stand side by side; where it is a prefix, the last one may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    tokens: Vec<String>,
    ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Whole,
    Prefix,
}

impl Query {
    /// Reads `words "a phrase" pref* -without`. The last plain word may go on, since people search while they type.
    pub fn read(text: &str) -> Query {
        let text = cut(text, QUERY_BYTES_MAX);
        let mut query = Query::default();
        let mut rest = text;
        while query.wanted.len() + query.unwanted.len() < TERMS_MAX {
            let Some(part) = next_part(&mut rest) else {
                break;
            };
            let last = rest.trim().is_empty();
            let ending = match part.ending {
                Ending::Whole if last && !part.quoted && !part.unwanted => Ending::Prefix,
                ending => ending,
            };
            let Some(term) = Term::read(part.text, ending) else {
                continue;
            };
            match part.unwanted {
                true => query.unwanted.push(term),
                false => query.wanted.push(term),
            }
        }
        query
    }

    /// The same without a prefix at its end: whole words only.
    pub fn whole_words(text: &str) -> Query {
        let mut query = Query::default();
        query.wanted.extend(
            text.split_whitespace()
                .take(TERMS_MAX)
                .filter_map(|word| Term::read(cut(word, QUERY_BYTES_MAX), Ending::Whole)),
        );
        query
    }

    /// Whether it asks for nothing: such a query finds nothing.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// As SQLite's FTS5 wants it (its full-text query syntax): each term a string, so that no word is an operator.
    pub(super) fn for_fts5(&self) -> String {
        let term = |term: &Term| {
            let star = match term.ending {
                Ending::Whole => "",
                Ending::Prefix => " *",
            };
            format!("\"{}\"{star}", term.tokens.join(" "))
        };
        let wanted: Vec<String> = self.wanted.iter().map(term).collect();
        let mut text = format!("({})", wanted.join(" AND "));
        for unwanted in &self.unwanted {
            text.push_str(" NOT ");
            text.push_str(&term(unwanted));
        }
        text
    }

    /// As PostgreSQL's `tsquery` wants it.
    pub(super) fn for_tsquery(&self) -> String {
        let term = |term: &Term| {
            let quoted: Vec<String> = term.tokens.iter().map(|t| format!("'{t}'")).collect();
            let star = match term.ending {
                Ending::Whole => "",
                Ending::Prefix => ":*",
            };
            format!("({}{star})", quoted.join(" <-> "))
        };
        let mut parts: Vec<String> = self.wanted.iter().map(term).collect();
        parts.extend(self.unwanted.iter().map(|t| format!("!{}", term(t))));
        parts.join(" & ")
    }

    /// Whether a token of a text is the first of one of the wanted terms; for snippets.
    pub(super) fn begins_with(&self, token: &str) -> bool {
        self.wanted
            .iter()
            .any(|term| match (term.tokens.as_slice(), term.ending) {
                ([only], Ending::Prefix) => token.starts_with(only.as_str()),
                ([first, ..], _) => token == first,
                ([], _) => false,
            })
    }
}

impl Term {
    fn read(text: &str, ending: Ending) -> Option<Term> {
        let mut tokens = Vec::new();
        let mut last = Piece::Word;
        fold::tokens(text, |(token, piece, _)| {
            tokens.push(token.to_owned());
            last = piece;
            match tokens.len() < PHRASE_TOKENS_MAX {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        });
        let ending = match last {
            // In the text that is sought, the last letter of the run may be the first of a pair.
            Piece::Last => {
                tokens.pop();
                Ending::Whole
            }
            Piece::Alone => Ending::Prefix,
            Piece::Word | Piece::Pair => ending,
        };
        (!tokens.is_empty()).then_some(Term { tokens, ending })
    }
}

struct Part<'a> {
    text: &'a str,
    quoted: bool,
    unwanted: bool,
    ending: Ending,
}

/// Takes the next word or phrase off the front. A quote that is not closed goes to the end.
fn next_part<'a>(rest: &mut &'a str) -> Option<Part<'a>> {
    let text = rest.trim_start();
    if text.is_empty() {
        return None;
    }
    let (unwanted, body) = match text.strip_prefix('-') {
        Some(body) if !body.is_empty() && !body.starts_with(char::is_whitespace) => (true, body),
        _ => (false, text),
    };
    if let Some(phrase) = body.strip_prefix(is_quote) {
        let end = phrase.find(is_quote).unwrap_or(phrase.len());
        let (phrase, after) = phrase.split_at(end);
        let after = after.strip_prefix(is_quote).unwrap_or(after);
        *rest = after.strip_prefix('*').unwrap_or(after);
        let ending = match after.starts_with('*') {
            true => Ending::Prefix,
            false => Ending::Whole,
        };
        return Some(Part {
            text: phrase,
            quoted: true,
            unwanted,
            ending,
        });
    }
    let end = body
        .find(|c: char| c.is_whitespace() || is_quote(c))
        .unwrap_or(body.len());
    let (word, after) = body.split_at(end);
    *rest = after;
    let ending = match word.ends_with('*') {
        true => Ending::Prefix,
        false => Ending::Whole,
    };
    Some(Part {
        text: word,
        quoted: false,
        unwanted,
        ending,
    })
}

/// Phones and word processors turn straight quotes into these.
fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

/// At most so many bytes, cut between letters.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max))
        .unwrap_or(text)
}
