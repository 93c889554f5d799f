//! The bot: connect, greeting, broadcast.

use super::Input;
use crate::commands::command::{Audience, Command, Listing};
use crate::commands::parse::opening::Built;
use crate::commands::problem::Problem;
use crate::commands::words;
use crate::domain::bot_token::BotToken;

/// The most letters of a tag.
const TAG_LETTERS_MAX: usize = 60;
/// What names everybody, beside the words for all contacts.
const EVERYBODY: &[&str] = &[
    "everyone",
    "everybody",
    "kaikille",
    "allen",
    "tout le monde",
];
/// Small words in front of whom a text goes to.
const TO: &[&str] = &["to", "an", "à", "a", "till", "för"];

impl Input<'_, '_> {
    /// `connect bot`. What is wrong never quotes what may be half a token.
    pub fn token(&self) -> Option<Built> {
        let text = self.args.trim_matches(['<', '>', '"', '`', '.', ' ']);
        match BotToken::read(text) {
            Some(token) => Built::right(Command::Connect { token }),
            None => self.opening.wrong(Problem::new(
                "connect bot needs the whole token that BotFather gave you: digits, a colon, and letters",
            )),
        }
    }

    /// `greeting`.
    pub fn greeting(&self) -> Option<Built> {
        if !self.is_written() {
            return None;
        }
        let text = with_lines(self.args);
        Built::right(Command::Greeting {
            text: (!text.is_empty()).then_some(text),
        })
    }

    /// `broadcast to #vip: text`, `broadcast to all: text`.
    pub fn broadcast(&self) -> Option<Built> {
        let said = self.args.split_once([':', '：']);
        let said = said.and_then(|(to, text)| Some((self.audience(to)?, with_lines(text))));
        match said {
            Some((to, text)) if !text.is_empty() => Built::right(Command::Broadcast { to, text }),
            _ => self.opening.lacking("a tag or all, a colon, and a text"),
        }
    }

    fn audience(&self, text: &str) -> Option<Audience> {
        let language = self.opening.language;
        let is_all = |text: &str| {
            words::is_one_of(text, EVERYBODY)
                || words::listing(text, language) == Some(Listing::Contacts)
        };
        let whole = text.trim();
        let (first, rest) = whole.split_once(char::is_whitespace).unwrap_or((whole, ""));
        let to = match words::is_one_of(first, TO) {
            true => rest.trim_start(),
            false => whole,
        };
        if is_all(to) {
            return Some(Audience::All);
        }
        let tag: Vec<String> = to
            .strip_prefix('#')?
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let tag = tag.join(" ");
        let right = (1..=TAG_LETTERS_MAX).contains(&tag.chars().count());
        right.then_some(Audience::Tag(tag))
    }
}

/// A text in which `\n` begins a new line.
fn with_lines(text: &str) -> String {
    text.replace("\\n", "\n").trim().to_owned()
}
