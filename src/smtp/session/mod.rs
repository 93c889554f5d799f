//! One SMTP session as a state machine: bytes in, [`Action`]s out, [`Answer`]s back in. Knows no socket, no clock and no
//! store, so that it can be tested byte by byte: any split of the bytes gives the same actions.
//!
//! The loop around it: call [`Session::advance`] until it gives `None`; do each action as it comes; give the answer of
//! those that ask; then read more bytes.

mod command;
mod message;
mod path;
pub mod reply;
mod sign_in;
#[cfg(test)]
mod tests;
mod transaction;

use crate::store::registry::{Recipient, SpoolId};
use command::{Command, Refused};
use memchr::memchr;
use message::{Body, Dots};
use reply::Text;
use sign_in::Step;
use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write;
use std::sync::Arc;
use transaction::Transaction;

pub use transaction::Handover;

/// Which door a listener is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Other servers hand mail over: no AUTH, anyone may send to us.
    Exchange,
    /// Members' mail programs: nothing without AUTH.
    Submission,
    /// The world outside, as `rapport demo` plays it: mail for any domain is taken, and goes nowhere. No listener of a
    /// server is this.
    Outside,
}

/// Where the client sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// On this machine: may sign in without TLS.
    Local,
    /// Anywhere else.
    Remote,
}

/// Whether STARTTLS is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// There is a certificate.
    Offered,
    /// There is none.
    Absent,
}

/// Bounds of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest message, as SIZE says it.
    pub message_bytes_max: u64,
    /// Recipients of one message, and unknown ones of one session.
    pub recipients_max: usize,
    /// Refused commands, before the session is closed.
    pub errors_max: usize,
    /// Commands in a row that bring no message forward, before the session is closed.
    pub idle_commands_max: usize,
    /// Wrong passwords, before the session is closed.
    pub wrong_passwords_max: usize,
    /// Messages of one session.
    pub messages_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            // 25 MiB of attachments in base64.
            message_bytes_max: 36 * 1024 * 1024,
            recipients_max: 100,
            errors_max: 20,
            idle_commands_max: 100,
            wrong_passwords_max: 3,
            messages_max: 100_000,
        }
    }
}

/// What all sessions of a listener share.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What the greeting says.
    pub host_name: String,
    /// The domain whose mail is taken.
    pub mail_domain: String,
    /// Which door this is.
    pub door: Door,
    /// Whether STARTTLS is offered.
    pub tls: Tls,
    /// Bounds.
    pub limits: Limits,
}

/// What the one who holds the socket is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Write this. Replies of one group of commands may be written together.
    Reply(Text),
    /// Write all replies, throw away what was read, and begin TLS; then call [`Session::tls_started`].
    StartTls,
    /// Look an address of ours up; answer `Recipient`, `NoRecipient`, `Disabled` or `Later`.
    CheckRecipient {
        /// As written, with a domain in any case.
        address: String,
        /// Without quotes, with its tag.
        local_part: String,
        /// The account that signed in, else MAIL FROM.
        sender: String,
    },
    /// Check a password; answer `RightPassword`, `WrongPassword`, `TooManyPasswords` or `Later`.
    CheckPassword(Credentials),
    /// Keep this message; answer `Kept`, `Later` or `Full`.
    Accept(Box<Handover>),
    /// Write all replies and close; nothing more comes.
    Close,
}

/// Answers to an [`Action`] that asks.
#[derive(Debug)]
pub enum Answer {
    /// The address is ours, and leads there.
    Recipient(Box<Recipient>),
    /// The address is nobody's.
    NoRecipient,
    /// The address is ours, and its workspace is closed.
    Disabled,
    /// The password is right; the account's address.
    RightPassword(String),
    /// It is not.
    WrongPassword,
    /// Too many wrong ones came from there; it was not looked at.
    TooManyPasswords,
    /// The message is on disk under this id.
    Kept(SpoolId),
    /// The store does not answer.
    Later,
    /// The store has no room.
    Full,
}

/// Name and password of a sign-in. Shown without them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// An account's address.
    pub name: String,
    /// An app password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// Longest command with its line end (RFC 5321 §4.5.3.1.4 asks for 512, parameters and AUTH want more).
pub const LINE_BYTES_MAX: usize = 2_048;
/// Bytes of a line without end that are thrown away before the session is closed.
const DISCARDED_BYTES_MAX: usize = 1024 * 1024;

/// A session. It holds at most a part of a line and the message that is being sent.
#[derive(Debug)]
pub struct Session {
    terms: Arc<Terms>,
    client: Client,
    stage: Stage,
    actions: VecDeque<Action>,
    asked: Asked,
    line: Vec<u8>,
    hello: Option<Hello>,
    secured: bool,
    account: Option<String>,
    transaction: Option<Transaction>,
    counts: Counts,
}

