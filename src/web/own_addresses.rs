//! Further addresses of who is signed in: asked for at their page, verified by a letter with a link and a code. The link alone
//! verifies nothing: it takes the session of who asked, and the code is typed into one. What is asked for is answered the same
//! whether somebody here has the address or not.

use super::form::Filled;
use super::limits::Trying;
use super::message::{self, Refusal};
use super::sign_in::{fits, send};
use super::view::{AddressView, Frame, Notice, OwnAddressesShown, show};
use super::visitor::{Browser, Membership, SignedIn};
use super::you::show_with;
use super::{Page, time};
use crate::commands::own_addresses::{self, AlsoContact};
use crate::domain::member_settings::MemberSettings;
use crate::domain::{Result, address, chance, people, token};
use crate::post::account::{Reason, WayIn};
use crate::store::house::ADDRESS_US;
use crate::store::registry::{Account, AddressRequestRow, OWN_ADDRESSES_MAX, Role};
use crate::store::workspace::suppression;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// The addresses of an account as its page shows them.
pub(super) async fn shown(
    page: &Page,
    account: &Account,
    settings: &MemberSettings,
) -> Result<OwnAddressesShown> {
    let registry = &page.store.registry;
    let asked = registry
        .address_requests(account.id, page.now_us())
        .await?
        .into_iter();
    let asked = asked.map(|row| (row.id, row.address, time::shown(row.expires_at, settings)));
    Ok(OwnAddressesShown {
        registered: account.email.clone(),
        further: registry.own_addresses(account.id).await?,
        asked: asked.collect(),
    })
}

/// `POST /you/address`: the letter is written behind the answer's back, so that its time tells nobody who is here.
pub async fn ask(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let email = address::normalise(fields.get("email"));
    if let Some(why) = refused(&page, &membership, &email).await? {
        return show_with(&page, &membership, Some(Notice::wrong(why))).await;
    }
    let visitor = &membership.signed_in.visitor;
    page.limits.demand(Trying::Letter, visitor.address)?;
    let (registry, now_us) = (&page.store.registry, page.now_us());
    let link = token::token((page.random)());
    let digest = token::digest(&link);
    let code = token::code((page.random)());
    let row = AddressRequestRow {
        id: registry.new_id(now_us),
        code: Some(token::keyed_code(registry.key(), &digest, &code)),
        digest,
        account_id: visitor.account.id,
        address: email.clone(),
        misses: 0,
        created_at: now_us,
        expires_at: now_us + ADDRESS_US,
    };
    let kept = registry.add_address_request(row).await?;
    let kept = kept.ok_or(Refusal::TooOften)?;
    page.note(membership.event("asked to write from", &email))
        .await?;
    if kept.code.is_some() {
        let (page, email) = (page.clone(), email.clone());
        let by = visitor.account.email.clone();
        tokio::spawn(async move {
            let way = WayIn {
                email: &email,
                link: Some(&format!("{}/you/address/link/{link}", page.place.origin)),
                code: Some(&code),
                reason: Reason::Address { by: &by },
                nonce: chance::nonce(page.random),
            };
            if let Err(error) = send(&page, &way).await {
                tracing::error!(error = %error, "a letter to a further address could not be written");
            }
        });
    }
    let notice = Notice::done(format!(
        "If {email} can be yours, a letter with a link and a code is on its way there. It is worth something for 24 hours."
    ));
    show_with(&page, &membership, Some(notice)).await
}

/// Why an address cannot be asked for, as far as the asker may know; nothing of it says who else is here.
async fn refused(page: &Page, membership: &Membership, email: &str) -> Result<Option<String>> {
    let account = &membership.signed_in.visitor.account;
    let Some((_, domain)) = address::split(email).filter(|_| address::is_whole(email)) else {
        let words = "Write a whole address, such as you@private.example.";
        return Ok(Some(words.to_owned()));
    };
    if domain == page.settings.mail_domain {
        return Ok(Some(
            "That is an address of ours, and nobody's own.".to_owned(),
        ));
    }
    let registry = &page.store.registry;
    let own = registry.own_addresses(account.id).await?;
    if email == account.email || own.iter().any(|address| address == email) {
        return Ok(Some(format!("{email} is yours already.")));
    }
    if own.len() >= OWN_ADDRESSES_MAX {
        return Ok(Some(format!(
            "At most {OWN_ADDRESSES_MAX} further addresses are yours; remove one first."
        )));
    }
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let hash = registry.key().suppression_hash(email);
    let suppressed = suppression::among(&mut workspace.read().await?, &[hash]).await?;
    Ok((!suppressed.is_empty()).then(|| {
        "Mail to that address came back, or they asked for none: nothing is sent there.".to_owned()
    }))
}

/// `POST /you/address/code`
pub async fn prove(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let visitor = &membership.signed_in.visitor;
    page.limits.demand(Trying::Guess, visitor.address)?;
    let (id, code) = (fields.id("id")?, fields.get("code"));
    let registry = &page.store.registry;
    let requests = registry
        .address_requests(visitor.account.id, page.now_us())
        .await?;
    if let Some(row) = requests.into_iter().find(|row| row.id == id) {
        let kept = row.code.as_deref().unwrap_or_default();
        if fits(&page, &row.digest, kept, code) {
            let notice = verified(&page, &membership, &row).await?;
            return show_with(&page, &membership, Some(notice)).await;
        }
        if !code.is_empty() {
            registry.miss_address_request(row.id).await?;
        }
    }
    let words = "That is not the code of the letter, or it is too old. Five wrong ones, and it takes another letter.";
    show_with(&page, &membership, Some(Notice::wrong(words))).await
}

