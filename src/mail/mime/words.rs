//! Encoded words (RFC 2047).

/// A field value with its encoded words decoded.
pub fn decode(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let folded = format!("{value}\n");
    match mail_parser::parsers::MessageStream::new(folded.as_bytes()).parse_unstructured() {
        mail_parser::HeaderValue::Text(text) => text.into_owned(),
        _ => value.to_owned(),
    }
}
