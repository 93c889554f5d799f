//! `/sending`: how mail to contacts leaves: a relay of the workspace's own, and domains that it signs for.
//!
//! A password is written and never shown. The host of a relay is what a stranger typed: `delivery` looks where it leads.

use super::Page;
use super::form::{Fields, Filled};
use super::limits::Trying;
use super::message::Refusal;
use super::view::{
    DomainShown, Frame, Notice, RecordShown, RelayShown, SendingView, show as shown,
};
use super::visitor::Membership;
use super::workspace::found_in_words;
use crate::commands::sender::may_sign;
use crate::delivery::{Parcel, identity, own};
use crate::domain::instance_key::{Purpose, Token};
use crate::domain::{Error, Kind, Result as Done, address, chance};
use crate::mail::Mailbox;
use crate::mail::compose::{Letter, Writer};
use crate::store::registry::{AddressKind, Lane, Role};
use crate::store::workspace::outbox;
use crate::store::workspace::sending::{self, KeyRow};
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;

/// What the DNS said of a key, by its selector.
type Found = Vec<(String, String)>;

/// `GET /sending`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    show_with(&page, &membership, None, Vec::new()).await
}

async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
    found: Found,
) -> Result<Response, Refusal> {
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.read().await?;
    let relay = sending::relay(&mut tx).await?;
    let keys = sending::keys(&mut tx).await?;
    drop(tx);
    let domains = domains_shown(page, membership, &keys, &found)?;
    let mut candidates = candidates(page, membership).await?;
    candidates.retain(|one| !domains.iter().any(|there| there.domain == *one));
    Ok(shown(&SendingView {
        frame: Frame::for_member(page, &membership.signed_in, "Sending").with(notice),
        relay: relay.map(|row| RelayShown {
            host: row.host,
            port: row.port,
            is_implicit: row.is_implicit,
            name: row.name,
            error: row.error,
        }),
        domains,
        candidates,
    }))
}

fn domains_shown(
    page: &Page,
    membership: &Membership,
    keys: &[KeyRow],
    found: &Found,
) -> Done<Vec<DomainShown>> {
    let key = page.store.registry.key();
    let mut domains: Vec<DomainShown> = Vec::new();
    for row in keys {
        let record = identity::record(key, membership.workspace.id, row)?;
        let said = found.iter().find(|(selector, _)| *selector == row.selector);
        let record = RecordShown {
            name: record.name,
            kind: record.kind,
            value: record.value,
            found: said.map(|(_, words)| words.clone()),
        };
        let is_signed = row.is_published && row.is_known_to_all();
        match domains.last_mut().filter(|last| last.domain == row.domain) {
            Some(last) => {
                last.is_signed |= is_signed;
                last.records.push(record);
            }
            None => domains.push(DomainShown {
                domain: row.domain.clone(),
                is_signed,
                records: vec![record],
            }),
        }
    }
    Ok(domains)
}

/// The domains of members that may be signed for.
async fn candidates(page: &Page, membership: &Membership) -> Done<Vec<String>> {
    let members = page.store.registry.members(membership.workspace.id).await?;
    let domains = members.iter().filter_map(|member| {
        let (_, domain) = address::split(&member.account.email)?;
        may_sign(domain, &page.settings.mail_domain).then(|| domain.to_owned())
    });
    let mut domains: Vec<String> = domains.collect();
    domains.sort();
    domains.dedup();
    Ok(domains)
}

/// `POST /sending/relay`
pub async fn set_relay(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let id = membership.workspace.id;
    let wanted = own::Wanted {
        host: fields.get("host"),
        port: fields.get("port"),
        is_implicit: fields.get("tls") != "starttls",
        name: fields.get("name"),
        password: fields.get("password"),
    };
    let sealing = (page.store.registry.key(), chance::nonce(page.random));
    let workspace = page.store.workspaces.get(id).await?;
    let mut tx = workspace.write().await?;
    let before = sending::relay(&mut tx).await?;
    let row = match own::row(&page.settings.gate, sealing, id, before.as_ref(), wanted) {
        Ok(row) => row,
        Err(error) if error.kind == Kind::Invalid => {
            drop(tx);
            let notice = Notice::wrong(error.message);
            return show_with(&page, &membership, Some(notice), Vec::new()).await;
        }
        Err(error) => return Err(error.into()),
    };
    sending::put_relay(&mut tx, &row).await?;
    goes_now(&page, &mut tx, id).await?;
    tx.commit().await?;
    page.note(membership.event("set a relay", &format!("{} port {}", row.host, row.port)))
        .await?;
    let notice =
        Notice::done("Mail to contacts goes by this relay now. Send yourself a trial letter.");
    show_with(&page, &membership, Some(notice), Vec::new()).await
}

/// What waited for a relay is due at once.
async fn goes_now(page: &Page, tx: &mut crate::store::Tx, id: i64) -> Done<()> {
    let now_us = page.now_us();
    outbox::pull(tx, now_us).await?;
    page.store.registry.wake(id, Lane::Delivery, now_us).await
}

/// `POST /sending/relay/remove`
pub async fn remove_relay(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let id = membership.workspace.id;
    let workspace = page.store.workspaces.get(id).await?;
    let mut tx = workspace.write().await?;
    let was_there = sending::remove_relay(&mut tx).await?;
    if was_there {
        goes_now(&page, &mut tx, id).await?;
    }
    tx.commit().await?;
    let done = "Mail to contacts goes by the way of this instance again.";
    let noted = page.note_removed(&membership, was_there, "removed the relay", done);
    let notice = noted.await?;
    show_with(&page, &membership, Some(notice), Vec::new()).await
}

