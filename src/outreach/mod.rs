//! Campaigns: steps that their author approved, sent in their windows, stopped by an answer.
//!
//! A room that is laid and empty: nothing here is built yet.
