//! What a workspace holds, as a whole: its export, erasing one person, how long things are kept, and leaving.

use super::form::Filled;
use super::message::{self, Refusal};
use super::pace::Pace;
use super::view::{DataView, ExportView, Frame, KeptShown, Notice, ReadingShown, show as shown};
use super::visitor::{Membership, SignedIn};
use super::{Page, security, time};
use crate::digest::leaving;
use crate::domain::workspace_settings::{WorkspaceSetting, WorkspaceSettings};
use crate::domain::{Error, Kind, retention};
use crate::store::registry::{Registry, Role};
use crate::store::workspace::settings;
use crate::transfer;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Bytes of an export that go at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const PIECES_AHEAD: usize = 8;
/// A reader who takes nothing for so long is given up: the export holds a view of the database.
const STALL_MAX: Duration = Duration::from_secs(60);
/// An export waits for its reader for so long in all …
const WAIT_MAX: Duration = Duration::from_secs(300);
/// … and a second longer for each so many bytes: that is the least pace.
const PACE_BYTES: u64 = 64 * 1024;
/// While it lasts, whether somebody may have it is asked again after each so long.
const ASKED_AGAIN: Duration = Duration::from_secs(2);
/// No export waits for its reader longer, at whatever pace.
const WHOLE_WAIT_MAX: Duration = Duration::from_secs(2 * 3_600);

/// `GET /data`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    show_with(&page, &membership, None).await
}

pub(super) async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let id = membership.workspace.id;
    let opened = page.store.workspaces.get(id).await?;
    let chosen = WorkspaceSettings::of(&settings::all(&mut opened.read().await?).await?);
    let kept = retention::table(&chosen.kept_days)
        .into_iter()
        .map(|row| KeptShown {
            name: WorkspaceSetting::Keep(row.kept).word(),
            what: row.what,
            days: row.current_days,
            default_days: row.default_days,
            bounds: row.bounds,
        });
    let registry = &page.store.registry;
    let leaving = registry.leaving(id).await?;
    let account_id = membership.signed_in.visitor.account.id;
    let has_factor = registry.confirmed_factor(account_id).await?;
    let settings = time::chosen(page, &membership.signed_in).await?;
    page.uploads.forget_old(page.now_us());
    let whose = (account_id, id);
    Ok(shown(&DataView {
        frame: Frame::for_member(page, &membership.signed_in, "Data").with(notice),
        backups: page.backups_hold(None),
        can_change: membership.role >= Role::Member,
        can_export: membership.role >= Role::Admin,
        can_leave: membership.role >= Role::Owner,
        has_factor: has_factor.is_some(),
        id,
        slug: membership.workspace.slug.clone(),
        kept: kept.collect(),
        leaving: leaving.map(|row| time::shown(row.gone_at, &settings)),
        reading: ReadingShown::last(page, whose),
    }))
}

/// `GET /data/export/…`: what the link in the answer to `export` leads to. The workspace is named, whichever one is looked at.
pub async fn export_page(
    State(page): State<Page>,
    signed_in: SignedIn,
    Path(workspace): Path<i64>,
) -> Result<Response, Refusal> {
    let membership = signed_in.in_workspace(&page, workspace).await?;
    membership.demand(Role::Admin)?;
    Ok(shown(&ExportView {
        frame: Frame::for_member(&page, &membership.signed_in, "Export"),
        id: membership.workspace.id,
        name: membership.workspace.name.clone(),
    }))
}

