//! Letters inside letters (MAIL.md 17): `message/rfc822` first, then header blocks in every language.
//!
//! Knows the words and shapes of mail clients; knows nothing of replies, whose header blocks are quotes and belong to
//! `quote`. Linear in the size of the text: lines are read once, header blocks have a budget of lines.

mod block;
mod fused;
mod html;
mod lines;
mod mailbox;
mod markers;
mod scan;
mod sentence;
pub(crate) mod subject;

#[cfg(test)]
mod tests;

use super::message::{Class, Forwarded, Mailbox, Message};
use super::mime::{Body, Letter};
use lines::{is_space, line_at, unquote};
use scan::{Evidence, Scanner, Start};
use std::collections::HashSet;
use subject::Prefix;

/// What `find` found.
pub struct Found {
    /// The letters, outermost first.
    pub forwards: Vec<Forwarded>,
    /// The body without them: what stands above the first, and what goes on below the last.
    pub above: Body,
    /// What stands above the first alone, where something stands below too. Where a letter ends is only what its text says,
    /// and its author may have written that.
    pub before: Option<Body>,
}

/// More letters than this are not taken out of one mail; what lies beyond stays in the last one's text.
const MOST_LETTERS: usize = 20;

/// Finds forwarded letters in a body.
pub fn find(body: &Body, message: &Message) -> Found {
    let mut found = Found {
        forwards: Vec::new(),
        above: body.clone(),
        before: None,
    };
    // What a report or an automatic answer carries is the mail that it is about.
    let is_report = matches!(
        message.class,
        Class::Bounce | Class::Delayed | Class::Delivered | Class::Feedback | Class::AutoReply
    );
    if is_report {
        return found;
    }
    // The letters of a digest were sent to the list, not forwarded by somebody.
    if message.class != Class::List || body.letters.len() == 1 {
        for letter in &body.letters {
            attached(letter, &mut found.forwards);
        }
        found.above.letters.clear();
    }
    let evidence = evidence(message);
    let outer = message.subject.as_deref();
    let in_plain = body
        .plain
        .as_deref()
        .and_then(|plain| take(plain, outer, evidence));
    let in_html = body
        .html
        .as_deref()
        .and_then(|html| take_html(html, outer, evidence));
    let is_plain = in_plain.is_some();
    let letters = match (in_plain, in_html) {
        (Some(plain), html) => {
            let goes_on = plain.before.is_some() || html.iter().any(|html| html.before.is_some());
            found.before = goes_on.then(|| Body {
                plain: plain.before.or_else(|| Some(plain.above.clone())),
                html: None,
                ..found.above.clone()
            });
            found.above.plain = Some(plain.above);
            found.above.html = html.map(|html| html.above);
            plain.letters
        }
        // A plain part that has no such letter may be a stub; a marker in the HTML is plain enough.
        (None, Some(html))
            if body.plain.is_none() || html.marked || evidence == Evidence::Forward =>
        {
            found.above.plain = None;
            found.before = html.before.map(|before| Body {
                html: Some(before),
                ..found.above.clone()
            });
            found.above.html = Some(html.above);
            html.letters
        }
        _ => return found,
    };
    let room = MOST_LETTERS.saturating_sub(found.forwards.len());
    found.forwards.extend(letters.into_iter().take(room));
    debug_assert!(is_plain || found.above.plain.is_none());
    found
}

/// What the mail's headers say about forwarding.
fn evidence(message: &Message) -> Evidence {
    let subject = message
        .subject
        .as_deref()
        .filter(|subject| !subject.trim().is_empty());
    let answers = !message.in_reply_to.is_empty() || !message.references.is_empty();
    match subject.map(subject::prefix) {
        Some(Prefix::Forward) => Evidence::Forward,
        Some(Prefix::Reply) => Evidence::Reply,
        _ if message.class == Class::List => Evidence::Reply,
        None => Evidence::Bare,
        Some(Prefix::None) if answers => Evidence::Reply,
        Some(Prefix::None) => Evidence::Neutral,
    }
}

