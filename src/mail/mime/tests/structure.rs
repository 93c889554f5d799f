//! Multiparts whose boundaries are missing, wrong or many; and the limits.

use super::{names, read};
use crate::mail::Limit;
use crate::mail::mime::{fields, reader};

#[test]
fn multiparts_are_cut_where_they_were_meant_to_be() {
    const HEAD: &str = "From: a@acme.example\nMIME-Version: 1.0\n";
    for raw in [
        "Content-Type: multipart/mixed; boundary=\"b b\"\n\n--b b\n\none\n--b b\n\ntwo\n--b b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\none\n--b\n\ntwo\n--b--  \n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bad\n--b\n\ntwo\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b;\n\n--b (a comment)\n\none\n--b (another)\n\ntwo\n--b--\n",
        "Content-Type: multipart/mixed\n\n--x123\nContent-Type: text/plain\n\none\n--x123\n\ntwo\n--x123--\n",
        "Content-Type: multipart/mixed; boundary=wrong\n\n--right\nContent-Type: text/plain\n\none\n--right\n\ntwo\n--right--\n",
        "Content-Type: multipart; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
        "Content-Type: multipart/strange; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
        "\n--x123\nContent-Type: text/plain\n\none\n--x123\nContent-Type: text/plain\n\ntwo\n--x123--\n",
        // The inner multipart never ends; then one that has the boundary of the outer.
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--b\n\ntwo\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
        "Content-Type: nonsense\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
    ] {
        let body = read(format!("{HEAD}{raw}").as_bytes()).body;
        let lines: Vec<&str> = body
            .lines()
            .filter(|l| ["one", "two"].contains(l))
            .collect();
        assert_eq!(lines, ["one", "two"], "{raw:?} gave {body:?}");
    }
}

#[test]
fn a_multipart_without_parts_is_its_text() {
    let body =
        read(b"From: a@acme.example\nContent-Type: multipart/mixed; boundary=b\n\nHello\n").body;
    assert_eq!(body.trim(), "Hello");
    let body = read(b"From: a@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n<html><p>Hello</p></html>\n").body;
    assert_eq!(body.trim(), "Hello");
}

#[test]
fn too_many_parts_are_cut_and_said_so() {
    let part = "--b\nContent-Disposition: attachment; filename=x\n\nx\n";
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}",
        part.repeat(reader::PARTS + 100)
    );
    let message = read(raw.as_bytes());
    assert!(names(&message).len() <= reader::PARTS);
    assert_eq!(message.limits, [Limit::Parts]);
}

#[test]
fn too_deep_nesting_is_not_followed() {
    let mut raw = String::new();
    for level in 0..50 {
        raw.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        ));
    }
    assert_eq!(read(raw.as_bytes()).limits, [Limit::Depth]);
    let letters = "Content-Type: message/rfc822\n\n".repeat(50);
    let message = read(letters.as_bytes());
    assert_eq!(
        (names(&message).as_slice(), message.limits.as_slice()),
        (&["-"][..], &[Limit::Depth][..])
    );
}

#[test]
fn too_long_headers_are_cut_and_said_so() {
    let raw = format!(
        "Subject: Hi\n{}From: a@acme.example\n\nText",
        "X-A: b\n".repeat(fields::HEADER_FIELDS + 10)
    );
    let message = read(raw.as_bytes());
    assert_eq!(
        (
            message.subject.as_deref(),
            message.from,
            message.body.as_str()
        ),
        (Some("Hi"), None, "Text")
    );
    assert_eq!(message.limits, [Limit::Headers]);
    let raw = format!(
        "Subject: Hi\nX-A: {}\n\nText",
        "b".repeat(fields::HEADER_BYTES)
    );
    let message = read(raw.as_bytes());
    assert_eq!(
        (message.body.as_str(), message.limits.as_slice()),
        ("Text", &[Limit::Headers][..])
    );
}
