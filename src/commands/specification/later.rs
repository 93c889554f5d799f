//! Words of the language whose verbs this program does not have yet. Who writes one of them meant a command: it is refused in
//! words, and never becomes a note. A verb that is built leaves this table.

/// A verb to come.
#[derive(Debug, PartialEq, Eq)]
pub struct Later {
    /// Its name, then its aliases, then its words in other languages; in lower case.
    pub names: &'static [&'static str],
    /// Whether the word alone is the command: `won`.
    pub stands: Stands,
}

/// Whether a word is a command where it is the whole line of a mail (COMMANDS.md, "Bare words").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is.
    Alone,
    /// It needs a colon or a slash.
    WithColon,
}

/// The verbs to come.
pub const LATER: &[Later] = &[
    later(&["deal"], Stands::WithColon),
    later(&["stage"], Stands::WithColon),
    later(&["amount"], Stands::WithColon),
    later(&["close"], Stands::WithColon),
    later(&["won"], Stands::Alone),
    later(&["lost"], Stands::Alone),
    later(&["invoice"], Stands::WithColon),
    later(&["enrol", "enroll"], Stands::WithColon),
    later(&["unenrol", "unenroll"], Stands::WithColon),
    later(&["campaign"], Stands::WithColon),
    later(&["ask"], Stands::WithColon),
    later(&["draft"], Stands::WithColon),
    later(&["summarise", "summarize"], Stands::WithColon),
];

const fn later(names: &'static [&'static str], stands: Stands) -> Later {
    Later { names, stands }
}
