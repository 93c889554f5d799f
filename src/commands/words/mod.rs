//! The words that the language is spoken in: English, and beside it the member's own. Data in a file a language, and one way to
//! look them up. Knows no grammar.
//!
//! Words compare by their letters alone: `Nächster  Schritt`, `nachster schritt` and the same with combining marks are one. A
//! word means one thing in a language and in English beside it; a test says so.

mod english;
mod finnish;
mod french;
mod german;
mod letters;
mod spanish;
mod swedish;
#[cfg(test)]
mod tests;

pub use letters::{beginning, folded};

use super::command::{Channel, Field, Listing, Setting, Verb};
use super::specification::{LATER, Later, ROWS};
use crate::domain::language::Language;
use crate::domain::workspace_settings::WorkspaceSetting;
use std::sync::LazyLock;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// Which.
    pub language: Language,
    /// Verbs. Those of English stand in `specification`.
    pub verbs: &'static [(Verb, &'static [&'static str])],
    /// The words among those of `log` that say how people spoke.
    pub channels: &'static [(Channel, &'static [&'static str])],
    /// Fields of a contact, each a verb by itself. Those of the company are words of the verb `company`.
    pub fields: &'static [(Field, &'static [&'static str])],
    /// What a member chooses.
    pub settings: &'static [(Setting, &'static [&'static str])],
    /// What a workspace chooses.
    pub workspace: &'static [(WorkspaceSetting, &'static [&'static str])],
    /// What is listed. Those of English stand in `command`.
    pub listings: &'static [(Listing, &'static [&'static str])],
    /// Units of an interval: days, weeks, months, quarters, years.
    pub units: [&'static [&'static str]; 5],
    /// `end`.
    pub end: &'static [&'static str],
    /// `on`, `yes`.
    pub on: &'static [&'static str],
    /// `off`, `no`.
    pub off: &'static [&'static str],
    /// `never`.
    pub never: &'static [&'static str],
    /// What stands before the one who is reminded or meant: `me`.
    pub me: &'static [&'static str],
    /// Small words in front of what is said, which are no part of it: `to`, `until`, `for`.
    pub leading: &'static [&'static str],
    /// Words in front of a colon that are no names: `next week: …`, `call notes: …`.
    pub no_names: &'static [&'static str],
}

/// What a word at the beginning of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A verb.
    Verb(Verb),
    /// A field of a contact, to be set.
    Field(&'static Field),
    /// A verb to come.
    Later(&'static Later),
}

/// A word or a few that name something.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it is written in the tables.
    pub name: &'static str,
    /// What it means.
    pub meaning: Meaning,
    /// How it compares.
    folded: String,
}

impl Entry {
    /// How it compares.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

static TABLES: LazyLock<Vec<(Language, Vec<Entry>)>> = LazyLock::new(|| {
    let all = Language::ALL.into_iter();
    all.map(|language| (language, entries(language))).collect()
});

/// The words of a language.
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::Finnish => &finnish::WORDS,
        Language::German => &german::WORDS,
        Language::French => &french::WORDS,
        Language::Spanish => &spanish::WORDS,
        Language::Swedish => &swedish::WORDS,
    }
}

/// The words of a language, and before them those of English.
pub fn beside(language: Language) -> impl Iterator<Item = &'static Words> {
    let own = (language != Language::English).then(|| of(language));
    std::iter::once(&english::WORDS).chain(own)
}

/// What begins a line in a language alone, without English.
fn entries(language: Language) -> Vec<Entry> {
    let words = of(language);
    let mut all: Vec<Entry> = Vec::new();
    let mut add = |names: &[&'static str], meaning: Meaning| {
        for name in names {
            // `company` is a verb and a field.
            if !all.iter().any(|e| e.name == *name && e.meaning == meaning) {
                all.push(Entry {
                    name,
                    meaning,
                    folded: folded(name),
                });
            }
        }
    };
    if language == Language::English {
        for row in ROWS {
            add(row.names, Meaning::Verb(row.verb));
        }
        for later in LATER {
            add(later.names, Meaning::Later(later));
        }
    }
    for (verb, names) in words.verbs {
        add(names, Meaning::Verb(*verb));
    }
    for (field, names) in words.fields {
        // `company: Acme` is a verb of its own.
        let meaning = match field {
            Field::Company => Meaning::Verb(Verb::Company),
            field => Meaning::Field(field),
        };
        add(names, meaning);
    }
    // The longest first: `next action` before `next`.
    all.sort_by_key(|entry| std::cmp::Reverse(entry.folded.len()));
    all
}

