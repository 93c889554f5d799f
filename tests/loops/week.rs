//! The world between the houses: mailboxes that answer everything, a domain that takes nothing, a list.

use crate::common::Place;
use crate::common::workspace::{NOON, SECOND, mail};
use crate::house::{House, Mail};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Mails that the world carries before the test gives up: a loop without an end.
const CARRIED_MAX: usize = 20_000;
const HOUR: i64 = 3_600 * SECOND;

const MIA: &str = "mia@studio.example";
const BOB: &str = "bob@byron.example";
/// Contacts of Mia's: one whose program answers under another address each time, one who takes nothing, a list.
const RUDE: &str = "desk@rude.example";
const GONE: &str = "gone@bounce.example";
const LIST: &str = "all@lists.example";

pub struct Week {
    pub ours: House,
    pub theirs: House,
    clock: Arc<AtomicI64>,
    carried: usize,
    serial: usize,
}

/// The places of two instances, on each database.
pub async fn open_pairs(first: Vec<Place>) -> Vec<(Place, Place)> {
    first
        .into_iter()
        .zip(crate::common::databases().await)
        .collect()
}

impl Week {
    pub async fn new(ours: Place, theirs: Place) -> Week {
        let clock = Arc::new(AtomicI64::new(NOON));
        let mia = ("crm.example", MIA, "log.m7a2x4");
        let bob = ("desk.example", BOB, "log.b2c3d4");
        Week {
            ours: House::open(ours, mia, 1, clock.clone()).await,
            theirs: House::open(theirs, bob, 2, clock.clone()).await,
            clock,
            carried: 0,
            serial: 0,
        }
    }

    pub fn mails_carried(&self) -> usize {
        self.carried
    }

    /// Mia and Bob get their contacts, and write to each once.
    pub async fn begin(&mut self) {
        // Each knows the other by an address of the other's Rapport: letters pass two relays each way.
        self.meets(MIA, BOB).await;
        self.meets(BOB, MIA).await;
        let bobs_mia = self.theirs.capture(MIA).await;
        for contact in [RUDE, GONE, LIST, bobs_mia.as_str()] {
            self.meets(MIA, contact).await;
            let capture = self.ours.capture(contact).await;
            self.writes(MIA, &capture, "Dear all, when can we talk?")
                .await;
        }
        self.writes(
            MIA,
            "log.m7a2x4@crm.example",
            "note @desk: is rude\nnoet: x",
        )
        .await;
        self.settle().await;
    }

    /// A member forwards a letter of somebody, who becomes a contact.
    async fn meets(&mut self, member: &str, contact: &str) {
        let body = format!(
            "---------- Forwarded message ---------\nFrom: {contact}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: Hello\n\
             To: {member}\n\n\nHello from {contact}."
        );
        let intake = self.house_of(member).intake;
        let domain = self.house_of(member).domain;
        self.sends(
            member,
            &format!("{intake}@{domain}"),
            "Fwd: Hello",
            &body,
            "",
        )
        .await;
        self.settle().await;
    }

    async fn writes(&mut self, member: &str, to: &str, body: &str) {
        self.sends(member, to, "Talk", body, "").await;
    }

    fn house_of(&self, member: &str) -> &House {
        match member {
            MIA => &self.ours,
            _ => &self.theirs,
        }
    }

    /// A member's own mail program hands a mail in.
    async fn sends(&mut self, member: &str, to: &str, subject: &str, body: &str, headers: &str) {
        let sent = self.made(member, to, subject, body, headers);
        let mut carried = VecDeque::from([sent]);
        self.carry(&mut carried).await;
    }

    fn made(&mut self, from: &str, to: &str, subject: &str, body: &str, headers: &str) -> Mail {
        self.serial += 1;
        let domain = from.split('@').nth(1).unwrap();
        let id = format!("{}@{domain}", self.serial);
        let headers = format!("Subject: {subject}\n{headers}");
        Mail {
            mail_from: from.to_owned(),
            to: to.to_owned(),
            account: [MIA, BOB].contains(&from).then(|| from.to_owned()),
            raw: mail(from, to, &id, &headers, body)
                .replace('\n', "\r\n")
                .into_bytes(),
        }
    }

    /// Twenty-four hours, one after the other.
    pub async fn pass_a_day(&mut self) {
        for _ in 0..24 {
            self.clock.fetch_add(HOUR, Ordering::SeqCst);
            self.settle().await;
        }
    }

