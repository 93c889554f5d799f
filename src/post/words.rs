//! What letters say around their answers: the subject, and below how to answer.

use super::{Letter, Occasion};
use crate::commands::command::Ref;
use crate::commands::reply::html::Hint;
use crate::commands::reply::text::{LETTER_WIDTH, wrap};
use crate::commands::reply::{self, Block, Reply, Verdict};

const UNDO: &[Hint] = &[
    Hint {
        says: "undo",
        does: "to take this back",
    },
    Hint {
        says: "help",
        does: "for more",
    },
];
const MEND: &[Hint] = &[Hint {
    says: "help",
    does: "to see what can be said",
}];
const MORE: &[Hint] = &[Hint {
    says: "help",
    does: "for more",
}];

/// `Re:` and the subject that is answered, else the letter's own.
pub fn subject(letter: &Letter<'_>) -> String {
    let answered = letter.answers.and_then(|a| a.subject.as_deref());
    match answered.map(str::trim).filter(|s| !s.is_empty()) {
        Some(answered) => answer_subject(answered),
        None if letter.answers.is_some() => answer_subject(letter.subject),
        None => letter.subject.to_owned(),
    }
}

/// The subject of an answer. A prefix keeps it from being read as a command (COMMANDS.md, "Doors").
pub fn answer_subject(subject: &str) -> String {
    let is_answer = subject
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    match is_answer {
        true => subject.to_owned(),
        false => format!("Re: {subject}"),
    }
}

/// What may be answered to the letter as a whole.
pub fn hints(letter: &Letter<'_>) -> &'static [Hint] {
    let is_done = letter.replies.iter().any(|r| r.verdict == Verdict::Done);
    match letter.occasion {
        Occasion::Commands if letter.is_error() => MEND,
        Occasion::Commands if letter.batch.is_some() && is_done => UNDO,
        _ => MORE,
    }
}

/// How what is numbered is answered, where something is.
pub fn numbers_note(replies: &[Reply]) -> Option<String> {
    let items = reply::items(replies);
    let (number, record) = items.get(1).or(items.first())?;
    let (one, other) = match record {
        Ref::Action(_) => ("done", "snooze friday"),
        Ref::Contact(_) => ("show", "note: called"),
        _ => ("show", "why"),
    };
    Some(format!(
        "by number, such as \"{number} {one}\" or \"{number} {other}\""
    ))
}

/// The text, and below the line that programs know a signature by how it is answered.
pub fn with_footer(said: &str, note: Option<&str>, hints: &[Hint]) -> String {
    let mut text = format!("{said}\n-- \n");
    let hints: Vec<String> = hints
        .iter()
        .map(|hint| format!("\"{}\" {}", hint.says, hint.does))
        .collect();
    let hints = hints.join(" · ");
    let all = match note {
        Some(note) => format!("Reply {note}, or {hints}"),
        None => format!("Reply {hints}"),
    };
    for part in wrap(&all, LETTER_WIDTH) {
        text.push_str(&part);
        text.push('\n');
    }
    text
}

/// A text up to so many bytes, in whole lines.
pub fn cut(said: &str, bytes_max: usize) -> String {
    let mut kept = 0;
    for line in said.split_inclusive('\n') {
        if kept + line.len() > bytes_max {
            break;
        }
        kept += line.len();
    }
    let kept = said.get(..kept).unwrap_or_default();
    format!("{kept}…\n\nThere is more than fits a letter; ask for less at a time.\n")
}

/// What stands above the last letter of its kind for a while.
pub fn last_of(occasion: Occasion) -> Reply {
    let said = match occasion {
        Occasion::Doubt => {
            "Several mails of this hour have your address in From and nothing that proves them. Further ones are held without \
             a word to you for a while; list held shows them."
        }
        _ => {
            "Several mails of this hour held commands that could not be run. Further ones get no answer for a while: they are \
             filed, and their commands change nothing."
        }
    };
    Reply::done(vec![Block::Lines(vec![said.to_owned()])])
}

/// Says of a refused text that its mail was filed all the same.
pub fn say_filed(replies: &mut [Reply]) {
    let refused = replies.iter_mut().find(|r| r.verdict == Verdict::Refused);
    let first = refused.and_then(|r| r.blocks.first_mut());
    if let Some(Block::Lines(lines)) = first
        && let Some(headline) = lines.first_mut()
    {
        headline.push_str(" Your mail was filed.");
    }
}
