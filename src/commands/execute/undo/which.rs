//! Which changes `undo` and `redo` mean.
//!
//! A change is undone once. A redo is a change of its own that leads back to the first, so that undo after it works again:
//! the last undo or redo of a change that stands says whether the change is in effect.

use super::words::moment;
use crate::commands::command::Undone;
use crate::commands::context::Cx;
use crate::commands::execute::deed::rows_of;
use crate::commands::problem::{Failure, Problem};
use crate::domain::retention::{self, DAY_US, Kept};
use crate::domain::workspace_settings::WorkspaceSetting;
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::erasing::is_wiped;
use crate::store::workspace::journal::{self, JournalRow, Standing};
use crate::store::workspace::ledger::{KeyPart, RowKey, Table};
use crate::store::workspace::members;

/// A change is kept for undo so long.
const KEPT_DAYS: i64 = retention::default_days(Kept::Undo);
/// The most texts that one `undo` takes back.
const TEXTS_MAX: u32 = 20;

/// The word of an undo in the journal.
pub const UNDO: &str = "undo";
/// The word of what closes the workspace.
const LEAVE: &str = "leave";
/// The word of an erasure.
const ERASE: &str = "erase";
/// The word of a redo.
pub const REDO: &str = "redo";

/// Whether a change is in effect, and the row that is to be taken back to turn it round; none where an undo found nothing
/// to do.
enum Effect {
    In(JournalRow),
    Out(Option<JournalRow>),
}

/// The rows to take back for an undo.
pub async fn to_undo(tx: &mut Tx, cx: &Cx, what: Undone) -> Result<Vec<JournalRow>, Failure> {
    let answered = cx.answering.as_ref().map(|answering| answering.batch);
    match (what, answered) {
        (Undone::Journal(id), _) => by_number(tx, cx, id).await,
        (Undone::Together(id), _) => match journal::by_id(tx, id).await? {
            Some(row) if row.batch > 0 => answered_batch(tx, cx, row.batch, None).await,
            _ => by_number(tx, cx, id).await,
        },
        (Undone::Last, Some(Some(batch))) => answered_batch(tx, cx, batch, None).await,
        (Undone::Number(line), Some(Some(batch))) => {
            answered_batch(tx, cx, batch, Some(i64::from(line))).await
        }
        (Undone::Number(_), Some(None)) => Err(Problem::new(
            "that message acknowledged no change, so its numbers are none of changes; name the change",
        )
        .nearest("undo #j41")
        .into()),
        (Undone::Last, _) => last_texts(tx, cx, 1).await,
        (Undone::Number(count), None) => last_texts(tx, cx, count).await,
    }
}

/// The rows to take back for a redo: undos.
pub async fn to_redo(tx: &mut Tx, cx: &Cx) -> Result<Vec<JournalRow>, Failure> {
    let answered = cx.answering.as_ref().and_then(|answering| answering.batch);
    let batch = match answered {
        Some(batch) => return redo_of_answered(tx, cx, batch).await,
        None => journal::last_undo(tx, standing(cx, 0)).await?,
    };
    let Some(batch) = batch else {
        return Err(Problem::new("there is no undo of yours to do again").into());
    };
    let rows = journal::of_batch(tx, batch).await?;
    let rows: Vec<JournalRow> = rows.into_iter().filter(is_standing_undo).collect();
    checked(tx, cx, rows).await
}

async fn redo_of_answered(tx: &mut Tx, cx: &Cx, batch: i64) -> Result<Vec<JournalRow>, Failure> {
    let mut undos: Vec<JournalRow> = Vec::new();
    for row in journal::of_batch(tx, batch).await? {
        if row.changes.is_none() {
            continue;
        }
        if let Effect::Out(Some(undo)) = effect(tx, row).await?
            && !undos.iter().any(|there| there.id == undo.id)
        {
            undos.push(undo);
        }
    }
    if undos.is_empty() {
        let problem = "nothing of what that message acknowledged was taken back";
        return Err(Problem::new(problem).into());
    }
    checked(tx, cx, undos).await
}

