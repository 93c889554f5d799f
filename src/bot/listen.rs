//! Updates on their way in: kept in the registry first, confirmed to Telegram after that, and given to the dispatcher in order.
//! What was kept and not done when a process died comes first when the next one begins.

use super::Bots;
use super::api::{Refusal, refusal};
use super::update::Serving;
use crate::store::registry::{BotRow, UpdateRow};
use futures_util::stream::{self, Stream};
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use teloxide::prelude::*;
use teloxide::stop::{StopToken, mk_stop_token};
use teloxide::types::{AllowedUpdate, Update, UpdateId, UpdateKind};
use teloxide::update_listeners::{StatefulListener, UpdateListener};
use tokio_util::sync::CancellationToken;

/// Updates of one question, and of one look into the registry.
const BATCH: u8 = 100;
/// How long one rests after a fault.
const REST: Duration = Duration::from_secs(1);
/// How often it is looked for what came by webhook to another node.
const LOOK: Duration = Duration::from_millis(500);
/// What is listened to.
const ALLOWED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// How updates come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// We ask, and the question waits.
    Polling,
    /// Telegram calls.
    Webhook,
}

/// Tells Telegram how updates are to come: by webhook where this instance has an address, else by our asking.
pub(super) async fn prepare(
    bots: &Bots,
    client: &Bot,
    row: &BotRow,
) -> Result<Way, teloxide::RequestError> {
    let url = bots
        .settings
        .base_url
        .as_deref()
        .filter(|base| base.starts_with("https://"))
        .map(|base| format!("{}/telegram/{}", base.trim_end_matches('/'), row.id))
        .and_then(|url| url::Url::parse(&url).ok());
    let Some(url) = url else {
        client.delete_webhook().await?;
        return Ok(Way::Polling);
    };
    client
        .set_webhook(url)
        .secret_token(bots.store.registry.key().webhook_secret(row.id))
        .allowed_updates(ALLOWED)
        .await?;
    Ok(Way::Webhook)
}

/// One bot's updates.
pub(super) struct Listener {
    bots: Bots,
    client: Bot,
    bot_id: i64,
    serving: Arc<Serving>,
    way: Way,
    stop: CancellationToken,
    /// Updates that were read and are to be given on.
    ready: VecDeque<Update>,
    /// The last that was given on.
    last: i64,
    stop_token: Option<StopToken>,
}

impl Listener {
    pub(super) fn new(serving: Arc<Serving>, way: Way, stop: CancellationToken) -> Listener {
        Listener {
            bots: serving.bots.clone(),
            client: serving.client.clone(),
            bot_id: serving.row.id,
            serving,
            way,
            stop,
            ready: VecDeque::new(),
            last: -1,
            stop_token: None,
        }
    }

    /// As the dispatcher wants it.
    pub(super) fn into_stateful(mut self) -> impl UpdateListener<Err = Infallible> + Send {
        let (token, _flag) = mk_stop_token();
        self.stop_token = Some(token);
        StatefulListener::new(self, updates, |listener: &mut Listener| {
            listener
                .stop_token
                .clone()
                .unwrap_or_else(|| mk_stop_token().0)
        })
    }

    /// The next update; none when it is time to stop.
    pub(super) async fn next(&mut self) -> Option<Update> {
        loop {
            if self.stop.is_cancelled() {
                return None;
            }
            if let Some(update) = self.ready.pop_front() {
                return Some(update);
            }
            if let Err(error) = self.fill().await {
                tracing::error!(bot_id = self.bot_id, error = %error, cause = ?error.cause, "updates wait: the registry does not answer");
                self.rest(REST).await;
            }
        }
    }

    /// Reads what is kept; where that is nothing, waits for more.
    async fn fill(&mut self) -> crate::domain::Result<()> {
        let registry = &self.bots.store.registry;
        let mut rows = registry
            .waiting_updates(self.bot_id, self.last, i64::from(BATCH))
            .await?;
        if rows.is_empty() && self.way == Way::Webhook {
            rows = self.stragglers().await?;
        }
        if !rows.is_empty() {
            for row in rows {
                self.last = self.last.max(row.update_id);
                if self.serving.begin(row.update_id) {
                    self.ready.push_back(read(&row));
                }
            }
            return Ok(());
        }
        match self.way {
            Way::Polling => self.ask().await,
            Way::Webhook => {
                tokio::select! {
                    () = self.bots.store.registry.woken() => {}
                    () = tokio::time::sleep(LOOK) => {}
                    () = self.stop.cancelled() => {}
                }
                Ok(())
            }
        }
    }

