//! Rapport.
pub mod domain;
pub mod explain;
pub mod mail;
pub mod store;
