//! Every way in which a text can stand in a message.

use super::outwards::HEADER;
use super::*;

#[test]
fn encrypted_mail_is_held_and_signed_mail_loses_its_seal() {
    let encrypted = format!(
        "{HEADER}Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--b--\r\n"
    );
    let held = outward(encrypted.as_bytes(), &to_contact(), &[], &[]);
    assert!(matches!(held, Err(Held::Encrypted)));
    let signed = format!(
        "{HEADER}Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c; protected-headers=\"v1\"\r\nSubject: secret\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntag: vip\r\n\r\nHei Ada\r\n--c\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--c--\r\n--b\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n--b--\r\n"
    );
    let sent = outward(signed.as_bytes(), &to_contact(), &lines("tag: vip"), &[]).unwrap();
    let all = everything(&sent.bytes);
    assert_eq!(
        (sent.form, sent.text.as_str(), sent.files.len()),
        (Form::Whole, "Hei Ada", 1)
    );
    for gone in ["vip", "signed", "signature", "secret"] {
        assert!(!all.contains(gone), "{gone}: {all}");
    }
    assert_eq!(mail::read(&sent.bytes).attachments.len(), 1);
    let inline = format!(
        "{HEADER}\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\ntag: vip\r\n\r\nHei Ada\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n-----END PGP SIGNATURE-----\r\n"
    );
    let sent = outward(inline.as_bytes(), &to_contact(), &lines("tag: vip"), &[]).unwrap();
    assert_eq!(
        (sent.form, mail::read(&sent.bytes).body.trim()),
        (Form::TextOnly, "Hei Ada")
    );
}

#[test]
fn files_pictures_and_charsets_go_on() {
    let picture = "iVBORw0KGgo=";
    for (charset, text, shown) in [
        (
            "iso-8859-1",
            &b"tag: vip\r\n\r\nHyv\xe4\xe4 p\xe4iv\xe4\xe4\r\n"[..],
            "Hyvää päivää",
        ),
        (
            "windows-1252",
            &b"tag: vip\r\n\r\n100 \x80 \x96 ok\r\n"[..],
            "100 € – ok",
        ),
        (
            "iso-2022-jp",
            &b"tag: vip\r\n\r\n\x1b$B$3$s\x1b(B\r\n"[..],
            "こん",
        ),
        (
            "koi8-r",
            &b"tag: vip\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4\r\n"[..],
            "Привет",
        ),
    ] {
        let mut raw = format!("{HEADER}Content-Type: multipart/mixed; boundary=m\r\n\r\nprivate preamble\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset={charset}\r\nX-Private: x\r\n\r\n").into_bytes();
        raw.extend_from_slice(text);
        raw.extend_from_slice(format!("--a\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n").as_bytes());
        let page = [
            b"<meta charset=\"x-old\"><p>tag: vip</p><p>",
            &text[12..text.len() - 2],
            b"<img src=\"cid:p1\"></p>",
        ]
        .concat();
        raw.extend(crate::mail::compose::encode::base64(&page));
        raw.extend_from_slice(format!("--r\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n{picture}\r\n--r--\r\n--a--\r\n--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"tag vip.pdf\"\r\n\r\n%PDF-1 \u{ff}\r\n--m--\r\nepilogue").as_bytes());
        let sent = outward(&raw, &to_contact(), &lines("tag: vip"), &[]).unwrap();
        assert_wire(&sent.bytes);
        assert_eq!(sent.form, Form::Whole, "{charset}");
        let (before, after) = (mail::read(&raw), mail::read(&sent.bytes));
        assert_eq!(after.body.trim(), shown);
        assert!(page_of(&sent.bytes).contains(shown), "{charset}");
        assert_eq!(sums(&before), sums(&after));
        assert_eq!(after.attachments.len(), 2);
        assert_eq!(sent.files.len(), 1, "a picture in the page is no file");
        let bytes = String::from_utf8_lossy(&sent.bytes);
        assert!(
            bytes.contains("Content-ID: <p1>")
                && !bytes.contains("X-Private")
                && !bytes.contains("preamble")
        );
    }
}

#[test]
fn other_forms_of_the_text_stay_behind() {
    let raw = format!(
        "{HEADER}Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\ntag: vip\r\n\r\nHei\r\n--a\r\nContent-Type: text/x-amp-html\r\n\r\n<p>tag: vip</p>\r\n--a\r\nContent-Type: text/watch-html\r\n\r\n<b>tag: vip</b>\r\n--a\r\nContent-Type: text/enriched\r\n\r\ntag: vip\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>tag: vip</p><p>Hei</p>\r\n--a--\r\n"
    );
    let sent = outward(raw.as_bytes(), &to_contact(), &lines("tag: vip"), &[]).unwrap();
    assert_eq!(sent.form, Form::Whole);
    assert!(!String::from_utf8_lossy(&sent.bytes).contains("vip"));
}

