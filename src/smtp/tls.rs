//! The certificate: read from files and read again when they change, or made by ourselves on first start.

use super::Certificate;
use crate::domain::{Error, Result};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The files are looked at no more often.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The certificate in use.
#[derive(Debug)]
pub(super) struct Tls {
    chain: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    config: Arc<ServerConfig>,
    stamp: Stamp,
    looked: Instant,
}

/// Tells that a file was changed.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Opens the certificate that is configured, made where it is to be self-signed and is not there yet.
    pub(super) fn open(certificate: &Certificate, names: &[&str]) -> Result<Option<Tls>> {
        let (chain, key) = match certificate {
            Certificate::None => return Ok(None),
            Certificate::Files { chain, key } => (chain.clone(), key.clone()),
            Certificate::SelfSigned { folder } => {
                let (chain, key) = (
                    folder.join("tls-certificate.pem"),
                    folder.join("tls-key.pem"),
                );
                if !chain.exists() || !key.exists() {
                    make(&chain, &key, names)?;
                }
                (chain, key)
            }
        };
        let stamp = stamp(&chain, &key);
        let current = Current {
            config: read(&chain, &key)?,
            stamp,
            looked: Instant::now(),
        };
        Ok(Some(Tls {
            chain,
            key,
            current: Mutex::new(current),
        }))
    }

    /// What the next handshake uses. Files that changed to something unreadable are passed over until they are mended.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() < LOOK_EVERY {
            return current.config.clone();
        }
        current.looked = Instant::now();
        let stamp = stamp(&self.chain, &self.key);
        if stamp != current.stamp {
            current.stamp = stamp;
            match read(&self.chain, &self.key) {
                Ok(config) => current.config = config,
                Err(error) => tracing::warn!(%error, "the old certificate stays in use"),
            }
        }
        current.config.clone()
    }
}

fn stamp(chain: &Path, key: &Path) -> Stamp {
    [chain, key].map(|path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

fn read(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>> {
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|e| unreadable("certificate", chain, e))?;
    let private_key =
        PrivateKeyDer::from_pem_file(key).map_err(|e| unreadable("private key", key, e))?;
    let unfit = |e| {
        Error::invalid(format!(
            "the certificate {} and the key {} do not fit together; name the two of one pair",
            chain.display(),
            key.display()
        ))
        .because(e)
    };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .with_no_client_auth()
        .with_single_cert(certificates, private_key)
        .map_err(unfit)?;
    Ok(Arc::new(config))
}

fn unreadable(
    what: &str,
    path: &Path,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let path = path.display();
    Error::invalid(format!(
        "cannot read the {what} for TLS in {path}; it must be a PEM file that this user can read"
    ))
    .because(cause)
}

fn make(chain: &Path, key: &Path, names: &[&str]) -> Result<()> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.dedup();
    let made = rcgen::generate_simple_self_signed(names).map_err(|e| {
        Error::invalid("no certificate can be made for this host name; set host_name to a DNS name")
            .because(e)
    })?;
    write(key, &made.signing_key.serialize_pem(), 0o600)?;
    write(chain, &made.cert.pem(), 0o644)
}

/// Writes beside and renames, so that nobody reads half a file.
fn write(path: &Path, text: &str, mode: u32) -> Result<()> {
    let beside = path.with_extension("new");
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|e| {
        Error::unavailable(format!(
            "cannot write {}; is the folder ours?",
            path.display()
        ))
        .because(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_certificate_of_our_own_is_made_once_and_for_us_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let certificate = Certificate::SelfSigned {
            folder: folder.path().to_owned(),
        };
        let open = || Tls::open(&certificate, &["mx.example.com", "crm.example"]);
        assert!(open().is_ok());
        let key = folder.path().join("tls-key.pem");
        let first = fs::read(&key).expect("a key");
        assert_eq!(
            fs::metadata(&key).expect("a key").permissions().mode() & 0o777,
            0o600
        );
        assert!(open().is_ok());
        assert_eq!(fs::read(&key).expect("a key"), first);
    }

    #[test]
    fn a_certificate_that_changed_is_read_again_and_a_broken_one_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let (chain, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        make(&chain, &key, &["mx.example.com"]).expect("made");
        let files = Certificate::Files {
            chain: chain.clone(),
            key: key.clone(),
        };
        let tls = Tls::open(&files, &[]).expect("opened").expect("some");
        let look = || {
            let long_ago = Instant::now().checked_sub(LOOK_EVERY).expect("a clock");
            tls.current.lock().expect("a lock").looked = long_ago;
            tls.current()
        };
        let first = look();
        assert!(Arc::ptr_eq(&first, &look()));
        fs::write(&chain, "not a certificate").expect("written");
        assert!(Arc::ptr_eq(&first, &look()));
        make(&chain, &key, &["mx2.example.com", "mx3.example.com"]).expect("made");
        assert!(!Arc::ptr_eq(&first, &look()));
    }

    #[test]
    fn an_unreadable_certificate_says_what_to_mend() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("none.pem");
        let files = Certificate::Files {
            chain: missing.clone(),
            key: missing,
        };
        let error = Tls::open(&files, &[]).expect_err("refused");
        assert!(error.message.contains("none.pem"), "{error}");
    }
}
