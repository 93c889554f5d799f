//! The cookies of the page: which browser asked, which session it has, and which page it wanted before it was sent to sign in.
//! All are strictly necessary; none is read by a script, or sent along from elsewhere.

use super::Page;
use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

/// How long a browser keeps its own number: as long as it is known again, seconds.
const BROWSER_SECONDS: i64 = 90 * 86_400;
/// How long a page that was wanted is remembered: as long as a letter to sign in is worth something, seconds.
const WANTED_SECONDS: i64 = 15 * 60;
/// Letters of a path that is remembered.
const WANTED_CHARS_MAX: usize = 100;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Which browser asked to sign in.
    Browser,
    /// Who is signed in.
    Session,
    /// Which page was wanted.
    Wanted,
}

impl Name {
    fn word(self, page: &Page) -> &'static str {
        // With the prefix no other host of the domain, and no page without TLS, can set it (RFC 6265bis §4.1.3.2).
        match (self, page.place.is_secure) {
            (Name::Browser, true) => "__Host-rapport-browser",
            (Name::Session, true) => "__Host-rapport-session",
            (Name::Wanted, true) => "__Host-rapport-wanted",
            (Name::Browser, false) => "rapport-browser",
            (Name::Session, false) => "rapport-session",
            (Name::Wanted, false) => "rapport-wanted",
        }
    }
}

/// What a browser sent, where that can be one of ours.
pub fn read(page: &Page, headers: &HeaderMap, name: Name) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let value = jar.get(name.word(page))?.value().to_owned();
    let is_token = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (value.len() == 43 && value.bytes().all(is_token)).then_some(value)
}

/// The path of the page that was wanted, where it can be one of ours.
pub fn wanted(page: &Page, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let path = jar.get(Name::Wanted.word(page))?.value();
    is_path(path).then(|| path.to_owned())
}

/// A path of this host alone: never `//elsewhere.example`.
pub fn is_path(path: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'/');
    path.len() <= WANTED_CHARS_MAX
        && path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(is_plain)
}

/// Has the browser keep a value, or forget it.
pub fn set(page: &Page, headers: &mut HeaderMap, name: Name, value: Option<&str>) {
    let mut cookie = Cookie::new(name.word(page), value.unwrap_or_default().to_owned());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(page.place.is_secure);
    // Lax: who comes by the link in a mail has it with them; a form of another site does not.
    cookie.set_same_site(SameSite::Lax);
    let mut text = cookie.to_string();
    match (value, name) {
        (None, _) => text.push_str("; Max-Age=0"),
        (Some(_), Name::Browser) => text.push_str(&format!("; Max-Age={BROWSER_SECONDS}")),
        (Some(_), Name::Wanted) => text.push_str(&format!("; Max-Age={WANTED_SECONDS}")),
        (Some(_), Name::Session) => {
            let seconds = crate::store::registry::LIFE_US / 1_000_000;
            text.push_str(&format!("; Max-Age={seconds}"));
        }
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}
