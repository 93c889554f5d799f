//! `rapport import`: what a file is, and what came of it.

use super::progress::Bar;
use super::transfer::import as import_workspace;
use super::{App, now_us, say};
use crate::domain::{Clock, Error, Result, counted};
use crate::ingest::history::{self, Archive, Counts, Progress, Source};
use crate::store::registry::WorkspaceRow;
use crate::transfer::{self, FileKind, KNOWN_BYTES, Mode, Report, Roll, Table, Watch};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Lines that are printed of a long list.
const SHOWN_MAX: usize = 20;

/// Takes a file in.
pub async fn run(
    app: &App,
    workspace: Option<&str>,
    member: Option<&str>,
    mode: Mode,
    path: &Path,
) -> Result<ExitCode> {
    let cannot = |e| Error::not_found(format!("cannot read {}", path.display())).because(e);
    let mut file = File::open(path).map_err(cannot)?;
    let kind = match path.is_dir() {
        true => FileKind::Mail,
        false => {
            let mut begin = Vec::new();
            let read = (&file).take(KNOWN_BYTES as u64).read_to_end(&mut begin);
            read.and_then(|_| file.rewind()).map_err(cannot)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            FileKind::of(&name, &begin)
        }
    };
    let form = match kind {
        FileKind::Workspace => return import_workspace(app, workspace, mode, file).await,
        FileKind::Mail => {
            let row = app.workspace(workspace).await?;
            return mail(app, &row, member, mode, path).await;
        }
        FileKind::People(form) => form,
    };
    let row = app.workspace(workspace).await?;
    let roll = tokio::task::spawn_blocking(move || Roll::of_file(Arc::new(file), form));
    let roll = roll
        .await
        .map_err(|e| Error::unavailable("the file was not read to its end").because(e))??;
    people(app, &row, member, mode, &roll).await
}

async fn people(
    app: &App,
    row: &WorkspaceRow,
    member: Option<&str>,
    mode: Mode,
    roll: &Roll,
) -> Result<ExitCode> {
    if let Some(table) = &roll.table {
        table.demand_people()?;
        say_columns(table);
    }
    let cx = app.cx(row, member).await?;
    let watch = Arc::new(Watch::default());
    let watched = watch.clone();
    let far = move || {
        let words = format!("{} people are done", watched.people());
        (watched.percent(), words)
    };
    let bar = Bar::begin(Arc::new(far), watch.stop.clone());
    let (report, ended) = transfer::bring(&app.store, &cx, roll, mode, &watch).await;
    drop(bar);
    say_report(&report, mode);
    ended.map_err(again)?;
    match watch.people() {
        0 => Err(Error::invalid("the file holds nobody")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// An error of an import that ended before its end.
fn again(error: Error) -> Error {
    let message = format!(
        "{}; what was done stays, and the same again goes on from there",
        error.message
    );
    Error { message, ..error }
}

async fn mail(
    app: &App,
    row: &WorkspaceRow,
    member: Option<&str>,
    mode: Mode,
    path: &Path,
) -> Result<ExitCode> {
    let cx = app.cx(row, member).await?;
    let stop = CancellationToken::new();
    let whose = (row.id, cx.actor.member_id);
    let (domain, clock) = (&app.config.mail_domain, Clock::of(now_us));
    let archive = Archive::of(&app.store, whose, domain, clock, stop.clone());
    let last = Arc::new(Mutex::new(Progress::default()));
    let told = last.clone();
    let tell = move |progress| *last.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    let far = move || far(*told.lock().unwrap_or_else(PoisonError::into_inner));
    let source = Source::at(path)?;
    let bar = Bar::begin(Arc::new(far), stop);
    let (report, ended) = match mode {
        Mode::Write => history::file(&archive, &source, tell).await,
        Mode::DryRun => history::look(&archive, &source, tell).await,
    };
    drop(bar);
    say_mail(&report, mode);
    ended.map_err(again)?;
    Ok(ExitCode::SUCCESS)
}

fn far(progress: Progress) -> (u64, String) {
    let percent = progress.done_bytes * 100 / progress.total_bytes.max(1);
    let counts = progress.counts;
    let kept = counts.filed + counts.unfiled + counts.aside;
    let words = format!("{kept} filed, {} here already", counts.duplicates);
    (percent, words)
}

fn say_mail(report: &history::Report, mode: Mode) {
    let counts = counts_line(&report.counts);
    say(&match mode {
        Mode::Write => format!("{counts} Nothing was sent, and no command was run."),
        Mode::DryRun => format!(
            "It would be: {counts} Nothing was changed. Where a thread or a forward leads to a contact that this archive makes itself, more are filed than that."
        ),
    });
    let (one, many) = match mode {
        Mode::Write => ("new contact was made", "new contacts were made"),
        Mode::DryRun => ("new contact would be made", "new contacts would be made"),
    };
    say(&format!("{}.", counted(report.new_contacts, one, many)));
    for skipped in &report.skipped {
        say(&format!("{} passed over: {}", skipped.count, skipped.why));
        for place in &skipped.first {
            say(&format!("  {place}"));
        }
    }
}

fn counts_line(counts: &Counts) -> String {
    format!(
        "{} filed with contacts, {} unfiled, {} set aside, {} here already, {} unreadable.",
        counts.filed, counts.unfiled, counts.aside, counts.duplicates, counts.unreadable
    )
}

fn say_columns(table: &Table) {
    let skipped = table.skipped();
    if !skipped.is_empty() {
        say(&format!(
            "Columns that are not taken: {}.",
            skipped.join(", ")
        ));
    }
}

fn say_report(report: &Report, mode: Mode) {
    let would = match mode {
        Mode::Write => "",
        Mode::DryRun => " Nothing was changed.",
    };
    say(&format!(
        "{}, {} completed, {} known, {} skipped.{would}",
        counted(report.made, "new contact", "new contacts"),
        report.completed,
        report.known,
        report.skipped
    ));
    for (title, list) in [("skipped", &report.reasons), ("left out", &report.left_out)] {
        for (line, what) in list.iter().take(SHOWN_MAX) {
            say(&format!("  line {line}, {title}: {what}"));
        }
        if list.len() > SHOWN_MAX {
            say(&format!("  … and {} more {title}", list.len() - SHOWN_MAX));
        }
    }
    if report.untold > 0 {
        say(&format!("  … and {} that are not listed", report.untold));
    }
    for id in report.batches.iter().rev() {
        say(&format!("`rapport do undo all #j{id}` takes it back."));
    }
}
