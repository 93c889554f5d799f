//! One connection: bytes from a socket into a session, and what the session wants done.

use super::held::{Held, Room};
use super::places::{Place, Places, Signal};
use super::session::{Action, Answer, Client, Credentials, Handover, Session, Terms, reply};
use super::sign_ins::SignIns;
use super::tls::Tls;
use super::{Bounds, trace};
use crate::domain::Kind;
use crate::domain::{address, dates};
use crate::store::Registry;
use crate::store::registry::{Envelope, Route};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

/// What all connections of a listener share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) terms: Arc<Terms>,
    pub(super) bounds: Bounds,
    pub(super) registry: Registry,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) room: Arc<Room>,
    pub(super) places: Arc<Places>,
    pub(super) sign_ins: Arc<SignIns>,
}

/// Workspaces of which one is the postmaster's, where the oldest are closed.
const POSTMASTERS_MAX: i64 = 100;
/// A buffer starts small, since most sessions are idle, and grows while a message comes in.
const BUFFER_BYTES_MIN: usize = 4 * 1024;
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// Replies are written together up to so many bytes.
const REPLIES_BYTES_MAX: usize = 16 * 1024;
/// A message has got on when so many bytes of it came; fewer do not keep a place.
const PROGRESS_BYTES: usize = 16 * 1024;
/// A client that does not read what we write.
const WRITE_TIME_MAX: Duration = Duration::from_secs(30);
/// A goodbye is written at once or not at all.
const GOODBYE_TIME_MAX: Duration = Duration::from_secs(1);
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(20);

/// Why bytes stop being moved.
enum End {
    Closed,
    StartTls,
}

struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    place: Place,
    session: Session,
    held: Held,
    replies: Vec<u8>,
    session_ends: Instant,
    /// Which message is coming in, and when patience with it ends.
    message_ends: Option<(usize, Instant)>,
    /// When the session last got on; single bytes now and then are no progress.
    progressed: Instant,
    bytes_since_progress: usize,
}

/// Serves one connection to its end.
pub(super) async fn serve(
    shared: Arc<Shared>,
    mut stream: TcpStream,
    peer: SocketAddr,
    place: Place,
) {
    let client = match peer.ip().to_canonical().is_loopback() {
        true => Client::Local,
        false => Client::Remote,
    };
    let mut connection = Connection {
        session: Session::new(shared.terms.clone(), client),
        held: Held::new(shared.room.clone()),
        peer,
        place,
        replies: Vec::new(),
        session_ends: Instant::now() + shared.bounds.session_time_max,
        message_ends: None,
        progressed: Instant::now(),
        bytes_since_progress: 0,
        shared,
    };
    // A peer that went away is no event: its session ends, and nothing of an unfinished message is kept.
    let Ok(End::StartTls) = connection.run(&mut stream).await else {
        let _ = timeout(GOODBYE_TIME_MAX, stream.shutdown()).await;
        return;
    };
    let Some(tls) = connection.shared.tls.clone() else {
        return;
    };
    let handshake = TlsAcceptor::from(tls.current()).accept(stream);
    let Ok(Ok(mut stream)) = timeout(HANDSHAKE_TIME_MAX, handshake).await else {
        return;
    };
    connection.session.tls_started();
    let _ = connection.run(&mut stream).await;
    let _ = timeout(GOODBYE_TIME_MAX, stream.shutdown()).await;
}

impl Connection {
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<End> {
        let mut buffer = vec![0; BUFFER_BYTES_MIN];
        let mut filled = 0;
        let mut timer = pin!(sleep_until(Instant::now() + self.shared.bounds.silence_max));
        loop {
            let input = buffer.get(..filled).unwrap_or_default();
            let end = self.work(input, stream).await?;
            self.write_replies(stream).await?;
            if let Some(end) = end {
                return Ok(end);
            }
            self.held.settle(&mut self.session).await;
            self.fit(&mut buffer, filled);
            match self.read(stream, &mut buffer, timer.as_mut()).await? {
                Ok(0) => return Ok(End::Closed),
                Ok(count) => filled = count,
                Err(goodbye) => {
                    let _ = timeout(GOODBYE_TIME_MAX, stream.write_all(goodbye.as_bytes())).await;
                    return Ok(End::Closed);
                }
            }
            self.bytes_since_progress += filled;
            if self.bytes_since_progress >= PROGRESS_BYTES && self.session.in_message() {
                self.get_on();
            }
        }
    }

