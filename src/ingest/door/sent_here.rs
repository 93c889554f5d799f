//! Whether who wrote a letter sent it to the address that it came to. A signature travels with every copy: whoever got a mail of
//! a member can send it on to any address of ours, and the envelope is not signed.

use crate::domain::why::Proof;
use crate::domain::{address, people};
use crate::ingest::letter::{LETTER_BYTES_MAX, Letter, key_of};
use crate::mail::mime::fields::Fields;

/// Whether what the recipient says counts: the member signed in, or a server of the member's own domain brought it, or the
/// address stands in the one To line, which signatures cover.
pub fn is_sent_here(letter: &Letter, proof: Proof, recipient: &str) -> bool {
    match proof {
        // Who knows that address is believed in what reverses; what leaves the house asks for more.
        Proof::Auth | Proof::SecretAddress => true,
        Proof::Dmarc => is_from_its_server(letter) || is_only_to(letter, recipient),
        Proof::None => false,
    }
}

/// Whether a confirmation put it into the spool: it came over no connection, as if the member had signed in.
pub fn is_let_in(letter: &Letter) -> bool {
    letter.envelope.client_ip.is_none() && letter.envelope.authenticated.is_some()
}

fn is_from_its_server(letter: &Letter) -> bool {
    let sender = address::normalise(&letter.envelope.mail_from);
    let author = letter.sender_key();
    if letter.trust.spf != "pass" {
        return false;
    }
    if sender == author {
        return true;
    }
    let house = |address: &str| {
        let (_, domain) = address::split(address)?;
        Some(people::registrable(domain).unwrap_or_else(|| domain.to_owned()))
    };
    let author = house(&author).filter(|house| !people::is_public_provider(house));
    author.is_some() && house(&sender) == author
}

/// A second To line would be nobody's: a signature covers one.
fn is_only_to(letter: &Letter, recipient: &str) -> bool {
    let mut to = letter.message.to.iter();
    if !to.any(|mailbox| key_of(Some(mailbox)) == recipient) {
        return false;
    }
    let raw = zstd::bulk::decompress(&letter.raw.zstd, LETTER_BYTES_MAX).unwrap_or_default();
    Fields::read(&raw).0.values("to").count() == 1
}
