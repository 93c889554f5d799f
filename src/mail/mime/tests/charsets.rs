//! Charsets and transfer encodings of texts.

use super::read;
use crate::mail::mime::{charset, transfer};

fn body(header: &str, content: &[u8]) -> String {
    read(
        &[
            b"From: ada@acme.example\n",
            header.as_bytes(),
            b"\n\n",
            content,
        ]
        .concat(),
    )
    .body
    .trim()
    .to_owned()
}

#[test]
fn declared_charsets_are_decoded() {
    for (label, bytes, expected) in [
        ("utf-8", "Grüße".as_bytes(), "Grüße"),
        ("\"UTF8\"", "Grüße".as_bytes(), "Grüße"),
        ("iso-8859-1", b"Gr\xfc\xdfe \x80", "Grüße €"),
        ("iso-8859-15", b"5 \xa4", "5 €"),
        ("iso-8859-2", b"\xb3\xf3d\xbc", "łódź"),
        ("windows-1250", b"\xb3\xf3d\x9f", "łódź"),
        ("cp1251", b"\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"),
        ("win-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"),
        ("KOI8-R", b"\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"),
        ("ibm866", b"\x8f\xe0\xa8\xa2\xa5\xe2", "Привет"),
        ("cp850", b"Gr\x81\xe1e", "Grüße"),
        ("windows-1253", b"\xc3\xe5\xe9\xdc", "Γειά"),
        ("windows-1255", b"\xf9\xec\xe5\xed", "שלום"),
        ("windows-1256", b"\xe3\xd1\xcd\xc8\xc7", "مرحبا"),
        ("gb2312", b"\xc4\xe3\xba\xc3", "你好"),
        ("GBK", b"\xc4\xe3\xba\xc3", "你好"),
        ("gb18030", b"\xc4\xe3\xba\xc3", "你好"),
        (
            "hz-gb-2312",
            b"~{<:Ky2;S{#,NpJ)l6HK!#~}",
            "己所不欲，勿施於人。",
        ),
        ("big5", b"\xa7A\xa6n", "你好"),
        ("shift_jis", b"\x93\xfa\x96{", "日本"),
        ("CP932", b"\x93\xfa\x96{", "日本"),
        ("euc-jp", b"\xc6\xfc\xcb\xdc", "日本"),
        ("iso-2022-jp", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("_iso-2022-jp$ESC", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("ks_c_5601-1987", b"\xc7\xd1\xb1\xdb", "한글"),
        ("iso-2022-kr", b"\x1b$)C\n\x0eGQ1[\x0f", "한글"),
        ("utf-7", b"Gr+APwA3w-e +- +AOQ.", "Grüße + ä."),
        ("macintosh", b"Gr\x9f\xa7e", "Grüße"),
    ] {
        assert_eq!(
            body(&format!("Content-Type: text/plain; charset={label}"), bytes),
            expected,
            "{label}"
        );
    }
}

#[test]
fn missing_and_wrong_charsets_are_found_out() {
    for (header, bytes, expected) in [
        ("", "Grüße".as_bytes(), "Grüße"),
        (
            "",
            b"Viele Gr\xfc\xdfe aus M\xfcnchen",
            "Viele Grüße aus München",
        ),
        (
            "Content-Type: text/plain; charset=us-ascii",
            "Grüße".as_bytes(),
            "Grüße",
        ),
        (
            "Content-Type: text/plain; charset=nonsense",
            "Grüße".as_bytes(),
            "Grüße",
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-1",
            "Grüße".as_bytes(),
            "Grüße",
        ),
        (
            "Content-Type: text/plain; charset=utf-8",
            b"Viele Gr\xfc\xdfe aus M\xfcnchen",
            "Viele Grüße aus München",
        ),
        (
            "Content-Type: text/plain; charset=utf-8",
            "Grüße und \u{e4}".as_bytes().split_last().unwrap().1,
            "Grüße und �",
        ),
        ("", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("X-A: b", "\u{feff}Grüße".as_bytes(), "Grüße"),
        ("Content-Type: text/plain; charset=", b"a\0b", "ab"),
    ] {
        assert_eq!(body(header, bytes), expected, "{header}");
    }
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    let big: Vec<u8> = "Grüße".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = "Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&b"\xff\xfe"[..], &little].concat();
    for (label, bytes) in [
        ("utf-16be", &big),
        ("utf-16le", &little),
        ("utf-16", &marked),
        ("utf-16", &big),
        ("utf-16", &little),
    ] {
        assert_eq!(charset::decode(bytes, Some(label)), "Grüße", "{label}");
    }
    assert_eq!(charset::decode(&marked, None), "Grüße");
}

#[test]
fn transfer_encodings_forgive() {
    for (encoding, content, expected) in [
        ("quoted-printable", &b"Gr=C3=BC=C3=9Fe=\n!"[..], "Grüße!"),
        ("quoted-printable", b"a = b =3D =zz c=", "a = b = =zz c"),
        ("quoted-printable", b"soft =  \nbreak", "soft break"),
        ("Quoted-Printable; x", b"=c3=bc", "ü"),
        ("quoted printable", b"=c3=bc", "ü"),
        ("base64", b"R3LD\nvMOf\nZQ==", "Grüße"),
        (
            "BASE64 (RFC 2045)",
            b"R3LDvMO!fZSwg R3LDvMOfZQ",
            "Grüße, Grüße",
        ),
        ("base64", b"R3LDvA==\nw59l\n", "Grüße"),
        (
            "base64",
            b"R3LDvMOfZQ==\n\n-- \nA footer of a list, in plain text\n",
            "Grüße",
        ),
        (
            "base64",
            b"This is plain text, whatever the header says.",
            "This is plain text, whatever the header says.",
        ),
        (
            "x-uuencode",
            b"begin 644 x\n&1W+#O,.?\n!90``\n`\nend\n",
            "Grüße",
        ),
        ("7-bit", b"x", "x"),
        ("", b"x", "x"),
        ("text/html", b"x", "x"),
    ] {
        assert_eq!(
            body(&format!("Content-Transfer-Encoding: {encoding}"), content),
            expected,
            "{encoding}"
        );
    }
    assert_eq!(transfer::base64(b"QUI=QUJD"), b"ABABC");
}

#[test]
fn flowed_text_flows() {
    for (parameters, content, expected) in [
        ("", "a long \nline\nnext", "a long line\nnext"),
        ("; delsp=yes", "a lo \nng line", "a long line"),
        (
            "",
            "> quoted \n> text\n>> deeper \n> again",
            "> quoted text\n>> deeper \n> again",
        ),
        ("", " >no quote\n From x", ">no quote\nFrom x"),
        ("", "text \n-- \nAda", "text \n-- \nAda"),
        ("", "Subject: \nTo: bob", "Subject: \nTo: bob"),
    ] {
        let header = format!("Content-Type: text/plain; format=flowed{parameters}");
        let raw = format!("From: a@acme.example\n{header}\n\n{content}");
        assert_eq!(read(raw.as_bytes()).body, expected, "{content:?}");
    }
}
