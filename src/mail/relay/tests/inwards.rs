//! A contact's mail on its way to a member.

use super::*;

fn relay(raw: &[u8]) -> Vec<u8> {
    let relayed = inward(raw, &to_member(), &Footer::naming("Ada Byron")).unwrap();
    assert_wire(&relayed);
    relayed
}

#[test]
fn a_contact_s_mail_keeps_its_body_and_gets_our_header_and_one_line() {
    let relayed = relay(FROM_ADA.as_bytes());
    let names = field_names(&relayed);
    assert_eq!(
        names,
        [
            "from",
            "to",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type"
        ]
    );
    let read = mail::read(&relayed);
    assert_eq!(read.from.as_ref().unwrap().key(), "ada.7k3q9x@crm.example");
    assert_eq!(read.reply_to[0].key(), "ada.7k3q9x@crm.example");
    assert_eq!(read.to[0].key(), "mia@studio.example");
    assert!(read.cc.is_empty() && read.answerable);
    let footer = "— Reply goes to Ada Byron. Lines such as \"next action: call Friday\" on top stay with you. —";
    assert!(
        read.body.ends_with(&format!("Äda\n\n{footer}\n")) || read.body.ends_with(footer),
        "{}",
        read.body
    );
    let page = page_of(&relayed);
    assert!(page.contains("<p>Äda</p><div data-rapport=\"footer\""));
    assert!(
        page.ends_with("&quot; on top stay with you. —</div></body></html>\n")
            || page.ends_with("—</div></body></html>"),
        "{page}"
    );
}

#[test]
fn every_part_but_the_texts_is_the_same_byte_for_byte() {
    let raw = "From: ada@acme.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\npreamble\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\r\n\r\nHei \r\nMia\u{e4}\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>Hei</p>\r\n--a\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--a--\r\n--m\r\nContent-Type: application/x-odd; name=\"\u{e4}\"\r\nX-Kept: yes\r\n\r\n\u{ff}\x00\u{fe} data \r\n--m\r\nContent-Type: message/rfc822\r\n\r\nFrom: bob@acme.example\r\nSubject: inner\r\n\r\ninner text\r\n--m--\r\nepilogue\r\n";
    let raw: Vec<u8> = raw.chars().map(|c| c as u32 as u8).collect();
    let relayed = relay(&raw);
    let wanted = raw.windows(8).position(|w| w == b"--a\r\nCon").unwrap();
    let calendar = raw
        .windows(24)
        .position(|w| {
            w.starts_with(b"--a\r\nContent-Type: text/c") || w == b"Content-Type: text/calen"
        })
        .unwrap();
    let tail = &raw[calendar..];
    assert!(
        relayed.windows(tail.len()).any(|w| w == tail),
        "all behind the texts is the same"
    );
    let head = &raw[raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4..wanted];
    assert!(
        relayed.windows(head.len()).any(|w| w == head),
        "all before the texts is the same"
    );
    let (before, after) = (mail::read(&raw), mail::read(&relayed));
    assert_eq!(sums(&before), sums(&after));
    assert!(String::from_utf8_lossy(&relayed).contains("text/plain; charset=utf-8; format=flowed"));
    assert!(after.body.starts_with("Hei Miaä\n"), "{}", after.body);
}

#[test]
fn signed_and_encrypted_bodies_do_not_change_at_all() {
    for body in [
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHei\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nAAAA\r\n--b--\r\n",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIBAA==\r\n",
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nAAAA\r\n--b--\r\n",
        "Content-Type: text/plain\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHei\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n-----END PGP SIGNATURE-----\r\n",
    ] {
        let raw = format!("From: ada@acme.example\r\nMIME-Version: 1.0\r\n{body}");
        let relayed = String::from_utf8(relay(raw.as_bytes())).unwrap();
        assert!(relayed.ends_with(body), "{relayed}");
        assert!(!relayed.contains("Reply goes to"));
    }
}

