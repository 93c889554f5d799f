//! What is answered: blocks of plain data, which each door shows in its own way.

pub mod chat;
pub mod html;
mod mend;
mod show;
pub mod text;

pub use show::{asked, show, told};

use super::command::Ref;
use super::parse::Line;
use super::problem::{Failure, Problem};
use crate::domain::bot_token::{is_masked, masked};
use crate::domain::chat::Chart;

/// The answer to one line, or to a text that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Whether it was done.
    pub verdict: Verdict,
    /// What is said.
    pub blocks: Vec<Block>,
    /// The line of the text that is answered, where it was one of several: `undo 2` in an answer takes back line 2.
    pub line: Option<u32>,
    /// Whether the member waits for it.
    pub kind: ReplyKind,
}

/// Whether a member waits for a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyKind {
    /// It says that something was done: quiet members see that in the digest only.
    #[default]
    Receipt,
    /// It was asked for, or asks back.
    Answer,
}

/// Whether a line was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done, or answered.
    Done,
    /// Only told what would be done.
    Told,
    /// Nothing was changed.
    Refused,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A headline.
    Title(String),
    /// Sentences, one an entry.
    Lines(Vec<String>),
    /// Names and values of one thing; a value may have several lines.
    Card(Vec<(String, String)>),
    /// Rows under each other.
    Table(Table),
    /// Entries with a mark in front: the number of a line, or of a thing to answer to.
    Numbered(Vec<Entry>),
    /// What somebody wrote, as it is.
    Quote(String),
    /// A picture of numbers that stand beside it as text: only a chat draws it.
    Chart(Chart),
}

/// Rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// How wide each column may become, in letters; the last one takes what is left.
    pub widths_max: Vec<usize>,
    /// The column that stands out where rows are shown as two lines, as in a letter on a phone: a name, a subject.
    pub strong: Option<usize>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// A line below it that belongs to it.
    pub below: Option<String>,
    /// What it stands for: a letter numbers it, and an answer may say `2 done`.
    pub item: Option<Ref>,
}

/// An entry with something in front of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What stands in front; in a letter the number, where there is an item.
    pub mark: String,
    /// What it says; further lines stand below the first.
    pub lines: Vec<String>,
    /// What it stands for: a letter numbers it, and an answer may say `2 done`.
    pub item: Option<Ref>,
    /// What may be answered with one touch.
    pub links: Vec<Link>,
}

/// An answer that is ready to be sent: in HTML a link that opens a letter to us with these words, in text nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is called: `Done`.
    pub label: String,
    /// What the answer says, without the number of its entry, which comes in front of it: `done`.
    pub says: String,
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the text.
    pub number: u32,
    /// As it was written.
    pub text: String,
    /// What is wrong.
    pub problem: Problem,
    /// Whether it was the words or the deed.
    pub at: Step,
}

/// Where a line was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was not understood.
    Reading,
    /// It was understood, and cannot be done.
    Doing,
}

/// The answer to a text of which some lines were refused: all of it is undone (COMMANDS.md, "Execution").
pub fn refusal(refused: &[Refused], lines: &[Line]) -> Reply {
    let deed = match refused.iter().any(|r| r.at == Step::Reading) {
        true => "understood",
        false => "possible",
    };
    let headline = match (refused.len(), lines.len()) {
        (1, 1) => "Nothing changed.".to_owned(),
        (1, all) => format!("Nothing changed: 1 of {all} lines was not {deed}."),
        (some, all) => format!("Nothing changed: {some} of {all} lines were not {deed}."),
    };
    // What is said again without the secret that was masked would not be the same.
    let may_mend = !lines.iter().any(|line| is_masked(&line.text));
    let mut entries: Vec<Entry> = refused
        .iter()
        .map(|r| {
            let entry = Entry::marked(format!("{} ?", r.number), problem_lines(r));
            mend::links(r, refused.len(), lines)
                .into_iter()
                .filter(|_| may_mend)
                .fold(entry, |entry, (label, says)| entry.link(label, says))
        })
        .collect();
    let all_mended = mend::all(refused, lines).filter(|_| may_mend && refused.len() > 1);
    if let (Some(says), Some(last)) = (all_mended, entries.last_mut()) {
        last.links.push(Link {
            label: "Send it corrected".to_owned(),
            says,
        });
    }
    Reply {
        verdict: Verdict::Refused,
        blocks: vec![Block::Lines(vec![headline]), Block::Numbered(entries)],
        line: None,
        kind: ReplyKind::Answer,
    }
}

