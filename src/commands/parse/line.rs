//! One line: a command, a target, a remark, an end, or no command at all.

use super::opening::{self, Opening};
use super::{Mode, Perhaps, reference};
use crate::commands::command::{Command, Ref};
use crate::commands::problem::Problem;
use crate::commands::words;
use crate::domain::bot_token::masked;
use crate::domain::language::Language;

/// Where a line stands: prose can follow in a mail, every line of a chat or a command line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a mail.
    Head,
    /// In a mail, below a target.
    Aimed,
    /// In a chat, or on the command line.
    Lines,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Nothing.
    Blank,
    /// `# remark`.
    Remark,
    /// `@ref:`, and what follows it in the line.
    Target(Ref, &'a str),
    /// A command, right or wrong.
    Command(Box<Spoken>),
    /// Commands end before this line.
    End(Stop),
    /// No command: a text begins.
    Prose,
}

/// Whether the line that ends the commands is part of the text below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// `end`: it is not.
    Word,
    /// Thanks, dashes, quotes: it is.
    Text,
}

/// A command as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The number in front, of what was numbered in our message.
    pub item: Option<u32>,
    /// Whether it is to be done, or only told.
    pub mode: Mode,
    /// The target in the line itself.
    pub target: Option<Ref>,
    /// The command, or what is wrong.
    pub result: Result<Command, Problem>,
    /// Other readings, where the first words may be a name.
    pub perhaps: Vec<Perhaps>,
}

/// Words that begin a line of thanks or farewell, in every language: they end the commands whoever writes.
const FAREWELLS: &[&str] = &[
    "thanks",
    "thank",
    "thx",
    "cheers",
    "regards",
    "danke",
    "dank",
    "vielen",
    "merci",
    "gracias",
    "saludos",
    "kiitos",
    "kiitti",
    "terveisin",
    "terv",
    "tack",
    "hälsningar",
    "mvh",
    "mfg",
    "grüße",
    "gruß",
    "cordialement",
];

/// Reads one line.
pub fn read(line: &str, place: Place, language: Language) -> Reading<'_> {
    let line = trim(line);
    if line.is_empty() {
        return Reading::Blank;
    }
    if line == "#" || line.starts_with("# ") {
        return Reading::Remark;
    }
    if let Some(stop) = end(line, language) {
        return Reading::End(stop);
    }
    if let Some((target, rest)) = target(line, place) {
        return Reading::Target(target, rest);
    }
    // Mail programs and people write lists with dots in front.
    let listed = ["* ", "- ", "• "]
        .iter()
        .find_map(|dot| line.strip_prefix(dot));
    let in_list = match place {
        Place::Lines => Place::Lines,
        Place::Head | Place::Aimed => Place::Head,
    };
    if let Some(spoken) = listed.and_then(|rest| command(trim(rest), in_list, language))
        && spoken.result.is_ok()
    {
        return Reading::Command(Box::new(spoken));
    }
    match command(line, place, language) {
        Some(spoken) => Reading::Command(Box::new(spoken)),
        None => Reading::Prose,
    }
}

/// White space of every kind, and what mail programs put invisibly at the beginning of a line.
pub fn trim(line: &str) -> &str {
    line.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    })
}

fn end(line: &str, language: Language) -> Option<Stop> {
    let mut spoken = words::beside(language);
    if spoken.any(|words| words::is_one_of(line, words.end)) {
        return Some(Stop::Word);
    }
    let marks = ["--", "__", "==", ">", "|>", "***"];
    if marks.iter().any(|mark| line.starts_with(mark)) {
        return Some(Stop::Text);
    }
    let first: String = line
        .chars()
        .take_while(|c| c.is_alphabetic())
        .take(16)
        .collect();
    words::is_one_of(&first, FAREWELLS).then_some(Stop::Text)
}

/// `@ref:` at the beginning; in a chat also `@ref` alone.
fn target(line: &str, place: Place) -> Option<(Ref, &str)> {
    line.strip_prefix('@')?;
    if let Some((found, rest)) = reference::explicit(line) {
        let rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix([':', '：']) {
            return Some((found, rest.trim_start()));
        }
        if rest.is_empty() && place == Place::Lines {
            return Some((found, rest));
        }
    }
    reference::before_colon(line, 4)
}

fn command(line: &str, place: Place, language: Language) -> Option<Spoken> {
    let (item, rest) = item(line);
    let (mode, rest) = mode(rest);
    let (slash, rest) = match rest.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let wrong = |problem: Problem| Spoken {
        item,
        mode,
        target: None,
        result: Err(problem),
        perhaps: Vec::new(),
    };
    let Some(found) = opening::read(rest, slash, language) else {
        // A number or a question mark begins many a sentence.
        let plain = item.is_none() && mode == Mode::Apply;
        let problem = match plain || slash {
            true => opening::unknown(rest, slash, place, language)?,
            false if place == Place::Lines => not_understood(line),
            false => return None,
        };
        return Some(wrong(problem));
    };
    let opening = Opening {
        item,
        mode,
        place,
        language,
        found,
    };
    if let Some(problem) = opening.mistyped(rest) {
        return Some(wrong(problem));
    }
    let built = opening.build()?;
    Some(Spoken {
        item,
        mode,
        target: built.target,
        result: built.result,
        perhaps: built.perhaps,
    })
}

/// `2 done`, `2. done`, `2) done`: the number of what was numbered in our message.
fn item(line: &str) -> (Option<u32>, &str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let Some((number, rest)) = line.split_at_checked(digits) else {
        return (None, line);
    };
    let behind = rest.strip_prefix(['.', ')']).unwrap_or(rest);
    match number.parse() {
        Ok(item) if digits <= 4 && behind.starts_with(char::is_whitespace) => {
            (Some(item), behind.trim_start())
        }
        _ => (None, line),
    }
}

fn mode(line: &str) -> (Mode, &str) {
    match line.strip_prefix('?') {
        Some(rest) if !rest.trim().is_empty() => (Mode::Tell, rest.trim_start()),
        _ => (Mode::Apply, line),
    }
}

/// A line that is no command where one is meant.
pub fn not_understood(line: &str) -> Problem {
    let line = short(line);
    Problem::new(format!(
        "\"{line}\" was not understood; help shows what can be said"
    ))
}

/// So much of a line that it is known again; a token in it is masked.
pub fn short(text: &str) -> String {
    let text = masked(text);
    let mut letters = text.chars().filter(|c| !c.is_control());
    let mut short: String = letters.by_ref().take(80).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}
