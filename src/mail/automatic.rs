//! What kind of mail it is, and whether it may be answered (RFC 3834, MAIL.md 7).

use super::mime::Parts;

/// Sets `class` and `answerable`.
pub fn classify(_parts: &mut Parts<'_>) {}
