//! How somebody is signed in: sessions, the second factor with its recovery codes, app passwords.

use super::cookie::{self, Name};
use super::form::{Fields, Filled};
use super::limits::Trying;
use super::message::Refusal;
use super::view::{self, AttemptShown, FactorShown, Frame, Notice, SecurityView, SessionShown};
use super::visitor::{SignedIn, Visitor};
use super::{Page, time};
use crate::domain::instance_key::Keyed;
use crate::domain::{Error, Kind, Result, address, chance, token};
use crate::store::registry::page_events::{WRONG_CODE, WRONG_FACTOR};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a seed (RFC 4226 §4).
const SEED_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
const LABEL_CHARS_MAX: usize = 60;
const PASSWORDS_MAX: usize = 20;
/// Attempts to sign in that are shown.
const ATTEMPTS_SHOWN: i64 = 20;

/// Digits of a code of the app; a recovery code is longer.
const CODE_DIGITS: usize = 6;
/// What is said where a code is none.
const NO_CODE: &str =
    "Nothing was changed: that is not the code of this half minute, and no recovery code.";
/// What is said where codes of the app are no longer taken.
pub(super) const TOO_OFTEN: &str =
    "There were too many wrong codes today: until midnight (UTC) only a recovery code is taken.";

/// What a code was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Right,
    Wrong,
    /// It was not looked at: of this account too many were wrong today.
    TooOften,
}

/// What a form left to be shown once.
#[derive(Default)]
struct Once {
    notice: Option<Notice>,
    factor: FactorShown,
    password: Option<String>,
}

async fn show_page(page: &Page, signed_in: &SignedIn, once: Once) -> Result<Response, Refusal> {
    let registry = &page.store.registry;
    let account_id = signed_in.visitor.account.id;
    let has_factor = registry.confirmed_factor(account_id).await?.is_some();
    let settings = time::chosen(page, signed_in).await?;
    let place = |address: &str| page.settings.places.as_ref().and_then(|p| p.of(address));
    let attempts = registry.attempts_of(account_id, ATTEMPTS_SHOWN).await?;
    let attempts = attempts.into_iter().map(|row| AttemptShown {
        at: time::shown(row.at, &settings),
        is_wrong: row.event == WRONG_CODE || row.event == WRONG_FACTOR,
        place: place(&row.address),
        event: row.event,
        device: row.subject,
        address: row.address,
    });
    let sessions = registry.sessions(account_id, page.now_us()).await?;
    let sessions = sessions.into_iter().map(|row| SessionShown {
        is_this: row.id == signed_in.visitor.session.id,
        id: row.id,
        device: row.device,
        place: place(&row.address),
        address: row.address,
        last: time::shown(row.last_at, &settings),
        since: time::shown(row.created_at, &settings),
    });
    let passwords = registry.app_passwords(account_id).await?;
    let passwords = passwords
        .into_iter()
        .map(|row| (row.id, row.label, time::shown(row.created_at, &settings)));
    let notice = match (signed_in.owes_factor, once.notice) {
        (_, Some(notice)) => Some(notice),
        (true, None) => Some(Notice::wrong(
            "This workspace asks for a second factor. Set one up here; then you go on.",
        )),
        (false, None) => None,
    };
    Ok(view::show(&SecurityView {
        frame: Frame::for_member(page, signed_in, "Security").with(notice),
        has_factor,
        recovery_left: registry.recovery_codes_left(account_id).await?,
        attempts: attempts.collect(),
        factor: once.factor,
        sessions: sessions.collect(),
        passwords: passwords.collect(),
        password: once.password,
    }))
}

impl Once {
    fn notice(notice: Notice) -> Once {
        Once {
            notice: Some(notice),
            ..Once::default()
        }
    }
}

/// `GET /security`
pub async fn show(State(page): State<Page>, signed_in: SignedIn) -> Result<Response, Refusal> {
    show_page(&page, &signed_in, Once::default()).await
}

