//! OpenPGP armour inside text (RFC 9580 §7): clear-signed text is unwrapped, encrypted text is labelled.

use crate::mail::message::Protection;

const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const SIGNATURE_END: &str = "-----END PGP SIGNATURE-----";
const ENCRYPTED: &str = "-----BEGIN PGP MESSAGE-----";

/// Which piece of clear-signed text a line stands in.
enum State {
    Outside,
    ArmorHeader,
    Text,
    Signature,
}

/// The text without its armour, and how it was protected. Armour in quoted text stays: it protects nothing here.
pub fn unwrap(text: String) -> (String, Protection) {
    if !text.contains("-----BEGIN PGP ") {
        return (text, Protection::None);
    }
    let mut unwrapped = String::with_capacity(text.len());
    let mut state = State::Outside;
    let mut protection = Protection::None;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_end();
        match state {
            State::Outside if mark == SIGNED => {
                protection = Protection::Signed;
                state = State::ArmorHeader;
                continue;
            }
            State::Outside if mark == ENCRYPTED => protection = Protection::Encrypted,
            State::ArmorHeader => {
                if mark.is_empty() {
                    state = State::Text;
                }
                continue;
            }
            State::Text if mark == SIGNATURE => {
                state = State::Signature;
                continue;
            }
            State::Text => {
                unwrapped.push_str(line.strip_prefix("- ").unwrap_or(line));
                continue;
            }
            State::Signature => {
                if mark == SIGNATURE_END {
                    state = State::Outside;
                }
                continue;
            }
            State::Outside => (),
        }
        unwrapped.push_str(line);
    }
    (unwrapped, protection)
}
