//! Numbers, as a picture for those who look and as text for those who read.

use crate::commands::outcome::figures::{Pipeline, Stats};
use crate::commands::reply::{Block, Row, Table};
use crate::domain::chat::{Chart, ChartForm};

/// Contacts by status.
pub fn pipeline(pipeline: &Pipeline) -> Vec<Block> {
    let name = |stage: &str| match stage.is_empty() {
        true => "no status".to_owned(),
        false => stage.to_owned(),
    };
    if pipeline.stages.is_empty() {
        return vec![Block::Lines(vec!["There are no contacts yet.".to_owned()])];
    }
    let stages = pipeline.stages.iter();
    let rows = stages
        .clone()
        .map(|(stage, count)| Row::new([name(stage), count.to_string()]));
    let title = "Contacts by status".to_owned();
    vec![
        Block::Title(title.clone()),
        Block::Chart(Chart {
            title,
            form: ChartForm::Bars,
            labels: stages.clone().map(|(stage, _)| name(stage)).collect(),
            series: vec![(
                "contacts".to_owned(),
                stages.clone().map(|(_, n)| *n).collect(),
            )],
            ..Chart::default()
        }),
        Block::Table(Table {
            widths_max: vec![40],
            strong: None,
            rows: rows.collect(),
        }),
    ]
}

/// What happened in the last weeks.
pub fn stats(stats: &Stats) -> Vec<Block> {
    let weeks = stats.weeks.iter();
    let of = |name: &str, values: Vec<i64>| (name.to_owned(), values);
    let title = "The last eight weeks".to_owned();
    let rows = weeks.clone().map(|week| {
        Row::new([
            format!("from {}", week.begins),
            format!("{} in", week.came),
            format!("{} out", week.went),
            format!("{} notes", week.notes),
            format!("{} new", week.new_contacts),
            format!("{} done", week.done),
        ])
    });
    vec![
        Block::Title(title.clone()),
        Block::Chart(Chart {
            title,
            form: ChartForm::Columns,
            labels: weeks.clone().map(|week| week.begins.clone()).collect(),
            series: vec![
                of("in", weeks.clone().map(|week| week.came).collect()),
                of("out", weeks.clone().map(|week| week.went).collect()),
                of("notes", weeks.clone().map(|week| week.notes).collect()),
            ],
            ..Chart::default()
        }),
        Block::Table(Table {
            widths_max: vec![12, 10, 10, 10, 10],
            strong: None,
            rows: rows.collect(),
        }),
        Block::Lines(vec![format!(
            "{} contacts. Of your actions {} are open, {} overdue.",
            stats.contacts, stats.open, stats.overdue
        )]),
    ]
}
