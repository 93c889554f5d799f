//! How far an import is: a page of its own that looks again by itself, without a script, so that no page where somebody types does.

use super::Page;
use super::view::{Frame, ProgressView, ReadingShown, show as shown};
use super::visitor::SignedIn;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

/// Where files of a kind come in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    /// Takes them, and shows how far one is.
    pub path: &'static str,
    /// The page with its form, and its title.
    pub back: &'static str,
    pub title: &'static str,
}

/// Contacts and mail, into a workspace.
pub(super) const INTO_WORKSPACE: Door = Door {
    path: "/data/import",
    back: "/data#import",
    title: "Data",
};
/// A whole workspace.
pub(super) const AS_WORKSPACE: Door = Door {
    path: "/workspaces/import",
    back: "/workspaces#import",
    title: "Workspaces",
};

/// Has a page look at a path in a moment.
pub(super) fn looks_again(response: &mut Response, path: &str) {
    if let Ok(again) = HeaderValue::from_str(&format!("3; url={path}")) {
        response.headers_mut().insert(header::REFRESH, again);
    }
}

impl Door {
    /// To how far it is.
    pub fn redirect(self) -> Response {
        Redirect::to(self.path).into_response()
    }

    /// How far somebody's file for a workspace is, or what came of it.
    pub fn show(self, page: &Page, signed_in: &SignedIn, workspace_id: i64) -> Response {
        let whose = (signed_in.visitor.account.id, workspace_id);
        let reading = ReadingShown::last(page, whose);
        let is_read = reading.as_ref().is_some_and(|reading| !reading.has_ended);
        let mut response = shown(&ProgressView {
            frame: Frame::for_member(page, signed_in, "Import"),
            door: self,
            reading,
        });
        if is_read {
            looks_again(&mut response, self.path);
        }
        response
    }
}
