//! Signing in: an address is asked for and answered the same whether it is known or not; a letter brings a link and a code. The
//! link signs in the browser that asked, when its button is pressed; another browser needs the code beside it. A second factor
//! comes after that, where there is one. Nobody's guesses keep the owner out: each network has a share of an account's letters of its
//! own, a browser that is known has another, and whoever writes the command `sign in` as a member has the third. Where the operator
//! allows it, an address that is not known gets such a letter too, and its account is made when the letter is used.

use super::Page;
use super::cookie::{self, Name};
use super::form::Fields;
use super::limits::{Trying, neighbourhood, network};
use super::message::Refusal;
use super::security::{self, Guess, TOO_OFTEN};
use super::view::{AskView, CodeView, FactorView, Frame, LinkView, show};
use super::visitor::{Browser, Visitor};
use crate::domain::{Result, address, chance, token};
use crate::post::account::{self, Reason, WayIn};
use crate::post::way_in::{self, Asking, Home};
use crate::store::house::WAY_IN_US;
use crate::store::registry::page_events::{PROVED, SIGNED_IN, WRONG_CODE, WRONG_FACTOR};
use crate::store::registry::{
    Account, LIFE_US, PageEvent, SessionRow, SignInRow, SignUpBounds, SignUpRow,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

/// Letters to strangers: whoever did not ask for one is annoyed by it.
const STRANGER_BOUNDS: SignUpBounds = SignUpBounds {
    address_day_max: 3,
    network_hour_max: 5,
    instance_hour_max: 100,
};

/// Wrong codes are answered at whole multiples of this.
const BEAT: Duration = Duration::from_millis(300);

/// `GET /sign-in`
pub async fn ask(State(page): State<Page>, browser: Browser, visitor: Option<Visitor>) -> Response {
    if visitor.is_some_and(|visitor| !visitor.session.is_half) {
        return Redirect::to("/you").into_response();
    }
    let view = AskView {
        frame: Frame::for_browser(&page, &browser, "Sign in"),
        wrong: None,
        email: String::new(),
        is_open: page.settings.sign_up.lets_strangers(),
    };
    with_cookie(&page, &browser, show(&view))
}

/// `POST /sign-in`: the letter is written behind the answer's back, so that its time tells nobody who is known.
pub async fn asked(
    State(page): State<Page>,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Refusal> {
    page.limits.demand(Trying::Letter, browser.address)?;
    let email = address::normalise(fields.get("email"));
    if !address::is_whole(&email) {
        let view = AskView {
            frame: Frame::for_browser(&page, &browser, "Sign in"),
            wrong: Some("Write a whole address, such as you@your.example."),
            email: fields.get("email").to_owned(),
            is_open: page.settings.sign_up.lets_strangers(),
        };
        return Ok(with_cookie(&page, &browser, show(&view)));
    }
    let asking = browser.clone();
    tokio::spawn(async move {
        let _turn = page.limits.writing.acquire().await;
        if let Err(error) = write(&page, &asking, &email).await {
            tracing::error!(error = %error, "a sign-in letter could not be written");
        }
    });
    Ok(Redirect::to("/sign-in/code").into_response())
}

/// Writes the letter, where the address is an account's, or may become one.
async fn write(page: &Page, browser: &Browser, email: &str) -> Result<()> {
    let device = &browser.device;
    if let Some(account) = page.store.registry.account_by_email(email).await? {
        let home = Home {
            mail_domain: &page.settings.mail_domain,
            origin: &page.place.origin,
            now_us: page.now_us(),
        };
        let asking = Asking {
            account: &account,
            browser: browser.digest(),
            network: neighbourhood(browser.address).to_string(),
            device,
        };
        return way_in::write(&page.store, home, page.random, asking).await;
    }
    let link = token::token((page.random)());
    let code = token::code((page.random)());
    if !keep_stranger(page, browser, email, (token::digest(&link), &code)).await? {
        return Ok(());
    }
    let way = WayIn {
        email,
        link: Some(&format!("{}/sign-in/link/{link}", page.place.origin)),
        code: Some(&code),
        reason: Reason::Wanted { device },
        nonce: chance::nonce(page.random),
    };
    send(page, &way).await
}

/// Keeps that a stranger asked; false where strangers get no account here, or too many asked.
async fn keep_stranger(
    page: &Page,
    browser: &Browser,
    email: &str,
    (digest, code): (String, &str),
) -> Result<bool> {
    let domain = address::split(email).map(|(_, domain)| domain);
    // An address of our own is nobody's mailbox: a letter to it would be filed in somebody's workspace.
    let is_own = domain.is_none_or(|domain| domain == page.settings.mail_domain);
    if is_own || !page.settings.sign_up.lets_strangers() {
        return Ok(false);
    }
    let now_us = page.now_us();
    let row = SignUpRow {
        code: token::keyed_code(page.store.registry.key(), &digest, code),
        digest,
        email: email.to_owned(),
        network: network(browser.address).to_string(),
        browser: browser.digest(),
        created_at: now_us,
        expires_at: now_us + WAY_IN_US,
    };
    let is_kept = page
        .store
        .registry
        .add_sign_up(&row, STRANGER_BOUNDS)
        .await?;
    if !is_kept {
        tracing::warn!("a letter to a stranger was not written: too many at once");
    }
    Ok(is_kept)
}

/// Puts a letter into the outbox of the house.
pub(super) async fn send(page: &Page, way: &WayIn<'_>) -> Result<()> {
    let domain = &page.settings.mail_domain;
    account::send(&page.store, domain, page.now_us(), way).await
}

/// Whether a code that was typed is the one.
pub(super) fn fits(page: &Page, digest: &str, kept: &str, typed: &str) -> bool {
    let said = token::keyed_code(page.store.registry.key(), digest, &token::typed(typed));
    bool::from(said.as_bytes().ct_eq(kept.as_bytes()))
}

/// `GET /sign-in/code`
pub async fn code(State(page): State<Page>, browser: Browser) -> Response {
    show(&CodeView {
        frame: Frame::for_browser(&page, &browser, "Look into your mail"),
        is_open: page.settings.sign_up.lets_strangers(),
        wrong: None,
    })
}

/// `POST /sign-in/code`: the code of the newest letter that this browser asked for.
pub async fn coded(
    State(page): State<Page>,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Refusal> {
    page.limits.demand(Trying::Guess, browser.address)?;
    let arrived = Instant::now();
    let registry = &page.store.registry;
    let row = registry
        .sign_in_of_browser(&browser.digest(), page.now_us())
        .await?;
    if let Some(row) = row {
        if fits(&page, &row.digest, &row.code, fields.get("code")) {
            return begin(&page, &browser, &row).await;
        }
        miss(&page, &browser, &row).await?;
    }
    rest(arrived).await;
    let view = CodeView {
        frame: Frame::for_browser(&page, &browser, "Look into your mail"),
        is_open: page.settings.sign_up.lets_strangers(),
        wrong: Some(
            "That is not the code of the newest letter, or it is too old. Look again, or ask for another.",
        ),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&view)).into_response())
}

/// Counts a wrong code; whose account it is sees that it was typed.
async fn miss(page: &Page, browser: &Browser, row: &SignInRow) -> Result<()> {
    page.store.registry.miss_sign_in(&row.digest).await?;
    if row.account_id.is_none() {
        return Ok(());
    }
    page.note(PageEvent {
        account_id: row.account_id,
        event: WRONG_CODE.to_owned(),
        subject: browser.device.clone(),
        address: browser.address.to_string(),
        ..PageEvent::default()
    })
    .await
}

/// Waits for the next beat after a guess came: a miss that is written down, as that of an account that is known is, takes longer
/// than one that is not. The miss itself does not wait, so that guesses at one time are no more than others.
async fn rest(arrived: Instant) {
    let beats = arrived.elapsed().as_millis() / BEAT.as_millis() + 1;
    let beats = u32::try_from(beats).unwrap_or(1);
    tokio::time::sleep_until(arrived + BEAT * beats).await;
}

/// `GET /sign-in/link/…`: shows a button, and uses nothing up: programs follow links too.
pub async fn link(
    State(page): State<Page>,
    browser: Browser,
    Path(link): Path<String>,
) -> Result<Response, Refusal> {
    let Some(row) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old(&page, &browser));
    };
    let view = LinkView {
        frame: Frame::for_browser(&page, &browser, "Sign in"),
        link,
        needs_code: row.browser != browser.digest(),
        wrong: None,
    };
    Ok(with_cookie(&page, &browser, show(&view)))
}

