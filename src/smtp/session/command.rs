//! Command lines: bytes → [`Command`], or the reply that refuses them.

use super::path::{self, Path};
use super::reply::{self, Text};
use smtp_proto::request::parser::Rfc5321Parser;
use smtp_proto::{Error, MAIL_SMTPUTF8, MailFrom, RcptTo, Request};
use std::borrow::Cow;

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Helo(String),
    Ehlo(String),
    Mail(Sender),
    Recipient(Path),
    Data,
    /// BDAT (RFC 3030): so many bytes follow.
    Chunk {
        bytes: u64,
        end: ChunkEnd,
    },
    SignIn {
        mechanism: Mechanism,
        initial: Option<String>,
    },
    StartTls,
    Reset,
    NoOperation,
    Verify,
    Help,
    Quit,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub path: Path,
    pub declared_bytes: u64,
    pub utf8: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChunkEnd {
    More,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    Login,
}

/// Why a line is no command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Say this, and go on.
    With(Text),
    /// A web browser was made to talk to us: say this and close.
    AndClosed(Text),
}

/// Chunks of more digits are more bytes than anyone may send.
const CHUNK_DIGITS_MAX: usize = 12;

/// Reads a line, which ends in CRLF.
pub(super) fn read(line: &[u8]) -> Result<Command, Refused> {
    let refuse = |text: &'static str| Err(Refused::With(Cow::Borrowed(text)));
    let Some(text) = line
        .strip_suffix(b"\r\n")
        .and_then(|l| std::str::from_utf8(l).ok())
    else {
        return refuse(reply::BAD_LINE);
    };
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return refuse(reply::BAD_LINE);
    }
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is = |word: &str| verb.eq_ignore_ascii_case(word);
    if is("MAIL") {
        return mail(rest);
    }
    if is("RCPT") {
        return recipient(rest);
    }
    if is("BDAT") {
        return chunk(rest);
    }
    if (is("DATA") || is("STARTTLS")) && !rest.trim().is_empty() {
        return refuse(reply::NO_PARAMETERS_HERE);
    }
    if ["GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT"]
        .into_iter()
        .any(is)
    {
        return Err(Refused::AndClosed(Cow::Borrowed(reply::NO_WEB_SERVER)));
    }
    match Request::parse(&mut line.iter()) {
        Ok(Request::Ehlo { host }) if is_host(&host) => Ok(Command::Ehlo(host.into_owned())),
        Ok(Request::Helo { host }) if is_host(&host) => Ok(Command::Helo(host.into_owned())),
        Ok(Request::Ehlo { .. } | Request::Helo { .. }) => refuse(reply::NO_HOST),
        Ok(Request::Data) => Ok(Command::Data),
        Ok(Request::Rset) => Ok(Command::Reset),
        Ok(Request::Noop { .. }) => Ok(Command::NoOperation),
        Ok(Request::Vrfy { .. }) => Ok(Command::Verify),
        Ok(Request::Help { .. }) => Ok(Command::Help),
        Ok(Request::Quit) => Ok(Command::Quit),
        Ok(Request::StartTls) => Ok(Command::StartTls),
        Ok(Request::Auth {
            mechanism,
            initial_response,
        }) => sign_in(mechanism, &initial_response),
        Ok(_) => refuse(reply::NOT_IMPLEMENTED),
        Err(Error::SyntaxError { syntax }) => Err(Refused::With(
            format!("501 5.5.4 write {syntax}\r\n").into(),
        )),
        Err(_) => refuse(reply::UNKNOWN_COMMAND),
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.is_ascii()
}

/// `MAIL FROM:<path> [parameters]` (RFC 5321 §4.1.1.2); a space behind the colon is common and harmless.
fn mail(rest: &str) -> Result<Command, Refused> {
    let (path, parameters) =
        path_after(rest, "FROM:").ok_or(Refused::With(reply::BAD_SENDER.into()))?;
    if !path.is_null() && path.domain.is_empty() {
        return Err(Refused::With(reply::BAD_SENDER.into()));
    }
    let parameters = mail_parameters(parameters)?;
    let sender = Sender {
        path,
        declared_bytes: parameters.size as u64,
        utf8: parameters.flags & MAIL_SMTPUTF8 != 0,
    };
    Ok(Command::Mail(sender))
}

/// `RCPT TO:<path>` (RFC 5321 §4.1.1.3).
fn recipient(rest: &str) -> Result<Command, Refused> {
    let bad = || Refused::With(reply::BAD_RECIPIENT.into());
    let (path, parameters) = path_after(rest, "TO:").ok_or_else(bad)?;
    if path.is_null() {
        return Err(bad());
    }
    recipient_parameters(parameters)?;
    Ok(Command::Recipient(path))
}

