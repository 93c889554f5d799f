//! The world outside: a second listener, of the same session as the server's, with a mailbox for whoever mail leaves to.

use crate::domain::{Error, Result};
use crate::mail::resolver::Resolver;
use crate::mail::trust::{self, Relays};
use crate::mail::{self, Message, Trust};
use crate::smtp::session::{Action, Answer, Client, Door, Handover, Limits, Session, Terms, Tls};
use crate::store::registry::{AddressKind, Recipient};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What does not leave by then never will.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(10);
const BUFFER_BYTES: usize = 16 * 1024;
const HOST: &str = "outside.example";

/// A mail that left.
#[derive(Clone, Debug)]
pub struct Left {
    /// MAIL FROM.
    pub mail_from: String,
    /// RCPT TO, lower case.
    pub rcpt_to: Vec<String>,
    /// What EHLO said.
    pub helo: String,
    /// The bytes.
    pub raw: Vec<u8>,
}

impl Left {
    /// As a mail program reads it.
    pub fn message(&self) -> Message {
        mail::read(&self.raw)
    }

    /// Where an answer to it goes.
    pub fn answer_to(&self) -> String {
        let message = self.message();
        let to = message.reply_to.first().or(message.from.as_ref());
        to.map(mail::Mailbox::key).unwrap_or_default()
    }

    /// Its bytes as text, and its text decoded: what stands in neither was not sent.
    pub fn whole(&self) -> String {
        let raw = String::from_utf8_lossy(&self.raw);
        format!("{raw}\n{}", self.message().body)
    }

    /// What the receiving server finds out about its sender.
    pub async fn trust(&self, resolver: &Resolver) -> Trust {
        let envelope = trust::Envelope {
            client: Ipv4Addr::LOCALHOST.into(),
            helo: self.helo.clone(),
            mail_from: self.mail_from.clone(),
            host: HOST.to_owned(),
            authenticated: None,
        };
        trust::verify(resolver, &Relays::default(), &self.raw, &envelope).await
    }
}

type Mailbox = Arc<Mutex<Vec<Left>>>;

/// The listener, and what came to it.
pub struct Outside {
    /// Where it listens.
    pub address: SocketAddr,
    mailbox: Mailbox,
    listening: JoinHandle<()>,
}

impl Outside {
    /// Begins to listen, on a port that is free.
    pub async fn open() -> Result<Outside> {
        let failed =
            |e| Error::unavailable("no port of this machine can be listened on").because(e);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(failed)?;
        let mailbox = Mailbox::default();
        Ok(Outside {
            address: listener.local_addr().map_err(failed)?,
            listening: tokio::spawn(listen(listener, mailbox.clone())),
            mailbox,
        })
    }

    /// How many mails came, to set what comes apart from what was there.
    pub fn count(&self) -> usize {
        kept(&self.mailbox).len()
    }

    /// All mails to somebody, the oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Left> {
        let mails = kept(&self.mailbox);
        let is_to = |mail: &&Left| mail.rcpt_to.iter().any(|to| to == address);
        mails.iter().filter(is_to).cloned().collect()
    }

    /// All mails.
    pub fn mails(&self) -> Vec<Left> {
        kept(&self.mailbox).clone()
    }

    /// Waits for a mail to somebody that is such; of those after the first `count` of all.
    pub async fn mail(
        &self,
        count: usize,
        to: &str,
        is_such: impl Fn(&Message) -> bool,
    ) -> Option<Left> {
        let until = Instant::now() + LEAVES_WITHIN;
        while Instant::now() < until {
            let found = kept(&self.mailbox)
                .iter()
                .skip(count)
                .filter(|mail| mail.rcpt_to.iter().any(|one| one == to))
                .find(|mail| is_such(&mail.message()))
                .cloned();
            if found.is_some() {
                return found;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        None
    }

    /// Listens no more.
    pub fn close(self) {
        self.listening.abort();
    }
}

/// Nothing panics while it is held; and if it did, what came is still there.
fn kept(mailbox: &Mailbox) -> MutexGuard<'_, Vec<Left>> {
    mailbox.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, mailbox: Mailbox) {
    let terms = Arc::new(Terms {
        host_name: HOST.to_owned(),
        mail_domain: HOST.to_owned(),
        door: Door::Outside,
        tls: Tls::Absent,
        limits: Limits::default(),
    });
    while let Ok((stream, _)) = listener.accept().await {
        let session = Session::new(terms.clone(), Client::Local);
        tokio::spawn(receive(stream, session, mailbox.clone()));
    }
}

/// One connection to its end; an error of the socket is its end too.
async fn receive(mut stream: TcpStream, mut session: Session, mailbox: Mailbox) {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut filled = 0;
    loop {
        let mut input = buffer.get(..filled).unwrap_or_default();
        while let Some(action) = session.advance(&mut input) {
            let answer = match action {
                Action::Reply(text) => match stream.write_all(text.as_bytes()).await {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                Action::Close | Action::StartTls => return,
                Action::CheckRecipient { address, .. } => Answer::Recipient(Box::new(to(address))),
                Action::CheckPassword(_) => Answer::WrongPassword,
                Action::Accept(handover) => keep(&mailbox, *handover),
            };
            session.answer(answer);
        }
        filled = match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => count,
        };
    }
}

fn to(address: String) -> Recipient {
    Recipient {
        address: address.to_lowercase(),
        local_part: address,
        kind: AddressKind::Plain,
        workspace_id: 0,
        account_id: None,
        contact_id: None,
        number: None,
    }
}

fn keep(mailbox: &Mailbox, handover: Handover) -> Answer {
    let mut mails = kept(mailbox);
    mails.push(Left {
        mail_from: handover.mail_from,
        rcpt_to: handover.recipients.into_iter().map(|r| r.address).collect(),
        helo: handover.helo,
        raw: handover.body,
    });
    Answer::Kept(i64::try_from(mails.len()).unwrap_or(i64::MAX))
}
