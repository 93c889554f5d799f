//! What breaks below.
