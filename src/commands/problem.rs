//! What is wrong with a line, for the person who wrote it.

use super::command::Ref;
use crate::domain;

/// Why a line was not understood or cannot be done, and the nearest right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, without a full stop.
    pub message: String,
    /// What the line may have meant, to copy.
    pub nearest: Option<String>,
    /// The records that a name may mean, where it means several.
    pub candidates: Vec<Candidate>,
}

/// A record that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The name as it was written.
    pub written: String,
    /// The record.
    pub record: Ref,
    /// How it is shown, without its number: `Ada Byron (Acme)`.
    pub shown: String,
}

/// Why a line was given up.
#[derive(Debug)]
pub enum Failure {
    /// By the line; the person can mend it.
    Problem(Problem),
    /// By the store; the transaction is not to be used further.
    Store(domain::Error),
}

impl Problem {
    /// A problem without a nearest form.
    pub fn new(message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            nearest: None,
            candidates: Vec::new(),
        }
    }

    /// The same with the nearest right form.
    pub fn nearest(mut self, line: impl Into<String>) -> Problem {
        self.nearest = Some(line.into());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean \"{nearest}\"?"),
            None => Ok(()),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(problem)
    }
}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Failure {
        Failure::Store(error)
    }
}
