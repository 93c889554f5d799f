//! What was said in a chat: filed as mail is, and passed on between contact and member. Knows no Telegram: `bot` gives the text,
//! the files and who it is.
//!
//! A member's words go to the one contact that they answer, by the channel on which that one wrote last; a contact's words go
//! to the member who answers for it, by mail, chat or both, as that member chose.

mod filing;
mod inward;
mod outward;
mod people;

pub use filing::{Author, Talk, TalkFile, file};
pub use inward::{News, in_chat, tell};
pub use outward::{Goes, by_bot, to_contact};
pub use people::{Person, arrive, made_for, named};

use crate::domain::InstanceKey;
use crate::domain::chance;
use crate::store::Store;

/// What passing on needs to know.
#[derive(Clone, Copy)]
pub struct Passage<'a> {
    /// The databases.
    pub store: &'a Store,
    /// The workspace.
    pub workspace_id: i64,
    /// The domain of our own addresses.
    pub mail_domain: &'a str,
    /// Microseconds since 1970.
    pub now_us: i64,
    /// Random bytes.
    pub random: fn() -> [u8; 16],
}

impl Passage<'_> {
    fn key(&self) -> &InstanceKey {
        self.store.registry.key()
    }

    fn message_id(&self) -> String {
        let nonce = chance::nonce(self.random);
        self.key().message_id(nonce, self.mail_domain)
    }
}
