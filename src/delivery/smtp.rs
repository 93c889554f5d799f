//! Handing mail to a relay host, step by step, over a few connections that are kept open.
//!
//! lettre speaks the protocol; the steps are ours. Its own pool knows no time-out once it is connected, takes back a connection
//! whose sending was given up half-way, and so could read the answer to one mail as the answer to the next; and it does not
//! tell a login that was refused from a recipient that was. Here each step has its time, and a connection that missed one is
//! never used again.

use super::gate::Gate;
use super::outbound::{Relay, Tls};
use super::refusal::{Refusal, Step};
use super::transport::Parcel;
use crate::domain::{Error, Result};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Connections that are kept, and for how long; servers close those that rest for minutes.
const IDLE_MAX: usize = 4;
const IDLE_AGE_MAX: Duration = Duration::from_secs(30);
/// Mails over one connection; some relays close it behind a hundred.
const MAILS_MAX: u32 = 50;

/// How long a step may take. The RFC wants minutes (RFC 5321 §4.5.3.2): a relay that is given up too soon gets the mail twice.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Connecting, greeting, TLS and sign-in together.
    pub hello: Duration,
    /// One command.
    pub command: Duration,
    /// The message, up to the answer to its end.
    pub message: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            hello: Duration::from_secs(120),
            command: Duration::from_secs(120),
            message: Duration::from_secs(600),
        }
    }
}

impl Patience {
    /// The longest that one mail can take.
    pub fn whole(&self) -> Duration {
        self.hello + self.command * 6 + self.message
    }
}

/// A relay host with the connections that rest.
pub struct SmtpRelay {
    relay: Relay,
    /// Absent where no TLS is spoken.
    tls: Option<TlsParameters>,
    /// What a relay is connected to through that is not the operator's own.
    gate: Option<Gate>,
    hello: ClientId,
    patience: Patience,
    idle: Mutex<Vec<Line>>,
}

/// An open connection between two mails.
struct Line {
    connection: AsyncSmtpConnection,
    since: Instant,
    mails: u32,
}

/// Whether a line may be used again after a refusal.
enum Broken {
    /// The server answered, and waits for the next command.
    No(Refusal),
    /// It may be anywhere in the dialogue.
    Yes(Refusal),
}

impl SmtpRelay {
    /// A relay that is connected to when there is mail. An error where its certificate file is none.
    pub(super) fn new(relay: Relay, host_name: &str, patience: Patience) -> Result<SmtpRelay> {
        Ok(SmtpRelay {
            tls: tls_parameters(&relay)?,
            relay,
            gate: None,
            hello: ClientId::Domain(host_name.to_owned()),
            patience,
            idle: Mutex::default(),
        })
    }

    /// The same for a relay that a workspace named.
    pub(super) fn behind(gate: &Gate, relay: Relay) -> Result<SmtpRelay> {
        let own = SmtpRelay::new(relay, &gate.host_name, gate.patience)?;
        Ok(SmtpRelay {
            gate: Some(gate.clone()),
            ..own
        })
    }

    /// Hands one mail over; gives what the server said to it.
    pub(super) async fn send(&self, parcel: &Parcel) -> Result<String, Refusal> {
        let mut line = match self.rested().await {
            Some(line) => line,
            None => self.connect().await?,
        };
        match self.hand_over(&mut line.connection, parcel).await {
            Ok(answer) => {
                self.park(line);
                Ok(answer)
            }
            Err(Broken::No(refusal)) => {
                if self
                    .command(&mut line.connection, Step::Hello, "RSET".to_owned(), 250)
                    .await
                    .is_ok()
                {
                    self.park(line);
                }
                Err(refusal)
            }
            Err(Broken::Yes(refusal)) => Err(refusal),
        }
    }

