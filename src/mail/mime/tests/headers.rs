//! Header fields: folding, encoded words, dates, ids, and where a header begins and ends.

use super::read;
use crate::mail::mime::{date, parameters::Parameters};

fn subject(value: &[u8]) -> String {
    read(&[b"Subject: ", value, b"\nFrom: a@acme.example\n\nx\n"].concat())
        .subject
        .unwrap_or_default()
}

#[test]
fn subjects_are_decoded_however_they_are_written() {
    for (value, expected) in [
        (&b"plain"[..], "plain"),
        (b"=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe_an?= Ada", "Grüße an Ada"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"),
        (b"=?utf-8?Q?a?=\n =?utf-8?Q?b?=", "ab"),
        // Characters and base64 groups that were split between words.
        (b"=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3?= =?UTF-8?Q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LDv?= =?utf-8?B?MOfZQ==?=", "Grüße"),
        (
            b"=?ISO-2022-JP?B?GyRCRnwbKEI=?= =?ISO-2022-JP?B?GyRCS1wbKEI=?=",
            "日本",
        ),
        // Two charsets side by side.
        (b"=?iso-8859-1?Q?=FC?= =?utf-8?Q?=C3=9F?=", "üß"),
        // Words that are not encoded enough, or glued to text.
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe an alle?=", "Grüße an alle"),
        (b"=?utf-8?Q?Wirklich??=", "Wirklich?"),
        (b"=?utf-8?Q?Wirklich?=21?=", "Wirklich?!"),
        (b"=?iso-8859-1?Q?Gr\xfc\xdfe?=", "Grüße"),
        (b"Re:=?utf-8?Q?Gr=C3=BC=C3=9Fe?=!", "Re:Grüße!"),
        (b"\"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\"", "\"Grüße\""),
        (b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        (b"=?utf-8?B?R3LDvMOfZQ==?", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe", "Grüße"),
        (b"=?unknown?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=??Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (
            b"=?utf-8?Q?a=0D=0ABcc:_eve=40evil.example?=",
            "a  Bcc: eve@evil.example",
        ),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"2 =? 3", "2 =? 3"),
        // Raw bytes.
        ("Grüße".as_bytes(), "Grüße"),
        (
            b"Viele Gr\xfc\xdfe aus M\xfcnchen",
            "Viele Grüße aus München",
        ),
        (b"\x1b$BF|K\\\x1b(B", "日本"),
        (b"a\0b", "ab"),
        // Folding.
        (b"one\n two\n\tthree\n    four", "one two three four"),
        (b"\n one", "one"),
    ] {
        assert_eq!(
            subject(value),
            expected,
            "{}",
            String::from_utf8_lossy(value)
        );
    }
}

#[test]
fn raw_headers_are_in_the_charset_of_the_body_where_nothing_else_tells() {
    let raw = b"Subject: \xf0\xd2\xc9\xd7\xc5\xd4\nFrom: a@acme.example\nContent-Type: text/plain; charset=koi8-r\n\nx\n";
    assert_eq!(read(raw).subject.as_deref(), Some("Привет"));
}

#[test]
fn a_header_begins_and_ends_where_a_person_would_say() {
    let check = |raw: &[u8], expected_body: &str| {
        let message = read(raw);
        let shown = String::from_utf8_lossy(raw).into_owned();
        assert_eq!(message.subject.as_deref(), Some("Hi"), "{shown:?}");
        assert_eq!(
            message.from.unwrap().address.as_deref(),
            Some("a@acme.example"),
            "{shown:?}"
        );
        assert_eq!(message.body.trim(), expected_body, "{shown:?}");
    };
    for raw in [
        &b"From: a@acme.example\nSubject: Hi\n\nText: x"[..],
        b"From a@acme.example Mon Nov 16 10:00:00 2026\nFrom: a@acme.example\nSubject: Hi\n\nText: x",
        b">From a@acme.example Mon Nov 16 10:00:00 2026\nFrom: a@acme.example\nSubject: Hi\n\nText: x",
        b"\n\nFrom: a@acme.example\nSubject: Hi\n\nText: x",
        b"    \nFrom: a@acme.example\nSubject: Hi\n\nText: x",
        b"From : a@acme.example\nSUBJECT:Hi\n\nText: x",
        b"From: a@acme.example\nSubject: Hi\n \nText: x",
        b"From: a@acme.example\nReceived: from b\n \n\tby c\nSubject: Hi\n\nText: x",
        b"From: a@acme.example\nX-Long: starts here\nand lost its indentation\nSubject: Hi\n\nText: x",
        b"Subject: Hi\nFrom: a@acme.example\nText without a line before, x",
    ] {
        let expected = if raw.ends_with(b"before, x") { "Text without a line before, x" } else { "Text: x" };
        check(raw, expected);
    }
    let carriage_returns = b"From: a@acme.example\rSubject: Hi\r\rText: x";
    assert_eq!(crate::mail::read(carriage_returns).body.trim(), "Text: x");
}

#[test]
fn bytes_without_a_header_are_all_body() {
    for raw in [
        "",
        "\n",
        "just text",
        "just text\nand more\n",
        "Dear Ada,\n\nnote: this is text\n",
    ] {
        assert_eq!(read(raw.as_bytes()).body.trim(), raw.trim(), "{raw:?}");
    }
}

#[test]
fn dates_are_read_in_every_form() {
    for (written, expected) in [
        ("Sat, 21 Nov 2026 10:00:00 +0100", "2026-11-21T09:00:00Z"),
        ("21 Nov 2026 10:00 -0500", "2026-11-21T15:00:00Z"),
        ("Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21T10:00:00Z"),
        ("Sat, 21 Nov 2026 10:00:00 EST", "2026-11-21T15:00:00Z"),
        (
            "Sat, 21 Nov 2026 10:00:00 +0100 (CET)",
            "2026-11-21T09:00:00Z",
        ),
        (
            "Sat (a comment), 21 Nov (another) 2026 10:00:00 Z",
            "2026-11-21T10:00:00Z",
        ),
        ("Saturday, 21-Nov-26 10:00:00 UTC", "2026-11-21T10:00:00Z"),
        ("21 Nov 97 10:00:00 +0000", "1997-11-21T10:00:00Z"),
        ("Sat Nov 21 10:00:00 2026", "2026-11-21T10:00:00Z"),
        ("Sat Nov 21 10:00:00 CET 2026", "2026-11-21T09:00:00Z"),
        ("Sat, November 21, 2026 10:00 PM", "2026-11-21T22:00:00Z"),
        ("11/21/2026 12:30:00 AM", "2026-11-21T00:30:00Z"),
        ("2026-11-21T10:00:00+01:00", "2026-11-21T09:00:00Z"),
        ("2026-11-21 10:00:00 +0530", "2026-11-21T04:30:00Z"),
        ("Sa, 21 Okt 2026 10:00:00 GMT+2", "2026-10-21T08:00:00Z"),
        ("21 Nov 2026 10.00.00 +0000", "2026-11-21T10:00:00Z"),
        ("Sat, 21 Nov 2026 23:59:60 +0000", "2026-11-21T23:59:59Z"),
    ] {
        assert_eq!(
            date::read(written).map(|d| d.to_string()).as_deref(),
            Some(expected),
            "{written}"
        );
    }
    for none in [
        "",
        "yesterday",
        "31 Feb 2026 10:00:00 +0000",
        "Sat, 99 Nov 2026",
        "10:00:00",
        "Nov 2026",
        "\u{e4}:\u{e4}",
    ] {
        assert_eq!(date::read(none), None, "{none}");
    }
}

#[test]
fn ids_lose_their_brackets_and_the_folding_inside() {
    let message = read(
        b"From: a@acme.example\nMessage-ID: <one@acme.example> (comment)\nIn-Reply-To: Your message of \"Sat\" <two@a.example>\n\
          References: <three@a.example><four@a.\n example>\n\t<five@a.example>\n\nx\n",
    );
    assert_eq!(message.message_id.as_deref(), Some("one@acme.example"));
    assert_eq!(message.in_reply_to, ["two@a.example"]);
    assert_eq!(
        message.references,
        ["three@a.example", "four@a.example", "five@a.example"]
    );
    let bare = read(b"From: a@acme.example\nMessage-ID: one@acme.example\n\nx\n");
    assert_eq!(bare.message_id.as_deref(), Some("one@acme.example"));
}

#[test]
fn parameters_are_read_in_every_form() {
    for (value, expected) in [
        (&b"a; name=x.pdf"[..], "x.pdf"),
        (b"a; name=\"x y.pdf\"", "x y.pdf"),
        (b"a; name=x y.pdf", "x y.pdf"),
        (b"a; NAME = \"x.pdf\" ; other=1", "x.pdf"),
        (b"a; name=\"a;b.pdf\"", "a;b.pdf"),
        (b"a; name=\"a\\\"b.pdf\"", "a\"b.pdf"),
        (b"a; name=\"C:\\dir\\x.pdf\"", "C:\\dir\\x.pdf"),
        (b"a; name=\"x.pdf", "x.pdf"),
        (b"a name=x.pdf", "x.pdf"),
        (b"name=x.pdf", "x.pdf"),
        (b"a; (comment) name=x.pdf", "x.pdf"),
        (b"a; name=x (1).pdf", "x (1).pdf"),
        (b"a;; ;name=x.pdf;", "x.pdf"),
        (b"a; name*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        (b"a; name*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        (b"a; name*=\"UTF-8''Gr%C3%BC%C3%9Fe.pdf\"", "Grüße.pdf"),
        (b"a; name*=x.pdf", "x.pdf"),
        (b"a; name*0=\"long \"; name*1=name.pdf", "long name.pdf"),
        (b"a; name*1=name.pdf; name*0=\"long-\"", "long-name.pdf"),
        (
            b"a; name*0*=utf-8''Gr%C3; name*1*=%BC%C3%9Fe; name*2=.pdf",
            "Grüße.pdf",
        ),
        (b"a; name=wrong.pdf; name*=utf-8''right.pdf", "right.pdf"),
        (b"a; name=\"=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=\"", "Grüße.pdf"),
        (b"a; name==?utf-8?B?R3LDvMOfZS5wZGY=?=", "Grüße.pdf"),
        (
            b"a; name=\"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe.pdf?=\"",
            "Grüße.pdf",
        ),
        ("a; name=\"Grüße.pdf\"".as_bytes(), "Grüße.pdf"),
        (b"a; name=\"Gr\xfc\xdfe.pdf\"", "Grüße.pdf"),
        (b"a; name=\"\x1b$BF|K\\\x1b(B.pdf\"", "日本.pdf"),
    ] {
        let read = Parameters::read(value, None);
        assert_eq!(
            read.get("name"),
            Some(expected),
            "{}",
            String::from_utf8_lossy(value)
        );
    }
}
