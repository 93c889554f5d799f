//! The page: sign-in, settings, the team, and export; nothing else. Server-rendered, and whole without a script.
//!
//! It calls the same commands and stores as the other doors. Knows no mail formats and no chat. A handler gets who visits
//! (`visitor`), reads a form that proves it came from a page of ours (`form`), and answers with a view.

mod account;
mod account_leaving;
mod adopt;
mod behind;
mod billing;
mod columns;
mod connections;
mod cookie;
mod data;
mod form;
mod guard;
mod import;
mod imported;
mod limits;
mod log;
mod message;
mod own_addresses;
mod pace;
mod peers;
mod places;
mod privacy;
mod reading;
mod receiving;
mod room;
mod routes;
mod security;
mod sending;
mod serve;
mod sign_in;
mod team;
mod time;
mod turns;
mod uploads;
mod view;
mod visitor;
mod workspace;
mod workspaces;
mod you;

pub use connections::{AskBot, BotAsked};
pub use places::Places;
pub use serve::{Running, serve};

use crate::ai::Ais;
use crate::commands;
use crate::commands::context::{Cx, Door, Proof, Said};
use crate::commands::reply::Reply;
use crate::commands::team::row as member_row;
use crate::delivery::Gate;
use crate::domain::sign_up::SignUp;
use crate::domain::{Clock, Error, Result};
use crate::mail::records::Record;
use crate::mail::resolver::Resolver;
use crate::mail::trust::Network;
use crate::post::Letterhead;
use crate::store::Store;
use crate::store::leaving::gone_at;
use crate::store::registry::PageEvent;
use crate::store::registry::page_events::COMMANDS;
use crate::store::workspace::members;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use view::Notice;
use visitor::Membership;

/// What the page knows of the instance.
#[derive(Clone, Default)]
pub struct Settings {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// How the page is reached, without a slash at its end: `https://crm.example`. Absent: as it listens.
    pub base_url: Option<String>,
    /// Who else gets something of what is stored, for the page that tells it.
    pub processors: Vec<Processor>,
    /// In words: `SQLite in the data folder of this machine`.
    pub database: String,
    /// What becomes of letters, a sentence.
    pub letters: String,
    /// What is to stand in the DNS.
    pub records: Vec<Record>,
    /// Who looks whether it does.
    pub resolver: Option<Arc<Resolver>>,
    /// How relays of workspaces are connected to.
    pub gate: Gate,
    /// Whether there is a members' bot to link a chat with.
    pub has_chat: bool,
    /// Asks Telegram about the token of a workspace's bot; absent where nobody can.
    pub ask_bot: Option<AskBot>,
    /// The AI provider of this instance, and how far those of workspaces may lead.
    pub ais: Ais,
    /// How long a sender of a file may rest; 30 seconds where absent. Beside what their pace earns they are waited for twice as long.
    pub upload_patience: Option<Duration>,
    /// Bytes of uploaded files that are here at a time, of all accounts; 12 GiB where absent. One account has a third of it.
    pub upload_bytes: Option<u64>,
    /// Where files that come in are kept, without a name; where the system keeps such where absent.
    pub scratch: Option<PathBuf>,
    /// How long readers of an export may let it wait, beside what their pace allows; 5 minutes where absent.
    pub export_patience: Option<Duration>,
    /// How long an import is waited for before it is shown how far it is; 10 seconds where absent.
    pub import_patience: Option<Duration>,
    /// How long whoever is answered may take nothing of it; a minute where absent.
    pub answer_patience: Option<Duration>,
    /// Who is believed about whom they ask for, beside proxies on this machine.
    pub trusted_proxies: Vec<Network>,
    /// Where addresses are; absent where the operator gave no database.
    pub places: Option<Places>,
    /// Who may make a workspace here.
    pub sign_up: SignUp,
}

/// Somebody outside who gets something, where the operator switched it on.
#[derive(Clone, Debug)]
pub struct Processor {
    /// Who.
    pub name: String,
    /// What they get, and for what.
    pub what: &'static str,
}

/// What every handler has.
#[derive(Clone)]
pub struct Page {
    store: Store,
    settings: Arc<Settings>,
    clock: Clock,
    random: fn() -> [u8; 32],
    limits: Arc<limits::Limits>,
    uploads: Arc<uploads::Uploads>,
    place: Arc<Place>,
}

/// Where the page stands for browsers.
#[derive(Debug)]
struct Place {
    /// `https://crm.example`.
    origin: String,
    /// The values of Host that are ours.
    hosts: Vec<String>,
    /// Whether browsers reach it by TLS.
    is_secure: bool,
}

