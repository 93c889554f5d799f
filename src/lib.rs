//! Rapport.
pub mod explain;
pub mod mail;
