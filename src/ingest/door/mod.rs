//! Mail as a door: what a proved member newly wrote is run, and what a contact wrote to a capture address is passed on.
//!
//! | file | holds |
//! |---|---|
//! | `spoken` | what a letter asks for, and by whom; pure |
//! | `act` | runs it in the transaction that files the letter, and writes the one answer |
//! | `held` | the notice about a letter that nothing proves |
//! | `sent_here` | whether the member, and not the holder of a copy, sent it to its recipient |
//! | `relay` | letters between a contact and a member, through the contact's own address |
//!
//! *Invariant.* Only text that a proved member newly wrote gets past `spoken`. All that leaves is a row in the outbox.

mod act;
mod held;
mod relay;
mod sent_here;
mod spoken;

pub(super) use act::{Desk, act};
pub(super) use spoken::{Spoken, head_of, may_ask, spoken};
