//! Outbox → the world.

mod folder;
pub mod outbound;
mod refusal;
mod schedule;
mod smtp;
mod transport;

pub use outbound::Outbound;
pub use refusal::Refusal;
pub use schedule::{HORIZON_US, KEPT_US};
pub use smtp::Patience;
pub use transport::{Parcel, Transport};
