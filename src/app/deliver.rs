//! `rapport deliver`: a message on standard input, for another mail server's pipe. Exit codes are those of sysexits(3), which
//! mail servers understand.

use super::{App, now_us, say};
use crate::domain::{Error, Kind, Result, address};
use crate::store::registry::{Envelope, Recipient};
use std::io::Read;
use std::process::ExitCode;

const EX_NOUSER: u8 = 67;
const EX_TEMPFAIL: u8 = 75;

/// Takes the message, or leaves it with the caller: 67 where a recipient is not ours, 75 where trying again helps.
pub async fn run(app: &App, to: &[String], from: &str) -> Result<ExitCode> {
    let mut recipients = Vec::new();
    for written in to {
        match recipient(app, written).await {
            Ok(recipient) => recipients.push(recipient),
            Err(e) => return refused(&e),
        }
    }
    let raw = read_input(app.config.message_bytes_max)?;
    let envelope = Envelope {
        mail_from: address::normalise(from),
        ..Envelope::default()
    };
    match app
        .store
        .registry
        .spool()
        .accept(&envelope, recipients, raw, now_us())
        .await
    {
        Ok(id) => {
            say(&format!("kept as {id:016x}"));
            Ok(ExitCode::SUCCESS)
        }
        Err(e) => refused(&e),
    }
}

async fn recipient(app: &App, written: &str) -> Result<Recipient> {
    let written = address::normalise(written);
    let unknown = || {
        Error::not_found(format!(
            "{written} is no address of ours; `rapport init` prints those that are"
        ))
    };
    let (local, domain) = address::split(&written).ok_or_else(unknown)?;
    if domain != app.config.mail_domain {
        return Err(unknown());
    }
    let route = app.store.registry.route(local).await?.ok_or_else(unknown)?;
    if app.store.registry.is_closed(&route).await? {
        return Err(Error::not_found(format!(
            "{written} is closed: its workspace, which rapport do \"restore workspace\" opens again, or its member's account"
        )));
    }
    Ok(route.recipient(&written))
}

fn read_input(bytes_max: usize) -> Result<Vec<u8>> {
    let mut raw = Vec::new();
    std::io::stdin()
        .lock()
        .take(bytes_max as u64 + 1)
        .read_to_end(&mut raw)
        .map_err(|e| Error::unavailable("standard input cannot be read").because(e))?;
    if raw.len() > bytes_max {
        return Err(Error::new(
            Kind::TooMuch,
            format!("the message is over {bytes_max} bytes; raise message_bytes_max to take it"),
        ));
    }
    if raw.is_empty() {
        return Err(Error::invalid(
            "there is no message on standard input; pipe one in",
        ));
    }
    Ok(raw)
}

fn refused(error: &Error) -> Result<ExitCode> {
    eprintln!("rapport: {error}");
    Ok(ExitCode::from(match error.kind {
        Kind::NotFound => EX_NOUSER,
        _ => EX_TEMPFAIL,
    }))
}
