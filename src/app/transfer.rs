//! `rapport export`, and `rapport import` of what it made.

use super::progress::Bar;
use super::serve::asked_to_stop;
use super::{App, now_us, say};
use crate::commands::founding::{By, slug_of};
use crate::domain::{Error, Kind, Result};
use crate::transfer::{self, Exported, Mode, Watch};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Bytes that reach the disk at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Writes a workspace into a file, which is there when it is whole.
pub async fn export(app: &App, workspace: Option<&str>, out: &Path) -> Result<ExitCode> {
    let row = app.workspace(workspace).await?;
    if out.exists() {
        return Err(Error::new(
            Kind::Conflict,
            format!(
                "{} is there already; choose another name with --out",
                out.display()
            ),
        ));
    }
    // Whoever stops it leaves nothing of the workspace behind: asked for first, so that there is no file before it can be stopped.
    let exported = tokio::select! {
        biased;
        stopped = asked_to_stop() => {
            stopped?;
            return Err(Error::unavailable("the export was stopped; nothing is left of it"));
        }
        exported = write(app, row.id, out) => exported?,
    };
    let count = |table: &str| {
        exported
            .manifest
            .rows
            .get(table)
            .copied()
            .unwrap_or_default()
    };
    say(&format!(
        "The workspace \"{}\" is in {}: {} contacts, {} interactions, {} raw messages, {} files.",
        exported.manifest.name,
        out.display(),
        count("contact"),
        count("interaction"),
        count("raw_message"),
        exported.manifest.files,
    ));
    if exported.manifest.files_left_out > 0 {
        say(&format!(
            "{} further files are in mail.mbox alone.",
            exported.manifest.files_left_out
        ));
    }
    if let Some(bot) = &exported.bot_left_out {
        say(&format!(
            "The bot @{bot} is not in it, since its token is a secret."
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes it beside its place first; dropped half way, nothing is left.
async fn write(app: &App, workspace_id: i64, out: &Path) -> Result<Exported> {
    let cannot = |e| Error::unavailable(format!("cannot write {}", out.display())).because(e);
    let folder = match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let (file, path) = NamedTempFile::new_in(folder).map_err(cannot)?.into_parts();
    let writer = BufWriter::with_capacity(BUFFER_BYTES, file);
    let (exported, writer) = transfer::export(&app.store, workspace_id, now_us(), writer).await?;
    let file = writer.into_inner().map_err(|e| cannot(e.into_error()))?;
    file.sync_all().map_err(cannot)?;
    path.persist_noclobber(out).map_err(|e| cannot(e.error))?;
    Ok(exported)
}

/// Makes a workspace of an export.
pub async fn import(
    app: &App,
    workspace: Option<&str>,
    mode: Mode,
    file: File,
) -> Result<ExitCode> {
    let name =
        workspace.map(|name| Ok::<_, Error>((slug_of(name, By::Operator)?, name.to_owned())));
    let watch = Arc::new(Watch::default());
    let watched = watch.clone();
    let far = Arc::new(move || (watched.percent(), "of the rows".to_owned()));
    let bar = Bar::begin(far, watch.stop.clone());
    let name = name.transpose()?;
    let imported = transfer::import(&app.store, file, name, mode, now_us(), watch).await;
    drop(bar);
    let imported = imported?;
    let count = |table: &str| {
        imported
            .manifest
            .rows
            .get(table)
            .copied()
            .unwrap_or_default()
    };
    let verb = match mode {
        Mode::Write => "is made",
        Mode::DryRun => "would be made; nothing was changed",
    };
    say(&format!(
        "The workspace \"{}\" {verb}: {} contacts, {} interactions, {} raw messages. {} members had an account here, {} are new.",
        imported.slug,
        count("contact"),
        count("interaction"),
        count("raw_message"),
        imported.known_accounts.len(),
        imported.new_accounts,
    ));
    if !imported.known_accounts.is_empty() {
        say(&format!(
            "Whoever had an account here belongs to it too, with the role of the file: {}.",
            imported.known_accounts.join(", ")
        ));
    }
    if imported.not_sent > 0 {
        say(&format!(
            "{} letters and texts waited to be sent when it was exported; they are not sent from here.",
            imported.not_sent
        ));
    }
    Ok(ExitCode::SUCCESS)
}