/// `POST /sign-out`
pub async fn sign_out(
    State(page): State<Page>,
    visitor: Option<Visitor>,
    _fields: Fields,
) -> Result<Response, Refusal> {
    if let Some(visitor) = visitor {
        let registry = &page.store.registry;
        registry
            .end_session(visitor.account.id, visitor.session.id)
            .await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    cookie::set(&page, response.headers_mut(), Name::Session, None);
    Ok(response)
}

/// `POST /security/session`
pub async fn end_session(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let registry = &page.store.registry;
    let account_id = signed_in.visitor.account.id;
    let notice = match registry.end_session(account_id, fields.id("id")?).await? {
        true => {
            page.note(signed_in.visitor.event("ended a session", ""))
                .await?;
            Notice::done("The session is ended.")
        }
        false => Notice::wrong("That session had ended already."),
    };
    show_page(&page, &signed_in, Once::notice(notice)).await
}

/// `POST /security/sessions`
pub async fn end_others(
    State(page): State<Page>,
    Filled(signed_in, _): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let visitor = &signed_in.visitor;
    let registry = &page.store.registry;
    registry
        .end_other_sessions(visitor.account.id, visitor.session.id)
        .await?;
    page.note(visitor.event("ended all other sessions", ""))
        .await?;
    let notice = Notice::done("All other sessions are ended.");
    show_page(&page, &signed_in, Once::notice(notice)).await
}

/// `POST /security/factor`: makes a seed, and shows it once.
pub async fn begin_factor(
    State(page): State<Page>,
    Filled(signed_in, _): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let account = &signed_in.visitor.account;
    let registry = &page.store.registry;
    let seed: [u8; SEED_BYTES] = chance::nonce(page.random);
    let sealed = registry
        .key()
        .seal(&purpose(account.id), &seed, chance::nonce(page.random))?;
    if !registry
        .propose_second_factor(account.id, &sealed, page.now_us())
        .await?
    {
        let notice = Notice::wrong("There is a second factor already. Remove it first.");
        return show_page(&page, &signed_in, Once::notice(notice)).await;
    }
    let once = Once {
        factor: shown(&page, &seed, &account.email)?,
        ..Once::default()
    };
    show_page(&page, &signed_in, once).await
}

/// `POST /security/factor/confirm`: the first code proves that the app has the seed.
pub async fn confirm_factor(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    page.limits
        .demand(Trying::Guess, signed_in.visitor.address)?;
    let account = &signed_in.visitor.account;
    let registry = &page.store.registry;
    let kept = registry.second_factor(account.id).await?;
    let Some(kept) = kept.filter(|factor| factor.confirmed_at.is_none()) else {
        let notice = Notice::wrong("There is nothing to confirm. Begin again.");
        return show_page(&page, &signed_in, Once::notice(notice)).await;
    };
    let seed = registry.key().open(&purpose(account.id), &kept.sealed)?;
    let Some(step) = step_of(&page, &seed, fields.get("code"))? else {
        let once = Once {
            notice: Some(Notice::wrong(
                "That is not the code of this half minute. Is your device's clock right?",
            )),
            factor: shown(&page, &seed, &account.email)?,
            ..Once::default()
        };
        return show_page(&page, &signed_in, once).await;
    };
    let (codes, hashes) = recovery_codes(&page, account.id);
    if !registry
        .confirm_second_factor(&kept, step, &hashes, page.now_us())
        .await?
    {
        let notice = Notice::wrong(
            "It was begun anew, or confirmed, in another window meanwhile. Nothing was changed here.",
        );
        return show_page(&page, &signed_in, Once::notice(notice)).await;
    }
    registry
        .end_other_sessions(account.id, signed_in.visitor.session.id)
        .await?;
    page.note(signed_in.visitor.event("set up a second factor", ""))
        .await?;
    let once = Once {
        notice: Some(Notice::done(
            "The second factor counts from now on. Other sessions are ended.",
        )),
        factor: FactorShown {
            recovery: codes,
            ..FactorShown::default()
        },
        ..Once::default()
    };
    let signed_in = SignedIn {
        owes_factor: false,
        ..signed_in
    };
    show_page(&page, &signed_in, once).await
}

/// New recovery codes, as they are shown and as they are kept.
fn recovery_codes(page: &Page, account_id: i64) -> (Vec<String>, Vec<String>) {
    let codes = (0..RECOVERY_CODES).map(|_| address::token(&chance::nonce::<12, 32>(page.random)));
    codes
        .map(|code| {
            let hash = recovery_hash(page, account_id, &code);
            (address::grouped(&code, 4, " "), hash)
        })
        .unzip()
}

/// `POST /security/factor/recovery`: new recovery codes in place of those of before. A code of the app alone: whoever found the paper
/// with the old ones gets no new ones by it.
pub async fn renew_recovery(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let visitor = &signed_in.visitor;
    page.limits.demand(Trying::Guess, visitor.address)?;
    let (account_id, typed) = (visitor.account.id, fields.get("code"));
    let guess = match is_of_app(&token::typed(typed)) {
        true => proves(&page, account_id, typed).await?,
        false => Guess::Wrong,
    };
    let once = match guess {
        Guess::Right => {
            let (codes, hashes) = recovery_codes(&page, account_id);
            let registry = &page.store.registry;
            registry.renew_recovery_codes(account_id, &hashes).await?;
            page.note(visitor.event("renewed the recovery codes", ""))
                .await?;
            Once {
                notice: Some(Notice::done(
                    "The old recovery codes are worth nothing now.",
                )),
                factor: FactorShown {
                    recovery: codes,
                    ..FactorShown::default()
                },
                ..Once::default()
            }
        }
        Guess::Wrong => Once::notice(Notice::wrong(
            "That is not the code of this half minute, or it was used. Nothing was changed.",
        )),
        Guess::TooOften => Once::notice(Notice::wrong(TOO_OFTEN)),
    };
    show_page(&page, &signed_in, once).await
}

/// Whether a code can be of the app.
fn is_of_app(code: &str) -> bool {
    code.len() == CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit())
}

