//! A member's reply on its way to a contact: no command reaches him, everything else does.

use super::clients::CLIENTS;
use super::*;

/// Sends a reply out; `note` is what the caller found below the head.
#[track_caller]
fn send(raw: &[u8], note: &str) -> Result<Outgoing, Held> {
    let message = mail::read(raw);
    let head = head_lines(message.opening(), note);
    outward(raw, &to_contact(), &head, &[])
}

#[test]
fn each_client_s_reply_is_cut_in_both_forms() {
    let note = "Hei Ada,\n\nthe offer is attached. Friday at 10 works for me.\n\nMia";
    for head in [
        "next action: call Friday",
        "next action: call Friday\ntag: vip, berlin",
        "set email: ada@new.example\n\n# for the books\ndone",
        "@#c12:\nphone: +49 30 1234\n1 done",
    ] {
        for gap in ["\n\n", "\n\n\n"] {
            for client in CLIENTS {
                let typed = lines(&format!("{head}{gap}{note}"));
                let raw = reply(client, &typed);
                let opening = mail::read(&raw).opening().to_owned();
                assert!(
                    opening.trim_start().starts_with(&head[..4]),
                    "{}: {opening}",
                    client.name
                );
                let rest = opening.split_once("Hei Ada").unwrap().1;
                let sent = send(&raw, &format!("Hei Ada{rest}"));
                let sent = sent.unwrap_or_else(|e| panic!("{}: {e}", client.name));
                check(client.name, head, &sent, &raw);
            }
        }
    }
}

fn check(name: &str, head: &str, sent: &Outgoing, raw: &[u8]) {
    assert_eq!(sent.form, Form::Whole, "{name}");
    assert_wire(&sent.bytes);
    let read = mail::read(&sent.bytes);
    let page = page_of(&sent.bytes);
    let all = everything(&sent.bytes);
    for line in head.lines().filter(|l| l.len() > 3) {
        let is_there = letters::letters(&all).contains(&letters::letters(line));
        assert!(
            line == "done" || line == "1 done" || !is_there,
            "{name}: {line}\n{all}"
        );
        assert!(!read.body.lines().any(|l| l == line), "{name}: {line}");
    }
    assert!(
        read.body.trim_start().starts_with("Hei Ada,"),
        "{name}: {}",
        read.body
    );
    assert!(read.text.contains("Friday at 10 works"), "{name}");
    assert!(
        sent.text.starts_with("Hei Ada,") && !sent.is_empty(),
        "{name}: {}",
        sent.text
    );
    if !page.is_empty() {
        let shown = crate::mail::html::to_text(&page);
        assert!(shown.starts_with("Hei Ada,"), "{name}: {shown}");
        // No emptiness where the commands were.
        let above = &page[..page.find("Hei Ada").unwrap()];
        assert!(
            !above.contains("<br>") && !above.contains("&nbsp;"),
            "{name}: {above}"
        );
    }
    // What was quoted stays, without our line and without an address that is not for contacts.
    assert!(all.contains("could you send me the"), "{name}");
    for secret in [
        "stay with you",
        "Reply goes to",
        "k.a1.b2c3d4",
        "data-rapport=\"footer\">—",
    ] {
        assert!(!all.contains(secret), "{name}: {secret}\n{all}");
    }
    assert_eq!(
        read.from.as_ref().unwrap().name.as_deref(),
        Some("Mia Sund")
    );
    assert_eq!(read.from.as_ref().unwrap().key(), "ada.7k3q9x@crm.example");
    assert_eq!(read.reply_to[0].key(), "ada.7k3q9x@crm.example");
    assert_eq!(sums(&read), sums(&mail::read(raw)), "{name}");
    for field in field_names(&sent.bytes) {
        let allowed = [
            "from",
            "to",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
        ];
        assert!(allowed.contains(&field.as_str()), "{name}: {field}");
    }
    assert!(
        !all.contains("mia@studio.example")
            || all.contains("To: Mia Sund")
            || all.contains("<b>To"),
        "{name}"
    );
}

