//! `rapport do`: the command language at the command line. Whoever may read the data folder acts; `--as` says as whom.

use super::{App, now_us, say};
use crate::commands::context::{Actor, Cx, Door, Proof, Said};
use crate::commands::{self, reply};
use crate::domain::{Error, Kind, Result, address};
use crate::store::registry::{Role, WorkspaceRow};
use crate::store::workspace::members;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

/// More than this on standard input is no list of commands.
const INPUT_BYTES_MAX: u64 = 1024 * 1024;
/// Columns where the terminal does not tell.
const WIDTH: usize = 80;

/// Runs the commands of the argument or of standard input, and prints the answers.
pub async fn run(
    app: &App,
    workspace: Option<&str>,
    member: Option<&str>,
    text: &[String],
) -> Result<ExitCode> {
    let text = if text.is_empty() {
        read_input()?
    } else {
        text.join(" ")
    };
    let row = app.workspace(workspace).await?;
    let cx = app.cx(&row, member).await?;
    let replies = commands::run(&app.store, &cx, &text).await?;
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .unwrap_or(WIDTH);
    say(reply::text::render(&replies, width).trim_end());
    let refused = replies.iter().any(|r| r.verdict == reply::Verdict::Refused);
    Ok(if refused {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Standard input where commands are piped in; a person at a terminal who gave none wants help.
fn read_input() -> Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok("help".to_owned());
    }
    let mut text = String::new();
    stdin
        .lock()
        .take(INPUT_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|e| {
            Error::invalid("standard input is no text; pipe commands in UTF-8").because(e)
        })?;
    Ok(text)
}

impl App {
    /// The named workspace, or the only one.
    pub async fn workspace(&self, name: Option<&str>) -> Result<WorkspaceRow> {
        let registry = &self.store.registry;
        if let Some(name) = name {
            return registry
                .workspace_by_slug(&name.to_lowercase())
                .await?
                .ok_or_else(|| Error::not_found(format!("there is no workspace \"{name}\"")));
        }
        let mut rows = registry.workspaces_there(20).await?;
        match (rows.pop(), rows.is_empty()) {
            (None, _) => Err(Error::not_found(
                "there is no workspace yet; make one: rapport init --owner you@your.example",
            )),
            (Some(row), true) => Ok(row),
            (Some(last), false) => {
                let names: Vec<&str> = rows
                    .iter()
                    .chain([&last])
                    .map(|r| r.slug.as_str())
                    .collect();
                Err(Error::new(
                    Kind::Ambiguous,
                    format!(
                        "there are several workspaces; name one with --workspace: {}",
                        names.join(", ")
                    ),
                ))
            }
        }
    }

    /// The context of a member at this machine; the owner where none is named.
    pub async fn cx(&self, row: &WorkspaceRow, email: Option<&str>) -> Result<Cx> {
        let members = self.store.registry.members(row.id).await?;
        let wanted = email.map(address::normalise);
        let member = members.into_iter().find(|m| match &wanted {
            Some(email) => m.account.email == *email,
            None => m.role == Role::Owner,
        });
        let Some(member) = member else {
            let who = wanted.as_deref().unwrap_or("an owner");
            return Err(Error::not_found(format!(
                "{who} is no member of \"{}\"; name one with --as",
                row.slug
            )));
        };
        let said = Said {
            workspace_id: row.id,
            actor: Actor {
                member_id: member.account.id,
                email: member.account.email,
                name: member.account.name,
                role: member.role,
            },
            proof: Proof::Machine,
            door: Door::CommandLine,
            now_us: now_us(),
            mail_domain: self.config.mail_domain.clone(),
        };
        let workspace = self.store.workspaces.get(row.id).await?;
        let settings =
            members::settings(&mut workspace.read().await?, said.actor.member_id).await?;
        let has_zone = settings.zone.is_some();
        let mut cx = Cx::new(said, settings);
        cx.page_origin.clone_from(&self.config.base_url);
        cx.backups = self.store.backups;
        if !has_zone {
            cx.zone = jiff::tz::TimeZone::system();
        }
        Ok(cx)
    }
}
