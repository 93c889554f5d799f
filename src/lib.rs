//! Rapport.
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod explain;
pub mod mail;
pub mod store;
