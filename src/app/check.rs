//! `rapport check`: what is set, whether it can work, and what to mend.

use super::{App, say, serve};
use crate::config::Config;
use crate::delivery::{Outbound, signing};
use crate::domain::Result;
use crate::mail::records::{self, Published};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

/// Prints a line a check; fails where one fails.
pub async fn run(config: &Config) -> Result<ExitCode> {
    let mut findings = settings(config);
    match App::open(config.clone()).await {
        Ok(app) => {
            findings.push(database(&app).await);
            findings.extend(published(&app).await);
        }
        Err(e) => findings.push(bad("database", &e.message)),
    }
    for finding in &findings {
        say(&format!(
            "{}  {:<12} {}",
            finding.mark, finding.what, finding.words
        ));
    }
    let failed = findings.iter().any(|f| f.mark == BAD);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn database(app: &App) -> Finding {
    match app.store.registry.workspaces(1).await {
        Ok(rows) if rows.is_empty() => warn(
            "database",
            "answers; there is no workspace yet: rapport init --owner you@your.example",
        ),
        Ok(_) => fine("database", "answers"),
        Err(e) => bad("database", &e.message),
    }
}

/// Whether the DNS says of the mail domain what it should. Only a wrong signing key is to be mended: hosts and policies may be
/// others than ours for good reasons.
async fn published(app: &App) -> Vec<Finding> {
    let signers = match signing::signers(&app.store.registry, &app.config.mail_domain).await {
        Ok(signers) => signers,
        Err(e) => return vec![bad("signing keys", &e.message)],
    };
    let resolver = match serve::resolver(&app.config) {
        Ok(resolver) => resolver,
        Err(e) => return vec![bad("dns", &e.message)],
    };
    let mut findings = Vec::new();
    if signers.is_empty() && records::is_public(&app.config.mail_domain) {
        findings.push(warn(
            "signing keys",
            "are not made yet: rapport init makes them",
        ));
    }
    for record in records::records(&app.config.mail_domain, &app.config.host_name, &signers) {
        let what = format!("{} {}", record.name, record.kind);
        findings.push(match record.published(&resolver).await {
            Published::Right => fine("dns", &what),
            Published::Unknown(words) => warn("dns", &format!("{what}: {words}")),
            Published::Wrong(words) => {
                let mend = format!("{what}: {words}; publish: {}", record.line());
                match record.value.starts_with("v=DKIM1") {
                    true => bad("dns", &mend),
                    false => warn("dns", &mend),
                }
            }
        });
    }
    findings
}

/// Where outgoing mail goes, without opening a connection.
fn outbound(config: &Config) -> Finding {
    match config.outbound.as_deref().map(Outbound::parse) {
        None => warn(
            "outbound",
            "is not set: nothing is sent, and mail waits in the outbox; set outbound (RAPPORT_OUTBOUND) to smtp://user:password@host",
        ),
        Some(Ok(Outbound::Relay(relay))) => fine("outbound", &relay.to_string()),
        Some(Ok(Outbound::Folder(folder))) => {
            fine("outbound", &format!("the folder {}", folder.display()))
        }
        Some(Err(e)) => bad("outbound", &e.message),
    }
}

/// A key file that others can read gives them every address and secret of the instance.
fn key_file(config: &Config) -> Option<Finding> {
    let about = std::fs::metadata(&config.key_file).ok()?;
    let name = config.key_file.display();
    Some(match about.permissions().mode() & 0o077 {
        0 => fine("key file", &name.to_string()),
        _ => warn(
            "key file",
            &format!("{name} can be read by others; chmod 600 it"),
        ),
    })
}

const FINE: &str = "ok  ";
const WARN: &str = "look";
const BAD: &str = "MEND";

struct Finding {
    mark: &'static str,
    what: &'static str,
    words: String,
}

fn settings(config: &Config) -> Vec<Finding> {
    let database = match &config.database_url {
        Some(_) => "PostgreSQL".to_owned(),
        None => format!("SQLite in {}", config.data.display()),
    };
    let mut findings = vec![
        fine("storage", &database),
        match config.mail_domain.as_str() {
            "localhost" => warn(
                "mail domain",
                "is localhost; set mail_domain (RAPPORT_MAIL_DOMAIN) to get mail from outside",
            ),
            domain => fine("mail domain", domain),
        },
        fine("smtp", &config.smtp_listen.to_string()),
        match config.submission_listen {
            Some(listen) => fine("submission", &listen.to_string()),
            None => warn(
                "submission",
                "is off; set submission_listen (RAPPORT_SUBMISSION_LISTEN) for members' mail programs",
            ),
        },
    ];
    findings.push(fine(
        "sign-up",
        &format!(
            "{}: workspaces are made by {}",
            config.sign_up.word(),
            config.sign_up.who()
        ),
    ));
    findings.push(fine("backups", &config.backups.kept()));
    let files = [
        ("certificate", &config.tls_certificate),
        ("private key", &config.tls_key),
        ("dns zone", &config.dns_zone),
    ];
    for (what, file) in files {
        if let Some(file) = file {
            findings.push(readable(what, file));
        }
    }
    findings.push(outbound(config));
    if config.private_networks.is_some() {
        findings.push(warn(
            "networks",
            "that are private may hold relays and AI providers of workspaces (RAPPORT_PRIVATE_NETWORKS): right where all workspaces are your own",
        ));
    }
    findings.extend(key_file(config));
    if config.tls_certificate.is_none() {
        findings.push(warn("certificate", "is self-signed, made on first start; set tls_certificate and tls_key for one that others can check"));
    }
    findings
}

fn readable(what: &'static str, file: &Path) -> Finding {
    match std::fs::File::open(file) {
        Ok(_) => fine(what, &file.display().to_string()),
        Err(e) => bad(
            what,
            &format!(
                "{} cannot be read ({e}); mend the path or its rights",
                file.display()
            ),
        ),
    }
}

fn fine(what: &'static str, words: &str) -> Finding {
    Finding {
        mark: FINE,
        what,
        words: words.to_owned(),
    }
}

fn warn(what: &'static str, words: &str) -> Finding {
    Finding {
        mark: WARN,
        what,
        words: words.to_owned(),
    }
}

fn bad(what: &'static str, words: &str) -> Finding {
    Finding {
        mark: BAD,
        what,
        words: words.to_owned(),
    }
}
