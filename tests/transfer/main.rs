//! A workspace goes out and comes in again: our own ZIP on both databases and between them, and what is wrong with one.

#[path = "../common/mod.rs"]
mod common;
mod dump;
mod foreign;
mod history;
mod hostile;
mod killed;
mod looked;
mod people;
mod round;
mod tables;
mod world;

/// The page runs these on a server's threads.
pub fn on_any_thread<F: Future + Send>(work: F) -> F {
    work
}
