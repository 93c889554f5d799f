//! The chat: a member's own, the workspace's bot, and what goes to many. Sends nothing: what is to go is a row first.

mod bot;
mod broadcast;
mod link;

pub use bot::{connect, disconnect, greeting};
pub use broadcast::broadcast;
pub use link::{link, linked, unlink};
