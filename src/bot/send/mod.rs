//! The chat's outbox → Telegram. A worker holds the chat lane of one workspace; of one chat all goes in order, of several at the
//! same time, within what Telegram allows. What is not sent in time is told by mail instead.

pub(super) mod data;
mod hand_over;
mod settle;

use super::Bots;
use super::api::{Refusal, refusal};
use crate::domain::Result;
use crate::domain::retention::{self, Kept};
use crate::store::registry::{BotRow, Lane};
use crate::store::workspace::Workspace;
use crate::store::workspace::channel_bots::{self, ChannelBotRow};
use crate::store::workspace::chat_outbox::{self, ChatMessageRow};
use futures_util::stream::{FuturesUnordered, StreamExt};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use teloxide::prelude::*;
use tokio_util::sync::CancellationToken;

/// How long a lane is held without a word, and how long a claimed row is its sender's.
const LEASE_US: i64 = 60_000_000;
/// Rows that are claimed at a time: they are sent long before the claim runs out.
const BATCH: i64 = 50;
/// What other processes wake is seen after this.
const POLL: Duration = Duration::from_millis(500);
/// How long a worker rests when a database does not answer.
const REST: Duration = Duration::from_secs(2);
/// Messages to one chat in a second, and at once (Telegram: "My bot is hitting limits").
const CHAT_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
const CHAT_BURST: NonZeroU32 = const_nonzero(5);
/// Messages of one bot in a second, below Telegram's thirty.
const BOT_PER_SECOND: NonZeroU32 = const_nonzero(25);
/// Chats whose pace is remembered.
const PACES_MAX: usize = 10_000;
/// What is done is remembered so long, so that an update that comes again is known.
const DONE_KEPT_US: i64 = retention::default_us(Kept::ChatDone);

const fn const_nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Which bot says something where: the members' bot is 0.
type Place = (i64, i64);

/// Sends what waits for chats. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sender {
    bots: Bots,
    /// Names this run of the node among its runs.
    run: Arc<str>,
    chats: Arc<DefaultKeyedRateLimiter<Place>>,
    all: Arc<DefaultKeyedRateLimiter<i64>>,
}

impl Sender {
    pub(super) fn new(bots: Bots) -> Sender {
        let random = (bots.random)();
        let run: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Sender {
            run: run.into(),
            bots,
            chats: Arc::new(RateLimiter::keyed(
                Quota::per_second(CHAT_PER_SECOND).allow_burst(CHAT_BURST),
            )),
            all: Arc::new(RateLimiter::keyed(Quota::per_second(BOT_PER_SECOND))),
        }
    }

