//! The inverse of changes in the journal: rows become what they were, where they still are what the change made of them.
//!
//! What was changed since is a conflict: `undo` refuses all then, and `unmerge` leaves those columns as they are now.

use super::deed::{Deed, rows_of};
use crate::commands::problem::Failure;
use crate::store::Tx;
use crate::store::workspace::broadcasts;
use crate::store::workspace::journal::JournalRow;
use crate::store::workspace::ledger::{self, Columns, KeyPart, RowKey, Table};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that Rapport sets by itself as time goes by: they stand in nobody's way.
const MARKS: [(Table, &str); 2] = [
    (Table::ContactAddress, "bounced_at"),
    (Table::Action, "reminded_at"),
];

/// What stands in the way of an undo.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The change that cannot be taken back, by its number in the journal.
    pub journal: i64,
    /// The row that is otherwise now.
    pub row: RowKey,
    /// How.
    pub clash: Clash,
}

/// How a row is otherwise than a change left it.
#[derive(Clone, Debug, PartialEq)]
pub enum Clash {
    /// A column has another value.
    Column {
        /// Which.
        name: String,
        /// What the change made of it.
        made: Value,
        /// What it is.
        is: Value,
    },
    /// The row is gone.
    Gone,
    /// The row that was removed is there again, and otherwise.
    There,
    /// Other records lead to the row that was made: what they are, and how many.
    Needed(&'static str, i64),
    /// The mail left the house, or leaves it just now; microseconds since 1970.
    Sent(Option<i64>),
    /// All of the broadcast left the house: to so many.
    Spread(i64),
}

/// A row on its way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which row.
    pub row: RowKey,
    /// As it is: the columns that change, or all where it goes.
    pub from: Option<Columns>,
    /// As it will be: the columns that change, or all where it comes back.
    pub to: Option<Columns>,
}

/// What takes one change back.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The change.
    pub of: JournalRow,
    /// Its rows.
    pub steps: Vec<Step>,
}

/// What takes changes back, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inverse {
    /// Change by change.
    pub parts: Vec<Part>,
    /// What stands in the way; it is in no part.
    pub conflicts: Vec<Conflict>,
}

/// Takes one change back within a deed; what was changed since stays as it is, and is given back.
pub async fn revert(
    tx: &mut Tx,
    deed: &mut Deed,
    change: &JournalRow,
) -> Result<Vec<Conflict>, Failure> {
    let inverse = Inverse::of(tx, std::slice::from_ref(change)).await?;
    let mut conflicts = inverse.conflicts;
    for part in &inverse.parts {
        conflicts.extend(part.write(tx, deed).await?);
    }
    Ok(conflicts)
}

/// Rows as they would be while an inverse is thought out.
#[derive(Default)]
struct Plan {
    rows: BTreeMap<RowKey, Option<Columns>>,
    /// Rows (`None`) and columns that are otherwise: older changes of them are in the way of nothing more.
    held: BTreeSet<(RowKey, Option<String>)>,
    conflicts: Vec<Conflict>,
}

impl Inverse {
    /// The inverse of changes, which are taken back from the newest to the oldest. Writes nothing.
    pub async fn of(tx: &mut Tx, changes: &[JournalRow]) -> Result<Inverse, Failure> {
        let mut newest_first: Vec<&JournalRow> = changes.iter().collect();
        newest_first.sort_by_key(|change| std::cmp::Reverse(change.id));
        let mut plan = Plan::default();
        let mut parts = Vec::with_capacity(changes.len());
        for change in newest_first {
            let mut steps = Vec::new();
            for row in rows_of(change)?.into_iter().rev() {
                plan.read(tx, &row.row).await?;
                let (before, after) = (row.before, row.after);
                let step = match row.row.table {
                    Table::Outbox | Table::ChatMessage => {
                        plan.mail(tx, change.id, row.row, after.as_ref()).await?
                    }
                    Table::Broadcast => {
                        plan.broadcast(tx, change.id, row.row, after.as_ref())
                            .await?
                    }
                    _ => plan.row(change.id, row.row, before, after),
                };
                steps.extend(step);
            }
            parts.push(Part {
                of: change.clone(),
                steps,
            });
        }
        Ok(Inverse {
            parts,
            conflicts: plan.conflicts,
        })
    }
}

