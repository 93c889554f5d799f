//! Next actions and reminders: what a member will do, and when.
//!
//! | file | holds |
//! |---|---|
//! | `about` | for whom and about what an action is |
//! | `which` | which open action a line means |
//! | `queue` | the current action of a contact and those behind it |
//! | `next`, `done`, `snooze`, `remind` | the verbs |
//! | `agenda` | `today` and `list actions` |
//! | `card` | one action |

mod about;
mod agenda;
mod card;
mod done;
mod next;
mod queue;
mod remind;
mod snooze;
mod which;

pub use agenda::{list, today};
pub use card::{next_of, show};
pub use done::{done, give_up, reopen};
pub use next::next;
pub use queue::line_up;
pub use remind::remind;
pub use snooze::snooze;

use super::called;
use crate::commands::context::Cx;
use crate::commands::outcome::Named;
use crate::commands::outcome::actions::ActionLine;
use crate::commands::problem::{Failure, Problem};
use crate::domain::action::{OPEN_MAX, TEXT_CHARS_MAX};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::{listing, members, timeline};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Actions with the words for what they belong to, in this order.
pub async fn lines_of(
    tx: &mut Tx,
    cx: &Cx,
    rows: Vec<ActionRow>,
) -> Result<Vec<ActionLine>, Failure> {
    let contacts: Vec<i64> = rows.iter().filter_map(|row| row.contact_id).collect();
    let names: HashMap<i64, Named> = named_all(tx, &contacts).await?;
    let mut lines = Vec::with_capacity(rows.len());
    let mut told: HashMap<i64, Option<String>> = HashMap::new();
    for row in rows {
        let mut who = row.contact_id.and_then(|id| names.get(&id).cloned());
        let mut about = None;
        if let Some(id) = row.interaction_id {
            about = match told.get(&id) {
                Some(about) => about.clone(),
                None => {
                    let interaction = timeline::interaction(tx, id).await?;
                    let about = interaction.as_ref().map(called);
                    told.insert(id, about.clone());
                    about
                }
            };
            if who.is_none() {
                let with = listing::filed_with(tx, &[id]).await?.into_iter().next();
                who = with.map(|(_, id, name)| Named { id, name });
            }
        }
        let owner = match row.member_id == cx.actor.member_id {
            true => None,
            false => members::by_id(tx, row.member_id)
                .await?
                .map(|member| member.name.unwrap_or(member.email)),
        };
        lines.push(ActionLine {
            row,
            who,
            about,
            owner,
        });
    }
    Ok(lines)
}

/// One action with the words for what it belongs to.
pub async fn line_of(tx: &mut Tx, cx: &Cx, row: ActionRow) -> Result<ActionLine, Failure> {
    let lines = lines_of(tx, cx, vec![row]).await?;
    let line = lines.into_iter().next();
    Ok(line.ok_or_else(|| Problem::new("there is no such action"))?)
}

async fn named_all(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Named>, Failure> {
    let names = actions::names_of(tx, ids).await?;
    let named = names
        .into_iter()
        .map(|(asked, id, name)| (asked, Named { id, name }));
    Ok(named.collect())
}

/// A text of one line that can be stored; an error where it is longer than one to do.
fn text_of(text: &str) -> Result<String, Problem> {
    let words: Vec<&str> = text.split_whitespace().collect();
    // PostgreSQL keeps no NUL.
    let text = words.join(" ").replace('\0', "");
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::new(format!(
            "this is longer than {TEXT_CHARS_MAX} letters: say it shorter, and write the rest as a note"
        )));
    }
    Ok(text)
}

/// An error where the actor has more to do than anybody can.
async fn demand_room(tx: &mut Tx, cx: &Cx) -> Result<(), Failure> {
    let counts = actions::open_counts(tx, cx.actor.member_id).await?;
    if counts.current.saturating_add(counts.queued) >= OPEN_MAX {
        let problem = format!("{OPEN_MAX} actions are open for you: finish some first");
        return Err(Problem::new(problem).nearest("list actions").into());
    }
    Ok(())
}

/// An action in the journal, for people.
fn state_of(row: &ActionRow) -> Value {
    json!({
        "kind": row.kind,
        "state": row.state,
        "text": row.text,
        "contact": row.contact_id,
        "interaction": row.interaction_id,
        "due_at": row.due_at,
        "recurrence": row.recurrence,
        "result": row.result,
    })
}

/// `#a3 "call"`.
fn quoted(row: &ActionRow) -> String {
    match row.text.is_empty() {
        true => format!("#a{}", row.id),
        false => format!("#a{} \"{}\"", row.id, row.text),
    }
}
