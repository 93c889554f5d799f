//! The Received field that stands on top of what we keep (RFC 5321 §4.4), so that loops and delays can be seen.

use super::session::Handover;
use crate::store::registry::SpoolId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::net::IpAddr;

/// Writes the field. The recipient stands in it only where there is one, since others are nobody's business.
pub(super) fn received(
    host_name: &str,
    client: IpAddr,
    handover: &Handover,
    id: SpoolId,
    now_us: i64,
) -> String {
    let helo: String = handover.helo.chars().map(plain).take(255).collect();
    let mut field = format!("Received: from {helo} ({})\r\n", literal(client));
    let protocol = handover.protocol;
    let _ = write!(field, "\tby {host_name} with {protocol} id {id:x}");
    if let [only] = handover.recipients.as_slice() {
        let _ = write!(field, "\r\n\tfor <{}>", only.address);
    }
    let _ = write!(field, ";\r\n\t{}\r\n", date(now_us));
    field
}

/// What a client calls itself is its own word: nothing in it may end the field or look like a comment.
fn plain(letter: char) -> char {
    match letter {
        '[' | ']' | ':' | '.' | '-' | '_' => letter,
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '?',
    }
}

fn literal(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

fn date(now_us: i64) -> String {
    let now = Timestamp::from_microsecond(now_us).unwrap_or(Timestamp::UNIX_EPOCH);
    jiff::fmt::rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::registry::{AddressKind, Recipient};

    fn handover(helo: &str, addresses: &[&str]) -> Handover {
        let recipient = |address: &&str| Recipient {
            address: (*address).to_owned(),
            local_part: "acme".to_owned(),
            kind: AddressKind::Plain,
            workspace_id: 1,
            account_id: None,
            contact_id: None,
            number: None,
        };
        Handover {
            mail_from: String::new(),
            helo: helo.to_owned(),
            protocol: "ESMTPS",
            tls: true,
            authenticated: None,
            recipients: addresses.iter().map(recipient).collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn the_field_says_who_handed_over_what_to_whom_and_when() {
        let now_us = 1_790_000_000_000_000;
        let written = |client: &str, helo: &str, addresses: &[&str]| {
            let client = client.parse().expect("an address");
            received(
                "mx.example.com",
                client,
                &handover(helo, addresses),
                0x7f3a,
                now_us,
            )
        };
        assert_eq!(
            written("192.0.2.1", "mail.example.org", &["acme@crm.example"]),
            "Received: from mail.example.org ([192.0.2.1])\r\n\
             \tby mx.example.com with ESMTPS id 7f3a\r\n\
             \tfor <acme@crm.example>;\r\n\
             \tMon, 21 Sep 2026 14:13:20 +0000\r\n"
        );
        assert_eq!(
            written(
                "2001:db8::1",
                "(a)\"b\u{e4}",
                &["a@crm.example", "b@crm.example"]
            ),
            "Received: from ?a??b? ([IPv6:2001:db8::1])\r\n\
             \tby mx.example.com with ESMTPS id 7f3a;\r\n\
             \tMon, 21 Sep 2026 14:13:20 +0000\r\n"
        );
    }
}
