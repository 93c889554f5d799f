//! One line: a command, a target, a remark, an end, or no command at all.

use super::reference;
use super::{Mode, nearest};
use crate::commands::Verb;
use crate::commands::command::{Command, Listing, Ref};
use crate::commands::problem::Problem;
use crate::commands::specification::{Argument, ROWS, Row};

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
    Command(Spoken),
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
}

/// What stands between verb and arguments; it tells how sure it is that a command is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `/verb` in front: surely a command.
    Slash,
    /// `verb:`.
    Colon,
    /// `verb words`.
    Words,
    /// `verb` alone.
    Bare,
}

/// A line taken apart as far as the verb.
struct Opening<'a> {
    item: Option<u32>,
    mode: Mode,
    row: &'static Row,
    form: Form,
    place: Place,
    args: &'a str,
}

/// The right verb, or what is wrong, or no command at all.
type Built = Option<(Option<Ref>, Result<Command, Problem>)>;

/// Reads one line.
pub fn read(line: &str, place: Place) -> Reading<'_> {
    let line = trim(line);
    if line.is_empty() {
        return Reading::Blank;
    }
    if line == "#" || line.starts_with("# ") {
        return Reading::Remark;
    }
    if let Some(stop) = end(line) {
        return Reading::End(stop);
    }
    if let Some((target, rest)) = target(line, place) {
        return Reading::Target(target, rest);
    }
    // Mail programs and people write lists with dots in front.
    let listed = ["* ", "- ", "• "]
        .iter()
        .find_map(|dot| line.strip_prefix(dot));
    if let Some(spoken) = listed.and_then(|rest| command(trim(rest), Place::Head))
        && spoken.result.is_ok()
    {
        return Reading::Command(spoken);
    }
    match command(line, place) {
        Some(spoken) => Reading::Command(spoken),
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

fn end(line: &str) -> Option<Stop> {
    if line.eq_ignore_ascii_case("end") {
        return Some(Stop::Word);
    }
    let marks = ["--", "__", "==", ">", "|>", "***"];
    if marks.iter().any(|mark| line.starts_with(mark)) {
        return Some(Stop::Text);
    }
    let first: String = line
        .chars()
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .take(12)
        .collect();
    let thanks = [
        "thanks", "thank", "thx", "cheers", "regards", "danke", "merci", "gracias", "kiitos",
        "tack",
    ];
    thanks.contains(&first.as_str()).then_some(Stop::Text)
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

fn command(line: &str, place: Place) -> Option<Spoken> {
    let (item, rest) = item(line);
    let (mode, rest) = mode(rest);
    let (slash, rest) = match rest.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let Some((row, form, args)) = verb(rest, slash) else {
        // A number or a question mark begins many a sentence.
        let plain = item.is_none() && mode == Mode::Apply;
        let problem = match plain || slash {
            true => unknown(rest, slash, place)?,
            false if place == Place::Lines => not_understood(line),
            false => return None,
        };
        return Some(Spoken {
            item,
            mode,
            target: None,
            result: Err(problem),
        });
    };
    let opening = Opening {
        item,
        mode,
        row,
        form,
        place,
        args,
    };
    let (target, result) = opening.build()?;
    Some(Spoken {
        item: opening.item,
        mode: opening.mode,
        target,
        result,
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

/// The longest verb that the line begins with, and what follows it.
fn verb(line: &str, slash: bool) -> Option<(&'static Row, Form, &str)> {
    let mut best: Option<(&'static Row, usize)> = None;
    for row in ROWS {
        for name in row.names {
            let longer = best.is_none_or(|(_, length)| name.len() > length);
            if longer && begins_with(line, name) {
                best = Some((row, name.len()));
            }
        }
    }
    let (row, length) = best?;
    let rest = line.get(length..).unwrap_or_default();
    let bare = rest.trim_start();
    if bare.is_empty() {
        let form = if slash { Form::Slash } else { Form::Bare };
        return Some((row, form, ""));
    }
    if let Some(args) = bare.strip_prefix([':', '：']) {
        let form = if slash { Form::Slash } else { Form::Colon };
        return Some((row, form, args.trim_start()));
    }
    rest.starts_with(char::is_whitespace).then_some((
        row,
        if slash { Form::Slash } else { Form::Words },
        bare,
    ))
}

/// Whether a line begins with a verb that ends there: `note`, `note:`, `note x`, not `notebook` or `note-taking`.
fn begins_with(line: &str, name: &str) -> bool {
    let Some(begin) = line.get(..name.len()) else {
        return false;
    };
    let rest = line.get(name.len()..).unwrap_or_default();
    begin.eq_ignore_ascii_case(name)
        && (rest.is_empty()
            || rest.starts_with([':', '：'])
            || rest.starts_with(char::is_whitespace))
}

/// An unknown `/word` is wrong; an unknown `word:` where a verb is near; in a chat, everything.
fn unknown(line: &str, slash: bool, place: Place) -> Option<Problem> {
    let end = line
        .find(|c: char| c.is_whitespace() || matches!(c, ':' | '：'))
        .unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end)?;
    let is_word = !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let colon = rest.trim_start().starts_with([':', '：']);
    let near = nearest::verb(word).filter(|_| is_word);
    if slash {
        // `/usr/share` is a path, not a word.
        if !is_word && place != Place::Lines {
            return None;
        }
        let problem = Problem::new(format!("there is no command \"/{}\"", short(word)));
        return Some(match near {
            Some(near) => problem.nearest(format!("/{near}{}", short(rest))),
            None => problem.nearest("/help"),
        });
    }
    let meant = colon && near.is_some() && !nearest::is_prose(word);
    if !meant && place != Place::Lines {
        return None;
    }
    let problem = not_understood(line);
    Some(match near {
        Some(near) => problem.nearest(format!("{near}{}", short(rest))),
        None => problem,
    })
}

/// A line that is no command where one is meant.
pub fn not_understood(line: &str) -> Problem {
    let line = short(line);
    Problem::new(format!(
        "\"{line}\" was not understood; help shows what can be said"
    ))
}

/// So much of a line that it is known again.
pub fn short(text: &str) -> String {
    let mut letters = text.chars().filter(|c| !c.is_control());
    let mut short: String = letters.by_ref().take(80).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

impl<'a> Opening<'a> {
    fn build(&self) -> Built {
        match self.row.argument {
            Argument::Text => self.text(),
            Argument::Destination => self.destination(),
            Argument::Query => self.query(),
            Argument::Listing => self.listing(),
            Argument::Record => self.record(),
            Argument::Verb => self.about_verb(),
        }
    }

    /// Whether the words can be nothing but a command: prose of a mail does not begin like this.
    fn is_meant(&self) -> bool {
        self.place == Place::Lines || matches!(self.form, Form::Slash | Form::Colon)
    }

    /// A command that lacks something: wrong where it is meant, else no command.
    fn lacking(&self, what: &str) -> Built {
        let row = self.row;
        let example = row.examples.first().copied().unwrap_or_default();
        self.is_meant().then(|| {
            (
                None,
                Err(Problem::new(format!("{} needs {what}", row.name())).nearest(example)),
            )
        })
    }

    fn text(&self) -> Built {
        let (target, text) = self.target_and_rest();
        let written = self.is_meant() || target.is_some();
        if !written {
            return None;
        }
        if text.is_empty() {
            return self.lacking("a text");
        }
        let text = text.to_owned();
        Some((target, Ok(self.command_of_text(text))))
    }

    fn command_of_text(&self, text: String) -> Command {
        match self.row.verb {
            Verb::Find => Command::Find { query: text },
            _ => Command::Note { text },
        }
    }

    /// `@ada: text`, `#c12 text`, and where a command is meant `ada: text`, also of several words.
    fn target_and_rest(&self) -> (Option<Ref>, &'a str) {
        if self.form == Form::Colon {
            return (None, self.args);
        }
        if let Some((target, rest)) = reference::explicit(self.args) {
            let rest = rest.trim_start();
            return (
                Some(target),
                rest.strip_prefix([':', '：']).unwrap_or(rest).trim_start(),
            );
        }
        let words_max = if self.is_meant() { 4 } else { 1 };
        match reference::before_colon(self.args, words_max) {
            Some((target, rest)) => (Some(target), rest),
            None => (None, self.args),
        }
    }

    fn destination(&self) -> Built {
        let (target, rest) = match reference::explicit(self.args) {
            Some((target @ Ref::Interaction(_), rest)) => (Some(target), rest.trim_start()),
            _ => (None, self.args),
        };
        let rest = rest.strip_prefix([':', '：']).unwrap_or(rest).trim_start();
        let rest = rest.strip_prefix("to ").unwrap_or(rest);
        if rest.is_empty() {
            return self.lacking("the contact to which it belongs");
        }
        let to = reference::whole(rest);
        let sure = self.is_meant() || reference::explicit(rest).is_some() && to.is_some();
        match to {
            Some(to) if sure => Some((target, Ok(Command::File { to }))),
            _ => self.lacking("the contact to which it belongs"),
        }
    }

    fn query(&self) -> Built {
        if self.args.is_empty() {
            return self.lacking("words to look for");
        }
        if !self.is_meant() && is_sentence(self.args) {
            return None;
        }
        Some((None, Ok(self.command_of_text(self.args.to_owned()))))
    }

    fn listing(&self) -> Built {
        let words = self.args.trim_end_matches(['.', '!']);
        if words.is_empty() {
            return Some((
                None,
                Ok(Command::List {
                    what: Listing::Contacts,
                }),
            ));
        }
        if let Some(what) = Listing::of_word(words) {
            return Some((None, Ok(Command::List { what })));
        }
        let all: Vec<&str> = Listing::WORDS
            .iter()
            .map(|(listing, _)| listing.word())
            .collect();
        let problem = Problem::new(format!(
            "there is no list \"{}\"; there are {}",
            short(words),
            all.join(", ")
        ));
        self.is_meant()
            .then(|| (None, Err(problem.nearest("list unfiled"))))
    }

    fn record(&self) -> Built {
        if self.args.is_empty() {
            let about = self.item.is_some() || self.place == Place::Aimed;
            return (about || self.is_meant()).then(|| (None, Ok(self.command_of_record())));
        }
        let sure = self.is_meant() || reference::explicit(self.args).is_some();
        match reference::whole(self.args) {
            Some(target) if sure => Some((Some(target), Ok(self.command_of_record()))),
            _ => {
                let problem =
                    Problem::new(format!("\"{}\" names nobody and nothing", short(self.args)));
                let example = self.row.examples.first().copied().unwrap_or_default();
                self.is_meant()
                    .then(|| (None, Err(problem.nearest(example))))
            }
        }
    }

    fn command_of_record(&self) -> Command {
        match self.row.verb {
            Verb::Timeline => Command::Timeline,
            Verb::Why => Command::Why,
            _ => Command::Show,
        }
    }

    fn about_verb(&self) -> Built {
        if self.args.is_empty() {
            return Some((None, Ok(Command::Help { about: None })));
        }
        let word = self.args.trim_start_matches('/');
        if let Some(row) = Row::named(word) {
            return Some((
                None,
                Ok(Command::Help {
                    about: Some(row.verb),
                }),
            ));
        }
        let problem = Problem::new(format!("there is no command \"{}\"", short(word)));
        let near =
            nearest::verb(word).map_or_else(|| "help".to_owned(), |verb| format!("help {verb}"));
        self.is_meant().then(|| (None, Err(problem.nearest(near))))
    }
}

/// Whether words behind `find` are a sentence rather than a search: "find attached our offer".
fn is_sentence(words: &str) -> bool {
    let first = words
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let begins = [
        "attached", "enclosed", "below", "out", "the", "a", "an", "our", "my", "your", "here",
        "it", "that", "this", "them", "me", "in", "it,", "time", "some", "any", "him", "her",
    ];
    let marks = words.trim_end().ends_with(['.', '!', '?', ',', ';', ':']);
    begins.contains(&first.as_str()) || marks || words.split_whitespace().count() > 8
}
