//! A small server that speaks the part of OpenAI's API that is used here: it takes a recording and says what is in it.

use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// The key that it wants.
pub const KEY: &str = "sk-example";

/// The server; it stops with the test.
#[derive(Clone)]
pub struct Hearing {
    pub url: String,
    state: Arc<Mutex<Said>>,
}

#[derive(Default)]
struct Said {
    hears: String,
    fails_with: Option<u16>,
    rests: bool,
    recordings: Vec<(String, String, Vec<u8>)>,
}

impl Hearing {
    pub async fn start(hears: &str) -> Hearing {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Said {
            hears: hears.to_owned(),
            ..Said::default()
        }));
        let router = Router::new()
            .route("/v1/audio/transcriptions", post(transcribe))
            .with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Hearing { url, state }
    }

    /// From now on it answers with this status.
    pub fn fails_with(&self, status: u16) {
        self.state.lock().unwrap().fails_with = Some(status);
    }

    /// From now on it hears something else.
    pub fn hears(&self, text: &str) {
        self.state.lock().unwrap().hears = text.to_owned();
    }

    /// From now on it never answers.
    pub fn rests(&self) {
        self.state.lock().unwrap().rests = true;
    }

    /// What it was given: model, name, bytes.
    pub fn recordings(&self) -> Vec<(String, String, Vec<u8>)> {
        self.state.lock().unwrap().recordings.clone()
    }
}

async fn transcribe(
    State(state): State<Arc<Mutex<Said>>>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    let (mut model, mut name, mut bytes) = (String::new(), String::new(), Vec::new());
    while let Some(field) = form.next_field().await.unwrap() {
        match field.name() {
            Some("model") => model = field.text().await.unwrap(),
            Some("file") => {
                name = field.file_name().unwrap().to_owned();
                bytes = field.bytes().await.unwrap().to_vec();
            }
            _ => {}
        }
    }
    if state.lock().unwrap().rests {
        std::future::pending::<()>().await;
    }
    let mut state = state.lock().unwrap();
    let key = headers.get("authorization").map(|v| v.to_str().unwrap());
    let refused = |status: u16, what: &str| {
        let error =
            json!({ "error": { "message": what, "type": "test", "param": null, "code": null } });
        (StatusCode::from_u16(status).unwrap(), Json(error)).into_response()
    };
    if key != Some(&format!("Bearer {KEY}")) {
        return refused(401, "wrong key");
    }
    state.recordings.push((model, name, bytes));
    match state.fails_with {
        Some(status) => refused(status, "not now"),
        None => Json(json!({ "text": state.hears })).into_response(),
    }
}
