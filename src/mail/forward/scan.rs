//! Finds where forwarded letters begin in a text: markers, header blocks, sentences, and what must stand around them.

use super::block::{self, Effort, Head};
use super::fused;
use super::lines::{Line, is_rule, is_space, line_at};
use super::mailbox;
use super::markers::{self, Marker};
use super::sentence::{self, Certainty};
use super::subject;
use crate::mail::message::Mailbox;

/// What is known from outside the text about whether a letter is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The subject says that it is a forward.
    Forward,
    /// There is no subject: the text alone must tell.
    Bare,
    /// The subject says neither forward nor reply, and nothing says that the mail answers another.
    Neutral,
    /// The mail is an answer, or came through a list: only a marker of forwarding counts.
    Reply,
    /// The text is that of a letter already found.
    Inside,
}

/// A letter that begins somewhere.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// Where its marker, its rule or its block begins.
    pub begin: usize,
    /// Its fields, and where its text begins.
    pub head: Head,
    /// How deep it is quoted.
    pub depth: usize,
    /// Whether a marker stands above it.
    pub marked: bool,
    /// How it was found, in words.
    pub found_by: String,
}

/// Lines that header blocks may cost in one text.
const EFFORT: usize = 100_000;
/// What reading one sentence costs, in lines.
const SENTENCE_EFFORT: usize = 20;
/// Blank lines between a marker and its block.
const MOST_BLANKS: usize = 4;

/// Looks through one text from top to bottom.
pub(super) struct Scanner<'a> {
    text: &'a str,
    outer: Option<&'a str>,
    evidence: Evidence,
    effort: Effort,
    /// The last line that was not blank, where it begins and whether it is a rule.
    before: Option<(Line<'a>, bool)>,
    /// Starts of the last lines without a blank between, for sentences that are folded.
    run: [Option<usize>; 2],
    /// A sentence without an address: used if nothing better comes.
    fallback: Option<Start>,
}

enum Step {
    Found(Box<Start>),
    Stop,
    On,
}

