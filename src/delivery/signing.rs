//! The keys that sign what we send: made once for a mail domain, sealed in the registry. Two of them: Ed25519 (RFC 8463), which
//! is small and young, and RSA, which every verifier knows; each mail carries both signatures.

use crate::domain::instance_key::SEAL_NONCE_BYTES;
use crate::domain::{Error, Kind, Result};
use crate::mail::sign::Signer;
use crate::store::Registry;
use crate::store::registry::DkimRow;

/// The selectors under which the keys are published.
pub const SELECTORS: [&str; 2] = ["rapport-ed", "rapport-rsa"];

/// Random bytes for a seal.
pub type Nonce = fn() -> [u8; SEAL_NONCE_BYTES];

/// The signing keys of a mail domain; none where none were made.
pub async fn signers(registry: &Registry, domain: &str) -> Result<Vec<Signer>> {
    let rows = registry.dkim_keys(domain).await?;
    rows.iter().map(|row| open(registry, domain, row)).collect()
}

/// The signing keys of a mail domain, made where there are none. Making one takes seconds in a debug build.
pub async fn signers_or_new(
    registry: &Registry,
    domain: &str,
    nonce: Nonce,
    now_us: i64,
) -> Result<Vec<Signer>> {
    let there = signers(registry, domain).await?;
    if !there.is_empty() {
        return Ok(there);
    }
    let made = pair(domain, SELECTORS.map(str::to_owned)).await?;
    keep(registry, &made.each_ref(), nonce, now_us).await?;
    signers(registry, domain).await
}

/// A new Ed25519 and a new RSA key for a domain, under these selectors.
pub(super) async fn pair(domain: &str, [ed25519, rsa]: [String; 2]) -> Result<[Signer; 2]> {
    let domain = domain.to_owned();
    let made = tokio::task::spawn_blocking(move || {
        Ok::<_, Error>([
            Signer::generate(&domain, &ed25519)?,
            Signer::generate_rsa(&domain, &rsa)?,
        ])
    });
    let stopped = |_| {
        Error::new(
            Kind::Unavailable,
            "the signing keys were not made; try again",
        )
    };
    made.await.map_err(stopped)?
}

/// Seals signing keys of one domain into the registry, under the selectors that they have.
pub async fn keep(
    registry: &Registry,
    signers: &[&Signer],
    nonce: Nonce,
    now_us: i64,
) -> Result<()> {
    let Some(first) = signers.first() else {
        return Ok(());
    };
    let domain = first.domain().to_owned();
    let mut rows = Vec::with_capacity(signers.len());
    for signer in signers {
        let selector = signer.selector();
        let sealed = registry.key().seal(
            &purpose(&domain, selector),
            signer.to_pem().as_bytes(),
            nonce(),
        )?;
        rows.push(DkimRow {
            selector: selector.to_owned(),
            sealed,
        });
    }
    registry.add_dkim_keys(&domain, &rows, now_us).await?;
    Ok(())
}

fn open(registry: &Registry, domain: &str, row: &DkimRow) -> Result<Signer> {
    let opened = registry
        .key()
        .open(&purpose(domain, &row.selector), &row.sealed)?;
    let pem = String::from_utf8(opened)
        .map_err(|_| Error::new(Kind::Corrupt, "a signing key in the registry is no text"))?;
    Signer::from_pem(domain, &row.selector, &pem)
}

/// A sealed key that was moved to another row opens no more.
fn purpose(domain: &str, selector: &str) -> String {
    format!("dkim {selector} {domain}")
}

/// A message with a signature of each key before it.
pub(super) fn signed(signers: &[Signer], message: Vec<u8>) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    for signer in signers {
        whole.extend(signer.sign(&message)?);
    }
    whole.extend(message);
    Ok(whole)
}
