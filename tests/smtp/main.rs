//! The SMTP door from outside: real sockets on port 0, on both databases.

#[path = "../common/mod.rs"]
mod common;

mod attacks;
mod conformance;
mod faults;
mod operator;
mod server;
mod sign_in;
mod wire;
