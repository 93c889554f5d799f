//! Spreadsheets as text: their delimiter, their columns, their rows one at a time.

use super::mapping::{self, Column};
use super::text::Text;
use crate::domain::{Error, Kind, Result};
use std::io;

/// The most columns.
const COLUMNS_MAX: usize = 500;
/// The longest row; more is no row, but a quotation mark that is never closed.
const ROW_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes that the reader of rows takes at once.
const AHEAD_BYTES: usize = 64 * 1024;
/// Rows that are kept to be shown.
const SAMPLE_ROWS: usize = 3;
/// What may stand between two cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A spreadsheet, but for its rows: those are read one at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub header: Vec<String>,
    /// What each column holds, as far as its name tells; may be changed.
    pub columns: Vec<Column>,
    /// Its first rows, to be shown.
    pub sample: Vec<Vec<String>>,
}

impl Table {
    /// Reads the beginning of a spreadsheet as CSV, with whichever delimiter.
    pub(super) fn begin(text: Text) -> Result<Table> {
        let mut rows = Rows::new(text)?;
        let header = rows.next()?.map(|(_, cells)| cells).unwrap_or_default();
        let mut sample = Vec::new();
        while sample.len() < SAMPLE_ROWS
            && let Some((_, cells)) = rows.next()?
        {
            sample.push(cells);
        }
        Ok(Table {
            columns: mapping::guess(&header),
            header,
            sample,
        })
    }

    /// Names of columns that are not taken.
    pub fn skipped(&self) -> Vec<&str> {
        let columns = self.header.iter().zip(&self.columns);
        columns
            .filter(|(_, column)| **column == Column::Skip)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// An error where no column says who somebody is.
    pub fn demand_people(&self) -> Result<()> {
        let tells = |column: &Column| {
            matches!(
                column,
                Column::Name | Column::First | Column::Last | Column::Email
            )
        };
        match self.columns.iter().any(tells) {
            true => Ok(()),
            false => Err(Error::invalid(format!(
                "no column is a name or a mail address; the first line should name the columns, such as \"name,email\"; it is: {}",
                self.header
                    .iter()
                    .take(20)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            ))),
        }
    }
}

/// The rows of a spreadsheet, its header first; those that are empty are none.
pub(super) struct Rows {
    reader: csv::Reader<Text>,
    record: csv::StringRecord,
    /// Whether the first row is that of Excel which names the delimiter: `sep=;`.
    names_delimiter: bool,
    /// The line of the last row.
    line: u64,
}

impl Rows {
    pub fn new(mut text: Text) -> Result<Rows> {
        let ahead = text.ahead().map_err(super::roll::unreadable)?;
        let named = named_delimiter(ahead);
        let delimiter = named.unwrap_or_else(|| delimiter(ahead));
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(AHEAD_BYTES)
            .from_reader(text);
        Ok(Rows {
            reader,
            record: csv::StringRecord::new(),
            names_delimiter: named.is_some(),
            line: 0,
        })
    }

    /// The next row with the line that it begins on; `None` at the end.
    pub fn next(&mut self) -> Result<Option<(u64, Vec<String>)>> {
        loop {
            let behind = self.reader.position().line();
            let most = ROW_BYTES_MAX + AHEAD_BYTES as u64;
            self.reader.get_mut().allow(most);
            let read = self.reader.read_record(&mut self.record);
            if !read.map_err(|e| unreadable(e, behind))? {
                return Ok(None);
            }
            // Where lines end in CR alone, none of them is counted.
            let line = self.begin_line().max(self.line + 1);
            self.line = line;
            if self.record.len() > COLUMNS_MAX {
                let message = format!("line {line} has more than {COLUMNS_MAX} columns");
                return Err(Error::new(Kind::TooMuch, message));
            }
            if std::mem::take(&mut self.names_delimiter) {
                continue;
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                let cells = self.record.iter().map(str::to_owned).collect();
                return Ok(Some((line, cells)));
            }
        }
    }

    /// Bytes of the file that were read.
    pub fn read_bytes(&self) -> u64 {
        self.reader.get_ref().read_bytes
    }

    /// The line on which the row begins that was read last: the reader counts empty lines before it to it, so it is counted back
    /// from its end.
    fn begin_line(&self) -> u64 {
        let end = self.reader.position();
        let ends_its_line = self.reader.get_ref().byte_before(end.byte()) == Some(b'\n');
        let within = self.record.iter().flat_map(str::bytes);
        let within = within.filter(|byte| *byte == b'\n').count() as u64;
        end.line().saturating_sub(within + u64::from(ends_its_line))
    }
}

fn unreadable(error: csv::Error, behind: u64) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::InvalidData => Error::new(
            Kind::TooMuch,
            format!(
                "a row behind line {behind} is longer than 1 MiB; is a quotation mark not closed?"
            ),
        ),
        csv::ErrorKind::Io(e) => super::roll::unreadable(e),
        _ => Error::invalid("the file cannot be read as CSV"),
    }
}

