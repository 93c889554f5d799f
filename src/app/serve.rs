//! `rapport serve`: the listener and the workers, until SIGTERM or Ctrl-C.

use super::page::page;
use super::{App, log, now_us, say};
use crate::ai::{Ai, Ais, Provider};
use crate::bot::{self, Bots};
use crate::config::{Config, networks};
use crate::delivery::{self, Delivery, Gate, Outbound, Patience, Private, Transport};
use crate::digest::{self, Timekeeper};
use crate::domain::clock::Clock;
use crate::domain::network::Reach;
use crate::domain::{Error, Kind, Result};
use crate::ingest::{self, Lanes};
use crate::mail::resolver::Resolver;
use crate::mail::trust::Relays;
use crate::smtp::{self, Certificate};
use crate::web;
use std::fs::{File, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How much the workers give way to the listener: a sender waits for its 250, nobody waits for the filing.
const WORKER_NICENESS: i32 = 10;
/// A worker's stack: what a mail may ask for is one deep call, deeper in builds that are not optimised.
const WORKER_STACK_BYTES: usize = 16 * 1024 * 1024;
/// Seconds that a question for updates waits at Telegram.
const POLL_SECONDS: u32 = 25;
/// How long the system needs to end what was taken from the workers when they stop.
const STOP: std::time::Duration = std::time::Duration::from_secs(5);

/// A server that runs.
pub struct Server {
    /// Where other servers hand mail in.
    pub address: SocketAddr,
    /// Where members' mail programs do, if they may.
    pub submission_address: Option<SocketAddr>,
    /// Where the page is.
    pub page_address: Option<SocketAddr>,
    page: Option<web::Running>,
    listener: smtp::Running,
    workers: Option<JoinHandle<()>>,
    shutdown: CancellationToken,
    /// Held as long as the server runs: two on one folder would share a node's name.
    _lock: File,
}

/// Serves until the process is asked to stop.
pub async fn run(app: App) -> Result<ExitCode> {
    log::begin(&app.config);
    tell_faults_without_words();
    let server = Server::start(&app).await?;
    say(&format!("smtp {}", server.address));
    if let Some(address) = server.submission_address {
        say(&format!("submission {address}"));
    }
    if let Some(address) = server.page_address {
        say(&format!("page {address}"));
    }
    say("ready");
    asked_to_stop().await?;
    server.stop().await;
    Ok(ExitCode::SUCCESS)
}

impl Server {
    /// Binds the listeners and starts the workers.
    pub async fn start(app: &App) -> Result<Server> {
        let config = &app.config;
        let lock = lock(&config.data)?;
        let node = node(&config.data)?;
        if let Err(error) = app.store.remove_remains(now_us()).await {
            tracing::warn!(error = %error, "what is left of imports that were broken off could not be removed");
        }
        let resolver = resolver(config)?;
        let shutdown = CancellationToken::new();
        let listener = smtp::serve(
            listener(config),
            app.store.registry.clone(),
            shutdown.clone(),
        )
        .await?;
        let settings = ingest::Settings {
            mail_domain: config.mail_domain.clone(),
            page_origin: config.base_url.clone(),
            host_name: config.host_name.clone(),
            lanes: config.ingest_lanes,
            relays: relays(config)?,
        };
        let lanes = Lanes {
            store: app.store.clone(),
            settings: Arc::new(settings),
            resolver,
            node: node.into(),
            clock: Clock::system(),
            random: rand::random,
        };
        let bots = bots(app, &lanes.node)?;
        let page = page(app, &bots, shutdown.clone()).await?;
        let workers = Workers {
            delivery: delivery(app, &lanes.node).await?,
            timekeeper: timekeeper(app, &lanes.node),
            bots,
            lanes,
        };
        Ok(Server {
            address: listener.address,
            submission_address: listener.submission_address,
            page_address: page.as_ref().map(|page| page.address),
            page,
            workers: Some(start_workers(workers, shutdown.clone())?),
            listener,
            shutdown,
            _lock: lock,
        })
    }

    /// Takes no new sessions, lets messages that are coming in and batches that are being filed come to their end.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        self.listener.finished().await;
        if let Some(page) = self.page.take() {
            page.finished().await;
        }
        if let Some(workers) = self.workers.take() {
            let _ = tokio::task::spawn_blocking(move || workers.join()).await;
        }
    }
}

