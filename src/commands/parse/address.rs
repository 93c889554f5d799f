//! Commands in addresses of ours: `ada.7k3q9x+next.fri@`, `log.u4x9k2+tag.vip@`, `friday@`. The only form on a BCC, where the
//! contact reads the body. What the address does not say is said by the subject.

use super::{Line, Mode, lines};
use crate::commands::Verb;
use crate::commands::command::Command;
use crate::commands::problem::Problem;
use crate::commands::specification::{Argument, Row};
use crate::commands::words::{self, Meaning};
use crate::domain::dates;
use crate::domain::language::Language;

/// The command of a tag: a verb, then maybe its argument, apart by dots: `next.fri`, `tag.vip.berlin`, `note`. `number` is the
/// line's number in the text that is run.
pub fn tag(tag: &str, subject: &str, number: u32) -> Line {
    let (word, argument) = match tag.split_once('.') {
        Some((word, argument)) => (word, argument),
        None => (tag, ""),
    };
    let word = word.replace(['-', '_'], " ");
    let written = format!("+{tag}");
    let row = match words::named(&word, Language::English) {
        Some(Meaning::Verb(verb)) => Row::of(verb),
        Some(Meaning::Field(_)) => Row::of(Verb::Set),
        Some(Meaning::Later(_)) | None => {
            let problem = Problem::new(format!(
                "there is no command \"{word}\" for an address; help shows what can be said"
            ));
            return line(number, written, Err(problem));
        }
    };
    let date = dates::from_address_word(argument);
    let command = match (row.verb, date) {
        (Verb::Next, Some(due)) => Some(Command::Next {
            text: subject.trim().to_owned(),
            due: Some(due),
        }),
        (Verb::Remind, Some(due)) => Some(Command::Remind {
            text: subject.trim().to_owned(),
            due,
        }),
        (Verb::Snooze, Some(until)) => Some(Command::Snooze { until }),
        _ => None,
    };
    if let Some(command) = command {
        return line(number, written, Ok(command));
    }
    let text = match argument {
        "" => subject.trim().to_owned(),
        tags if matches!(row.verb, Verb::Tag | Verb::Untag) => tags.replace('.', ", "),
        words => words.replace(['.', '_'], " "),
    };
    let text = match row.argument {
        // What follows these is no text of a subject.
        Argument::Record | Argument::Verb if argument.is_empty() => String::new(),
        _ => text,
    };
    // As it was written: `call` and `met` are one verb, and not the same.
    let spoken = match text.is_empty() {
        true => format!("/{word}"),
        false => format!("/{word}: {text}"),
    };
    match lines(&spoken, Language::English).into_iter().next() {
        Some(read) => Line {
            number,
            text: written,
            ..read
        },
        None => line(
            number,
            written,
            Err(Problem::new("the address says no command")),
        ),
    }
}

/// The command of a date as an address: `friday@`, `3days@`, `next-tuesday-9am@`. `None` where it is no date.
pub fn date(local_part: &str, subject: &str, number: u32) -> Option<Line> {
    let due = dates::from_address_word(local_part)?;
    let command = Command::Next {
        text: subject.trim().to_owned(),
        due: Some(due),
    };
    Some(line(number, format!("{local_part}@"), Ok(command)))
}

fn line(number: u32, text: String, result: Result<Command, Problem>) -> Line {
    Line {
        number,
        text,
        item: None,
        mode: Mode::Apply,
        target: None,
        result,
        perhaps: Vec::new(),
    }
}