/// What begins a line, in English and in a language beside it.
pub fn openings(language: Language) -> impl Iterator<Item = &'static Entry> {
    TABLES
        .iter()
        .filter(move |(of, _)| *of == Language::English || *of == language)
        .flat_map(|(_, entries)| entries)
}

/// The longest word that a line begins with, and how many bytes of the line it is. What follows is nothing, a colon or a space.
pub fn opening(line: &str, language: Language) -> Option<(&'static Entry, usize)> {
    let begin = beginning(line);
    let mut best: Option<(&'static Entry, usize)> = None;
    for entry in openings(language) {
        if best.is_some_and(|(found, _)| found.folded.len() >= entry.folded.len()) {
            continue;
        }
        if let Some(length) = begin.ends_after(&entry.folded)
            && ends_word(line.get(length..).unwrap_or_default())
        {
            best = Some((entry, length));
        }
    }
    best
}

/// Whether a word ends before this.
fn ends_word(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([':', '：']) || rest.starts_with(char::is_whitespace)
}

/// What a whole text names, as the beginning of a line.
pub fn named(text: &str, language: Language) -> Option<Meaning> {
    let wanted = folded(text.trim());
    let mut all = openings(language);
    let found = all.find(|entry| entry.folded == wanted);
    found.map(|entry| entry.meaning)
}

/// How people spoke, by the word that was used for `log`.
pub fn channel(name: &str, language: Language) -> Channel {
    let found = beside(language).find_map(|words| look_up(words.channels, name));
    found.copied().unwrap_or(Channel::Other)
}

/// The field that a whole text names.
pub fn field(text: &str, language: Language) -> Option<&'static Field> {
    beside(language).find_map(|words| look_up(words.fields, text))
}

/// The setting that a whole text names.
pub fn setting(text: &str, language: Language) -> Option<Setting> {
    let found = beside(language).find_map(|words| look_up(words.settings, text));
    found.copied()
}

/// The setting of a workspace that a whole text names.
pub fn workspace_setting(text: &str, language: Language) -> Option<WorkspaceSetting> {
    let found = beside(language).find_map(|words| look_up(words.workspace, text));
    found.copied()
}

/// Whether a text says that there is to be none: `none`, `never`, `nie`.
pub fn is_none(text: &str, language: Language) -> bool {
    beside(language).any(|words| is_one_of(text, words.never))
}

/// The listing that a whole text names.
pub fn listing(text: &str, language: Language) -> Option<Listing> {
    let own = || beside(language).find_map(|words| look_up(words.listings, text));
    Listing::of_word(text.trim()).or_else(|| own().copied())
}

/// Whether a text says on or off, in English or the language: `on`, `yes`, `kyllä`, `aus`.
pub fn on_or_off(text: &str, language: Language) -> Option<bool> {
    let on = |words: &&Words| is_one_of(text, words.on);
    let off = |words: &&Words| is_one_of(text, words.off);
    match beside(language).find(on) {
        Some(_) => Some(true),
        None => beside(language).find(off).map(|_| false),
    }
}

/// The number of days in the unit of an interval; a month counts 30, a quarter 91, a year 365.
pub fn days_of_unit(text: &str, language: Language) -> Option<i64> {
    let days = [1, 7, 30, 91, 365];
    beside(language).find_map(|words| {
        let mut units = words.units.iter().zip(days);
        let found = units.find(|(names, _)| is_one_of(text, names));
        found.map(|(_, days)| days)
    })
}

/// Whether a text is one of some words.
pub fn is_one_of(text: &str, words: &[&str]) -> bool {
    let wanted = folded(text.trim());
    words.iter().any(|word| folded(word) == wanted)
}

fn look_up<'a, T>(table: &'a [(T, &[&str])], text: &str) -> Option<&'a T> {
    let wanted = folded(text.trim());
    let mut rows = table.iter();
    let found = rows.find(|(_, names)| names.iter().any(|name| folded(name) == wanted));
    found.map(|(meaning, _)| meaning)
}