/// What works behind the listener.
struct Workers {
    lanes: Lanes,
    timekeeper: Timekeeper,
    /// Absent where nothing is to be sent.
    delivery: Option<Delivery>,
    bots: Bots,
}

impl Workers {
    async fn run(self, shutdown: CancellationToken) {
        let delivery = async {
            if let Some(delivery) = self.delivery {
                delivery.run(shutdown.clone()).await;
            }
        };
        tokio::join!(
            self.lanes.run(shutdown.clone()),
            self.timekeeper.run(shutdown.clone()),
            self.bots.run(shutdown.clone()),
            delivery,
        );
    }
}

/// Who speaks with Telegram: the members' bot, where there is one, and those of workspaces.
fn bots(app: &App, node: &str) -> Result<Bots> {
    let config = &app.config;
    let settings = bot::Settings {
        mail_domain: config.mail_domain.clone(),
        token: config.telegram_token.clone(),
        base_url: config.base_url.clone(),
        poll_seconds: POLL_SECONDS,
    };
    Ok(Bots {
        store: app.store.clone(),
        api: bot::Api::new(config.telegram_api_url.as_deref(), POLL_SECONDS)?,
        settings: Arc::new(settings),
        ai: Ais {
            instance: ai(config)?,
            reach: match config.private_networks {
                Some(_) => Reach::Anywhere,
                None => Reach::Public,
            },
        },
        node: format!("{node}/bot").into(),
        clock: Clock::system(),
        random: rand::random,
    })
}

/// Who hears voice notes, where the operator set a provider.
fn ai(config: &Config) -> Result<Option<Ai>> {
    if config.ai_base_url.is_none() && config.ai_api_key.is_none() {
        return Ok(None);
    }
    let provider = Provider {
        base_url: config.ai_base_url.clone(),
        key: config.ai_api_key.clone(),
        speech_model: config.ai_speech_model.clone(),
    };
    Ai::new(&provider).map(Some)
}

/// Who writes digests and reminders.
fn timekeeper(app: &App, node: &str) -> Timekeeper {
    let settings = digest::Settings {
        mail_domain: app.config.mail_domain.clone(),
        page_origin: app.config.base_url.clone(),
    };
    Timekeeper {
        store: app.store.clone(),
        settings: Arc::new(settings),
        node: format!("{node}/time").into(),
        clock: Clock::system(),
        random: rand::random,
    }
}

/// Who sends, where the settings say by which way.
async fn delivery(app: &App, node: &str) -> Result<Option<Delivery>> {
    let config = &app.config;
    let Some(outbound) = &config.outbound else {
        tracing::warn!("outbound is not set: nothing is sent, and mail waits in the outbox");
        return Ok(None);
    };
    let outbound = Outbound::parse(outbound)?;
    let way = Transport::open(outbound, &config.host_name, Patience::default())?;
    let signers = app.signers().await?;
    let settings = delivery::Settings {
        gate: gate(config)?,
        ..delivery::Settings::new(&config.mail_domain)
    };
    Ok(Some(Delivery::new(
        app.store.clone(),
        settings,
        (way, signers),
        node,
        Clock::system(),
        rand::random,
    )))
}

/// How relays of workspaces are connected to.
pub(super) fn gate(config: &Config) -> Result<Gate> {
    Ok(Gate {
        resolver: Some(resolver(config)?),
        host_name: config.host_name.clone(),
        private: config
            .private_networks
            .as_deref()
            .map(Private::parse)
            .transpose()?,
        ..Gate::default()
    })
}

