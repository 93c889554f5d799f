//! Files: their names, types, sizes and bytes; what is a file, and what is text.

use super::{names, read};
use crate::mail::mime::attachment_bytes;
use crate::mail::{Protection, message::Invitation};

/// A message of these parts in a multipart of this kind.
fn message(subtype: &str, parts: &[&str]) -> Vec<u8> {
    let mut raw = format!(
        "From: a@acme.example\nContent-Type: multipart/{subtype}; boundary=b\n\npreamble\n"
    );
    for part in parts {
        raw.push_str(&format!("--b\n{part}\n"));
    }
    raw.push_str("--b--\nepilogue\n");
    raw.into_bytes()
}

const TEXT: &str = "Content-Type: text/plain\n\nHello";
const PAGE: &str = "Content-Type: text/html\n\n<p>Hello</p>";
const PDF: &str =
    "Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==";
const IMAGE: &str =
    "Content-Type: image/png\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\niVBORw==";

/// The kind of a multipart, its parts, the text that they give, and the names of the files.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
);

const CASES: &[Case] = &[
    ("mixed", &[TEXT, PDF], "Hello", &["x.pdf"]),
    ("mixed", &[PDF, TEXT], "Hello", &["x.pdf"]),
    ("alternative", &[TEXT, PAGE], "Hello", &[]),
    ("related", &[PAGE, IMAGE], "Hello", &["-"]),
    (
        "mixed",
        &["Content-Type: text/plain; name=body.txt\n\nHello"],
        "Hello",
        &[],
    ),
    (
        "mixed",
        &[TEXT, "Content-Type: text/plain; name=notes.txt\n\nNotes"],
        "Hello",
        &["notes.txt"],
    ),
    (
        "mixed",
        &[TEXT, "Content-Disposition: attachment\n\nNotes"],
        "Hello",
        &["-"],
    ),
    (
        "mixed",
        &[TEXT, "Content-Type: text/csv\n\na,b"],
        "Hello",
        &["-"],
    ),
    (
        "mixed",
        &[TEXT, "Content-Type: text/strange\n\nmore"],
        "Hello\nmore",
        &[],
    ),
    (
        "mixed",
        &[TEXT, "Content-Type: nonsense\n\nmore"],
        "Hello\nmore",
        &[],
    ),
    (
        "mixed",
        &[TEXT, "Content-Type: nonsense; name=x\n\nmore"],
        "Hello",
        &["x"],
    ),
    ("mixed", &[TEXT, "\nmore"], "Hello\nmore", &[]),
    (
        "mixed",
        &[PAGE, "\nA footer of a list"],
        "Hello\nA footer of a list",
        &[],
    ),
    (
        "alternative",
        &[TEXT, "Content-Type: text/x-amp-html\n\n<html>", PAGE],
        "Hello",
        &[],
    ),
    ("alternative", &["\n  ", PAGE], "Hello", &[]),
    (
        "appledouble",
        &["Content-Type: application/applefile\n\nx", PDF],
        "",
        &["x.pdf"],
    ),
    (
        "signed",
        &[TEXT, "Content-Type: application/pgp-signature\n\nx"],
        "Hello",
        &[],
    ),
    (
        "signed",
        &[
            TEXT,
            "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx",
        ],
        "Hello",
        &["smime.p7s"],
    ),
    (
        "mixed",
        &[
            TEXT,
            "Content-Type: message/rfc822\n\nFrom: b@b.example\nSubject: In\n\nInner",
        ],
        "Hello",
        &["-"],
    ),
    (
        "digest",
        &["\nFrom: b@b.example\n\nOne", "\nFrom: c@c.example\n\nTwo"],
        "",
        &["-", "-"],
    ),
];

#[test]
fn files_are_told_from_text() {
    for (subtype, parts, body, files) in CASES {
        let read = read(&message(subtype, parts));
        assert_eq!(
            (read.body.trim(), names(&read).as_slice()),
            (*body, *files),
            "{subtype} {parts:?}"
        );
    }
}

#[test]
fn a_file_has_its_name_type_size_and_digest_and_its_bytes_can_be_had_again() {
    let raw = message(
        "mixed",
        &[
            TEXT,
            PDF,
            "Content-Type: text/csv; name=t.csv\n\na,b\nc,d\n",
        ],
    );
    let read = read(&raw);
    let [pdf, table] = &read.attachments[..] else {
        panic!("two files: {:?}", read.attachments)
    };
    assert_eq!(
        (pdf.content_type.as_str(), pdf.bytes),
        ("application/pdf", 4)
    );
    assert_eq!(pdf.sha256, hex_digest(b"%PDF"));
    assert_eq!(
        attachment_bytes(&raw, pdf.part).as_deref(),
        Some(&b"%PDF"[..])
    );
    assert_eq!(
        attachment_bytes(&raw, table.part).as_deref(),
        Some(&b"a,b\nc,d\n"[..])
    );
    assert_eq!(attachment_bytes(&raw, 2), None);
}

