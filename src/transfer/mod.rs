//! Import and export: CSV, vCard, mbox, and our own.
//!
//! A room that is laid and empty: nothing here is built yet.