/// Excel may name the delimiter in a line of its own: `sep=;`.
fn named_delimiter(text: &str) -> Option<u8> {
    let first = text.split(['\r', '\n']).next().unwrap_or_default();
    match first.strip_prefix("sep=").map(str::as_bytes) {
        // It may be a tab.
        Some([delimiter, rest @ ..]) if rest.iter().all(|byte| *byte == b' ') => Some(*delimiter),
        _ => None,
    }
}

/// What stands most often in the first line, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            byte if !is_quoted => {
                if let Some(at) = DELIMITERS.iter().position(|delimiter| *delimiter == byte)
                    && let Some(count) = counts.get_mut(at)
                {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let at = counts
        .iter()
        .position(|count| *count == most)
        .unwrap_or_default();
    DELIMITERS.get(at).copied().unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::text::{Origin, Writing};
    use crate::transfer::{Form, Roll};

    /// A spreadsheet and its rows, but the header.
    fn read(bytes: &[u8]) -> (Table, Vec<(u64, Vec<String>)>) {
        let table = Roll::of_bytes(bytes, Form::Table).unwrap().table.unwrap();
        let origin = Origin::Memory(bytes.into());
        let writing = Writing::of(&origin).unwrap();
        let mut rows = Rows::new(Text::new(origin, writing)).unwrap();
        let rows = std::iter::from_fn(|| rows.next().unwrap());
        (table, rows.skip(1).collect())
    }

    fn utf16(text: &str, big: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(big).collect()
    }

    #[test]
    fn every_encoding_and_delimiter_gives_the_same_table() {
        let plain = "Name,E-mail,City\nZoë Müller,zoe@x.example,\"Köln, Süd\"\n";
        let semicolons = "sep=;\r\nName;E-mail;City\r\nZoë Müller;zoe@x.example;Köln, Süd\r\n";
        let named = "sep=\t\nName\tE-mail\tCity\nZoë Müller\tzoe@x.example\tKöln, Süd\n";
        let tabs = "Name\tE-mail\tCity\nZoë Müller\tzoe@x.example\tKöln, Süd";
        let (windows, ..) = encoding_rs::WINDOWS_1252.encode(plain);
        let little = utf16(tabs, u16::to_le_bytes);
        let files: [Vec<u8>; 10] = [
            plain.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", plain.as_bytes()].concat(),
            windows.into_owned(),
            semicolons.as_bytes().to_vec(),
            semicolons.replace("\r\n", "\r").into_bytes(),
            named.as_bytes().to_vec(),
            tabs.as_bytes().to_vec(),
            [b"\xff\xfe".to_vec(), little.clone()].concat(),
            little,
            [b"\xfe\xff".to_vec(), utf16(plain, u16::to_be_bytes)].concat(),
        ];
        for file in files {
            let (table, rows) = read(&file);
            assert_eq!(table.header, ["Name", "E-mail", "City"]);
            assert_eq!(
                table.columns,
                [Column::Name, Column::Email, Column::Address]
            );
            let [(line, cells)] = rows.as_slice() else {
                panic!("{rows:?}")
            };
            assert!((2..=3).contains(line));
            assert_eq!(cells, &["Zoë Müller", "zoe@x.example", "Köln, Süd"]);
            assert_eq!(&table.sample, std::slice::from_ref(cells));
        }
    }

    #[test]
    fn lines_are_counted_where_a_row_begins() {
        for (file, wanted) in [
            ("name,notes\nAda,\"a\nb\"\n\nBob,x\n", [2, 5]),
            ("name,notes\r\nAda,\"a\r\nb\"\r\n\r\nBob,x\r\n", [2, 5]),
            ("\n\nname,notes\n,\n\nAda,\"a\nb\n\"\nBob,\"x\n", [6, 9]),
            ("name\rAda\rBob", [2, 3]),
        ] {
            let (_, rows) = read(file.as_bytes());
            let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, wanted, "{file:?}");
        }
        // Across the pieces that are read at once.
        let long = "x".repeat(30_000);
        let file: String = (0..20)
            .map(|n| format!("P{n},\"{long}\n{long}\"\n"))
            .collect();
        let (_, rows) = read(format!("name,notes\n{file}").as_bytes());
        let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
        let wanted: Vec<u64> = (0..20).map(|n| 2 + 2 * n).collect();
        assert_eq!(lines, wanted);
    }

    #[test]
    fn a_table_tells_what_it_does_not_take() {
        assert!(read(b"").0.demand_people().is_err());
        let (table, _) = read(b"1,2\n3,4\n");
        let refused = table.demand_people().unwrap_err();
        assert!(refused.message.contains("first line"), "{refused}");
        assert_eq!(table.skipped(), ["1", "2"]);
    }

    #[test]
    fn a_row_that_never_ends_is_refused() {
        let cells = format!("name\n{}", "a,".repeat(2_000));
        let open = format!("name\nAda\n\"{}", "a\n".repeat(1_000_000));
        for (file, words) in [(cells, "more than 500 columns"), (open, "behind line 3")] {
            let refused = Roll::of_bytes(file.as_bytes(), Form::Table).unwrap_err();
            assert_eq!(refused.kind, Kind::TooMuch);
            assert!(refused.message.contains(words), "{refused}");
        }
    }
}
