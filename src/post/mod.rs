//! What we write to members: reply blocks become a letter, the letter becomes an outbox row with a reply address of its own.
//!
//! Sends nothing: `delivery` does. Knows no spool and no chat.