/// What the next bytes are.
#[derive(Debug)]
enum Stage {
    Command,
    /// A line that was too long: so many bytes of it are gone.
    Overlong(usize),
    SignIn(Step),
    Data(Dots, Body),
    /// BDAT: so many bytes of the chunk are to come.
    Chunk {
        left_bytes: u64,
        end: command::ChunkEnd,
    },
    /// BDAT that is refused: its bytes must go before the next command.
    LostChunk {
        left_bytes: u64,
        reply: &'static str,
    },
    Closed,
}

/// Which answer is awaited.
#[derive(Debug)]
enum Asked {
    Nothing,
    Recipient,
    Password,
    Kept,
    Tls,
}

#[derive(Debug)]
struct Hello {
    name: String,
    extended: bool,
}

#[derive(Debug, Default)]
struct Counts {
    errors: usize,
    unknown_recipients: usize,
    idle_commands: usize,
    wrong_passwords: usize,
    messages: usize,
}

impl Session {
    /// A session that greets first.
    pub fn new(terms: Arc<Terms>, client: Client) -> Session {
        let greeting = format!("220 {} ESMTP ready\r\n", terms.host_name);
        Session {
            terms,
            client,
            stage: Stage::Command,
            actions: VecDeque::from([Action::Reply(greeting.into())]),
            asked: Asked::Nothing,
            line: Vec::new(),
            hello: None,
            secured: false,
            account: None,
            transaction: None,
            counts: Counts::default(),
        }
    }

    /// The next thing to do; takes bytes off the input for it. `None` when more input or an answer is needed: the input
    /// is empty then, or the question is still open.
    pub fn advance(&mut self, input: &mut &[u8]) -> Option<Action> {
        loop {
            if let Some(action) = self.actions.pop_front() {
                return Some(action);
            }
            match self.stage {
                Stage::Closed => {
                    *input = &[];
                    return None;
                }
                _ if !matches!(self.asked, Asked::Nothing) || input.is_empty() => return None,
                Stage::Command | Stage::SignIn(_) => self.take_line(input),
                Stage::Overlong(_) => self.discard_line(input),
                Stage::Data(..) => self.take_data(input),
                Stage::Chunk { .. } | Stage::LostChunk { .. } => self.take_chunk(input),
            }
        }
    }

    /// Answers the last action that asked. An answer to another question is passed over.
    pub fn answer(&mut self, answer: Answer) {
        match (std::mem::replace(&mut self.asked, Asked::Nothing), answer) {
            (Asked::Recipient, answer) => self.recipient_checked(answer),
            (Asked::Password, answer) => self.password_checked(answer),
            (Asked::Kept, answer) => self.kept(answer),
            (asked, _) => self.asked = asked,
        }
    }

    /// TLS is on: the session begins anew, and what the client said before does not count (RFC 3207 §4.2).
    pub fn tls_started(&mut self) {
        if !matches!(self.asked, Asked::Tls) {
            return;
        }
        self.asked = Asked::Nothing;
        self.secured = true;
        self.hello = None;
        self.account = None;
        self.transaction = None;
        self.line.clear();
    }

    /// Whether a message is coming in now, between 354 or BDAT and its last byte.
    pub fn in_message(&self) -> bool {
        match self.stage {
            Stage::Data(..) | Stage::Chunk { .. } => true,
            _ => self
                .transaction
                .as_ref()
                .is_some_and(|t| t.chunks.is_some()),
        }
    }

    /// Counts up with each message that begins, so that what was held of another is known to be stale.
    pub fn message_number(&self) -> usize {
        self.counts.messages
    }

    /// Bytes of the message that the session holds now.
    pub fn held_bytes(&self) -> usize {
        self.body().map_or(0, Body::held_bytes)
    }

    /// Takes the bytes that are held out of the session, to keep them elsewhere; [`Handover::body`] will hold only what
    /// comes after them.
    pub fn take_held(&mut self) -> Vec<u8> {
        self.body_mut()
            .map(|body| std::mem::take(body.held()))
            .unwrap_or_default()
    }

    /// Gives up the message that is coming in, for want of room: 452 at its end.
    pub fn refuse_message(&mut self) {
        if let Some(body) = self.body_mut() {
            body.fail(message::Fault::NoRoom);
        }
    }

    fn body(&self) -> Option<&Body> {
        match &self.stage {
            Stage::Data(_, body) => Some(body),
            _ => self.transaction.as_ref().and_then(|t| t.chunks.as_ref()),
        }
    }

    fn body_mut(&mut self) -> Option<&mut Body> {
        match &mut self.stage {
            Stage::Data(_, body) => Some(body),
            _ => self.transaction.as_mut().and_then(|t| t.chunks.as_mut()),
        }
    }

