//! Text to proposed commands and drafts, with the user's own key. It will never write and never send.
//!
//! A room that is laid and empty: nothing here is built yet.
