//! Joining a workspace by an invitation: the link and the code of the letter together. A program that follows the link, or presses
//! the button, has no code. Such a letter stands for days: it brings an account into a workspace, and nobody into an account that was
//! there before it.

use super::Page;
use super::form::Fields;
use super::limits::Trying;
use super::message::{self, Refusal};
use super::sign_in::{fits, start, with_cookie};
use super::view::{Frame, InvitedView, show};
use super::visitor::{Browser, Visitor};
use crate::commands::team;
use crate::domain::{address, chance, token};
use crate::store::registry::{InvitationRow, PageEvent};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// `GET /invitation/…`
pub async fn invited(
    State(page): State<Page>,
    browser: Browser,
    Path(link): Path<String>,
) -> Result<Response, Refusal> {
    let Some(row) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old());
    };
    let view = view(&page, &browser, &row, link, None).await?;
    Ok(with_cookie(&page, &browser, show(&view)))
}

/// `POST /invitation/…`
pub async fn join(
    State(page): State<Page>,
    browser: Browser,
    visitor: Option<Visitor>,
    Path(link): Path<String>,
    fields: Fields,
) -> Result<Response, Refusal> {
    let Some(row) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old());
    };
    let registry = &page.store.registry;
    if !fits(&page, &row.digest, &row.code, fields.get("code")) {
        if !fields.get("code").is_empty() {
            registry.miss_invitation(row.id).await?;
        }
        let wrong = Some("That is not the code that stands in the letter.");
        let view = view(&page, &browser, &row, link, wrong).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&view)).into_response());
    }
    let now_us = page.now_us();
    let intake = address::intake(chance::nonce(page.random));
    let joined = team::join(&page.store, &row, &intake, now_us).await?;
    page.note(PageEvent {
        account_id: Some(joined.account.id),
        workspace_id: Some(row.workspace_id),
        event: "joined".to_owned(),
        subject: row.role.clone(),
        address: browser.address.to_string(),
        ..PageEvent::default()
    })
    .await?;
    let workspace_id = Some(row.workspace_id);
    if joined.is_new {
        return start(&page, &browser, &joined.account, workspace_id).await;
    }
    let is_theirs = |one: &Visitor| !one.session.is_half && one.account.id == joined.account.id;
    let Some(visitor) = visitor.filter(is_theirs) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let digest = &visitor.session.digest;
    registry.turn_session(digest, workspace_id).await?;
    Ok(Redirect::to("/you").into_response())
}

async fn of_link(
    page: &Page,
    browser: &Browser,
    link: &str,
) -> Result<Option<InvitationRow>, Refusal> {
    page.limits.demand(Trying::Guess, browser.address)?;
    let registry = &page.store.registry;
    Ok(registry
        .invitation_of_link(&token::digest(link), page.now_us())
        .await?)
}

async fn view(
    page: &Page,
    browser: &Browser,
    row: &InvitationRow,
    link: String,
    wrong: Option<&'static str>,
) -> Result<InvitedView, Refusal> {
    let registry = &page.store.registry;
    let workspace = registry.workspace(row.workspace_id).await?;
    let by = registry.account(row.invited_by).await?;
    Ok(InvitedView {
        frame: Frame::for_browser(page, browser, "Join"),
        link,
        workspace: workspace
            .map(|workspace| workspace.name)
            .unwrap_or_default(),
        by: by.map(|by| by.name.unwrap_or(by.email)).unwrap_or_default(),
        role: row.role.clone(),
        email: row.email.clone(),
        wrong,
    })
}

fn too_old() -> Response {
    message::of(
        StatusCode::GONE,
        "That invitation does not stand any more",
        "It was used or cancelled, or is older than seven days. If you joined by it already, sign in; else ask for another.",
    )
}