/// `POST /sending/relay/trial`: a letter to whoever asks, by the relay, at once.
pub async fn trial(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    let id = membership.workspace.id;
    let workspace = page.store.workspaces.get(id).await?;
    let row = sending::relay(&mut workspace.read().await?).await?;
    let Some(row) = row else {
        let notice = Notice::wrong("There is no relay to try.");
        return show_with(&page, &membership, Some(notice), Vec::new()).await;
    };
    let parcel = trial_letter(&page, &membership).await?;
    let gate = &page.settings.gate;
    let said = own::trial(gate, page.store.registry.key(), id, &row, &parcel).await;
    let mut tx = workspace.write().await?;
    if said.is_ok() {
        sending::relay_is_open(&mut tx, &row.sealed).await?;
        goes_now(&page, &mut tx, id).await?;
    }
    tx.commit().await?;
    page.note(membership.event("tried the relay", &row.host))
        .await?;
    let notice = match said {
        Ok(words) => Notice::done(format!(
            "The relay took the letter for {}. It said: {words}",
            parcel.to
        )),
        Err(words) => Notice::wrong(format!("The relay did not take the letter: {words}")),
    };
    show_with(&page, &membership, Some(notice), Vec::new()).await
}

/// As a letter to a contact would be: from the member's address where they chose that, with a return path of ours, which here
/// leads to no letter.
async fn trial_letter(page: &Page, membership: &Membership) -> Done<Parcel> {
    let (id, now_us) = (membership.workspace.id, page.now_us());
    let account = &membership.signed_in.visitor.account;
    let registry = &page.store.registry;
    let head = page.letterhead(id);
    let plain = registry.address_of(id, AddressKind::Plain, None).await?;
    let from = format!("{}@{}", plain.unwrap_or_default(), head.mail_domain);
    let letter = Letter {
        from: Mailbox::new(Some(&membership.workspace.name), &from),
        to: Mailbox::new(account.name.as_deref(), &account.email),
        subject: "A trial of your relay".to_owned(),
        date: Timestamp::from_microsecond(now_us).unwrap_or_default(),
        message_id: head
            .key
            .message_id(chance::nonce(page.random), head.mail_domain),
        text: "This letter went by the relay of your workspace, as letters to contacts do.\n"
            .to_owned(),
        writer: Writer::Program,
        ..Letter::default()
    };
    let resolver = page.settings.gate.resolver.as_deref();
    let written = (Some(account.id), letter.write()?, [].as_slice());
    let message = identity::dressed(&page.store, resolver, &head, page.random, written).await?;
    let token = Token {
        purpose: Purpose::Bounce,
        workspace_id: id,
        number: 0,
    };
    Ok(Parcel {
        name: format!("{id}-trial"),
        from: format!("{}@{}", head.key.local_part(token), head.mail_domain),
        to: account.email.clone(),
        message,
    })
}

/// `POST /sending/domain`: makes keys for a domain of a member.
pub async fn add_domain(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    let domain = fields.get("domain").to_lowercase();
    if !candidates(&page, &membership).await?.contains(&domain) {
        let words = "Keys are made for the domain of a member's address, and for none where everybody has a mailbox.";
        return show_with(&page, &membership, Some(Notice::wrong(words)), Vec::new()).await;
    }
    let id = membership.workspace.id;
    let made = identity::add(&page.store, id, &domain, page.random, page.now_us()).await;
    let notice = match made {
        Ok(()) => {
            page.note(membership.event("made signing keys for", &domain))
                .await?;
            Notice::done(
                "Publish the two records below. Then look whether they are there: from then on they sign.",
            )
        }
        Err(error) if error.kind == Kind::TooMuch => Notice::wrong(error.message),
        Err(error) => return Err(error.into()),
    };
    show_with(&page, &membership, Some(notice), Vec::new()).await
}

/// The domain of a form, which has keys.
async fn domain_of(
    page: &Page,
    membership: &Membership,
    fields: &Fields,
) -> Result<String, Refusal> {
    let domain = fields.get("domain").to_lowercase();
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let keys = sending::keys_of(&mut workspace.read().await?, &domain).await?;
    match keys.is_empty() {
        false => Ok(domain),
        true => Err(Refusal::Failed(Error::not_found(
            "there are no keys for that domain here",
        ))),
    }
}

/// `POST /sending/domain/check`: asks the DNS whether the keys of a domain stand there.
pub async fn check_domain(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    let domain = domain_of(&page, &membership, &fields).await?;
    let head = page.letterhead(membership.workspace.id);
    let resolver = page.settings.gate.resolver.as_deref();
    let found = identity::check(&page.store, resolver, &head, page.random, &domain).await?;
    page.note(membership.event("looked for the signing keys of", &domain))
        .await?;
    let found = found.into_iter();
    let found = found.map(|(selector, published)| (selector, found_in_words(published)));
    show_with(&page, &membership, None, found.collect()).await
}

/// `POST /sending/domain/remove`
pub async fn remove_domain(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let domain = domain_of(&page, &membership, &fields).await?;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.write().await?;
    sending::remove_keys(&mut tx, &domain).await?;
    tx.commit().await?;
    page.note(membership.event("removed the signing keys of", &domain))
        .await?;
    let notice = Notice::done(format!(
        "Nothing is signed for {domain} any more. Take its two records out of the DNS."
    ));
    show_with(&page, &membership, Some(notice), Vec::new()).await
}