/// One change by its number; of an undo, the undo itself, so that it is done again.
async fn by_number(tx: &mut Tx, cx: &Cx, id: i64) -> Result<Vec<JournalRow>, Failure> {
    let found = journal::by_id(tx, id).await?;
    let row = found.ok_or_else(|| Problem::new(format!("there is no change #j{id}")))?;
    if let Some(gone) = gone(&row) {
        return Err(gone.into());
    }
    if row.changes.is_none() {
        let problem = format!(
            "#j{id} is nothing that can be taken back: it is {}",
            row.verb
        );
        return Err(Problem::new(problem).into());
    }
    let is_undo = row.verb == UNDO;
    match effect(tx, row.clone()).await? {
        Effect::In(row) if !is_undo => checked(tx, cx, vec![row]).await,
        Effect::Out(Some(undo)) if is_undo => checked(tx, cx, vec![undo]).await,
        Effect::Out(undo) => {
            owned(cx, &row)?;
            Err(taken_back_already(tx, cx, &row, undo.as_ref())
                .await?
                .into())
        }
        Effect::In(_) => {
            let problem = format!("what #j{id} took back was done again already");
            Err(Problem::new(problem).into())
        }
    }
}

/// What a message of ours acknowledged, or one line of it; its undos are done again.
async fn answered_batch(
    tx: &mut Tx,
    cx: &Cx,
    batch: i64,
    line: Option<i64>,
) -> Result<Vec<JournalRow>, Failure> {
    let mut rows = journal::of_batch(tx, batch).await?;
    rows.retain(|row| line.is_none_or(|line| row.line == line));
    let gone = rows.iter().find_map(gone);
    rows.retain(|row| row.changes.is_some());
    let Some(first) = rows.first().cloned() else {
        if let Some(gone) = gone {
            return Err(gone.into());
        }
        let problem = match line {
            Some(line) => format!("line {line} of that message changed nothing"),
            None => "that message acknowledged no change".to_owned(),
        };
        return Err(Problem::new(problem).into());
    };
    let mut standing: Vec<JournalRow> = Vec::new();
    let mut last_undo = None;
    for row in rows {
        let is_undo = row.verb == UNDO;
        let found = match effect(tx, row).await? {
            Effect::In(row) if !is_undo => row,
            Effect::Out(Some(undo)) if is_undo => undo,
            Effect::Out(undo) => {
                last_undo = undo.or(last_undo);
                continue;
            }
            Effect::In(_) => continue,
        };
        if !standing.iter().any(|there| there.id == found.id) {
            standing.push(found);
        }
    }
    if standing.is_empty() {
        owned(cx, &first)?;
        let problem = taken_back_already(tx, cx, &first, last_undo.as_ref()).await?;
        return Err(problem.into());
    }
    checked(tx, cx, standing).await
}

/// The last texts of the actor that changed something which stands.
async fn last_texts(tx: &mut Tx, cx: &Cx, count: u32) -> Result<Vec<JournalRow>, Failure> {
    if count == 0 || count > TEXTS_MAX {
        let problem = format!("undo takes back from 1 to {TEXTS_MAX} texts at once");
        return Err(Problem::new(problem).nearest("undo 2").into());
    }
    let batches = journal::standing_batches(tx, standing(cx, cx.batch), i64::from(count)).await?;
    is_not_gone(tx, cx, batches.first().copied()).await?;
    if batches.is_empty() {
        let problem = format!("you changed nothing in the last {KEPT_DAYS} days that still stands");
        return Err(Problem::new(problem).into());
    }
    if (batches.len() as u64) < u64::from(count) {
        let problem = format!(
            "only {} of your texts changed something in the last {KEPT_DAYS} days that still stands",
            batches.len()
        );
        let nearest = format!("undo {}", batches.len());
        return Err(Problem::new(problem).nearest(nearest).into());
    }
    let mut rows = Vec::new();
    for batch in batches {
        let of_batch = journal::of_batch(tx, batch).await?;
        rows.extend(
            of_batch
                .into_iter()
                .filter(|row| row.changes.is_some() && row.undone_by.is_none() && row.verb != UNDO),
        );
    }
    checked(tx, cx, rows).await
}

/// Whoever says `undo` means the last text. Where that was an erasure, or speaks of somebody who was erased, nothing older is
/// taken back in its place.
async fn is_not_gone(tx: &mut Tx, cx: &Cx, standing_batch: Option<i64>) -> Result<(), Failure> {
    let last = journal::last_batch(tx, standing(cx, cx.batch)).await?;
    let Some(last) = last.filter(|last| Some(*last) != standing_batch) else {
        return Ok(());
    };
    let rows = journal::of_batch(tx, last).await?;
    match rows.iter().find_map(gone) {
        Some(gone) if rows.iter().all(|row| row.changes.is_none()) => Err(gone.into()),
        _ => Ok(()),
    }
}

