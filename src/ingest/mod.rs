//! Spool → filed. A worker leases a workspace's ingest lane, reads its arrivals, decides what each is to the workspace, and
//! files the batch in one transaction.
//!
//! | file | holds |
//! |---|---|
//! | `lane` | the workers: leases, batches, failures |
//! | `letter`, `identity` | one arrival, read; what makes it the same mail as another |
//! | `look_up`, `known` | what the workspace knows of all that a batch mentions |
//! | `attribute` | the decision: whose it is, who wrote it, and why; pure |
//! | `plan`, `write` | the decision as rows |
//! | `chat` | what was said in a chat, filed; what passes between contact and member there |
//! | `history` | mail of before, out of an mbox or a Maildir: filed as mail is, and nothing else |
//! | `door` | what a proved member asks for in a mail, and what passes between contact and member |
//!
//! *Invariants.* A spooled message has one witness at most, so filing it twice changes nothing. Nothing is dropped: what is
//! not understood is unfiled, what is not proved is held, what cannot be filed is parked. Mail is never answered here.

mod attribute;
mod batch;
pub mod chat;
mod door;
pub mod history;
mod identity;
mod known;
mod lane;
mod letter;
mod look_up;
mod plan;
mod returned;
mod write;

pub use batch::{Outcome, file_batch};
pub use known::Member;
pub use lane::{Lanes, Settings};
