//! What undo and redo did, and the journal of a record.

use super::minute;
use crate::commands::context::Cx;
use crate::commands::outcome::{
    History, HistoryLine, More, RowWords, Stands, TakenBack, TakenChange, Way,
};
use crate::commands::reply::{Block, Row, Table};

/// Line by line what is as it was.
pub fn taken_back(taken: &TakenBack, cx: &Cx) -> Vec<Block> {
    let mut blocks = Vec::new();
    for change in &taken.changes {
        let mut lines = vec![headline(change, cx)];
        lines.extend(change.rows.iter().map(again));
        lines.extend(change.remarks.iter().map(|remark| capital(remark)));
        blocks.push(Block::Lines(lines));
    }
    let redone = taken.changes.iter().all(|change| change.way == Way::Redone);
    let hint = match redone {
        true => "undo takes it back again.",
        false => "redo does it again.",
    };
    blocks.push(Block::Lines(vec![hint.to_owned()]));
    blocks
}

fn headline(change: &TakenChange, cx: &Cx) -> String {
    let way = match change.way {
        Way::Undone => "Undone",
        Way::Redone => "Done again",
    };
    let by = match &change.by {
        Some(member) => format!(" by {member}"),
        None => String::new(),
    };
    format!(
        "{way}: {} {}{by}, {} (#j{}).",
        change.verb,
        change.subject,
        minute(change.at, cx),
        change.journal
    )
}

/// `#c12 Ada Byron phone: +49 40 9 → +49 30 1234`.
fn again(row: &RowWords) -> String {
    match row {
        RowWords::There(what) => format!("{what}: there again"),
        RowWords::Gone(what) => format!("{what}: gone again"),
        RowWords::Said(sentence) => capital(sentence),
        field @ RowWords::Field { .. } => field_words(field),
    }
}

fn field_words(row: &RowWords) -> String {
    match row {
        RowWords::There(what) => format!("{what}: new"),
        RowWords::Gone(what) => format!("{what}: gone"),
        RowWords::Said(sentence) => sentence.clone(),
        RowWords::Field {
            record,
            name,
            from,
            to,
        } => {
            let shown = |value: &Option<String>| value.clone().unwrap_or("empty".to_owned());
            format!("{record} {name}: {} → {}", shown(from), shown(to))
        }
    }
}

/// Who changed what in a record, when and through which door.
pub fn history(history: &History, cx: &Cx) -> Vec<Block> {
    let mut blocks = vec![Block::Title(history.record.clone())];
    let since = format!("It is here since {}.", minute(history.since, cx));
    blocks.push(Block::Lines(vec![since]));
    if history.changes.is_empty() {
        let none = "Nobody changed it by a command.".to_owned();
        blocks.push(Block::Lines(vec![none]));
        return blocks;
    }
    let rows = history.changes.iter().map(|line| history_row(line, cx));
    blocks.push(Block::Table(Table {
        widths_max: vec![40],
        rows: rows.collect(),
        ..Table::default()
    }));
    if history.more == More::Yes {
        let more = "There are older changes.".to_owned();
        blocks.push(Block::Lines(vec![more]));
    }
    blocks
}

fn history_row(line: &HistoryLine, cx: &Cx) -> Row {
    let taken_back = match line.stands {
        Stands::Yes => "",
        Stands::TakenBack => ", taken back since",
    };
    let what = match (line.verb.as_str(), line.takes_back) {
        ("redo", Some(first)) => format!("did #j{first} again"),
        (_, Some(first)) => format!("took back #j{first}"),
        (verb, None) => verb.to_owned(),
    };
    let said = format!(
        "{}: {what}, {}{taken_back} (#j{})",
        line.member,
        super::door_words(&line.door),
        line.journal
    );
    let below: Vec<String> = line.rows.iter().map(field_words).collect();
    Row {
        cells: vec![minute(line.at, cx), said],
        below: (!below.is_empty()).then(|| below.join("; ")),
        ..Row::default()
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
