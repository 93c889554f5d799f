//! A stand-in for Telegram's Bot API, for the demo and the tests: a small HTTP server that refuses what Telegram refuses, and the
//! people who write to its bots. Knows no Rapport.

mod methods;
mod people;
mod refuse;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use people::Passed;

/// Larger calls are none of a bot of ours.
const CALL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// What does not happen in this time does not happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server. Cheap to clone; it stops with the last one.
#[derive(Clone)]
pub struct BotApi {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<World>>,
    changed: watch::Sender<u64>,
    _task: Arc<Stopped>,
}

struct Stopped(JoinHandle<()>);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How the server answers instead of doing what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Too many calls: again in so many seconds.
    TooMany(u32),
    /// An error of its own, with this status.
    Down(u16),
    /// It does what it is asked, and the line breaks before the answer.
    DoneAndGone,
}

/// A message as it stands in a chat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Its number in the world.
    pub id: i64,
    /// Text or caption.
    pub text: String,
    /// Its styles.
    pub entities: Value,
    /// Rows of buttons: (label, data).
    pub buttons: Vec<Vec<(String, String)>>,
    /// Whether the person is made to answer it.
    pub asks: bool,
    /// The bytes of its picture or file.
    pub file: Option<Vec<u8>>,
    /// The message that it answers.
    pub answers: Option<i64>,
    /// How often it was shown anew.
    pub edits: u32,
    /// Whether it was taken out of the chat.
    pub is_deleted: bool,
    /// Whether the person wrote it, not the bot.
    pub is_person_s: bool,
}

#[derive(Default)]
struct World {
    bots: HashMap<String, OneBot>,
    people: HashMap<i64, Person>,
    last_message: i64,
    moods: HashMap<String, VecDeque<Mood>>,
    is_down: bool,
    calls: Vec<(String, Value)>,
    keeps_calls: bool,
    call_count: u64,
}

#[derive(Clone, Default)]
struct Person {
    name: String,
    username: String,
    language: String,
}

#[derive(Default)]
struct OneBot {
    id: i64,
    username: String,
    updates: VecDeque<Value>,
    next_update: i64,
    askers: usize,
    webhook: Option<(String, String)>,
    chats: HashMap<i64, Vec<Shown>>,
    begun: HashSet<i64>,
    blocked: HashSet<i64>,
    queries: HashSet<String>,
    ticks: Vec<(String, String)>,
    menus: HashMap<String, Vec<String>>,
    files: HashMap<String, Vec<u8>>,
}

/// A call of the API.
struct Call {
    token: String,
    method: String,
    said: Map<String, Value>,
    files: Vec<Vec<u8>>,
}

impl Call {
    fn number(&self, name: &str) -> i64 {
        let value = self.said.get(name);
        let text = || value.and_then(Value::as_str).and_then(|s| s.parse().ok());
        value
            .and_then(Value::as_i64)
            .or_else(text)
            .unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        match self.said.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }

    fn value(&self, name: &str) -> Value {
        match self.said.get(name) {
            Some(Value::String(text)) => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
            }
            Some(value) => value.clone(),
            None => Value::Null,
        }
    }
}

impl BotApi {
    /// Begins to listen on a free port of this machine. An error where there is none.
    pub async fn start() -> std::io::Result<BotApi> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(World {
            keeps_calls: true,
            ..World::default()
        }));
        let changed = watch::Sender::new(0);
        let door = Door {
            state: state.clone(),
            changed: changed.clone(),
        };
        let router = Router::new()
            .route("/{bot}/{method}", any(called))
            .route("/file/{bot}/{*path}", get(file))
            .layer(DefaultBodyLimit::max(CALL_BYTES_MAX))
            .with_state(door);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(BotApi {
            address,
            state,
            changed,
            _task: Arc::new(Stopped(task)),
        })
    }

    /// RAPPORT_TELEGRAM_API_URL for it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns when it is so. An error tells what was done last, where it is not so within a minute.
    pub async fn until(&self, is_so: impl Fn(&BotApi) -> bool) -> Result<(), String> {
        let mut changed = self.changed.subscribe();
        let waits = async { while !is_so(self) && changed.changed().await.is_ok() {} };
        match tokio::time::timeout(PATIENCE, waits).await {
            Ok(()) => Ok(()),
            Err(_) => Err(format!(
                "in {PATIENCE:?} it did not become so; {}",
                self.told()
            )),
        }
    }

    /// The last calls and the updates that wait, for an error.
    fn told(&self) -> String {
        let world = self.world();
        let calls: Vec<String> = world
            .calls
            .iter()
            .rev()
            .take(12)
            .map(|(method, said)| format!("{method} {said}"))
            .collect();
        let waiting: Vec<String> = world
            .bots
            .values()
            .map(|bot| format!("{}: {}", bot.username, bot.updates.len()))
            .collect();
        format!("updates that wait: {waiting:?}; calls, the last first: {calls:#?}")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        locked(&self.state)
    }

    fn tell(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}

