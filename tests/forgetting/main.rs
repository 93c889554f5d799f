//! What is forgotten: persons, what is old, workspaces. On a clock of the test's own.

#[path = "../common/mod.rs"]
mod common;

mod account;
mod backup;
mod erase;
mod former;
mod half_way;
mod house;
mod leaving;
mod program;
mod retention;
mod traces;
