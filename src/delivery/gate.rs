//! The way to a relay that a workspace named. On an instance of many tenants its name is hostile input: it may lead to a database
//! beside us, or to one address while it is looked at and to another while it is connected to.
//!
//! So the name is looked up here, once, and what is connected to is the very address that was found public. What the other side
//! says is bounded in time and in bytes.

use super::outbound::{Relay, Tls};
use super::smtp::Patience;
use crate::domain::network::is_public;
use crate::domain::{Error, Result};
use crate::mail::resolver::Resolver;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The ports on which mail is handed in.
pub const PORTS: [u16; 4] = [25, 465, 587, 2525];
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 3;
/// Bytes that the other side may say on one connection, the handshake included.
const SAID_BYTES_MAX: usize = 1024 * 1024;
/// Letters of what was said that are shown and kept.
const SHOWN_CHARS_MAX: usize = 300;
/// A relay where letters are handed in by somebody who signs in answers sooner than one on the way.
const PATIENCE: Patience = Patience {
    hello: Duration::from_secs(30),
    command: Duration::from_secs(60),
    message: Duration::from_secs(300),
};

/// How relays of workspaces are connected to. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    /// Who looks names up; without one only addresses lead anywhere.
    pub resolver: Option<Arc<Resolver>>,
    /// What we call ourselves.
    pub host_name: String,
    /// How long each step may take.
    pub patience: Patience,
    /// Absent: public addresses and the usual ports alone.
    pub private: Option<Private>,
}

/// That relays may be anywhere: for an instance whose workspaces all belong to its operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// A certificate that is believed beside the public ones.
    pub certificate: Option<PathBuf>,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            resolver: None,
            host_name: "localhost".to_owned(),
            patience: PATIENCE,
            private: None,
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("private", &self.private)
            .finish_non_exhaustive()
    }
}

impl Private {
    /// Reads the setting: `allowed`, or `allowed?ca=FILE`.
    pub fn parse(text: &str) -> Result<Private> {
        let wrong = || {
            Error::invalid(
                "private_networks (RAPPORT_PRIVATE_NETWORKS) is neither allowed nor allowed?ca=FILE; leave it out where workspaces belong to others than you",
            )
        };
        let certificate = match text {
            "allowed" => None,
            _ => {
                let file = text.strip_prefix("allowed?ca=");
                Some(
                    file.filter(|file| !file.is_empty())
                        .ok_or_else(wrong)?
                        .into(),
                )
            }
        };
        Ok(Private { certificate })
    }
}

impl Gate {
    /// Whether a port may be connected to.
    pub fn takes_port(&self, port: u16) -> bool {
        self.private.is_some() && port > 0 || PORTS.contains(&port)
    }

    /// Whether an address may be connected to.
    pub fn takes_address(&self, address: IpAddr) -> bool {
        self.private.is_some() || is_public(address)
    }

    /// Connects, and closes the line where TLS comes first. An error says in words why not.
    pub(super) async fn open(&self, relay: &Relay) -> Result<Box<dyn AsyncTokioStream>, String> {
        let line = self.connect(&relay.host, relay.port).await?;
        Ok(match relay.tls {
            Tls::Implicit => Box::new(self.close(relay, line).await?),
            _ => Box::new(line),
        })
    }

    async fn connect(&self, host: &str, port: u16) -> Result<Bounded<TcpStream>, String> {
        if !self.takes_port(port) {
            return Err(format!("port {port} is none where mail is handed in"));
        }
        let addresses: Vec<IpAddr> = self.addresses(host).await?;
        let addresses = addresses.into_iter().filter(|one| self.takes_address(*one));
        let mut why = "the relay's name leads to no public address".to_owned();
        let each = self.patience.hello / 4;
        for address in addresses.take(ADDRESSES_MAX) {
            let peer = SocketAddr::new(address, port);
            why = match timeout(each, TcpStream::connect(peer)).await {
                Ok(Ok(stream)) => {
                    return Ok(Bounded {
                        stream,
                        peer,
                        left: SAID_BYTES_MAX,
                    });
                }
                Ok(Err(e)) => format!("the relay cannot be reached: {e}"),
                Err(_) => "the relay did not answer in time".to_owned(),
            };
        }
        Err(why)
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        match &self.resolver {
            None => Ok(Vec::new()),
            Some(resolver) => resolver.addresses(host).await.map_err(|e| e.message),
        }
    }

    async fn close<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        relay: &Relay,
        line: Bounded<S>,
    ) -> Result<Bounded<tokio_rustls::client::TlsStream<Bounded<S>>>, String> {
        let failed = |e: &dyn fmt::Display| format!("the TLS handshake failed: {e}");
        let config = client(relay.certificate.as_deref()).map_err(|e| failed(&e))?;
        let name = ServerName::try_from(relay.host.clone()).map_err(|e| failed(&e))?;
        let peer = line.peer;
        let stream = TlsConnector::from(config).connect(name, line);
        Ok(Bounded {
            stream: stream.await.map_err(|e| failed(&e))?,
            peer,
            left: SAID_BYTES_MAX,
        })
    }
}

/// TLS towards a relay: the public certificates, and one beside them.
fn client(certificate: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let unusable = || Error::invalid("the certificate in RAPPORT_PRIVATE_NETWORKS cannot be used");
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(file) = certificate {
        let found = CertificateDer::pem_file_iter(file).map_err(|e| unusable().because(e))?;
        for one in found {
            let one = one.map_err(|e| unusable().because(e))?;
            roots.add(one).map_err(|e| unusable().because(e))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| unusable().because(e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// What a relay said, as it may be shown and kept: one line, cut, without what steers a terminal or turns a text around.
pub fn shown(words: &str) -> String {
    let is_plain = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let spaced = words.chars().filter(is_plain);
    let spaced: String = spaced
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(4 * SHOWN_CHARS_MAX)
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN_CHARS_MAX).collect()
}

/// A stream that ends when the other side says too much.
#[derive(Debug)]
struct Bounded<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let read = buf.filled().len().saturating_sub(before);
        Poll::Ready(match self.left.checked_sub(read) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(io::Error::other("it says too much")),
        })
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug> AsyncTokioStream for Bounded<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_relay_said_is_one_short_line() {
        assert_eq!(
            shown("535 5.7.8\r\n no\u{1b}[31m\u{202e} way\0"),
            "535 5.7.8 no [31m way"
        );
        assert_eq!(shown(&"ä".repeat(10_000)).chars().count(), 300);
    }

    #[test]
    fn private_networks_are_a_word_of_the_operator() {
        assert_eq!(Private::parse("allowed").unwrap(), Private::default());
        let private = Private::parse("allowed?ca=/etc/ca.pem").unwrap();
        assert_eq!(private.certificate, Some("/etc/ca.pem".into()));
        for text in [
            "",
            "yes",
            "allowed?",
            "allowed?ca=",
            "allowed?x=1",
            "denied?ca=/etc/ca.pem",
        ] {
            assert!(Private::parse(text).is_err(), "{text}");
        }
    }
}
