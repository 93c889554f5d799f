//! Meetings: `text/calendar` parts (RFC 5545, RFC 6047).

use super::mime::Parts;

/// Sets `invitation`.
pub fn read(_parts: &mut Parts<'_>) {}
