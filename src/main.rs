//! The binary: the command line, and nothing else.

use clap::{Parser, Subcommand};
use rapport::explain::{self, Input};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "rapport", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// How a message reads, and what would be done; changes nothing.
    Explain {
        #[arg(long)]
        json: bool,
        #[arg(long, value_enum, default_value = "eml")]
        input: Input,
        #[arg(long)]
        subject: Option<String>,
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Explain {
            input,
            subject,
            files,
            ..
        } => {
            for file in files {
                let raw = std::fs::read(&file)?;
                let message = explain::read(input, &raw, subject.as_deref());
                println!(
                    "{}",
                    explain::to_json(&file.display().to_string(), &message)
                );
            }
        }
    }
    Ok(())
}
