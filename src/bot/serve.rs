//! Which bots this node serves: the members' own, and those that workspaces connected. A bot is served by one node at a time,
//! since Telegram gives each update to one that asks.

use super::api::{self, Api, Refusal, refusal};
use super::listen::{self, Listener};
use super::update::{self, Serving};
use super::{Settings, menu, seal_purpose, send};
use crate::ai::Ais;
use crate::domain::{Clock, Result};
use crate::store::Store;
use crate::store::registry::BotRow;
use crate::store::workspace::channel_bots;
use moka::future::Cache;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use teloxide::prelude::*;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How often it is looked which bots there are.
const LOOK: Duration = Duration::from_secs(2);
/// How long a bot is this node's without a word.
const LEASE_US: i64 = 30_000_000;
/// Bots of one instance.
const BOTS_MAX: i64 = 10_000;
/// How long a bot rests that cannot be served.
const REST: Duration = Duration::from_secs(5);
/// How long strangers who wrote get no second answer.
const STRANGER_REST: Duration = Duration::from_secs(3_600);
/// Strangers who are remembered.
const STRANGERS_MAX: u64 = 100_000;

/// The bots of this process. Cheap to clone.
#[derive(Clone)]
pub struct Bots {
    /// The databases.
    pub store: Store,
    /// What the bots need to know.
    pub settings: Arc<Settings>,
    /// Makes clients.
    pub api: Api,
    /// Who hears voice notes; where nobody does they are kept as they are.
    pub ai: Ais,
    /// Names this process among others.
    pub node: Arc<str>,
    /// What time it is.
    pub clock: Clock,
    /// Random bytes.
    pub random: fn() -> [u8; 16],
}

/// A bot that is served here.
struct Served {
    row: BotRow,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Bots {
    /// Serves and sends until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let sending = send::Sender::new(self.clone());
        tokio::join!(self.serve(shutdown.clone()), sending.run(shutdown));
    }

    /// Serves bots as they come and go.
    async fn serve(&self, shutdown: CancellationToken) {
        let mut served: HashMap<i64, Served> = HashMap::new();
        let mut begun = false;
        while !shutdown.is_cancelled() {
            if !begun {
                begun = self.begin().await;
            }
            match self.look(&mut served).await {
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(error = %error, cause = ?error.cause, "the bots rest: a database does not answer");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = shutdown.cancelled() => {}
            }
        }
        for (id, bot) in served {
            bot.stop.cancel();
            let _ = bot.task.await;
            let _ = self.store.registry.release_bot(id, &self.node).await;
        }
    }