/// `POST /security/factor/remove`: takes a code, so that an open session alone is not enough.
pub async fn remove_factor(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    page.limits
        .demand(Trying::Guess, signed_in.visitor.address)?;
    let account_id = signed_in.visitor.account.id;
    let notice = match proves(&page, account_id, fields.get("code")).await? {
        Guess::Right => {
            page.store.registry.remove_second_factor(account_id).await?;
            page.note(signed_in.visitor.event("removed the second factor", ""))
                .await?;
            Notice::done("The second factor is removed.")
        }
        Guess::Wrong => Notice::wrong(NO_CODE),
        Guess::TooOften => Notice::wrong(TOO_OFTEN),
    };
    show_page(&page, &signed_in, Once::notice(notice)).await
}

/// `POST /security/password`: takes a code where there is a second factor, since a password needs none.
pub async fn add_password(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let account_id = signed_in.visitor.account.id;
    let registry = &page.store.registry;
    let label: String = fields.get("label").chars().take(LABEL_CHARS_MAX).collect();
    if label.is_empty() {
        let notice =
            Notice::wrong("Say what the password is for, such as \"Thunderbird at work\".");
        return show_page(&page, &signed_in, Once::notice(notice)).await;
    }
    if registry.app_passwords(account_id).await?.len() >= PASSWORDS_MAX {
        let notice =
            Notice::wrong("There are 20 app passwords; remove one that is not used any more.");
        return show_page(&page, &signed_in, Once::notice(notice)).await;
    }
    if let Some(wrong) = unproved(&page, &signed_in.visitor, &fields).await? {
        return show_page(&page, &signed_in, Once::notice(Notice::wrong(wrong))).await;
    }
    let password = address::token(&chance::nonce::<20, 32>(page.random));
    registry
        .add_app_password(account_id, &label, &password, page.now_us())
        .await?;
    page.note(signed_in.visitor.event("made an app password", &label))
        .await?;
    let once = Once {
        password: Some(address::grouped(&password, 4, " ")),
        ..Once::default()
    };
    show_page(&page, &signed_in, once).await
}

