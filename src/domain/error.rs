//! The one error that a person may read: the kind is for code, the message says what to do next.

use std::fmt;

/// What went wrong, as far as code decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What was asked for is not there.
    NotFound,
    /// More than one thing fits.
    Ambiguous,
    /// The input is not of the right form.
    Invalid,
    /// The actor may not do this.
    Forbidden,
    /// It would break something that is already so.
    Conflict,
    /// A bound was met: too much, too many, too large.
    TooMuch,
    /// A database, a disk or a peer does not answer; trying again later can help.
    Unavailable,
    /// Stored data is not what it should be.
    Corrupt,
}

/// An error for people.
#[derive(Debug)]
pub struct Error {
    /// For code.
    pub kind: Kind,
    /// For people: what happened, and what to do next.
    pub message: String,
    /// What it came from; logged once, at the door.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A result with the error for people.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind with its message.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            cause: None,
        }
    }

    /// The same with what it came from.
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.cause = Some(cause.into());
        self
    }

    /// Something is not there.
    pub fn not_found(message: impl Into<String>) -> Error {
        Error::new(Kind::NotFound, message)
    }

    /// The input is not of the right form.
    pub fn invalid(message: impl Into<String>) -> Error {
        Error::new(Kind::Invalid, message)
    }

    /// Something outside does not answer.
    pub fn unavailable(message: impl Into<String>) -> Error {
        Error::new(Kind::Unavailable, message)
    }

    /// Whether trying the same again later can help.
    pub fn is_transient(&self) -> bool {
        self.kind == Kind::Unavailable
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|c| c as _)
    }
}
