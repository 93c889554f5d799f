//! What is said in a chat, as plain data: pieces that fit a message, and buttons that send a text. Knows no Telegram.

use serde::{Deserialize, Serialize};

/// The most letters of one message, in UTF-16 code units, as Telegram counts them.
pub const PIECE_UNITS_MAX: usize = 4096;
/// The most letters of a picture's caption, counted the same.
pub const CAPTION_UNITS_MAX: usize = 1024;

/// Rows of buttons under one message; of more, a page is shown with a button to the next one.
pub const BUTTON_ROWS_MAX: usize = 8;
/// What the button to the next page says: no text of a member, who cannot type it.
pub const NEXT_PAGE: &str = "\u{1}more";

/// A message on its way to a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// What it says, in order; each fits one message of the chat.
    pub pieces: Vec<Piece>,
    /// Rows of buttons under the last piece.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// The first row of buttons that is shown, where they are too many for one page.
    #[serde(default, skip_serializing_if = "is_first")]
    pub first_row: usize,
    /// Pictures that go in front of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<Chart>,
    /// Files that go behind the text: those of the interaction, by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<i64>,
    /// What the next text of the member in answer to it begins with: `snooze `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The letter of ours that its button `undo` answers: what one of its buttons did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<i64>,
    /// The message of the chat that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<i64>,
}

impl Outgoing {
    /// The buttons that are shown, each with its number over all rows, counted from 0. The button to the next page has the
    /// number behind the last one.
    pub fn page(&self) -> Vec<Vec<(usize, Button)>> {
        let mut numbers = 0..;
        let all = self.buttons.iter().map(|row| {
            row.iter()
                .cloned()
                .map(|b| (numbers.next().unwrap_or_default(), b))
                .collect()
        });
        let mut rows: Vec<Vec<(usize, Button)>> = all.collect();
        if rows.len() <= BUTTON_ROWS_MAX {
            return rows;
        }
        let last = self.buttons.iter().flatten().count();
        let pages = rows.len().div_ceil(BUTTON_ROWS_MAX - 1);
        let first = self.first_page_row();
        let page = first / (BUTTON_ROWS_MAX - 1) + 1;
        rows.drain(..first);
        rows.truncate(BUTTON_ROWS_MAX - 1);
        let next = Button {
            label: format!("More… ({page} of {pages})"),
            says: NEXT_PAGE.to_owned(),
        };
        rows.push(vec![(last, next)]);
        rows
    }

    /// Turns to the next page of buttons; behind the last one stands the first.
    pub fn turn_page(&mut self) {
        self.first_row = self.first_page_row() + BUTTON_ROWS_MAX - 1;
        self.first_row = self.first_page_row();
    }

    /// The first row that is shown; the first of all where a page has gone.
    fn first_page_row(&self) -> usize {
        match self.first_row < self.buttons.len() {
            true => self.first_row,
            false => 0,
        }
    }
}

fn is_first(row: &usize) -> bool {
    *row == 0
}

/// A text with its styles. Nothing in the text is markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its styles, in order, none inside another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
}

/// A style over a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins, in UTF-16 code units.
    pub start: usize,
    /// How long it is, in UTF-16 code units.
    pub length: usize,
    /// How it looks.
    pub style: Style,
}

/// How a part of a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A headline.
    Bold,
    /// What stands beside.
    Italic,
    /// Columns, and what is to be copied.
    Fixed,
    /// What somebody else wrote.
    Quote,
}

/// A button: it sends a text as if its member had typed it in answer to the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it sends.
    pub says: String,
}

/// What a picture shows. The numbers stand as text beside it, for those who cannot see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// Its headline.
    pub title: String,
    /// A line under it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subtitle: String,
    /// Its form.
    pub form: ChartForm,
    /// The words along the axis, one a value.
    pub labels: Vec<String>,
    /// What is shown: a name, and a value for each label.
    pub series: Vec<(String, Vec<i64>)>,
}

/// The form of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartForm {
    /// Bars that lie, one under the other: stages, names.
    #[default]
    Bars,
    /// Bars that stand, one beside the other, stacked where there are several series: weeks.
    Columns,
}

impl Piece {
    /// A text without styles.
    pub fn plain(text: impl Into<String>) -> Piece {
        Piece {
            text: text.into(),
            spans: Vec::new(),
        }
    }
}

/// How long a text is for Telegram: UTF-16 code units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
