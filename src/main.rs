//! The binary: parses the command line, runs it, prints errors in one place.

use clap::Parser;
use rapport::cli::Cli;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // All that is kept is letters, keys and addresses: nobody else on this machine reads them.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
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
