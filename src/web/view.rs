//! What the pages show, as data; their HTML stands in `pages/`, checked when it is compiled.

mod workspace;

pub use workspace::*;

use super::Page;
use super::form::Drawn;
use super::reading::Door;
use super::uploads::Reading;
use super::visitor::{Browser, SignedIn, Visitor};
use crate::commands::reply::{Reply, Verdict, text};
use crate::store::registry::{Role, WorkspaceRow};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = include_str!("pages/style.css");
const SCRIPT: &str = include_str!("pages/page.js");
/// Style and script are the same for all, and small.
const ASSET_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The pages that every page leads to, with their titles.
pub const PAGES: [(&str, &str); 6] = [
    ("/you", "You"),
    ("/security", "Security"),
    ("/workspace", "Workspace"),
    ("/billing", "Deals and invoices"),
    ("/team", "Team"),
    ("/data", "Data"),
];
/// Those of admins.
pub const ADMINS_PAGES: [(&str, &str); 3] = [
    ("/connections", "Connections"),
    ("/sending", "Sending"),
    ("/log", "Log"),
];

/// What stands around every page.
pub struct Frame {
    /// Its title.
    pub title: String,
    /// What its forms prove themselves by.
    pub token: String,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What came of the form that was sent.
    pub notice: Option<Notice>,
}

/// Who is signed in, and where they are.
pub struct Who {
    pub email: String,
    /// Number, name, and whether it is looked at.
    pub workspaces: Vec<(i64, String, bool)>,
    pub is_admin: bool,
}

/// What came of a form.
pub struct Notice {
    pub is_wrong: bool,
    pub lines: Vec<String>,
}

impl Notice {
    pub fn done(words: impl Into<String>) -> Notice {
        Notice {
            is_wrong: false,
            lines: vec![words.into()],
        }
    }

    pub fn wrong(words: impl Into<String>) -> Notice {
        Notice {
            is_wrong: true,
            ..Notice::done(words)
        }
    }

    /// What commands answered.
    pub fn of(replies: &[Reply]) -> Notice {
        let said = text::letter(replies, 100);
        Notice {
            is_wrong: replies
                .iter()
                .any(|reply| reply.verdict == Verdict::Refused),
            lines: said
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }
}

impl Frame {
    /// For a browser that nobody is signed in with.
    pub fn for_browser(page: &Page, browser: &Browser, title: &str) -> Frame {
        Frame {
            title: title.to_owned(),
            token: browser.form_token(page),
            who: None,
            notice: None,
        }
    }

    /// For somebody whose second factor is still to come.
    pub fn for_half(page: &Page, visitor: &Visitor, title: &str) -> Frame {
        Frame {
            title: title.to_owned(),
            token: visitor.form_token(page, Drawn(None)),
            who: None,
            notice: None,
        }
    }

    /// For somebody who is signed in.
    pub fn for_member(page: &Page, signed_in: &SignedIn, title: &str) -> Frame {
        let current = signed_in.current();
        let id = current.map(|(workspace, _)| workspace.id);
        let role = current.map_or(Role::Viewer, |(_, role)| *role);
        let workspaces = signed_in.workspaces.iter();
        Frame {
            title: title.to_owned(),
            token: signed_in.visitor.form_token(page, Drawn(id)),
            who: Some(Who {
                email: signed_in.visitor.account.email.clone(),
                workspaces: workspaces
                    .map(|(w, _)| (w.id, name_among(signed_in, w), Some(w.id) == id))
                    .collect(),
                is_admin: role >= Role::Admin,
            }),
            notice: None,
        }
    }

    pub fn with(mut self, notice: Option<Notice>) -> Frame {
        self.notice = notice;
        self
    }
}

/// What a workspace is called where one of several is chosen: of two with one name also the word of their addresses.
fn name_among(signed_in: &SignedIn, workspace: &WorkspaceRow) -> String {
    let mut others = signed_in.workspaces.iter().map(|(other, _)| other);
    match others.any(|other| other.id != workspace.id && other.name == workspace.name) {
        true => format!("{} ({})", workspace.name, workspace.slug),
        false => workspace.name.clone(),
    }
}

/// A page that says one thing.
#[derive(Template)]
#[template(path = "message.html", config = "src/web/askama.toml")]
pub struct Message<'a> {
    pub title: &'a str,
    pub words: &'a str,
}

