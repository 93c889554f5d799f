//! How a line opens: its verb, what stands behind the verb, and for whom the line is.

use super::arguments;
use super::line::{Place, not_understood, short};
use super::{Mode, Perhaps, nearest, prose, reference};
use crate::commands::Verb;
use crate::commands::command::{Command, Ref};
use crate::commands::problem::Problem;
use crate::commands::specification::{Later, Row, Stands};
use crate::commands::words::{self, Meaning};
use crate::domain::language::Language;

/// What stands between verb and arguments; it tells how sure it is that a command is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `/verb` in front: surely a command.
    Slash,
    /// `/verb:`.
    SlashColon,
    /// `verb:`.
    Colon,
    /// `verb words`.
    Words,
    /// `verb` alone.
    Bare,
}

/// The word that a line opens with.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// As it stands in the table of words.
    pub name: &'static str,
    /// What it means.
    pub meaning: Meaning,
    /// How it is written.
    pub form: Form,
    /// What follows.
    pub args: &'a str,
}

/// A line taken apart as far as the verb.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The number in front.
    pub item: Option<u32>,
    /// Whether it is to be done.
    pub mode: Mode,
    /// Where it stands.
    pub place: Place,
    /// The language beside English.
    pub language: Language,
    /// The verb and what follows.
    pub found: Found<'a>,
}

/// A command, right or wrong.
#[derive(Clone, Debug)]
pub struct Built {
    /// The target in the line itself.
    pub target: Option<Ref>,
    /// The command, or what is wrong.
    pub result: Result<Command, Problem>,
    /// Other readings, where the first words may be a name.
    pub perhaps: Vec<Perhaps>,
}

impl Built {
    /// Without a target.
    pub fn of(result: Result<Command, Problem>) -> Built {
        Built {
            target: None,
            result,
            perhaps: Vec::new(),
        }
    }

    /// A right command.
    pub fn right(command: Command) -> Option<Built> {
        Some(Built::of(Ok(command)))
    }

    /// The same about a target.
    pub fn about(mut self, target: Option<Ref>) -> Built {
        self.target = target.or(self.target);
        self
    }
}

/// The longest verb that the line begins with, and what follows it.
pub fn read(line: &str, slash: bool, language: Language) -> Option<Found<'_>> {
    let (entry, length) = words::opening(line, language)?;
    let rest = line.get(length..)?;
    let bare = rest.trim_start();
    let (form, args) = match bare.strip_prefix([':', '：']) {
        Some(args) => (Form::Colon, args.trim_start()),
        None if bare.is_empty() => (Form::Bare, ""),
        None => (Form::Words, bare),
    };
    Some(Found {
        name: entry.name,
        meaning: entry.meaning,
        form: match form {
            Form::Colon if slash => Form::SlashColon,
            _ if slash => Form::Slash,
            form => form,
        },
        args,
    })
}

/// An unknown `/word` is wrong; an unknown `word:` where a verb is near; in a chat, everything.
pub fn unknown(line: &str, slash: bool, place: Place, language: Language) -> Option<Problem> {
    if slash {
        return unknown_slash(line, place, language);
    }
    let before_colon = line.split_once([':', '：']).map(|(before, _)| before);
    let phrase = before_colon.filter(|before| before.split_whitespace().count() <= 3);
    let near = phrase.and_then(|phrase| {
        let rest = line.get(phrase.len()..).unwrap_or_default();
        Some((nearest::word(phrase, language)?, rest))
    });
    if let (Some((name, rest)), Some(phrase)) = (near, phrase)
        && (place == Place::Lines || !prose::begins_text(phrase, name))
    {
        return Some(not_understood(line).nearest(format!("{name}{}", short(rest))));
    }
    if place != Place::Lines {
        return None;
    }
    let (word, rest) = first_word(line);
    let problem = not_understood(line);
    Some(match nearest::word(word, language) {
        Some(near) => problem.nearest(format!("{near}{}", short(rest))),
        None => problem,
    })
}