impl<'a> Scanner<'a> {
    /// `outer` is the subject of the mail around.
    pub fn new(text: &'a str, outer: Option<&'a str>, evidence: Evidence) -> Scanner<'a> {
        Scanner {
            text,
            outer,
            evidence,
            effort: Effort(EFFORT),
            before: None,
            run: [None, None],
            fallback: None,
        }
    }

    /// The next letter that begins at or after an offset.
    pub fn next(&mut self, from: usize) -> Option<Start> {
        let mut at = from;
        self.before = None;
        self.run = [None, None];
        while let Some(line) = line_at(self.text, at) {
            at = line.next;
            if line.is_blank() {
                self.run = [None, None];
                continue;
            }
            if self.effort.0 == 0 {
                return None;
            }
            match self.consider(&line) {
                Step::Found(start) => return Some(*start),
                Step::Stop => return None,
                Step::On => {}
            }
            self.run = [self.run[1], Some(line.start)];
            self.before = Some((line, is_rule(line.text)));
        }
        self.fallback.take()
    }

    fn consider(&mut self, line: &Line<'a>) -> Step {
        match markers::marker(line.text) {
            Some(Marker::Forwarded) => return self.marked(line, true),
            Some(Marker::Original) => return self.marked(line, false),
            Some(Marker::End) => return Step::On,
            None => {}
        }
        if block::labelled(line.text).is_some() {
            return self.unmarked(line);
        }
        self.sentence(line)
    }

    /// A marker: a letter begins if a header block, a sentence or at least a name follows.
    fn marked(&mut self, line: &Line<'a>, says_forward: bool) -> Step {
        if !says_forward && self.evidence == Evidence::Reply {
            return Step::Stop;
        }
        if line.depth > 0 && !self.may_be_quoted(line) {
            return Step::On;
        }
        let Some((head, depth)) = self.head_after(line, says_forward) else {
            return Step::On;
        };
        if !says_forward && !self.is_believed(&head, true) {
            return if self.evidence == Evidence::Neutral {
                Step::Stop
            } else {
                Step::On
            };
        }
        let words = shortened(line.trimmed());
        let end = self.after_rule(line, head.end);
        let head = Head { end, ..head };
        Step::Found(Box::new(Start {
            begin: line.start,
            head,
            depth,
            marked: true,
            found_by: format!("header block after \"{words}\""),
        }))
    }

    /// The header block below a marker, and how deep it is quoted.
    fn head_after(&mut self, marker: &Line<'a>, says_forward: bool) -> Option<(Head, usize)> {
        if let Some(fused) = fused::read(self.text, marker.start, self.outer, &mut self.effort) {
            return Some((fused.head, marker.depth));
        }
        let mut at = marker.next;
        for _ in 0..=MOST_BLANKS {
            let Some(line) = line_at(self.text, at) else {
                break;
            };
            if line.is_blank() || is_rule(line.text) {
                at = line.next;
                continue;
            }
            if line.depth < marker.depth {
                break;
            }
            let fused = fused::read(self.text, line.start, self.outer, &mut self.effort);
            if let Some(fused) = fused.filter(|fused| fused.leads) {
                return Some((fused.head, line.depth));
            }
            let head = block::read(self.text, line.start, self.outer, &mut self.effort);
            if let Some(head) =
                head.filter(|head| head.fields >= 2 || (head.from.is_some() && says_forward))
            {
                return Some((head, line.depth));
            }
            if says_forward && let Some((head, _)) = self.sentence_from(&line) {
                return Some((head, line.depth));
            }
            break;
        }
        let from = says_forward.then(|| sender_of(marker.text)).flatten()?;
        Some((
            Head {
                from: Some(from),
                fields: 1,
                end: marker.next,
                ..Head::default()
            },
            marker.depth,
        ))
    }

    /// A sentence that begins with a line and may be folded over the next two.
    fn sentence_from(&self, line: &Line<'a>) -> Option<(Head, Certainty)> {
        let mut joined = String::new();
        let mut at = line.start;
        for _ in 0..3 {
            let next = line_at(self.text, at)
                .filter(|next| !next.is_blank() && next.depth == line.depth)?;
            joined.push_str(next.text);
            if joined.len() > sentence::MOST_BYTES {
                return None;
            }
            if ends_sentence(next.text) {
                let (head, certainty) = sentence::read(&joined)?;
                return Some((
                    Head {
                        end: next.next,
                        ..head
                    },
                    certainty,
                ));
            }
            joined.push(' ');
            at = next.next;
        }
        None
    }

    /// A header block without a marker.
    fn unmarked(&mut self, line: &Line<'a>) -> Step {
        let Some(mut head) = block::read(self.text, line.start, self.outer, &mut self.effort)
        else {
            return Step::On;
        };
        if head.fields < 3
            && let Some(fused) = fused::read(self.text, line.start, self.outer, &mut self.effort)
            && fused.leads
        {
            head = fused.head;
        }
        if !is_block(&head, self.evidence) || (line.depth > 0 && !self.may_be_quoted(line)) {
            return Step::On;
        }
        if !self.is_believed(&head, false) {
            return Step::Stop;
        }
        let rule = self
            .before
            .filter(|(before, is_rule)| *is_rule && before.depth == line.depth);
        let found_by = if rule.is_some() {
            "header block after a rule"
        } else {
            "header block"
        };
        Step::Found(Box::new(Start {
            begin: rule.map_or(line.start, |(rule, _)| rule.start),
            head,
            depth: line.depth,
            marked: false,
            found_by: found_by.to_owned(),
        }))
    }

    /// Whether a header block that has no marker of forwarding is a forward and not a reply's quote.
    fn is_believed(&self, head: &Head, has_marker: bool) -> bool {
        match self.evidence {
            // Finnish Outlook answers with VS:, Danish and Norwegian forward with it.
            Evidence::Forward => {
                !(head.finnish && self.outer.is_some_and(subject::is_finnish_reply))
            }
            Evidence::Bare | Evidence::Inside => head.fields >= 3 || has_marker,
            Evidence::Neutral => {
                let same = |inner: &str| {
                    self.outer
                        .is_some_and(|outer| subject::carries(outer, inner))
                };
                head.fields >= 3 && head.subject.as_deref().is_some_and(same)
            }
            Evidence::Reply => false,
        }
    }

    /// Whether a quoted line may begin a letter: in a forward, or where a quote begins with it and no "Ada wrote:" stands above.
    fn may_be_quoted(&self, line: &Line<'_>) -> bool {
        match self.evidence {
            Evidence::Forward | Evidence::Inside => true,
            Evidence::Reply => false,
            Evidence::Bare | Evidence::Neutral => self.before.is_none_or(|(before, is_rule)| {
                if is_rule && before.depth == line.depth {
                    return false;
                }
                before.depth == 0 && !before.text.ends_with([':', '：'])
            }),
        }
    }

    /// "Ada wrote:" above a letter of a forward, or above the quote of a reply.
    fn sentence(&mut self, line: &Line<'a>) -> Step {
        if self.evidence == Evidence::Inside || !ends_sentence(line.text) {
            return Step::On;
        }
        let Some((begin, head, certainty)) = self.sentence_to(line) else {
            return Step::On;
        };
        let is_sure = certainty == Certainty::Sure || self.is_above_quote(line.next);
        if certainty == Certainty::Verbless && !self.is_above_quote(line.next) {
            return Step::On;
        }
        if self.evidence != Evidence::Forward {
            // A quote with marks shows its end: a marker of forwarding outside of it still counts.
            if is_sure && self.depth_after(line.next) > line.depth {
                self.evidence = Evidence::Reply;
                return Step::On;
            }
            return if is_sure { Step::Stop } else { Step::On };
        }
        let words = shortened(&self.text[begin..line.next]);
        let depth = line.depth.max(self.depth_after(line.next));
        let start = Start {
            begin,
            head: Head {
                end: line.next,
                ..head
            },
            depth,
            marked: false,
            found_by: format!("sentence \"{words}\""),
        };
        if is_sure {
            return Step::Found(Box::new(start));
        }
        self.fallback.get_or_insert(start);
        Step::On
    }

    /// The sentence that ends with a line: on it alone, or begun on one of the two before it.
    fn sentence_to(&mut self, line: &Line<'a>) -> Option<(usize, Head, Certainty)> {
        // Half of the effort is kept for header blocks.
        if self.effort.0 < EFFORT / 2 {
            return None;
        }
        self.effort.0 -= SENTENCE_EFFORT;
        let mut likely = None;
        for begin in [Some(line.start), self.run[1], self.run[0]]
            .into_iter()
            .flatten()
        {
            let raw = &self.text[begin..line.next];
            if raw.len() > sentence::MOST_BYTES {
                break;
            }
            match sentence::read(raw) {
                Some((head, Certainty::Sure)) => return Some((begin, head, Certainty::Sure)),
                Some((head, certainty)) if likely.is_none() => {
                    likely = Some((begin, head, certainty))
                }
                _ => {}
            }
        }
        likely
    }

    /// Whether the next line that is not blank is quoted or indented.
    fn is_above_quote(&self, at: usize) -> bool {
        self.after(at)
            .is_some_and(|line| line.depth > 0 || line.indent() >= 2)
    }

    fn depth_after(&self, at: usize) -> usize {
        self.after(at).map_or(0, |line| line.depth)
    }

    fn after(&self, mut at: usize) -> Option<Line<'a>> {
        for _ in 0..=MOST_BLANKS {
            let line = line_at(self.text, at)?;
            if !line.is_blank() {
                return Some(line);
            }
            at = line.next;
        }
        None
    }

    /// Passes over the second line of a frame: the marker once more (Zoho), scissors (The Bat), a rule (SquirrelMail).
    fn after_rule(&self, marker: &Line<'_>, end: usize) -> usize {
        let Some(line) = self.after(end) else {
            return end;
        };
        let is_frame = line.trimmed() == marker.trimmed() || line.text.contains("8<");
        let is_line = is_rule(line.text)
            && self
                .after(line.next)
                .is_none_or(|next| block::labelled(next.text).is_none());
        if is_frame || is_line { line.next } else { end }
    }
}

