//! Contacts and mail of before, from a file: uploaded, looked at, and then taken in. Both are done behind the page, which says how far
//! they are; what does not take long is shown at once.

use super::Page;
use super::behind;
use super::form::{Fields, Filled};
use super::message::Refusal;
use super::reading::{INTO_WORKSPACE, looks_again};
use super::receiving::Sent;
use super::uploads::{Upload, What};
use super::view::{Frame, ImportView, LookView, show as shown};
use super::visitor::Membership;
use crate::domain::{Error, Result, token};
use crate::store::registry::Role;
use crate::transfer::{FileKind, KNOWN_BYTES};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// The largest file that a browser hands in; larger ones go by `rapport import`.
pub const UPLOAD_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;
/// So long a look or an import is waited for, before it is shown how far it is: no proxy on the way gives up meanwhile.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// `POST /data/import`: keeps the file, and looks at it.
pub async fn upload(
    State(page): State<Page>,
    membership: Membership,
    sent: Sent,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    let visitor = &membership.signed_in.visitor;
    let account_id = visitor.account.id;
    let is_right = |drawn| membership.demand_drawn(drawn);
    let received = sent.receive(&page, visitor, is_right).await?;
    let membership = membership.still(&page).await?;
    membership.demand(Role::Member)?;
    let what = what(&received.name, &received.file)?;
    let upload = Upload {
        account_id,
        workspace_id: membership.workspace.id,
        name: received.name,
        file: received.file,
        _taken: received.taken,
        what,
        at: page.now_us(),
    };
    let token = token::token((page.random)());
    page.uploads.keep(token.clone(), upload.clone())?;
    let looked = look(&page, &membership, (&token, upload), None).await;
    if looked.is_err() {
        // Nobody knows its token.
        page.uploads.forget(&token);
    }
    looked
}

/// What a file is that can come in here.
fn what(name: &str, file: &std::fs::File) -> Result<What> {
    let mut begin = vec![0; KNOWN_BYTES];
    let count = file.read_at(&mut begin, 0).map_err(|e| {
        Error::unavailable("the file cannot be read any more; upload it again").because(e)
    })?;
    begin.truncate(count);
    match FileKind::of(name, &begin) {
        FileKind::Workspace => Err(Error::invalid(
            "that is a ZIP: a whole workspace comes in under Workspaces, or by `rapport import FILE.zip` at the server; contacts and mail are inside it as contacts.csv and mail.mbox",
        )),
        FileKind::Mail => Ok(What::Mail),
        FileKind::People(form) => Ok(What::People(form)),
    }
}

/// Looks at a file, with the columns as they are chosen, and shows what would come of it or how far it is.
async fn look(
    page: &Page,
    membership: &Membership,
    (token, upload): (&str, Upload),
    fields: Option<Fields>,
) -> Result<Response, Refusal> {
    let looking = behind::look(page, membership, (token, upload), fields).await?;
    wait(page, looking).await;
    show_look(page, membership, token)
}

async fn wait(page: &Page, ended: behind::Ended) {
    let patience = page.settings.import_patience.unwrap_or(WAIT_MAX);
    let _ = tokio::time::timeout(patience, ended).await;
}

/// `GET /data/import/…`: what a look at a file found, or how far it is.
pub async fn looked(
    State(page): State<Page>,
    membership: Membership,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    show_look(&page, &membership, &token)
}

fn show_look(page: &Page, membership: &Membership, token: &str) -> Result<Response, Refusal> {
    let (upload, look) = found(page, membership, token)?;
    let frame = Frame::for_member(page, &membership.signed_in, "Import");
    let Some(found) = look.found else {
        let (percent, said) = (look.progress)();
        let mut response = shown(&LookView {
            frame,
            upload: token.to_owned(),
            name: upload.name,
            percent,
            said,
        });
        looks_again(&mut response, &format!("/data/import/{token}"));
        return Ok(response);
    };
    Ok(shown(&ImportView {
        frame,
        upload: token.to_owned(),
        name: upload.name,
        columns: found.columns,
        told: found.told,
        can_go: found.can_go,
    }))
}

/// The file of a token, and the last look at it.
fn found(
    page: &Page,
    membership: &Membership,
    token: &str,
) -> Result<(Upload, super::uploads::Look), Refusal> {
    let account_id = membership.signed_in.visitor.account.id;
    let whose = (account_id, membership.workspace.id);
    let found = page.uploads.get(token, whose, page.now_us());
    found.ok_or_else(|| {
        Refusal::Invalid("The file is not here any more. Upload it again.".to_owned())
    })
}

/// `POST /data/import/columns`: looks again with other columns, or takes in what stands in the file.
pub async fn bring(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    let token = fields.get("upload").to_owned();
    let (upload, _) = found(&page, &membership, &token)?;
    if fields.get("what") != "go" {
        return look(&page, &membership, (&token, upload), Some(fields)).await;
    }
    let ended = match upload.what {
        What::Mail => behind::file(&page, &membership, upload)?,
        What::People(form) => behind::bring(&page, &membership, (upload, form), fields).await?,
    };
    page.uploads.forget(&token);
    wait(&page, ended).await;
    Ok(show_progress(&page, &membership))
}

/// `GET /data/import`
pub async fn progress(
    State(page): State<Page>,
    membership: Membership,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    Ok(show_progress(&page, &membership))
}

fn show_progress(page: &Page, membership: &Membership) -> Response {
    INTO_WORKSPACE.show(page, &membership.signed_in, membership.workspace.id)
}

/// `POST /data/import/stop`: ends an import, or a look where its file is named.
pub async fn stop(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let whose = (
        membership.signed_in.visitor.account.id,
        membership.workspace.id,
    );
    if fields.has("upload") {
        let (_, look) = found(&page, &membership, fields.get("upload"))?;
        look.stop.cancel();
        page.uploads.forget(fields.get("upload"));
    } else if let Some(reading) = page.uploads.reading(whose) {
        reading.stop.cancel();
    }
    Ok(INTO_WORKSPACE.redirect())
}

/// `GET /data/import/report`: all that was told of the last import, as text.
pub async fn report(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    let whose = (
        membership.signed_in.visitor.account.id,
        membership.workspace.id,
    );
    let ended = page
        .uploads
        .reading(whose)
        .and_then(|reading| reading.ended);
    let Some(ended) = ended else {
        return Ok(INTO_WORKSPACE.redirect());
    };
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"import.txt\"",
        ),
    ];
    Ok((headers, ended.all.join("\n") + "\n").into_response())
}
