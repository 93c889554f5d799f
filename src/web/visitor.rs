//! Who visits: from where, with which browser, signed in as whom, and looking at which workspace.

use super::Page;
use super::cookie::{self, Name};
use super::form::Drawn;
use super::guard;
use super::message::Refusal;
use crate::commands::closed;
use crate::commands::context::Actor;
use crate::domain::{Error, token};
use crate::mail::trust::Network;
use crate::store::registry::{Account, PageEvent, Role, SessionRow, WorkspaceRow};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use jiff::tz::TimeZone;
use std::net::{IpAddr, SocketAddr};

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Origin(pub IpAddr);

impl Origin {
    /// The peer; or whom a proxy that is believed names: the last that is no such proxy itself.
    pub fn of(peer: SocketAddr, headers: &HeaderMap, proxies: &[Network]) -> Origin {
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut named = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut address = peer.ip().to_canonical();
        while is_proxy(address, proxies) {
            let next = named.next().map(|text| text.trim().parse::<IpAddr>());
            let Some(Ok(next)) = next else {
                break;
            };
            address = next.to_canonical();
        }
        Origin(address)
    }
}

/// Whether an address is of a proxy that is believed: one on this machine, or one that the operator named.
pub fn is_proxy(address: IpAddr, proxies: &[Network]) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || proxies.iter().any(|network| network.contains(address))
}

/// A browser, signed in or not.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Its cookie; made now where it brought none.
    pub cookie: String,
    /// Whether it brought none: the answer sets it.
    pub is_new: bool,
    /// From where.
    pub address: IpAddr,
    /// In words: `Firefox on Linux`.
    pub device: String,
    /// The path of the page that it wanted before it was sent to sign in.
    pub wanted: Option<String>,
}

impl Browser {
    /// What a form for this browser proves itself by.
    pub fn form_token(&self, page: &Page) -> String {
        Drawn(None).token(page, &self.cookie)
    }

    /// What is kept of its cookie.
    pub fn digest(&self) -> String {
        token::digest(&self.cookie)
    }
}

impl FromRequestParts<Page> for Browser {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, page: &Page) -> Result<Browser, Refusal> {
        let brought = cookie::read(page, &parts.headers, Name::Browser);
        let address = parts.extensions.get::<Origin>().map(|origin| origin.0);
        Ok(Browser {
            is_new: brought.is_none(),
            cookie: brought.unwrap_or_else(|| token::token((page.random)())),
            address: address.unwrap_or(IpAddr::from([0, 0, 0, 0])),
            device: device(&parts.headers),
            wanted: cookie::wanted(page, &parts.headers),
        })
    }
}

/// Somebody who is signed in, all but perhaps for the second factor.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session.
    pub session: SessionRow,
    /// Who.
    pub account: Account,
    /// The cookie itself.
    cookie: String,
    /// From where, now.
    pub address: IpAddr,
}

impl Visitor {
    /// What a form for this session proves itself by.
    pub fn form_token(&self, page: &Page, drawn: Drawn) -> String {
        drawn.token(page, &self.cookie)
    }

    /// For which workspace a form of this session was drawn, by what it said.
    pub fn drawn(&self, page: &Page, said: &str) -> Result<Drawn, Refusal> {
        Drawn::of(page, &[&self.cookie], said)
    }

    /// Something that they do, for the log.
    pub fn event(&self, event: &str, subject: &str) -> PageEvent {
        PageEvent {
            account_id: Some(self.account.id),
            workspace_id: self.session.workspace_id,
            event: event.to_owned(),
            subject: subject.to_owned(),
            address: self.address.to_string(),
            ..PageEvent::default()
        }
    }
}

impl OptionalFromRequestParts<Page> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        page: &Page,
    ) -> Result<Option<Visitor>, Refusal> {
        let Some(cookie) = cookie::read(page, &parts.headers, Name::Session) else {
            return Ok(None);
        };
        let registry = &page.store.registry;
        let Some(session) = registry
            .session(&token::digest(&cookie), page.now_us())
            .await?
        else {
            return Ok(None);
        };
        let Some(account) = registry.account(session.account_id).await? else {
            return Ok(None);
        };
        let address = parts.extensions.get::<Origin>().map(|origin| origin.0);
        Ok(Some(Visitor {
            session,
            account,
            cookie,
            address: address.unwrap_or(IpAddr::from([0, 0, 0, 0])),
        }))
    }
}

