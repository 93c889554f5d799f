//! Blocks as plain text for a terminal: aligned by the width of letters on screen, and nothing that steers a terminal.

use super::{Block, Entry, Reply, Row, Table};
use crate::commands::command::Ref;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns of a terminal where nothing else is known.
pub const WIDTH: usize = 80;

const INDENT: &str = "  ";

/// The columns of a letter: its quoted form still fits a terminal.
pub const LETTER_WIDTH: usize = 72;

/// Answers as text that ends with a line feed; one empty line between two of them. Without the numbers of a letter, since
/// nothing can answer them here.
pub fn render(replies: &[Reply], width: usize) -> String {
    let width = width.max(40);
    let texts: Vec<String> = replies
        .iter()
        .map(|reply| blocks(&reply.blocks, width, &mut Numbers::Absent))
        .collect();
    texts.join("\n")
}

/// The same for a letter: what may be answered has the numbers of [`super::items`], and the answer to one of several lines
/// that line's number. Rows of many columns are two lines each, since mail programs show text in letters of any width.
pub fn letter(replies: &[Reply], width: usize) -> String {
    let width = width.max(40);
    let mut numbers = Numbers::Next(1);
    let mut text = String::new();
    let mut was_short = false;
    for (at, reply) in replies.iter().enumerate() {
        let mark = super::line_mark(reply);
        // Receipts of a line each stand close together.
        let is_short = mark.is_some() && matches!(reply.blocks.as_slice(), [Block::Lines(_)]);
        if at > 0 && !(is_short && was_short) {
            text.push('\n');
        }
        was_short = is_short;
        let Some(mark) = mark else {
            text.push_str(&blocks(&reply.blocks, width, &mut numbers));
            continue;
        };
        let room = width.saturating_sub(MARK_COLUMNS);
        let said = blocks(&reply.blocks, room, &mut numbers);
        text.push_str(&under_mark(&mark, &said));
    }
    text
}

/// Columns of the mark of a line, and of the space behind it.
const MARK_COLUMNS: usize = 5;

fn under_mark(mark: &str, said: &str) -> String {
    let mut text = String::new();
    let mut mark = mark;
    for part in said.lines() {
        line(&mut text, &format!("{}{part}", padded(mark, MARK_COLUMNS)));
        mark = "";
    }
    text
}

/// The numbers of what may be answered.
enum Numbers {
    /// Nothing can be answered.
    Absent,
    /// The one that comes next.
    Next(u32),
}

impl Numbers {
    /// Whether a letter shows the rows as two lines each.
    fn stacks(&self, table: &Table) -> bool {
        let is_letter = matches!(self, Numbers::Next(_));
        is_letter && (table.strong.is_some() || table.rows.iter().any(|row| row.item.is_some()))
    }

    /// What stands in front of a thing, and counts on.
    fn take(&mut self, item: Option<&Ref>) -> Option<String> {
        match (self, item) {
            (Numbers::Next(next), Some(_)) => {
                *next += 1;
                Some((*next - 1).to_string())
            }
            _ => None,
        }
    }
}

fn blocks(blocks: &[Block], width: usize, numbers: &mut Numbers) -> String {
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 && matches!(block, Block::Title(_) | Block::Quote(_) | Block::Lines(_)) {
            text.push('\n');
        }
        match block {
            Block::Title(title) => line(&mut text, &cut(&plain(title), width)),
            Block::Lines(lines) => wrapped(&mut text, "", lines, width),
            Block::Card(fields) => card(&mut text, fields, width),
            Block::Table(rows) if numbers.stacks(rows) => {
                stacked(&mut text, rows, width, numbers);
            }
            Block::Table(rows) => table(&mut text, rows, width),
            Block::Numbered(entries) => numbered(&mut text, entries, width, numbers),
            // Its numbers stand beside it.
            Block::Chart(_) => {}
            Block::Quote(quote) => {
                let lines: Vec<String> = quote.trim().lines().map(str::to_owned).collect();
                wrapped(&mut text, INDENT, &lines, width);
            }
        }
    }
    text
}