/// `POST /security/password/remove`
pub async fn remove_password(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let registry = &page.store.registry;
    let account_id = signed_in.visitor.account.id;
    let notice = match registry
        .remove_app_password(account_id, fields.id("id")?)
        .await?
    {
        true => {
            page.note(signed_in.visitor.event("removed an app password", ""))
                .await?;
            Notice::done(
                "The app password is removed. Programs that use it cannot sign in any more, after five minutes at most.",
            )
        }
        false => Notice::wrong("That app password was gone already."),
    };
    show_page(&page, &signed_in, Once::notice(notice)).await
}

/// What is missing to believe that it is they, and not an open session alone: where they have a second factor, a code of it.
pub(super) async fn unproved(
    page: &Page,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Option<&'static str>, Refusal> {
    let account_id = visitor.account.id;
    if page
        .store
        .registry
        .confirmed_factor(account_id)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    page.limits.demand(Trying::Guess, visitor.address)?;
    let guess = proves(page, account_id, fields.get("code")).await?;
    Ok(match guess {
        Guess::Right => None,
        Guess::Wrong => Some(NO_CODE),
        Guess::TooOften => Some(TOO_OFTEN),
    })
}

/// What a code of the app, or a recovery code, is; each counts once.
pub(super) async fn proves(page: &Page, account_id: i64, typed: &str) -> Result<Guess> {
    let (registry, now_us) = (&page.store.registry, page.now_us());
    let Some(kept) = registry.confirmed_factor(account_id).await? else {
        return Ok(Guess::Wrong);
    };
    let code = token::typed(typed);
    let is_right = if is_of_app(&code) {
        if !registry.try_factor(account_id, now_us).await? {
            return Ok(Guess::TooOften);
        }
        let seed = registry.key().open(&purpose(account_id), &kept.sealed)?;
        match step_of(page, &seed, &code)? {
            Some(step) => registry.use_step(account_id, step).await?,
            None => false,
        }
    } else {
        let hash = recovery_hash(page, account_id, &code);
        registry
            .use_recovery_code(account_id, &hash, now_us)
            .await?
    };
    Ok(match is_right {
        true => Guess::Right,
        false => Guess::Wrong,
    })
}

/// The step of time that a code is of.
fn step_of(page: &Page, seed: &[u8], typed: &str) -> Result<Option<i64>> {
    let now = u64::try_from(page.now_us() / 1_000_000).unwrap_or_default();
    let step = totp(page, seed, None)?.check(&token::typed(typed), now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Six digits, thirty seconds, SHA-1: what every app knows (RFC 6238); one step before and after is taken too (§5.2).
fn totp(page: &Page, seed: &[u8], email: Option<&str>) -> Result<Totp> {
    let issuer = format!("Rapport {}", page.settings.mail_domain.replace(':', " "));
    let mut builder = Builder::new()
        .with_secret(Secret::from(seed))
        .with_issuer(Some(issuer));
    if let Some(email) = email {
        builder = builder.with_account_name(email.replace(':', " "));
    }
    builder.build().map_err(|e| {
        let message = "the second factor cannot be read; remove it with a recovery code";
        Error::new(Kind::Corrupt, message).because(e)
    })
}

/// What an app is shown: a picture, and the same in letters.
fn shown(page: &Page, seed: &[u8], email: &str) -> Result<FactorShown> {
    let failed = || {
        Error::new(
            Kind::TooMuch,
            "the picture could not be drawn; type the letters",
        )
    };
    let uri = totp(page, seed, Some(email))?
        .to_url()
        .map_err(|e| failed().because(e))?;
    let picture = QrCode::new(uri.as_bytes()).map_err(|e| failed().because(e))?;
    let picture = picture
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build();
    Ok(FactorShown {
        picture: data_uri(&picture),
        secret: address::grouped(&Secret::from(seed).to_base32(), 4, " "),
        recovery: Vec::new(),
    })
}

fn data_uri(svg: &str) -> String {
    use base64::Engine;
    let coded = base64::engine::general_purpose::STANDARD.encode(svg);
    format!("data:image/svg+xml;base64,{coded}")
}

fn purpose(account_id: i64) -> String {
    format!("second factor {account_id}")
}

fn recovery_hash(page: &Page, account_id: i64, code: &str) -> String {
    let said = format!("{account_id} {code}");
    page.store.registry.key().keyed(Keyed::Recovery, &said)
}