/// `POST /sign-in/link/…`
pub async fn linked(
    State(page): State<Page>,
    browser: Browser,
    Path(link): Path<String>,
    fields: Fields,
) -> Result<Response, Refusal> {
    let Some(row) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old(&page, &browser));
    };
    if row.browser == browser.digest() {
        return begin(&page, &browser, &row).await;
    }
    if fits(&page, &row.digest, &row.code, fields.get("code")) {
        return begin(&page, &browser, &row).await;
    }
    // A program that presses buttons types nothing: that is no guess.
    if !fields.get("code").is_empty() {
        miss(&page, &browser, &row).await?;
    }
    let view = LinkView {
        frame: Frame::for_browser(&page, &browser, "Sign in"),
        link,
        needs_code: true,
        wrong: Some(
            "This browser did not ask for the letter: here it takes the code that stands in it, too.",
        ),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&view)).into_response())
}

async fn of_link(page: &Page, browser: &Browser, link: &str) -> Result<Option<SignInRow>, Refusal> {
    page.limits.demand(Trying::Guess, browser.address)?;
    let registry = &page.store.registry;
    Ok(registry
        .sign_in_of_link(&token::digest(link), page.now_us())
        .await?)
}

fn too_old(page: &Page, browser: &Browser) -> Response {
    let view = AskView {
        frame: Frame::for_browser(page, browser, "Sign in"),
        wrong: Some("That link was used, or is too old. Ask for another."),
        email: String::new(),
        is_open: page.settings.sign_up.lets_strangers(),
    };
    with_cookie(
        page,
        browser,
        (StatusCode::GONE, show(&view)).into_response(),
    )
}