/// The workers have threads of their own, which give way to the listener's.
fn start_workers(workers: Workers, shutdown: CancellationToken) -> Result<JoinHandle<()>> {
    let failed = |e| Error::unavailable("the workers cannot be started").because(e);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(4)
        .thread_stack_size(WORKER_STACK_BYTES)
        .thread_name("filing")
        .on_thread_start(give_way)
        .enable_all()
        .build()
        .map_err(failed)?;
    std::thread::Builder::new()
        .name("filing".to_owned())
        .spawn(move || {
            give_way();
            runtime.block_on(workers.run(shutdown));
            runtime.shutdown_timeout(STOP);
        })
        .map_err(failed)
}

fn give_way() {
    // Refused where the system does not know it: then all threads are equal, and nothing is wrong.
    let _ = rustix::process::setpriority_process(None, WORKER_NICENESS);
}

fn listener(config: &Config) -> smtp::Config {
    let certificate = match (&config.tls_certificate, &config.tls_key) {
        (Some(chain), Some(key)) => Certificate::Files {
            chain: chain.clone(),
            key: key.clone(),
        },
        _ => Certificate::SelfSigned {
            folder: config.data.clone(),
        },
    };
    smtp::Config {
        host_name: config.host_name.clone(),
        mail_domain: config.mail_domain.clone(),
        listen: config.smtp_listen,
        submission_listen: config.submission_listen,
        certificate,
        folder: config.data.clone(),
        limits: smtp::Limits {
            message_bytes_max: config.message_bytes_max as u64,
            ..smtp::Limits::default()
        },
        bounds: smtp::Bounds::default(),
    }
}

/// The resolver that the settings name: a zone file, or the network.
pub(super) fn resolver(config: &Config) -> Result<Arc<Resolver>> {
    let resolver = match &config.dns_zone {
        None => Resolver::network()?,
        Some(file) => zone(file)?,
    };
    Ok(Arc::new(resolver))
}

/// A zone file that answers instead of the network.
pub fn zone(file: &Path) -> Result<Resolver> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Error::invalid(format!("cannot read the zone file {}", file.display())).because(e)
    })?;
    Resolver::zone(&text)
}

/// The relays whose word is taken.
fn relays(config: &Config) -> Result<Relays> {
    Ok(Relays {
        networks: networks(&config.trusted_relays)?,
        authserv_id: config.authserv_id.clone(),
    })
}

fn lock(data: &Path) -> Result<File> {
    let path = data.join("serve.lock");
    let failed = |e| Error::unavailable(format!("cannot lock {}", path.display())).because(e);
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Kind::Conflict,
            format!(
                "another `rapport serve` runs on {}; stop it, or name another folder with RAPPORT_DATA",
                data.display()
            ),
        )),
        Err(TryLockError::Error(e)) => Err(failed(e)),
    }
}

/// This folder's name among the nodes that work on one registry; made once.
fn node(data: &Path) -> Result<String> {
    let path = data.join("node");
    let failed = |e| Error::unavailable(format!("cannot write {}", path.display())).because(e);
    if let Ok(name) = std::fs::read_to_string(&path)
        && !name.trim().is_empty()
    {
        return Ok(name.trim().to_owned());
    }
    let name = format!("n{:016x}", rand::random::<u64>());
    std::fs::write(&path, &name).map_err(failed)?;
    Ok(name)
}

/// Returns when the program is asked to stop.
pub(super) async fn asked_to_stop() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |e| Error::unavailable("signals cannot be listened to").because(e);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// A fault in the program is told by its place alone: its words may hold what somebody wrote.
fn tell_faults_without_words() {
    std::panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(ToString::to_string);
        tracing::error!(place = place.unwrap_or_default(), "a fault in the program");
    }));
}
