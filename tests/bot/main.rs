//! The bots, black box: a real dispatcher against a server that speaks the Bot API and refuses what Telegram refuses, on both
//! databases.

#[path = "../common/mod.rs"]
mod common;

mod channel;
mod commands;
mod faults;
mod house;
mod linking;
mod passing;
mod webhook;