#[test]
fn a_text_that_a_server_made_a_file_of_is_looked_through() {
    let file = |text: &str| {
        format!(
            "{HEADER}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nnext action: call Friday\r\n\r\nHei\r\n--m\r\nContent-Type: text/html; name=ATT00001.htm\r\nContent-Disposition: attachment\r\n\r\n<p>{text}</p>\r\n--m--\r\n"
        )
    };
    let head = lines("next action: call Friday");
    let held = outward(
        file("next action: call&#32;Friday")
            .replace("&#32;", " ")
            .as_bytes(),
        &to_contact(),
        &head,
        &[],
    );
    assert!(matches!(held, Err(Held::Remains { .. })), "{held:?}");
    let sent = outward(file("the offer").as_bytes(), &to_contact(), &head, &[]).unwrap();
    assert_eq!((sent.form, sent.files.len()), (Form::Whole, 1));
}

#[test]
fn what_outlook_packs_is_unpacked_or_held() {
    let tnef = |body: &str| {
        format!(
            "{HEADER}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\ntag: vip\r\n\r\nHei\r\n--m\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--m--\r\n"
        )
    };
    let held = outward(
        tnef("AAAA").as_bytes(),
        &to_contact(),
        &lines("tag: vip"),
        &[],
    );
    assert!(matches!(held, Err(Held::Closed)), "{held:?}");
    let attribute = |level: u8, id: u16, data: &[u8]| {
        let length = (data.len() as u32).to_le_bytes();
        [
            &[level],
            &id.to_le_bytes()[..],
            &[0, 0],
            &length,
            data,
            &[0, 0],
        ]
        .concat()
    };
    let packed = [
        vec![0x78, 0x9f, 0x3e, 0x22, 1, 0],
        attribute(1, 0x800c, b"tag: vip\r\n\r\nHei\0"),
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x8010, b"offer.pdf\0"),
        attribute(2, 0x800f, b"%PDF-1.4"),
    ];
    let packed = crate::mail::compose::encode::base64(&packed.concat());
    let raw = tnef(&String::from_utf8(packed).unwrap());
    let sent = outward(raw.as_bytes(), &to_contact(), &lines("tag: vip"), &[]).unwrap();
    let read = mail::read(&sent.bytes);
    assert_eq!(sums(&read), sums(&mail::read(raw.as_bytes())));
    assert_eq!(read.attachments[0].name.as_deref(), Some("offer.pdf"));
    assert!(!String::from_utf8_lossy(&sent.bytes).contains("winmail"));
}

#[test]
fn what_was_signed_inside_an_envelope_goes_on_without_it() {
    let inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\ntag: vip\r\n\r\nHei Ada\r\n";
    let der = |tag: u8, content: &[u8]| {
        [
            &[tag, 0x82, (content.len() >> 8) as u8, content.len() as u8],
            content,
        ]
        .concat()
    };
    let oid = |last: u8| der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);
    let encapsulated = der(0x30, &[oid(1), der(0xa0, &der(4, inner))].concat());
    let signed = der(0x30, &[der(2, &[1]), der(0x31, &[]), encapsulated].concat());
    let envelope = der(0x30, &[oid(2), der(0xa0, &signed)].concat());
    let body = String::from_utf8(crate::mail::compose::encode::base64(&envelope)).unwrap();
    let raw = format!(
        "{HEADER}Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    );
    assert_eq!(mail::read(raw.as_bytes()).opening(), "tag: vip\n\nHei Ada");
    let sent = outward(raw.as_bytes(), &to_contact(), &lines("tag: vip"), &[]).unwrap();
    assert_eq!(
        (sent.form, mail::read(&sent.bytes).body.trim()),
        (Form::Whole, "Hei Ada")
    );
    assert!(!String::from_utf8_lossy(&sent.bytes).contains("pkcs7"));
}

#[test]
fn a_damaged_header_is_mended_on_the_way() {
    let raw = "From: Mia <mia@studio.example>\r\nTo: x@crm.example\r\nContent-Type: multipart/mixed;\r\nboundary=\"b\"\r\nX-Last: 1\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\ntag: vip\r\n\r\nHei\r\n--b\r\nContent-Type: application/pdf; name=x.pdf\r\n\r\n%PDF\r\n--b--\r\n";
    for sent in [
        inward(raw.as_bytes(), &to_member(), &Footer::naming("Mia")).unwrap(),
        outward(raw.as_bytes(), &to_contact(), &lines("tag: vip"), &[])
            .unwrap()
            .bytes,
    ] {
        let read = mail::read(&sent);
        assert_eq!(sums(&read), sums(&mail::read(raw.as_bytes())));
        assert!(String::from_utf8_lossy(&sent).contains("multipart/mixed;\r\n boundary=\"b\""));
    }
}

#[test]
fn commands_may_stand_in_several_texts() {
    // Apple writes a text, a picture, a text.
    let raw = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\ntag: vip\r\n\r\n--m\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: inline\r\n\r\nPNG\r\n--m\r\nContent-Type: text/plain\r\n\r\ndone\r\nHei Ada\r\n--m--\r\n"
    );
    let message = mail::read(raw.as_bytes());
    assert_eq!(message.opening(), "tag: vip\ndone\nHei Ada");
    let sent = outward(raw.as_bytes(), &to_contact(), &lines("tag: vip\ndone"), &[]).unwrap();
    let read = mail::read(&sent.bytes);
    assert_eq!(
        (sent.form, read.body.trim(), read.attachments.len()),
        (Form::Whole, "Hei Ada", 1)
    );
}
