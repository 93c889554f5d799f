//! Letters inside letters (MAIL.md 17): `message/rfc822` first, then header blocks in every language.

use super::message::{Forwarded, Message};
use super::mime::Body;

/// What `find` found.
pub struct Found {
    /// The letters, outermost first.
    pub forwards: Vec<Forwarded>,
    /// The body without them: what stands above the first.
    pub above: Body,
}

/// Finds forwarded letters in a body.
pub fn find(body: &Body, _message: &Message) -> Found {
    Found {
        forwards: Vec::new(),
        above: body.clone(),
    }
}
