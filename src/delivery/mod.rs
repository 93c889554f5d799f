//! The outbox on its way to the world: claimed, signed, sent, tried again or given up.
//!
//! A room that is laid and empty: nothing here is built yet.