    /// Sends until the shutdown.
    pub(super) async fn run(self, shutdown: CancellationToken) {
        let node = self.lane_node();
        let registry = self.bots.store.registry.clone();
        let mut is_begun = false;
        while !shutdown.is_cancelled() {
            let now_us = self.bots.clock.now_us();
            if !is_begun {
                is_begun = registry.reclaim_leases(&node, now_us).await.is_ok();
                let _ = registry.forget_updates(now_us).await;
            }
            match self.turn(&node, &shutdown).await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = registry.woken() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error, cause = ?error.cause, "the chat rests: a database does not answer");
                    tokio::select! {
                        () = tokio::time::sleep(REST) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
            }
        }
    }

    fn lane_node(&self) -> String {
        format!("{}/chat", self.bots.node)
    }

    fn claim_word(&self) -> String {
        format!("{}#{}", self.bots.node, self.run)
    }

    /// Takes up a workspace in which something waits; false where there is none.
    async fn turn(&self, node: &str, shutdown: &CancellationToken) -> Result<bool> {
        let registry = &self.bots.store.registry;
        let now_us = self.bots.clock.now_us();
        let claimed = registry
            .claim_lane(Lane::Chat, node, now_us, now_us + LEASE_US)
            .await?;
        let Some(workspace_id) = claimed else {
            return Ok(false);
        };
        match self.workspace(workspace_id, node, shutdown).await {
            Ok(next_due) => {
                registry
                    .release_lane(workspace_id, Lane::Chat, node, next_due)
                    .await?;
            }
            Err(error) => {
                tracing::error!(workspace_id, error = %error, cause = ?error.cause, "a workspace rests: its chats wait");
                let until_us = self.bots.clock.now_us() + 5_000_000;
                registry
                    .renew_lane(workspace_id, Lane::Chat, node, until_us)
                    .await?;
            }
        }
        Ok(true)
    }

    /// Sends what is due in a workspace; gives when something is due next.
    async fn workspace(
        &self,
        workspace_id: i64,
        node: &str,
        shutdown: &CancellationToken,
    ) -> Result<Option<i64>> {
        let Some(workspace) = self.bots.store.unless_gone(workspace_id).await? else {
            return Ok(None);
        };
        // Delivery wakes this lane for nothing, most of the time: then nothing is committed. It is looked in a write transaction
        // all the same: who wakes commits after the wake-up, and would not be seen in between.
        let mut tx = workspace.write().await?;
        if chat_outbox::next_due(&mut tx).await?.is_none() {
            let connected = channel_bots::get(&mut tx).await?;
            drop(tx);
            self.know_bot(workspace_id, connected).await?;
            return Ok(None);
        }
        let now_us = self.bots.clock.now_us();
        chat_outbox::take_back_of(&mut tx, &self.bots.node, &self.run).await?;
        chat_outbox::forget(&mut tx, now_us - DONE_KEPT_US).await?;
        tx.commit().await?;
        while !shutdown.is_cancelled() {
            let now_us = self.bots.clock.now_us();
            let mut tx = workspace.write().await?;
            chat_outbox::take_back(&mut tx, now_us).await?;
            let until = now_us + LEASE_US;
            let claimed =
                chat_outbox::claim(&mut tx, &self.claim_word(), now_us, until, BATCH).await?;
            let connected = channel_bots::get(&mut tx).await?;
            tx.commit().await?;
            self.know_bot(workspace_id, connected).await?;
            if claimed.is_empty() {
                break;
            }
            self.batch(&workspace, claimed).await?;
            let registry = &self.bots.store.registry;
            let until = self.bots.clock.now_us() + LEASE_US;
            if !registry
                .renew_lane(workspace_id, Lane::Chat, node, until)
                .await?
            {
                return Ok(None);
            }
            self.forget_paces();
        }
        chat_outbox::next_due(&mut workspace.read().await?).await
    }

    /// Chats that were quiet are forgotten: their pace is that of new ones.
    fn forget_paces(&self) {
        if self.chats.len() > PACES_MAX {
            self.chats.retain_recent();
            self.all.retain_recent();
        }
    }

    /// The registry serves the bot that the workspace says, and no other.
    async fn know_bot(&self, workspace_id: i64, connected: Option<ChannelBotRow>) -> Result<()> {
        let registry = &self.bots.store.registry;
        let known = registry.bot_of_workspace(workspace_id).await?;
        match (connected, known) {
            (None, Some(known)) => {
                registry.remove_bot(known.id).await?;
            }
            (Some(own), known)
                if known.as_ref().is_none_or(|known| {
                    known.id != own.id || known.sealed.as_ref() != Some(&own.sealed)
                }) =>
            {
                let row = BotRow {
                    id: own.id,
                    workspace_id: Some(workspace_id),
                    username: own.username,
                    sealed: Some(own.sealed),
                    next_update_id: 0,
                    leased_by: None,
                    leased_until: None,
                    created_at: self.bots.clock.now_us(),
                };
                registry.put_bot(&row).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Sends claimed rows: those of one chat one after the other.
    async fn batch(&self, workspace: &Workspace, rows: Vec<ChatMessageRow>) -> Result<()> {
        let mut by_chat: BTreeMap<Place, Vec<ChatMessageRow>> = BTreeMap::new();
        for row in rows {
            let place = (row.bot_id.unwrap_or_default(), row.chat_id);
            by_chat.entry(place).or_default().push(row);
        }
        let mut chats: FuturesUnordered<_> = by_chat
            .into_iter()
            .map(|(place, rows)| self.chat(workspace, place, rows))
            .collect();
        let mut first_error = None;
        while let Some(sent) = chats.next().await {
            if let Err(error) = sent {
                first_error.get_or_insert(error);
            }
        }
        match first_error {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    async fn chat(
        &self,
        workspace: &Workspace,
        place: Place,
        rows: Vec<ChatMessageRow>,
    ) -> Result<()> {
        let client = self.client(workspace, place.0).await?;
        let mut held_until = None;
        for row in rows {
            if let Some(due_at) = held_until {
                // What stands in front of it waits, and so does this.
                settle::wait(workspace, &row, due_at).await?;
                continue;
            }
            if row.kind == "broadcast" {
                // Marked when it is its turn, so that a crash makes few uncertain.
                self.pace(place).await;
                if !begun(workspace, &row).await? {
                    continue;
                }
            }
            let result = match &client {
                Some(client) => self.hand_over(workspace, client, &row).await?,
                None => Err(Refusal::Revoked),
            };
            held_until = settle::settle(self, workspace, &row, result).await?;
        }
        Ok(())
    }

    /// The client of a bot; none where it is not connected.
    async fn client(&self, workspace: &Workspace, bot_id: i64) -> Result<Option<Bot>> {
        if bot_id == 0 {
            let token = self.bots.settings.token.as_deref();
            return Ok(token.map(|token| self.bots.api.bot(token)));
        }
        let Some(row) = self.bots.store.registry.bot(bot_id).await? else {
            return Ok(None);
        };
        if row.workspace_id != Some(workspace.id) {
            return Ok(None);
        }
        let token = self.bots.token_of(&row).await?;
        Ok(token.map(|token| self.bots.api.bot(&token)))
    }

    /// Returns when one more message may go there.
    async fn pace(&self, place: Place) {
        self.chats.until_key_ready(&place).await;
        self.all.until_key_ready(&place.0).await;
    }
}

/// Writes down that a broadcast is handed over now; false where it was taken back.
async fn begun(workspace: &Workspace, row: &ChatMessageRow) -> Result<bool> {
    let mut tx = workspace.write().await?;
    let goes = chat_outbox::handed(&mut tx, row.id).await?;
    tx.commit().await?;
    Ok(goes)
}

/// Says one sentence that no database remembers: to strangers, at most once in a while.
pub(super) async fn say_once(client: &Bot, chat_id: i64, text: &str) {
    if let Err(error) = client.send_message(ChatId(chat_id), text).await {
        let why = refusal(&error);
        tracing::info!(?why, "a sentence was not said");
    }
}
