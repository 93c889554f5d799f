//! A change on its way into the journal: the rows that it touches, as they were and as they are.
//!
//! A handler touches each row before it changes it, inserts and deletions too, and finishes the deed when all is done. What
//! is derived from other rows (the index, when a contact was last heard of) is touched by nobody: finishing makes it anew.

use super::derived;
use crate::commands::context::Cx;
use crate::commands::problem::Failure;
use crate::domain::{Error, Kind};
use crate::store::Tx;
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::ledger::{self, Columns, RowKey};
use crate::store::workspace::next_number;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;

/// One row of a change, with the columns that differ. A row that was made has no `before`, one that went has no `after`;
/// then the other side holds all of its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowChange {
    /// Which row.
    #[serde(flatten)]
    pub row: RowKey,
    /// As it was.
    pub before: Option<Columns>,
    /// As it is.
    pub after: Option<Columns>,
}

/// The rows of a change, as the journal keeps them; none where it cannot be taken back.
pub fn rows_of(change: &JournalRow) -> Result<Vec<RowChange>, Failure> {
    let Some(text) = &change.changes else {
        return Ok(Vec::new());
    };
    serde_json::from_str(text).map_err(|e| {
        let message = format!("the rows of #j{} in the journal cannot be read", change.id);
        Error::new(Kind::Corrupt, message).because(e).into()
    })
}

/// What one command changes.
#[derive(Debug)]
pub struct Deed {
    verb: &'static str,
    takes_back: Option<i64>,
    touched: Vec<(RowKey, Option<Columns>)>,
    there: HashSet<RowKey>,
    moved: Vec<RowChange>,
}

impl Deed {
    /// Begins a change; `verb` is the word in the journal.
    pub fn new(verb: &'static str) -> Deed {
        Deed {
            verb,
            takes_back: None,
            touched: Vec::new(),
            there: HashSet::new(),
            moved: Vec::new(),
        }
    }

    /// Begins an undo or redo of a row of the journal.
    pub(super) fn about(verb: &'static str, journal: i64) -> Deed {
        Deed {
            takes_back: Some(journal),
            ..Deed::new(verb)
        }
    }

    /// Remembers a row as it is, before it is changed, made or removed. A second time says nothing new.
    pub async fn touch(&mut self, tx: &mut Tx, row: RowKey) -> Result<(), Failure> {
        if self.there.insert(row.clone()) {
            let before = ledger::read(tx, &row).await?;
            self.touched.push((row, before));
        }
        Ok(())
    }

    /// Remembers a row that was just made, where its key was not known before.
    pub fn made(&mut self, row: RowKey) {
        if self.there.insert(row.clone()) {
            self.touched.push((row, None));
        }
    }

    /// Remembers a change of one of very many rows, of which the handler knows what a reading would say. The row is touched
    /// in no other way.
    pub fn moved(&mut self, row: RowKey, before: Option<Columns>, after: Option<Columns>) {
        if self.there.insert(row.clone()) {
            self.moved.extend(difference(row, before, after));
        }
    }

    /// Writes the journal: `before` and `after` for people and for `why`, and the rows for undo. Gives the journal's number,
    /// or `None` where no row changed: then nothing is written.
    pub async fn finish(
        self,
        tx: &mut Tx,
        cx: &Cx,
        subject: String,
        before: Value,
        after: Value,
    ) -> Result<Option<i64>, Failure> {
        let mut changes = self.moved;
        for (row, before) in self.touched {
            let after = ledger::read(tx, &row).await?;
            changes.extend(difference(row, before, after));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        derived::renew(tx, &changes).await?;
        let id = next_number(tx, "journal").await?;
        let row = JournalRow {
            id,
            at: cx.now_us,
            member_id: Some(cx.actor.member_id),
            door: cx.door.word().to_owned(),
            proof: cx.proof.word().to_owned(),
            verb: self.verb.to_owned(),
            subject,
            before: before.to_string(),
            after: after.to_string(),
            batch: cx.batch,
            line: i64::from(cx.line),
            changes: Some(serde_json::json!(changes).to_string()),
            undone_by: None,
            takes_back: self.takes_back,
        };
        journal::insert_many(tx, &[row]).await?;
        Ok(Some(id))
    }
}

/// What differs between a row before and after; `None` where nothing does.
fn difference(row: RowKey, before: Option<Columns>, after: Option<Columns>) -> Option<RowChange> {
    let (before, after) = match (before, after) {
        (Some(mut before), Some(mut after)) => {
            before.retain(|name, value| after.get(name) != Some(value));
            if before.is_empty() {
                return None;
            }
            after.retain(|name, _| before.contains_key(name));
            (Some(before), Some(after))
        }
        (None, None) => return None,
        one_side => one_side,
    };
    Some(RowChange { row, before, after })
}
