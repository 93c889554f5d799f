//! Rules without I/O, clock or randomness. Knows nothing of mail formats, stores or doors.

pub mod address;
pub mod error;

pub use error::{Error, Kind, Result};