    /// Says good-bye on the connections that rest.
    pub(super) async fn close(&self) {
        let lines = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for mut line in lines {
            let _ = timeout(Duration::from_secs(1), line.connection.quit()).await;
        }
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        parcel: &Parcel,
    ) -> Result<String, Broken> {
        let mut parameters = String::new();
        let server = connection.server_info();
        if !parcel.message.is_ascii() && server.supports_feature(Extension::EightBitMime) {
            parameters.push_str(" BODY=8BITMIME");
        }
        if !parcel.to.is_ascii() {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(Broken::No(Refusal::Never {
                    words: "the relay takes no address with letters beyond ASCII".to_owned(),
                    is_gone: false,
                }));
            }
            parameters.push_str(" SMTPUTF8");
        }
        let mail = format!("MAIL FROM:<{}>{parameters}", parcel.from);
        let from = self.command(connection, Step::Sender, mail, 250).await;
        from.map_err(|broken| self.of_sender(broken))?;
        let rcpt = format!("RCPT TO:<{}>", parcel.to);
        self.command(connection, Step::Recipient, rcpt, 250).await?;
        self.command(connection, Step::Message, "DATA".to_owned(), 354)
            .await?;
        // The end of the data brings its own line end.
        let body = parcel
            .message
            .strip_suffix(b"\r\n")
            .unwrap_or(&parcel.message);
        let sent = timeout(self.patience.message, connection.message(body)).await;
        let response = answer(Step::Message, sent)?;
        expect(&response, 250)?;
        Ok(response.message().collect::<Vec<_>>().join(" "))
    }

    /// All our mail has such a sender. A relay of a workspace's own that takes none of it is to be set otherwise: nothing is lost.
    fn of_sender(&self, broken: Broken) -> Broken {
        match (broken, &self.gate) {
            (Broken::No(refusal), Some(_)) => Broken::No(refusal.of_all()),
            (Broken::Yes(refusal), Some(_)) => Broken::Yes(refusal.of_all()),
            (broken, None) => broken,
        }
    }

    /// One command, and the answer with the code that it should have.
    async fn command(
        &self,
        connection: &mut AsyncSmtpConnection,
        step: Step,
        line: String,
        code: u16,
    ) -> Result<(), Broken> {
        let said = connection.command(format!("{line}\r\n"));
        let response = answer(step, timeout(self.patience.command, said).await)?;
        expect(&response, code)
    }

    /// A connection that rested, if it still answers.
    async fn rested(&self) -> Option<Line> {
        loop {
            let mut line = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()?;
            if line.since.elapsed() > IDLE_AGE_MAX {
                continue;
            }
            let noop = self.command(&mut line.connection, Step::Hello, "NOOP".to_owned(), 250);
            if noop.await.is_ok() {
                return Some(line);
            }
        }
    }

    fn park(&self, line: Line) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX && line.mails + 1 < MAILS_MAX {
            idle.push(Line {
                connection: line.connection,
                since: Instant::now(),
                mails: line.mails + 1,
            });
        }
    }

    async fn connect(&self) -> Result<Line, Refusal> {
        let greeted = timeout(self.patience.hello, self.greet()).await;
        let connection = greeted.unwrap_or_else(|_| Err(silent()))?;
        Ok(Line {
            connection,
            since: Instant::now(),
            mails: 0,
        })
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let relay = &self.relay;
        let mut connection = self.reach().await?;
        if let (Some(tls), true) = (&self.tls, relay.tls != Tls::Implicit) {
            if connection.can_starttls() {
                let upgraded = connection.starttls(tls.clone(), &self.hello).await;
                upgraded.map_err(|e| refused(Step::Hello, &e))?;
            } else if relay.tls == Tls::Required {
                return Err(Refusal::Shut(
                    "the relay offers no STARTTLS, and is not to be trusted without".to_owned(),
                ));
            }
        }
        if let Some((name, password)) = &relay.credentials {
            let credentials = Credentials::new(name.clone(), password.clone());
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            signed_in.await.map_err(|e| refused(Step::Hello, &e))?;
        }
        Ok(connection)
    }

    /// Connects, by TLS where that comes first, and is greeted.
    async fn reach(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let relay = &self.relay;
        let connected = match &self.gate {
            Some(gate) => {
                let line = gate.open(relay).await.map_err(Refusal::Shut)?;
                AsyncSmtpConnection::connect_with_transport(line, &self.hello).await
            }
            None => {
                let place = (relay.host.as_str(), relay.port);
                let implicit = self.tls.clone().filter(|_| relay.tls == Tls::Implicit);
                let within = Some(self.patience.hello);
                AsyncSmtpConnection::connect_tokio1(place, within, &self.hello, implicit, None)
                    .await
            }
        };
        connected.map_err(|e| refused(Step::Hello, &e))
    }
}

fn tls_parameters(relay: &Relay) -> Result<Option<TlsParameters>> {
    if relay.tls == Tls::Never {
        return Ok(None);
    }
    let failed = |e: lettre::transport::smtp::Error| {
        Error::invalid(
            "the relay's name or certificate in outbound (RAPPORT_OUTBOUND) cannot be used for TLS",
        )
        .because(e)
    };
    let mut builder = TlsParameters::builder(relay.host.clone());
    if let Some(file) = &relay.certificate {
        let pem = std::fs::read(file).map_err(|e| {
            Error::invalid(format!(
                "cannot read the relay's certificate {}",
                file.display()
            ))
            .because(e)
        })?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(failed)?);
    }
    // What is offered and not demanded guards against listeners alone: without it the line would be open (RFC 7435).
    let is_checked = relay.tls != Tls::Offered || relay.certificate.is_some();
    let builder = builder.dangerous_accept_invalid_certs(!is_checked);
    Ok(Some(builder.build_rustls().map_err(failed)?))
}

/// What a step ended with: an answer that is positive, or why not.
fn answer(
    step: Step,
    said: Result<Result<Response, lettre::transport::smtp::Error>, tokio::time::error::Elapsed>,
) -> Result<Response, Broken> {
    match said {
        Err(_) => Err(Broken::Yes(silent())),
        Ok(Ok(response)) => Ok(response),
        Ok(Err(e)) => {
            let refusal = refused(step, &e);
            // After 421 the server closes (RFC 5321 §3.8).
            match e.status().map(u16::from) {
                Some(code) if code != 421 => Err(Broken::No(refusal)),
                _ => Err(Broken::Yes(refusal)),
            }
        }
    }
}

/// A positive answer that does not fit means that the two no longer speak of the same.
fn expect(response: &Response, code: u16) -> Result<(), Broken> {
    let said = u16::from(response.code());
    if said == code || code == 250 && matches!(said, 251 | 252) {
        return Ok(());
    }
    Err(Broken::Yes(Refusal::Later(format!(
        "the relay answered {said} where {code} was due"
    ))))
}

fn refused(step: Step, error: &lettre::transport::smtp::Error) -> Refusal {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => Refusal::of_answer(step, u16::from(code), &cause),
        None => {
            let words = format!("{} {cause}", kind_of(error));
            let words = words.trim_end().to_owned();
            match step {
                Step::Hello => Refusal::Shut(words),
                _ => Refusal::Later(words),
            }
        }
    }
}

fn kind_of(error: &lettre::transport::smtp::Error) -> &'static str {
    match error {
        e if e.is_tls() => "the TLS handshake failed:",
        e if e.is_response() => "the relay's answer cannot be read:",
        e if e.is_client() => "the relay cannot do what is needed:",
        _ => "the relay cannot be reached, or went away:",
    }
}

fn silent() -> Refusal {
    Refusal::Shut("the relay did not answer in time".to_owned())
}