fn problem_lines(refused: &Refused) -> Vec<String> {
    let text = masked(&refused.text);
    let written: String = text.chars().take(120).collect();
    let mut first = format!("\"{written}\"");
    if let Some(nearest) = &refused.problem.nearest {
        first.push_str(&format!("     did you mean \"{}\"?", masked(nearest)));
    }
    let message = masked(&refused.problem.message);
    // The quoted line says already that it was not understood.
    let said = message.split_once("was not understood");
    match said.map(|(_, more)| more.trim_start_matches([';', ' '])) {
        Some(_) if refused.problem.nearest.is_some() => vec![first],
        Some(more) => vec![first, more.to_owned()],
        // An undo that is refused has several reasons.
        None => {
            let reasons = message.lines().map(str::to_owned);
            std::iter::once(first).chain(reasons).collect()
        }
    }
}

impl Reply {
    /// An answer.
    pub fn done(blocks: Vec<Block>) -> Reply {
        Reply {
            verdict: Verdict::Done,
            blocks,
            line: None,
            kind: ReplyKind::Receipt,
        }
    }

    /// The same as the answer to this line of several.
    pub fn of_line(mut self, line: u32) -> Reply {
        self.line = Some(line);
        self
    }

    /// The same as what the member waits for: quiet members get it too.
    pub fn answer(mut self) -> Reply {
        self.kind = ReplyKind::Answer;
        self
    }

    /// Marked as waiting for a confirmation: nothing changed yet.
    pub fn waiting(mut self) -> Reply {
        self.verdict = Verdict::Told;
        self.kind = ReplyKind::Answer;
        self
    }

    /// Marked as only told: nothing changed.
    pub fn told(mut self) -> Reply {
        self.verdict = Verdict::Told;
        self.kind = ReplyKind::Answer;
        let told = "Only told, nothing changed. It would say:".to_owned();
        self.blocks.insert(0, Block::Lines(vec![told]));
        self
    }
}

impl Entry {
    /// An entry with a mark in front: the number of a line, `#a3`.
    pub fn marked(mark: impl Into<String>, lines: Vec<String>) -> Entry {
        Entry {
            mark: mark.into(),
            lines,
            ..Entry::default()
        }
    }

    /// An entry that a letter numbers: answers to it may say `2 done`.
    pub fn of(item: Ref, lines: Vec<String>) -> Entry {
        Entry {
            item: Some(item),
            lines,
            ..Entry::default()
        }
    }

    /// The same with an answer that is ready to be sent.
    pub fn link(mut self, label: impl Into<String>, says: impl Into<String>) -> Entry {
        self.links.push(Link {
            label: label.into(),
            says: says.into(),
        });
        self
    }
}

impl Row {
    /// A row of cells.
    pub fn new(cells: impl Into<Vec<String>>) -> Row {
        Row {
            cells: cells.into(),
            ..Row::default()
        }
    }

    /// The cell that stands out, else the last that says something; and the others that do.
    fn two_lines(&self, strong: Option<usize>) -> (String, Vec<&str>) {
        let said = |cell: &&String| !cell.trim().is_empty();
        let at = strong
            .filter(|at| self.cells.get(*at).as_ref().is_some_and(said))
            .or(self.cells.iter().rposition(|cell| said(&cell)));
        let is_other = |(other, cell): &(usize, &String)| Some(*other) != at && said(cell);
        let others = self.cells.iter().enumerate().filter(is_other);
        let strong = at.and_then(|at| self.cells.get(at)).cloned();
        (
            strong.unwrap_or_default(),
            others.map(|(_, cell)| cell.as_str()).collect(),
        )
    }

    /// The same, standing for a record: a letter numbers it.
    pub fn of(mut self, item: Ref) -> Row {
        self.item = Some(item);
        self
    }
}

/// What stands in front of the answer to one of several lines: `2 ✓`, as `2 ?` in front of one that was refused.
fn line_mark(reply: &Reply) -> Option<String> {
    let sign = match reply.verdict {
        Verdict::Done => "✓",
        Verdict::Told | Verdict::Refused => "?",
    };
    reply.line.map(|line| format!("{line} {sign}"))
}

/// What a letter of these answers numbers, in the order in which it stands there, from 1.
pub fn items(replies: &[Reply]) -> Vec<(u32, Ref)> {
    let blocks = replies.iter().flat_map(|reply| &reply.blocks);
    let items = blocks.flat_map(|block| match block {
        Block::Table(table) => table
            .rows
            .iter()
            .filter_map(|row| row.item.clone())
            .collect(),
        Block::Numbered(entries) => entries.iter().filter_map(|e| e.item.clone()).collect(),
        _ => Vec::new(),
    });
    (1..).zip(items).collect()
}

impl Failure {
    /// An error of the store; what a person would be told is none here, and becomes one.
    pub fn into_error(self) -> crate::domain::Error {
        match self {
            Failure::Problem(problem) => crate::domain::Error::invalid(problem.message),
            Failure::Store(error) => error,
        }
    }

    /// The problem of the line, or the error of the store.
    pub fn into_problem(self) -> crate::domain::Result<Problem> {
        match self {
            Failure::Problem(problem) => Ok(problem),
            Failure::Store(error) => Err(error),
        }
    }
}
