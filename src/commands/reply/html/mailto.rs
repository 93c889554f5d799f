//! A link that opens a letter with its subject and text filled in (RFC 6068).

use std::fmt::Write;

/// `mailto:r.abc@crm.example?subject=Re%3A%20…&body=1%20done`: not yet escaped for an attribute.
pub fn mailto(address: &str, subject: &str, body: &str) -> String {
    let (local_part, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let body = body.replace("\r\n", "\n").replace('\n', "\r\n");
    format!(
        "mailto:{}@{}?subject={}&body={}",
        encoded(local_part),
        encoded(domain),
        encoded(subject),
        encoded(&body)
    )
}

/// Whatever is not unreserved (RFC 3986 §2.3) is a percent and two digits: a plus is a plus and a blank a blank everywhere.
fn encoded(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                url.push(char::from(byte));
            }
            // Writing into a text cannot fail.
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    url
}