/// Why a change that has to do with an erasure cannot be taken back.
fn gone(row: &JournalRow) -> Option<Problem> {
    let id = row.id;
    if row.changes.is_some() {
        return None;
    }
    if row.verb == ERASE {
        let problem = format!("#j{id} erased somebody for good, and cannot be undone");
        return Some(Problem::new(problem).nearest("list contacts"));
    }
    if row.verb == LEAVE {
        let problem = format!("#j{id} closed the workspace, which undo does not open");
        return Some(Problem::new(problem).nearest("restore workspace"));
    }
    let problem = format!(
        "#j{id} spoke of somebody who was erased since: what it changed is kept nowhere, and it cannot be undone"
    );
    is_wiped(&row.after).then(|| Problem::new(problem).nearest("undo #j41"))
}

fn standing(cx: &Cx, except: i64) -> Standing {
    Standing {
        member_id: cx.actor.member_id,
        since_us: kept_since(cx),
        except,
    }
}

fn kept_since(cx: &Cx) -> i64 {
    cx.now_us.saturating_sub(KEPT_DAYS * DAY_US)
}

fn is_standing_undo(row: &JournalRow) -> bool {
    row.verb == UNDO && row.changes.is_some() && row.undone_by.is_none()
}

async fn effect(tx: &mut Tx, row: JournalRow) -> Result<Effect, Failure> {
    if row.undone_by.is_none() {
        return Ok(match row.verb == UNDO {
            true => Effect::Out(Some(row)),
            false => Effect::In(row),
        });
    }
    let first = row.takes_back.unwrap_or(row.id);
    Ok(match journal::last_word_on(tx, first).await? {
        Some(last) if last.verb == REDO => Effect::In(last),
        last => Effect::Out(last),
    })
}

/// Rows that the actor may take back, and that are young enough.
async fn checked(tx: &mut Tx, cx: &Cx, rows: Vec<JournalRow>) -> Result<Vec<JournalRow>, Failure> {
    for row in &rows {
        let first = row.takes_back.unwrap_or(row.id);
        // A change is whose it first was, whoever did it again; an undo is whose undo it is.
        let made = match row.verb == REDO {
            true => journal::by_id(tx, first).await?,
            false => None,
        };
        owned(cx, made.as_ref().unwrap_or(row))?;
        if row.at < kept_since(cx) {
            return Err(Problem::new(format!(
                "#j{first} is of {}; a change can be taken back for {KEPT_DAYS} days",
                moment(cx, row.at)
            ))
            .into());
        }
    }
    Ok(rows)
}

/// One's own changes, but those of what the workspace chose, since who made them may be no admin any more; admins and owners take
/// back anybody's, and owners what they alone choose.
fn owned(cx: &Cx, row: &JournalRow) -> Result<(), Problem> {
    let rows = rows_of(row).unwrap_or_default();
    let chosen: Vec<&RowKey> = rows
        .iter()
        .map(|change| &change.row)
        .filter(|row| row.table == Table::Setting)
        .collect();
    let is_owner_s = |row: &&RowKey| match row.key.first() {
        Some(KeyPart::Text(word)) => {
            WorkspaceSetting::of_word(word).is_some_and(WorkspaceSetting::is_owner_s)
        }
        _ => false,
    };
    let is_own = row.member_id == Some(cx.actor.member_id);
    let role = match chosen.iter().any(is_owner_s) {
        true => Role::Owner,
        false => Role::Admin,
    };
    if is_own && chosen.is_empty() || cx.actor.role >= role {
        return Ok(());
    }
    Err(Problem::new(format!(
        "#j{} is not yours; an {} of the workspace may take it back",
        row.id,
        role.word()
    )))
}

async fn taken_back_already(
    tx: &mut Tx,
    cx: &Cx,
    row: &JournalRow,
    undo: Option<&JournalRow>,
) -> Result<Problem, Failure> {
    let id = row.takes_back.unwrap_or(row.id);
    let Some(undo) = undo else {
        return Ok(Problem::new(format!("#j{id} was taken back already")));
    };
    let who = member(tx, cx, undo.member_id).await?;
    Ok(Problem::new(format!(
        "#j{id} was taken back already, by {who} on {}; undo #j{} does it again",
        moment(cx, undo.at),
        undo.id
    )))
}

/// `you`, or the member's name.
pub async fn member(tx: &mut Tx, cx: &Cx, id: Option<i64>) -> Result<String, Failure> {
    let Some(id) = id else {
        return Ok("Rapport".to_owned());
    };
    if id == cx.actor.member_id {
        return Ok("you".to_owned());
    }
    let member = members::by_id(tx, id).await?;
    Ok(member.map_or("somebody".to_owned(), |member| {
        member.name.unwrap_or(member.email)
    }))
}
