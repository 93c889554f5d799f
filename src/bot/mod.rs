//! The chat door: the same commands from Telegram, and Telegram as a channel of the contacts.
//!
//! A room that is laid and empty: nothing here is built yet.