impl Page {
    /// A page that will be reached at an origin, by these Host values.
    fn new(
        store: Store,
        settings: Settings,
        clock: Clock,
        random: fn() -> [u8; 32],
        listens: std::net::SocketAddr,
    ) -> Page {
        Page {
            place: Arc::new(Place::of(settings.base_url.as_deref(), listens)),
            store,
            limits: Arc::new(limits::Limits::new(settings.upload_bytes)),
            settings: Arc::new(settings),
            clock,
            random,
            uploads: Arc::default(),
        }
    }

    fn now_us(&self) -> i64 {
        self.clock.now_us()
    }

    fn letterhead(&self, workspace_id: i64) -> Letterhead<'_> {
        Letterhead {
            key: self.store.registry.key(),
            mail_domain: &self.settings.mail_domain,
            workspace_id,
            now_us: self.now_us(),
        }
    }

    /// What a command from the page runs with.
    async fn cx(&self, membership: &Membership) -> Result<Cx> {
        let (workspace_id, mut actor) = (membership.workspace.id, membership.actor());
        let workspace = self.store.workspaces.get(workspace_id).await?;
        let mut tx = workspace.read().await?;
        let is_known = members::present(&mut tx, actor.member_id).await?.is_some();
        let settings = members::settings(&mut tx, actor.member_id).await?;
        drop(tx);
        // The registry says who is a member, and in what role; the workspace's copy follows.
        let role = async || {
            let role = self.store.registry.role_of(workspace_id, actor.member_id);
            role.await?
                .ok_or_else(|| Error::not_found("there is no such workspace of yours"))
        };
        actor.role = match is_known {
            true => role().await?,
            false => {
                // Whoever takes somebody out holds this lock: asked before it, the registry may say what is over.
                let mut tx = workspace.write().await?;
                let role = role().await?;
                let account = &membership.signed_in.visitor.account;
                members::put(&mut tx, &member_row(account, role)).await?;
                tx.commit().await?;
                role
            }
        };
        let said = Said {
            workspace_id,
            actor,
            proof: Proof::Session,
            door: Door::Web,
            now_us: self.now_us(),
            mail_domain: self.settings.mail_domain.clone(),
        };
        let mut cx = Cx::new(said, settings);
        cx.page_origin = Some(self.place.origin.clone());
        cx.backups = self.store.backups;
        Ok(cx)
    }

    /// Until when backups hold what goes at a moment: a sentence. Without one: in the thirty days from now.
    fn backups_hold(&self, gone_at_us: Option<i64>) -> String {
        let gone_at_us = gone_at_us.unwrap_or_else(|| gone_at(self.now_us()));
        self.store.backups.hold(gone_at_us, &TimeZone::UTC)
    }

    /// Runs commands of somebody, and writes down from where they came.
    async fn run(&self, membership: &Membership, cx: &Cx, text: &str) -> Result<Vec<Reply>> {
        let replies = commands::run(&self.store, cx, text).await?;
        self.note_commands(membership, cx).await?;
        Ok(replies)
    }

    /// Writes down from where the commands came that the journal has of this moment.
    async fn note_commands(&self, membership: &Membership, cx: &Cx) -> Result<()> {
        let event = PageEvent {
            at: cx.now_us,
            ..membership.event(COMMANDS, "")
        };
        self.store.registry.add_page_event(&event).await
    }

    /// Writes down that something was removed, where it was there; what is said of it.
    async fn note_removed(
        &self,
        membership: &Membership,
        was_there: bool,
        event: &str,
        done: &str,
    ) -> Result<Notice> {
        if !was_there {
            return Ok(Notice::wrong("There was none."));
        }
        self.note(membership.event(event, "")).await?;
        Ok(Notice::done(done))
    }

    /// Writes down what was done, by whom and from where.
    async fn note(&self, event: PageEvent) -> Result<()> {
        let event = PageEvent {
            at: self.now_us(),
            ..event
        };
        self.store.registry.add_page_event(&event).await
    }
}

impl Place {
    fn of(base_url: Option<&str>, listens: std::net::SocketAddr) -> Place {
        let origin = match base_url {
            Some(url) => url.trim_end_matches('/').to_lowercase(),
            None => format!("http://{listens}"),
        };
        let host = origin.split_once("://").map(|(_, host)| host.to_owned());
        let mut hosts: Vec<String> = host.into_iter().collect();
        if base_url.is_none() && listens.ip().is_loopback() {
            hosts.push(format!("localhost:{}", listens.port()));
        }
        Place {
            is_secure: origin.starts_with("https://"),
            origin,
            hosts,
        }
    }
}
