//! Where Telegram calls, when it is told to: an update is answered 200 when it is kept. Whoever does not know the secret of that
//! bot is told nothing.

use crate::domain::Clock;
use crate::store::Registry;
use crate::store::registry::UpdateRow;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Telegram's updates are far smaller.
const UPDATE_BYTES_MAX: usize = 1024 * 1024;
/// Telegram sends them at once.
const UPDATE_TIME_MAX: Duration = Duration::from_secs(15);
/// The header in which Telegram says what it was given by setWebhook.
const SECRET: &str = "x-telegram-bot-api-secret-token";

#[derive(Clone)]
struct Door {
    registry: Registry,
    clock: Clock,
}

#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

/// `POST /telegram/<number of the bot>`.
pub fn router(registry: Registry, clock: Clock) -> Router {
    Router::new()
        .route("/telegram/{bot_id}", post(take))
        .with_state(Door { registry, clock })
}

async fn take(State(door): State<Door>, Path(bot_id): Path<i64>, request: Request) -> StatusCode {
    let said = request.headers().get(SECRET).map(|value| value.as_bytes());
    let secret = door.registry.key().webhook_secret(bot_id);
    let is_right = said.is_some_and(|said| bool::from(said.ct_eq(secret.as_bytes())));
    if !is_right {
        // Nothing of it is read: strangers do not hold a place by a body that never comes.
        return StatusCode::NOT_FOUND;
    }
    let reading = to_bytes(request.into_body(), UPDATE_BYTES_MAX);
    let body = match tokio::time::timeout(UPDATE_TIME_MAX, reading).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let Ok(numbered) = serde_json::from_str::<Numbered>(&text) else {
        return StatusCode::BAD_REQUEST;
    };
    let row = UpdateRow {
        update_id: numbered.update_id,
        body: text,
    };
    let now_us = door.clock.now_us();
    match door
        .registry
        .keep_updates(bot_id, &[row], None, now_us)
        .await
    {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(bot_id, error = %error, "an update could not be kept; Telegram sends it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
