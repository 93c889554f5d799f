//! Names, senders, subjects and dates as programs of many years and countries write them, each a row.

use super::{names, read};

/// The header of a part, and the name of its file.
const FILES: &[(&str, &str)] = &[
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=UTF-8''%C3%A4%20b.pdf",
        "ä b.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=UTF-8''%C3%A4; filename*1=\"b.pdf\"",
        "äb.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment;\n filename*1*=%A4.pdf;\n filename*0*=utf-8''%C3",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf; name=\"=?UTF-8?B?w6QucGRm?=\"\nContent-Disposition: attachment",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf; name=\"=?UTF-8?Q?=C3?= =?UTF-8?Q?=A4.pdf?=\"\nContent-Disposition: attachment",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf; name==?ISO-8859-1?Q?=E4_b=2Epdf?=\nContent-Disposition: attachment",
        "ä b.pdf",
    ),
    (
        "Content-Type: application/pdf; name=my offer.pdf\nContent-Disposition: attachment; filename=my offer.pdf",
        "my offer.pdf",
    ),
    (
        "Content-Type: application/pdf; name=\"ä.pdf\"\nContent-Disposition: attachment; filename=\"ä.pdf\"",
        "ä.pdf",
    ),
    (
        "Content-Type: image/png; name=\"a.png\"\nContent-Disposition: inline; filename=\"a.png\"\nContent-ID: <a@x>",
        "a.png",
    ),
    (
        "Content-Type: text/plain; name=\"a.txt\"\nContent-Disposition: inline; filename=\"a.txt\"",
        "a.txt",
    ),
    (
        "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Disposition: attachment; filename=\"smime.p7s\"",
        "smime.p7s",
    ),
    (
        "Content-Type: application/pdf;; name=a.pdf;\nContent-Disposition: attachment;",
        "a.pdf",
    ),
    (
        "Content-Type: application/pdf; name='a.pdf'\nContent-Disposition: attachment; filename='a.pdf'",
        "a.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"a\\\"b.pdf\"",
        "a\"b.pdf",
    ),
    (
        "Content-Type: application/pdf;\n\tname=\"a\n b.pdf\"\nContent-Disposition: attachment",
        "a b.pdf",
    ),
    (
        "CONTENT-TYPE: APPLICATION/PDF; NAME=\"A.pdf\"\nCONTENT-DISPOSITION: ATTACHMENT; FILENAME=\"A.pdf\"",
        "A.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"=?KOI8-R?B?09DSwdfLwS5wZGY=?=\"",
        "справка.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"=?gb2312?B?sai82y5wZGY=?=\"",
        "报价.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"=?ISO-2022-JP?B?GyRCOCtAURsoQi5wZGY=?=\"",
        "見積.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=iso-8859-1'de'%E4.pdf",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=\"UTF-8''%C3%A4.pdf\"",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf; name=\"b.pdf\"\nContent-Disposition: attachment; filename=\"c.pdf\"; filename*=UTF-8''%C3%A4.pdf",
        "ä.pdf",
    ),
    (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0=\"=?UTF-8?Q?=C3=A4\"; filename*1=\".pdf?=\"",
        "ä.pdf",
    ),
];

#[test]
fn files_have_the_names_that_their_senders_meant() {
    for (header, name) in FILES {
        let raw = format!(
            "From: a@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n{header}\nContent-Transfer-Encoding: base64\n\nQUJD\n--b--\n"
        );
        let message = read(raw.as_bytes());
        assert_eq!(names(&message), [*name], "{header}");
    }
}

