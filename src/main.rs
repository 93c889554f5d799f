//! The binary: parses the command line, runs it, prints errors in one place.

use clap::Parser;
use rapport::cli::Cli;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match rapport::app::run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rapport: {error}");
            if let Some(cause) = &error.cause {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
