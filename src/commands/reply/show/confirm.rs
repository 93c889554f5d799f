//! What waits for a code, and what was confirmed.

use super::{erase, minute, show};
use crate::commands::context::Cx;
use crate::commands::execute::confirm::Asked;
use crate::commands::outcome::{Confirmed, Outcome};
use crate::commands::reply::{Block, Entry};

/// What would be done, and the code that does it.
pub fn asked(asked: &Asked, cx: &Cx) -> Vec<Block> {
    let first = "Nothing is done yet. Once confirmed, it says:".to_owned();
    let mut blocks = vec![Block::Lines(vec![first])];
    blocks.extend(told(&asked.outcome, cx));
    let says = format!("confirm {}", asked.code);
    let until = format!("{says} does it, until {}.", minute(asked.until, cx));
    let entry = Entry::marked("", vec![until]).link("Confirm", says);
    blocks.push(Block::Numbered(vec![entry]));
    blocks
}

/// What would be done. Who is to be erased is said here alone: once it is done, nothing says it.
pub fn told(outcome: &Outcome, cx: &Cx) -> Vec<Block> {
    let whom = match outcome {
        Outcome::Erased(erased) => Some(erase::whom(erased)),
        // The link is worth the code.
        Outcome::Export(_) => {
            let line = "Here is the link to all of the workspace as a ZIP; it asks you to sign in.";
            return vec![Block::Lines(vec![line.to_owned()])];
        }
        _ => None,
    };
    let mut blocks: Vec<Block> = whom.into_iter().collect();
    blocks.extend(show(outcome, cx));
    blocks
}

/// What was confirmed, and what it did.
pub fn confirmed(confirmed: &Confirmed, cx: &Cx) -> Vec<Block> {
    let first = format!("Confirmed: {}", confirmed.text);
    let mut blocks = vec![Block::Lines(vec![first])];
    blocks.extend(show(&confirmed.outcome, cx));
    blocks
}

/// What was held is let in; what came of it is said by who files it.
pub fn let_in(interaction_id: i64) -> Vec<Block> {
    let line = format!("Confirmed: #i{interaction_id} is yours, and is filed.");
    vec![Block::Lines(vec![line])]
}
