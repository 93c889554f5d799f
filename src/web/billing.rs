//! Deals and invoices: what a workspace chose for them. Members see it, owners and admins change it; each field is a command. The
//! logo alone is none: it comes in as a file, and is shown to members of the workspace.

use super::Page;
use super::form::Filled;
use super::message::Refusal;
use super::receiving::Sent;
use super::view::{BillingView, DetailShown, Frame, Notice, show as shown};
use super::visitor::Membership;
use super::workspace;
use crate::domain::invoice_details::InvoiceDetail;
use crate::domain::logo::{LOGO_BYTES_MAX, Logo};
use crate::domain::workspace_settings::{WorkspaceSetting, WorkspaceSettings};
use crate::domain::{Error, Kind};
use crate::store::registry::Role;
use crate::store::workspace::{logo, settings};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fs::File;
use std::io::{self, Read, Seek};

/// The largest form with a logo: one that is a bit too large is still told so in words.
pub const LOGO_FORM_BYTES_MAX: usize = 4 * LOGO_BYTES_MAX;

/// `GET /billing`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    show_with(&page, &membership, None).await
}

async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.read().await?;
    let chosen = WorkspaceSettings::of(&settings::all(&mut tx).await?);
    let image = logo::get(&mut tx).await?;
    drop(tx);
    let frame = Frame::for_member(page, &membership.signed_in, "Deals and invoices");
    Ok(shown(&BillingView {
        frame: frame.with(notice),
        name: membership.workspace.name.clone(),
        stages: chosen.said(WorkspaceSetting::Stages).unwrap_or_default(),
        currency: chosen.said(WorkspaceSetting::Currency).unwrap_or_default(),
        details: InvoiceDetail::EACH
            .into_iter()
            .map(|detail| detail_shown(&chosen, detail))
            .collect(),
        has_logo: image.is_some_and(|image| Logo::read(&image).is_ok()),
        can_change: membership.role >= Role::Admin,
    }))
}

/// A detail of invoices as the page shows it.
fn detail_shown(chosen: &WorkspaceSettings, detail: InvoiceDetail) -> DetailShown {
    let (label, hint, chars_max) = match detail {
        InvoiceDetail::Name => ("Who bills", "", 100),
        InvoiceDetail::Address => ("Address, up to five lines", "", 410),
        InvoiceDetail::TaxId => ("VAT or business number", "", 40),
        InvoiceDetail::Iban => ("IBAN", "Its check digits are looked at.", 42),
        InvoiceDetail::Bic => ("BIC", "", 14),
        InvoiceDetail::Terms => ("Days until an invoice is due", "0 to 365.", 10),
        InvoiceDetail::Vat => ("VAT in percent, where an invoice names none", "", 8),
        InvoiceDetail::Prefix => ("What stands before the number of an invoice", "", 12),
        InvoiceDetail::Footer => ("What stands below", "", 300),
    };
    let setting = WorkspaceSetting::Invoice(detail);
    let is_lines = detail == InvoiceDetail::Address;
    let value = match is_lines {
        true => chosen.invoice.address.join("\n"),
        false => chosen.said(setting).unwrap_or_default(),
    };
    DetailShown {
        field: workspace::field_of(setting),
        label,
        hint,
        value,
        line: format!("workspace {}: {}", detail.word(), detail.example()),
        chars_max,
        is_lines,
    }
}

/// `POST /billing`: what differs from what was chosen becomes commands, and their answers are shown.
pub async fn change(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let notice = workspace::chosen(&page, &membership, &fields).await?;
    show_with(&page, &membership, Some(notice)).await
}

/// `GET /billing/logo`: what is shown is a picture, whatever was imported.
pub async fn show_logo(
    State(page): State<Page>,
    membership: Membership,
) -> Result<Response, Refusal> {
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let image = logo::get(&mut workspace.read().await?).await?;
    let none = || Refusal::Failed(Error::not_found("the workspace has no logo"));
    let image = image.ok_or_else(none)?;
    let logo = Logo::read(&image).map_err(|_| none())?;
    let kind = HeaderValue::from_static(logo.kind.media_type());
    Ok(([(header::CONTENT_TYPE, kind)], image).into_response())
}

/// `POST /billing/logo`
pub async fn set_logo(
    State(page): State<Page>,
    membership: Membership,
    sent: Sent,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let is_right = |drawn| membership.demand_drawn(drawn);
    let visitor = &membership.signed_in.visitor;
    let received = sent.receive(&page, visitor, is_right).await;
    let received = received.map_err(|refusal| match refusal {
        Refusal::Status(StatusCode::PAYLOAD_TOO_LARGE) => {
            Refusal::Failed(Error::new(Kind::TooMuch, "a logo has at most 256 KiB"))
        }
        refusal => refusal,
    })?;
    let membership = membership.still(&page).await?;
    membership.demand(Role::Admin)?;
    let image = bytes_of(&received.file).map_err(|e| {
        Error::unavailable("the file cannot be read any more; upload it again").because(e)
    })?;
    let logo = match Logo::read(&image) {
        Ok(logo) => logo,
        Err(error) => {
            let notice = Notice::wrong(format!("Nothing was changed: {}.", error.message));
            return show_with(&page, &membership, Some(notice)).await;
        }
    };
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.write().await?;
    logo::put(&mut tx, &image, page.now_us()).await?;
    tx.commit().await?;
    let (kind, width, height) = (logo.kind, logo.width_pixels, logo.height_pixels);
    let what = format!("{}, {width} × {height} pixels", kind.media_type());
    page.note(membership.event("set the logo", &what)).await?;
    let notice = Notice::done(format!("The logo is set: {what}."));
    show_with(&page, &membership, Some(notice)).await
}

/// The bytes of a file that came in; of one that is too large, one more than a logo has.
fn bytes_of(mut file: &File) -> io::Result<Vec<u8>> {
    file.rewind()?;
    let mut bytes = Vec::new();
    let most = u64::try_from(LOGO_BYTES_MAX + 1).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `POST /billing/logo/remove`
pub async fn remove_logo(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.write().await?;
    let removed = logo::remove(&mut tx).await?;
    tx.commit().await?;
    let done = "The workspace has no logo any more.";
    let noted = page.note_removed(&membership, removed, "removed the logo", done);
    let notice = noted.await?;
    show_with(&page, &membership, Some(notice)).await
}