/// Somebody who is signed in wholly, with their workspaces.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who, and in which session.
    pub visitor: Visitor,
    /// Where they belong, and in what role.
    pub workspaces: Vec<(WorkspaceRow, Role)>,
    /// What is demanded of them before anything else: a second factor.
    pub owes_factor: bool,
}

impl SignedIn {
    /// A workspace of theirs by its number, whichever one is looked at; the same error for one that is not theirs as for none.
    pub async fn in_workspace(self, page: &Page, id: i64) -> Result<Membership, Refusal> {
        let found = self
            .workspaces
            .iter()
            .find(|(workspace, _)| workspace.id == id);
        let Some((workspace, role)) = found.cloned() else {
            return Err(Refusal::Failed(Error::not_found(
                "there is no such workspace of yours",
            )));
        };
        if owes_factor(page, self.visitor.account.id, &workspace, role).await? {
            return Err(Refusal::OwesFactor);
        }
        Ok(Membership {
            signed_in: self,
            workspace,
            role,
        })
    }

    /// The same behind a file that took its time: a session may have ended meanwhile, and a membership.
    pub async fn still(self, page: &Page) -> Result<SignedIn, Refusal> {
        let (registry, visitor) = (&page.store.registry, &self.visitor);
        let session = registry.session(&visitor.session.digest, page.now_us());
        if session.await?.is_none() {
            return Err(Refusal::SignIn);
        }
        if registry.is_account_leaving(visitor.account.id).await? {
            return Err(Refusal::Leaving);
        }
        let workspaces = registry.workspaces_of(visitor.account.id).await?;
        Ok(SignedIn { workspaces, ..self })
    }

    /// The workspace that is looked at; the first where none was chosen.
    pub fn current(&self) -> Option<&(WorkspaceRow, Role)> {
        let chosen = self.visitor.session.workspace_id;
        let chosen = self.workspaces.iter().find(|(w, _)| Some(w.id) == chosen);
        chosen.or_else(|| self.workspaces.first())
    }
}

impl FromRequestParts<Page> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, page: &Page) -> Result<SignedIn, Refusal> {
        let visitor = <Visitor as OptionalFromRequestParts<Page>>::from_request_parts(parts, page);
        let Some(mut visitor) = visitor.await? else {
            return Err(Refusal::SignIn);
        };
        if visitor.session.is_half {
            return Err(Refusal::Factor);
        }
        let registry = &page.store.registry;
        let workspaces = registry.workspaces_of(visitor.account.id).await?;
        let mut signed_in = SignedIn {
            visitor: visitor.clone(),
            workspaces,
            owes_factor: false,
        };
        if let Some((workspace, role)) = signed_in.current() {
            visitor.session.workspace_id = Some(workspace.id);
            signed_in.owes_factor = owes_factor(page, visitor.account.id, workspace, *role).await?;
        }
        signed_in.visitor = visitor;
        let path = parts.uri.path();
        // One's own account is one's own, whatever a workspace demands.
        let is_account = path == "/account" || path.starts_with("/account/");
        let may_wait = is_account || path.starts_with("/security") || path == "/workspace/switch";
        let account_id = signed_in.visitor.account.id;
        if !is_account && registry.is_account_leaving(account_id).await? {
            return Err(Refusal::Leaving);
        }
        match signed_in.owes_factor && !may_wait {
            true => Err(Refusal::OwesFactor),
            false => Ok(signed_in),
        }
    }
}

/// Whether a workspace demands a second factor of a role, and the account has none.
async fn owes_factor(
    page: &Page,
    account_id: i64,
    workspace: &WorkspaceRow,
    role: Role,
) -> Result<bool, Refusal> {
    let registry = &page.store.registry;
    let demanded = registry.second_factor_role(workspace.id).await?;
    // Asked only where something hangs on it: this is done for every page.
    Ok(demanded.is_some_and(|demanded| role >= demanded)
        && registry.confirmed_factor(account_id).await?.is_none())
}

/// A member of the workspace that is looked at.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Who, and in which session.
    pub signed_in: SignedIn,
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// In what role.
    pub role: Role,
}

impl Membership {
    /// An error for people where a form was drawn for another workspace: somebody looks at two of theirs in two windows, or was taken
    /// out of one.
    pub fn demand_drawn(&self, drawn: Drawn) -> Result<(), Refusal> {
        let Drawn(Some(id)) = drawn else {
            return Err(Refusal::Stale);
        };
        if id == self.workspace.id {
            return Ok(());
        }
        let workspaces = self.signed_in.workspaces.iter();
        let mut names = workspaces.filter(|(it, _)| it.id == id);
        Err(Refusal::Elsewhere {
            drawn: names.next().map(|(it, _)| it.name.clone()),
            current: self.workspace.name.clone(),
        })
    }

