//! A client that sends exactly what it is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

/// Nothing here takes long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Wire<S = TcpStream> {
    stream: BufReader<S>,
}

impl Wire<TcpStream> {
    pub async fn connect(address: SocketAddr) -> Wire {
        Wire::over(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Says STARTTLS and goes on under TLS.
    pub async fn start_tls(mut self) -> Wire<tokio_rustls::client::TlsStream<TcpStream>> {
        self.ask("STARTTLS", "220").await;
        self.after_tls().await
    }

    /// Goes on under TLS; the server has said 220.
    pub async fn after_tls(self) -> Wire<tokio_rustls::client::TlsStream<TcpStream>> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(ring::default_provider())))
            .with_no_client_auth();
        let name = ServerName::try_from("mx.example.com").expect("a name");
        let connected =
            TlsConnector::from(Arc::new(config)).connect(name, self.stream.into_inner());
        Wire::over(connected.await.expect("a handshake"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub fn over(stream: S) -> Wire<S> {
        Wire {
            stream: BufReader::new(stream),
        }
    }

    /// For what is sent without waiting for anything.
    pub fn stream(&mut self) -> &mut BufReader<S> {
        &mut self.stream
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let sent = self.stream.write_all(bytes.as_ref());
        tokio::time::timeout(PATIENCE, sent)
            .await
            .expect("the server reads")
            .expect("sent");
        self.stream.flush().await.expect("sent");
    }

    /// The next reply, all its lines; empty where the server closed.
    pub async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = self.stream.read_line(&mut reply);
            let read = tokio::time::timeout(PATIENCE, read)
                .await
                .expect("the server answers");
            if !read.is_ok_and(|count| count > 0) {
                return reply;
            }
            if reply.get(start + 3..start + 4) != Some("-") {
                return reply;
            }
        }
    }

    /// Wants a reply that starts so; gives the whole.
    #[track_caller]
    pub fn expect(&mut self, start: &str) -> impl Future<Output = String> {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.reply().await;
            assert!(
                reply.starts_with(start),
                "{caller}: {start} expected, {reply:?} came"
            );
            reply
        }
    }

    /// Sends a line and wants a reply that starts so.
    #[track_caller]
    pub fn ask(&mut self, line: &str, start: &str) -> impl Future<Output = String> {
        let caller = std::panic::Location::caller();
        async move {
            self.send(format!("{line}\r\n")).await;
            let reply = self.reply().await;
            assert!(
                reply.starts_with(start),
                "{caller}: {line:.60} → {start} expected, {reply:?} came"
            );
            reply
        }
    }

    /// Everything up to the end of the connection.
    pub async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let read = self.stream.read_to_end(&mut rest);
        // A reset is an end too: the server closed while we were still sending.
        let _ = tokio::time::timeout(PATIENCE, read)
            .await
            .expect("the server closes");
        String::from_utf8_lossy(&rest).into_owned()
    }
}

/// Tests talk to a certificate that the server made itself.
#[derive(Debug)]
struct AnyCertificate(CryptoProvider);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