impl Plan {
    async fn read(&mut self, tx: &mut Tx, row: &RowKey) -> Result<(), Failure> {
        if !self.rows.contains_key(row) {
            let columns = ledger::read(tx, row).await?;
            self.rows.insert(row.clone(), columns);
        }
        Ok(())
    }

    /// The step back of a row, where it is still what the change made of it, or is already what it was.
    fn row(
        &mut self,
        journal: i64,
        row: RowKey,
        before: Option<Columns>,
        after: Option<Columns>,
    ) -> Option<Step> {
        if self.held.contains(&(row.clone(), None)) {
            return None;
        }
        let now = self.rows.get(&row).cloned().flatten();
        match (before, after, now) {
            (Some(before), Some(after), Some(now)) => {
                self.columns(journal, row, before, after, now)
            }
            (Some(_), Some(_), None) => self.in_the_way(journal, row, None, Clash::Gone),
            (None, Some(after), Some(now)) => self.made(journal, row, after, now),
            (Some(before), None, Some(now)) => match before == now {
                true => None,
                false => self.in_the_way(journal, row, None, Clash::There),
            },
            (Some(before), None, None) => self.step(row, None, Some(before)),
            (None, _, None) | (None, None, Some(_)) => None,
        }
    }

    /// The columns that a change changed.
    fn columns(
        &mut self,
        journal: i64,
        row: RowKey,
        before: Columns,
        after: Columns,
        now: Columns,
    ) -> Option<Step> {
        let (mut from, mut to) = (Columns::new(), Columns::new());
        for (name, was) in before {
            let is = now.get(&name).cloned().unwrap_or_default();
            let made = after.get(&name).cloned().unwrap_or_default();
            if is == was || self.held.contains(&(row.clone(), Some(name.clone()))) {
                continue;
            }
            if is != made && !is_mark(row.table, &name) {
                let clash = Clash::Column {
                    name: name.clone(),
                    made,
                    is,
                };
                self.in_the_way(journal, row.clone(), Some(name), clash);
                continue;
            }
            from.insert(name.clone(), is);
            to.insert(name, was);
        }
        if to.is_empty() {
            return None;
        }
        self.step(row, Some(from), Some(to))
    }

    /// A row that a change made goes again, where nothing in it was changed since.
    fn made(&mut self, journal: i64, row: RowKey, after: Columns, now: Columns) -> Option<Step> {
        let mut same = true;
        for (name, made) in after {
            let is = now.get(&name).cloned().unwrap_or_default();
            if is == made || is_mark(row.table, &name) {
                continue;
            }
            same = false;
            let clash = Clash::Column { name, made, is };
            self.in_the_way(journal, row.clone(), None, clash);
        }
        match same {
            true => self.step(row, Some(now), None),
            false => None,
        }
    }

    /// Mail is never unmade: while it waits it is stopped. What was stopped stays so, since a mail is not sent by a redo.
    async fn mail(
        &mut self,
        tx: &mut Tx,
        journal: i64,
        row: RowKey,
        after: Option<&Columns>,
    ) -> Result<Option<Step>, Failure> {
        let is = |columns: &Columns| columns.get("state").cloned().unwrap_or_default();
        if after.is_some_and(|after| is(after) == "cancelled") {
            return Ok(None);
        }
        let now = self.rows.get(&row).cloned().flatten();
        let state = now.as_ref().map(is).unwrap_or_default();
        match state.as_str() {
            Some("waiting") => {
                let mut stopped = Columns::new();
                stopped.insert("state".to_owned(), Value::from("cancelled"));
                Ok(self.step(row, now, Some(stopped)))
            }
            Some("cancelled" | "dead") => Ok(None),
            _ => {
                let sent_at = ledger::mail_sent_at(tx, &row).await?;
                self.in_the_way(journal, row, None, Clash::Sent(sent_at));
                Ok(None)
            }
        }
    }

