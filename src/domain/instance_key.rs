//! The instance key: what makes our own addresses, Message-IDs and hashes ours, and what seals secrets at rest.
//!
//! Knows no file and no randomness: the bytes and the nonces are arguments. Each use has a purpose of its own mixed in, so
//! that nothing made for one is taken for another.

use super::address;
use super::error::{Error, Kind, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce of [`InstanceKey::seal`].
pub const SEAL_NONCE_BYTES: usize = 24;
/// Random bytes of a Message-ID.
pub const ID_NONCE_BYTES: usize = 10;

/// Five bits a letter (Crockford's): digits and lower-case letters without i, l, o and u.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Letters of the code that proves a token: 60 bits, which nobody guesses at the pace of SMTP.
const MAC_LETTERS: usize = 12;
/// Letters of a workspace: 60 bits of what its id is past [`FIRST_ID`].
const WORKSPACE_LETTERS: usize = 12;
/// Letters of any 63-bit number.
const WHOLE_LETTERS: usize = 13;
/// Workspace ids are microseconds, shifted left by ten bits: none of ours is from before 2026.
const FIRST_ID: i64 = 1_767_225_600_000_000 << 10;
/// Letters of the code in a Message-ID, and of its random part: 80 bits each.
const ID_LETTERS: usize = 16;

/// What an address of ours that carries its own meaning is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// `r.…`: an answer to one message of ours; the number is that of the message.
    Reply,
    /// `b.…`: the return path of one mail of ours (VERP); the number is that of its outbox row.
    Bounce,
}

/// What the page keeps or gives out in place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// Proves that a form came from a page of ours, for one cookie.
    Form,
    /// A code of few digits that went by mail.
    Code,
    /// A recovery code.
    Recovery,
    /// Who asked for an account and from which network, to be counted.
    SignUp,
    /// From which network somebody asked to sign in, to be counted.
    SignIn,
    /// An address that was somebody's.
    Released,
}

impl Keyed {
    fn word(self) -> &'static str {
        match self {
            Keyed::Form => "form",
            Keyed::Code => "code",
            Keyed::Recovery => "recovery",
            Keyed::SignUp => "sign up",
            Keyed::SignIn => "sign in",
            Keyed::Released => "released",
        }
    }
}

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What the address is for.
    pub purpose: Purpose,
    /// Whose it is.
    pub workspace_id: i64,
    /// Of which message.
    pub number: i64,
}

/// 32 secret bytes, the same on every node of an instance.
#[derive(Clone)]
pub struct InstanceKey([u8; KEY_BYTES]);

impl fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstanceKey")
    }
}

impl Purpose {
    fn prefix(self) -> &'static str {
        match self {
            Purpose::Reply => "r.",
            Purpose::Bounce => "b.",
        }
    }
}

impl InstanceKey {
    /// A key of these bytes.
    pub fn of(bytes: [u8; KEY_BYTES]) -> InstanceKey {
        InstanceKey(bytes)
    }

    /// A local part that says by itself what it is for: `r.` or `b.`, and about 26 letters behind it. Nothing is stored.
    pub fn local_part(&self, token: Token) -> String {
        let mut text = token.purpose.prefix().to_owned();
        let number = digits(token.number);
        match token.workspace_id.checked_sub(FIRST_ID) {
            Some(past) if (0..1 << (5 * WORKSPACE_LETTERS)).contains(&past) => {
                text.push_str(&number);
                text.push_str(&fixed(past, WORKSPACE_LETTERS));
            }
            // A number has no leading zero: this form cannot be taken for the other.
            _ => {
                text.push('0');
                text.push_str(&number);
                text.push_str(&fixed(token.workspace_id, WHOLE_LETTERS));
            }
        }
        text.push_str(&self.token_code(token));
        text
    }

    /// What a local part without its tag says; absent where it is none of ours, or of another instance. Exact: the registry
    /// turns addresses to lower case before it asks.
    pub fn read_local_part(&self, local_part: &str) -> Option<Token> {
        let purpose = [Purpose::Reply, Purpose::Bounce]
            .into_iter()
            .find(|purpose| local_part.starts_with(purpose.prefix()))?;
        let letters = local_part.get(purpose.prefix().len()..)?;
        if letters.len() > 1 + WHOLE_LETTERS + WHOLE_LETTERS + MAC_LETTERS {
            return None;
        }
        let (said, code) = letters.split_at_checked(letters.len().checked_sub(MAC_LETTERS)?)?;
        let (number, workspace_id) = match said.strip_prefix('0') {
            None => {
                let (number, past) =
                    said.split_at_checked(said.len().checked_sub(WORKSPACE_LETTERS)?)?;
                (number, FIRST_ID.checked_add(value(past)?)?)
            }
            Some(said) => {
                let (number, id) = said.split_at_checked(said.len().checked_sub(WHOLE_LETTERS)?)?;
                (number, value(id)?)
            }
        };
        let token = Token {
            purpose,
            workspace_id,
            number: value(number)?,
        };
        let is_right = self.token_code(token).as_bytes().ct_eq(code.as_bytes());
        // One spelling for one token: what is written otherwise is not ours.
        (bool::from(is_right) && self.local_part(token) == local_part).then_some(token)
    }

    fn token_code(&self, token: Token) -> String {
        let mut said = token.workspace_id.to_be_bytes().to_vec();
        said.extend(token.number.to_be_bytes());
        letters(&self.mac(token.purpose.prefix(), &said), MAC_LETTERS)
    }

