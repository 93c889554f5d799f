//! What only reads: find, list, help.

use super::Input;
use crate::commands::command::{Command, Listing, Verb};
use crate::commands::parse::line::short;
use crate::commands::parse::opening::Built;
use crate::commands::parse::{nearest, prose};
use crate::commands::problem::Problem;
use crate::commands::words::{self, Meaning};

/// The most words behind a colon that may be meant for a list or a verb; more are prose.
const WORDS_MAX: usize = 3;

impl Input<'_, '_> {
    /// `find`.
    pub fn query(&self) -> Option<Built> {
        if self.args.is_empty() {
            return self.lacking("words to look for");
        }
        let english = self.opening.row().names.contains(&self.opening.found.name);
        if !self.opening.is_meant() && (!english || prose::is_no_search(self.args)) {
            return None;
        }
        let query = self.args.to_owned();
        Built::right(Command::Find { query })
    }

    /// `list`.
    pub fn listing(&self) -> Option<Built> {
        let text = self.args.trim_end_matches(['.', '!']);
        if text.is_empty() {
            return Built::right(Command::List {
                what: Listing::Contacts,
            });
        }
        if let Some(what) = words::listing(text, self.opening.language) {
            return Built::right(Command::List { what });
        }
        if !self.may_be_a_word() {
            return None;
        }
        let all: Vec<&str> = Listing::WORDS
            .iter()
            .map(|(listing, _)| listing.word())
            .collect();
        let problem = Problem::new(format!(
            "there is no list \"{}\"; there are {}",
            short(text),
            all.join(", ")
        ));
        self.opening.wrong(problem.nearest("list unfiled"))
    }

    /// `help`.
    pub fn about_verb(&self) -> Option<Built> {
        if self.args.is_empty() {
            return Built::right(Command::Help { about: None });
        }
        let word = self.args.trim_start_matches('/');
        let about = match words::named(word, self.opening.language) {
            Some(Meaning::Verb(verb)) => Some(verb),
            Some(Meaning::Field(_)) => Some(Verb::Set),
            Some(Meaning::Later(_)) | None => None,
        };
        if about.is_some() {
            return Built::right(Command::Help { about });
        }
        if !self.may_be_a_word() {
            return None;
        }
        let problem = Problem::new(format!("there is no command \"{}\"", short(word)));
        let near = nearest::word(word, self.opening.language);
        let near = near.map_or_else(|| "help".to_owned(), |verb| format!("help {verb}"));
        self.opening.wrong(problem.nearest(near))
    }

    fn may_be_a_word(&self) -> bool {
        self.opening.is_certain() || self.args.split_whitespace().count() <= WORDS_MAX
    }
}
