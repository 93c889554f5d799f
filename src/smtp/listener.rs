//! Binding, accepting, and stopping in good order.

use super::connection::{self, Shared};
use super::held::Room;
use super::places::{Block, NoPlace, Places, Shares, Signal};
use super::session::{Door, Terms, Tls as TlsOffer, reply};
use super::sign_ins::SignIns;
use super::tls::Tls;
use super::{Bounds, Config};
use crate::domain::{Error, Result};
use crate::store::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;
/// Files beside the sockets: 512 connections of the page; four connections to each of 64 workspaces, with a database, its journal
/// and its index each; certificates, uploads, large messages.
const OTHER_FILES: u64 = 512 + 64 * 4 * 3 + 768;
/// After an error of the system (no more files), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listener that runs.
#[derive(Debug)]
pub struct Running {
    /// Where other servers hand mail in.
    pub address: SocketAddr,
    /// Where members' mail programs do, if they may.
    pub submission_address: Option<SocketAddr>,
    done: JoinHandle<()>,
}

impl Running {
    /// Returns when the listener has stopped and its last session has ended.
    pub async fn finished(self) {
        // A panic of the task would have been logged; there is nothing left to wait for.
        let _ = self.done.await;
    }
}

/// Binds the listeners and serves until the token is cancelled: then no new sessions, messages that are coming in are
/// finished within bounds, and others get 421. Fails where an address cannot be bound or a certificate not be read.
pub async fn serve(
    config: Config,
    registry: Registry,
    shutdown: CancellationToken,
) -> Result<Running> {
    allow_files(&config.bounds);
    let names = [config.host_name.as_str(), config.mail_domain.as_str()];
    let tls = Tls::open(&config.certificate, &names)?.map(Arc::new);
    let places = Places::new(Shares {
        all: config.bounds.places,
        of_address: config.bounds.places_of_address,
        of_loopback: config.bounds.places_of_loopback,
    });
    let message_bytes_max = config.limits.message_bytes_max;
    let room = Room::new(config.folder.clone(), &config.bounds, message_bytes_max);
    let sign_ins = Arc::new(SignIns::new(config.bounds.wrong_passwords_of_address));
    let shared = |door| {
        let offer = match tls {
            Some(_) => TlsOffer::Offered,
            None => TlsOffer::Absent,
        };
        Arc::new(Shared {
            terms: Arc::new(Terms {
                host_name: config.host_name.clone(),
                mail_domain: config.mail_domain.clone(),
                door,
                tls: offer,
                limits: config.limits.clone(),
            }),
            bounds: config.bounds.clone(),
            registry: registry.clone(),
            tls: tls.clone(),
            room: room.clone(),
            places: places.clone(),
            sign_ins: sign_ins.clone(),
        })
    };
    let mut listeners = vec![(bind(config.listen)?, shared(Door::Exchange))];
    if let Some(listen) = config.submission_listen {
        listeners.push((bind(listen)?, shared(Door::Submission)));
    }
    let addresses = listeners
        .iter()
        .map(|(listener, _)| {
            listener
                .local_addr()
                .map_err(|e| cannot_bind(config.listen, e))
        })
        .collect::<Result<Vec<SocketAddr>>>()?;
    let address = addresses.first().copied().unwrap_or(config.listen);
    let submission_address = addresses.get(1).copied();
    let done = tokio::spawn(run(listeners, places, shutdown, config.bounds));
    Ok(Running {
        address,
        submission_address,
        done,
    })
}

async fn run(
    listeners: Vec<(TcpListener, Arc<Shared>)>,
    places: Arc<Places>,
    shutdown: CancellationToken,
    bounds: Bounds,
) {
    let sessions = TaskTracker::new();
    let accepting = TaskTracker::new();
    for (listener, shared) in listeners {
        accepting.spawn(accept(listener, shared, sessions.clone(), shutdown.clone()));
    }
    accepting.close();
    accepting.wait().await;
    places.close(Signal::Stop);
    sessions.close();
    if tokio::time::timeout(bounds.drain_time_max, sessions.wait())
        .await
        .is_err()
    {
        places.close(Signal::StopNow);
        sessions.wait().await;
    }
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    sessions: TaskTracker,
    shutdown: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => admit(stream, peer, &shared, &sessions),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn admit(stream: TcpStream, peer: SocketAddr, shared: &Arc<Shared>, sessions: &TaskTracker) {
    // Replies are short and waited for.
    let _ = stream.set_nodelay(true);
    match shared.places.take(Block::of(peer.ip())) {
        Ok(place) => {
            sessions.spawn(connection::serve(shared.clone(), stream, peer, place));
        }
        Err(reason) => {
            let text = match reason {
                NoPlace::InAll => reply::NO_PLACE,
                NoPlace::ForAddress => reply::NO_PLACE_FOR_ADDRESS,
            };
            // An empty socket takes it at once; whoever floods is not waited for.
            let _ = stream.try_write(text.as_bytes());
        }
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener> {
    let failed = |e| cannot_bind(address, e);
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }
    .map_err(failed)?;
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    socket.listen(BACKLOG).map_err(failed)
}

fn cannot_bind(address: SocketAddr, cause: std::io::Error) -> Error {
    Error::unavailable(format!(
        "cannot listen on {address} for SMTP; is the port taken, or does it need more rights? Set smtp_listen or submission_listen"
    ))
    .because(cause)
}

/// The system may allow fewer files than there are places; as many as it lets us have are taken.
fn allow_files(bounds: &Bounds) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = bounds.places as u64 * 2 + OTHER_FILES;
    let now = getrlimit(Resource::Nofile);
    let current = match now.current {
        Some(current) if current < wanted => now.maximum.map_or(wanted, |max| max.min(wanted)),
        _ => return,
    };
    let raised = Rlimit {
        current: Some(current),
        maximum: now.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "fewer files can be open than there are places");
    }
}