    /// An error for people where the workspace is closed.
    async fn demand_open(&self, page: &Page) -> Result<(), Refusal> {
        let now_us = page.now_us();
        let standing = page.store.standing(self.workspace.id, now_us).await?;
        match standing.gone_at(now_us) {
            Some(gone_at) => Err(Refusal::Closed(closed::words(gone_at, &TimeZone::UTC))),
            None => Ok(()),
        }
    }

    /// An error for people where the role is too low.
    pub fn demand(&self, role: Role) -> Result<(), Refusal> {
        match self.role >= role {
            true => Ok(()),
            false => Err(Refusal::Forbidden(role)),
        }
    }

    /// The same behind a file that took its time, with the role of now.
    pub async fn still(self, page: &Page) -> Result<Membership, Refusal> {
        let signed_in = self.signed_in.still(page).await?;
        signed_in.in_workspace(page, self.workspace.id).await
    }

    /// Who acts, for commands.
    pub fn actor(&self) -> Actor {
        let account = &self.signed_in.visitor.account;
        Actor {
            member_id: account.id,
            email: account.email.clone(),
            name: account.name.clone(),
            role: self.role,
        }
    }

    /// Something that they do in the workspace, for the log.
    pub fn event(&self, event: &str, subject: &str) -> PageEvent {
        PageEvent {
            workspace_id: Some(self.workspace.id),
            ..self.signed_in.visitor.event(event, subject)
        }
    }
}

impl FromRequestParts<Page> for Membership {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, page: &Page) -> Result<Membership, Refusal> {
        let signed_in = SignedIn::from_request_parts(parts, page).await?;
        let Some((workspace, role)) = signed_in.current().cloned() else {
            return Err(match page.settings.sign_up.lets_members() {
                true => Refusal::MakeWorkspace,
                false => Refusal::NoWorkspace,
            });
        };
        let membership = Membership {
            signed_in,
            workspace,
            role,
        };
        let path = parts.uri.path();
        if parts.method == Method::GET || parts.method == Method::HEAD || is_of_account(path) {
            return Ok(membership);
        }
        // A file proves itself as it comes in: there the form stands in the file.
        if let Some(drawn) = parts.extensions.get::<Drawn>() {
            membership.demand_drawn(*drawn)?;
        }
        if path != guard::LEAVE {
            membership.demand_open(page).await?;
        }
        Ok(membership)
    }
}

/// Whether a form is about the account alone, though it stands on the page of a workspace: one's own addresses are one's own in
/// each.
fn is_of_account(path: &str) -> bool {
    path == "/you/address" || path.starts_with("/you/address/")
}

/// A browser in words that its owner knows it by; made only of words of ours.
fn device(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT);
    let said = said
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = |choices: &[(&'static str, &'static str)]| {
        let found = choices.iter().find(|(mark, _)| said.contains(mark));
        found.map(|(_, name)| *name)
    };
    let program = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "an unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_a_proxy_that_is_believed_says_who_visits() {
        let proxies = ["10.0.0.0/24".parse().unwrap()];
        for (peer, lines, expected) in [
            ("127.0.0.1:1", vec!["203.0.113.9, 192.0.2.7"], "192.0.2.7"),
            (
                "[::ffff:127.0.0.1]:1",
                vec!["203.0.113.9", "192.0.2.7"],
                "192.0.2.7",
            ),
            ("198.51.100.3:1", vec!["192.0.2.7"], "198.51.100.3"),
            ("[::ffff:198.51.100.3]:1", vec!["192.0.2.7"], "198.51.100.3"),
            ("10.0.0.2:1", vec!["203.0.113.9, 192.0.2.7"], "192.0.2.7"),
            (
                "[::1]:1",
                vec!["203.0.113.9, ::ffff:192.0.2.7, 10.0.0.2, 10.0.0.3"],
                "192.0.2.7",
            ),
            ("10.0.1.2:1", vec!["192.0.2.7"], "10.0.1.2"),
            ("10.0.0.2:1", vec!["192.0.2.7, unknown"], "10.0.0.2"),
            ("127.0.0.1:1", vec![], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let origin = Origin::of(peer.parse().unwrap(), &headers, &proxies);
            assert_eq!(origin.0.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_browser_is_called_by_words_of_ours_alone() {
        for (said, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("<script>", "an unknown browser"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(said).unwrap());
            assert_eq!(device(&headers), words);
        }
    }
}