#[test]
fn a_reply_of_commands_alone_leaves_nothing_to_send() {
    for client in CLIENTS {
        let raw = reply(client, &lines("next action: call Friday\ntag: vip"));
        let sent = send(&raw, "").unwrap_or_else(|e| panic!("{}: {e}", client.name));
        assert!(sent.is_empty(), "{}: {:?}", client.name, sent.text);
        assert!(
            !everything(&sent.bytes).contains("tag: vip"),
            "{}",
            client.name
        );
    }
}

#[test]
fn a_reply_without_commands_goes_on_as_it_is() {
    for client in CLIENTS {
        let raw = reply(client, &lines("Hei Ada,\n\nsee you.\n\nMia"));
        let sent = outward(&raw, &to_contact(), &[], &[]).unwrap();
        assert_eq!(sent.form, Form::Whole, "{}", client.name);
        let all = everything(&sent.bytes);
        assert!(
            all.contains("see you.") && !all.contains("stay with you"),
            "{}",
            client.name
        );
        assert!(sent.text.starts_with("Hei Ada,"));
    }
}

#[test]
fn a_page_that_cannot_be_cut_is_left_behind() {
    let text = "tag: vip\n\nHei Ada,\nhere it is.\n";
    for page in [
        // Two commands would be one line, or a command shares its line with words.
        "<div>tag: vip Hei Ada,</div><div>here it is.</div>",
        "<div>Hei Ada,</div><div>tag: vip</div><div>here it is.</div>",
        "<table><tr><td>tag: vip</td><td>x</td></tr></table><p>Hei Ada, here it is.</p>",
        "<img src=\"cid:logo\"><p>tag: vip</p><p>Hei Ada, here it is.</p>",
        "<p>tag: vip <img src=\"cid:logo\"></p><p>Hei Ada, here it is.</p>",
        "<ol><li>one</li></ol><p>tag: vip</p><p>Hei Ada, here it is.</p>",
        "<p>Hei Ada, here it is.</p>",
        "",
    ] {
        let raw = [
            HEADER.as_bytes(),
            &body(text, &format!("<html>{page}</html>")),
        ]
        .concat();
        let sent = outward(&raw, &to_contact(), &lines("tag: vip"), &[]).unwrap();
        assert!(sent.form == Form::TextOnly || page.is_empty(), "{page}");
        let read = mail::read(&sent.bytes);
        assert_eq!(read.text, "Hei Ada,\nhere it is.", "{page}");
        assert!(!everything(&sent.bytes).contains("vip"), "{page}");
    }
}

const HEADER: &str = "From: Mia Sund <mia@studio.example>\r\nTo: ada.7k3q9x@crm.example\r\nSubject: Re: Offer\r\n\
MIME-Version: 1.0\r\n";

#[test]
fn a_command_that_hides_in_the_page_does_not_slip_through() {
    let text = "next action: call Friday\n\nHei Ada,\nhere it is.\n";
    let hidden = [
        "<!-- next action: call Friday -->",
        "<div style=\"display:none\">next action: call Friday</div>",
        "<span title=\"next action: call Friday\">x</span>",
        "<!--[if mso]><p>next action: call Friday</p><![endif]-->",
        "<p>P.S. next action: call<br>Friday</p>",
    ];
    for hidden in hidden {
        let page = format!(
            "<div>next action: call Friday</div><div><br></div><div>Hei Ada,</div><div>here it is.</div>{hidden}"
        );
        let raw = [HEADER.as_bytes(), &body(text, &page)].concat();
        let sent = outward(&raw, &to_contact(), &lines("next action: call Friday"), &[]).unwrap();
        assert_eq!(sent.form, Form::TextOnly, "{hidden}");
        assert!(!everything(&sent.bytes).contains("call"), "{hidden}");
    }
}

