//! What is answered where there is nothing else to show: an error in words, or the way to where one has to go first.

use super::view::{Message, show_with};
use crate::domain::{Error, Kind};
use crate::store::registry::Role;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// Why a handler does not do what it was asked.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody is signed in.
    SignIn,
    /// The second factor is still to come.
    Factor,
    /// The workspace demands a second factor, and there is none.
    OwesFactor,
    /// The account belongs to no workspace.
    NoWorkspace,
    /// The same where it may make one.
    MakeWorkspace,
    /// The account is to be deleted.
    Leaving,
    /// The role is too low; this one may.
    Forbidden(Role),
    /// The form is none of ours, or of a session that ended.
    Stale,
    /// The form was drawn for another workspace than the one that is looked at.
    Elsewhere {
        /// Its name, where it is theirs still.
        drawn: Option<String>,
        /// The name of the one that is looked at.
        current: String,
    },
    /// The workspace is closed; the words say until when, and who opens it.
    Closed(String),
    /// Too often.
    TooOften,
    /// Too many do that at a time; the words say what to do.
    Busy(&'static str),
    /// What was typed is not right; the words say what is.
    Invalid(String),
    /// A bare status.
    Status(StatusCode),
    /// Something below went wrong.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Failed(error)
    }
}

/// A page that says one thing.
pub fn of(status: StatusCode, title: &str, words: &str) -> Response {
    show_with(status, &Message { title, words })
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::SignIn => Redirect::to("/sign-in").into_response(),
            Refusal::Factor => Redirect::to("/sign-in/factor").into_response(),
            Refusal::OwesFactor => Redirect::to("/security").into_response(),
            Refusal::MakeWorkspace => Redirect::to("/workspaces").into_response(),
            Refusal::Leaving => Redirect::to("/account").into_response(),
            Refusal::NoWorkspace => of(
                StatusCode::FORBIDDEN,
                "You belong to no workspace",
                "Ask somebody who has one to invite you. Your account can be deleted at /account.",
            ),
            Refusal::Forbidden(role) => of(
                StatusCode::FORBIDDEN,
                "That is not yours to change",
                &format!(
                    "In this workspace it takes the role \"{}\" or more. Ask an owner.",
                    role.word()
                ),
            ),
            Refusal::Stale => of(
                StatusCode::FORBIDDEN,
                "The form was too old",
                "Nothing was changed. Go back, load the page anew, and try again.",
            ),
            Refusal::Elsewhere { drawn, current } => elsewhere(drawn.as_deref(), &current),
            Refusal::Closed(words) => of(
                StatusCode::CONFLICT,
                "The workspace is closed",
                &format!("Nothing was changed: {words}."),
            ),
            Refusal::TooOften => of(
                StatusCode::TOO_MANY_REQUESTS,
                "Too often",
                "Wait some minutes, and try again.",
            ),
            Refusal::Busy(words) => of(StatusCode::TOO_MANY_REQUESTS, "Not now", words),
            Refusal::Invalid(words) => of(StatusCode::BAD_REQUEST, "That was not right", &words),
            Refusal::Status(status) => of(
                status,
                "That could not be read",
                "Nothing was changed. Go back, load the page anew, and try again.",
            ),
            Refusal::Failed(error) => failed(&error),
        }
    }
}

fn elsewhere(drawn: Option<&str>, current: &str) -> Response {
    let was = match drawn {
        Some(name) => format!("\"{name}\""),
        None => "a workspace that is not yours any more".to_owned(),
    };
    of(
        StatusCode::CONFLICT,
        "You look at another workspace now",
        &format!(
            "Nothing was changed: that page was of {was}, and you look at \"{current}\" now. Open the page again, and look at its \
             workspace first."
        ),
    )
}

fn failed(error: &Error) -> Response {
    let status = match error.kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Ambiguous | Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooMuch => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Corrupt => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status.is_server_error() {
        let cause = error.cause.as_ref().map(ToString::to_string);
        tracing::error!(error = %error, cause = cause.unwrap_or_default(), "a page failed");
    }
    of(status, "That did not work", &error.message)
}