#[test]
fn every_shape_of_mail_passes() {
    let long = "x".repeat(5000);
    for (body, expected) in [
        ("Content-Type: text/plain\n\nHei\n", "Hei\n\n— Reply"),
        ("\nHei\n", "Hei\n\n— Reply"),
        ("\n", "— Reply"),
        ("", "— Reply"),
        ("Content-Type: text/html\n\n<p>Hei", "Hei\n— Reply"),
        (
            "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\nPHA+SGVpPC9wPg==\n",
            "Hei\n— Reply",
        ),
        (
            "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$3$s\x1b(B\n",
            "こん\n\n— Reply",
        ),
        (
            "Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n",
            "",
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf\n\n%PDF\n--b--\n",
            "",
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\n\nnothing\n",
            "nothing",
        ),
        (
            "\n--b\nContent-Type: text/plain\n\nHei\n--b--\n",
            "Hei\n\n— Reply",
        ),
        (&format!("\n{long}\n"), &long),
        (
            &format!("Content-Type: application/octet-stream; name=\"{long}\"\n\nx\n"),
            "— Reply",
        ),
        (
            "Content-Type: text/plain\n\nHei\r\rMia\r\r\nx\n",
            "Hei\n\nMia\nx\n\n— Reply",
        ),
    ] {
        for end in ["\n", "\r\n"] {
            let raw = format!("From: ada@acme.example\n{body}");
            let raw = if end == "\n" {
                raw
            } else {
                raw.replace("\r\n", "\n").replace('\n', "\r\n")
            };
            let relayed = relay(raw.as_bytes());
            let (before, after) = (mail::read(raw.as_bytes()), mail::read(&relayed));
            assert!(
                after.body.replace("\n\n\n", "\n\n").starts_with(expected),
                "{raw:.200}\n{}",
                after.body
            );
            assert_eq!(sums(&before), sums(&after), "{raw:.200}");
        }
    }
}

#[test]
fn a_program_s_mail_is_still_marked_as_such() {
    for (field, is_marked) in [
        ("Auto-Submitted: auto-replied", true),
        ("Precedence: bulk", true),
        ("List-Id: <x.acme.example>", true),
        ("Auto-Submitted: no", false),
        ("X-Nothing: 1", false),
    ] {
        let raw = format!(
            "From: Ada <ada@acme.example>\r\nTo: x@crm.example\r\nMessage-ID: <a@b.example>\r\n{field}\r\n\r\nHei\r\n"
        );
        let relayed = relay(raw.as_bytes());
        assert_eq!(
            field_names(&relayed).contains(&"auto-submitted".to_owned()),
            is_marked,
            "{field}"
        );
    }
}

#[test]
fn no_field_of_theirs_is_carried_over_or_smuggled_in() {
    let raw = "From: ada@acme.example\r\nContent-Type: text/html;\r\n charset=utf-8\r\nContent-Disposition: inline;\r\n\tfilename=\"a\u{0}\rBcc: x@evil.example\"\r\nContent-Bcc: x\r\nX-Rapport: 1\r\nSender: eve@evil.example\r\nResent-From: eve@evil.example\r\nErrors-To: eve@evil.example\r\nReturn-Receipt-To: eve@evil.example\r\nReferences: <a@b>\r\n\r\n<p>Hei</p>";
    let relayed = relay(raw.as_bytes());
    let read = String::from_utf8(relayed.clone()).unwrap();
    assert!(!read.contains("evil.example"), "{read}");
    let names = field_names(&relayed);
    for name in [
        "sender",
        "bcc",
        "content-bcc",
        "x-rapport",
        "resent-from",
        "errors-to",
        "references",
    ] {
        assert!(!names.contains(&name.to_owned()), "{name}: {read}");
    }
}

#[test]
fn a_bare_return_in_a_header_begins_no_line() {
    let raw = "From: ada@acme.example\r\nX-Odd: a\rb\r\nContent-Type: application/pdf; name=x.pdf\r\n\r\n%PDF\r\n";
    let read = mail::read(&relay(raw.as_bytes()));
    assert_eq!(sums(&read), sums(&mail::read(raw.as_bytes())));
    assert_eq!(read.attachments.len(), 1);
}

#[test]
fn a_writer_is_named_so_that_nobody_is_mistaken_for_another() {
    for (name, address, expected) in [
        (
            Some("Ada Byron"),
            "ada@acme.example",
            "Ada Byron (acme.example) via Rapport",
        ),
        (None, "ada@acme.example", "ada (acme.example) via Rapport"),
        (
            Some("mia@studio.example"),
            "eve@evil.example",
            "eve (evil.example) via Rapport",
        ),
        (
            Some("Mia\r\nBcc: x"),
            "eve@evil.example",
            "Mia Bcc: x (evil.example) via Rapport",
        ),
        (Some(""), "", "Rapport"),
        (Some("Ada"), "", "Ada via Rapport"),
    ] {
        assert_eq!(shown_as(&Mailbox::new(name, address)), expected);
    }
}

#[test]
fn a_footer_is_escaped_and_stays_one_line() {
    let footer = Footer::naming("Ada <script>\r\n\"x\" & y");
    let page = footer.below_page("<p>x</p>");
    assert!(
        page.contains("Ada &lt;script&gt; &quot;x&quot; &amp; y."),
        "{page}"
    );
    assert_eq!(footer.below_text("x").lines().count(), 3);
}
