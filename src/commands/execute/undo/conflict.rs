//! What stands in the way of an undo, in words: what was made, what it is now, and whose change would be lost.

use super::member;
use super::words::{self, moment};
use crate::commands::context::Cx;
use crate::commands::execute::deed::rows_of;
use crate::commands::execute::inverse::{Clash, Conflict};
use crate::commands::problem::{Failure, Problem};
use crate::store::Tx;
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::ledger::{KeyPart, RowKey, Table};
use serde_json::Value;

/// How many conflicts are told.
const TOLD_MAX: usize = 5;
/// How many later changes of a record are looked through for the one that is in the way.
const LOOKED_THROUGH_MAX: i64 = 100;

/// Why these changes cannot be taken back, and which of them can be alone.
pub async fn problem(
    tx: &mut Tx,
    cx: &Cx,
    rows: &[JournalRow],
    conflicts: &[Conflict],
) -> Result<Problem, Failure> {
    let mut lines = Vec::new();
    let reasons: Vec<&Conflict> = conflicts
        .iter()
        .filter(|conflict| !follows(conflict, conflicts))
        .collect();
    for conflict in reasons.iter().take(TOLD_MAX) {
        let Some(of) = rows.iter().find(|row| row.id == conflict.journal) else {
            continue;
        };
        lines.push(told(tx, cx, of, conflict).await?);
    }
    if reasons.len() > TOLD_MAX {
        lines.push(format!("and {} more", reasons.len() - TOLD_MAX));
    }
    let mut free: Vec<String> = rows
        .iter()
        .filter(|row| conflicts.iter().all(|conflict| conflict.journal != row.id))
        .map(|row| format!("undo #j{}", row.id))
        .collect();
    free.sort();
    if !free.is_empty() {
        free.truncate(TOLD_MAX);
        lines.push(format!("the rest alone: {}", free.join(", ")));
    }
    Ok(Problem::new(lines.join("\n")))
}

/// Whether another conflict says it better: of a row the columns that people know, of a contact with its company the contact.
fn follows(conflict: &Conflict, all: &[Conflict]) -> bool {
    let others = || all.iter().filter(|other| other.journal == conflict.journal);
    match &conflict.clash {
        Clash::Column { name, .. } if words::is_hidden(conflict.row.table, name) => {
            others()
                .take_while(|other| *other != conflict)
                .any(|other| other.row == conflict.row)
                || others().any(|other| match &other.clash {
                    Clash::Column { name, .. } => {
                        other.row == conflict.row && !words::is_hidden(other.row.table, name)
                    }
                    _ => false,
                })
        }
        Clash::Needed(..) if conflict.row.table == Table::Company => {
            others().any(|other| other.row.table != Table::Company)
        }
        _ => false,
    }
}

async fn told(
    tx: &mut Tx,
    cx: &Cx,
    of: &JournalRow,
    conflict: &Conflict,
) -> Result<String, Failure> {
    let row = &conflict.row;
    let record = words::record(tx, row, None).await?;
    let loses = format!("undo #j{} would lose that", of.id);
    Ok(match &conflict.clash {
        Clash::Column { name, is, .. } if words::is_hidden(row.table, name) => {
            match changed_since(tx, of, row, Some((name, is))).await? {
                Some(later) => format!(
                    "{record}: {} changed it ({}) on {} (#j{}); {loses}",
                    member(tx, cx, later.member_id).await?,
                    later.verb,
                    moment(cx, later.at),
                    later.id
                ),
                None => format!("{record}: it was changed since; {loses}"),
            }
        }
        Clash::Column { name, made, is } => {
            let said = words::column_words(row, name).to_owned();
            let who = member(tx, cx, of.member_id).await?;
            let made = set(words::value(tx, cx, name, made).await?);
            let now = words::value(tx, cx, name, is).await?;
            let since = match changed_since(tx, of, row, Some((name, is))).await? {
                Some(later) => format!(
                    "{} {} on {} (#j{})",
                    member(tx, cx, later.member_id).await?,
                    set(now),
                    moment(cx, later.at),
                    later.id
                ),
                None => format!("it is {} now", now.as_deref().unwrap_or("empty")),
            };
            format!("{record} {said}: {who} {made}, {since}; {loses}")
        }
        Clash::Gone => match changed_since(tx, of, row, None).await? {
            Some(later) => format!(
                "{record}: it is gone, by {} on {} (#j{})",
                member(tx, cx, later.member_id).await?,
                moment(cx, later.at),
                later.id
            ),
            None => format!("{record}: it is gone"),
        },
        Clash::There => format!("{record}: it was made anew since; {loses}"),
        Clash::Needed(what, 1) => format!("{record}: 1 {what} belongs to it now; {loses}"),
        Clash::Needed(what, count) => {
            format!(
                "{record}: {count} {} belong to it now; {loses}",
                plural(what)
            )
        }
        Clash::Sent(Some(at)) => format!(
            "the mail was sent on {} and cannot be taken back",
            moment(cx, *at)
        ),
        Clash::Spread(count) => {
            format!("the broadcast left for all {count} already and cannot be taken back")
        }
        Clash::Sent(None) => "the mail is on its way and cannot be taken back".to_owned(),
    })
}

fn set(value: Option<String>) -> String {
    match value {
        Some(value) => format!("set {value}"),
        None => "emptied it".to_owned(),
    }
}

fn plural(what: &str) -> String {
    match what.strip_suffix('s') {
        Some(stem) => format!("{stem}ses"),
        None if what == "rule of filing" => "rules of filing".to_owned(),
        None => format!("{what}s"),
    }
}

/// The newest change since that made a column what it is, or the row go.
async fn changed_since(
    tx: &mut Tx,
    of: &JournalRow,
    row: &RowKey,
    column: Option<(&str, &Value)>,
) -> Result<Option<JournalRow>, Failure> {
    let mut subjects = vec![of.subject.clone()];
    subjects.extend(subject(row).filter(|subject| *subject != of.subject));
    for subject in subjects {
        let later = journal::of_subject_since(tx, &subject, of.id, LOOKED_THROUGH_MAX).await?;
        for change in later {
            let made = rows_of(&change)?.into_iter().any(|changed| {
                changed.row == *row
                    && match (&changed.after, column) {
                        (Some(after), Some((name, is))) => after.get(name) == Some(is),
                        (None, None) => true,
                        _ => false,
                    }
            });
            if made {
                return Ok(Some(change));
            }
        }
    }
    Ok(None)
}

/// What the journal calls the record of a row.
fn subject(row: &RowKey) -> Option<String> {
    let letter = match row.table {
        Table::Contact | Table::ContactField | Table::ContactTag => 'c',
        Table::Interaction => 'i',
        Table::Action => 'a',
        _ => return None,
    };
    match row.key.first() {
        Some(KeyPart::Number(id)) => Some(format!("#{letter}{id}")),
        _ => None,
    }
}
