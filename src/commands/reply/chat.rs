//! Blocks as messages of a chat: text with styles beside it, never markup, so that nothing in a name can break it; buttons that
//! send the same text as a typed line; cut into pieces that a message holds.

use super::{Block, Entry, Link, Reply, Row, Table};
use crate::domain::chat::{
    BUTTON_ROWS_MAX, Button, Outgoing, PIECE_UNITS_MAX, Piece, Span, Style, units,
};

/// Choices among which one is made, over all pages. Things with buttons of their own stand on one page: more of them are answered
/// by number.
const CHOICES_MAX: usize = 40;
/// Letters of a button.
const LABEL_CHARS_MAX: usize = 32;
/// Pieces of one answer: a chat is no place for more.
const PIECES_MAX: usize = 8;
/// What stands where the rest was cut off.
const CUT: &str = "… there is more; ask for less, or ask by mail";

/// What a button says ends so where its text lacks something, which is asked for.
pub const ASKS: &str = " …";

/// Answers as one message of a chat, numbered as [`super::items`] says.
pub fn outgoing(replies: &[Reply]) -> Outgoing {
    let mut page = Page::default();
    for (at, reply) in replies.iter().enumerate() {
        if at > 0 {
            page.line("", None);
        }
        let mark = super::line_mark(reply);
        page.reply(reply, mark.as_deref());
    }
    Outgoing {
        pieces: pieces(&page.lines, PIECES_MAX),
        buttons: page.buttons,
        charts: page.charts,
        ..Outgoing::default()
    }
}

/// A text without blocks, in pieces.
pub fn text(text: &str) -> Outgoing {
    let mut page = Page::default();
    for line in text.lines() {
        page.line(line, None);
    }
    Outgoing {
        pieces: pieces(&page.lines, PIECES_MAX),
        ..Outgoing::default()
    }
}

/// From where and over how many UTF-16 code units a text has a style.
type StyledPart = Option<(usize, usize, Style)>;
/// What of a line fits a piece.
type Part = (String, StyledPart);

/// A line with what is to be seen of it.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// Over so many UTF-16 code units from a start.
    span: StyledPart,
}

#[derive(Debug, Default)]
struct Page {
    lines: Vec<Line>,
    buttons: Vec<Vec<Button>>,
    charts: Vec<crate::domain::chat::Chart>,
    numbered: u32,
}

impl Page {
    fn line(&mut self, text: &str, style: Option<Style>) {
        let text = clean(text);
        let length = units(&text);
        let span = style.filter(|_| length > 0).map(|style| (0, length, style));
        self.lines.push(Line { text, span });
    }

    /// A line of which the first part stands out.
    fn headed(&mut self, front: &str, strong: &str, rest: &str) {
        let (front, strong, rest) = (clean(front), clean(strong), clean(rest));
        let span = (units(&front), units(&strong), Style::Bold);
        self.lines.push(Line {
            span: Some(span).filter(|(_, length, _)| *length > 0),
            text: format!("{front}{strong}{rest}"),
        });
    }

    fn reply(&mut self, reply: &Reply, mark: Option<&str>) {
        let first = self.lines.len();
        for (at, block) in reply.blocks.iter().enumerate() {
            let parts = matches!(block, Block::Title(_) | Block::Quote(_) | Block::Lines(_));
            if at > 0 && parts && self.lines.last().is_some_and(|line| !line.text.is_empty()) {
                self.line("", None);
            }
            self.block(block);
        }
        if let (Some(mark), Some(line)) = (mark, self.lines.get_mut(first)) {
            let front = format!("{mark}  ");
            if let Some((start, ..)) = &mut line.span {
                *start += units(&front);
            }
            line.text.insert_str(0, &front);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(title) => self.line(title, Some(Style::Bold)),
            Block::Lines(lines) => lines.iter().for_each(|line| self.line(line, None)),
            Block::Card(fields) => {
                for (name, value) in fields {
                    let mut values = value.lines();
                    let first = values.next().unwrap_or_default();
                    self.headed("", name, &format!("  {first}"));
                    values.for_each(|value| self.line(&format!("    {value}"), None));
                }
            }
            Block::Table(table) => self.table(table),
            Block::Numbered(entries) => entries.iter().for_each(|entry| self.entry(entry)),
            Block::Quote(quote) => {
                for line in quote.trim().lines() {
                    self.line(line, Some(Style::Quote));
                }
            }
            Block::Chart(chart) => self.charts.push(chart.clone()),
        }
    }

    /// Rows are two lines, as in a letter on a phone.
    fn table(&mut self, table: &Table) {
        for row in &table.rows {
            self.row(row, table.strong);
        }
    }

