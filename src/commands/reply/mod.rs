//! What is answered: blocks of plain data, which each door shows in its own way.

mod show;
pub mod text;

pub use show::show;

use super::command::Ref;
use super::problem::{Failure, Problem};

/// The answer to one line, or to a text that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Whether it was done.
    pub verdict: Verdict,
    /// What is said.
    pub blocks: Vec<Block>,
    /// What was numbered in it, by number: an answer to it may say `2 done`.
    pub items: Vec<(u32, Ref)>,
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
}

/// Rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// How wide each column may become, in letters; the last one takes what is left.
    pub widths_max: Vec<usize>,
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
}

/// A numbered entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What stands in front.
    pub mark: String,
    /// What it says; further lines stand below the first.
    pub lines: Vec<String>,
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
pub fn refusal(refused: &[Refused], lines_count: usize) -> Reply {
    let deed = match refused.iter().any(|r| r.at == Step::Reading) {
        true => "understood",
        false => "possible",
    };
    let headline = match (refused.len(), lines_count) {
        (1, 1) => "Nothing changed.".to_owned(),
        (1, all) => format!("Nothing changed: 1 of {all} lines was not {deed}."),
        (some, all) => format!("Nothing changed: {some} of {all} lines were not {deed}."),
    };
    let entries = refused
        .iter()
        .map(|r| Entry {
            mark: format!("{} ?", r.number),
            lines: problem_lines(r),
        })
        .collect();
    Reply {
        verdict: Verdict::Refused,
        blocks: vec![Block::Lines(vec![headline]), Block::Numbered(entries)],
        items: Vec::new(),
    }
}

fn problem_lines(refused: &Refused) -> Vec<String> {
    let written: String = refused.text.chars().take(120).collect();
    let mut first = format!("\"{written}\"");
    if let Some(nearest) = &refused.problem.nearest {
        first.push_str(&format!("     did you mean \"{nearest}\"?"));
    }
    let message = &refused.problem.message;
    // The quoted line says already that it was not understood.
    let said = message.split_once("was not understood");
    match said.map(|(_, more)| more.trim_start_matches([';', ' '])) {
        Some(_) if refused.problem.nearest.is_some() => vec![first],
        Some(more) => vec![first, more.to_owned()],
        None => vec![first, message.clone()],
    }
}

impl Reply {
    /// An answer.
    pub fn done(blocks: Vec<Block>) -> Reply {
        Reply {
            verdict: Verdict::Done,
            blocks,
            items: Vec::new(),
        }
    }

    /// Marked as only told: nothing changed.
    pub fn told(mut self) -> Reply {
        self.verdict = Verdict::Told;
        let told = "Only told, nothing changed. It would say:".to_owned();
        self.blocks.insert(0, Block::Lines(vec![told]));
        self
    }
}

impl Failure {
    /// The problem of the line, or the error of the store.
    pub fn into_problem(self) -> crate::domain::Result<Problem> {
        match self {
            Failure::Problem(problem) => Ok(problem),
            Failure::Store(error) => Err(error),
        }
    }
}