    /// A broadcast is never unmade either: what of it waits is stopped, and stays so.
    async fn broadcast(
        &mut self,
        tx: &mut Tx,
        journal: i64,
        row: RowKey,
        after: Option<&Columns>,
    ) -> Result<Option<Step>, Failure> {
        let is = |columns: &Columns| columns.get("state").cloned().unwrap_or_default();
        let now = self.rows.get(&row).cloned().flatten();
        if after.is_some_and(|after| is(after) == "stopped")
            || now.as_ref().map(is) != Some("going".into())
        {
            return Ok(None);
        }
        let counts = broadcasts::counts(tx, id_of(&row)).await?;
        if !counts.contains_key("waiting") {
            let all = counts.values().sum();
            self.in_the_way(journal, row, None, Clash::Spread(all));
            return Ok(None);
        }
        let mut stopped = Columns::new();
        stopped.insert("state".to_owned(), Value::from("stopped"));
        Ok(self.step(row, now, Some(stopped)))
    }

    fn in_the_way(
        &mut self,
        journal: i64,
        row: RowKey,
        column: Option<String>,
        clash: Clash,
    ) -> Option<Step> {
        self.held.insert((row.clone(), column));
        self.conflicts.push(Conflict {
            journal,
            row,
            clash,
        });
        None
    }

    fn step(&mut self, row: RowKey, from: Option<Columns>, to: Option<Columns>) -> Option<Step> {
        let then = match (&from, &to) {
            (Some(_), Some(changed)) => {
                let mut now = self.rows.get(&row).cloned().flatten().unwrap_or_default();
                now.extend(changed.clone());
                Some(now)
            }
            _ => to.clone(),
        };
        self.rows.insert(row.clone(), then);
        Some(Step { row, from, to })
    }
}

impl Part {
    /// Writes the rows back within a deed. Gives what still leads to rows that should go: those stay, and where anything may
    /// not stay the caller returns to a savepoint.
    pub async fn write(&self, tx: &mut Tx, deed: &mut Deed) -> Result<Vec<Conflict>, Failure> {
        // Rows that others lead to come first and go last.
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by_key(|step| match (&step.from, &step.to) {
            (None, _) => (0, i32::from(step.row.table.depth())),
            (Some(_), Some(_)) => (1, 0),
            (Some(_), None) => (2, -i32::from(step.row.table.depth())),
        });
        let mut conflicts = Vec::new();
        for step in steps {
            deed.touch(tx, step.row.clone()).await?;
            match (&step.from, &step.to) {
                (None, Some(to)) => ledger::insert(tx, &step.row, to).await?,
                (Some(_), Some(to)) => {
                    ledger::update(tx, &step.row, to).await?;
                    if step.row.table == Table::Broadcast {
                        broadcasts::cancel_waiting(tx, id_of(&step.row)).await?;
                    }
                }
                (_, None) => {
                    let needed = ledger::needed_by(tx, &step.row).await?;
                    if needed.is_empty() {
                        ledger::delete(tx, &step.row).await?;
                    }
                    conflicts.extend(needed.into_iter().map(|(what, count)| Conflict {
                        journal: self.of.id,
                        row: step.row.clone(),
                        clash: Clash::Needed(what, count),
                    }));
                }
            }
        }
        Ok(conflicts)
    }
}

/// The number of a row whose key is one.
pub fn id_of(row: &RowKey) -> i64 {
    match row.key.first() {
        Some(KeyPart::Number(id)) => *id,
        _ => 0,
    }
}

fn is_mark(table: Table, column: &str) -> bool {
    MARKS.contains(&(table, column))
}
