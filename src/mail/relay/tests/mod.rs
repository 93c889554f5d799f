//! What a relay may and may not let through.