/// Uses the letter up, and begins a session with a cookie that is new.
async fn begin(page: &Page, browser: &Browser, row: &SignInRow) -> Result<Response, Refusal> {
    let (registry, now_us) = (&page.store.registry, page.now_us());
    let Some(account_id) = row.account_id else {
        return begin_account(page, browser, row).await;
    };
    if !registry.use_sign_in(&row.digest, now_us).await? {
        return Ok(too_old(page, browser));
    }
    let account = registry.account(account_id).await?;
    let account = account.ok_or(Refusal::SignIn)?;
    start(page, browser, &account, None).await
}

/// Makes the account of a stranger who proved the address. Where it was made meanwhile, that is whom they sign in as.
async fn begin_account(
    page: &Page,
    browser: &Browser,
    row: &SignInRow,
) -> Result<Response, Refusal> {
    let (registry, now_us) = (&page.store.registry, page.now_us());
    if !page.settings.sign_up.lets_strangers() {
        return Ok(too_old(page, browser));
    }
    let Some(email) = registry.use_sign_up(&row.digest, now_us).await? else {
        return Ok(too_old(page, browser));
    };
    let account = registry.account_of(&email, now_us).await?;
    page.note(PageEvent {
        account_id: Some(account.id),
        event: "made an account".to_owned(),
        address: browser.address.to_string(),
        ..PageEvent::default()
    })
    .await?;
    start(page, browser, &account, None).await
}