fn path_after<'a>(rest: &'a str, word: &str) -> Option<(Path, &'a str)> {
    let rest = rest.trim_start_matches(' ');
    let (start, rest) = rest.split_at_checked(word.len())?;
    if !start.eq_ignore_ascii_case(word) {
        return None;
    }
    let (path, parameters) = path::read(rest)?;
    (parameters.is_empty() || parameters.starts_with(' ')).then_some((path, parameters))
}

fn mail_parameters(text: &str) -> Result<MailFrom<Cow<'_, str>>, Refused> {
    // RFC 1870 §3 allows 20 digits; with more smtp-proto starts anew, as it does in BDAT.
    const SIZE_WORD_BYTES_MAX: usize = "SIZE=".len() + 20;
    let is_size = |word: &str| {
        word.get(..5)
            .is_some_and(|w| w.eq_ignore_ascii_case("SIZE="))
    };
    if text
        .split(' ')
        .any(|w| w.len() > SIZE_WORD_BYTES_MAX && is_size(w))
    {
        return Err(Refused::With(reply::BAD_PARAMETER.into()));
    }
    let line = format!("{text}\r\n");
    let mut bytes = line.as_bytes().iter();
    let mut parser = Rfc5321Parser::new(&mut bytes);
    let read = parser
        .mail_from_parameters(Cow::Borrowed(""))
        .map_err(parameter_refused)?;
    // Read by the parser, but not offered and not kept: whoever asks for these must learn that they are not had (555).
    let offered = MailFrom {
        flags: read.flags
            & (smtp_proto::MAIL_BODY_7BIT | smtp_proto::MAIL_BODY_8BITMIME | MAIL_SMTPUTF8),
        size: read.size,
        auth: read.auth.clone(),
        ..MailFrom::default()
    };
    let owned = read.into_owned();
    if owned != offered.clone().into_owned() {
        return Err(Refused::With(reply::PARAMETER_NOT_OFFERED.into()));
    }
    Ok(MailFrom {
        flags: owned.flags,
        size: owned.size,
        ..MailFrom::default()
    })
}

fn recipient_parameters(text: &str) -> Result<(), Refused> {
    let line = format!("{text}\r\n");
    let mut bytes = line.as_bytes().iter();
    let mut parser = Rfc5321Parser::new(&mut bytes);
    let read = parser
        .rcpt_to_parameters(Cow::Borrowed(""))
        .map_err(parameter_refused)?;
    if read != RcptTo::default() {
        return Err(Refused::With(reply::PARAMETER_NOT_OFFERED.into()));
    }
    Ok(())
}

fn parameter_refused(error: Error) -> Refused {
    Refused::With(match error {
        Error::UnsupportedParameter { .. } => reply::PARAMETER_NOT_OFFERED.into(),
        _ => reply::BAD_PARAMETER.into(),
    })
}

/// `BDAT size [LAST]`. Read here: smtp-proto starts anew with the digits of a number that is too large, and a chunk whose
/// length two servers read differently hides a message in another.
fn chunk(rest: &str) -> Result<Command, Refused> {
    let bad = || Refused::With(reply::BAD_CHUNK.into());
    let mut words = rest.split(' ').filter(|word| !word.is_empty());
    let digits = words.next().unwrap_or_default();
    let end = match words.next() {
        None => ChunkEnd::More,
        Some(word) if word.eq_ignore_ascii_case("LAST") => ChunkEnd::Last,
        Some(_) => return Err(bad()),
    };
    let is_number = digits.len() <= CHUNK_DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit());
    let bytes = digits.parse().ok().filter(|_| is_number).ok_or_else(bad)?;
    match words.next() {
        None => Ok(Command::Chunk { bytes, end }),
        Some(_) => Err(bad()),
    }
}

fn sign_in(mechanism: u64, initial: &str) -> Result<Command, Refused> {
    let mechanism = match mechanism {
        smtp_proto::AUTH_PLAIN => Mechanism::Plain,
        smtp_proto::AUTH_LOGIN => Mechanism::Login,
        _ => return Err(Refused::With(reply::UNKNOWN_MECHANISM.into())),
    };
    let initial = match initial {
        "" => None,
        // RFC 4954 §4: a lone equals sign is an initial response of no bytes.
        "=" => Some(String::new()),
        text => Some(text.to_owned()),
    };
    Ok(Command::SignIn { mechanism, initial })
}
