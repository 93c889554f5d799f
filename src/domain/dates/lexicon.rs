//! What words mean in dates: the tables of [`super::words`], made ready to be asked.

use super::every::Every;
use super::lex::{Gap, Kind, Token};
use super::when::{Edge, Period, Unit, Which};
use super::words;
use crate::domain::fold;
use crate::domain::language::Language;
use jiff::civil::Weekday;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How much a phrase needs around it before it is taken out of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// "march", "sun", "do", the 9 of "at 9": a marker, and nothing behind that it may belong to.
    Bare,
    /// "fri", "3 days", "14:30": the end of the text, or a marker.
    Light,
    /// "friday", "tomorrow", "30 Nov".
    Full,
}

/// What a word, or several in a row, can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// A day of the week.
    Day(Weekday, Weight),
    /// "mondays".
    Days(Weekday),
    /// A month in any form that a day may stand beside.
    Month(i8),
    /// "maaliskuussa": in March, in one word.
    InMonth(i8),
    /// What is counted.
    Unit(Unit),
    /// The same as letters on a number: the `d` of `3d`.
    Letter(Unit),
    /// "half an hour".
    HalfHour,
    /// A number in words.
    Count(u32),
    /// "a", which counts as one where something else says that a span is meant.
    One,
    /// Before a span: "in", "within".
    In,
    /// Before a month: "in March".
    InBefore,
    /// Behind a span: "from now", "päästä".
    Later,
    /// "this"
    This,
    /// "next"
    Next,
    /// The same behind its word: "prochain".
    NextBehind,
    /// "coming": changes nothing.
    Coming,
    /// "today" and its kin, counted from today.
    Ahead(i8),
    /// Today at 20:00.
    Tonight,
    /// "noon"
    Clock(i8, i8),
    /// A part of a day, by the hour that stands for it.
    Part(i8),
    /// Before a time: "at", "klo".
    TimeMark,
    /// Behind an hour: "Uhr".
    HourWord,
    /// The same only where something else says that a time is meant: `h`.
    HourLetter,
    /// "am"
    Am,
    /// "pm"
    Pm,
    /// Before a stretch of time: "end of".
    Edge(Edge),
    /// Behind it: "lopussa".
    EdgeBehind(Edge),
    /// "eom": the last business day of it.
    Ends(Period),
    /// "of the", "du", "de"
    Of,
    /// "the", "den": before a number it makes a day of the month.
    Article,
    /// "th"
    OrdinalEnding,
    /// "every"
    Every,
    /// "every other" in one word.
    EveryOther,
    /// "other", "second" behind "every".
    Other,
    /// "weekly"
    Repeats(Every),
    /// "and"
    And,
    /// "or"
    Or,
    /// Behind a span: "välein", every so much.
    EveryBehind,
    /// Says that a due date follows; 2 outdoes 1.
    Marker(u8),
    /// The same behind the date: "mennessä".
    MarkerBehind,
    /// Goes with a date that ends a text: "for", "to".
    Lead,
    /// The date behind it belongs to the words before: "about", "the".
    Binds,
    /// What stands before it has ended: "about", "with", "and".
    Links,
}

pub(super) const THIS_WEEK: Period = Period::Week(Which::This);
pub(super) const THIS_MONTH: Period = Period::Month(Which::This);
pub(super) const THIS_QUARTER: Period = Period::Quarter(Which::This);
pub(super) const THIS_YEAR: Period = Period::Year(Which::This);

/// One meaning and the words for it, as a table of a language has it.
pub(super) type Row = (Sense, &'static [&'static str]);

/// The words of a language and of English.
pub(super) struct Lexicon {
    /// By the first word; the longest first, and those of the language before the English ones.
    entries: HashMap<String, Vec<Entry>>,
    /// Whether `1.5.` is how dates are written in the language.
    pub writes_dots: bool,
}

struct Entry {
    /// The words behind the first.
    rest: Vec<String>,
    sense: Sense,
}

static LEXICONS: LazyLock<Vec<Lexicon>> =
    LazyLock::new(|| Language::ALL.into_iter().map(Lexicon::new).collect());

impl Lexicon {
    /// Made once, for all languages.
    pub(super) fn of(language: Language) -> Option<&'static Lexicon> {
        LEXICONS.get(language as usize)
    }

    fn new(language: Language) -> Lexicon {
        let mut lexicon = Lexicon {
            entries: HashMap::new(),
            writes_dots: matches!(language, Language::Finnish | Language::German),
        };
        if language != Language::English {
            lexicon.add(words::of(language));
        }
        lexicon.add(words::of(Language::English));
        for entries in lexicon.entries.values_mut() {
            // Stable: the order of the tables stays among equals.
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.rest.len()));
        }
        lexicon
    }

    fn add(&mut self, rows: &[Row]) {
        for (sense, texts) in rows {
            for text in *texts {
                let folded = fold::key(text);
                let mut words = folded.split(' ').map(str::to_owned);
                let first = words.next().unwrap_or_default();
                let entry = Entry {
                    rest: words.collect(),
                    sense: *sense,
                };
                self.entries.entry(first).or_default().push(entry);
            }
        }
    }

    /// The longest meaning at a place that `pick` wants, and the place behind it. An abbreviation takes its dot along.
    pub(super) fn find<T>(
        &self,
        tokens: &[Token],
        at: usize,
        pick: impl Fn(Sense) -> Option<T>,
    ) -> Option<(T, usize)> {
        let Kind::Word(first) = &tokens.get(at)?.kind else {
            return None;
        };
        for entry in self.entries.get(first)? {
            let Some(picked) = pick(entry.sense) else {
                continue;
            };
            if let Some(next) = entry.end(tokens, at) {
                return Some((picked, next));
            }
        }
        None
    }
}

impl Entry {
    fn end(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let mut next = at + 1;
        let mut last_is_short = tokens.get(at).is_some_and(is_short);
        for word in &self.rest {
            next = after_dot(tokens, next, last_is_short);
            let token = tokens.get(next)?;
            if !matches!(&token.kind, Kind::Word(folded) if folded == word) {
                return None;
            }
            last_is_short = is_short(token);
            next += 1;
        }
        Some(after_dot(tokens, next, last_is_short))
    }
}

fn is_short(token: &Token) -> bool {
    token.range.len() <= 5
}

/// Behind the dot of an abbreviation.
fn after_dot(tokens: &[Token], next: usize, is_short: bool) -> usize {
    let is_dot = tokens
        .get(next)
        .is_some_and(|token| token.kind == Kind::Mark('.') && token.gap == Gap::Glued);
    next + usize::from(is_short && is_dot)
}