fn card(text: &mut String, fields: &[(String, String)], width: usize) {
    let names = fields
        .iter()
        .map(|(name, _)| name.width())
        .max()
        .unwrap_or(0);
    for (name, value) in fields {
        let room = width.saturating_sub(INDENT.len() + names + 2);
        let mut name = name.as_str();
        for part in value.lines().flat_map(|l| wrap(&plain(l), room)) {
            line(text, &format!("{INDENT}{}  {part}", padded(name, names)));
            name = "";
        }
    }
}

fn numbered(text: &mut String, entries: &[Entry], width: usize, numbers: &mut Numbers) {
    let marks: Vec<String> = entries
        .iter()
        .map(|e| numbers.take(e.item.as_ref()).unwrap_or(plain(&e.mark)))
        .collect();
    let columns = marks.iter().map(|m| m.width()).max().unwrap_or(0);
    for (entry, mark) in entries.iter().zip(&marks) {
        let mut mark = mark.as_str();
        for said in &entry.lines {
            for part in wrap(&plain(said), width.saturating_sub(columns + 2)) {
                line(text, &format!("{}  {part}", padded(mark, columns)));
                mark = "";
            }
        }
    }
}

fn table(text: &mut String, table: &Table, width: usize) {
    let widths = widths(table, width);
    for row in &table.rows {
        line(text, &table_row(row, &widths));
        if let Some(below) = &row.below {
            let indent = INDENT.repeat(2);
            let room = width.saturating_sub(indent.len());
            line(text, &format!("{indent}{}", cut(&plain(below), room)));
        }
    }
}

/// Rows of two lines: what stands out, and all else.
fn stacked(text: &mut String, table: &Table, width: usize, numbers: &mut Numbers) {
    let marks: Vec<String> = table
        .rows
        .iter()
        .map(|row| numbers.take(row.item.as_ref()).unwrap_or_default())
        .collect();
    let columns = marks.iter().map(|m| m.width()).max().unwrap_or(0);
    for (row, mark) in table.rows.iter().zip(&marks) {
        let front = match columns {
            0 => INDENT.to_owned(),
            _ => format!("{}{mark}{INDENT}", " ".repeat(columns - mark.width())),
        };
        let indent = match columns {
            0 => INDENT.repeat(3),
            _ => " ".repeat(front.width()),
        };
        let room = width.saturating_sub(indent.len());
        let (strong, others) = row.two_lines(table.strong);
        line(text, &format!("{front}{}", cut(&plain(&strong), room)));
        let others = (!others.is_empty()).then(|| others.join(" · "));
        for below in others.iter().chain(&row.below) {
            for part in wrap(&plain(below), room) {
                line(text, &format!("{indent}{part}"));
            }
        }
    }
}

fn table_row(row: &Row, widths: &[usize]) -> String {
    let mut shown = String::from(INDENT);
    for (cell, width) in row.cells.iter().zip(widths) {
        // A column without any content takes no room.
        if *width > 0 {
            shown.push_str(&padded(&cut(&plain(cell), *width), *width));
            shown.push_str("  ");
        }
    }
    shown
}

/// As wide as its widest cell, at most as wide as allowed; the last column takes the rest.
fn widths(table: &Table, width: usize) -> Vec<usize> {
    let columns = table
        .rows
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(column));
            let widest = cells.map(|cell| plain(cell).width()).max().unwrap_or(0);
            let allowed = table.widths_max.get(column).copied().unwrap_or(usize::MAX);
            widest.min(allowed)
        })
        .collect();
    let others = widths
        .iter()
        .rev()
        .skip(1)
        .filter(|w| **w > 0)
        .map(|w| w + 2)
        .sum::<usize>();
    if let Some(last) = widths.last_mut() {
        *last = (*last).min(width.saturating_sub(INDENT.len() + others).max(8));
    }
    widths
}

fn wrapped(text: &mut String, indent: &str, lines: &[String], width: usize) {
    let room = width.saturating_sub(indent.width());
    for said in lines {
        for part in wrap(&plain(said), room) {
            line(text, &format!("{indent}{part}"));
        }
    }
}

