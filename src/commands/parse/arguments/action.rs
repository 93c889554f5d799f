//! What is to be done, and when: next, done, snooze, remind.

use super::Input;
use crate::commands::command::{Command, Ref};
use crate::commands::parse::line::short;
use crate::commands::parse::opening::{Built, Form};
use crate::commands::parse::reference;
use crate::commands::problem::Problem;
use crate::commands::words;
use crate::domain::dates::{self, Found, When};

impl Input<'_, '_> {
    /// `next`.
    pub fn action(&self) -> Option<Built> {
        // `next #a5` and `2 next` put an action first.
        let is_first = self.opening.item.is_some() && self.args.is_empty()
            || matches!(self.target, Some(Ref::Action(_)));
        if !self.is_written() && !is_first {
            return None;
        }
        if self.args.is_empty() && !is_first {
            return self.lacking("what is to be done");
        }
        let (text, due) = match self.dated(self.args) {
            Ok((text, due)) => (text, due),
            Err(problem) => return Some(Built::of(Err(problem))),
        };
        if text.is_empty() && due.is_none() && !is_first {
            return self.lacking("what is to be done");
        }
        Built::right(Command::Next { text, due })
    }

    /// `done`.
    pub fn came(&self) -> Option<Built> {
        let is_ref = reference::whole_explicit(self.args);
        if self.target.is_none()
            && let Some(target) = is_ref
        {
            let done = Built::of(Ok(Command::Done {
                text: String::new(),
            }));
            return Some(done.about(Some(target)));
        }
        // `Done @ada, see below` speaks to Ada; `done #a3 sent it` names what is done.
        let words = self.form() == Form::Words && !self.opening.is_certain();
        let spoken = !words
            || self.args.is_empty()
            || self.opening.item.is_some()
            || self.has_colon()
            || matches!(self.target, Some(Ref::Action(_) | Ref::Contact(_)));
        let bare = self.form() == Form::Bare;
        (bare || spoken && self.is_asked()).then(|| {
            Built::of(Ok(Command::Done {
                text: self.args.to_owned(),
            }))
        })
    }

    /// `snooze`.
    pub fn date(&self) -> Option<Built> {
        if self.args.is_empty() {
            return match self.is_asked() {
                true => self
                    .lacking("a date")
                    .or_else(|| self.opening.lacking("a date")),
                false => None,
            };
        }
        let (rest, until) = match self.dated(self.without_leading(self.args)) {
            Ok((rest, Some(until))) => (rest, until),
            Ok((_, None)) => {
                let problem = format!("\"{}\" is no date that is known here", short(self.args));
                return self
                    .opening
                    .wrong(Problem::new(problem).nearest("snooze 3 days"));
            }
            Err(problem) => return self.opening.wrong(problem),
        };
        let rest = self.without_leading(&rest);
        if rest.is_empty() {
            return Built::right(Command::Snooze { until });
        }
        // `/snooze ada 3 days`.
        let whom = reference::whole(rest).filter(|_| self.target.is_none());
        match whom {
            Some(target) if self.opening.is_certain() => {
                let snooze = Built::of(Ok(Command::Snooze { until }));
                Some(snooze.about(Some(target)))
            }
            _ => self.opening.wrong(
                Problem::new(format!(
                    "snooze needs a date and nothing else, not \"{}\"",
                    short(rest)
                ))
                .nearest("snooze 3 days"),
            ),
        }
    }

    /// `remind`.
    pub fn reminder(&self) -> Option<Built> {
        let (me, args) = self.without_me();
        let asked = self.is_asked() || me;
        if !asked || args.ends_with('?') && !self.opening.is_meant() {
            return None;
        }
        let (text, due) = match self.dated(args) {
            Ok((text, Some(due))) => (text, due),
            Ok((_, None)) => {
                return self
                    .opening
                    .lacking("a date: in 2 weeks, on friday, on 3 Dec at 14:30");
            }
            Err(problem) => return self.opening.wrong(problem),
        };
        let text = self.without_leading(&text).to_owned();
        Built::right(Command::Remind { text, due })
    }

    /// `me` in front, or in the verb itself: `remind me`, `rappelle-moi`; Spanish writes `recuérdame`.
    fn without_me(&self) -> (bool, &str) {
        let verb = words::folded(self.opening.found.name);
        let mut all = words::beside(self.opening.language).flat_map(|words| words.me);
        let in_verb = all.any(|me| {
            verb.split([' ', '-']).any(|part| part == *me) || verb.ends_with("me") && verb.len() > 6
        });
        let (first, rest) = self
            .args
            .split_once(char::is_whitespace)
            .unwrap_or((self.args, ""));
        let mut all = words::beside(self.opening.language);
        match all.any(|words| words::is_one_of(first, words.me)) {
            true => (true, rest.trim_start()),
            false => (in_verb, self.args),
        }
    }

    /// Without the small words in front: `until friday`, `to call Bob`.
    fn without_leading<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut all = words::beside(self.opening.language);
        match all.any(|words| words::is_one_of(first, words.leading)) {
            true => rest.trim_start(),
            false => text,
        }
    }

    /// A text without its one date phrase, and the phrase; wrong where there are two.
    pub(super) fn dated(&self, text: &str) -> Result<(String, Option<When>), Problem> {
        match dates::find(text, self.opening.language) {
            Found::Nothing => Ok((text.trim().to_owned(), None)),
            Found::One { words, when, .. } => Ok((words.trim().to_owned(), Some(when))),
            Found::Ambiguous { first, second } => Err(Problem::new(format!(
                "there are two dates, \"{}\" and \"{}\"; put ^ in front of the one that is meant",
                short(&first),
                short(&second)
            ))),
        }
    }
}
