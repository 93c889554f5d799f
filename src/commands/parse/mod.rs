//! The language, read: text in, lines out. Pure; never fails, never panics, looks nothing up (COMMANDS.md, "Grammar").
//!
//! `head` reads a mail: commands stand first, and what follows is a note. `lines` reads a chat and the command line:
//! every line is meant to be a command. English words always count, and those of the member's language beside them.
//!
//! # What is a command in a mail, and what is prose
//!
//! People begin mails with the words that commands begin with: "Done is better than perfect", "Call me Friday", "Note that …".
//! So in a mail (`Place::Head`) a line is a command only where its form says so:
//!
//! * `/verb` always. An unknown `/word` is an error; `/usr/share` is none.
//! * `verb:` with a colon. Also a field, `Phone: +49 30 1234`: a form at the top of what a member writes means its fields. A
//!   signature does not stand at the top, and the line above it ends the commands. Headers of mail (`From:`, `To:`, `Subject:`,
//!   `Date:`, `Sent:`, `Cc:`, `Re:`, in every language) are words of nothing and end the commands.
//! * a verb alone in its line, where COMMANDS.md lists it as a bare word, and `mute`, `unmute`, `unmerge`, `rotate`; below a
//!   target also what is about one record. Exactly so: `Done.` and `Done!` are prose.
//! * a verb with words behind it only where the words cannot be prose for this verb: a ref that no sentence has there
//!   (`next @ada: call Friday`, `done #a3`, `merge #c41`), nothing but a date (`snooze 3 days`), `remind me` with a date, a known
//!   list, field or number (`list unfiled`, `clear phone`, `undo 2`, `confirm 4821`). A name without `@` counts before a colon
//!   behind `note`, `next` and `log` alone, and not where it is a date or a word such as `week`, `steps`, `notes`.
//! * with a number or `?` in front also a verb alone, and the words of `done`: `2 done sent it by post`.
//!
//! An unknown `word:` is an error where it is within two mistakes of a word of the language, unless people write that word there
//! (`prose/begin_text.txt`). All else begins the note. In a chat and on the command line (`Place::Lines`) everything is meant.
//!
//! A name without `@` behind `/verb`, or in a chat, may as well be the beginning of the text: `/next ada call Friday`. Both
//! readings are given ([`Line::perhaps`]), and the workspace knows which is right.

pub mod address;
mod arguments;
mod line;
mod nearest;
mod opening;
mod prose;
mod reference;
#[cfg(test)]
mod tests;

pub use arguments::interval;
pub use line::short;
pub use nearest::mistakes;
pub use reference::mail_address;

use super::command::{Command, Ref};
use super::problem::Problem;
use crate::domain::bot_token::masked;
use crate::domain::language::Language;
use line::{Place, Reading, Spoken, Stop};
use serde::Serialize;

/// The most commands of one text.
pub const LINES_MAX: usize = 100;

/// A line that is a command, or was meant to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the text, from 1; lines without words count.
    pub number: u32,
    /// As it was written, without the space around it; of a bot's token in it the secret half is masked.
    pub text: String,
    /// The number in front, of what was numbered in our message.
    pub item: Option<u32>,
    /// Whether it is to be done, or only told.
    pub mode: Mode,
    /// What it is about: the line's own target, else the last `@ref:` above.
    pub target: Option<Ref>,
    /// The command, or what is wrong.
    pub result: Result<Command, Problem>,
    /// Where no target is named: the same with the first words as a name, the longer name first. Only the workspace knows
    /// whether somebody is called so; `result` is what holds where nobody is.
    pub perhaps: Vec<Perhaps>,
}

/// A reading of a line in which its first words name the target: `/next ada call Friday`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Perhaps {
    /// The name.
    pub name: String,
    /// The command without the name.
    pub command: Command,
}

/// Whether a command is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Do it.
    Apply,
    /// `?` in front: say what would change, and change nothing.
    Tell,
}

/// A mail's text: commands first, then the note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The commands.
    pub lines: Vec<Line>,
    /// The last target, to which the note belongs.
    pub target: Option<Ref>,
    /// What follows the commands; empty where nothing does.
    pub note: String,
}

impl Head {
    fn place(&self) -> Place {
        match self.target {
            Some(_) => Place::Aimed,
            None => Place::Head,
        }
    }
}

/// Reads a mail's text: its head block of commands, and the note below.
pub fn head(text: &str, language: Language) -> Head {
    let mut head = Head::default();
    let mut rest = text;
    let mut number = 0;
    while !rest.is_empty() && head.lines.len() < LINES_MAX {
        let (line, after) = split_line(rest);
        number += 1;
        match line::read(line, head.place(), language) {
            Reading::Blank | Reading::Remark => {}
            Reading::Command(spoken) => {
                let about = head.target.as_ref();
                head.lines.push(spoken.at(number, line, about));
            }
            Reading::Target(target, behind) => {
                head.target = Some(target);
                match line::read(behind, Place::Aimed, language) {
                    Reading::Blank | Reading::Remark => {}
                    Reading::Command(spoken) => {
                        let about = head.target.as_ref();
                        head.lines.push(spoken.at(number, behind, about));
                    }
                    _ => {
                        head.note = note(&format!("{behind}\n{after}"));
                        return head;
                    }
                }
            }
            Reading::End(Stop::Word) => {
                rest = after;
                break;
            }
            Reading::End(Stop::Text) | Reading::Prose => break,
        }
        rest = after;
    }
    head.note = note(rest);
    head
}

/// Reads a chat message or what stands on the command line: each line is a command, or wrong.
pub fn lines(text: &str, language: Language) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut target: Option<Ref> = None;
    for (at, written) in text.lines().flat_map(|l| l.split('\r')).enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if lines.len() >= LINES_MAX {
            let problem = Problem::new(format!(
                "there are more than {LINES_MAX} lines; send the rest by itself"
            ));
            lines.push(wrong(problem).at(number, written, None));
            break;
        }
        let mut part = written;
        let mut reading = line::read(part, Place::Lines, language);
        if let Reading::Target(found, behind) = reading {
            target = Some(found);
            part = behind;
            reading = line::read(behind, Place::Lines, language);
        }
        match reading {
            Reading::Command(spoken) => lines.push(spoken.at(number, part, target.as_ref())),
            Reading::Blank | Reading::Remark => {}
            Reading::End(Stop::Word) => break,
            Reading::End(Stop::Text) if !lines.is_empty() => break,
            Reading::Target(..) | Reading::End(Stop::Text) | Reading::Prose => {
                let problem = line::not_understood(line::trim(part));
                lines.push(wrong(problem).at(number, part, None));
            }
        }
    }
    lines
}

/// Up to and without the line feed, and what follows it; a bare CR ends no line of a mail's text, which has LF.
fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// What follows the commands, as a note.
fn note(rest: &str) -> String {
    rest.trim().replace("\r\n", "\n")
}

fn wrong(problem: Problem) -> Spoken {
    Spoken {
        item: None,
        mode: Mode::Apply,
        target: None,
        result: Err(problem),
        perhaps: Vec::new(),
    }
}

impl Spoken {
    fn at(self, number: u32, written: &str, about: Option<&Ref>) -> Line {
        let perhaps = match about {
            Some(_) => Vec::new(),
            None => self.perhaps,
        };
        Line {
            number,
            text: masked(line::trim(written)).into_owned(),
            item: self.item,
            mode: self.mode,
            target: self.target.or_else(|| about.cloned()),
            result: self.result,
            perhaps,
        }
    }
}
