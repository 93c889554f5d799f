//! `rapport check`: what is set, whether it can work, and what to mend.

use super::{App, say};
use crate::config::Config;
use crate::domain::Result;
use std::path::Path;
use std::process::ExitCode;

/// Prints a line a check; fails where one fails.
pub async fn run(config: &Config) -> Result<ExitCode> {
    let mut findings = settings(config);
    findings.push(match App::open(config.clone()).await {
        Ok(app) => match app.store.registry.workspaces(1).await {
            Ok(rows) if rows.is_empty() => warn(
                "database",
                "answers; there is no workspace yet: rapport init --owner you@your.example",
            ),
            Ok(_) => fine("database", "answers"),
            Err(e) => bad("database", &e.message),
        },
        Err(e) => bad("database", &e.message),
    });
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
