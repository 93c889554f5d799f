//! What is newly written (MAIL.md 18): structure first, then text; when in doubt, keep.

use super::message::Message;
use super::mime::Body;

/// A body, taken apart.
pub struct Split {
    /// Newly written.
    pub text: String,
    /// The author's signature.
    pub signature: Option<String>,
    /// Quoted.
    pub quoted: Option<String>,
}

/// Takes a body apart.
pub fn split(body: &Body, _message: &Message) -> Split {
    Split {
        text: body.whole_text(),
        signature: None,
        quoted: None,
    }
}
