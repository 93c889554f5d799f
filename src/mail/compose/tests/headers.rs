//! Nothing in a name, a subject or an id writes a header line of its own.

use super::*;

const INJECTIONS: &[&str] = &[
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example",
    "x\rBcc: eve@evil.example",
    "x\r\n\r\nBcc: eve@evil.example",
    "x\u{b}Bcc: eve@evil.example\u{c}",
    "x\u{85}Bcc: eve@evil.example",
    "x\u{2028}Bcc: eve@evil.example\u{2029}",
    "x\0Bcc: eve@evil.example",
    "=?utf-8?q?x=0D=0ABcc:_eve=40evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "\"x\" <eve@evil.example>, \"y",
    "x\\",
    "x\\\"",
    "eve@evil.example>, <",
    "(comment",
    "a: b; c, d",
];

#[test]
fn no_name_or_subject_writes_a_field() {
    for injection in INJECTIONS {
        let written = Letter {
            from: Mailbox::new(Some(injection), "capture@crm.example"),
            to: Mailbox::new(Some(injection), "mia@studio.example"),
            reply_to: Some(Mailbox::new(Some(injection), "capture@crm.example")),
            subject: (*injection).to_owned(),
            ..letter()
        };
        let fields = written.write().unwrap();
        let fields = String::from_utf8(fields).unwrap();
        let header = fields.split("\r\n\r\n").next().unwrap();
        for line in header.split("\r\n") {
            assert!(!line.starts_with("Bcc"), "{injection:?}: {header}");
        }
        let read = read(&written);
        assert!(read.bcc.is_empty(), "{injection:?}: {header}");
        assert_eq!(read.from_count, 1, "{injection:?}: {header}");
        assert_eq!(read.from.unwrap().key(), "capture@crm.example");
        assert_eq!(read.to.len(), 1, "{injection:?}: {header}");
        assert_eq!(read.to[0].key(), "mia@studio.example");
        assert_eq!(read.reply_to.len(), 1);
        assert!(read.body.starts_with("1 ✓"), "{injection:?}: {header}");
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    for address in [
        "",
        "mia",
        "@studio.example",
        "mia@",
        "mia@studio.example\r\nBcc: eve@evil.example",
        "mia@studio.example>\r\nBcc: <eve@evil.example",
        "mia@studio.example, eve@evil.example",
        "mia x@studio.example",
        "mia@stu dio.example",
        "mia\n@studio.example",
        "mia@studio..example",
        "mia@studio.example\u{2028}x",
        "mi\u{202e}a@studio.example",
        &format!("{}@studio.example", "x".repeat(300)),
        &format!("mia@{}.example", "x".repeat(64)),
    ] {
        let written = Letter {
            to: Mailbox::new(Some("Mia"), address),
            ..letter()
        };
        assert!(written.write().is_err(), "{address:?}");
    }
}

#[test]
fn an_address_is_written_as_the_wire_wants_it() {
    for (address, expected) in [
        ("mia@studio.example", "mia@studio.example"),
        ("mia+x@Studio.Example", "mia+x@Studio.Example"),
        ("mia..x.@studio.example", "mia..x.@studio.example"),
        ("\"mia x\"@studio.example", "\"mia x\"@studio.example"),
        ("mia@[192.0.2.1]", "mia@[192.0.2.1]"),
        ("mia@bücher.example", "mia@xn--bcher-kva.example"),
        ("mia@Straße.example", "mia@xn--strae-oqa.example"),
        ("mia@日本語.example", "mia@xn--wgv71a119e.example"),
        ("mia@例え.テスト", "mia@xn--r8jz45g.xn--zckzah"),
        ("mia@пример.испытание", "mia@xn--e1afmkfd.xn--80akhbyknj4f"),
        ("mia@münchen-ost.example", "mia@xn--mnchen-ost-9db.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ] {
        let written = Letter {
            to: Mailbox::new(None, address),
            ..letter()
        };
        let raw = raw_text(&written);
        assert!(raw.contains(&format!("\r\nTo: {expected}\r\n")), "{raw}");
    }
}

#[test]
fn every_name_and_subject_comes_back() {
    for text in [
        "Ada",
        "Ada Byron",
        "Byron, Ada",
        "Ada \"the Countess\" Byron",
        "Ada (Acme) Byron",
        "back\\slash",
        "Ádá Býrón",
        "エイダ・バイロン様から見積書の件についてのお問い合わせが届いております",
        "🙂 Ada",
        "=?utf-8?q?fake?=",
        "a_b=c?d",
        "Re: [Ticket #42] Ääkköset ja muut kummallisuudet otsikossa, jotka eivät mahdu yhdelle riville",
        "A plain subject that is so long that it must be folded at least once or even twice on its way to you",
        &"x".repeat(200),
    ] {
        let written = Letter {
            from: Mailbox::new(Some(text), "capture@crm.example"),
            subject: text.to_owned(),
            ..letter()
        };
        let read = read(&written);
        assert_eq!(read.subject.as_deref(), Some(text));
        let name: String = text.chars().take(120).collect();
        assert_eq!(read.from.unwrap().name, Some(name));
    }
}

#[test]
fn a_text_without_end_is_cut_off() {
    let written = Letter {
        subject: "ä\r\n".repeat(1_000_000),
        from: Mailbox::new(Some(&"x y ".repeat(100_000)), "capture@crm.example"),
        ..letter()
    };
    let read = read(&written);
    assert_eq!(read.subject.unwrap().chars().count(), 799);
    assert_eq!(read.from.unwrap().name.unwrap().chars().count(), 119);
}

#[test]
fn an_id_that_is_none_is_left_out_and_our_own_must_be_one() {
    let mut written = letter();
    written.in_reply_to = Some("x@y>\r\nBcc: <eve@evil.example".to_owned());
    written.references = ["a b@c", "", "no-at", "<good@x.example>", "ü@x.example"]
        .map(str::to_owned)
        .to_vec();
    let understood = read(&written);
    assert!(understood.in_reply_to.is_empty() && understood.bcc.is_empty());
    assert_eq!(understood.references, ["good@x.example"]);
    for id in ["", "no-at", "a@b\r\nBcc: c@d", "<a@b> <c@d>"] {
        written.message_id = id.to_owned();
        assert!(written.write().is_err(), "{id}");
    }
}

#[test]
fn of_a_long_thread_the_first_and_the_newest_ids_stay() {
    let written = Letter {
        references: (0..500).map(|n| format!("{n}@x.example")).collect(),
        ..letter()
    };
    let references = read(&written).references;
    assert_eq!(references.len(), 30);
    assert_eq!(references[0], "0@x.example");
    assert_eq!(references[1], "471@x.example");
    assert_eq!(references[29], "499@x.example");
}
