//! What is written is read again as it was meant, and is clean on the wire.

mod headers;
mod properties;

use super::*;
use crate::mail;
use crate::mail::message::Message;

/// A letter with all the usual fields.
pub(super) fn letter() -> Letter {
    Letter {
        from: Mailbox::new(Some("Rapport"), "r.7k3q9x@crm.example"),
        to: Mailbox::new(Some("Mia Sørensen"), "mia@studio.example"),
        reply_to: Some(Mailbox::new(None, "r.7k3q9x@crm.example")),
        subject: "Done: call Ada on Friday".to_owned(),
        date: "2026-11-20T07:30:00Z".parse().unwrap(),
        message_id: "k.1a2b.3c4d@crm.example".to_owned(),
        in_reply_to: Some("question-1@studio.example".to_owned()),
        references: vec![
            "question-0@studio.example".to_owned(),
            "question-1@studio.example".to_owned(),
        ],
        text: "1 ✓ next action: call Friday\n\nundo takes it back.\n".to_owned(),
        html: Some("<p>1 ✓ next action: <b>call Friday</b></p>".to_owned()),
        writer: Writer::Answering,
        files: Vec::new(),
    }
}

/// What holds for every message: CRLF alone, short lines, 7 bits.
#[track_caller]
pub(super) fn assert_clean(raw: &[u8]) {
    let text = std::str::from_utf8(raw).unwrap();
    let bare = text.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n', '\0']), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 78, "{} bytes: {line}", line.len());
    }
    assert!(raw.is_ascii(), "{text}");
    assert!(text.ends_with("\r\n"));
}

#[track_caller]
pub(super) fn read(letter: &Letter) -> Message {
    let raw = letter.write().unwrap();
    assert_clean(&raw);
    mail::read(&raw)
}

fn raw_text(letter: &Letter) -> String {
    String::from_utf8(letter.write().unwrap()).unwrap()
}

#[test]
fn a_letter_is_read_as_it_was_written() {
    let written = letter();
    let read = read(&written);
    assert_eq!(read.from, Some(written.from));
    assert_eq!(read.to, [written.to]);
    assert_eq!(read.reply_to, [written.reply_to.unwrap()]);
    assert_eq!(read.subject, Some(written.subject));
    assert_eq!(read.date, Some(written.date));
    assert_eq!(read.message_id, Some(written.message_id));
    assert_eq!(read.in_reply_to, [written.in_reply_to.unwrap()]);
    assert_eq!(read.references, written.references);
    assert_eq!(read.body.trim_end(), written.text.trim_end());
    assert!(!read.html_only && read.attachments.is_empty() && read.limits.is_empty());
}

#[test]
fn a_program_s_letter_says_so_and_is_never_answered() {
    for (writer, field) in [
        (Writer::Program, "Auto-Submitted: auto-generated\r\n"),
        (Writer::Answering, "Auto-Submitted: auto-replied\r\n"),
    ] {
        let written = Letter { writer, ..letter() };
        let raw = raw_text(&written);
        assert!(raw.contains(field), "{raw}");
        assert!(raw.contains("X-Auto-Response-Suppress: All\r\n"), "{raw}");
        assert!(!read(&written).answerable);
    }
    let written = Letter {
        writer: Writer::Person,
        ..letter()
    };
    assert!(!raw_text(&written).contains("Auto"));
    assert!(read(&written).answerable);
}

#[test]
fn the_text_stands_before_the_html() {
    let raw = raw_text(&letter());
    assert!(raw.contains("\r\nContent-Type: multipart/alternative; boundary=\"=_"));
    let (plain, html) = (raw.find("text/plain"), raw.find("text/html"));
    assert!(plain.is_some() && plain < html);
    let alone = Letter {
        html: None,
        ..letter()
    };
    assert!(raw_text(&alone).contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"));
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(letter().write().unwrap(), letter().write().unwrap());
}

#[test]
fn every_text_comes_back() {
    let long = "word ".repeat(4000);
    for text in [
        "",
        "\n",
        ".\n..\n.leading dot",
        "From the beginning\nFrom: eve@evil.example",
        "-- \nMia",
        "--=_boundary\n--x--",
        "trailing space \ntab\t\nend ",
        "100% = 50% * 2 =3D",
        "Ä ö ü ß € 🙂 日本語 עברית",
        "日本語の長い文章がここにあります。\n二行目です。",
        "a\u{1}b\u{7f}c\td",
        long.as_str(),
        &"x".repeat(5000),
        &"é".repeat(3000),
    ] {
        let written = Letter {
            text: text.to_owned(),
            html: None,
            ..letter()
        };
        assert_eq!(
            read(&written).body.trim_end_matches('\n'),
            text.trim_end_matches('\n')
        );
    }
}

#[test]
fn files_come_back_byte_for_byte() {
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for (name, media_type, shown, expected_type) in [
        (
            "offer.pdf",
            "application/pdf",
            "offer.pdf",
            "application/pdf",
        ),
        (
            "Tarjous äö.pdf",
            "application/pdf",
            "Tarjous äö.pdf",
            "application/pdf",
        ),
        (
            "見積書の最終版と付属書類一式.pdf",
            "application/pdf",
            "見積書の最終版と付属書類一式.pdf",
            "application/pdf",
        ),
        ("a\"b\\c.csv", "text/csv", "a\"b\\c.csv", "text/csv"),
        (
            "a\r\nBcc: eve@evil.example",
            "text/csv",
            "a Bcc: eve@evil.example",
            "text/csv",
        ),
        (
            "letter.eml",
            "message/rfc822",
            "letter.eml",
            "application/octet-stream",
        ),
        (
            "x.bin",
            "text/html\r\nBcc: eve@evil.example",
            "x.bin",
            "application/octet-stream",
        ),
        ("x.bin", "nonsense", "x.bin", "application/octet-stream"),
    ] {
        let file = File {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes: bytes.clone(),
        };
        let written = Letter {
            files: vec![file.clone(), file],
            ..letter()
        };
        let read = read(&written);
        assert!(read.bcc.is_empty());
        assert_eq!(read.attachments.len(), 2, "{name}");
        assert_eq!(read.attachments[0].name.as_deref(), Some(shown));
        assert_eq!(read.attachments[0].content_type, expected_type);
        let raw = written.write().unwrap();
        assert_eq!(mail::mime::attachment_bytes(&raw, 1).unwrap(), bytes);
    }
}
