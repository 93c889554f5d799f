//! Outbox → the world: workers claim rows of the outbox, sign them, hand them over, and mark what became of them.
//!
//! # What is promised
//!
//! Each mail is handed over **at least once**, with the same Message-ID and Date each time, since those were fixed when it was
//! written. A letter to a contact has its From put on when it goes: the member's own address as long as that is aligned. At each point where a worker can die:
//!
//! | it dies | the row is | what follows |
//! |---|---|---|
//! | before the claim is committed | waiting | nothing happened |
//! | between the claim and the other side's answer | sending | sent when the claim has run out, or when this node starts again |
//! | between the answer and the mark | sending | sent a second time: only the relay host knows that it had said yes |
//! | behind the mark | sent | nothing more |
//!
//! So there are duplicates only where the answer of the relay host was not kept, and a mailbox that knows Message-IDs shows
//! one. A mail that cannot be handed over is tried again, later and later, for five days; then it is dead, as is one that was
//! refused for good, and the member whose mail to a contact it was gets one notice.
//!
//! Letters to contacts go by the workspace's own relay where it set one ([`own`]), or wait: never by another way. One that hangs
//! takes nobody's place. Its host is hostile input ([`Gate`]). Our own letters to members go by the operator's way alone.
//!
//! *Architecture invariant:* nothing is sent inside a transaction. *Architecture invariant:* the suppression list is asked in
//! the transaction that claims, after which nothing comes between.

mod domains;
mod folder;
mod gate;
mod going;
pub mod identity;
mod lane;
pub mod outbound;
pub mod own;
mod refusal;
mod schedule;
mod settle;
pub mod signing;
mod smtp;
mod take;
mod transport;

pub use gate::{Gate, Private};
pub use lane::{Caps, Delivery, Settings};
pub use outbound::Outbound;
pub use refusal::Refusal;
pub use schedule::{HORIZON_US, KEPT_US};
pub use smtp::Patience;
pub use transport::{Parcel, Transport};
