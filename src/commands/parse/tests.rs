//! The language in tables: what is a command, and what is not.
