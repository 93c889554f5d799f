//! Who and which: new, assign, merge, file, undo, confirm, and what is about one record.

use super::Input;
use crate::commands::command::{Command, Ref, Undone, Verb};
use crate::commands::parse::line::short;
use crate::commands::parse::opening::Built;
use crate::commands::parse::{prose, reference};
use crate::commands::problem::Problem;
use crate::commands::words;

/// Digits of a code.
const CODE_DIGITS: usize = 4;

impl Input<'_, '_> {
    /// `new`.
    pub fn contact(&self) -> Option<Built> {
        if self.args.is_empty() {
            return self.lacking("a name, an address, or both");
        }
        let who = reference::whole(self.args)
            .filter(|who| matches!(who, Ref::Address { .. } | Ref::Name(_)));
        match who {
            // `new Ada <ada@acme.example>` is meant; `New offer` is prose.
            Some(who) if self.opening.is_meant() || matches!(who, Ref::Address { .. }) => {
                Built::right(Command::New { who })
            }
            _ => self.lacking("a name, an address, or both"),
        }
    }

    /// `assign`.
    pub fn member(&self) -> Option<Built> {
        let to = self.without_to(self.args);
        let explicit = reference::whole_explicit(to).is_some();
        if !self.is_written() && !explicit {
            return None;
        }
        match reference::whole(to) {
            Some(to @ (Ref::Address { .. } | Ref::Name(_))) => Built::right(Command::Assign { to }),
            _ => self.lacking("a member, by address or name"),
        }
    }

    /// `merge #c41`, `merge @ada: #c41`, `merge #c12 #c41`.
    pub fn other(&self) -> Option<Built> {
        let args = self.args;
        if args.is_empty() {
            return self.lacking("the contact that becomes part of this one");
        }
        if !self.opening.has_colon()
            && let Some((target, rest)) = reference::explicit(args)
        {
            let rest = rest.trim_start();
            let rest = rest.strip_prefix([':', '：']).unwrap_or(rest);
            let rest = self.without_to(rest.trim_start());
            if rest.is_empty() {
                return Built::right(Command::Merge { other: target });
            }
            return match reference::whole(rest) {
                Some(other) => Some(Built::of(Ok(Command::Merge { other })).about(Some(target))),
                None => self.lacking("the contact that becomes part of this one"),
            };
        }
        match reference::whole(args) {
            Some(other) if self.opening.is_meant() => Built::right(Command::Merge { other }),
            _ => self.lacking("the contact that becomes part of this one"),
        }
    }

    /// `file`.
    pub fn destination(&self) -> Option<Built> {
        let (target, rest) = match reference::explicit(self.args) {
            Some((target @ Ref::Interaction(_), rest)) => (Some(target), rest.trim_start()),
            _ => (None, self.args),
        };
        let rest = rest.strip_prefix([':', '：']).unwrap_or(rest).trim_start();
        let rest = self.without_to(rest);
        if rest.is_empty() {
            return self.opening.lacking("the contact to which it belongs");
        }
        let to = reference::whole(rest);
        let sure = self.opening.is_meant() || reference::explicit(rest).is_some() && to.is_some();
        match to {
            Some(to) if sure => Some(Built::of(Ok(Command::File { to })).about(target)),
            _ => self.opening.lacking("the contact to which it belongs"),
        }
    }

    /// Without the small word in front: `to bob`, `with #c41`.
    fn without_to<'t>(&self, text: &'t str) -> &'t str {
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut all = words::beside(self.opening.language);
        let small = all.any(|words| words::is_one_of(first, words.leading))
            || words::is_one_of(first, &["with", "and", "into", "+"]);
        match small && !rest.trim().is_empty() {
            true => rest.trim_start(),
            false => text,
        }
    }

    /// `undo`.
    pub fn change(&self) -> Option<Built> {
        let text = self.args.trim_end_matches(['.', '!']);
        let (text, is_all) = match text.split_once(char::is_whitespace) {
            Some((first, rest)) if first.eq_ignore_ascii_case("all") => (rest.trim(), true),
            _ => (text, false),
        };
        let what = match reference::whole_explicit(text) {
            Some(Ref::Journal(id)) if is_all => Some(Undone::Together(id)),
            _ if is_all => None,
            Some(Ref::Journal(id)) => Some(Undone::Journal(id)),
            Some(_) => None,
            None if text.is_empty() => Some(Undone::Last),
            None => text
                .parse()
                .ok()
                .filter(|n| (1..=9_999).contains(n))
                .map(Undone::Number),
        };
        match what {
            Some(what) => Built::right(Command::Undo { what }),
            None => self.lacking("nothing, a number, or a change such as #j41"),
        }
    }

    /// `confirm`.
    pub fn code(&self) -> Option<Built> {
        let code = self
            .args
            .trim_end_matches(['.', '!'])
            .trim_start_matches('#');
        let digits = !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit());
        if digits && code.len() == CODE_DIGITS {
            return Built::right(Command::Confirm {
                code: code.to_owned(),
            });
        }
        let problem = Problem::new("confirm needs the four digits that were sent to you");
        match digits || self.opening.is_meant() {
            true => Some(Built::of(Err(problem))),
            false => None,
        }
    }

    /// What is about one record: show, timeline, why, mute, delete, restore, …
    pub fn record(&self) -> Option<Built> {
        let command = match self.verb {
            Verb::Timeline => Command::Timeline,
            Verb::Why => Command::Why,
            Verb::Mute => Command::Mute,
            Verb::Unmute => Command::Unmute,
            Verb::Rotate => Command::Rotate,
            Verb::Unmerge => Command::Unmerge,
            Verb::Delete => Command::Delete,
            Verb::Restore => Command::Restore,
            Verb::Erase => Command::Erase,
            _ => Command::Show,
        };
        if self.args.is_empty() {
            return Built::right(command);
        }
        // `Show: a new play in Berlin.` is prose also with its colon.
        if !self.opening.is_certain() && prose::is_sentence(self.args) {
            return None;
        }
        let sure = self.opening.is_meant() || reference::explicit(self.args).is_some();
        match reference::whole(self.args) {
            Some(target) if sure => Some(Built::of(Ok(command)).about(Some(target))),
            _ => {
                let problem =
                    Problem::new(format!("\"{}\" names nobody and nothing", short(self.args)));
                let mut examples = self.opening.row().examples.iter();
                let example = examples.find(|e| e.contains(' ')).copied();
                self.opening
                    .wrong(problem.nearest(example.unwrap_or("help")))
            }
        }
    }
}
