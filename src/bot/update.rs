//! One update: whose it is, done once, tried again where a database is away, put aside where it fails for good.

use super::{Bots, contact, member};
use crate::domain::{Error, Result};
use crate::store::registry::BotRow;
use moka::future::Cache;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use teloxide::prelude::*;
use teloxide::types::{Update, UpdateKind};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How often an update is tried that fails for a reason of its own.
const TRIES_MAX: u32 = 3;
/// How long one rests before the next try.
const REST: Duration = Duration::from_secs(1);
/// Updates that are marked as done at once.
const DONE_BATCH: usize = 200;
/// Updates that are done and not marked yet.
const DONE_QUEUE: usize = 1_000;

/// A bot while it is served.
pub(super) struct Serving {
    pub bots: Bots,
    pub row: BotRow,
    pub client: Bot,
    pub stop: CancellationToken,
    /// Strangers who were answered lately.
    pub strangers: Cache<i64, ()>,
    /// What was taken up and is not marked as done yet.
    begun: Mutex<HashSet<i64>>,
    done: Mutex<Option<mpsc::Sender<i64>>>,
    finished: Mutex<Option<mpsc::Receiver<i64>>>,
}

impl Serving {
    pub(super) fn new(
        bots: Bots,
        row: BotRow,
        client: Bot,
        stop: CancellationToken,
        strangers: Cache<i64, ()>,
    ) -> Serving {
        let (done, finished) = mpsc::channel(DONE_QUEUE);
        Serving {
            bots,
            row,
            client,
            stop,
            strangers,
            begun: Mutex::default(),
            done: Mutex::new(Some(done)),
            finished: Mutex::new(Some(finished)),
        }
    }

    /// Takes an update up; false where that was done before.
    pub(super) fn begin(&self, update_id: i64) -> bool {
        locked(&self.begun).insert(update_id)
    }

    /// How many updates are taken up.
    pub(super) fn begun(&self) -> i64 {
        i64::try_from(locked(&self.begun).len()).unwrap_or(i64::MAX)
    }

    /// Whether an update was taken up.
    pub(super) fn is_begun(&self, update_id: i64) -> bool {
        locked(&self.begun).contains(&update_id)
    }

    /// No more updates will be done.
    pub(super) fn close(&self) {
        locked(&self.done).take();
    }

    /// Microseconds since 1970.
    pub(super) fn now_us(&self) -> i64 {
        self.bots.clock.now_us()
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a thread left behind that failed is a set of numbers, and whole.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Deals with an update, and marks it as done.
pub(super) async fn handle(serving: Arc<Serving>, update: Update) {
    let update_id = i64::from(update.id.0);
    let mut tries = 0;
    loop {
        let error = match deal(&serving, &update).await {
            Ok(()) => break,
            Err(error) => error,
        };
        if !error.is_transient() {
            tries += 1;
        }
        let bot_id = serving.row.id;
        tracing::error!(bot_id, update_id, error = %error, cause = ?error.cause, "an update was not done");
        if tries >= TRIES_MAX {
            park(&serving, update_id).await;
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            // It is done when the process is there again.
            () = serving.stop.cancelled() => return,
        }
    }
    let done = locked(&serving.done).clone();
    if let Some(done) = done {
        let _ = done.send(update_id).await;
    }
}

async fn park(serving: &Serving, update_id: i64) {
    let registry = &serving.bots.store.registry;
    let parked = registry.park_update(serving.row.id, update_id, serving.now_us());
    if let Err(error) = parked.await {
        tracing::error!(bot_id = serving.row.id, update_id, error = %error, "an update could not be put aside");
    }
}

/// Marks what is done, many at once: where the process dies before, it is dealt with again, and that does nothing.
pub(super) async fn finish(serving: Arc<Serving>) {
    let Some(mut finished) = locked(&serving.finished).take() else {
        return;
    };
    let mut done = Vec::with_capacity(DONE_BATCH);
    while finished.recv_many(&mut done, DONE_BATCH).await > 0 {
        let registry = &serving.bots.store.registry;
        let marked = registry
            .updates_done(serving.row.id, &done, serving.now_us())
            .await;
        match marked {
            Ok(()) => {
                let mut begun = locked(&serving.begun);
                for id in done.drain(..) {
                    begun.remove(&id);
                }
            }
            Err(error) => {
                tracing::error!(bot_id = serving.row.id, error = %error, "updates could not be marked as done");
                done.clear();
            }
        }
    }
}

async fn deal(serving: &Serving, update: &Update) -> Result<()> {
    let id = i64::from(update.id.0);
    match (&update.kind, serving.row.workspace_id) {
        (UpdateKind::Message(message), None) => member::said(serving, id, message).await,
        (UpdateKind::CallbackQuery(query), None) => member::pressed(serving, id, query).await,
        (UpdateKind::Message(message), Some(workspace)) => {
            contact::said(serving, workspace, id, message, contact::Version::First).await
        }
        (UpdateKind::EditedMessage(message), Some(workspace)) => {
            contact::said(serving, workspace, id, message, contact::Version::Edited).await
        }
        (UpdateKind::CallbackQuery(query), Some(workspace)) => {
            contact::agreed(serving, workspace, id, query).await
        }
        (UpdateKind::MyChatMember(change), Some(workspace)) => {
            contact::blocked(serving, workspace, change).await
        }
        // A member who changes a message would command twice: what was said stands.
        _ => Ok(()),
    }
}

/// Somebody in a private chat with the bot: number and chat. None for groups, channels and other bots.
pub(super) fn private(message: &Message) -> Option<(i64, i64)> {
    let from = message.from.as_ref()?;
    let user_id = i64::try_from(from.id.0).ok()?;
    let is_private = message.chat.is_private() && message.chat.id.0 == user_id && !from.is_bot;
    is_private.then_some((user_id, message.chat.id.0))
}

/// An error of a call that is to be tried again, such as a file that could not be had.
pub(super) fn unreached(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable("Telegram does not answer; it is tried again").because(error)
}