/// Begins a session; whoever has a second factor is asked for it next.
pub(super) async fn start(
    page: &Page,
    browser: &Browser,
    account: &Account,
    workspace_id: Option<i64>,
) -> Result<Response, Refusal> {
    let registry = &page.store.registry;
    let now_us = page.now_us();
    let is_half = registry.confirmed_factor(account.id).await?.is_some();
    let cookie = token::token((page.random)());
    let session = SessionRow {
        digest: token::digest(&cookie),
        id: registry.new_id(now_us),
        account_id: account.id,
        workspace_id,
        device: browser.device.clone(),
        address: browser.address.to_string(),
        is_half,
        misses: 0,
        created_at: now_us,
        last_at: now_us,
        expires_at: now_us + LIFE_US,
    };
    registry.add_session(&session).await?;
    let (event, workspace_id) = match is_half {
        true => (PROVED, None),
        false => (SIGNED_IN, looked_at(page, account.id, workspace_id).await?),
    };
    page.note(PageEvent {
        account_id: Some(account.id),
        workspace_id,
        event: event.to_owned(),
        subject: browser.device.clone(),
        address: browser.address.to_string(),
        ..PageEvent::default()
    })
    .await?;
    let mut response = match is_half {
        true => Redirect::to("/sign-in/factor").into_response(),
        false => go_on(page, browser),
    };
    cookie::set(page, response.headers_mut(), Name::Session, Some(&cookie));
    Ok(response)
}

/// The workspace that a new session looks at: whoever comes in stands in its log, and in that of no other.
async fn looked_at(page: &Page, account_id: i64, chosen: Option<i64>) -> Result<Option<i64>> {
    if chosen.is_some() {
        return Ok(chosen);
    }
    let workspaces = page.store.registry.workspaces_of(account_id).await?;
    Ok(workspaces.first().map(|(workspace, _)| workspace.id))
}

/// The way to the page that was wanted, else to one's own settings.
fn go_on(page: &Page, browser: &Browser) -> Response {
    let Some(wanted) = &browser.wanted else {
        return Redirect::to("/you").into_response();
    };
    let mut response = Redirect::to(wanted).into_response();
    cookie::set(page, response.headers_mut(), Name::Wanted, None);
    response
}

/// `GET /sign-in/factor`
pub async fn factor(
    State(page): State<Page>,
    visitor: Option<Visitor>,
) -> Result<Response, Refusal> {
    let visitor = visitor.ok_or(Refusal::SignIn)?;
    if !visitor.session.is_half {
        return Ok(Redirect::to("/you").into_response());
    }
    Ok(show(&FactorView {
        frame: Frame::for_half(&page, &visitor, "Second factor"),
        wrong: None,
    }))
}

/// `POST /sign-in/factor`: a code of the app, or a recovery code.
pub async fn proved(
    State(page): State<Page>,
    visitor: Option<Visitor>,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Refusal> {
    let visitor = visitor.ok_or(Refusal::SignIn)?;
    page.limits.demand(Trying::Guess, visitor.address)?;
    let registry = &page.store.registry;
    let guess = security::proves(&page, visitor.account.id, fields.get("code")).await?;
    if guess == Guess::Right {
        let cookie = token::token((page.random)());
        let (before, now) = (&visitor.session.digest, token::digest(&cookie));
        if !registry.complete_session(before, &now).await? {
            return Err(Refusal::SignIn);
        }
        let chosen = visitor.session.workspace_id;
        page.note(PageEvent {
            workspace_id: looked_at(&page, visitor.account.id, chosen).await?,
            ..visitor.event(SIGNED_IN, &visitor.session.device)
        })
        .await?;
        let mut response = go_on(&page, &browser);
        cookie::set(&page, response.headers_mut(), Name::Session, Some(&cookie));
        return Ok(response);
    }
    page.note(PageEvent {
        workspace_id: None,
        ..visitor.event(WRONG_FACTOR, &visitor.session.device)
    })
    .await?;
    let misses = registry.miss_factor(&visitor.session.digest).await?;
    if misses >= crate::store::registry::FACTOR_MISSES_MAX {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let view = FactorView {
        frame: Frame::for_half(&page, &visitor, "Second factor"),
        wrong: Some(match guess {
            Guess::TooOften => TOO_OFTEN,
            _ => "That is not the code of this half minute, or it was used. Wait for the next one.",
        }),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&view)).into_response())
}

/// The answer, with the browser's number where it has none yet.
pub(super) fn with_cookie(page: &Page, browser: &Browser, mut response: Response) -> Response {
    if browser.is_new {
        cookie::set(
            page,
            response.headers_mut(),
            Name::Browser,
            Some(&browser.cookie),
        );
    }
    response
}
