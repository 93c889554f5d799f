//! MAIL, RCPT, DATA and BDAT: from the sender to the message that is handed over.

use super::command::{ChunkEnd, Sender};
use super::message::{Body, Dots, Fault, Taken};
use super::path::Path;
use super::{Action, Answer, Asked, Client, Door, Session, Stage, reply};
use crate::store::registry::Recipient;

/// A message with its envelope, ready to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Without angle brackets; empty is the null sender.
    pub mail_from: String,
    /// What the client called itself.
    pub helo: String,
    /// How it came, as a Received field says it (RFC 3848, RFC 6531): `ESMTPS`.
    pub protocol: &'static str,
    /// Whether it came under TLS.
    pub tls: bool,
    /// Address of the account that signed in.
    pub authenticated: Option<String>,
    /// Each once, at least one.
    pub recipients: Vec<Recipient>,
    /// The message without its dots, behind what [`Session::take_held`] gave.
    pub body: Vec<u8>,
}

/// A message that is being sent.
#[derive(Debug)]
pub(super) struct Transaction {
    sender: Sender,
    recipients: Vec<Recipient>,
    /// How often RCPT came, whatever became of it.
    named_recipients: usize,
    /// What came by BDAT so far.
    pub(super) chunks: Option<Body>,
}

impl Session {
    pub(super) fn mail(&mut self, sender: Sender) {
        if self.hello.is_none() {
            return self.refuse(reply::HELLO_FIRST);
        }
        if self.transaction.is_some() {
            return self.refuse(reply::MAIL_TWICE);
        }
        if self.terms.door == Door::Submission && self.account.is_none() {
            return self.refuse(reply::SIGN_IN_FIRST);
        }
        if !sender.utf8 && !sender.path.is_ascii() {
            return self.refuse(reply::NEEDS_UTF8);
        }
        if sender.declared_bytes > self.terms.limits.message_bytes_max {
            return self.refuse(reply::TOO_LARGE);
        }
        if self.counts.messages >= self.terms.limits.messages_max {
            return self.close_with(reply::SESSION_OVER.into());
        }
        self.counts.messages += 1;
        self.transaction = Some(Transaction {
            sender,
            recipients: Vec::new(),
            named_recipients: 0,
            chunks: None,
        });
        self.say(reply::SENDER_OK);
    }

    pub(super) fn recipient(&mut self, path: Path) {
        let recipients_max = self.terms.limits.recipients_max;
        let Some(transaction) = &mut self.transaction else {
            return self.refuse(reply::MAIL_FIRST);
        };
        if transaction.chunks.is_some() {
            return self.refuse(reply::NO_DATA_AMID_CHUNKS);
        }
        transaction.named_recipients += 1;
        if transaction.named_recipients > recipients_max {
            // Senders of large lists come back with the rest; whoever goes on and on is none of them.
            let is_flood = transaction.named_recipients > recipients_max.saturating_mul(10);
            return match is_flood {
                true => self.close_with(reply::TOO_MANY_ERRORS.into()),
                false => self.say(reply::TOO_MANY_RECIPIENTS),
            };
        }
        if !transaction.sender.utf8 && !path.is_ascii() {
            return self.refuse(reply::NEEDS_UTF8);
        }
        // Only the postmaster has an address without a domain (RFC 5321 §4.1.1.3).
        let is_postmaster = path.local_part.eq_ignore_ascii_case("postmaster");
        let is_bare = path.domain.is_empty();
        if is_bare && !is_postmaster {
            return self.refuse(reply::BAD_RECIPIENT);
        }
        let is_ours = self.terms.door == Door::Outside
            || is_same_domain(&path.domain, &self.terms.mail_domain);
        if !is_bare && !is_ours {
            return self.recipient_refused(reply::RELAYING_DENIED);
        }
        let address = match is_bare {
            true => format!("{}@{}", path.address, self.terms.mail_domain),
            false => path.address,
        };
        let sender = transaction.sender.path.address.clone();
        self.asked = Asked::Recipient;
        self.actions.push_back(Action::CheckRecipient {
            address,
            local_part: path.local_part,
            sender: self.account.clone().unwrap_or(sender),
        });
    }