    /// Takes a line, or the start of one.
    fn take_line(&mut self, input: &mut &[u8]) {
        let end = memchr(b'\n', input).map(|at| at + 1);
        let (part, rest) = input
            .split_at_checked(end.unwrap_or(input.len()))
            .unwrap_or((input, &[]));
        if self.line.len() + part.len() > LINE_BYTES_MAX {
            self.line.clear();
            self.stage = Stage::Overlong(0);
            return;
        }
        *input = rest;
        if end.is_none() {
            self.line.extend_from_slice(part);
            return;
        }
        if self.line.is_empty() {
            self.line_ended(part);
            return;
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(part);
        self.line_ended(&line);
    }

    fn line_ended(&mut self, line: &[u8]) {
        match std::mem::replace(&mut self.stage, Stage::Command) {
            Stage::SignIn(step) => self.sign_in_line(step, line),
            _ => match command::read(line) {
                Ok(command) => self.obey(command),
                Err(Refused::With(text)) => self.refuse(text),
                Err(Refused::AndClosed(text)) => self.close_with(text),
            },
        }
    }

    /// One refusal for a line however long, at its end (DEPENDENCIES: several 500 for one line confuse the client).
    fn discard_line(&mut self, input: &mut &[u8]) {
        let Stage::Overlong(gone) = self.stage else {
            return;
        };
        let window = input.len().min(DISCARDED_BYTES_MAX - gone);
        let (part, _) = input.split_at_checked(window).unwrap_or((input, &[]));
        let end = memchr(b'\n', part).map(|at| at + 1);
        let count = end.unwrap_or(part.len());
        *input = input.get(count..).unwrap_or_default();
        if end.is_some() {
            self.stage = Stage::Command;
            self.refuse(reply::LINE_TOO_LONG);
        } else if gone + count >= DISCARDED_BYTES_MAX {
            self.close_with(reply::LINE_TOO_LONG.into());
        } else {
            self.stage = Stage::Overlong(gone + count);
        }
    }

    fn obey(&mut self, command: Command) {
        if !self.advances_a_message(&command) {
            self.counts.idle_commands += 1;
            if self.counts.idle_commands > self.terms.limits.idle_commands_max {
                return self.close_with(reply::TOO_MUCH_IDLING.into());
            }
        }
        match command {
            Command::Helo(name) => self.helo(name),
            Command::Ehlo(name) => self.ehlo(name),
            Command::Mail(sender) => self.mail(sender),
            Command::Recipient(path) => self.recipient(path),
            Command::Data => self.data(),
            Command::Chunk { bytes, end } => self.chunk(bytes, end),
            Command::SignIn { mechanism, initial } => self.sign_in(mechanism, initial),
            Command::StartTls => self.start_tls(),
            Command::Reset => {
                self.transaction = None;
                self.say(reply::OK);
            }
            Command::NoOperation => self.say(reply::OK),
            Command::Verify => self.say(reply::CANNOT_VERIFY),
            Command::Help => self.say(reply::HELP),
            Command::Quit => self.close_with(reply::BYE.into()),
        }
    }

    fn advances_a_message(&self, command: &Command) -> bool {
        matches!(
            command,
            Command::Recipient(_) | Command::Data | Command::Chunk { .. } | Command::Quit
        )
    }

    fn helo(&mut self, name: String) {
        self.transaction = None;
        self.say(format!("250 {}\r\n", self.terms.host_name));
        self.hello = Some(Hello {
            name,
            extended: false,
        });
    }

    fn ehlo(&mut self, name: String) {
        self.transaction = None;
        let mut text = format!("250-{}\r\n", self.terms.host_name);
        let _ = write!(text, "250-SIZE {}\r\n", self.terms.limits.message_bytes_max);
        text.push_str("250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n");
        if self.terms.tls == Tls::Offered && !self.secured {
            text.push_str("250-STARTTLS\r\n");
        }
        if self.may_sign_in() {
            text.push_str("250-AUTH PLAIN LOGIN\r\n");
        }
        text.push_str("250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n");
        self.say(text);
        self.hello = Some(Hello {
            name,
            extended: true,
        });
    }

    fn start_tls(&mut self) {
        if self.secured {
            return self.refuse(reply::TLS_ALREADY);
        }
        if self.terms.tls == Tls::Absent {
            return self.refuse(reply::NO_TLS);
        }
        self.say(reply::READY_FOR_TLS);
        self.actions.push_back(Action::StartTls);
        self.asked = Asked::Tls;
    }

    fn say(&mut self, text: impl Into<Text>) {
        self.actions.push_back(Action::Reply(text.into()));
    }

    /// Says no, and closes where that was said too often.
    fn refuse(&mut self, text: impl Into<Text>) {
        self.say(text);
        self.counts.errors += 1;
        if self.counts.errors >= self.terms.limits.errors_max {
            self.close_with(reply::TOO_MANY_ERRORS.into());
        }
    }

    fn close_with(&mut self, text: Text) {
        self.say(text);
        self.actions.push_back(Action::Close);
        self.transaction = None;
        self.stage = Stage::Closed;
    }
}
