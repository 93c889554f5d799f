//! The command language, and the one door for change: the same text through any door is the same command and the same change.
//!
//! text ─ `parse` ─▶ lines ─ `resolve` ─▶ records ─ `execute` ─▶ outcomes ─ `reply` ─▶ blocks, which each door shows in
//! its way. Knows no mail format, no chat and no page.

pub mod closed;
pub mod command;
pub mod context;
pub mod execute;
pub mod founding;
pub mod let_in;
pub mod outcome;
pub mod own_addresses;
pub mod parse;
pub mod problem;
pub mod reply;
pub mod reserve;
pub mod resolve;
pub mod run;
pub mod sender;
pub mod specification;
pub mod team;
pub mod when;
pub mod words;

pub use command::{Command, Listing, Ref, Verb};
pub use context::{Actor, Answering, Confirmation, Cx, Door, Proof, Said, VerifiedBot};
pub use outcome::Outcome;
pub use problem::{Failure, Problem};
pub use reply::{Block, Reply, Verdict};
pub use run::{Applied, apply, run};

use crate::domain::bot_token::masked;
use crate::domain::language::Language;
use parse::{Line, Mode};
use serde_json::{Value, json};

/// The field `commands` of `rapport explain` (DESIGN.md, "Interfaces"): what the head block of a member's new text holds.
pub fn explain(text: &str) -> Vec<Value> {
    let head = parse::head(text, Language::English);
    head.lines.iter().map(explain_line).collect()
}

fn explain_line(line: &Line) -> Value {
    let mut shown = json!({ "line": line.number, "text": line.text });
    let Some(fields) = shown.as_object_mut() else {
        return shown;
    };
    if let Some(item) = line.item {
        fields.insert("item".to_owned(), json!(item));
    }
    if line.mode == Mode::Tell {
        fields.insert("dry_run".to_owned(), json!(true));
    }
    if let Some(target) = &line.target {
        fields.insert("target".to_owned(), json!(target));
    }
    match &line.result {
        Ok(command) => fields.insert("command".to_owned(), json!(command)),
        Err(problem) => {
            let said = problem.to_string();
            fields.insert("error".to_owned(), json!(masked(&said)))
        }
    };
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explain_shows_each_line_of_the_head_block() {
        let shown = explain(
            "@ada:\n?note: tea\n2 show #i9\nfile: Bob <bob@acme.example>\nnoet: x\n\nHello.",
        );
        assert_eq!(
            serde_json::to_value(shown).unwrap_or_default(),
            json!([
                {
                    "line": 2, "text": "?note: tea", "dry_run": true, "target": { "name": "ada" },
                    "command": { "verb": "note", "text": "tea" },
                },
                {
                    "line": 3, "text": "2 show #i9", "item": 2, "target": { "interaction": 9 },
                    "command": { "verb": "show" },
                },
                {
                    "line": 4, "text": "file: Bob <bob@acme.example>", "target": { "name": "ada" },
                    "command": { "verb": "file", "to": { "address": { "name": "Bob", "address": "bob@acme.example" } } },
                },
                {
                    "line": 5, "text": "noet: x", "target": { "name": "ada" },
                    "error": "\"noet: x\" was not understood; help shows what can be said; did you mean \"note: x\"?",
                },
            ])
        );
        assert!(explain("Hello Ada, how are you?").is_empty());
    }
}
