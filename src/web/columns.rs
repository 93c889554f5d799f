//! The columns of a spreadsheet as a form: what each holds, as it was guessed, and as somebody chose.

use super::form::Fields;
use super::view::{Choice, ColumnShown};
use crate::transfer::Table;
use crate::transfer::mapping::Column;

/// Letters of a cell that are shown.
const SHOWN_CHARS: usize = 100;
/// Columns that are shown.
const COLUMNS_MAX: usize = 150;

/// What a column may hold: the word of the form, and what it is called.
const CHOICES: [(&str, &str); 13] = [
    ("skip", "nothing that is taken"),
    ("name", "name"),
    ("first", "first name"),
    ("middle", "middle name"),
    ("last", "last name"),
    ("email", "mail address"),
    ("phone", "phone"),
    ("company", "company"),
    ("title", "job title"),
    ("tags", "tags"),
    ("status", "status"),
    ("score", "score"),
    ("address", "postal address"),
];

/// Has the columns of a table hold what a form says.
pub fn choose_all(table: &mut Table, fields: &Fields) {
    for (at, column) in table.columns.iter_mut().enumerate() {
        let word = fields.get(&format!("column{at}"));
        choose(column, word, table.header.get(at));
    }
}

/// Has a column hold what a form says; what says nothing leaves it as it was guessed.
fn choose(column: &mut Column, word: &str, header: Option<&String>) {
    *column = match word {
        "skip" => Column::Skip,
        "name" => Column::Name,
        "first" => Column::First,
        "middle" => Column::Middle,
        "last" => Column::Last,
        "email" => Column::Email,
        "phone" => Column::Phone,
        "company" => Column::Company,
        "title" => Column::Title,
        "tags" => Column::Tags,
        "status" => Column::Status,
        "score" => Column::Score,
        "address" => Column::Address,
        "field" => Column::Field(header.cloned().unwrap_or_default()),
        _ => return,
    };
}

fn word(column: &Column) -> &'static str {
    match column {
        Column::Skip => "skip",
        Column::Name => "name",
        Column::First => "first",
        Column::Middle => "middle",
        Column::Last => "last",
        Column::Email => "email",
        Column::Phone => "phone",
        Column::Company => "company",
        Column::Title => "title",
        Column::Tags => "tags",
        Column::Status => "status",
        Column::Score => "score",
        Column::Address => "address",
        Column::Fields => "fields",
        Column::Field(_) => "field",
    }
}

pub fn columns(table: &Table) -> Vec<ColumnShown> {
    let columns = table
        .header
        .iter()
        .zip(&table.columns)
        .enumerate()
        .take(COLUMNS_MAX);
    columns
        .map(|(at, (header, column))| {
            let cells = table.sample.iter();
            let chosen = word(column);
            let mut choices: Vec<Choice> = super::you::choices(&CHOICES, chosen);
            choices.push(Choice {
                value: "field".to_owned(),
                label: format!("a field \"{}\"", short(header)),
                is_chosen: chosen == "field",
            });
            if chosen == "fields" {
                choices.push(Choice {
                    value: "fields".to_owned(),
                    label: "fields of our own export".to_owned(),
                    is_chosen: true,
                });
            }
            ColumnShown {
                at,
                header: short(header),
                cells: cells
                    .filter_map(|row| row.get(at).map(|cell| short(cell)))
                    .filter(|cell| !cell.is_empty())
                    .collect(),
                choices,
            }
        })
        .collect()
}

/// As much of a cell as is shown.
fn short(cell: &str) -> String {
    cell.chars().take(SHOWN_CHARS).collect()
}