/// Adds an attached letter and the letters inside it.
fn attached(letter: &Letter, forwards: &mut Vec<Forwarded>) {
    if forwards.len() >= MOST_LETTERS {
        return;
    }
    let message = &letter.message;
    forwards.push(Forwarded {
        from: message.author.clone().or_else(|| message.from.clone()),
        to: message.to.clone(),
        cc: message.cc.clone(),
        subject: message.subject.clone(),
        date: message.date.map(|date| date.to_string()),
        body: message.body.clone(),
        message_id: message.message_id.clone(),
        found_by: "message/rfc822".to_owned(),
    });
    let room = MOST_LETTERS.saturating_sub(forwards.len());
    forwards.extend(message.forwards.iter().take(room).cloned());
}

/// Letters taken out of one text.
struct Taken {
    letters: Vec<Forwarded>,
    above: String,
    /// What stands above the first, where something stands below too.
    before: Option<String>,
    /// Whether a marker stands above the first.
    marked: bool,
}

/// Where the outermost letter of a text stands, and all letters from there on.
struct Places {
    starts: Vec<Start>,
    /// Where the outermost letter ends.
    end: usize,
    /// Where the member's own text goes on, behind the letter.
    resumes: usize,
}

fn take(text: &str, outer: Option<&str>, evidence: Evidence) -> Option<Taken> {
    let places = places(text, outer, evidence)?;
    let first = places.starts.first()?;
    let mut above = text
        .get(..first.begin)?
        .trim_end_matches(is_space)
        .to_owned();
    let below = text
        .get(places.resumes..)
        .unwrap_or_default()
        .trim_matches(is_space);
    let before = (!below.is_empty()).then(|| above.clone());
    if before.is_some() {
        above.push_str("\n\n");
        above.push_str(below);
    }
    Some(Taken {
        letters: letters(text, outer, &places),
        above,
        before,
        marked: first.marked,
    })
}

fn take_html(html: &str, outer: Option<&str>, evidence: Evidence) -> Option<Taken> {
    let rendered = html::render(html);
    let places = places(&rendered.text, outer, evidence)?;
    let first = places.starts.first()?;
    let mut above = html.get(..rendered.origin(first.begin)?)?.to_owned();
    let mut before = None;
    if let Some(below) = rendered
        .origin(places.resumes)
        .and_then(|origin| html.get(origin..))
    {
        before = Some(above.clone());
        above.push_str(below);
    }
    let mut letters = letters(&rendered.text, outer, &places);
    for (letter, (start, end)) in letters.iter_mut().zip(ranges(&places)) {
        // The text for people is made as the whole mail's is.
        let begin = rendered.origin(start).filter(|_| start < end);
        let end = rendered.origin(end).unwrap_or(html.len());
        let body = begin
            .and_then(|begin| html.get(begin..end))
            .unwrap_or_default();
        letter.body = body_of(&super::html::to_text(body), 0);
    }
    Some(Taken {
        letters,
        above,
        before,
        marked: first.marked,
    })
}

fn places(text: &str, outer: Option<&str>, evidence: Evidence) -> Option<Places> {
    let first = Scanner::new(text, outer, evidence).next(0)?;
    let (end, resumes) = extent(text, &first);
    let inside = text.get(..end)?;
    let mut scanner = Scanner::new(inside, None, Evidence::Inside);
    let mut at = first.head.end;
    let mut starts = vec![first];
    while starts.len() < MOST_LETTERS {
        let Some(next) = scanner.next(at) else {
            break;
        };
        at = next.head.end;
        starts.push(next);
    }
    Some(Places {
        starts,
        end,
        resumes,
    })
}

