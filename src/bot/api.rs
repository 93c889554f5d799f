//! The client of the Bot API, and what its refusals mean to whoever sends.

use crate::domain::{Error, Result};
use serde_json::Value;
use std::time::Duration;
use teloxide::requests::Requester;
use teloxide::{ApiError, Bot, RequestError};

/// No call takes longer, but the question for updates, which waits by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes clients of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Api {
    model: Bot,
}

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not now; in so many seconds, where Telegram says it.
    Later(Option<u32>),
    /// Not now, or it was done and the answer was lost.
    Unsure,
    /// The person blocked the bot, or is gone.
    Gone,
    /// The token is no token any more.
    Revoked,
    /// This very message is refused for good, with words.
    Never(String),
    /// It is as it should be already.
    AsIs,
}

impl Api {
    /// Clients of the server of `api_url`; of Telegram's own where absent. `poll_seconds`: how long a question for updates may
    /// wait there.
    pub fn new(api_url: Option<&str>, poll_seconds: u32) -> Result<Api> {
        let unusable = |e| Error::unavailable("no client for Telegram can be made").because(e);
        let http = teloxide::net::default_reqwest_settings()
            .timeout(PATIENCE + Duration::from_secs(u64::from(poll_seconds)))
            .build()
            .map_err(unusable)?;
        let model = Bot::with_client("", http);
        let Some(api_url) = api_url else {
            return Ok(Api { model });
        };
        let wrong = |e| {
            Error::invalid("RAPPORT_TELEGRAM_API_URL is no address; write http://host:port")
                .because(e)
        };
        let url = url::Url::parse(api_url).map_err(wrong)?;
        Ok(Api {
            model: model.set_api_url(url),
        })
    }

    /// The client of one bot.
    pub fn bot(&self, token: &str) -> Bot {
        Bot::with_client(token, self.model.client().clone()).set_api_url(self.model.api_url())
    }
}

/// Who a bot is: its number, and its name without the `@`. Servers of other makes say less of it than Telegram does.
pub async fn who(client: &Bot) -> std::result::Result<(i64, String), RequestError> {
    match client.get_me().await {
        Ok(me) => Ok((
            i64::try_from(me.id.0).unwrap_or_default(),
            me.username().to_owned(),
        )),
        Err(error) => {
            let own = client
                .token()
                .split(':')
                .next()
                .and_then(|id| id.parse().ok());
            let name =
                done(&error).and_then(|result| result["username"].as_str().map(str::to_owned));
            own.zip(name).ok_or(error)
        }
    }
}

/// The result of a call that was done, where it has another form than Telegram's.
pub fn done(error: &RequestError) -> Option<Value> {
    let RequestError::InvalidJson { raw, .. } = error else {
        return None;
    };
    let answer: Value = serde_json::from_str(raw).ok()?;
    (answer["ok"] == true).then(|| answer["result"].clone())
}

/// What an error of a call means.
pub fn refusal(error: &RequestError) -> Refusal {
    match error {
        RequestError::RetryAfter(seconds) => Refusal::Later(Some(seconds.seconds())),
        // Who could not be reached did nothing.
        RequestError::Network(error) if error.is_connect() => Refusal::Later(None),
        RequestError::Network(_) => Refusal::Unsure,
        error if done(error).is_some() => Refusal::AsIs,
        RequestError::InvalidJson { .. } | RequestError::Io(_) => Refusal::Later(None),
        RequestError::MigrateToChatId(_) => Refusal::Never("the chat moved".to_owned()),
        RequestError::Api(error) => api_refusal(error),
    }
}

fn api_refusal(error: &ApiError) -> Refusal {
    match error {
        ApiError::BotBlocked
        | ApiError::UserDeactivated
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots
        | ApiError::UserNotFound
        | ApiError::ChatNotFound => Refusal::Gone,
        ApiError::InvalidToken => Refusal::Revoked,
        ApiError::MessageNotModified | ApiError::MessageToDeleteNotFound => Refusal::AsIs,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Refusal::Later(None),
        ApiError::Unknown(words) => unknown(words),
        other => Refusal::Never(other.to_string()),
    }
}

/// Refusals that the library has no name for; those of the server's own faults are none of the message's.
fn unknown(words: &str) -> Refusal {
    let lower = words.to_lowercase();
    let is = |part: &str| lower.contains(part);
    if is("forbidden") || is("chat not found") || is("peer_id_invalid") {
        return Refusal::Gone;
    }
    if is("internal server error") || is("bad gateway") || is("restart") || is("timed out") {
        return Refusal::Later(None);
    }
    let words: String = words.chars().take(200).collect();
    Refusal::Never(words)
}