#[derive(Template)]
#[template(path = "ask.html", config = "src/web/askama.toml")]
pub struct AskView {
    pub frame: Frame,
    pub wrong: Option<&'static str>,
    pub email: String,
    /// Whether an address that is new here gets an account.
    pub is_open: bool,
}

#[derive(Template)]
#[template(path = "code.html", config = "src/web/askama.toml")]
pub struct CodeView {
    pub frame: Frame,
    pub is_open: bool,
    pub wrong: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "link.html", config = "src/web/askama.toml")]
pub struct LinkView {
    pub frame: Frame,
    pub link: String,
    pub needs_code: bool,
    pub wrong: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "factor.html", config = "src/web/askama.toml")]
pub struct FactorView {
    pub frame: Frame,
    pub wrong: Option<&'static str>,
}

/// A second factor while it is set up.
#[derive(Default)]
pub struct FactorShown {
    /// The picture, as an address of its own bytes; empty where nothing is set up.
    pub picture: String,
    /// The seed, to be typed.
    pub secret: String,
    /// Recovery codes, shown once.
    pub recovery: Vec<String>,
}

pub struct SessionShown {
    pub id: i64,
    pub is_this: bool,
    pub device: String,
    pub address: String,
    /// Where that is, where anybody knows.
    pub place: Option<String>,
    pub last: String,
    pub since: String,
}

/// Somebody signed in, or tried to.
pub struct AttemptShown {
    pub at: String,
    pub event: String,
    pub is_wrong: bool,
    pub device: String,
    pub address: String,
    pub place: Option<String>,
}

#[derive(Template)]
#[template(path = "security.html", config = "src/web/askama.toml")]
pub struct SecurityView {
    pub frame: Frame,
    pub has_factor: bool,
    pub recovery_left: i64,
    pub attempts: Vec<AttemptShown>,
    pub factor: FactorShown,
    pub sessions: Vec<SessionShown>,
    /// Number, label, since when.
    pub passwords: Vec<(i64, String, String)>,
    /// One that was made just now.
    pub password: Option<String>,
}

/// A choice of several.
#[derive(Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

#[derive(Template)]
#[template(path = "you.html", config = "src/web/askama.toml")]
pub struct YouView {
    pub frame: Frame,
    pub name: String,
    pub zone: String,
    pub zones: Vec<String>,
    pub languages: Vec<Choice>,
    pub dates: Vec<Choice>,
    pub clock: Vec<Choice>,
    pub default_time: String,
    pub days: Vec<Choice>,
    pub digest_time: String,
    pub quiet: bool,
    pub hold_seconds: i64,
    pub notify: Vec<Choice>,
    pub preview: bool,
    pub intake: String,
    pub plain: String,
    pub addresses: OwnAddressesShown,
    pub has_chat: bool,
    pub can_chat: bool,
    pub from: Vec<Choice>,
    pub signature: String,
    /// Why the address that was chosen has no effect yet.
    pub from_why: Option<String>,
}

/// From which addresses somebody writes.
pub struct OwnAddressesShown {
    pub registered: String,
    pub further: Vec<String>,
    /// Number, address, until when its letter is worth something.
    pub asked: Vec<(i64, String, String)>,
}

#[derive(Template)]
#[template(path = "address.html", config = "src/web/askama.toml")]
pub struct AddressView {
    pub frame: Frame,
    pub link: String,
    pub address: String,
    pub by: String,
    pub is_asker: bool,
}

