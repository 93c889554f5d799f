//! What an address and a display name say about a person: the name, the company, and whether it is a person at all.
//!
//! Knows word lists, no workspace.

mod company;
pub mod field;
mod name;
mod role;

pub use company::{guess as company_of, is_public_provider, is_public_suffix, registrable};
pub use name::clean as clean_name;
pub use role::is_role;
