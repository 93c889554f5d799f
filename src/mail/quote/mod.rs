//! What is newly written (MAIL.md 18): structure first, then text; when in doubt, keep.
//!
//! Both forms of a body become lines: plain text line by line, HTML with what its structure says of each line (`html`, by the ids
//! and classes in `clients`).
//! `cut` says of every line whether it is own, quoted or signature; it asks `attribution` ("On … wrote:"), `header`
//! ("From: … Sent: …") and `signature`. Words of languages stand in `words` and `devices` and nowhere else.
//!
//! Everything is linear: a rule looks at a bounded number of lines around the one it judges.

mod attribution;
mod clients;
mod cut;
mod devices;
mod header;
mod html;
mod lines;
mod markup;
mod signature;
mod words;

#[cfg(test)]
mod tests;

use super::message::{Message, Protection};
use super::mime::Body;
use cut::Part;
use lines::Line;

/// A body, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Newly written. Begins with the author's first own line.
    pub text: String,
    /// How much of `text`, in bytes, stands above any quote: the only place where commands may stand (MAIL.md 18).
    pub opening_bytes: usize,
    /// The author's signature.
    pub signature: Option<String>,
    /// Quoted.
    pub quoted: Option<String>,
}

impl Split {
    /// The part of `text` that stands above any quote.
    pub fn opening(&self) -> &str {
        self.text.get(..self.opening_bytes).unwrap_or_default()
    }
}

/// Takes a body apart. Of an encrypted one nothing is known, so nothing is taken out of it, and nothing in it may run.
pub fn split(body: &Body, message: &Message) -> Split {
    if message.protection == Protection::Encrypted {
        return Split {
            text: body.whole_text().trim().to_owned(),
            ..Split::default()
        };
    }
    let of_text = |plain| lines::unseam(lines::of_text(plain));
    let of_html = |html| lines::unseam(html::lines(html));
    match (&body.plain, &body.html) {
        (Some(plain), Some(html)) if !plain.trim().is_empty() => {
            let lines = of_text(plain);
            let parts = cut::parts(&lines);
            if parts.iter().any(|part| is_quoted(*part)) {
                return compose(&lines, &parts);
            }
            // Unknown words in the text may be a known structure in the HTML.
            by_structure(&lines, &of_html(html)).unwrap_or_else(|| compose(&lines, &parts))
        }
        (Some(plain), None) => take_apart(&of_text(plain)),
        (_, Some(html)) => match html::seen(html) {
            Some(lines) => take_apart(&lines::unseam(lines)),
            // What nobody saw is kept, and does not run.
            None => Split {
                opening_bytes: 0,
                ..take_apart(&of_html(html))
            },
        },
        (None, None) => Split::default(),
    }
}

fn take_apart(lines: &[Line<'_>]) -> Split {
    compose(lines, &cut::parts(lines))
}

fn is_quoted(part: Part) -> bool {
    matches!(part, Part::Quote | Part::Attribution | Part::Tail)
}

/// Cuts a plain text in which no quote was found where its HTML sibling has one.
fn by_structure(plain: &[Line<'_>], html: &[Line<'_>]) -> Option<Split> {
    let parts = cut::parts(html);
    let first = parts.iter().position(|part| is_quoted(*part))?;
    // A quote between answers cannot be carried over by one place.
    let own_below = html[first..]
        .iter()
        .zip(&parts[first..])
        .any(|(line, part)| {
            matches!(part, Part::Own | Part::Kept) && !lines::bare(&line.text).is_empty()
        });
    if own_below {
        return None;
    }
    let own_letters: usize = html[..first]
        .iter()
        .map(|line| letters(&line.text).len())
        .sum();
    let wanted = html[first..]
        .iter()
        .map(|line| letters(&line.text))
        .find(|line| !line.is_empty())?;
    let mut above = 0;
    for (index, line) in plain.iter().enumerate() {
        let line = letters(&line.text);
        // Links are written out in the plain text, so it may be longer, hardly shorter.
        let reached = above + own_letters / 10 + 8 >= own_letters;
        if reached && line.len() >= 6 && (wanted.starts_with(&line) || line.starts_with(&wanted)) {
            let own = &plain[..index];
            let mut split = take_apart(own);
            let quoted = plain[index..].iter().map(|line| line.text.as_ref());
            split.quoted = Some(
                quoted
                    .collect::<Vec<_>>()
                    .join("\n")
                    .trim_matches('\n')
                    .to_owned(),
            );
            return Some(split);
        }
        above += line.len();
    }
    None
}

/// Letters and digits alone: what the two forms of a line have in common.
fn letters(line: &str) -> String {
    line.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Puts the lines together again, each kind by itself.
fn compose(lines: &[Line<'_>], parts: &[Part]) -> Split {
    let mut text = Text::default();
    let mut signature = Text::default();
    let mut quoted = Text::default();
    let mut opening_bytes = None;
    let mut after_cut = false;
    for (line, part) in lines.iter().zip(parts) {
        let content = line.text.trim_end();
        let blank = lines::bare(content).is_empty();
        if *part == Part::Own && after_cut && blank {
            // The space below a quote belongs to it, or two answers drift apart.
            quoted.push("");
            continue;
        }
        after_cut = is_quoted(*part) || (after_cut && blank);
        if *part != Part::Own && *part != Part::Signature && opening_bytes.is_none() {
            opening_bytes = Some(text.0.trim_end().len());
        }
        match part {
            Part::Own | Part::Alone => text.push(content),
            Part::Kept => text.push_quoted(content),
            Part::Signature => signature.push(content),
            Part::Quote | Part::Attribution | Part::Tail => quoted.push(content),
        }
    }
    let text = text.finish().unwrap_or_default();
    Split {
        opening_bytes: opening_bytes.unwrap_or(text.len()).min(text.len()),
        text,
        signature: signature.finish(),
        quoted: quoted.finish(),
    }
}

/// Lines under construction, without blank ones at the top.
#[derive(Default)]
struct Text(String);

impl Text {
    fn push(&mut self, line: &str) {
        if self.0.is_empty() && lines::bare(line).is_empty() {
            return;
        }
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn push_quoted(&mut self, line: &str) {
        if lines::begins_as_quote(lines::bare(line)) {
            return self.push(line);
        }
        self.push(&format!("> {line}"));
    }

    fn finish(self) -> Option<String> {
        let text = self.0.trim_end();
        (!text.is_empty()).then(|| text.to_owned())
    }
}
