//! Spreadsheets as text: their encoding, their delimiter, their rows.

use super::mapping::{self, Column};
use crate::commands::execute::Incoming;
use crate::domain::{Error, Kind, Result};
use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The largest file of contacts; it is read into memory.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most columns.
const COLUMNS_MAX: usize = 500;
/// The most people in one file.
pub const PEOPLE_MAX: usize = 200_000;
/// The most cells of a spreadsheet; each is a text of its own in memory.
const CELLS_MAX: usize = 2_000_000;
/// Bytes by which an encoding is guessed.
const GUESSED_BYTES: usize = 256 * 1024;
/// What may stand between two cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A spreadsheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub header: Vec<String>,
    /// What each column holds, as far as its name tells; may be changed.
    pub columns: Vec<Column>,
    /// Its rows, each with the line that it begins on.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    /// Reads a spreadsheet as CSV, in whatever encoding and with whichever delimiter.
    pub fn read(bytes: &[u8]) -> Result<Table> {
        let text = text(bytes);
        let (text, named) = named_delimiter(&text);
        let delimiter = named.unwrap_or_else(|| delimiter(text));
        demand_few_cells(text, delimiter)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut table = Table::default();
        for record in reader.records() {
            let record =
                record.map_err(|e| Error::invalid("the file cannot be read as CSV").because(e))?;
            let line = line_of(text, record.position()) + u64::from(named.is_some());
            if record.len() > COLUMNS_MAX {
                let message = format!("line {line} has more than {COLUMNS_MAX} columns");
                return Err(Error::new(Kind::TooMuch, message));
            }
            demand_few(table.rows.len())?;
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match table.header.is_empty() {
                true => table.header = cells,
                false => table.rows.push((line, cells)),
            }
        }
        table.columns = mapping::guess(&table.header);
        Ok(table)
    }

    /// The people of its rows, by what its columns hold; each with its line.
    pub fn people(&self) -> Vec<(u64, Incoming)> {
        let rows = self.rows.iter();
        rows.map(|(line, cells)| (*line, mapping::person(&self.columns, cells)))
            .collect()
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

/// An error where a file has room for no further one beside so many people.
pub(super) fn demand_few(people: usize) -> Result<()> {
    match people < PEOPLE_MAX {
        true => Ok(()),
        false => Err(Error::new(
            Kind::TooMuch,
            "the file has more than 200,000 people; split it",
        )),
    }
}

/// An error where there are more cells than memory is given to. Those that stand in quotes are counted too.
fn demand_few_cells(text: &str, delimiter: u8) -> Result<()> {
    let between = memchr::memchr3_iter(delimiter, b'\n', b'\r', text.as_bytes());
    match between.count() <= CELLS_MAX {
        true => Ok(()),
        false => Err(Error::new(
            Kind::TooMuch,
            "the file has more than 2 million cells; split it",
        )),
    }
}

/// The line on which a record begins; the reader counts empty lines before it to it.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let behind = text.as_bytes().get(at..).unwrap_or_default();
    let empty = behind
        .iter()
        .take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

/// The text of a file: by its byte order mark, as UTF-8 where it is that, as UTF-16 where every other byte is zero, else guessed.
pub fn text(bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(length..).unwrap_or_default());
    }
    let zeros = |from: usize| {
        bytes
            .iter()
            .take(2_000)
            .skip(from)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let some = bytes.len().min(2_000) / 4;
    if odd > some.max(1) && even * 4 < odd {
        return decoded(UTF_16LE, bytes);
    }
    if even > some.max(1) && odd * 4 < even {
        return decoded(UTF_16BE, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.replace('\0', "");
    }
    let mut detector = EncodingDetector::new();
    let looked_at = bytes
        .get(..bytes.len().min(GUESSED_BYTES))
        .unwrap_or_default();
    detector.feed(looked_at, true);
    decoded(detector.guess(None, false), bytes)
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let text = match encoding == UTF_8 {
        true => String::from_utf8_lossy(bytes),
        false => encoding.decode_without_bom_handling(bytes).0,
    };
    text.replace('\0', "")
}

/// Excel may name the delimiter in a line of its own: `sep=;`.
fn named_delimiter(text: &str) -> (&str, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end().strip_prefix("sep=").map(str::as_bytes);
    match named {
        Some([delimiter]) => (rest, Some(*delimiter)),
        _ => (text, None),
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

    fn utf16(text: &str, big: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(big).collect()
    }

    #[test]
    fn every_encoding_and_delimiter_gives_the_same_table() {
        let plain = "Name,E-mail,City\nZoë Müller,zoe@x.example,\"Köln, Süd\"\n";
        let semicolons = "sep=;\r\nName;E-mail;City\r\nZoë Müller;zoe@x.example;Köln, Süd\r\n";
        let tabs = "Name\tE-mail\tCity\nZoë Müller\tzoe@x.example\tKöln, Süd";
        let (windows, ..) = encoding_rs::WINDOWS_1252.encode(plain);
        let little = utf16(tabs, u16::to_le_bytes);
        let files: [Vec<u8>; 8] = [
            plain.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", plain.as_bytes()].concat(),
            windows.into_owned(),
            semicolons.as_bytes().to_vec(),
            tabs.as_bytes().to_vec(),
            [b"\xff\xfe".to_vec(), little.clone()].concat(),
            little,
            [b"\xfe\xff".to_vec(), utf16(plain, u16::to_be_bytes)].concat(),
        ];
        for file in files {
            let table = Table::read(&file).unwrap();
            assert_eq!(table.header, ["Name", "E-mail", "City"]);
            assert_eq!(
                table.columns,
                [Column::Name, Column::Email, Column::Address]
            );
            let [(line, cells)] = table.rows.as_slice() else {
                panic!("{:?}", table.rows)
            };
            assert!((2..=3).contains(line));
            assert_eq!(cells, &["Zoë Müller", "zoe@x.example", "Köln, Süd"]);
        }
    }

    #[test]
    fn lines_are_counted_where_a_row_begins() {
        let table = Table::read(b"name,notes\nAda,\"a\nb\"\n\nBob,x\n").unwrap();
        let lines: Vec<u64> = table.rows.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 5]);
        assert!(Table::read(b"").unwrap().demand_people().is_err());
        let table = Table::read(b"1,2\n3,4\n").unwrap();
        assert!(
            table
                .demand_people()
                .unwrap_err()
                .message
                .contains("first line")
        );
        assert_eq!(table.skipped(), ["1", "2"]);
    }

    #[test]
    fn a_file_of_millions_of_cells_or_people_is_refused() {
        let cells = "a,".repeat(CELLS_MAX + 1);
        let people = format!("name\n{}", "a\n".repeat(PEOPLE_MAX + 1));
        for (file, words) in [(cells, "2 million cells"), (people, "200,000 people")] {
            let refused = Table::read(file.as_bytes()).unwrap_err();
            assert_eq!(refused.kind, Kind::TooMuch);
            assert!(refused.message.contains(words), "{refused}");
        }
        let just = format!("name\n{}", "a\n".repeat(PEOPLE_MAX));
        assert_eq!(Table::read(just.as_bytes()).unwrap().rows.len(), PEOPLE_MAX);
    }
}