    /// What Telegram called with after what comes behind it, as it does over several connections.
    async fn stragglers(&self) -> crate::domain::Result<Vec<UpdateRow>> {
        let limit = i64::from(BATCH) + self.serving.begun();
        let registry = &self.bots.store.registry;
        let mut rows = registry.waiting_updates(self.bot_id, -1, limit).await?;
        rows.retain(|row| !self.serving.is_begun(row.update_id));
        Ok(rows)
    }

    /// Asks Telegram, and keeps what it says.
    async fn ask(&mut self) -> crate::domain::Result<()> {
        let registry = &self.bots.store.registry;
        let next = registry
            .bot(self.bot_id)
            .await?
            .map(|row| row.next_update_id)
            .unwrap_or_default();
        let question = self
            .client
            .get_updates()
            .offset(i32::try_from(next).unwrap_or_default())
            .limit(BATCH)
            .timeout(self.bots.settings.poll_seconds)
            .allowed_updates(ALLOWED);
        let answer = tokio::select! {
            answer = question => answer,
            () = self.stop.cancelled() => return Ok(()),
        };
        let updates = match answer {
            Ok(updates) => updates,
            Err(error) => {
                let why = refusal(&error);
                tracing::warn!(bot_id = self.bot_id, ?why, "Telegram gives no updates");
                let rest = match why {
                    Refusal::Later(Some(seconds)) => Duration::from_secs(u64::from(seconds)),
                    Refusal::Revoked => REST * 30,
                    _ => REST,
                };
                self.rest(rest).await;
                return Ok(());
            }
        };
        let Some(last) = updates.iter().map(|update| i64::from(update.id.0)).max() else {
            return Ok(());
        };
        // Numbers that begin anew, as they do after a quiet week, are below those of before.
        if last < self.last {
            self.last = -1;
        }
        let rows: Vec<UpdateRow> = updates.iter().map(kept).collect();
        let now_us = self.bots.clock.now_us();
        registry
            .keep_updates(self.bot_id, &rows, Some(last + 1), now_us)
            .await
    }

    async fn rest(&self, rest: Duration) {
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = self.stop.cancelled() => {}
        }
    }
}

fn updates(listener: &mut Listener) -> impl Stream<Item = Result<Update, Infallible>> + Send + '_ {
    stream::unfold(listener, |listener| async move {
        let update = listener.next().await?;
        Some((Ok(update), listener))
    })
}

/// An update as it is kept. One that nobody here can read is kept empty: it is done at once.
fn kept(update: &Update) -> UpdateRow {
    let body = match &update.kind {
        UpdateKind::Error(raw) => completed(update.id, raw).unwrap_or_default(),
        _ => serde_json::to_string(update).unwrap_or_default(),
    };
    UpdateRow {
        update_id: i64::from(update.id.0),
        body,
    }
}

/// A pressed button without what servers of other makes leave out, which nobody here needs and the library demands.
fn completed(id: UpdateId, raw: &Value) -> Option<String> {
    let mut update = raw.clone();
    let query = update.get_mut("callback_query")?.as_object_mut()?;
    query.insert("chat_instance".to_owned(), Value::String(String::new()));
    update
        .as_object_mut()?
        .insert("update_id".to_owned(), id.0.into());
    Some(update.to_string())
}

fn read(row: &UpdateRow) -> Update {
    let unread = || Update {
        id: UpdateId(u32::try_from(row.update_id).unwrap_or_default()),
        kind: UpdateKind::Error(Value::Null),
    };
    serde_json::from_str(&row.body).unwrap_or_else(|_| unread())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pressed_button_without_a_chat_instance_is_read_all_the_same() {
        let user = r#"{"id":11,"is_bot":false,"first_name":"Mia"}"#;
        let chat = r#"{"id":11,"type":"private","first_name":"Mia"}"#;
        let raw = format!(
            r#"{{"update_id":7,"callback_query":{{"id":"1","from":{user},"data":"b1.2.0",
            "message":{{"message_id":6,"date":1700000000,"chat":{chat},"text":"x"}}}}}}"#
        );
        // So the library gives what it cannot read.
        let unread = |id: u32, raw: &str| Update {
            id: UpdateId(id),
            kind: UpdateKind::Error(serde_json::from_str(raw).unwrap()),
        };
        let update = unread(7, &raw);
        let row = kept(&update);
        assert_eq!(row.update_id, 7);
        let UpdateKind::CallbackQuery(query) = read(&row).kind else {
            panic!("{}", row.body)
        };
        assert_eq!(query.data.as_deref(), Some("b1.2.0"));
        // What nobody can read is kept empty.
        assert_eq!(kept(&unread(8, r#"{"update_id":8,"poll":{}}"#)).body, "");
    }
}
