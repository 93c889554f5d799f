//! HTML → text, in linear time whatever the nesting.

/// The text that a person would read.
pub fn to_text(html: &str) -> String {
    mail_parser::decoders::html::html_to_text(html)
}