/// `POST /data/export`: the ZIP, as it is read; nothing of it is kept here.
pub async fn export(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let membership = signed_in
        .in_workspace(&page, fields.id("workspace")?)
        .await?;
    membership.demand(Role::Admin)?;
    let (id, now_us) = (membership.workspace.id, page.now_us());
    let turn = page.limits.exporting.take(id, Duration::ZERO).await?;
    page.note(membership.event("exported the workspace", ""))
        .await?;
    let (sink, mut pieces) = Sink::new(page.settings.export_patience.unwrap_or(WAIT_MAX));
    let store = page.store.clone();
    let (whole, last) = (Arc::new(AtomicBool::new(false)), sink.pieces.clone());
    let is_whole = whole.clone();
    let account_id = membership.signed_in.visitor.account.id;
    tokio::spawn(async move {
        let exported = tokio::select! {
            exported = transfer::export(&store, id, now_us, sink) => exported.map(drop),
            () = until_refused(&store.registry, id, account_id) => {
                Err(Error::new(Kind::Forbidden, "whoever asked for it may not any more"))
            }
        };
        match exported {
            Ok(()) => whole.store(true, Ordering::Release),
            Err(error) => {
                tracing::error!(workspace_id = id, error = %error, "an export broke off");
            }
        }
        // Not before it is said whether that was all.
        drop((turn, last));
    });
    let stream = futures_util::stream::poll_fn(move |cx| {
        pieces.poll_recv(cx).map(|piece| ended(piece, &is_whole))
    });
    let day = time::day(now_us);
    let name = format!(
        "attachment; filename=\"{}-{day}.zip\"",
        membership.workspace.slug
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}

/// Returns when somebody may export a workspace no more: they are no admin any more, or it is being removed, by whatever node.
async fn until_refused(registry: &Registry, workspace_id: i64, account_id: i64) {
    loop {
        tokio::time::sleep(ASKED_AGAIN).await;
        let may = async {
            let leaving = registry.leaving(workspace_id).await?;
            let role = registry.role_of(workspace_id, account_id).await?;
            Ok::<bool, Error>(
                role.is_some_and(|role| role >= Role::Admin)
                    && leaving.is_none_or(|row| row.gone_at != 0),
            )
        };
        // A registry that does not answer says nothing against it.
        if !may.await.unwrap_or(true) {
            return;
        }
    }
}

/// A piece, or the end: where it is not all of the export, the reader sees that. Whoever reads nothing is not waited for.
fn ended(piece: Option<Bytes>, is_whole: &AtomicBool) -> Option<io::Result<Bytes>> {
    match piece {
        Some(piece) => Some(Ok(piece)),
        None if is_whole.load(Ordering::Acquire) => None,
        None => Some(Err(io::Error::other("the export broke off"))),
    }
}

/// A writer whose bytes are an answer; it waits for whoever reads them.
struct Sink {
    pieces: mpsc::Sender<Bytes>,
    waiting: Vec<u8>,
    runtime: Handle,
    /// How long it may still wait for its reader.
    pace: Pace,
}

impl Sink {
    fn new(patience: Duration) -> (Sink, mpsc::Receiver<Bytes>) {
        let (pieces, reader) = mpsc::channel(PIECES_AHEAD);
        let sink = Sink {
            pieces,
            waiting: Vec::with_capacity(PIECE_BYTES),
            runtime: Handle::current(),
            pace: Pace::new(STALL_MAX, patience, WHOLE_WAIT_MAX, PACE_BYTES),
        };
        (sink, reader)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(
            &mut self.waiting,
            Vec::with_capacity(PIECE_BYTES),
        ));
        let bytes = piece.len();
        let began = Instant::now();
        let sent = self
            .runtime
            .block_on(self.pieces.send_timeout(piece, self.pace.longest()));
        self.pace.waited(began.elapsed());
        self.pace.went(bytes);
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads the export"))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // What is whole was flushed by whoever ended it; a piece that waits still is the end of it.
        if !self.waiting.is_empty() {
            let piece = Bytes::from(std::mem::take(&mut self.waiting));
            let _ = self.pieces.try_send(piece);
        }
    }
}

/// `POST /data/erase`: the command `erase`, and `confirm` with its code.
pub async fn erase(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let line = match fields.has("code") {
        true => format!("confirm {}", fields.line("code")),
        false => format!("erase {}", fields.line("who")),
    };
    let cx = page.cx(&membership).await?;
    let replies = page.run(&membership, &cx, &line).await?;
    show_with(&page, &membership, Some(Notice::of(&replies))).await
}