#[derive(Template)]
#[template(path = "privacy.html", config = "src/web/askama.toml")]
pub struct PrivacyView {
    pub frame: Frame,
    pub host: String,
    pub database: String,
    pub mail_domain: String,
    pub is_secure: bool,
    /// Whether the list of sessions says where an address is.
    pub has_places: bool,
    /// What becomes of letters, a sentence.
    pub letters: String,
    /// Who makes workspaces.
    pub founders: &'static str,
    /// Who, and what they get.
    pub processors: Vec<(String, &'static str)>,
    /// What, and for how long.
    pub kept: Vec<(&'static str, String)>,
}

/// Something that is kept for a time.
pub struct KeptShown {
    /// What the command calls it; empty where there is nothing to choose.
    pub name: &'static str,
    pub what: &'static str,
    pub days: i64,
    pub default_days: i64,
    pub bounds: (i64, i64),
}

/// An import that goes on, or ended.
pub struct ReadingShown {
    pub name: String,
    pub percent: u64,
    pub said: String,
    pub has_ended: bool,
    pub is_wrong: bool,
    /// What is told at its end.
    pub lines: Vec<String>,
    /// Whether more than that is known.
    pub has_more: bool,
}

impl ReadingShown {
    /// Of whose last file, and for which workspace.
    pub fn last(page: &Page, whose: (i64, i64)) -> Option<ReadingShown> {
        page.uploads
            .reading(whose)
            .map(|reading| ReadingShown::of(&reading))
    }

    fn of(reading: &Reading) -> ReadingShown {
        let (percent, said) = (reading.progress)();
        let has_ended = reading.ended.is_some();
        let ended = reading.ended.clone().unwrap_or_default();
        ReadingShown {
            name: reading.name.clone(),
            percent,
            said,
            has_ended,
            is_wrong: ended.is_wrong,
            has_more: ended.all.len() > ended.lines.len(),
            lines: ended.lines,
        }
    }
}

#[derive(Template)]
#[template(path = "progress.html", config = "src/web/askama.toml")]
pub struct ProgressView {
    pub frame: Frame,
    pub door: Door,
    pub reading: Option<ReadingShown>,
}

#[derive(Template)]
#[template(path = "data.html", config = "src/web/askama.toml")]
pub struct DataView {
    pub frame: Frame,
    /// Until when backups hold what is deleted in thirty days: a sentence.
    pub backups: String,
    pub can_change: bool,
    pub can_export: bool,
    pub can_leave: bool,
    pub has_factor: bool,
    /// The workspace's number.
    pub id: i64,
    pub slug: String,
    pub kept: Vec<KeptShown>,
    /// When everything is deleted, where the workspace is closed.
    pub leaving: Option<String>,
    pub reading: Option<ReadingShown>,
}

/// The export of one workspace.
#[derive(Template)]
#[template(path = "export.html", config = "src/web/askama.toml")]
pub struct ExportView {
    pub frame: Frame,
    pub id: i64,
    pub name: String,
}

/// A column of a spreadsheet.
#[derive(Clone)]
pub struct ColumnShown {
    pub at: usize,
    pub header: String,
    pub cells: Vec<String>,
    pub choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "import.html", config = "src/web/askama.toml")]
pub struct ImportView {
    pub frame: Frame,
    pub upload: String,
    pub name: String,
    pub columns: Vec<ColumnShown>,
    pub told: Vec<String>,
    pub can_go: bool,
}

/// A look at a file that goes on.
#[derive(Template)]
#[template(path = "look.html", config = "src/web/askama.toml")]
pub struct LookView {
    pub frame: Frame,
    pub upload: String,
    pub name: String,
    pub percent: u64,
    pub said: String,
}

/// A line with a link to Telegram in it, which is the one that answers hold: what stands before, the link, what stands after.
pub fn linked(line: &str) -> Option<(&str, &str, &str)> {
    let at = line.find("https://t.me/")?;
    let (before, rest) = line.split_at_checked(at)?;
    let end = rest
        .find(|c: char| c.is_whitespace() || c == '"')
        .unwrap_or(rest.len());
    let (link, after) = rest.split_at_checked(end)?;
    Some((before, link, after))
}

/// A page, with 200.
pub fn show(view: &impl Template) -> Response {
    show_with(StatusCode::OK, view)
}

/// A page with a status.
pub fn show_with(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `GET /style.css`
pub async fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE)
}

/// `GET /page.js`
pub async fn script() -> Response {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let kind = HeaderValue::from_static(kind);
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, ASSET_CACHE),
        ],
        text,
    )
        .into_response()
}
