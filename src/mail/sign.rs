//! DKIM signatures (RFC 6376; Ed25519 RFC 8463): keys, their records, and signing of raw messages.

use crate::domain::error::{Error, Kind, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::generate::DkimKeyPair;
use mail_auth::dkim::{DkimSigner, Done};

/// Header fields that a signature covers; From twice over, so that no second one can be added.
const SIGNED: &[&str] = &[
    "From",
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
];

/// PKCS #8 around what DER calls an RSA public key, up to the length of the key (RFC 3279 §2.3.1).
const RSA_ALGORITHM: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// Signs for one domain with one key.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
    /// The private key in DER, for [`Signer::to_pem`].
    private: Vec<u8>,
    public: Vec<u8>,
}

enum Key {
    Ed25519(DkimSigner<Ed25519Key, Done>),
    Rsa(DkimSigner<RsaKey<Sha256>, Done>),
}

impl Signer {
    /// Makes a new Ed25519 key.
    pub fn generate(domain: &str, selector: &str) -> Result<Signer> {
        let pair = DkimKeyPair::generate_ed25519().map_err(unusable)?;
        Signer::ed25519(domain, selector, pair.private_key())
    }

    /// Makes a new RSA key of 2048 bits, which every verifier knows; takes seconds in a debug build.
    pub fn generate_rsa(domain: &str, selector: &str) -> Result<Signer> {
        let pair = DkimKeyPair::generate_rsa(2048).map_err(unusable)?;
        Signer::rsa(domain, selector, pair.private_key())
    }

    /// Reads a key from PEM: PKCS #8 (Ed25519 or RSA) or PKCS #1 (RSA).
    pub fn from_pem(domain: &str, selector: &str, pem: &str) -> Result<Signer> {
        let invalid = || Error::invalid("the DKIM key is no PEM of an Ed25519 or RSA private key");
        let body: String = pem
            .lines()
            .map(str::trim)
            .filter(|l| !l.starts_with("-----"))
            .collect();
        let der = STANDARD.decode(body).map_err(|_| invalid())?;
        Signer::ed25519(domain, selector, &der)
            .or_else(|_| Signer::rsa(domain, selector, &der))
            .map_err(|_| invalid())
    }

    /// The private key as PEM, for keeping it (sealed).
    pub fn to_pem(&self) -> String {
        let label = match self.key {
            Key::Ed25519(_) => "PRIVATE KEY",
            Key::Rsa(_) if is_pkcs8(&self.private) => "PRIVATE KEY",
            Key::Rsa(_) => "RSA PRIVATE KEY",
        };
        let text = STANDARD.encode(&self.private);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .filter_map(|c| std::str::from_utf8(c).ok())
            .collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
    }

    fn ed25519(domain: &str, selector: &str, der: &[u8]) -> Result<Signer> {
        let key = Ed25519Key::from_pkcs8_maybe_unchecked_der(der).map_err(unusable)?;
        let public = key.public_key();
        Ok(Signer {
            key: Key::Ed25519(signer(key, domain, selector)),
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            private: der.to_owned(),
            public,
        })
    }

    // The replacements of these constructors want a type of a crate that is not ours.
    #[allow(deprecated)]
    fn rsa(domain: &str, selector: &str, der: &[u8]) -> Result<Signer> {
        let key = RsaKey::<Sha256>::from_pkcs8_der(der)
            .or_else(|_| RsaKey::<Sha256>::from_der(der))
            .map_err(unusable)?;
        let public = subject_public_key(&key.public_key());
        Ok(Signer {
            key: Key::Rsa(signer(key, domain, selector)),
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            private: der.to_owned(),
            public,
        })
    }

    /// The domain that is signed for.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The name that the record is published under.
    pub fn selector(&self) -> &str {
        &self.selector
    }

    /// The record to publish: its name without a final dot, and its text.
    pub fn dns_record(&self) -> (String, String) {
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        let kind = match self.key {
            Key::Ed25519(_) => "ed25519",
            Key::Rsa(_) => "rsa",
        };
        let text = format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(&self.public));
        (name, text)
    }

    /// The header field to put before a message, with its line end. The message has CRLF line ends.
    pub fn sign(&self, raw: &[u8]) -> Result<Vec<u8>> {
        let signature = match &self.key {
            Key::Ed25519(signer) => signer.sign(raw),
            Key::Rsa(signer) => signer.sign(raw),
        };
        let signature = signature
            .map_err(|e| Error::new(Kind::Invalid, "the message cannot be signed").because(e))?;
        Ok(signature.to_header().into_bytes())
    }
}

fn signer<K: SigningKey>(key: K, domain: &str, selector: &str) -> DkimSigner<K, Done> {
    DkimSigner::from_key(key)
        .domain(domain)
        .selector(selector)
        .headers(SIGNED.iter().copied())
}

fn unusable(error: mail_auth::Error) -> Error {
    Error::invalid("the DKIM key cannot be used").because(error)
}

/// Whether DER holds PKCS #8: a sequence of a version and the algorithm.
fn is_pkcs8(der: &[u8]) -> bool {
    der.windows(RSA_ALGORITHM.len())
        .take(32)
        .any(|w| w == RSA_ALGORITHM)
}

/// SubjectPublicKeyInfo around an RSA public key, as verifiers expect in `p=`.
fn subject_public_key(key: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend_from_slice(key);
    let mut inner = RSA_ALGORITHM.to_vec();
    inner.extend(der(0x03, &bits));
    der(0x30, &inner)
}

/// One DER value: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}