/// `POST /data/kept`: the command that says for how long something is kept.
pub async fn keep(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Owner)?;
    let setting = WorkspaceSetting::of_word(fields.get("name"));
    let Some(setting) = setting.filter(|setting| setting.is_owner_s()) else {
        return Err(Refusal::Invalid(
            "That is nothing that is kept for a time. Nothing was changed.".to_owned(),
        ));
    };
    let days = match fields.line("days") {
        days if days.is_empty() => "none".to_owned(),
        days => format!("{days} days"),
    };
    let line = format!("workspace {}: {days}", setting.word());
    let cx = page.cx(&membership).await?;
    let replies = page.run(&membership, &cx, &line).await?;
    show_with(&page, &membership, Some(Notice::of(&replies))).await
}

/// `POST /data/leave`: closes the workspace for thirty days, opens it again, or deletes it now. Its name is typed, so that no
/// slip does it; and a code, where there is a second factor, so that an open session alone does not.
pub async fn leave(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Owner)?;
    let id = membership.workspace.id;
    let now_us = page.now_us();
    if fields.get("what") == "stay" {
        if !leaving::reverse(&page.store, id, now_us).await? {
            let notice = Notice::wrong("The workspace was not to be deleted, or it is too late.");
            return show_with(&page, &membership, Some(notice)).await;
        }
        page.note(membership.event("opened the workspace again", ""))
            .await?;
        let notice = Notice::done("The workspace stays. Mail comes in and goes out again.");
        return show_with(&page, &membership, Some(notice)).await;
    }
    if fields.get("slug") != membership.workspace.slug {
        let notice = Notice::wrong(format!(
            "Nothing was changed: type \"{}\" to say that you mean it.",
            membership.workspace.slug
        ));
        return show_with(&page, &membership, Some(notice)).await;
    }
    let visitor = &membership.signed_in.visitor;
    if let Some(wrong) = security::unproved(&page, visitor, &fields).await? {
        return show_with(&page, &membership, Some(Notice::wrong(wrong))).await;
    }
    page.uploads.stop_of(id);
    let account_id = visitor.account.id;
    if fields.get("what") == "now" {
        return gone(&page, &membership).await;
    }
    page.note(membership.event("closed the workspace", ""))
        .await?;
    let head = page.letterhead(id);
    let row = leaving::begin(&page.store, &head, rand::random).await?;
    tracing::info!(workspace_id = id, account_id, "a workspace was closed");
    let settings = time::chosen(&page, &membership.signed_in).await?;
    let notice = Notice::done(format!(
        "The workspace is closed. On {} everything in it is deleted; until then you can take that back here.",
        time::shown(row.gone_at, &settings)
    ));
    show_with(&page, &membership, Some(notice)).await
}

/// Deletes the workspace now; its owners and admins are told. Nothing takes that back, so whatever fails is no answer that it was not
/// made: it goes on.
async fn gone(page: &Page, membership: &Membership) -> Result<Response, Refusal> {
    let (id, by) = (membership.workspace.id, membership.actor());
    let backups = page.backups_hold(Some(page.now_us()));
    let head = page.letterhead(id);
    let is_gone = leaving::finish_now(&page.store, &head, rand::random, Some(by.member_id)).await?;
    tracing::info!(
        workspace_id = id,
        account_id = by.member_id,
        is_gone,
        "a workspace is deleted at once"
    );
    let (title, said) = match is_gone {
        true => (
            "The workspace is gone",
            "Everything in it was deleted, with its addresses.",
        ),
        false => (
            "The workspace is being deleted",
            "It is closed for good, and everything in it is deleted within minutes, with its addresses.",
        ),
    };
    Ok(message::of(
        StatusCode::OK,
        title,
        &format!("{said} {backups}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_broke_off_does_not_end_as_a_whole_one() {
        let is_whole = AtomicBool::new(false);
        let piece = ended(Some(Bytes::from_static(b"PK")), &is_whole);
        assert_eq!(piece.unwrap().unwrap(), "PK");
        assert!(ended(None, &is_whole).is_some_and(|end| end.is_err()));
        is_whole.store(true, Ordering::Release);
        assert!(ended(None, &is_whole).is_none());
    }
}
