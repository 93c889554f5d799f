//! Deleting one's own account: closed for thirty days, in which one signs in to take that back and can do nothing else, or gone at
//! once.

use super::cookie::{self, Name};
use super::form::{Fields, Filled};
use super::message::{self, Refusal};
use super::security;
use super::sign_in::send;
use super::view::{Frame, Notice, show as shown};
use super::visitor::SignedIn;
use super::{Page, time};
use crate::domain::{Kind, chance};
use crate::post::account::{Reason, WayIn};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "account.html", config = "src/web/askama.toml")]
struct AccountView {
    frame: Frame,
    email: String,
    /// When it is gone, where it is to be deleted.
    leaving: Option<String>,
    has_factor: bool,
    /// Until when backups hold it: a sentence.
    backups: String,
}

/// `GET /account`
pub async fn show(State(page): State<Page>, signed_in: SignedIn) -> Result<Response, Refusal> {
    show_with(&page, &signed_in, None).await
}

async fn show_with(
    page: &Page,
    signed_in: &SignedIn,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let account = &signed_in.visitor.account;
    let registry = &page.store.registry;
    let leaving = registry.account_leaving(account.id).await?;
    let settings = time::chosen(page, signed_in).await?;
    Ok(shown(&AccountView {
        frame: Frame::for_member(page, signed_in, "Your account").with(notice),
        email: account.email.clone(),
        backups: page.backups_hold(leaving.map(|row| row.gone_at)),
        leaving: leaving.map(|row| time::shown(row.gone_at, &settings)),
        has_factor: registry.confirmed_factor(account.id).await?.is_some(),
    }))
}

/// `POST /account/leave`: the address is typed, so that no slip does it; and a code, where there is a second factor, so that an open
/// session alone does not.
pub async fn leave(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    if let Some(wrong) = unproved(&page, &signed_in, &fields).await? {
        return show_with(&page, &signed_in, Some(Notice::wrong(wrong))).await;
    }
    let done = match fields.get("what") {
        "now" => gone(&page, &signed_in).await,
        _ => closed(&page, &signed_in).await,
    };
    match done {
        Err(Refusal::Failed(error)) if error.kind == Kind::Conflict => {
            let notice = Notice::wrong(format!("Nothing was changed: {}.", error.message));
            show_with(&page, &signed_in, Some(notice)).await
        }
        done => done,
    }
}

/// What is missing to believe that the owner means it.
async fn unproved(
    page: &Page,
    signed_in: &SignedIn,
    fields: &Fields,
) -> Result<Option<&'static str>, Refusal> {
    if fields.get("email").to_lowercase() != signed_in.visitor.account.email {
        return Ok(Some(
            "Nothing was changed: type your address to say that you mean it.",
        ));
    }
    security::unproved(page, &signed_in.visitor, fields).await
}

async fn closed(page: &Page, signed_in: &SignedIn) -> Result<Response, Refusal> {
    let visitor = &signed_in.visitor;
    let account = &visitor.account;
    let row = page.store.close_account(account, page.now_us()).await?;
    let registry = &page.store.registry;
    registry
        .end_other_sessions(account.id, visitor.session.id)
        .await?;
    let day = time::shown(row.gone_at, &time::chosen(page, signed_in).await?);
    let way = WayIn {
        email: &account.email,
        link: Some(&format!("{}/sign-in", page.place.origin)),
        code: None,
        reason: Reason::Leaves {
            day: &day,
            backups: &page.backups_hold(Some(row.gone_at)),
        },
        nonce: chance::nonce(page.random),
    };
    send(page, &way).await?;
    page.note(visitor.event("closed the account", "")).await?;
    let notice = Notice::done(format!(
        "Your account is closed, and other sessions are ended. On {day} it is deleted; until then you can take that back here."
    ));
    show_with(page, signed_in, Some(notice)).await
}

async fn gone(page: &Page, signed_in: &SignedIn) -> Result<Response, Refusal> {
    let visitor = &signed_in.visitor;
    for (workspace, _) in &signed_in.workspaces {
        page.note(crate::store::registry::PageEvent {
            workspace_id: Some(workspace.id),
            ..visitor.event("asked to delete the account", "")
        })
        .await?;
    }
    let account = &visitor.account;
    // Nothing takes it back from here on: what cannot be done at once goes on by itself.
    let is_gone = page
        .store
        .remove_account_now(account, page.now_us())
        .await?;
    tracing::info!(
        account_id = account.id,
        is_gone,
        "an account is deleted at once"
    );
    let title = match is_gone {
        true => "Your account is gone",
        false => "Your account is being deleted",
    };
    let mut response = message::of(
        StatusCode::OK,
        title,
        &format!(
            "With it {} your sessions, passwords, links and addresses. What you filed stays with its workspaces. {}",
            if is_gone { "went" } else { "go" },
            page.backups_hold(Some(page.now_us()))
        ),
    );
    cookie::set(page, response.headers_mut(), Name::Session, None);
    Ok(response)
}

/// `POST /account/stay`
pub async fn stay(
    State(page): State<Page>,
    Filled(signed_in, _): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let account = &signed_in.visitor.account;
    let stays = page.store.reopen_account(account, page.now_us()).await?;
    let notice = match stays {
        true => {
            page.note(signed_in.visitor.event("kept the account", ""))
                .await?;
            Notice::done("Your account stays. You are a member again where you were one.")
        }
        false => Notice::wrong("Your account was not to be deleted, or it is too late."),
    };
    show_with(&page, &signed_in, Some(notice)).await
}
