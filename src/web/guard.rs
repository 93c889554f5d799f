//! What holds for every request: the host is ours, what changes something comes from a page of ours, an answer takes no longer
//! than it may, carries the headers that bind the browser, and is logged without what it was about.

use super::Page;
use super::cookie::{self, Name};
use super::message;
use super::visitor::Origin;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Nothing that a form asks for takes longer.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// Where files are uploaded.
pub const UPLOAD: &str = "/data/import";
/// Where whole workspaces are.
pub const UPLOAD_WORKSPACE: &str = "/workspaces/import";
/// Where a workspace is closed, and opened again.
pub const LEAVE: &str = "/data/leave";
/// What is about all that a workspace holds …
const DATA: &str = "/data";
/// … takes as long as there is much of it, or as the line is slow; each piece of a file has a time of its own.
const DATA_MAX: Duration = Duration::from_secs(3_600);

const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                              form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PERMISSIONS: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
                           gyroscope=(), interest-cohort=(), microphone=(), payment=(), usb=()";

/// Guards one request.
pub async fn guard(
    State(page): State<Page>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let longest = match route.starts_with(DATA) || route == UPLOAD_WORKSPACE {
        true => DATA_MAX,
        false => ANSWER_MAX,
    };
    let origin = Origin::of(peer, request.headers(), &page.settings.trusted_proxies);
    request.extensions_mut().insert(origin);
    let path = request.uri().path().to_owned();
    let mut response = match refusal(&page, &method, request.headers()) {
        Some(refused) => refused,
        None => match tokio::time::timeout(longest, next.run(request)).await {
            Ok(response) => response,
            Err(_) => message::of(
                StatusCode::SERVICE_UNAVAILABLE,
                "That took too long",
                "It is not known whether anything was changed: look at the page first, and then try again.",
            ),
        },
    };
    if method == Method::GET
        && is_sent_to_sign_in(&response)
        && path != "/"
        && cookie::is_path(&path)
    {
        cookie::set(&page, response.headers_mut(), Name::Wanted, Some(&path));
    }
    bind(&page, response.headers_mut());
    tracing::info!(
        method = %method,
        route,
        status = response.status().as_u16(),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "page"
    );
    response
}

/// Whether whoever asked has to sign in first; what they wanted is remembered.
fn is_sent_to_sign_in(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION);
    to.is_some_and(|to| to.as_bytes() == b"/sign-in")
}

/// A page that is not there.
pub async fn nowhere() -> Response {
    message::of(
        StatusCode::NOT_FOUND,
        "There is no such page",
        "The address may be mistyped, or the link too old.",
    )
}

fn refusal(page: &Page, method: &Method, headers: &HeaderMap) -> Option<Response> {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = said(header::HOST).unwrap_or_default().to_lowercase();
    if !page.place.hosts.contains(&host) {
        let words =
            "This server does not answer for that host. Its operator sets RAPPORT_BASE_URL.";
        return Some((StatusCode::MISDIRECTED_REQUEST, words).into_response());
    }
    if method == Method::GET || method == Method::HEAD {
        return None;
    }
    let is_ours =
        |origin: &str| origin.to_lowercase() == page.place.origin || is_local(page, origin);
    let origin_is_ours = said(header::ORIGIN).is_none_or(is_ours);
    let site = said(HeaderName::from_static("sec-fetch-site"));
    let site_is_ours = site.is_none_or(|site| site == "same-origin");
    if origin_is_ours && site_is_ours {
        return None;
    }
    Some(message::of(
        StatusCode::FORBIDDEN,
        "That came from another site",
        "Nothing was changed. Open this page itself, and try again there.",
    ))
}

/// The other name of a page that listens on this machine alone.
fn is_local(page: &Page, origin: &str) -> bool {
    let host = origin.strip_prefix("http://");
    !page.place.is_secure && host.is_some_and(|host| page.place.hosts.iter().any(|h| h == host))
}

/// Binds the browser: nothing from elsewhere is loaded, framed or told where one came from.
fn bind(page: &Page, headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`: browsers then hide the origin of our own forms.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    if page.place.is_secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
