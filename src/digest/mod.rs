//! What is told at its time: the digest of each member, and reminders. Time is a door too: the lane of time wakes here.
//!
//! | file | holds |
//! |---|---|
//! | `schedule` | when a member's digest comes; pure |
//! | `contents` | what it tells, read from the workspace |
//! | `letter` | that as blocks, numbered, with answers that are ready to be sent; pure |
//! | `reminder` | one reminder as a letter, and its next occurrence |
//! | `leaving` | a workspace that is to be deleted: closed, reminded of, taken back, gone |
//! | `house` | what belongs to no workspace: accounts that leave, strangers who did not come back, letters that are done |
//! | `retention` | what was kept long enough goes, once a day |
//! | `lane` | the workers |
//!
//! *Invariants.* Nothing is sent here: letters are rows of the outbox. What was told once is not told again, whatever crashes:
//! the letter and where the digest stands are one commit. A digest that would say nothing is not written.

pub mod contents;
mod house;
mod lane;
pub mod leaving;
mod letter;
mod reminder;
mod retention;
pub mod schedule;

pub use lane::{Settings, Timekeeper, since};
pub use letter::{Digest, digest};
