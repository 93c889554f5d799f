//! The outside world's mailbox: an SMTP server of another make (mailin: its reader of commands and its states, with sockets of
//! our own around them, so that it can also be slow, rude and gone). Takes everything for everybody until it is told otherwise.

use super::lock::{Line, Lock};
use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where in the dialogue the world can be rude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Greeting,
    Hello,
    Mail,
    Rcpt,
    Data,
    /// The end of the message; what is refused here was not taken.
    End,
    /// Behind the end: the message was taken, and its sender is not told so.
    Answer,
}

/// How it is rude.
#[derive(Clone, Debug)]
pub enum Mood {
    /// A code with its text.
    Says(u16, &'static str),
    /// Nothing any more, with the line open.
    Silent,
    /// The line is closed.
    Gone,
    /// Waits until the mood changes, then goes on.
    Waits,
}

/// A message as it was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO.
    pub to: Vec<String>,
    /// The message with CRLF line ends.
    pub data: Vec<u8>,
}

impl Received {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    /// A header field's value, unfolded; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let text = self.text();
        let header = text.split("\r\n\r\n").next().unwrap_or_default();
        let header = header.replace("\r\n ", " ").replace("\r\n\t", " ");
        let start = format!("{}:", name.to_lowercase());
        let line = header
            .lines()
            .find(|l| l.to_lowercase().starts_with(&start));
        line.map_or(String::new(), |l| l[start.len()..].trim().to_owned())
    }
}

#[derive(Default)]
struct State {
    mails: Vec<Received>,
    connections: usize,
    moods: HashMap<Step, Mood>,
    /// Messages between their last line and its answer, by the domain of their recipient; now and at most.
    at_end: HashMap<String, (usize, usize)>,
}

/// The server. Stops with this value.
#[derive(Clone)]
pub struct World {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    changed: watch::Sender<u64>,
    _task: Arc<Aborted>,
}

struct Aborted(JoinHandle<()>);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl World {
    pub async fn start() -> World {
        World::start_with(None).await
    }

    /// One that speaks TLS alone, and takes mail of those alone who sign in.
    pub async fn locked(lock: Lock) -> World {
        World::start_with(Some(lock)).await
    }

