//! Commands change a workspace and answer, the same on both databases.

mod actions;
mod chat;
#[path = "../common/mod.rs"]
mod common;
mod confirm;
mod dump;
mod filing;
mod language;
mod people;
mod random;
mod reading;
mod rights;
mod roles;
mod settings;
mod teaching;
mod undo;
mod undo_mail;
mod workspace;
mod world;