#[test]
fn mail_that_is_not_certain_is_held() {
    let head = lines("next action: call Friday");
    let long = "note: prefers mornings and does not like to be called before ten oclock";
    for (text, page, head, expected) in [
        (
            "Hei\n\nnext action: call Friday\n",
            "",
            head.clone(),
            "of its own",
        ),
        (
            "next action: call Friday and more\n\nHei",
            "",
            head.clone(),
            "next line",
        ),
        ("Hei Ada", "", head.clone(), "own"),
        ("", "<p>Hei Ada</p>", head.clone(), "own"),
        (
            &format!("{long}\nbecause of the children, mostly.\n"),
            "",
            lines(long),
            "next line",
        ),
        (
            &format!("{long}\nbecause of\n\nHei\n"),
            &format!("<div>{long} because of</div><div><br></div><div>Hei</div>"),
            lines(long),
            "next line",
        ),
    ] {
        let raw = [HEADER.as_bytes(), &body(text, page)].concat();
        let held = outward(&raw, &to_contact(), &head, &[]).unwrap_err();
        assert!(held.to_string().contains(expected), "{text}: {held}");
    }
}

#[test]
fn a_long_command_that_the_text_wraps_goes_whole() {
    // The caller read it from the page, where it is one line.
    let whole = "note: prefers mornings and does not like to be called before ten oclock because of the children";
    let text = "note: prefers mornings and does not like to be called before ten oclock\nbecause of the children\n\nHei\n";
    let page = format!("<div>{whole}</div><div><br></div><div>Hei</div>");
    let raw = [HEADER.as_bytes(), &body(text, &page)].concat();
    let sent = outward(&raw, &to_contact(), &lines(whole), &[]).unwrap();
    assert_eq!((sent.form, sent.text.as_str()), (Form::Whole, "Hei"));
    assert!(!everything(&sent.bytes).contains("children"));
}

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
fn no_address_of_ours_but_the_capture_address_goes_out() {
    let text = "Hei Ada\n\nOn Fri, Ada wrote to r.xyzw4567aeay89@crm.example, log.w4x9k2@crm.example, b.2345bcdfaej0123@CRM.example\n\
                > and to ada.7k3q9x+next.fri@crm.example, bob@crm.example, office@crm.example, ada.7k3q9x@crm.example\n";
    let page = "<p>Hei Ada</p><a href=\"mailto:r.xyzw4567aeay89%40crm.example?subject=x\">r.xyzw4567aeay89&#64;crm.example</a>\
                <blockquote cite=\"mid:k.0123456789abcdef.bbccddeeff00@crm.example\">bob@crm.example</blockquote>";
    let raw = [HEADER.as_bytes(), &body(text, page)].concat();
    let sent = outward(&raw, &to_contact(), &[], &["office@crm.example".to_owned()]).unwrap();
    let all = everything(&sent.bytes);
    for gone in [
        "xyzw4567aeay89",
        "w4x9k2",
        "2345bcdf",
        "next.fri",
        "office@",
        "bbccdd",
    ] {
        assert!(!all.contains(gone), "{gone}: {all}");
    }
    assert!(
        all.contains("bob@crm.example")
            && all.contains("mailto:ada.7k3q9x%40crm.example?subject=x")
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

#[test]
fn a_large_file_costs_time_in_proportion() {
    let time = |megabytes: usize| {
        let letter = Letter {
            from: Mailbox::new(None, "mia@studio.example"),
            to: Mailbox::new(None, "ada.7k3q9x@crm.example"),
            message_id: "x@studio.example".to_owned(),
            text: "tag: vip\n\nHei".to_owned(),
            html: Some("<p>tag: vip</p><p>Hei</p>".to_owned()),
            writer: Writer::Person,
            files: vec![File {
                name: "x.bin".to_owned(),
                media_type: "image/png".to_owned(),
                bytes: vec![7; megabytes << 20],
            }],
            ..Letter::default()
        };
        let raw = letter.write().unwrap();
        let start = std::time::Instant::now();
        let sent = outward(&raw, &to_contact(), &lines("tag: vip"), &[]).unwrap();
        assert_eq!(sent.form, Form::Whole);
        assert_eq!(sums(&mail::read(&raw)), sums(&mail::read(&sent.bytes)));
        start.elapsed().as_secs_f64()
    };
    let (small, large) = (time(2), time(20));
    assert!(
        large < small * 30.0 + 1.0,
        "{small} s for 2 MB, {large} s for 20 MB"
    );
}
