//! What leaves the house: rows of the outbox, the workers that send them, and what comes back. On both databases.

#[path = "../common/mod.rs"]
mod common;

mod again;
mod identity;
mod killed;
mod own_relay;
mod relay_tls;
mod returned;
mod rows;
mod sending;
mod ways_out;
