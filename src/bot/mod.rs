//! The chat door: the same commands from Telegram, and Telegram as a channel of the contacts.
//!
//! | file | holds |
//! |---|---|
//! | `serve` | which bots this node serves, and their leases |
//! | `listen`, `webhook` | updates in: kept in the registry before Telegram may forget them |
//! | `update` | one update: whose it is, once, again after a fault, aside after three |
//! | `member` | the members' bot: linking, commands, buttons, files |
//! | `contact` | a workspace's own bot: who writes to it becomes a contact, and is answered through it |
//! | `send` | the chat's outbox → Telegram, within its limits |
//! | `picture` | charts as PNG |
//! | `menu` | the commands that Telegram offers while one types |
//! | `api` | the client, and what Telegram's refusals mean |
//!
//! *Invariants.* An update is confirmed when it is kept, and done when its effect and its answer are committed together; the same
//! again does nothing. Nothing is sent but from rows of the outbox, save the tick on a pressed button. Of one chat all happens in
//! order, of several at the same time. Private chats alone are listened to. Who is not linked commands nothing.

mod api;
mod contact;
mod listen;
mod media;
mod member;
mod menu;
#[cfg(feature = "charts")]
pub mod picture;
mod send;
mod serve;
mod update;
pub mod webhook;

pub use api::Api;
pub use serve::Bots;

/// What the bots need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// The token of the members' bot; absent: there is none.
    pub token: Option<String>,
    /// How this instance is reached from outside, `https://…`; where it is set, updates come by webhook.
    pub base_url: Option<String>,
    /// Seconds that a question for updates waits at Telegram.
    pub poll_seconds: u32,
}

/// For what a workspace's bot token is sealed.
pub(crate) fn seal_purpose(workspace_id: i64) -> String {
    format!("bot {workspace_id}")
}

/// Whether a button says what the one under a workspace's greeting says: it stands under no member's message.
fn contact_agrees(says: &str) -> bool {
    says == contact::AGREE
}

/// A picture of numbers; none where this build draws none.
#[cfg(feature = "charts")]
async fn drawn(chart: &crate::domain::chat::Chart) -> Option<Vec<u8>> {
    let chart = chart.clone();
    let drawn = tokio::task::spawn_blocking(move || picture::png(&chart));
    match drawn.await {
        Ok(Ok(png)) => Some(png),
        Ok(Err(error)) => {
            tracing::error!(error = %error, cause = ?error.cause, "a picture was not drawn; its text goes alone");
            None
        }
        Err(_) => None,
    }
}

#[cfg(not(feature = "charts"))]
async fn drawn(_: &crate::domain::chat::Chart) -> Option<Vec<u8>> {
    None
}