    pub(super) fn recipient_checked(&mut self, answer: Answer) {
        let Some(transaction) = &mut self.transaction else {
            return;
        };
        match answer {
            Answer::Recipient(recipient) => {
                // Named twice, it is still one recipient.
                let known = &mut transaction.recipients;
                if !known.iter().any(|r| r.address == recipient.address) {
                    known.push(*recipient);
                }
                self.say(reply::RECIPIENT_OK);
            }
            Answer::NoRecipient => self.recipient_refused(reply::UNKNOWN_RECIPIENT),
            Answer::Disabled => self.recipient_refused(reply::DISABLED_RECIPIENT),
            _ => self.say(reply::RECIPIENT_LATER),
        }
    }

    /// Stale lists are no attack, so these count apart from errors; but whoever tries names out is stopped too.
    fn recipient_refused(&mut self, text: &'static str) {
        self.say(text);
        self.counts.unknown_recipients += 1;
        if self.counts.unknown_recipients >= self.terms.limits.recipients_max {
            self.close_with(reply::TOO_MANY_ERRORS.into());
        }
    }

    pub(super) fn data(&mut self) {
        let Some(transaction) = &self.transaction else {
            return self.refuse(reply::MAIL_FIRST);
        };
        if transaction.chunks.is_some() {
            return self.refuse(reply::NO_DATA_AMID_CHUNKS);
        }
        if transaction.recipients.is_empty() {
            return self.refuse(transaction.without_recipients());
        }
        let body = self.empty_body(transaction.sender.declared_bytes);
        self.stage = Stage::Data(Dots::new(), body);
        self.say(reply::GO_AHEAD);
    }

    pub(super) fn take_data(&mut self, input: &mut &[u8]) {
        let Stage::Data(dots, body) = &mut self.stage else {
            return;
        };
        match dots.take(input, body) {
            Taken::Part => return,
            Taken::TooMuch => return self.close_with(reply::TOO_LARGE.into()),
            Taken::Whole => {}
        }
        if let Stage::Data(_, body) = std::mem::replace(&mut self.stage, Stage::Command) {
            self.hand_over(body);
        }
    }

    /// BDAT (RFC 3030). A refused chunk still has its bytes, which are no commands.
    pub(super) fn chunk(&mut self, bytes: u64, end: ChunkEnd) {
        let message_bytes_max = self.terms.limits.message_bytes_max;
        if bytes > message_bytes_max.saturating_mul(2) {
            return self.close_with(reply::TOO_LARGE.into());
        }
        let refusal = match &self.transaction {
            None => Some(reply::MAIL_FIRST),
            Some(t) if t.recipients.is_empty() => Some(t.without_recipients()),
            Some(_) => None,
        };
        self.stage = match refusal {
            Some(reply) => Stage::LostChunk {
                left_bytes: bytes,
                reply,
            },
            None => Stage::Chunk {
                left_bytes: bytes,
                end,
            },
        };
        if refusal.is_none() {
            let fresh = self.empty_body(bytes);
            if let Some(transaction) = &mut self.transaction {
                transaction.chunks.get_or_insert(fresh);
            }
        }
        if bytes == 0 {
            self.chunk_ended();
        }
    }

