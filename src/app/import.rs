//! `rapport import`: what a file is, and what came of it.

use super::transfer::import as import_workspace;
use super::{App, now_us, say};
use crate::domain::{Clock, Error, Kind, Result};
use crate::ingest::history::{self, Archive, Counts, Progress, Source};
use crate::store::registry::WorkspaceRow;
use crate::transfer::{self, FILE_BYTES_MAX, Mode, Report, Table};
use std::fs::File;
use std::io::{IsTerminal, Read, Seek, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How often a terminal is told how far it is.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Lines that are printed of a long list.
const SHOWN_MAX: usize = 20;
/// Bytes by which a file is known.
const KNOWN_BYTES: u64 = 512;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Workspace,
    Mail,
    Cards,
    Table,
}

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
    let form = match path.is_dir() {
        true => Form::Mail,
        false => {
            let mut begin = Vec::new();
            let read = (&file).take(KNOWN_BYTES).read_to_end(&mut begin);
            read.and_then(|_| file.rewind()).map_err(cannot)?;
            form(path, &begin)
        }
    };
    if form == Form::Workspace {
        return import_workspace(app, workspace, mode, file).await;
    }
    let row = app.workspace(workspace).await?;
    if form == Form::Mail {
        return mail(app, &row, member, mode, path).await;
    }
    if file.metadata().map_err(cannot)?.len() > FILE_BYTES_MAX {
        let message = format!("{} is larger than 64 MiB; split it", path.display());
        return Err(Error::new(Kind::TooMuch, message));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot)?;
    let people = match form {
        Form::Cards => transfer::people_of_cards(&bytes)?,
        _ => {
            let table = Table::read(&bytes)?;
            table.demand_people()?;
            say_columns(&table);
            table.people()
        }
    };
    if people.is_empty() {
        let message = format!("{} holds nobody", path.display());
        return Err(Error::invalid(message));
    }
    let cx = app.cx(&row, member).await?;
    let report = transfer::bring(&app.store, &cx, &people, mode).await?;
    say_report(&report, mode);
    Ok(ExitCode::SUCCESS)
}

/// What a file is, by how it begins, else by its name.
fn form(path: &Path, begin: &[u8]) -> Form {
    let text = String::from_utf8_lossy(begin);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let name = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if begin.starts_with(b"PK") {
        return Form::Workspace;
    }
    if text
        .get(..11)
        .is_some_and(|t| t.eq_ignore_ascii_case("BEGIN:VCARD"))
    {
        return Form::Cards;
    }
    match name.as_str() {
        "zip" => Form::Workspace,
        "mbox" | "mbx" => Form::Mail,
        "vcf" | "vcard" => Form::Cards,
        "csv" | "tsv" => Form::Table,
        _ if begin.starts_with(b"From ") => Form::Mail,
        _ => Form::Table,
    }
}

async fn mail(
    app: &App,
    row: &WorkspaceRow,
    member: Option<&str>,
    mode: Mode,
    path: &Path,
) -> Result<ExitCode> {
    if mode == Mode::DryRun {
        return Err(Error::invalid(
            "a dry run of mail is not there; the same mail twice is filed once, and nothing is sent",
        ));
    }
    let cx = app.cx(row, member).await?;
    let archive = Archive {
        store: app.store.clone(),
        workspace_id: row.id,
        member_id: cx.actor.member_id,
        mail_domain: app.config.mail_domain.clone(),
        clock: Clock::of(now_us),
        random: rand::random,
    };
    let is_terminal = std::io::stderr().is_terminal();
    let mut told = Instant::now();
    let tell = move |progress: Progress| {
        if is_terminal && told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r{}", progress_line(&progress)).and_then(|()| out.flush());
        }
    };
    let counts = history::file(&archive, &Source::at(path)?, tell).await?;
    if is_terminal {
        let _ = writeln!(std::io::stderr());
    }
    say(&counts_line(&counts));
    Ok(ExitCode::SUCCESS)
}

fn progress_line(progress: &Progress) -> String {
    let percent = progress.done_bytes * 100 / progress.total_bytes.max(1);
    let counts = &progress.counts;
    format!(
        "{percent:3} %  {} filed, {} here already",
        counts.filed + counts.unfiled + counts.aside,
        counts.duplicates
    )
}

fn counts_line(counts: &Counts) -> String {
    format!(
        "{} filed with contacts, {} unfiled, {} set aside, {} here already, {} unreadable. Nothing was sent, and no command was run.",
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
        "{} new contacts, {} completed, {} known, {} skipped.{would}",
        report.made, report.completed, report.known, report.skipped
    ));
    for (title, list) in [("skipped", &report.reasons), ("left out", &report.left_out)] {
        for (line, what) in list.iter().take(SHOWN_MAX) {
            say(&format!("  line {line}, {title}: {what}"));
        }
        if list.len() > SHOWN_MAX {
            say(&format!("  … and {} more {title}", list.len() - SHOWN_MAX));
        }
    }
    match report.batches.len() {
        0 => {}
        1 => say("`rapport do undo` takes it back."),
        count => say(&format!("`rapport do undo`, {count} times, takes it back.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_how_it_begins_and_else_by_its_name() {
        let cases: [(&str, &[u8], Form); 8] = [
            ("a.dat", b"PK\x03\x04", Form::Workspace),
            ("a.txt", b"\xef\xbb\xbfBEGIN:VCARD\r\n", Form::Cards),
            ("a.txt", b"From a Tue Nov 10 12:00:00 2026\n", Form::Mail),
            ("a.csv", b"From whom,Name\n", Form::Table),
            ("a.csv", b"Name,Email\n", Form::Table),
            ("a", b"Name;Email\n", Form::Table),
            ("a.VCF", b"", Form::Cards),
            ("a.mbox", b"", Form::Mail),
        ];
        for (name, begin, wanted) in cases {
            assert_eq!(form(Path::new(name), begin), wanted, "{name}");
        }
    }
}