    /// Asks Telegram who the members' bot is, and tells it which commands there are. True when that is done, or nothing is to
    /// be done.
    async fn begin(&self) -> bool {
        let Some(token) = &self.settings.token else {
            return true;
        };
        let bot = self.api.bot(token);
        let (id, username) = match api::who(&bot).await {
            Ok(who) => who,
            Err(error) => {
                let why = refusal(&error);
                tracing::error!(
                    ?why,
                    "the members' bot does not answer; RAPPORT_TELEGRAM_TOKEN may be wrong, or Telegram be down"
                );
                tokio::time::sleep(REST).await;
                return false;
            }
        };
        match self.know_members_bot(id, &username).await {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(error = %error, "the members' bot could not be kept");
                return false;
            }
        }
        menu::tell(&bot).await;
        true
    }

    async fn know_members_bot(&self, id: i64, username: &str) -> Result<()> {
        let row = BotRow {
            id,
            workspace_id: None,
            username: username.to_owned(),
            sealed: None,
            next_update_id: 0,
            leased_by: None,
            leased_until: None,
            created_at: self.clock.now_us(),
        };
        self.store.registry.put_bot(&row).await
    }

    /// Takes up bots that nobody serves, and lets go of those that are gone or another node's.
    async fn look(&self, served: &mut HashMap<i64, Served>) -> Result<()> {
        let registry = &self.store.registry;
        let now_us = self.clock.now_us();
        let rows = registry.bots(BOTS_MAX).await?;
        let mut kept = HashMap::new();
        for row in rows {
            if row.workspace_id.is_none() && self.settings.token.is_none() {
                continue;
            }
            if !self.holds(&row, now_us) {
                let own = registry
                    .lease_bot(row.id, &self.node, now_us, now_us + LEASE_US)
                    .await?;
                if !own {
                    continue;
                }
            }
            let bot = match served.remove(&row.id) {
                Some(bot) if !bot.task.is_finished() && bot.row.sealed == row.sealed => Some(bot),
                _ => self.begin_serving(row).await?,
            };
            if let Some(bot) = bot {
                kept.insert(bot.row.id, bot);
            }
        }
        for (_, gone) in served.drain() {
            gone.stop.cancel();
        }
        *served = kept;
        Ok(())
    }

    /// Whether a bot is this node's, and for long enough.
    fn holds(&self, row: &BotRow, now_us: i64) -> bool {
        let until = row.leased_until.unwrap_or_default();
        row.leased_by.as_deref() == Some(&*self.node) && until - now_us > LEASE_US / 2
    }

    async fn begin_serving(&self, row: BotRow) -> Result<Option<Served>> {
        let Some(token) = self.token_of(&row).await? else {
            self.store.registry.remove_bot(row.id).await?;
            return Ok(None);
        };
        let stop = CancellationToken::new();
        let (bots, own, stopped) = (self.clone(), row.clone(), stop.clone());
        let task = tokio::spawn(async move {
            bots.serve_one(own, token, stopped).await;
        });
        Ok(Some(Served { row, stop, task }))
    }

    /// The token of a bot; none where its workspace does not know it any more.
    pub(super) async fn token_of(&self, row: &BotRow) -> Result<Option<String>> {
        let Some(workspace_id) = row.workspace_id else {
            return Ok(self.settings.token.clone());
        };
        let workspace = self.store.workspaces.get(workspace_id).await?;
        let connected = channel_bots::get(&mut workspace.read().await?).await?;
        let Some(connected) = connected.filter(|connected| connected.id == row.id) else {
            return Ok(None);
        };
        let key = self.store.registry.key();
        let token = key.open(&seal_purpose(workspace_id), &connected.sealed)?;
        Ok(String::from_utf8(token).ok())
    }

    /// Serves one bot until it is stopped, or Telegram says that it is none.
    async fn serve_one(self, row: BotRow, token: String, stop: CancellationToken) {
        let client = self.api.bot(&token);
        let serving = Arc::new(Serving::new(
            self.clone(),
            row.clone(),
            client.clone(),
            stop.clone(),
            Cache::builder()
                .max_capacity(STRANGERS_MAX)
                .time_to_live(STRANGER_REST)
                .build(),
        ));
        let finishing = tokio::spawn(update::finish(serving.clone()));
        while !stop.is_cancelled() {
            let Err(error) = self.dispatch(&serving, &client, &row, &stop).await else {
                break;
            };
            let why = refusal(&error);
            tracing::warn!(
                bot_id = row.id,
                ?why,
                "a bot rests: Telegram does not serve it"
            );
            let rest = match why {
                Refusal::Revoked => REST * 12,
                _ => REST,
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = stop.cancelled() => {}
            }
        }
        serving.close();
        let _ = finishing.await;
    }

    async fn dispatch(
        &self,
        serving: &Arc<Serving>,
        client: &Bot,
        row: &BotRow,
        stop: &CancellationToken,
    ) -> Result<(), teloxide::RequestError> {
        let way = listen::prepare(self, client, row).await?;
        let listener = || Listener::new(serving.clone(), way, stop.clone());
        let handler = dptree::endpoint(|serving: Arc<Serving>, update: Update| async move {
            update::handle(serving, update).await;
            Ok::<(), std::convert::Infallible>(())
        });
        let mut dispatcher = Dispatcher::builder(client.clone(), handler)
            .dependencies(dptree::deps![serving.clone()])
            .default_handler(|_| async {})
            .build();
        let errors = LoggingErrorHandler::with_custom_text("updates cannot be had");
        let dispatched = dispatcher
            .try_dispatch_with_listener(listener().into_stateful(), errors)
            .await;
        // The dispatcher asks first who the bot is, and wants all of Telegram's answer; without it updates are taken one by one.
        let Err(error) = dispatched else {
            return Ok(());
        };
        api::done(&error).ok_or(error)?;
        let mut listener = listener();
        while let Some(update) = listener.next().await {
            update::handle(serving.clone(), update).await;
        }
        Ok(())
    }
}
