//! A placeholder, to be replaced as a whole by the language of dates.

/// A date phrase, not resolved.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct When(pub String);
