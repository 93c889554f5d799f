//! Tokens and codes: made of random bytes that are given, kept as digests.

use super::InstanceKey;
use super::instance_key::Keyed;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A token for a link or a cookie: 43 letters, 256 bits.
pub fn token(random: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// What is kept of a token.
pub fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Six digits.
pub fn code(random: [u8; 32]) -> String {
    let [a, b, c, d, e, f, g, h, ..] = random;
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000;
    format!("{number:06}")
}

/// Nine digits, for where six could be guessed.
pub fn long_code(random: [u8; 32]) -> String {
    let [a, b, c, d, e, f, g, h, ..] = random;
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000_000;
    format!("{number:09}")
}

/// What is kept of a code: it fits one link alone, whose digest is given.
pub fn keyed_code(key: &InstanceKey, digest: &str, code: &str) -> String {
    key.keyed(Keyed::Code, &format!("{digest} {code}"))
}

/// What somebody typed as a code: its digits, however they were set apart.
pub fn typed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .take(64)
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_and_is_read_however_it_was_typed() {
        assert_eq!(code([0; 32]), "000000");
        assert_eq!(code([0xff; 32]).len(), 6);
        assert_eq!(long_code([0; 32]), "000000000");
        assert_eq!(long_code([0xff; 32]).len(), 9);
        assert_eq!(typed(" 012-345 "), "012345");
        assert_eq!(typed("ABCD efgh"), "abcdefgh");
    }

    #[test]
    fn a_token_is_kept_as_something_else() {
        let token = token([7; 32]);
        assert_eq!(token.len(), 43);
        assert_ne!(digest(&token), token);
        assert_eq!(digest(&token).len(), 43);
    }
}