    pub(super) fn take_chunk(&mut self, input: &mut &[u8]) {
        let (Stage::Chunk { left_bytes, .. } | Stage::LostChunk { left_bytes, .. }) =
            &mut self.stage
        else {
            return;
        };
        let count = usize::try_from(*left_bytes).map_or(input.len(), |left| left.min(input.len()));
        let (part, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
        *input = rest;
        *left_bytes -= part.len() as u64;
        let ended = *left_bytes == 0;
        let body = self.transaction.as_mut().and_then(|t| t.chunks.as_mut());
        if let (Stage::Chunk { .. }, Some(body)) = (&self.stage, body) {
            body.push(part);
        }
        if ended {
            self.chunk_ended();
        }
    }

    fn chunk_ended(&mut self) {
        let body = self.transaction.as_mut().and_then(|t| t.chunks.take());
        match (std::mem::replace(&mut self.stage, Stage::Command), body) {
            (Stage::LostChunk { reply, .. }, _) => {
                self.transaction = None;
                self.refuse(reply);
            }
            (Stage::Chunk { end, .. }, Some(body)) => match end {
                // The client need not send the rest of what will be refused.
                ChunkEnd::More if body.fault().is_none() => {
                    let total = body.total_bytes();
                    if let Some(transaction) = &mut self.transaction {
                        transaction.chunks = Some(body);
                    }
                    self.say(format!("250 2.0.0 {total} octets so far\r\n"));
                }
                _ => self.hand_over(body),
            },
            _ => {}
        }
    }

    /// The message has ended: refused for what it is, or handed over to be kept.
    fn hand_over(&mut self, mut body: Body) {
        let Some(transaction) = self.transaction.take() else {
            return;
        };
        match body.fault() {
            Some(Fault::TooLarge) => return self.refuse(reply::TOO_LARGE),
            Some(Fault::BareLineEnd) => return self.refuse(reply::BARE_LINE_END),
            Some(Fault::Looping) => return self.refuse(reply::LOOPING),
            Some(Fault::NoRoom) => return self.say(reply::STORE_FULL),
            None => {}
        }
        let protocol = self.protocol(transaction.sender.utf8);
        let handover = Handover {
            mail_from: transaction.sender.path.address,
            helo: self
                .hello
                .as_ref()
                .map(|h| h.name.clone())
                .unwrap_or_default(),
            protocol,
            tls: self.secured,
            authenticated: self.account.clone(),
            recipients: transaction.recipients,
            body: std::mem::take(body.held()),
        };
        self.asked = Asked::Kept;
        self.actions.push_back(Action::Accept(Box::new(handover)));
    }

    pub(super) fn kept(&mut self, answer: Answer) {
        match answer {
            Answer::Kept(id) => {
                self.counts.idle_commands = 0;
                self.say(format!("250 2.0.0 kept as {id:x}\r\n"));
            }
            Answer::Full => self.say(reply::STORE_FULL),
            _ => self.say(reply::STORE_LATER),
        }
    }

    fn protocol(&self, utf8: bool) -> &'static str {
        let extended = self.hello.as_ref().is_some_and(|h| h.extended);
        match (utf8, extended, self.secured, self.account.is_some()) {
            (true, _, true, true) => "UTF8SMTPSA",
            (true, _, true, false) => "UTF8SMTPS",
            (true, _, false, true) => "UTF8SMTPA",
            (true, _, false, false) => "UTF8SMTP",
            (_, _, true, true) => "ESMTPSA",
            (_, _, false, true) => "ESMTPA",
            (_, true, true, _) => "ESMTPS",
            (_, true, false, _) => "ESMTP",
            (_, false, ..) => "SMTP",
        }
    }

    fn empty_body(&self, declared_bytes: u64) -> Body {
        Body::new(self.terms.limits.message_bytes_max, declared_bytes)
    }

    /// Whether AUTH is offered now: never where a password would travel in clear.
    pub(super) fn may_sign_in(&self) -> bool {
        self.terms.door == Door::Submission && (self.secured || self.client == Client::Local)
    }
}

impl Transaction {
    fn without_recipients(&self) -> &'static str {
        match self.named_recipients {
            0 => reply::RECIPIENT_FIRST,
            _ => reply::NO_RECIPIENT_LEFT,
        }
    }
}

fn is_same_domain(written: &str, ours: &str) -> bool {
    written.eq_ignore_ascii_case(ours) || written.to_lowercase() == ours.to_lowercase()
}
