//! What people write in the demo's second half: a mail as its program makes it, handed in, and the answer that comes back.

use super::hand_in;
use super::outside::Left;
use super::script::By;
use super::tell::Teller;
use super::world::{MAIL_DOMAIN, World};
use crate::commands::reply::text::plain;
use crate::domain::Result;
use crate::mail::Message;
use jiff::fmt::rfc2822;

/// Mia's intake address.
pub const INTAKE: &str = "log.m7a2x4@crm.example";
/// Mia, as her mail program names her.
pub const MIA: &str = "Mia Laine <mia@studio.example>";
/// Mia's mailbox.
pub const MIA_ADDRESS: &str = "mia@studio.example";
/// Ada, as her mail program names her.
pub const ADA: &str = "Ada Byron <ada@northwind.example>";
/// Ada's mailbox.
pub const ADA_ADDRESS: &str = "ada@northwind.example";

/// MAIL FROM of a server that speaks for nobody.
const ANYBODY: &str = "guest@hotel.example";

/// A mail that somebody writes.
pub struct Letter<'a> {
    /// From, with its name.
    pub from: &'a str,
    /// To, as it is read by everybody.
    pub to: &'a str,
    /// To whom it is handed in beside that, as a BCC.
    pub bcc: Option<&'a str>,
    /// Its subject.
    pub subject: &'a str,
    /// Its text, LF line ends.
    pub body: &'a str,
    /// The mail that it answers and quotes.
    pub answers: Option<&'a Left>,
}

impl<'a> Letter<'a> {
    /// A mail of Mia's.
    pub fn of_mia(to: &'a str, subject: &'a str, body: &'a str) -> Letter<'a> {
        Letter {
            from: MIA,
            to,
            bcc: None,
            subject,
            body,
            answers: None,
        }
    }

    /// The bytes, CRLF line ends. Answers quote what they answer, as mail programs do.
    fn bytes(&self) -> Vec<u8> {
        let (_, domain) = self.from.rsplit_once('@').unwrap_or_default();
        let domain = domain.trim_end_matches('>');
        let date = rfc2822::to_string(&jiff::Zoned::now()).unwrap_or_default();
        let mut header = format!(
            "From: {}\nTo: {}\nSubject: {}\nDate: {date}\nMessage-ID: <{:016x}@{domain}>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
            self.from,
            self.to,
            self.subject,
            rand::random::<u64>()
        );
        let mut body = format!("{}\n", self.body);
        if let Some(answered) = self.answers.map(Left::message) {
            let id = answered.message_id.as_deref().unwrap_or_default();
            header.push_str(&format!("In-Reply-To: <{id}>\nReferences: <{id}>\n"));
            body.push_str(&quoted(&answered));
        }
        format!("{header}\n{body}")
            .replace('\n', "\r\n")
            .into_bytes()
    }
}

/// `On …, … wrote:` and the text, each line behind `> `.
fn quoted(answered: &Message) -> String {
    let from = answered.from.as_ref().map(crate::mail::Mailbox::key);
    let date = answered.date.unwrap_or_default();
    let mut quote = format!(
        "\nOn {}, <{}> wrote:\n\n",
        date.strftime("%a, %-d %b %Y at %H:%M"),
        from.unwrap_or_default()
    );
    for line in answered.body.lines() {
        quote.push_str("> ");
        quote.push_str(line);
        quote.push('\n');
    }
    quote
}

/// Who hands a mail in.
pub fn server_of(letter: &Letter<'_>) -> By {
    match letter.from {
        MIA => By::ServerOf("studio.example"),
        ADA => By::ServerOf("northwind.example"),
        _ => By::AnyServer,
    }
}

/// Shows a mail and hands it in. Gives how many mails had left before, and the spool id where it was taken.
pub async fn hand_in(
    world: &World,
    tell: &mut Teller,
    letter: &Letter<'_>,
    by: By,
) -> Result<(usize, Option<i64>)> {
    let before = world.outside.count();
    let raw = letter.bytes();
    let raw = match by {
        By::ServerOf(domain) => world.signed(domain, &raw)?,
        By::AnyServer | By::MiaSignedIn => raw,
    };
    let to = letter.bcc.unwrap_or(letter.to);
    let (_, from) = letter.from.rsplit_once('<').unwrap_or_default();
    let mail_from = match by {
        By::AnyServer => ANYBODY,
        By::ServerOf(_) | By::MiaSignedIn => from.trim_end_matches('>'),
    };
    let transport = hand_in::as_server(world.smtp());
    let answer = hand_in::send(&transport, mail_from, &[to], &raw).await?;
    tell.fact("to", to);
    tell.fact("subject", letter.subject);
    if !letter.body.is_empty() {
        tell.fact("mail", letter.body);
    }
    tell.check(
        answer.code == 250,
        &format!("the server takes it: {} {}", answer.code, answer.text),
    );
    Ok((before, answer.spool_id()))
}

/// Waits for a mail that leaves to somebody, shows it, and checks who sent it; nothing where none comes.
pub async fn receive(
    world: &World,
    tell: &mut Teller,
    before: usize,
    to: &str,
    is_such: impl Fn(&Message) -> bool,
) -> Result<Option<Left>> {
    let Some(left) = world.outside.mail(before, to, is_such).await else {
        tell.check(false, &format!("a mail arrives at {to}"));
        return Ok(None);
    };
    let message = left.message();
    let subject = message.subject.as_deref().unwrap_or("(no subject)");
    tell.fact("arrives", &format!("{to}: {}", plain(subject)));
    tell.fact("", &message.body);
    let trust = left.trust(&world.resolver).await;
    tell.check(
        trust.dkim == "pass" && trust.dmarc == "pass",
        &format!(
            "its signature is that of {MAIL_DOMAIN}: DKIM {}, DMARC {}",
            trust.dkim, trust.dmarc
        ),
    );
    Ok(Some(left))
}

/// Mia writes, and what we write back arrives in her mailbox.
pub async fn asks(world: &World, tell: &mut Teller, letter: &Letter<'_>) -> Result<Option<Left>> {
    let (before, _) = hand_in(world, tell, letter, server_of(letter)).await?;
    receive(world, tell, before, MIA_ADDRESS, |_| true).await
}

/// Mia answers one of our letters.
pub async fn answers(
    world: &World,
    tell: &mut Teller,
    left: &Left,
    body: &str,
) -> Result<Option<Left>> {
    let subject = left.message().subject.unwrap_or_default();
    let subject = format!("Re: {}", subject.trim_start_matches("Re: "));
    let to = left.answer_to();
    let letter = Letter {
        answers: Some(left),
        ..Letter::of_mia(&to, &subject, body)
    };
    asks(world, tell, &letter).await
}
