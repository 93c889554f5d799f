//! What a relay may and may not let through.

mod clients;
mod inwards;
mod outwards;
mod parts;
mod pieces;
mod properties;

use super::*;
use crate::mail;
use crate::mail::compose::{File, Letter};
use crate::mail::message::Message;
use crate::mail::mime::tree;
use clients::{Client, Reply};

/// A contact's mail, as it comes in.
pub const FROM_ADA: &str = "Received: from mx.acme.example by crm.example; Fri, 20 Nov 2026 07:12:00 +0000\r\n\
Return-Path: <ada@acme.example>\r\n\
DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=x; b=AAAA\r\n\
From: Ada Byron <ada@acme.example>\r\n\
To: ada.7k3q9x@crm.example\r\n\
Cc: bob@acme.example\r\n\
Subject: Offer\r\n\
Date: Fri, 20 Nov 2026 09:12:00 +0200\r\n\
Message-ID: <first@acme.example>\r\n\
Disposition-Notification-To: ada@acme.example\r\n\
Errors-To: ada@acme.example\r\n\
X-Originating-IP: 192.0.2.7\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/alternative; boundary=\"b1\"\r\n\
\r\n\
preamble\r\n\
--b1\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
Hei Mia,\r\n\
\r\n\
could you send me the offer until Friday?\r\n\
\r\n\
Äda\r\n\
--b1\r\n\
Content-Type: text/html; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
<html><body><p>Hei Mia,</p><p>could you send me the <b>offer</b> until Friday?</p><p>Äda</p></body></html>\r\n\
--b1--\r\n";

pub fn to_member() -> Cover {
    Cover {
        from: Mailbox::new(
            Some("Ada Byron (acme.example) via Rapport"),
            "ada.7k3q9x@crm.example",
        ),
        to: Mailbox::new(Some("Mia Sund"), "mia@studio.example"),
        subject: "Offer".to_owned(),
        date: "2026-11-20T07:12:00Z".parse().unwrap(),
        message_id: "k.0123456789abcdef.a1b2c3d4e5f6@crm.example".to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        writer: Writer::Person,
    }
}

pub fn to_contact() -> Cover {
    Cover {
        from: Mailbox::new(Some("Mia Sund"), "ada.7k3q9x@crm.example"),
        to: Mailbox::new(Some("Ada Byron"), "ada@acme.example"),
        subject: "Re: Offer".to_owned(),
        date: "2026-11-20T08:00:00Z".parse().unwrap(),
        message_id: "k.e5.f6g7h8@crm.example".to_owned(),
        in_reply_to: Some("first@acme.example".to_owned()),
        references: vec!["first@acme.example".to_owned()],
        writer: Writer::Person,
    }
}

/// A member's reply with its head, in the form of a client.
pub fn reply(client: &Client, lines: &[String]) -> Vec<u8> {
    let footer = Footer::naming("Ada Byron");
    let relayed = inward(FROM_ADA.as_bytes(), &to_member(), &footer).unwrap();
    let tree = tree::read(&relayed);
    let page = tree
        .all()
        .into_iter()
        .find(|n| n.role == tree::Role::Html)
        .unwrap()
        .text();
    let inner = page
        .replace("<html><body>", "")
        .replace("</body></html>", "");
    let reply = Reply {
        lines,
        quoted_text: &mail::read(&relayed).body,
        quoted_page: &inner,
    };
    let (text, page) = ((client.text)(&reply), (client.page)(&reply));
    let mut written = String::from(
        "Received: from [10.0.0.7] by mail.studio.example; Fri, 20 Nov 2026 08:00:00 +0000\r\n\
         X-Originating-IP: [10.0.0.7]\r\n\
         User-Agent: Client 1.0\r\n\
         Autocrypt: addr=mia@studio.example; keydata=AAAA\r\n\
         From: Mia Sund <mia@studio.example>\r\n\
         To: \"Ada Byron (acme.example) via Rapport\" <ada.7k3q9x@crm.example>\r\n\
         Bcc: boss@studio.example\r\n\
         Subject: Re: Offer\r\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0200\r\n\
         Message-ID: <reply@studio.example>\r\n\
         In-Reply-To: <k.0123456789abcdef.a1b2c3d4e5f6@crm.example>\r\n\
         MIME-Version: 1.0\r\n",
    )
    .into_bytes();
    written.extend(body(&text, &page));
    written
}

/// A body of text and page, whichever is there.
pub fn body(text: &str, page: &str) -> Vec<u8> {
    use crate::mail::compose::{container, part};
    match (text.is_empty(), page.is_empty()) {
        (false, true) => part::text("text/plain", text),
        (true, false) => part::text("text/html", page),
        _ => container::write(
            "alternative",
            b"client",
            &[
                part::text("text/plain", text),
                part::text("text/html", page),
            ],
        ),
    }
}

pub fn lines(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// What holds for every relayed message on the wire.
#[track_caller]
pub fn assert_wire(raw: &[u8]) {
    let mut previous = 0;
    for &byte in raw {
        assert!(byte != b'\n' || previous == b'\r', "bare LF");
        assert!(previous != b'\r' || byte == b'\n', "bare CR");
        previous = byte;
    }
    for line in raw.split(|b| *b == b'\n') {
        assert!(line.len() <= 999, "{} bytes in a line", line.len());
    }
}

/// The names of the header fields, in order.
pub fn field_names(raw: &[u8]) -> Vec<String> {
    let (fields, _) = crate::mail::mime::fields::Fields::read(raw);
    fields.all.into_iter().map(|f| f.name).collect()
}

/// Every text and page of a message, decoded, and its header.
pub fn everything(raw: &[u8]) -> String {
    let tree = tree::read(raw);
    let mut all = String::from_utf8_lossy(tree.header).into_owned();
    for node in tree.all() {
        all.push_str(&String::from_utf8_lossy(node.header));
        all.push_str(&node.text());
    }
    all
}

pub fn page_of(raw: &[u8]) -> String {
    let tree = tree::read(raw);
    let pages = tree
        .all()
        .into_iter()
        .filter(|n| n.role == tree::Role::Html);
    pages.map(|n| n.text()).collect()
}

pub fn sums(message: &Message) -> Vec<String> {
    message
        .attachments
        .iter()
        .map(|a| a.sha256.clone())
        .collect()
}