    async fn start_with(lock: Option<Lock>) -> World {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let changed = watch::Sender::new(0);
        let (shared, signal) = (state.clone(), changed.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let session = Session {
                    lock: lock.clone(),
                    state: shared.clone(),
                    changed: signal.clone(),
                    from: String::new(),
                    to: Vec::new(),
                };
                tokio::spawn(session.welcome(stream));
            }
        });
        World {
            address,
            state,
            changed,
            _task: Arc::new(Aborted(task)),
        }
    }

    /// RAPPORT_OUTBOUND for it.
    pub fn outbound(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// From now on it behaves so at a step.
    pub fn becomes(&self, step: Step, mood: Mood) {
        self.state().moods.insert(step, mood);
        self.tell();
    }

    /// From now on it takes everything.
    pub fn recovers(&self) {
        self.state().moods.clear();
        self.tell();
    }

    /// What it has taken, in order.
    pub fn mails(&self) -> Vec<Received> {
        self.state().mails.clone()
    }

    /// What it has taken for a recipient.
    pub fn mails_to(&self, recipient: &str) -> Vec<Received> {
        let mut mails = self.mails();
        mails.retain(|mail| mail.to.iter().any(|to| to == recipient));
        mails
    }

    /// What it has taken since the last time.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state().mails)
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// How many messages for a domain stood before their last answer at the same time: now, and at most.
    pub fn at_end(&self, domain: &str) -> (usize, usize) {
        self.state().at_end.get(domain).copied().unwrap_or_default()
    }

    /// Returns when it is so.
    pub async fn until(&self, is_so: impl Fn(&World) -> bool) {
        let mut changed = self.changed.subscribe();
        let waits = async {
            while !is_so(self) {
                changed.changed().await.unwrap();
            }
        };
        let within = tokio::time::timeout(super::PATIENCE, waits).await;
        within.expect("it comes about in the time of our patience");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn tell(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}

/// One connection.
#[derive(Clone)]
struct Session {
    lock: Option<Lock>,
    state: Arc<Mutex<State>>,
    changed: watch::Sender<u64>,
    from: String,
    to: Vec<String>,
}

/// What mailin's states call: it only keeps.
#[derive(Clone, Default)]
struct Keeper {
    mail: Arc<Mutex<Received>>,
    lock: Option<Lock>,
}

impl Handler for Keeper {
    fn data_start(&mut self, _domain: &str, from: &str, _is8bit: bool, to: &[String]) -> Response {
        *self.mail.lock().unwrap() = Received {
            from: from.to_owned(),
            to: to.to_vec(),
            data: Vec::new(),
        };
        response::START_DATA
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.lock().unwrap().data.extend_from_slice(line);
        Ok(())
    }

    fn auth_plain(&mut self, _authorization: &str, name: &str, password: &str) -> Response {
        match self
            .lock
            .as_ref()
            .is_some_and(|lock| lock.fits(name, password))
        {
            true => response::AUTH_OK,
            false => response::INVALID_CREDENTIALS,
        }
    }
}

impl Session {
    async fn welcome(self, stream: tokio::net::TcpStream) {
        self.state.lock().unwrap().connections += 1;
        self.changed.send_modify(|n| *n += 1);
        let stream: Box<dyn Line> = Box::new(stream);
        match &self.lock {
            Some(lock) if lock.is_implicit => {
                if let Some(closed) = lock.close(stream).await {
                    self.serve(closed).await;
                }
            }
            _ => self.serve(stream).await,
        }
    }

    async fn serve(mut self, stream: Box<dyn Line>) {
        let keeper = Keeper {
            lock: self.lock.clone(),
            ..Keeper::default()
        };
        let mut builder = SessionBuilder::new("world.example");
        if let Some(lock) = &self.lock {
            builder.enable_auth(AuthMechanism::Plain);
            match lock.is_implicit {
                true => builder.insecure_enable_plaintext_auth(),
                false => builder.enable_start_tls(),
            };
        }
        let mut states = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), keeper.clone());
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        let mut in_data = false;
        let mut step = Step::Greeting;
        loop {
            let said = match self.mood(step).await {
                None | Some(Mood::Waits) => None,
                Some(Mood::Gone) => return,
                Some(Mood::Silent) => return std::future::pending().await,
                Some(Mood::Says(code, text)) => Some(Response::custom(code, text.to_owned())),
            };
            let response = match (step, said) {
                (Step::Greeting, None) => states.greeting(),
                // It leaves the data, and takes nothing.
                (Step::End, Some(said)) => {
                    states.process(&line);
                    said
                }
                (_, Some(said)) => said,
                (Step::End, None) => {
                    let response = states.process(&line);
                    let mail = keeper.mail.lock().unwrap().clone();
                    self.state.lock().unwrap().mails.push(mail);
                    self.changed.send_modify(|n| *n += 1);
                    match self.mood(Step::Answer).await {
                        Some(Mood::Gone) => return,
                        Some(Mood::Silent) => return std::future::pending().await,
                        Some(Mood::Says(code, text)) => Response::custom(code, text.to_owned()),
                        _ => response,
                    }
                }
                (_, None) => states.process(&line),
            };
            if step == Step::End {
                self.leave();
                in_data = false;
            }
            let mut bytes = Vec::new();
            response.write_to(&mut bytes).unwrap();
            if lines.write_all(&bytes).await.is_err()
                || lines.flush().await.is_err()
                || response.action == Action::Close
            {
                return;
            }
            if let (Action::UpgradeTls, Some(lock)) = (&response.action, &self.lock) {
                let Some(closed) = lock.close(lines.into_inner()).await else {
                    return;
                };
                lines = BufReader::new(closed);
                states.tls_active();
            }
            in_data |= response.code == 354;
            loop {
                line.clear();
                if !matches!(lines.read_until(b'\n', &mut line).await, Ok(1..)) {
                    return;
                }
                if !in_data || line == b".\r\n" {
                    break;
                }
                states.process(&line);
            }
            step = self.step(&line, in_data);
        }
    }

    fn step(&mut self, line: &[u8], in_data: bool) -> Step {
        let text = String::from_utf8_lossy(line).into_owned();
        let path = || {
            let inside = text.split('<').nth(1).unwrap_or_default();
            inside.split('>').next().unwrap_or_default().to_owned()
        };
        match text.get(..4).unwrap_or_default().to_uppercase().as_str() {
            _ if in_data => {
                let mut state = self.state.lock().unwrap();
                for to in &self.to {
                    let (now, most) = state.at_end.entry(domain(to)).or_default();
                    *now += 1;
                    *most = (*most).max(*now);
                }
                drop(state);
                self.changed.send_modify(|n| *n += 1);
                Step::End
            }
            "MAIL" => {
                (self.from, self.to) = (path(), Vec::new());
                Step::Mail
            }
            "RCPT" => {
                self.to.push(path());
                Step::Rcpt
            }
            "DATA" => Step::Data,
            // Everything else is answered as the states see fit.
            _ => Step::Hello,
        }
    }

    fn leave(&mut self) {
        let mut state = self.state.lock().unwrap();
        for to in &self.to {
            let (now, _) = state.at_end.entry(domain(to)).or_default();
            *now -= 1;
        }
    }

    async fn mood(&self, step: Step) -> Option<Mood> {
        let mut changed = self.changed.subscribe();
        loop {
            let mood = self.state.lock().unwrap().moods.get(&step).cloned();
            match mood {
                Some(Mood::Waits) => changed.changed().await.unwrap(),
                mood => return mood,
            }
        }
    }
}

fn domain(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_owned()
}