#[test]
fn files_inside_text_are_taken_out_of_it() {
    let raw = b"From: a@acme.example\n\nSee this:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nbegin with this sentence\nBye\n";
    let message = read(raw);
    assert_eq!(names(&message), ["cat.txt"]);
    assert_eq!(attachment_bytes(raw, 0).as_deref(), Some(&b"Cat"[..]));
    assert!(
        message.body.contains("See this:")
            && message.body.contains("begin with this sentence\nBye"),
        "{}",
        message.body
    );
    assert!(!message.body.contains("0V%T"));

    let raw = b"From: a@acme.example\n\nHello\n=ybegin line=128 size=4 name=x.bin\n*+=n,\n=yend size=4\nBye\n";
    let message = read(raw);
    assert_eq!(names(&message), ["x.bin"]);
    assert_eq!(attachment_bytes(raw, 0).as_deref(), Some(&[0, 1, 4, 2][..]));
    assert_eq!(message.body.trim(), "Hello\nBye");
}

#[test]
fn letters_inside_are_read_as_letters() {
    let letter = "Content-Type: message/rfc822\n\nFrom: b@b.example\nSubject: In\nMessage-ID: <i@b.example>\n\nInner text";
    let raw = message("mixed", &[TEXT, letter]);
    let parts = crate::mail::mime::read(&raw);
    let inner = &parts.body.letters[0].message;
    assert_eq!(inner.subject.as_deref(), Some("In"));
    assert_eq!(inner.message_id.as_deref(), Some("i@b.example"));
    assert_eq!(inner.body.trim(), "Inner text");
    let named = "Content-Type: application/octet-stream; name=mail.EML\n\nFrom: b@b.example\nSubject: In\n\nInner";
    assert_eq!(
        crate::mail::mime::read(&message("mixed", &[TEXT, named]))
            .body
            .letters
            .len(),
        1
    );
}

#[test]
fn signed_text_is_unwrapped_and_encrypted_mail_is_labelled() {
    let clear = "From: a@acme.example\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nAda\n\
                 -----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
    let message_read = read(clear.as_bytes());
    assert_eq!(message_read.body, "Hello\n-- \nAda\n");
    assert_eq!(message_read.protection, Protection::Signed);
    for (raw, protection) in [
        (message("signed", &[TEXT, "Content-Type: application/pgp-signature\n\nx"]), Protection::Signed),
        (message("encrypted", &["Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream\n\nx"]), Protection::Encrypted),
        (b"From: a@acme.example\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n".to_vec(), Protection::Encrypted),
        (b"From: a@acme.example\n\n> -----BEGIN PGP MESSAGE-----\nno\n".to_vec(), Protection::None),
        (b"From: a@acme.example\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nabc\n".to_vec(), Protection::Encrypted),
    ] {
        assert_eq!(read(&raw).protection, protection, "{}", String::from_utf8_lossy(&raw));
    }
}

/// A DER value.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content].concat()
}

#[test]
fn opaque_signed_data_is_opened() {
    let data = der(
        0x06,
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01],
    );
    let signed = der(
        0x06,
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02],
    );
    let entity = b"Content-Type: text/plain\r\n\r\nSigned hello\r\n";
    for string in [
        der(0x04, entity),
        der(
            0x24,
            &[der(0x04, &entity[..9]), der(0x04, &entity[9..])].concat(),
        ),
    ] {
        let inner = der(0x30, &[data.clone(), der(0xa0, &string)].concat());
        let content = der(0x30, &[der(0x02, &[1]), der(0x31, &[]), inner].concat());
        let envelope = der(0x30, &[signed.clone(), der(0xa0, &content)].concat());
        let mut raw = b"From: a@acme.example\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\
                        Content-Transfer-Encoding: base64\n\n".to_vec();
        raw.extend(
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, envelope).bytes(),
        );
        let message = read(&raw);
        assert_eq!(message.body, "Signed hello\n");
        assert_eq!(
            (message.protection, message.attachments.len()),
            (Protection::Signed, 0)
        );
    }
}

#[test]
fn a_winmail_dat_that_is_none_stays_a_file() {
    let part = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\nAAAA";
    assert_eq!(
        names(&read(&message("mixed", &[TEXT, part]))),
        ["winmail.dat"]
    );
}

#[test]
fn an_invitation_is_a_meeting() {
    let part = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:Plan\nEND:VEVENT\nEND:VCALENDAR";
    let read = read(&message("alternative", &[TEXT, part]));
    let expected = Invitation {
        method: "REQUEST".into(),
        uid: "u".into(),
        summary: Some("Plan".into()),
        ..Invitation::default()
    };
    assert_eq!(read.invitation, Some(expected));
}

fn hex_digest(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