    /// A Message-ID of ours, without angle brackets: `k.<random>.<code>@domain`. The code is what [`InstanceKey::marks`] knows
    /// it by (MAIL.md 8), so that mail of another instance is not taken for ours.
    pub fn message_id(&self, nonce: [u8; ID_NONCE_BYTES], mail_domain: &str) -> String {
        let domain = mail_domain.to_lowercase();
        let nonce = letters(&nonce, ID_LETTERS);
        let code = self.id_code(&nonce, &domain);
        format!("k.{nonce}.{code}@{domain}")
    }

    /// Whether a Message-ID, with or without its brackets, was made by this instance.
    pub fn marks(&self, message_id: &str) -> bool {
        let id = address::normalise(message_id);
        let parts = id.strip_prefix("k.").and_then(|rest| {
            let (local, domain) = rest.split_once('@')?;
            let (nonce, code) = local.split_once('.')?;
            Some((nonce, code, domain))
        });
        let Some((nonce, code, domain)) = parts else {
            return false;
        };
        let expected = self.id_code(nonce, domain);
        nonce.len() == ID_LETTERS && bool::from(expected.as_bytes().ct_eq(code.as_bytes()))
    }

    fn id_code(&self, nonce: &str, domain: &str) -> String {
        let said = format!("{nonce}@{domain}");
        letters(&self.mac("message-id", said.as_bytes()), ID_LETTERS)
    }

    /// What an address is suppressed under: tells nobody the address, and survives its erasure.
    pub fn suppression_hash(&self, mail_address: &str) -> String {
        let said = address::normalise(mail_address);
        letters(&self.mac("suppression", said.as_bytes()), 2 * ID_LETTERS)
    }

    /// What Telegram says when it calls for a bot, so that nobody else can: 32 letters.
    pub fn webhook_secret(&self, bot_id: i64) -> String {
        letters(&self.mac("webhook", &bot_id.to_be_bytes()), 2 * ID_LETTERS)
    }

    /// What stands for a secret of the page: 32 letters, which without the key nobody makes, or makes out.
    pub fn keyed(&self, of: Keyed, said: &str) -> String {
        letters(&self.mac(of.word(), said.as_bytes()), 2 * ID_LETTERS)
    }

    /// What this key is known by where it must not stand: the registry keeps it, and another key is refused.
    pub fn fingerprint(&self) -> String {
        letters(&self.mac("fingerprint", b""), ID_LETTERS)
    }

    /// Seals a secret for a purpose (XChaCha20-Poly1305), as text for a database. A nonce is random and used once.
    pub fn seal(
        &self,
        purpose: &str,
        secret: &[u8],
        nonce: [u8; SEAL_NONCE_BYTES],
    ) -> Result<String> {
        let payload = Payload {
            msg: secret,
            aad: purpose.as_bytes(),
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed =
            sealed.map_err(|_| Error::new(Kind::TooMuch, "the secret is too long to be sealed"))?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`InstanceKey::seal`] sealed for the same purpose; `Kind::Corrupt` where it was changed or sealed under
    /// another key.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        let corrupt = || {
            Error::new(
                Kind::Corrupt,
                "a secret in the database was not sealed with this instance's key; restore the key file (RAPPORT_KEY_FILE)",
            )
        };
        let bytes = STANDARD.decode(sealed).map_err(|_| corrupt())?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<SEAL_NONCE_BYTES>()
            .ok_or_else(corrupt)?;
        let payload = Payload {
            msg: sealed,
            aad: purpose.as_bytes(),
        };
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        opened.map_err(|_| corrupt())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.mac("seal", b"").into())
    }

    /// HMAC-SHA256 over a purpose and what is said under it.
    fn mac(&self, purpose: &str, said: &[u8]) -> [u8; 32] {
        // As long as HMAC's block: the rest is zero by its definition (RFC 2104 §2).
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(self.0) {
            *to = from;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(said);
        mac.finalize().into_bytes().into()
    }
}

fn letter(five_bits: u64) -> char {
    let at = usize::try_from(five_bits & 31).unwrap_or_default();
    LETTERS.get(at).map_or('0', |letter| char::from(*letter))
}

/// The first bits of bytes as so many letters.
fn letters(bytes: &[u8], count: usize) -> String {
    let mut text = String::with_capacity(count);
    let (mut bits, mut held) = (0_u64, 0);
    let mut bytes = bytes.iter();
    while text.len() < count {
        if held < 5 {
            bits = (bits << 8) | u64::from(bytes.next().copied().unwrap_or_default());
            held += 8;
        }
        held -= 5;
        text.push(letter(bits >> held));
        bits &= (1 << held) - 1;
    }
    text
}

/// A number in so many letters, with leading zeros.
fn fixed(number: i64, count: usize) -> String {
    let number = number.cast_unsigned();
    (0..count)
        .rev()
        .map(|place| letter(number >> (5 * place)))
        .collect()
}

/// A number without leading zeros.
fn digits(number: i64) -> String {
    fixed(number, WHOLE_LETTERS)
        .trim_start_matches('0')
        .to_owned()
}

/// The number that letters say; absent for other letters and for what is no number of ours.
fn value(text: &str) -> Option<i64> {
    if text.len() > WHOLE_LETTERS {
        return None;
    }
    let mut number = 0_u64;
    for letter in text.bytes() {
        let digit = LETTERS.iter().position(|l| *l == letter)?;
        number = number
            .checked_mul(32)?
            .checked_add(u64::try_from(digit).ok()?)?;
    }
    i64::try_from(number).ok()
}

#[cfg(test)]
mod tests;