    /// Everybody works until nothing moves any more at this moment; holds of a minute run out on the way.
    async fn settle(&mut self) {
        loop {
            self.clock.fetch_add(61 * SECOND, Ordering::SeqCst);
            let mut left: VecDeque<Mail> = self.ours.work().await.into();
            left.extend(self.theirs.work().await);
            if left.is_empty() {
                return;
            }
            self.carry(&mut left).await;
        }
    }

    /// Carries mails where they go; what mailboxes answer is carried too.
    async fn carry(&mut self, mails: &mut VecDeque<Mail>) {
        while let Some(mail) = mails.pop_front() {
            self.carried += 1;
            assert!(self.carried < CARRIED_MAX, "a loop without an end");
            let house = [&self.ours, &self.theirs]
                .into_iter()
                .find(|house| house.owns(&mail.to));
            if let Some(house) = house {
                if !house.take(&mail).await {
                    mails.extend(self.bounced(&mail));
                }
                continue;
            }
            match mail.to.as_str() {
                // Their mailboxes answer whatever comes in, and say not that a program does.
                MIA | BOB => mails.extend(self.away(&mail, &mail.to.clone())),
                LIST => mails.extend(self.listed(&mail).await),
                to if to.ends_with("@rude.example") => {
                    let other = format!("desk{}@rude.example", self.serial);
                    mails.extend(self.away(&mail, &other));
                }
                to if to.ends_with("@bounce.example") => mails.extend(self.bounced(&mail)),
                _ => {}
            }
        }
    }

    /// "I am away", to wherever answers are wanted, without any of the marks of a program.
    fn away(&mut self, mail: &Mail, from: &str) -> Option<Mail> {
        let read = rapport::mail::read(&mail.raw);
        let to = read.reply_to.first().or(read.from.as_ref())?.key();
        let id = read.message_id.clone().unwrap_or_default();
        let subject = format!("Re: {}", read.subject.clone().unwrap_or_default());
        let headers = format!("In-Reply-To: <{id}>\nReferences: <{id}>\n");
        let body = format!(
            "I am away until Monday. Your mail has the number {}.",
            self.serial
        );
        Some(self.made(
            from,
            &to,
            &subject.replace(['\r', '\n'], " "),
            &body,
            &headers,
        ))
    }

    /// A report that it did not arrive, to the return path (RFC 3464); never about a report.
    fn bounced(&mut self, mail: &Mail) -> Option<Mail> {
        if mail.mail_from.is_empty() {
            return None;
        }
        self.serial += 1;
        let id = rapport::mail::read(&mail.raw)
            .message_id
            .unwrap_or_default();
        let raw = format!(
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: {0}\nSubject: Undelivered Mail Returned to Sender\n\
             Message-ID: <bounce{1}@mx.example>\nDate: Tue, 10 Nov 2026 11:30:00 +0000\nAuto-Submitted: auto-replied\n\
             MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b{1}\n\n--b{1}\n\
             Content-Type: text/plain\n\nYour mail could not be delivered.\n\n--b{1}\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {2}\nAction: failed\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--b{1}\nContent-Type: text/rfc822-headers\n\n\
             Message-ID: <{id}>\nTo: {2}\n\n--b{1}--\n",
            mail.mail_from, self.serial, mail.to
        );
        Some(Mail {
            mail_from: String::new(),
            to: mail.mail_from.clone(),
            account: None,
            raw: raw.replace('\n', "\r\n").into_bytes(),
        })
    }

    /// The list sends everything to all who are on it: Mia, and the address that wrote to it.
    async fn listed(&mut self, mail: &Mail) -> Vec<Mail> {
        let read = rapport::mail::read(&mail.raw);
        let from = read.from.as_ref().map(|m| m.key()).unwrap_or_default();
        let capture = self.ours.capture(LIST).await;
        let subject = format!("[all] {}", read.subject.unwrap_or_default());
        let headers = "List-Id: All <all.lists.example>\nPrecedence: list\n";
        [MIA.to_owned(), capture]
            .iter()
            .map(|to| {
                let mut copy = self.made(&from, to, &subject, &read.text, headers);
                copy.mail_from = "bounces@lists.example".to_owned();
                copy.account = None;
                copy
            })
            .collect()
    }

    /// All that both houses wrote, but the digests, which come by the calendar.
    pub async fn letters_but_digests(&self) -> usize {
        let sql = "select count(*) from outbox where kind <> 'digest'";
        self.ours.count(sql).await + self.theirs.count(sql).await
    }
}
