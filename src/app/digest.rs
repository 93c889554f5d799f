//! `rapport digest`: what a member's digest would say now; with `--send` it becomes a letter.

use super::{App, now_us, say};
use crate::commands::reply::text;
use crate::digest::contents::contents;
use crate::digest::{self, Digest};
use crate::domain::{Error, Result};
use crate::post::{self, Letterhead, Occasion, Written};
use crate::store::registry::Lane;
use crate::store::workspace::{digests, members};
use std::process::ExitCode;

/// Where the digest goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To standard output.
    Print,
    /// Into the outbox, to the member's registered address.
    Send,
}

/// Prints or sends the digest of a member.
pub async fn run(
    app: &App,
    workspace: Option<&str>,
    email: Option<&str>,
    way: Way,
) -> Result<ExitCode> {
    let row = app.workspace(workspace).await?;
    let cx = app.cx(&row, email).await?;
    let opened = app.store.workspaces.get(row.id).await?;
    let member_id = cx.actor.member_id;
    let mut tx = match way {
        Way::Print => opened.read().await?,
        Way::Send => opened.write().await?,
    };
    let now_us = now_us();
    // What is told begins where the last digest ended; before the first one, a day back.
    let row_of = digests::of(&mut tx, member_id).await?;
    let day_before = digest::schedule::days_before(now_us, 1);
    let since = digest::since(&mut tx, row_of, day_before).await?;
    let mut settings = members::settings(&mut tx, member_id).await?;
    if settings.zone.is_none() {
        settings.zone = cx.zone.iana_name().map(str::to_owned);
    }
    let told = contents(&mut tx, member_id, since, now_us).await?;
    let Some(told) = digest::digest(&told, &settings, now_us) else {
        say("There is nothing to tell: nothing is due or new, and nobody fell quiet.");
        return Ok(ExitCode::SUCCESS);
    };
    if way == Way::Print {
        say(&told.subject);
        say("");
        say(text::letter(&told.replies, text::LETTER_WIDTH).trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let letterhead = Letterhead {
        key: app.store.registry.key(),
        mail_domain: &app.config.mail_domain,
        workspace_id: row.id,
        now_us,
    };
    let written = write(&mut tx, &letterhead, member_id, &told).await?;
    if !written.is_to_send() {
        return Err(Error::new(
            crate::domain::Kind::TooMuch,
            format!(
                "{} got as many letters as there may be in an hour; try again later",
                cx.actor.email
            ),
        ));
    }
    app.store
        .registry
        .wake(row.id, Lane::Delivery, now_us)
        .await?;
    tx.commit().await?;
    let place = match written {
        Written::Letter { outbox_id, .. } => format!("in the outbox as number {outbox_id}"),
        _ => "waiting for the chat".to_owned(),
    };
    say(&format!(
        "The digest for {} is {place}; `rapport serve` sends it.",
        cx.actor.email
    ));
    Ok(ExitCode::SUCCESS)
}

async fn write(
    tx: &mut crate::store::Tx,
    letterhead: &Letterhead<'_>,
    member_id: i64,
    told: &Digest,
) -> Result<Written> {
    let letter = post::Letter {
        member_id,
        occasion: Occasion::Digest,
        replies: &told.replies,
        subject: &told.subject,
        answers: None,
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        nonce: rand::random(),
    };
    post::write(tx, letterhead, &letter).await
}
