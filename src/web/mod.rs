//! The page: sign-in, settings and export, nothing else.
//!
//! A room that is laid and empty: nothing here is built yet.
