//! Signing in: an address is asked for and answered the same whether it is known or not; a letter brings a link and a code. The
//! link signs in the browser that asked, when its button is pressed; another browser needs the code beside it. A second factor
//! comes after that, where there is one. Nobody's guesses keep the owner out: what is counted by account takes away the code, and
//! then the letters, but never those to a browser that is known. Where the operator allows it, an address that is not known gets
//! such a letter too, and its account is made when the letter is used.

use super::cookie::{self, Name};
use super::form::Fields;
use super::limits::{Trying, network};
use super::message::Refusal;
use super::security::{self, Guess, TOO_OFTEN};
use super::view::{AskView, CodeView, FactorView, Frame, LinkView, show};
use super::visitor::{Browser, Visitor};
use super::{Page, token};
use crate::domain::instance_key::Keyed;
use crate::domain::{Result, address, chance};
use crate::post::account::{self, Reason, WayIn};
use crate::store::house::WAY_IN_US;
use crate::store::registry::{
    Account, LIFE_US, PageEvent, SessionRow, SignInBounds, SignInRow, SignUpBounds, SignUpRow,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

/// Letters to one account: six in a quarter of an hour, but to browsers that are known; after twenty codes in a day there is none
/// to be guessed, and links go on.
const BOUNDS: SignInBounds = SignInBounds {
    lately_max: 6,
    lately_us: WAY_IN_US,
    codes_max: 20,
    codes_us: 86_400 * 1_000_000,
};

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
    let link = token::token((page.random)());
    let digest = token::digest(&link);
    let code = token::code((page.random)());
    let registry = &page.store.registry;
    let device = &browser.device;
    let (reason, has_code) = match registry.account_by_email(email).await? {
        Some(account) => match keep(page, browser, &account, (digest, &code)).await? {
            Some(kept) => (Reason::Asked { device }, kept.code.is_some()),
            None => return Ok(()),
        },
        None => match keep_stranger(page, browser, email, (digest, &code)).await? {
            true => (Reason::Wanted { device }, true),
            false => return Ok(()),
        },
    };
    let way = WayIn {
        email,
        link: Some(&format!("{}/sign-in/link/{link}", page.place.origin)),
        code: has_code.then_some(code.as_str()),
        reason,
        nonce: chance::nonce(page.random),
    };
    send(page, &way).await
}

/// Keeps that somebody with an account asked; `None` where too many did.
async fn keep(
    page: &Page,
    browser: &Browser,
    account: &Account,
    (digest, code): (String, &str),
) -> Result<Option<SignInRow>> {
    let now_us = page.now_us();
    let row = SignInRow {
        code: Some(keyed_code(page, &digest, code)),
        digest,
        account_id: Some(account.id),
        email: None,
        browser: browser.digest(),
        misses: 0,
        created_at: now_us,
        expires_at: now_us + WAY_IN_US,
        used_at: None,
    };
    let kept = page.store.registry.add_sign_in(row, BOUNDS).await?;
    if kept.is_none() {
        tracing::warn!(
            account_id = account.id,
            "a sign-in letter was not written: too many at once"
        );
    }
    Ok(kept)
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
        code: keyed_code(page, &digest, code),
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

/// What is kept of a code: it fits one link alone.
pub(super) fn keyed_code(page: &Page, digest: &str, code: &str) -> String {
    let said = format!("{digest} {code}");
    page.store.registry.key().keyed(Keyed::Code, &said)
}

/// Whether a code that was typed is the one.
pub(super) fn fits(page: &Page, digest: &str, kept: &str, typed: &str) -> bool {
    let said = keyed_code(page, digest, &token::typed(typed));
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
        let kept = row.code.as_deref().unwrap_or_default();
        if fits(&page, &row.digest, kept, fields.get("code")) {
            return begin(&page, &browser, &row).await;
        }
        registry.miss_sign_in(&row.digest).await?;
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
        has_code: row.code.is_some(),
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
    if let Some(kept) = &row.code {
        if fits(&page, &row.digest, kept, fields.get("code")) {
            return begin(&page, &browser, &row).await;
        }
        // A program that presses buttons types nothing: that is no guess.
        if !fields.get("code").is_empty() {
            page.store.registry.miss_sign_in(&row.digest).await?;
        }
    }
    let view = LinkView {
        frame: Frame::for_browser(&page, &browser, "Sign in"),
        link,
        needs_code: true,
        has_code: row.code.is_some(),
        wrong: Some(
            "Another browser asked for this letter: here it takes the code that stands in it, too.",
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
    page.note(PageEvent {
        account_id: Some(account.id),
        workspace_id,
        event: if is_half {
            "proved the mailbox"
        } else {
            "signed in"
        }
        .to_owned(),
        subject: browser.device.clone(),
        address: browser.address.to_string(),
        at: 0,
    })
    .await?;
    let mut response = match is_half {
        true => Redirect::to("/sign-in/factor").into_response(),
        false => go_on(page, browser),
    };
    cookie::set(page, response.headers_mut(), Name::Session, Some(&cookie));
    Ok(response)
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
        registry.complete_session(&visitor.session.digest).await?;
        page.note(visitor.event("signed in", &visitor.session.device))
            .await?;
        return Ok(go_on(&page, &browser));
    }
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