/// Where a letter ends, and where the text around it goes on: at a closing marker, or where its quoting ends.
fn extent(text: &str, start: &Start) -> (usize, usize) {
    let mut at = start.head.end;
    let mut closed = None;
    let mut quoted = at;
    let (mut own, mut after_blank) = (None, false);
    while let Some(line) = line_at(text, at) {
        at = line.next;
        if start.marked && markers::marker(line.text) == Some(markers::Marker::End) {
            closed = Some((line.start, line.next));
        }
        if line.depth >= start.depth {
            (quoted, own) = (line.next, None);
        } else if !line.is_blank() && own.is_none() {
            // Straight behind a quoted line, it is that line's end, folded on the way.
            own = Some(if after_blank { line.start } else { text.len() });
        }
        after_blank = line.is_blank();
    }
    match (closed, own) {
        (Some((end, next)), _) => (end, next),
        (None, Some(own)) if start.depth > 0 && own < text.len() => (quoted, own),
        _ => (text.len(), text.len()),
    }
}

/// Where each letter's text begins and ends.
fn ranges(places: &Places) -> impl Iterator<Item = (usize, usize)> {
    places.starts.iter().enumerate().map(|(index, start)| {
        let next = places
            .starts
            .get(index + 1)
            .map_or(places.end, |next| next.begin);
        let end = if index == 0 {
            end_before_sibling(places)
        } else {
            next
        };
        (start.head.end.min(end), end)
    })
}

/// The letters as they are handed on. The outermost one's text holds those inside it, but not those beside it; theirs ends
/// where the next begins.
fn letters(text: &str, outer: Option<&str>, places: &Places) -> Vec<Forwarded> {
    let mut letters = Vec::with_capacity(places.starts.len());
    for (index, (start, (begin, end))) in places.starts.iter().zip(ranges(places)).enumerate() {
        let body = text.get(begin..end).unwrap_or_default();
        let outer = outer
            .filter(|_| index == 0)
            .map(subject::unforwarded)
            .filter(|subject| !subject.is_empty());
        letters.push(Forwarded {
            from: start.head.from.clone(),
            to: start.head.to.clone(),
            cc: start.head.cc.clone(),
            subject: start.head.subject.clone().or(outer),
            date: start.head.date.clone(),
            body: body_of(body, start.depth),
            message_id: None,
            found_by: start.found_by.clone(),
        });
    }
    letters
}

/// Where the outermost letter's own text ends: before the next where that was forwarded beside it. A letter inside another
/// came to the one who forwarded it; one that came to the same reader from somebody else stands beside.
fn end_before_sibling(places: &Places) -> usize {
    let [outer, next, ..] = places.starts.as_slice() else {
        return places.end;
    };
    let author = outer.head.from.as_ref().map(Mailbox::key);
    let readers: HashSet<String> = outer.head.to.iter().map(Mailbox::key).collect();
    let mut reached = next.head.to.iter().chain(&next.head.cc).map(Mailbox::key);
    let is_sibling = next.marked
        && next.depth == outer.depth
        && next.head.from.as_ref().map(Mailbox::key) != author
        && next
            .head
            .to
            .iter()
            .map(Mailbox::key)
            .any(|key| !key.is_empty() && readers.contains(&key))
        && !reached.any(|key| Some(&key) == author.as_ref());
    if is_sibling { next.begin } else { places.end }
}

/// A letter's text without its quoting and the blank lines around it. Below a block that is not quoted, some clients
/// (Proton) quote the text as a whole.
fn body_of(text: &str, depth: usize) -> String {
    let quoted = text
        .lines()
        .filter(|line| !line.chars().all(is_space))
        .map(|line| unquote(line, depth + 1).0)
        .min();
    let depth = depth.max(quoted.unwrap_or_default());
    let mut body = String::with_capacity(text.len());
    if depth == 0 {
        body.push_str(text);
    } else {
        for line in text.split_inclusive('\n') {
            body.push_str(unquote(line, depth).1);
        }
    }
    let end = body.trim_end_matches(is_space).len();
    body.truncate(end);
    // Blank lines go, the indentation of the first line stays.
    let first = body.find(|c| !is_space(c)).unwrap_or(0);
    let start = body[..first].rfind('\n').map_or(0, |at| at + 1);
    let body = body.split_off(start);
    body.trim_start_matches(crate::mail::labels::is_invisible)
        .to_owned()
}
