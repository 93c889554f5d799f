//! TLS and a sign-in for the outside world's mailbox, with a certificate of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub const NAME: &str = "mia";
pub const PASSWORD: &str = "open sesame 4711";
/// The name in the certificate.
pub const HOST: &str = "relay.studio.example";

/// What mail is read from and written to.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Line for S {}

#[derive(Clone)]
pub struct Lock {
    /// TLS from the first byte, else STARTTLS.
    pub is_implicit: bool,
    /// The certificate, PEM.
    pub certificate: PathBuf,
    acceptor: TlsAcceptor,
}

impl Lock {
    /// A new one, whose certificate is written into a folder.
    pub fn new(folder: &Path, is_implicit: bool) -> Lock {
        let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
        let certificate = folder.join(format!("relay-{is_implicit}.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
            .unwrap();
        Lock {
            is_implicit,
            certificate,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        }
    }

    pub fn fits(&self, name: &str, password: &str) -> bool {
        name == NAME && password == PASSWORD
    }

    pub async fn close(&self, stream: Box<dyn Line>) -> Option<Box<dyn Line>> {
        let closed = self.acceptor.accept(stream).await.ok()?;
        Some(Box::new(closed))
    }
}