    /// Does what the session wants done about these bytes.
    async fn work<S: AsyncWrite + Unpin>(
        &mut self,
        mut input: &[u8],
        stream: &mut S,
    ) -> io::Result<Option<End>> {
        let mut got_on = false;
        while let Some(action) = self.session.advance(&mut input) {
            if !got_on {
                self.get_on();
                got_on = true;
            }
            let answer = match action {
                Action::Reply(text) => {
                    self.replies.extend_from_slice(text.as_bytes());
                    if self.replies.len() > REPLIES_BYTES_MAX {
                        self.write_replies(stream).await?;
                    }
                    continue;
                }
                Action::StartTls => return Ok(Some(End::StartTls)),
                Action::Close => return Ok(Some(End::Closed)),
                Action::CheckRecipient {
                    address,
                    local_part,
                    sender,
                } => self.shared.look_up(address, &local_part, &sender).await,
                Action::CheckPassword(credentials) => self.check_password(credentials).await,
                Action::Accept(handover) => self.keep(*handover).await,
            };
            self.session.answer(answer);
        }
        Ok(None)
    }

    fn get_on(&mut self) {
        self.progressed = Instant::now();
        self.bytes_since_progress = 0;
        self.place.progress();
    }

    async fn write_replies<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        if self.replies.is_empty() {
            return Ok(());
        }
        timeout(WRITE_TIME_MAX, async {
            stream.write_all(&self.replies).await?;
            stream.flush().await
        })
        .await??;
        self.replies.clear();
        Ok(())
    }

    /// Reads what there is; or says goodbye, for silence or because somebody else needs the place.
    async fn read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        buffer: &mut [u8],
        mut timer: Pin<&mut Sleep>,
    ) -> io::Result<Result<usize, &'static str>> {
        let ends = self.ends();
        if ends < timer.deadline() {
            timer.as_mut().reset(ends);
        }
        loop {
            match (self.place.signal(), self.session.in_message()) {
                (Signal::GiveWay, _) => return Ok(Err(reply::NO_PLACE)),
                (Signal::StopNow, _) | (Signal::Stop, false) => return Ok(Err(reply::STOPPING)),
                (Signal::Stop, true) | (Signal::GoOn, _) => {}
            }
            tokio::select! {
                biased;
                count = stream.read(buffer) => return count.map(Ok),
                () = self.place.signalled() => {}
                () = timer.as_mut() => {
                    // The timer is only set back when it fires: most reads come long before.
                    if Instant::now() >= ends {
                        return Ok(Err(reply::TOO_SLOW));
                    }
                    timer.as_mut().reset(ends);
                }
            }
        }
    }

    /// When patience ends: for silence, for this message, for this session.
    fn ends(&mut self) -> Instant {
        let number = self.session.message_number();
        let known = self.message_ends.filter(|(of, _)| *of == number);
        self.message_ends = match self.session.in_message() {
            true => known.or_else(|| {
                let time_max = self.shared.bounds.message_time_max;
                Some((number, Instant::now() + time_max))
            }),
            false => None,
        };
        let silence_ends = self.progressed + self.shared.bounds.silence_max;
        let ends = silence_ends.min(self.session_ends);
        self.message_ends
            .map_or(ends, |(_, message_ends)| ends.min(message_ends))
    }

    /// A buffer that was filled becomes larger, and small again behind the message.
    fn fit(&self, buffer: &mut Vec<u8>, filled: usize) {
        if filled == buffer.len() && buffer.len() < BUFFER_BYTES_MAX {
            buffer.resize(buffer.len() * 4, 0);
        } else if buffer.len() > BUFFER_BYTES_MIN && !self.session.in_message() {
            *buffer = vec![0; BUFFER_BYTES_MIN];
        }
    }

    async fn keep(&mut self, handover: Handover) -> Answer {
        let _keeping = self.place.keeping();
        let now_us = jiff::Timestamp::now().as_microsecond();
        let spool = self.shared.registry.spool();
        let id = spool.new_id(now_us);
        let host_name = &self.shared.terms.host_name;
        let trace = trace::received(host_name, self.peer.ip(), &handover, id, now_us);
        let number = self.session.message_number();
        let Some(loaded) = self.held.load(number, &trace, &handover.body).await else {
            return Answer::Full;
        };
        let envelope = Envelope {
            mail_from: handover.mail_from,
            client_ip: Some(self.peer.ip().to_canonical()),
            helo: handover.helo,
            tls: handover.tls,
            authenticated: handover.authenticated,
        };
        let kept = spool
            .accept_as(id, &envelope, handover.recipients, loaded.raw, now_us)
            .await;
        match kept {
            Ok(()) => {
                tracing::debug!(id = format_args!("{id:x}"), "a message is kept");
                Answer::Kept(id)
            }
            Err(error) if error.kind == Kind::TooMuch => Answer::Full,
            // The spool has logged the cause, once for all who waited.
            Err(_) => Answer::Later,
        }
    }

    async fn check_password(&self, credentials: Credentials) -> Answer {
        let block = self.place.block();
        let sign_ins = &self.shared.sign_ins;
        let Ok(_turn) = sign_ins.turns.acquire().await else {
            return Answer::Later;
        };
        if !sign_ins.may_try(block, std::time::Instant::now()) {
            return Answer::TooManyPasswords;
        }
        let registry = &self.shared.registry;
        let found = registry.sign_in(&credentials.name, &credentials.password);
        match found.await {
            Ok(Some(account)) => Answer::RightPassword(account.email),
            Ok(None) => {
                sign_ins.was_wrong(block, std::time::Instant::now());
                Answer::WrongPassword
            }
            Err(error) => {
                tracing::error!(cause = ?error.cause, "a password could not be checked");
                Answer::Later
            }
        }
    }
}

