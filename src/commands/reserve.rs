//! Capture addresses and links that a text may need, drawn and known to the registry before its transaction begins: an address
//! without its contact is harmless, a contact without its address is not.

use super::command::{Command, Ref};
use super::context::Cx;
use super::execute::{may, may_sign_in};
use super::parse::{Line, Mode};
use super::resolve;
use super::specification::Row;
use crate::domain::{Kind, Result, address};
use crate::store::registry::{AddressKind, Route, link_digest};
use crate::store::workspace::contacts;
use crate::store::{Store, Tx};
use std::collections::HashMap;

/// How often another secret is drawn where one is taken.
const TRIES_MAX: u32 = 5;
/// The most addresses that are drawn for one text.
const RESERVED_MAX: usize = 100;
/// Letters of the secret in a link that links a chat: 153 bits.
const LINK_LETTERS: usize = 32;
/// How long such a link is good.
pub const LINK_US: i64 = 15 * 60 * 1_000_000;
/// How links to a bot begin, and what stands between its name and the token.
const LINK_BEGIN: &str = "https://t.me/";
const LINK_START: &str = "?start=";

/// Under which word [`Cx::captures`] keeps what was drawn for a line that names no address: a capture address, or a whole link.
pub fn of_line(number: u32) -> String {
    format!("line {number}")
}

/// The bot and the token of a link that links a chat.
pub fn parts_of_link(link: &str) -> Option<(&str, &str)> {
    link.strip_prefix(LINK_BEGIN)?.split_once(LINK_START)
}

/// Gives the contacts that the lines may make, and those that get a new address, a capture address; and who links a chat a link.
pub async fn reserve(store: &Store, cx: &mut Cx, lines: &[Line]) -> Result<()> {
    for line in lines {
        let Ok(command) = &line.result else { continue };
        if may(cx, Row::of(command.verb())).is_err() || cx.captures.len() >= RESERVED_MAX {
            continue;
        }
        if *command == Command::Link {
            if let Some(link) = link(store, cx, line.mode).await? {
                cx.captures.insert(of_line(line.number), link);
            }
            continue;
        }
        if *command == Command::SignIn {
            // What is refused is not written, nor what is only told.
            let is_asked = may_sign_in(cx).is_ok() && line.mode == Mode::Apply;
            let member_id = cx.actor.member_id;
            if !is_asked || store.registry.want_sign_in(member_id, cx.now_us).await? {
                cx.captures
                    .insert(of_line(line.number), cx.actor.email.clone());
            }
            continue;
        }
        let Some((key, slug)) = wanted(store, cx, line, command).await? else {
            continue;
        };
        let local_part = match line.mode {
            Mode::Apply => reserve_one(store, cx, &slug).await?,
            // Nobody else has it: letters of a secret never look so. It is shown, and undone at once.
            Mode::Tell => format!("{slug}.new"),
        };
        cx.captures.insert(key, local_part);
    }
    Ok(())
}

/// A link that links the chat in which it is opened to the actor, once; absent where the instance has no bot.
async fn link(store: &Store, cx: &Cx, mode: Mode) -> Result<Option<String>> {
    let registry = &store.registry;
    let Some(bot) = registry.members_bot().await? else {
        return Ok(None);
    };
    let token = match mode {
        // It is shown, and good for nothing.
        Mode::Tell => "…".to_owned(),
        Mode::Apply => {
            let token = address::token(&rand::random::<[u8; LINK_LETTERS]>());
            let (member_id, until) = (cx.actor.member_id, cx.now_us + LINK_US);
            registry
                .add_link_token(
                    &link_digest(&token),
                    cx.workspace_id,
                    member_id,
                    until,
                    cx.now_us,
                )
                .await?;
            token
        }
    };
    Ok(Some(format!(
        "{LINK_BEGIN}{}{LINK_START}{token}",
        bot.username
    )))
}

/// What a line needs an address for, and how that begins.
async fn wanted(
    store: &Store,
    cx: &Cx,
    line: &Line,
    command: &Command,
) -> Result<Option<(String, String)>> {
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    match command {
        Command::File {
            to: Ref::Address { name, address },
        }
        | Command::New {
            who: Ref::Address { name, address },
        } => {
            let (local_part, domain) = address::split(address).unwrap_or_default();
            let ours = domain.eq_ignore_ascii_case(&cx.mail_domain);
            if ours || line.mode == Mode::Tell || cx.captures.contains_key(address) {
                return Ok(None);
            }
            let known = contacts::by_address(&mut workspace.read().await?, address).await?;
            let slug = address::slug(name.as_deref().unwrap_or(local_part));
            Ok(known.is_none().then(|| (address.clone(), slug)))
        }
        Command::New {
            who: Ref::Name(name),
        } if line.mode == Mode::Apply => Ok(Some((of_line(line.number), address::slug(name)))),
        Command::Rotate => {
            let name = called(&mut workspace.read().await?, cx, line).await?;
            Ok(Some((of_line(line.number), address::slug(&name))))
        }
        _ => Ok(None),
    }
}

/// The name of the contact that a line is about; how it was written, where only an earlier line of the text makes it.
async fn called(tx: &mut Tx, cx: &Cx, line: &Line) -> Result<String> {
    let by_door = cx.about_contact.map(Ref::Contact);
    let Some(target) = line.target.as_ref().or(by_door.as_ref()) else {
        return Ok(String::new());
    };
    let written = match target {
        Ref::Name(name) => name.clone(),
        Ref::Address { address, .. } => address.split('@').next().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    match resolve::contact(tx, target).await {
        Ok(contact) => Ok(contact.name.unwrap_or(written)),
        Err(failure) => failure.into_problem().map(|_| written),
    }
}

async fn reserve_one(store: &Store, cx: &Cx, slug: &str) -> Result<String> {
    capture(store, cx.workspace_id, slug, cx.now_us).await
}

/// Draws capture addresses for many at once: key and the beginning of the address; gives them by key.
pub async fn captures(
    store: &Store,
    workspace_id: i64,
    wanted: Vec<(u64, String)>,
    now_us: i64,
) -> Result<HashMap<u64, String>> {
    let mut tries = 0;
    loop {
        let drawn: HashMap<u64, String> = wanted
            .iter()
            .map(|(key, slug)| (*key, drawn(slug)))
            .collect();
        let routes: Vec<Route> = drawn
            .values()
            .map(|local| route(workspace_id, local.clone()))
            .collect();
        match store.registry.add_addresses(&routes, now_us).await {
            Ok(()) => return Ok(drawn),
            Err(error) if error.kind == Kind::Conflict && tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

fn drawn(slug: &str) -> String {
    let secret = address::token(&rand::random::<[u8; address::CAPTURE_LETTERS]>());
    format!("{slug}.{secret}")
}

fn route(workspace_id: i64, local_part: String) -> Route {
    Route {
        local_part,
        kind: AddressKind::Capture,
        workspace_id,
        account_id: None,
        contact_id: None,
        number: None,
    }
}

/// Draws a capture address of a workspace that begins with a slug, and makes it known to the registry; its local part.
pub async fn capture(store: &Store, workspace_id: i64, slug: &str, now_us: i64) -> Result<String> {
    let mut tries = 0;
    loop {
        let route = route(workspace_id, drawn(slug));
        let added = store
            .registry
            .add_addresses(std::slice::from_ref(&route), now_us);
        match added.await {
            Ok(()) => return Ok(route.local_part),
            Err(error) if error.kind == Kind::Conflict && tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(error),
        }
    }
}
