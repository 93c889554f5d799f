//! The command line: names, options and help. What they do stands in `app`.

use crate::explain::Input;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "rapport",
    version,
    about = "The CRM that nobody has to open: forward or BCC mail to it, and it files everything with the right contact.",
    after_help = "First steps:\n  rapport demo                               see it work, in a scratch folder\n  \
                  rapport init --owner you@your.example      make your workspace\n  \
                  rapport serve                              take mail\n\n\
                  Settings come from rapport.toml (or --config FILE) and RAPPORT_… in the environment; `rapport check` shows them."
)]
pub struct Cli {
    /// The configuration file; without it rapport.toml is read where there is one.
    #[arg(long, global = true, value_name = "FILE", env = "RAPPORT_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take mail and file it, until SIGTERM or Ctrl-C
    Serve,
    /// Show the whole of it with real mail through real sockets in a scratch folder; exits 0 when all of it held
    Demo {
        /// Keep the scratch folder, and say where it is
        #[arg(long)]
        keep: bool,
    },
    /// Make a workspace; prints its addresses and an app password, once
    Init {
        /// The owner's mail address
        #[arg(long, value_name = "EMAIL")]
        owner: String,
        /// Name of the workspace, which is also its plain address; from the owner's domain where not given
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// How much waits, is parked, held, unfiled, and filed
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run commands from the argument or standard input; `rapport do help` lists them
    Do {
        /// The workspace; not needed where there is one
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// The member who acts; the owner where not given
        #[arg(long = "as", value_name = "EMAIL")]
        member: Option<String>,
        /// The commands, such as `note @ada: prefers mornings`
        text: Vec<String>,
    },
    /// How a message reads, and what would be done; changes nothing
    Explain {
        /// Print JSON, an object a file
        #[arg(long)]
        json: bool,
        /// What the files hold
        #[arg(long, value_enum, default_value = "eml")]
        input: Input,
        /// The subject of a bare body
        #[arg(long)]
        subject: Option<String>,
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Put a message from standard input into the spool, for another mail server's pipe
    Deliver {
        /// Its recipients, addresses of ours
        #[arg(long, required = true, value_name = "ADDRESS", num_args = 1..)]
        to: Vec<String>,
        /// Its envelope sender
        #[arg(long, default_value = "", value_name = "ADDRESS")]
        from: String,
    },
    /// Print what a member's digest says now, or send it
    Digest {
        /// The workspace; not needed where there is one
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// Whose; the owner's where not given
        #[arg(long = "as", value_name = "EMAIL")]
        member: Option<String>,
        /// Put it into the outbox, to the member's registered address
        #[arg(long)]
        send: bool,
    },
    /// Write a backup of the databases into a new folder, while everything runs (SQLite; a PostgreSQL server has pg_dump)
    Backup {
        /// The folder
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Put a backup back; who was erased since it was made is erased again. Stop `rapport serve` before
    Restore {
        /// The folder that `rapport backup` wrote
        #[arg(value_name = "DIR")]
        from: Option<PathBuf>,
        /// Only erase again who was erased after this time: behind pg_restore, with the time of the dump
        #[arg(long, value_name = "TIME", conflicts_with = "from")]
        erased_since: Option<String>,
    },
    /// Write a whole workspace into a ZIP: all rows, all mail as it came, spreadsheets, an address book
    Export {
        /// The workspace; not needed where there is one
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// The file to make
        #[arg(long, value_name = "FILE.zip")]
        out: PathBuf,
    },
    /// Take in contacts (.csv, .vcf), mail of before (.mbox, a Maildir), or a whole workspace (.zip of `rapport export`)
    Import {
        /// The workspace; not needed where there is one. For a whole workspace: another name than it had
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// The member whose contacts or mail it is; the owner where not given
        #[arg(long = "as", value_name = "EMAIL")]
        member: Option<String>,
        /// Read and check all of it, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// The file, or the folder of a Maildir
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check the configuration and the databases, and say what to mend
    Check,
}
