//! `rapport backup` and `rapport restore`.

use super::{App, key, now_us, say};
use crate::config::Config;
use crate::domain::{Error, Result};
use crate::store::forgetting::tombstones_of;
use crate::store::restore::{self, Again, Restored};
use jiff::Timestamp;
use std::path::Path;
use std::process::ExitCode;

/// Writes a backup, and says what is not in it.
pub async fn back_up(app: &App, out: &Path) -> Result<ExitCode> {
    let about = app.store.back_up(out, now_us()).await?;
    let workspaces = match about.workspaces.len() {
        1 => "1 workspace".to_owned(),
        count => format!("{count} workspaces"),
    };
    say(&format!(
        "{} holds the registry and {workspaces}.\nThe key file {} is not in it: keep a copy elsewhere, without it no backup is worth anything.",
        out.display(),
        app.config.key_file.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup back, or only erases again who was erased since a time.
pub async fn restore(
    config: Config,
    from: Option<&Path>,
    erased_since: Option<&str>,
) -> Result<ExitCode> {
    match (from, erased_since) {
        (Some(from), _) => put_back(&config, from).await,
        (None, Some(since)) => erase_again(&App::open(config).await?, since).await,
        (None, None) => Err(Error::invalid(
            "name the folder of the backup: rapport restore DIR",
        )),
    }
}

async fn put_back(config: &Config, from: &Path) -> Result<ExitCode> {
    if config.database_url.is_some() {
        return Err(Error::invalid(
            "the databases are on a PostgreSQL server: restore them with psql or pg_restore, then say \
             rapport restore --erased-since TIME, with the time of the dump, so that who was erased since is erased again",
        ));
    }
    std::fs::create_dir_all(&config.data).map_err(|e| {
        let message = format!("cannot make the data folder {}", config.data.display());
        Error::unavailable(message).because(e)
    })?;
    let key = key::load_or_make(&config.key_file)?;
    let restored = restore::restore(from, &config.data, key, now_us()).await?;
    say(&words(&restored));
    Ok(ExitCode::SUCCESS)
}

/// Erases again who was erased after a moment, in databases that were restored to it by other means.
async fn erase_again(app: &App, since: &str) -> Result<ExitCode> {
    let since: Timestamp = since.parse().map_err(|e| {
        Error::invalid(format!(
            "\"{since}\" is no time; write it as 2026-11-14T07:30:00Z"
        ))
        .because(e)
    })?;
    let mut tombstones = tombstones_of(&app.config.data)?;
    tombstones.extend(app.store.registry.tombstones(i64::MIN).await?);
    tombstones.sort();
    tombstones.dedup();
    let again = app
        .store
        .erase_again(&tombstones, since.as_microsecond(), now_us())
        .await?;
    say(&again_words(&again));
    Ok(ExitCode::SUCCESS)
}

fn words(restored: &Restored) -> String {
    let mut lines = vec![format!(
        "The backup of {} is back, with {} of its workspaces.",
        Timestamp::from_microsecond(restored.about.made_at).unwrap_or_default(),
        restored.about.workspaces.len()
    )];
    lines.push(again_words(&restored.again));
    if restored.addresses > 0 {
        lines.push(format!(
            "{} addresses of contacts lead to them again.",
            restored.addresses
        ));
    }
    if let Some(before) = &restored.before {
        lines.push(format!(
            "What was there before is in {}; remove it when all is well.",
            before.display()
        ));
    }
    lines.join("\n")
}

fn again_words(again: &Again) -> String {
    let mut lines = vec![erased_words(again.erased)];
    lines.extend(again.kept.iter().map(|email| {
        format!(
            "The account {email} was deleted, and is there again. A workspace that it owns alone is handed over or deleted first, and then the account, at the page."
        )
    }));
    lines.join("\n")
}

fn erased_words(erased: usize) -> String {
    match erased {
        0 => "Nobody was erased since it was made.".to_owned(),
        1 => "1 person or workspace that was erased since was erased again.".to_owned(),
        count => {
            format!("{count} persons and workspaces that were erased since were erased again.")
        }
    }
}
