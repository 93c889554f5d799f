//! Where outgoing mail goes, as an operator writes it: `smtp://…`, `smtps://…`, `file:DIR`.
//!
//! | setting | port | TLS |
//! |---|---|---|
//! | `smtps://host` | 465 | from the first byte, certificate checked |
//! | `smtp://user:pass@host` | 587 | STARTTLS demanded, certificate checked |
//! | `smtp://host` | 25 | STARTTLS where it is offered; any certificate, since the line would be open without it |
//! | `smtp://…?tls=required` | | STARTTLS demanded, certificate checked |
//! | `smtp://…?tls=none` | | never: for a relay on this machine |
//! | `…?ca=FILE` | | a certificate (PEM) that is believed beside the public ones |

use crate::domain::{Error, Result};
use std::fmt;
use std::path::PathBuf;

/// Where outgoing mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// A relay host.
    Relay(Relay),
    /// A folder: one file a message.
    Folder(PathBuf),
}

/// A relay host, and how to speak to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its name or address, as certificates name it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether and how the line is closed.
    pub tls: Tls,
    /// Name and password.
    pub credentials: Option<(String, String)>,
    /// A certificate that is believed beside the public ones.
    pub certificate: Option<PathBuf>,
}

/// Whether and how the line to a relay is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, else nothing is sent.
    Required,
    /// By STARTTLS where it is offered.
    Offered,
    /// Not at all.
    Never,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({self})")
    }
}

/// Without name and password: for `rapport check` and logs.
impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = match self.tls {
            Tls::Implicit => "TLS",
            Tls::Required => "STARTTLS",
            Tls::Offered => "STARTTLS where it is offered",
            Tls::Never => "without TLS",
        };
        let signed_in = match self.credentials {
            Some(_) => ", signed in",
            None => "",
        };
        write!(f, "{} port {}, {tls}{signed_in}", self.host, self.port)
    }
}

impl Outbound {
    /// Reads the setting. The error never shows it: it may hold a password.
    pub fn parse(text: &str) -> Result<Outbound> {
        let wrong = |what: &str| {
            Error::invalid(format!(
                "outbound (RAPPORT_OUTBOUND) {what}; write smtp://user:password@host:587, smtps://user:password@host or file:FOLDER"
            ))
        };
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            if folder.is_empty() {
                return Err(wrong("names no folder"));
            }
            return Ok(Outbound::Folder(folder.into()));
        }
        let (is_implicit, rest) =
            match (text.strip_prefix("smtp://"), text.strip_prefix("smtps://")) {
                (Some(rest), _) => (false, rest),
                (_, Some(rest)) => (true, rest),
                _ => return Err(wrong("begins with neither smtp://, smtps:// nor file:")),
            };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (credentials, place) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((signed_in, place)) => {
                let (name, password) = signed_in
                    .split_once(':')
                    .ok_or_else(|| wrong("has a name without a password"))?;
                let decoded = plain(name).zip(plain(password));
                let decoded = decoded.ok_or_else(|| {
                    wrong(
                        "has a name or password whose % is not followed by two hexadecimal digits",
                    )
                })?;
                (Some(decoded), place)
            }
        };
        let mut relay = Relay {
            host: String::new(),
            port: 0,
            tls: match (is_implicit, &credentials) {
                (true, _) => Tls::Implicit,
                (false, Some(_)) => Tls::Required,
                (false, None) => Tls::Offered,
            },
            credentials,
            certificate: None,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match (pair, is_implicit) {
                ("tls=required", false) => relay.tls = Tls::Required,
                ("tls=none", false) => relay.tls = Tls::Never,
                _ => match pair.strip_prefix("ca=").and_then(plain) {
                    Some(file) if !file.is_empty() => relay.certificate = Some(file.into()),
                    _ => {
                        return Err(wrong(
                            "has a part behind ? that is not tls=required, tls=none or ca=FILE",
                        ));
                    }
                },
            }
        }
        let usual = match (relay.tls, &relay.credentials) {
            (Tls::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        };
        (relay.host, relay.port) =
            place_of(place, usual).ok_or_else(|| wrong("names no host, or a port that is none"))?;
        Ok(Outbound::Relay(relay))
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn place_of(text: &str, usual_port: u16) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(inside) => {
            let (host, behind) = inside.split_once(']')?;
            (
                host,
                behind
                    .strip_prefix(':')
                    .or(behind.is_empty().then_some(""))?,
            )
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(is_plain) {
        return None;
    }
    let port = match port {
        "" => usual_port,
        port => port.parse().ok().filter(|port| *port > 0)?,
    };
    Some((host.to_owned(), port))
}

/// Without percent-encoding; absent where that is broken.
fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_shown_without_its_password() {
        for (text, shown) in [
            (
                "smtp://mail.example",
                "mail.example port 25, STARTTLS where it is offered",
            ),
            (
                "smtp://mail.example:2525/?tls=none",
                "mail.example port 2525, without TLS",
            ),
            (
                "smtp://u:s%40cret@mail.example",
                "mail.example port 587, STARTTLS, signed in",
            ),
            (
                "smtp://mail.example?tls=required",
                "mail.example port 25, STARTTLS",
            ),
            (
                "smtps://u@x.example:s@cret@mail.example",
                "mail.example port 465, TLS, signed in",
            ),
            (
                "smtp://[::1]:1025",
                "::1 port 1025, STARTTLS where it is offered",
            ),
        ] {
            let Ok(Outbound::Relay(relay)) = Outbound::parse(text) else {
                panic!("{text}");
            };
            assert_eq!(relay.to_string(), shown, "{text}");
            assert!(!format!("{relay:?}").contains("cret"), "{text}");
        }
        let Ok(Outbound::Relay(relay)) =
            Outbound::parse("smtp://u%3A1:s%40cret@h.example?ca=/etc/ca%20x.pem")
        else {
            panic!();
        };
        assert_eq!(
            relay.credentials,
            Some(("u:1".to_owned(), "s@cret".to_owned()))
        );
        assert_eq!(relay.certificate, Some("/etc/ca x.pem".into()));
    }

    #[test]
    fn a_folder_is_a_folder() {
        for (text, folder) in [
            ("file:out", "out"),
            ("file:/var/out", "/var/out"),
            ("file:///var/out", "/var/out"),
        ] {
            assert_eq!(
                Outbound::parse(text).unwrap(),
                Outbound::Folder(folder.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_showing_it() {
        for (text, expected) in [
            ("", "begins with neither"),
            ("mail.example", "begins with neither"),
            ("http://u:cret@mail.example", "begins with neither"),
            ("file:", "names no folder"),
            ("smtp://", "names no host"),
            ("smtp://u:cret@", "names no host"),
            ("smtp://mail.example:99999", "a port that is none"),
            ("smtp://mail.example:0", "a port that is none"),
            ("smtp://[::1]25", "names no host"),
            ("smtp://mail.example\r\n", "names no host"),
            ("smtp://cret@mail.example", "without a password"),
            ("smtp://u:cret%zz@mail.example", "two hexadecimal digits"),
            ("smtp://u:cret%+1@mail.example", "two hexadecimal digits"),
            ("smtps://mail.example?tls=none", "behind ?"),
            ("smtp://mail.example?ca=", "behind ?"),
            ("smtp://mail.example?verify=no", "behind ?"),
        ] {
            let error = Outbound::parse(text).unwrap_err();
            assert!(error.message.contains(expected), "{text}: {error}");
            assert!(!error.message.contains("cret"), "{text}: {error}");
        }
    }
}
