//! The socket of the page: HTTP/1.1, as many connections as there may be, and none that dawdles with its head.

use super::peers::{Patient, Peers};
use super::{Page, Settings};
use crate::domain::{Clock, Error, Result};
use crate::store::Store;
use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The most connections at a time; others wait.
const CONNECTIONS_MAX: usize = 512;
/// The head of a request comes within this time.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// How often old uploads are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// A peer who takes nothing of an answer for so long is given up.
const ANSWER_REST_MAX: Duration = Duration::from_secs(60);
/// After an error of the system (no more files), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How long answers that are on their way have when the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// A page that is served.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    /// Returns when the last answer is given, after the shutdown.
    pub async fn finished(self) {
        let _ = self.task.await;
    }
}

/// Serves the page, and `beside` it what another door takes over HTTP. An error where the address is taken.
pub async fn serve(
    listen: SocketAddr,
    (store, settings): (Store, Settings),
    (clock, random): (Clock, fn() -> [u8; 32]),
    beside: Option<Router>,
    shutdown: CancellationToken,
) -> Result<Running> {
    let taken = |e| {
        let message = format!(
            "cannot listen on {listen} for the page; set RAPPORT_HTTP_LISTEN to a free address"
        );
        Error::unavailable(message).because(e)
    };
    let listener = TcpListener::bind(listen).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let patience = settings.answer_patience.unwrap_or(ANSWER_REST_MAX);
    let peers = Peers::new(settings.trusted_proxies.clone());
    let page = Page::new(store, settings, clock, random, address);
    tokio::spawn(forget_uploads(page.clone(), shutdown.clone()));
    let router = page.router();
    let router = match beside {
        Some(beside) => beside.fallback_service(router),
        None => router,
    };
    let task = tokio::spawn(accept(listener, router, (peers, patience), shutdown));
    Ok(Running { address, task })
}

/// Files that nobody takes in go after their time, whoever comes.
async fn forget_uploads(page: Page, shutdown: CancellationToken) {
    let mut minutes = tokio::time::interval(FORGET_EVERY);
    loop {
        tokio::select! {
            _ = minutes.tick() => page.uploads.forget_old(page.now_us()),
            () = shutdown.cancelled() => break,
        }
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    (peers, patience): (Peers, Duration),
    shutdown: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit,
            () = shutdown.cancelled() => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(error = %error, "a connection to the page was not taken");
                    tokio::select! {
                        () = tokio::time::sleep(ACCEPT_PAUSE) => continue,
                        () = shutdown.cancelled() => break,
                    }
                }
            },
            () = shutdown.cancelled() => break,
        };
        // Whose network has its share is hung up on.
        let Some(seat) = peers.seat(peer.ip()) else {
            continue;
        };
        let stream = Patient::new(stream, patience);
        let service = router.clone().layer(Extension(ConnectInfo(peer)));
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_MAX)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let serving = graceful.watch(serving);
        tokio::spawn(async move {
            // An error here is the peer's: gone, too slow, or no HTTP.
            let _ = serving.await;
            drop((permit, seat));
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
}