fn locked(state: &Mutex<World>) -> MutexGuard<'_, World> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone)]
struct Door {
    state: Arc<Mutex<World>>,
    changed: watch::Sender<u64>,
}

/// An answer: the result, or a code with its words and parameters.
type Answer<T = Value> = Result<T, Refused>;
/// A code, its words, its parameters.
type Refused = (u16, String, Value);
/// Rows of buttons: what stands on each, and what it carries.
type Rows = Vec<Vec<(String, String)>>;

fn refused(code: u16, words: &str) -> Refused {
    (code, words.to_owned(), Value::Null)
}

impl World {
    /// What stands in the chats is gone: bots go on as if each was new.
    fn forget_chats(&mut self) {
        for bot in self.bots.values_mut() {
            bot.chats.clear();
            bot.files.clear();
        }
    }
}

async fn called(
    State(door): State<Door>,
    Path((bot, method)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let Some(call) = read(&bot, &method, request).await else {
        return answer(Err(refused(400, "Bad Request: the call cannot be read")));
    };
    let mood = {
        let mut world = locked(&door.state);
        world.call_count += 1;
        if !world.keeps_calls {
            world.forget_chats();
        }
        if world.keeps_calls && call.method != "getupdates" {
            let said = Value::Object(call.said.clone());
            world.calls.push((call.method.clone(), said));
        }
        if world.is_down {
            Some(Mood::Down(502))
        } else {
            world
                .moods
                .get_mut(&call.method)
                .and_then(VecDeque::pop_front)
        }
    };
    let given = match mood {
        Some(Mood::TooMany(seconds)) => Err((
            429,
            format!("Too Many Requests: retry after {seconds}"),
            json!({ "retry_after": seconds }),
        )),
        Some(Mood::Down(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            door.changed.send_modify(|n| *n += 1);
            return (status, "<html>Bad Gateway</html>").into_response();
        }
        Some(Mood::DoneAndGone) => {
            let _ = methods::answer(&door, &call).await;
            door.changed.send_modify(|n| *n += 1);
            // A body that breaks off: no answer can be read of it.
            let broken =
                futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("gone"))]);
            return Response::new(Body::from_stream(broken));
        }
        None => methods::answer(&door, &call).await,
    };
    door.changed.send_modify(|n| *n += 1);
    answer(given)
}

fn answer(given: Answer) -> Response {
    let (status, body) = match given {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err((code, words, parameters)) => {
            let mut body = json!({ "ok": false, "error_code": code, "description": words });
            if !parameters.is_null() {
                body["parameters"] = parameters;
            }
            (code, body)
        }
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(body)).into_response()
}

async fn read(bot: &str, method: &str, request: Request<Body>) -> Option<Call> {
    let token = bot.strip_prefix("bot")?.to_owned();
    let mut call = Call {
        token,
        method: method.to_lowercase(),
        said: Map::new(),
        files: Vec::new(),
    };
    if is_multipart(request.headers()) {
        let mut parts = Multipart::from_request(request, &()).await.ok()?;
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                call.files.push(part.bytes().await.ok()?.to_vec());
            } else {
                let text = part.text().await.ok()?;
                call.said.insert(name, Value::String(text));
            }
        }
        return Some(call);
    }
    let body = axum::body::to_bytes(request.into_body(), CALL_BYTES_MAX)
        .await
        .ok()?;
    if !body.is_empty() {
        call.said = serde_json::from_slice(&body).ok()?;
    }
    Some(call)
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/"))
}

async fn file(State(door): State<Door>, Path((bot, path)): Path<(String, String)>) -> Response {
    let token = bot.strip_prefix("bot").unwrap_or_default();
    let world = locked(&door.state);
    let bytes = world
        .bots
        .get(token)
        .and_then(|bot| bot.files.get(&path))
        .cloned();
    match bytes {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