/// Lines of at most so many columns, broken between words; a longer word is broken inside. One empty line for nothing.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        if used > 0 {
            current.push(' ');
            used += 1;
        }
        for letter in word.chars() {
            let wide = letter.width().unwrap_or(0);
            if used + wide > width && used > 0 {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push(letter);
            used += wide;
        }
    }
    lines.push(current);
    lines
}

/// At most so many columns; `…` stands for what is cut off.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 0;
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        shown.push(letter);
        used += wide;
    }
    let mut shown = shown.trim_end().to_owned();
    shown.push('…');
    shown
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// What others wrote, without what steers a terminal: control characters, and marks that turn the direction of writing.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' => Some(' '),
            c if steers(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a letter would steer a terminal, turn what stands around it, or stand there unseen.
fn steers(c: char) -> bool {
    let is_unseen = matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
    );
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_unseen || turns
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(blocks: Vec<Block>) -> String {
        render(&[Reply::done(blocks)], 40)
    }

    #[test]
    fn columns_stand_under_each_other_in_every_script() {
        let row = |cells: [&str; 3]| Row::new(cells.map(str::to_owned));
        let table = Table {
            widths_max: vec![6, 10],
            strong: None,
            rows: vec![
                row(["#c1", "Ada Byron", "ada@acme.example"]),
                row(["#c12", "田中太郎さん様", "a.very.long.address@acme.example"]),
            ],
        };
        let text = shown(vec![Block::Table(table)]);
        assert_eq!(
            text,
            "  #c1   Ada Byron   ada@acme.example\n  #c12  田中太郎…   a.very.long.address…\n"
        );
        assert!(text.lines().all(|l| l.width() <= 40));
    }

    #[test]
    fn cards_and_numbers_wrap_under_their_values() {
        let text = shown(vec![
            Block::Title("#c1 Ada".to_owned()),
            Block::Card(vec![
                ("company".to_owned(), "Acme".to_owned()),
                (
                    "addresses".to_owned(),
                    "ada@acme.example\nada@home.example".to_owned(),
                ),
            ]),
            Block::Numbered(vec![Entry::marked(
                "2 ?",
                vec![
                    "\"x\"".to_owned(),
                    "some words that are too long for one line".to_owned(),
                ],
            )]),
        ]);
        assert_eq!(
            text,
            "#c1 Ada\n  company    Acme\n  addresses  ada@acme.example\n             ada@home.example\n\
             2 ?  \"x\"\n     some words that are too long for\n     one line\n"
        );
    }

    #[test]
    fn a_letter_numbers_what_may_be_answered_on_through_all_of_it() {
        let row = |id| Row::new([format!("#c{id}"), "Ada".to_owned()]).of(Ref::Contact(id));
        let table = |ids: &[i64]| {
            Block::Table(Table {
                widths_max: Vec::new(),
                strong: Some(1),
                rows: ids.iter().map(|id| row(*id)).collect(),
            })
        };
        let replies = [
            Reply::done(vec![table(&[12, 7])]).of_line(1),
            Reply::done(vec![Block::Numbered(vec![
                Entry::of(Ref::Action(4), vec!["call Ada".to_owned()]).link("Done", "done"),
                Entry::marked("#a5", vec!["no item".to_owned()]),
            ])])
            .of_line(3),
            Reply::done(vec![table(&[3])]),
        ];
        assert_eq!(
            letter(&replies, LETTER_WIDTH),
            "1 ✓  1  Ada\n        #c12\n     2  Ada\n        #c7\n\n3 ✓  3    call Ada\n     #a5  no item\n\n4  Ada\n   #c3\n"
        );
        assert_eq!(
            super::super::items(&replies),
            [
                (1, Ref::Contact(12)),
                (2, Ref::Contact(7)),
                (3, Ref::Action(4)),
                (4, Ref::Contact(3))
            ]
        );
        assert!(render(&replies, 80).starts_with("  #c12  Ada\n"));
    }

    #[test]
    fn what_others_wrote_steers_no_terminal() {
        let text = shown(vec![Block::Title(
            "\u{1b}[2Jred\u{7}\u{202e}txt".to_owned(),
        )]);
        assert_eq!(text, "[2Jredtxt\n");
    }
}
