//! The mail that a member gets in the morning, numbered, so that its answers mean something.
//!
//! A room that is laid and empty: nothing here is built yet.
