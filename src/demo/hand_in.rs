//! How mail reaches the server in the demo: over SMTP, as other mail servers and mail programs do it.

use crate::domain::{Error, Result};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// What the server answered to the final dot, or to what it refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The reply code.
    pub code: u16,
    /// The reply text, enhanced status first.
    pub text: String,
}

impl Answer {
    /// The spool id of a message that was taken: the last word of the reply.
    pub fn spool_id(&self) -> Option<i64> {
        let word = self.text.split_whitespace().last()?;
        (self.code == 250).then(|| i64::from_str_radix(word, 16).ok())?
    }
}

/// As another mail server does: no authentication, no encryption.
pub fn as_server(listen: SocketAddr) -> Transport {
    Transport::builder_dangerous(listen.ip().to_string())
        .port(listen.port())
        .build()
}

/// As a member's mail program does: STARTTLS with the server's certificate, then AUTH.
pub fn as_member(
    listen: SocketAddr,
    certificate: &[u8],
    user: &str,
    password: &str,
) -> Result<Transport> {
    let failed = |e| Error::invalid("the server's certificate cannot be used").because(e);
    let certificate = Certificate::from_pem(certificate).map_err(failed)?;
    let tls = TlsParameters::builder("localhost".to_owned())
        .add_root_certificate(certificate)
        .dangerous_accept_invalid_hostnames(true)
        .build()
        .map_err(failed)?;
    Ok(Transport::builder_dangerous(listen.ip().to_string())
        .port(listen.port())
        .tls(Tls::Required(tls))
        .credentials(Credentials::new(user.to_owned(), password.to_owned()))
        .build())
}

/// Sends raw bytes; a refusal is an answer too.
pub async fn send(transport: &Transport, from: &str, to: &[&str], raw: &[u8]) -> Result<Answer> {
    let address = |text: &str| {
        text.parse::<Address>()
            .map_err(|e| Error::invalid(format!("{text} is no address")).because(e))
    };
    let from = if from.is_empty() {
        None
    } else {
        Some(address(from)?)
    };
    let to = to
        .iter()
        .map(|to| address(to))
        .collect::<Result<Vec<_>>>()?;
    let envelope =
        Envelope::new(from, to).map_err(|e| Error::invalid("there is no recipient").because(e))?;
    match transport.send_raw(&envelope, raw).await {
        Ok(response) => Ok(Answer {
            code: response.code().into(),
            text: response.message().collect::<Vec<_>>().join(" "),
        }),
        Err(e) => match e.status() {
            Some(code) => Ok(Answer {
                code: code.into(),
                text: std::error::Error::source(&e)
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            }),
            None => Err(Error::unavailable("the server did not answer").because(e)),
        },
    }
}

/// Speaks raw bytes to the server, to its end, and gives what it said: for what no honest client sends.
pub async fn speak(listen: SocketAddr, bytes: &[u8]) -> Result<String> {
    let failed = |e| Error::unavailable("the server did not answer").because(e);
    let mut stream = TcpStream::connect(listen).await.map_err(failed)?;
    stream.write_all(bytes).await.map_err(failed)?;
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.map_err(failed)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}