    fn row(&mut self, row: &Row, strong: Option<usize>) {
        let number = row.item.as_ref().map(|_| self.next_number());
        let front = number.map(|n| format!("{n}  ")).unwrap_or_default();
        if strong.is_none() && row.item.is_none() {
            let cells: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).collect();
            let said: Vec<&str> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
            self.line(&said.join("  "), None);
        } else {
            let (strong, others) = row.two_lines(strong);
            self.headed(&front, &strong, "");
            if !others.is_empty() {
                self.line(&format!("    {}", others.join(" · ")), None);
            }
        }
        if let Some(below) = &row.below {
            self.line(&format!("    {below}"), None);
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let number = entry.item.as_ref().map(|_| self.next_number());
        let front = match (number, entry.mark.trim()) {
            (Some(number), _) => format!("{number}  "),
            (None, "") => String::new(),
            (None, mark) => format!("{mark}  "),
        };
        let mut lines = entry.lines.iter();
        let first = lines.next().map(String::as_str).unwrap_or_default();
        match number {
            Some(_) => self.headed(&front, first, ""),
            None => self.line(&format!("{front}{first}"), None),
        }
        lines.for_each(|line| self.line(&format!("    {line}"), None));
        self.buttons_of(entry, number);
    }

    fn buttons_of(&mut self, entry: &Entry, number: Option<u32>) {
        let rows_max = match number {
            Some(_) => BUTTON_ROWS_MAX,
            None => CHOICES_MAX,
        };
        if self.buttons.len() >= rows_max || entry.links.is_empty() {
            return;
        }
        let button = |link: &Link| match number {
            Some(number) => Button {
                label: label(&format!("{number} {}", link.label)),
                says: format!("{number} {}", link.says),
            },
            None => Button {
                label: label(&link.label),
                says: link.says.clone(),
            },
        };
        match number {
            Some(number) => {
                let mut row: Vec<Button> = entry.links.iter().map(button).collect();
                // Another day than those offered.
                if entry
                    .links
                    .iter()
                    .any(|link| link.says.starts_with("snooze "))
                {
                    row.push(Button {
                        label: format!("{number} Pick"),
                        says: format!("{number} snooze{ASKS}"),
                    });
                }
                self.buttons.push(row);
            }
            // Choices among which one is made stand under each other: names are long.
            None => self
                .buttons
                .extend(entry.links.iter().map(|link| vec![button(link)])),
        }
        self.buttons.truncate(rows_max);
    }

    fn next_number(&mut self) -> u32 {
        self.numbered += 1;
        self.numbered
    }
}

/// What somebody wrote without what steers the direction of writing and without control characters.
fn clean(text: &str) -> String {
    let steers =
        |c: &char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !steers(c))
        .collect()
}

fn label(text: &str) -> String {
    let text = clean(text);
    match text.chars().count() > LABEL_CHARS_MAX {
        false => text,
        true => text
            .chars()
            .take(LABEL_CHARS_MAX - 1)
            .chain(['…'])
            .collect(),
    }
}

/// Lines put together into pieces; a line that is too long for one is cut between words where it can be.
fn pieces(lines: &[Line], pieces_max: usize) -> Vec<Piece> {
    let mut done: Vec<Piece> = Vec::new();
    let mut piece = Piece::default();
    let mut length = 0;
    for line in lines {
        for (text, span) in parts(line) {
            let long = units(&text);
            if length > 0 && length + 1 + long > PIECE_UNITS_MAX {
                done.extend(finished(std::mem::take(&mut piece)));
                length = 0;
            }
            // Nothing begins with an empty line.
            if length == 0 && text.trim().is_empty() {
                continue;
            }
            if length > 0 {
                piece.text.push('\n');
                length += 1;
            }
            if let Some((start, span_length, style)) = span {
                add_span(&mut piece.spans, length + start, span_length, style);
            }
            piece.text.push_str(&text);
            length += long;
        }
    }
    done.extend(finished(piece));
    if done.len() > pieces_max {
        done.truncate(pieces_max.saturating_sub(1));
        done.push(Piece::plain(CUT));
    }
    done
}

/// A style that goes on over the next line is one.
fn add_span(spans: &mut Vec<Span>, start: usize, length: usize, style: Style) {
    if let Some(last) = spans.last_mut()
        && style == Style::Quote
        && last.style == style
        && last.start + last.length + 1 == start
    {
        last.length += 1 + length;
        return;
    }
    spans.push(Span {
        start,
        length,
        style,
    });
}

/// A piece that says something, without what Telegram would trim: styles may not stand there.
fn finished(mut piece: Piece) -> Option<Piece> {
    let kept = piece.text.trim_end().len();
    piece.text.truncate(kept);
    let all = units(&piece.text);
    piece.spans.retain_mut(|span| {
        span.length = span.length.min(all.saturating_sub(span.start));
        span.length > 0
    });
    (!piece.text.trim().is_empty()).then_some(piece)
}

