//! A file of people: a spreadsheet or an address book. It is read from its beginning as often as it is wanted, a person at a time,
//! and takes no more memory where it is long.

use super::cells;
use super::mapping::Column;
use super::table::{Rows, Table};
use super::text::{Origin, Text, Writing};
use super::vcards::Cards;
use crate::commands::execute::Incoming;
use crate::domain::{Error, Kind, Result};
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The most people in one file.
pub const PEOPLE_MAX: u64 = 1_000_000;
/// People that are handed over together at most, and the bytes that they stand in.
const PAGE_PEOPLE_MAX: usize = 200;
const PAGE_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Pages that wait for whoever takes them.
const PAGES_AHEAD: usize = 2;

/// What a file of people is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A spreadsheet as CSV.
    Table,
    /// vCards.
    Cards,
}

/// A file of people. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Roll {
    origin: Origin,
    writing: Writing,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// What its columns are, and what they hold, which may be changed; absent for an address book.
    pub table: Option<Table>,
}

/// The people of a file with the line that each begins on, and how far it was read.
pub struct People {
    rows: PeopleOf,
    count: u64,
}

enum PeopleOf {
    Table(Box<Rows>, Vec<Column>),
    Cards(Box<Cards>),
}

/// Some people of a file.
#[derive(Debug)]
pub(super) struct Page {
    pub people: Vec<(u64, Incoming)>,
    /// Bytes of the file that were read so far.
    pub read_bytes: u64,
}

impl Roll {
    /// Opens a file; reads all of it once, and blocks. `Kind::TooMuch` where a row of its beginning is too long.
    pub fn of_file(file: Arc<File>, form: Form) -> Result<Roll> {
        Roll::open(Origin::File(file), form)
    }

    /// The same of what is in memory.
    pub fn of_bytes(bytes: &[u8], form: Form) -> Result<Roll> {
        Roll::open(Origin::Memory(bytes.into()), form)
    }

    fn open(origin: Origin, form: Form) -> Result<Roll> {
        let writing = Writing::of(&origin).map_err(unreadable)?;
        let table = match form {
            Form::Table => Some(Table::begin(Text::new(origin.clone(), writing))?),
            Form::Cards => None,
        };
        Ok(Roll {
            bytes: origin.length().map_err(unreadable)?,
            origin,
            writing,
            table,
        })
    }

    /// Its people, by what the columns hold; blocks.
    pub fn people(&self) -> Result<People> {
        let text = Text::new(self.origin.clone(), self.writing);
        let rows = match &self.table {
            None => PeopleOf::Cards(Box::new(Cards::new(text))),
            Some(table) => {
                let mut rows = Rows::new(text)?;
                // The header.
                rows.next()?;
                PeopleOf::Table(Box::new(rows), table.columns.clone())
            }
        };
        Ok(People { rows, count: 0 })
    }

    /// Its people, read by a thread of its own, a few pages ahead.
    pub(super) fn pages(&self) -> mpsc::Receiver<Result<Page>> {
        let (sender, receiver) = mpsc::channel(PAGES_AHEAD);
        let roll = self.clone();
        tokio::task::spawn_blocking(move || {
            // A reader that fails is no end of the file.
            let sent = catch_unwind(AssertUnwindSafe(|| roll.send(&sender)));
            drop(roll);
            let failed = || Error::new(Kind::Corrupt, "the file cannot be read: its reader failed");
            if let Err(error) = sent.unwrap_or_else(|_| Err(failed())) {
                let _ = sender.blocking_send(Err(error));
            }
        });
        receiver
    }

    fn send(&self, sender: &mpsc::Sender<Result<Page>>) -> Result<()> {
        let mut rows = self.people()?;
        let (mut people, mut begun_at) = (Vec::new(), 0);
        loop {
            let next = rows.next().transpose()?;
            let (is_end, read_bytes) = (next.is_none(), rows.read_bytes());
            people.extend(next);
            let is_full = people.len() >= PAGE_PEOPLE_MAX
                || read_bytes.saturating_sub(begun_at) >= PAGE_BYTES_MAX;
            if !people.is_empty() && (is_full || is_end) {
                let people = std::mem::take(&mut people);
                begun_at = read_bytes;
                let page = Page { people, read_bytes };
                if sender.blocking_send(Ok(page)).is_err() {
                    return Ok(());
                }
            }
            if is_end {
                return Ok(());
            }
        }
    }
}

impl People {
    fn read_bytes(&self) -> u64 {
        match &self.rows {
            PeopleOf::Table(rows, _) => rows.read_bytes(),
            PeopleOf::Cards(cards) => cards.read_bytes(),
        }
    }
}

impl Iterator for People {
    type Item = Result<(u64, Incoming)>;

    fn next(&mut self) -> Option<Result<(u64, Incoming)>> {
        let next = match &mut self.rows {
            PeopleOf::Table(rows, columns) => rows
                .next()
                .map(|row| row.map(|(line, cells)| (line, cells::person(columns, &cells)))),
            PeopleOf::Cards(cards) => cards.next().map_err(unreadable),
        };
        let person = next.transpose()?;
        self.count += 1;
        match self.count <= PEOPLE_MAX {
            true => Some(person),
            false => Some(Err(Error::new(
                Kind::TooMuch,
                "the file has more than a million people; split it",
            ))),
        }
    }
}

pub(super) fn unreadable(cause: io::Error) -> Error {
    Error::unavailable("the file cannot be read any more; bring it again").because(cause)
}
