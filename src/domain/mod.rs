//! Rules without I/O, clock or randomness. Knows nothing of mail formats, stores or doors.

pub mod action;
pub mod address;
pub mod backups;
pub mod bot_token;
pub mod chance;
pub mod chat;
mod chosen_text;
pub mod clock;
mod counted;
pub mod dates;
pub mod erasing;
pub mod error;
pub mod fold;
pub mod iban;
pub mod instance_key;
pub mod invoice_details;
pub mod language;
pub mod logo;
pub mod member_settings;
pub mod money;
pub mod name;
pub mod network;
pub mod people;
pub mod pipeline;
pub mod retention;
pub mod sign_up;
pub mod token;
pub mod why;
pub mod workspace_settings;

pub use clock::Clock;
pub use counted::counted;
pub use error::{Error, Kind, Result};
pub use instance_key::InstanceKey;