/// A line in parts that each fit a piece.
fn parts(line: &Line) -> Vec<Part> {
    if units(&line.text) <= PIECE_UNITS_MAX {
        return vec![(line.text.clone(), line.span)];
    }
    let mut parts = Vec::new();
    let (mut part, mut length, mut begins) = (String::new(), 0, 0);
    let mut close = |part: &mut String, length: usize, begins: &mut usize| {
        let span = line.span.and_then(|(start, long, style)| {
            let from = start.max(*begins);
            let to = (start + long).min(*begins + length);
            (to > from).then(|| (from - *begins, to - from, style))
        });
        parts.push((std::mem::take(part), span));
        *begins += length;
    };
    for word in line.text.split_inclusive(' ') {
        if length + units(word) > PIECE_UNITS_MAX && length > 0 {
            close(&mut part, length, &mut begins);
            length = 0;
        }
        for letter in word.chars() {
            if length + letter.len_utf16() > PIECE_UNITS_MAX {
                close(&mut part, length, &mut begins);
                length = 0;
            }
            part.push(letter);
            length += letter.len_utf16();
        }
    }
    if length > 0 {
        close(&mut part, length, &mut begins);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::command::Ref;
    use proptest::prelude::*;

    fn styled(piece: &Piece, span: &Span) -> String {
        let units: Vec<u16> = piece.text.encode_utf16().collect();
        String::from_utf16(&units[span.start..span.start + span.length]).unwrap()
    }

    #[test]
    fn what_may_be_answered_has_its_number_and_its_buttons() {
        let entry = Entry::of(
            Ref::Action(3),
            vec!["call 😀 Ada".to_owned(), "by Friday".to_owned()],
        )
        .link("Done", "done")
        .link("Tomorrow", "snooze tomorrow");
        let said = outgoing(&[Reply::done(vec![
            Block::Title("Today".to_owned()),
            Block::Numbered(vec![entry]),
        ])
        .of_line(2)]);
        assert_eq!(said.pieces.len(), 1);
        let piece = &said.pieces[0];
        assert_eq!(piece.text, "2 ✓  Today\n1  call 😀 Ada\n    by Friday");
        let bold: Vec<String> = piece.spans.iter().map(|s| styled(piece, s)).collect();
        assert_eq!(bold, ["Today", "call 😀 Ada"]);
        let buttons: Vec<(&str, &str)> = said.buttons[0]
            .iter()
            .map(|b| (b.label.as_str(), b.says.as_str()))
            .collect();
        assert_eq!(
            buttons,
            [
                ("1 Done", "1 done"),
                ("1 Tomorrow", "1 snooze tomorrow"),
                ("1 Pick", "1 snooze …")
            ]
        );
    }

    #[test]
    fn a_quote_of_several_lines_is_one_and_markup_in_it_is_text() {
        let quote = "*not bold* <b>\n[x](y)\u{202e}";
        let said = outgoing(&[Reply::done(vec![Block::Quote(quote.to_owned())])]);
        assert_eq!(said.pieces[0].text, "*not bold* <b>\n[x](y)");
        assert_eq!(said.pieces[0].spans.len(), 1);
        assert_eq!(said.pieces[0].spans[0].style, Style::Quote);
    }

    #[test]
    fn more_than_a_chat_holds_is_cut_and_says_so() {
        let lines = vec!["word ".repeat(20_000)];
        let said = outgoing(&[Reply::done(vec![Block::Lines(lines)])]);
        assert_eq!(said.pieces.len(), PIECES_MAX);
        assert_eq!(said.pieces.last().unwrap().text, CUT);
    }

    proptest! {
        #[test]
        fn any_text_fits_its_pieces_and_every_style_stands_inside(
            texts in proptest::collection::vec("(\\PC| |\n|😀){0,3000}", 0..6)
        ) {
            let blocks = texts.iter().enumerate().map(|(at, text)| match at % 4 {
                0 => Block::Lines(vec![text.clone()]),
                1 => Block::Quote(text.clone()),
                2 => Block::Card(vec![("name".to_owned(), text.clone())]),
                _ => Block::Title(text.clone()),
            });
            let said = outgoing(&[Reply::done(blocks.collect())]);
            for piece in &said.pieces {
                let all = units(&piece.text);
                prop_assert!(all <= PIECE_UNITS_MAX && !piece.text.trim().is_empty());
                prop_assert!(piece.spans.iter().all(|s| s.length > 0 && s.start + s.length <= all));
                for span in &piece.spans {
                    let units: Vec<u16> = piece.text.encode_utf16().collect();
                    prop_assert!(String::from_utf16(&units[span.start..span.start + span.length]).is_ok());
                }
            }
        }
    }
}
