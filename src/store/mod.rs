//! Every query. The registry is one database; each workspace is one of its own: an SQLite file, or a PostgreSQL schema.
//!
//! Knows rows, not what mail or commands mean. One SQL text serves both databases; what must differ stands in `search`.

pub mod db;
pub mod registry;
pub mod workspace;

pub use db::{Db, Tx};
pub use registry::Registry;