fn unknown_slash(line: &str, place: Place, language: Language) -> Option<Problem> {
    let (word, rest) = first_word(line);
    let is_word = !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    // `/usr/share` is a path, not a word.
    if !is_word && place != Place::Lines {
        return None;
    }
    let problem = Problem::new(format!("there is no command \"/{}\"", short(word)));
    Some(match nearest::word(word, language).filter(|_| is_word) {
        Some(near) => problem.nearest(format!("/{near}{}", short(rest))),
        None => problem.nearest("/help"),
    })
}

fn first_word(line: &str) -> (&str, &str) {
    let end = line
        .find(|c: char| c.is_whitespace() || matches!(c, ':' | '：'))
        .unwrap_or(line.len());
    line.split_at_checked(end).unwrap_or((line, ""))
}

impl<'a> Opening<'a> {
    /// The row of the verb; that of `set` for a field.
    pub fn row(&self) -> &'static Row {
        match self.found.meaning {
            Meaning::Verb(verb) => Row::of(verb),
            Meaning::Field(_) | Meaning::Later(_) => Row::of(Verb::Set),
        }
    }

    /// Whether the words can be nothing but a command: prose of a mail does not begin like this.
    pub fn is_meant(&self) -> bool {
        let sure = [Form::Slash, Form::SlashColon, Form::Colon];
        self.place == Place::Lines || sure.contains(&self.found.form)
    }

    /// Whether a slash, or the place, makes every word a part of a command. A colon does not: prose has colons.
    pub fn is_certain(&self) -> bool {
        let sure = [Form::Slash, Form::SlashColon];
        self.place == Place::Lines || sure.contains(&self.found.form)
    }

    /// Whether a colon follows the verb: then its target is not behind it.
    pub fn has_colon(&self) -> bool {
        matches!(self.found.form, Form::Colon | Form::SlashColon)
    }

    /// Whether the verb alone is a command here.
    pub fn stands_alone(&self) -> bool {
        self.is_meant() || self.item.is_some() || self.mode == Mode::Tell
    }

    /// A command that lacks something: wrong where it is meant, else no command.
    pub fn lacking(&self, what: &str) -> Option<Built> {
        let example = match self.found.meaning {
            Meaning::Field(_) => None,
            _ => self.row().examples.first().copied(),
        };
        let problem = Problem::new(format!("{} needs {what}", self.found.name));
        self.wrong(match example {
            Some(example) => problem.nearest(example),
            None => problem,
        })
    }

    /// A problem where a command is meant, else no command.
    pub fn wrong(&self, problem: Problem) -> Option<Built> {
        self.is_meant().then(|| Built::of(Err(problem)))
    }

    /// `next acton: call Friday` is a mistyped `next action`, not an action of somebody called Acton.
    pub fn mistyped(&self, line: &str) -> Option<Problem> {
        if self.found.form != Form::Words {
            return None;
        }
        let (before, _) = reference::split_at_colon(line)?;
        if before.split_whitespace().count() > 3 {
            return None;
        }
        let near = nearest::phrase(before, self.found.name, self.language)?;
        let rest = line.get(before.len()..).unwrap_or_default();
        Some(not_understood(line).nearest(format!("{near}{}", short(rest))))
    }

    /// The command; `None` where the line is prose.
    pub fn build(&self) -> Option<Built> {
        let meaning = self.found.meaning;
        if let Meaning::Later(later) = meaning {
            return self.not_yet(later);
        }
        if self.found.form == Form::Bare && !self.stands_alone() && !self.is_known_bare() {
            return None;
        }
        let (target, args) = self.aim();
        let mut built = arguments::build(self, target.as_ref(), args)?.about(target);
        // With a number in front it is known what the line is about.
        let aimed = built.target.is_some() || self.item.is_some();
        if !aimed && self.is_certain() && self.may_begin_with_a_name() {
            built.perhaps = self.perhaps(args);
        }
        Some(built)
    }

    /// COMMANDS.md, "Bare words": those, and a few that no mail consists of.
    fn is_known_bare(&self) -> bool {
        let Meaning::Verb(verb) = self.found.meaning else {
            return false;
        };
        let bare = [
            Verb::Done,
            Verb::Undo,
            Verb::Redo,
            Verb::Help,
            Verb::List,
            Verb::Today,
            Verb::Mute,
            Verb::Unmute,
            Verb::Unmerge,
            Verb::Rotate,
            Verb::Link,
            Verb::Leave,
            Verb::Stay,
            Verb::Export,
            Verb::Unlink,
            Verb::SignIn,
            Verb::Disconnect,
        ];
        let aimed = [
            Verb::Show,
            Verb::Timeline,
            Verb::Why,
            Verb::Delete,
            Verb::Restore,
        ];
        bare.contains(&verb) || self.place == Place::Aimed && aimed.contains(&verb)
    }

    fn not_yet(&self, later: &Later) -> Option<Built> {
        let alone = self.found.form == Form::Bare && later.stands == Stands::Alone;
        let meant = self.is_meant() || self.item.is_some() && self.found.form == Form::Bare;
        (meant || alone).then(|| {
            Built::of(Err(Problem::new(format!(
                "\"{}\" is a command that this instance cannot do yet; to keep the line as a note, put \"note:\" in front of it",
                self.found.name
            ))))
        })
    }

    /// `@ada: text`, `#c12 text`, and where a command is meant `ada: text`, also of several words; then what follows it.
    fn aim(&self) -> (Option<Ref>, &'a str) {
        let args = self.found.args;
        if self.has_colon() || !arguments::takes_target(self) {
            return (None, args);
        }
        if let Some((target, rest)) = reference::explicit(args) {
            let rest = rest.trim_start();
            let behind = rest.strip_prefix([':', '：']);
            // `assign @bob` says to whom, not whom.
            if self.row().verb == Verb::Assign && behind.unwrap_or(rest).trim().is_empty() {
                return (None, args);
            }
            // Prose begins with addresses and with quotes, not with @ada or #c12.
            if args.starts_with(['@', '#']) || behind.is_some() || self.is_certain() {
                return (Some(target), behind.unwrap_or(rest).trim_start());
            }
            return (None, args);
        }
        if !arguments::takes_bare_name(self) {
            return (None, args);
        }
        let words_max = if self.is_certain() { 4 } else { 1 };
        match reference::before_colon(args, words_max) {
            Some((Ref::Name(name), _)) if !prose::is_name(&name, self.language) => (None, args),
            Some((target, rest)) => (Some(target), rest),
            None => (None, args),
        }
    }

    fn may_begin_with_a_name(&self) -> bool {
        !self.has_colon() && arguments::takes_target(self) && arguments::takes_bare_name(self)
    }

    /// The command where the first two words, or the first, are the name of its target: `/next ada call Friday`.
    fn perhaps(&self, args: &str) -> Vec<Perhaps> {
        let mut readings = Vec::new();
        for words in [2, 1] {
            let Some((name, rest)) = split_words(args, words) else {
                continue;
            };
            if !prose::is_name(name, self.language) {
                continue;
            }
            let target = Ref::Name(name.to_owned());
            let built = arguments::build(self, Some(&target), rest);
            if let Some(Built {
                result: Ok(command),
                ..
            }) = built
            {
                readings.push(Perhaps {
                    name: name.to_owned(),
                    command,
                });
            }
        }
        readings
    }
}

/// The first words of a text, and what follows them.
fn split_words(text: &str, count: usize) -> Option<(&str, &str)> {
    let mut end = 0;
    for _ in 0..count {
        let rest = text.get(end..)?;
        let begin = rest.find(|c: char| !c.is_whitespace())?;
        let word = rest.get(begin..)?;
        let length = word.find(char::is_whitespace).unwrap_or(word.len());
        end += begin + length;
    }
    let (name, rest) = text.split_at_checked(end)?;
    Some((name.trim(), rest.trim_start()))
}