/// Whether a header block without a marker has enough to be one.
fn is_block(head: &Head, evidence: Evidence) -> bool {
    let Head {
        from,
        to,
        date,
        subject,
        ..
    } = head;
    let is_dated = date
        .as_ref()
        .is_some_and(|date| date.contains(|c: char| c.is_numeric()));
    let is_addressed = from
        .iter()
        .chain(to)
        .any(|mailbox| mailbox.address.is_some());
    if head.typed && head.fields < 4 {
        return false;
    }
    match evidence {
        Evidence::Forward if from.is_some() => head.fields >= 2 && (is_dated || is_addressed),
        Evidence::Forward => head.fields >= 3 && is_dated && is_addressed,
        _ => {
            from.is_some() && head.fields >= 3 && (is_addressed || (is_dated && subject.is_some()))
        }
    }
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| is_space(c) || matches!(c, '*' | '-' | '_')).ends_with([':', '：'])
        // Zoho: ---- On Mon, … wrote ----
        || (text.starts_with("----") && text.ends_with("----"))
}

/// "Forwarded message from Ada <ada@…>": the sender that a marker names.
fn sender_of(marker: &str) -> Option<Mailbox> {
    let words = markers::inner(marker);
    let at = words.find('@')?;
    let before = &words[..at];
    let name = [
        " from ", " von ", " de ", " da ", " van ", " från ", " fra ", " od ", " от ",
    ]
    .into_iter()
    .filter_map(|word| before.rfind(word).map(|at| at + word.len()))
    .min();
    mailbox::one(&words[name?..]).filter(|mailbox| mailbox.address.is_some())
}

/// A marker as a sentence to a person shows it.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text
        .split(is_space)
        .filter(|word| !word.is_empty())
        .collect();
    let text = words.join(" ");
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(59).chain(['…']).collect()
}
