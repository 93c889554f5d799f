//! What the subcommands do: each opens what it needs, calls one layer, and prints.
//!
//! The only place that reads the real clock, the environment and standard input.

mod backup;
mod check;
mod deliver;
mod digest;
mod import;
mod init;
mod key;
mod log;
mod page;
mod progress;
pub mod serve;
mod status;
mod terminal;
mod transfer;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::delivery::signing;
use crate::demo;
use crate::domain::{Error, Result};
use crate::explain;
use crate::mail::records;
use crate::mail::sign::Signer;
use crate::store::Store;
use crate::transfer::Mode;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What one subcommand has at hand.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The databases.
    pub store: Store,
}

/// Runs one subcommand.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let config = Config::read(cli.config.as_deref(), |name| std::env::var(name).ok())?;
    match cli.command {
        Command::Explain {
            json,
            input,
            subject,
            files,
        } => {
            let form = explain::Form::of(json);
            explained(&config, form, (input, subject.as_deref()), &files).await
        }
        Command::Check => check::run(&config).await,
        Command::Init {
            owner,
            workspace,
            json,
        } => {
            let app = App::open(config).await?;
            let made = app.init(&owner, workspace.as_deref()).await?;
            say(&if json { made.json() } else { made.text() });
            Ok(ExitCode::SUCCESS)
        }
        Command::Status { json } => {
            let status = App::open(config).await?.status().await?;
            say(&if json { status.json() } else { status.text() });
            Ok(ExitCode::SUCCESS)
        }
        Command::Deliver { to, from } => {
            let app = App::open(config).await?;
            deliver::run(&app, &to, &from).await
        }
        Command::Serve => serve::run(App::open(config).await?).await,
        Command::Do {
            workspace,
            member,
            text,
        } => {
            let app = App::open(config).await?;
            terminal::run(&app, workspace.as_deref(), member.as_deref(), &text).await
        }
        Command::Digest {
            workspace,
            member,
            send,
        } => {
            let app = App::open(config).await?;
            let way = match send {
                true => digest::Way::Send,
                false => digest::Way::Print,
            };
            digest::run(&app, workspace.as_deref(), member.as_deref(), way).await
        }
        Command::Backup { out } => {
            let app = App::open(config).await?;
            backup::back_up(&app, &out).await
        }
        Command::Restore { from, erased_since } => {
            backup::restore(config, from.as_deref(), erased_since.as_deref()).await
        }
        command @ (Command::Export { .. } | Command::Import { .. }) => {
            out_or_in(App::open(config).await?, command).await
        }
        Command::Demo { keep: true } => demo::run(demo::Scratch::Keep).await,
        Command::Demo { keep: false } => demo::run(demo::Scratch::Remove).await,
    }
}

/// Runs `export` or `import`.
async fn out_or_in(app: App, command: Command) -> Result<ExitCode> {
    match command {
        Command::Export { workspace, out } => {
            transfer::export(&app, workspace.as_deref(), &out).await
        }
        Command::Import {
            workspace,
            member,
            dry_run,
            file,
        } => {
            let mode = match dry_run {
                true => Mode::DryRun,
                false => Mode::Write,
            };
            import::run(&app, workspace.as_deref(), member.as_deref(), mode, &file).await
        }
        _ => Ok(ExitCode::FAILURE),
    }
}

async fn explained(
    config: &Config,
    form: explain::Form,
    (input, subject): (explain::Input, Option<&str>),
    files: &[PathBuf],
) -> Result<ExitCode> {
    let zone = config.dns_zone.as_deref().map(serve::zone).transpose()?;
    let question = explain::Question {
        input,
        subject,
        form,
        zone,
    };
    explain::run(&question, files).await
}

impl App {
    /// Opens the databases that the settings name.
    pub async fn open(config: Config) -> Result<App> {
        std::fs::create_dir_all(&config.data).map_err(|e| {
            Error::unavailable(format!(
                "cannot make the data folder {}; name another with RAPPORT_DATA",
                config.data.display()
            ))
            .because(e)
        })?;
        let key = key::load_or_make(&config.key_file)?;
        let mut store = Store::open(&config.data, config.database_url.as_deref(), key).await?;
        store.backups = config.backups;
        Ok(App { config, store })
    }
}

impl App {
    /// The keys that sign outgoing mail, made the first time; none where there is no mail domain yet.
    pub async fn signers(&self) -> Result<Vec<Signer>> {
        if !records::is_public(&self.config.mail_domain) {
            return Ok(Vec::new());
        }
        let domain = &self.config.mail_domain;
        signing::signers_or_new(&self.store.registry, domain, rand::random, now_us()).await
    }
}

/// Prints a line. A reader who went away, as `head` does, is no fault of ours.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Microseconds since 1970, by the machine's clock.
pub fn now_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