/// From, its name, its address.
const SENDERS: &[(&str, &str, &str)] = &[
    ("ada@acme.example", "", "ada@acme.example"),
    (
        "ada@acme.example (Ada Byron)",
        "Ada Byron",
        "ada@acme.example",
    ),
    (
        "\"Byron, Ada\" <ada@acme.example>",
        "Byron, Ada",
        "ada@acme.example",
    ),
    (
        "=?iso-8859-1?Q?J=F6rg?= <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "\"=?UTF-8?B?SsO2cmc=?=\" <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "=?UTF-8?Q?Byron=2C_Ada?= <ada@acme.example>",
        "Byron, Ada",
        "ada@acme.example",
    ),
    (
        "Ada <@a.example,@b.example:ada@acme.example>",
        "Ada",
        "ada@acme.example",
    ),
    (
        "A. Byron <ada@acme.example>",
        "A. Byron",
        "ada@acme.example",
    ),
    (
        "ada@acme.example <ada@acme.example>",
        "ada@acme.example",
        "ada@acme.example",
    ),
    (
        "Ada [Acme] <ada@acme.example>",
        "Ada [Acme]",
        "ada@acme.example",
    ),
    ("Ada <ada@acme.example", "Ada", "ada@acme.example"),
    ("Ada <<ada@acme.example>>", "Ada", "ada@acme.example"),
    ("Ada <mailto:ada@acme.example>", "Ada", "ada@acme.example"),
    (
        "Ada\n Byron\n <ada@acme.example>",
        "Ada Byron",
        "ada@acme.example",
    ),
    ("Ada <ada@bücher.example>", "Ada", "ada@bücher.example"),
    (
        "\"Byron Ada (ACME/AT)\" <ada@acme.example>",
        "Byron Ada (ACME/AT)",
        "ada@acme.example",
    ),
    (
        "\"Ada \\\"Countess\\\" Byron\" <ada@acme.example>",
        "Ada \"Countess\" Byron",
        "ada@acme.example",
    ),
    (
        "=?UTF-8?Q?J=C3?=\n =?UTF-8?Q?=B6rg?= <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "=?UTF-8?Q?J=C3=B6rg Byron?= <j@acme.example>",
        "Jörg Byron",
        "j@acme.example",
    ),
    (
        "=?UTF-8?Q?J=C3=B6rg?=<j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "=?UTF-8?Q?J=C3=B6?==?UTF-8?Q?rg?= <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "=?x-unknown?Q?Ada?= <j@acme.example>",
        "Ada",
        "j@acme.example",
    ),
    (
        "=?utf-8*en?Q?J=C3=B6rg?= <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
    (
        "=?UTF-8?b?SsO2cmc?= <j@acme.example>",
        "Jörg",
        "j@acme.example",
    ),
];

#[test]
fn senders_are_read_as_they_were_meant() {
    for (field, name, address) in SENDERS {
        let raw = format!("From: {field}\nSubject: x\n\nHello\n");
        let message = read(raw.as_bytes());
        let from = message.from.unwrap();
        assert_eq!(
            (
                from.name.as_deref().unwrap_or_default(),
                from.address.as_deref().unwrap_or_default()
            ),
            (*name, *address),
            "{field}"
        );
    }
}

/// Subjects as they are written and as they are read.
const SUBJECTS: &[(&str, &str)] = &[
    ("=?UTF-8?B?R3LDvMOf?=", "Grüß"),
    ("Re: =?UTF-8?Q?Gr=C3=BC=C3=9F?= dich", "Re: Grüß dich"),
    ("=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "ab"),
    (
        "=?ISO-2022-JP?B?GyRCOCtAUQ==?= =?ISO-2022-JP?B?GyhC?=",
        "見積",
    ),
    ("=?windows-1251?B?z/Do4uXy?=", "Привет"),
    ("=?utf-8?Q?a_b?=", "a b"),
];

#[test]
fn subjects_are_decoded() {
    for (field, subject) in SUBJECTS {
        let raw = format!("From: a@acme.example\nSubject: {field}\n\nHello\n");
        let message = read(raw.as_bytes());
        assert_eq!(message.subject.as_deref(), Some(*subject), "{field}");
    }
}

/// The first of May 2024, late in the morning.
const DATES: &[&str] = &[
    "Wed, 01 May 2024 10:15:33 +0200",
    "1 May 24 10:15 EST",
    "Wed May  1 10:15:33 2024",
    "Wed, 1 May 2024 10:15:33 GMT",
    "2024-05-01T10:15:33Z",
    "Wed, 1 May 2024 10:15:33 (CEST)",
    "01 May 2024 10:15:33 -0000",
    "Wed, 1 May 124 10:15:33 +0000",
    "Wed , 01 May 2024 10:15:33 +02:00",
    "Wednesday, May 1, 2024 10:15 AM",
    "1-May-2024 10:15:33 +0000",
    "01.05.2024 10:15:33",
    "2024/05/01 10:15:33",
    "Mi, 1 Mai 2024 10:15:33 +0200",
    "Wed, 1 May 2024 10.15.33 +0200",
    "Wed,1 May 2024 10:15:33+0200",
    "Wed, 1 May 2024 10:15:33 GMT+0200 (CEST)",
    "Wed, 1 May 2024 10:15:33 UT",
    "Wed, 1 May 2024 10:15 Z",
];

#[test]
fn dates_are_read_in_every_form() {
    for field in DATES {
        let raw = format!("From: a@acme.example\nDate: {field}\n\nHello\n");
        let date = read(raw.as_bytes()).date.unwrap();
        assert!(
            date.to_string().starts_with("2024-05-01"),
            "{field}: {date}"
        );
    }
}

#[test]
fn a_type_written_the_wrong_way_round_is_text() {
    let message = read(b"From: a@acme.example\nContent-Type: plain/text; charset=utf-8\n\nHello\n");
    assert_eq!(message.body.trim(), "Hello");
}

#[test]
fn a_short_boundary_that_nobody_declared_is_found() {
    let message = read(
        b"From: a@acme.example\nContent-Type: multipart/mixed\n\n--xyz\nContent-Type: text/plain\n\nHello\n--xyz\nContent-Type: application/pdf; name=a.pdf\n\nx\n--xyz--\n",
    );
    assert_eq!(names(&message), ["a.pdf"]);
}