impl Shared {
    async fn look_up(&self, recipient: String, local_part: &str, sender: &str) -> Answer {
        let found = match self.registry.route(local_part).await {
            Ok(None) if address::is_operators(local_part) => self.postmaster().await,
            // A date is an address to whoever is a member; to all others it is nobody's.
            Ok(None) if dates::from_address_word(local_part).is_some() => {
                self.registry.date_route(local_part, sender).await
            }
            found => found,
        };
        match found {
            Ok(Some(route)) => match self.registry.is_closed(&route).await {
                Ok(false) => Answer::Recipient(Box::new(route.recipient(&recipient))),
                Ok(true) => Answer::Disabled,
                Err(error) => {
                    tracing::error!(cause = ?error.cause, "an address could not be looked up");
                    Answer::Later
                }
            },
            Ok(None) => Answer::NoRecipient,
            Err(error) => {
                tracing::error!(cause = ?error.cause, "an address could not be looked up");
                Answer::Later
            }
        }
    }

    /// RFC 5321 §4.5.1 and RFC 2142 want somebody to read this mail: that is whoever set the instance up, so the oldest workspace
    /// that the operator made; a stranger's never: by such an address one proves to have the domain.
    async fn postmaster(&self) -> crate::domain::Result<Option<Route>> {
        for workspace in self.registry.operators_workspaces(POSTMASTERS_MAX).await? {
            if !self.registry.is_leaving(workspace.id).await? {
                return self.registry.route(&workspace.slug).await;
            }
        }
        Ok(None)
    }
}