/// `GET /you/address/link/…`: shows a button to who asked, and tells anybody else who that was. Uses nothing up: programs follow
/// links too.
pub async fn link(
    State(page): State<Page>,
    browser: Browser,
    signed_in: Result<SignedIn, Refusal>,
    Path(link): Path<String>,
) -> Result<Response, Refusal> {
    let Some((row, by)) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old());
    };
    let title = "Write from an address";
    let (frame, is_asker) = match signed_in {
        Ok(signed_in) => {
            let is_asker = signed_in.visitor.account.id == row.account_id;
            (Frame::for_member(&page, &signed_in, title), is_asker)
        }
        Err(Refusal::SignIn) => (Frame::for_browser(&page, &browser, title), false),
        Err(refusal) => return Err(refusal),
    };
    Ok(show(&AddressView {
        frame,
        link,
        address: row.address,
        by: by.email,
        is_asker,
    }))
}

/// `POST /you/address/link/…`: only in a session of who asked.
pub async fn linked(
    State(page): State<Page>,
    browser: Browser,
    Path(link): Path<String>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    let Some((row, by)) = of_link(&page, &browser, &link).await? else {
        return Ok(too_old());
    };
    if row.account_id != membership.signed_in.visitor.account.id {
        return Ok(message::of(
            StatusCode::FORBIDDEN,
            "Somebody else asked for this letter",
            &format!(
                "{} did, and the button works for them alone. If you are not them, do nothing.",
                by.email
            ),
        ));
    }
    let notice = verified(&page, &membership, &row).await?;
    show_with(&page, &membership, Some(notice)).await
}

/// The request of a link that stands, and who asked.
async fn of_link(
    page: &Page,
    browser: &Browser,
    link: &str,
) -> Result<Option<(AddressRequestRow, Account)>, Refusal> {
    page.limits.demand(Trying::Guess, browser.address)?;
    let registry = &page.store.registry;
    let row = registry
        .address_request_of_link(&token::digest(link), page.now_us())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let by = registry.account(row.account_id).await?;
    Ok(by.map(|by| (row, by)))
}

/// Uses a request up; its owner is told at the registered address, too.
async fn verified(
    page: &Page,
    membership: &Membership,
    row: &AddressRequestRow,
) -> Result<Notice, Refusal> {
    let account = &membership.signed_in.visitor.account;
    let also = own_addresses::verify(&page.store, account, row, page.now_us()).await?;
    let Some(also) = also else {
        return Ok(Notice::wrong(
            "That letter is worth nothing any more. Ask for another.",
        ));
    };
    page.note(membership.event("writes also from", &row.address))
        .await?;
    let told = WayIn {
        email: &account.email,
        link: Some(&format!("{}/you", page.place.origin)),
        code: None,
        reason: Reason::AddressAdded {
            address: &row.address,
        },
        nonce: chance::nonce(page.random),
    };
    send(page, &told).await?;
    let mut lines = vec![format!(
        "Mail from {} is yours from now on, by the same proofs. Answers, digests and letters to sign in go to {} alone.",
        row.address, account.email
    )];
    let domain = address::split(&row.address).map(|(_, domain)| domain);
    let mut roles = membership
        .signed_in
        .workspaces
        .iter()
        .map(|(_, role)| *role);
    let makes_colleagues = roles.any(|role| role >= Role::Admin);
    if let Some(domain) = domain.filter(|domain| !people::is_public_provider(domain))
        && makes_colleagues
    {
        lines.push(format!(
            "Where you are an owner or admin, people of {domain} are colleagues from now on: mail makes no new contacts of them."
        ));
    }
    lines.extend(also.iter().map(also_contact));
    Ok(Notice {
        is_wrong: false,
        lines,
    })
}

fn also_contact(also: &AlsoContact) -> String {
    let name = also.name.as_deref().unwrap_or("a contact");
    format!(
        "In \"{}\", #c{} {name} has this address: what is filed stays with the contact, and from now on mail from it is yours. \
         Removing the address here undoes that.",
        also.workspace, also.id
    )
}

/// `POST /you/address/cancel`
pub async fn cancel(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let account_id = membership.signed_in.visitor.account.id;
    let registry = &page.store.registry;
    let id = fields.id("id")?;
    let notice = match registry
        .end_address_request(account_id, id, page.now_us())
        .await?
    {
        true => Notice::done("The letter is worth nothing any more."),
        false => Notice::wrong("That letter was worth nothing already."),
    };
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /you/address/remove`
pub async fn remove(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let account = &membership.signed_in.visitor.account;
    let email = address::normalise(fields.get("email"));
    let notice = match own_addresses::remove(&page.store, account, &email, page.now_us()).await? {
        true => {
            page.note(membership.event("does not write any more from", &email))
                .await?;
            Notice::done(format!(
                "Mail from {email} is not yours any more. What is filed stays."
            ))
        }
        false => Notice::wrong("That is no further address of yours."),
    };
    show_with(&page, &membership, Some(notice)).await
}

fn too_old() -> Response {
    message::of(
        StatusCode::GONE,
        "That letter is worth nothing any more",
        "It was used or cancelled, or is older than 24 hours. Whoever asked for it can ask for another.",
    )
    .into_response()
}
