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
    assert_eq!(sums(&read), sums(&mail::read(raw)), "{name}");
    check_header(name, &sent.bytes);
}

fn check_header(name: &str, raw: &[u8]) {
    let read = mail::read(raw);
    assert_eq!(
        read.from.as_ref().unwrap().name.as_deref(),
        Some("Mia Sund")
    );
    assert_eq!(read.from.as_ref().unwrap().key(), "ada.7k3q9x@crm.example");
    assert_eq!(read.reply_to[0].key(), "ada.7k3q9x@crm.example");
    for field in field_names(raw) {
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

pub const HEADER: &str = "From: Mia Sund <mia@studio.example>\r\nTo: ada.7k3q9x@crm.example\r\nSubject: Re: Offer\r\n\
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
    // Reading puts it together by the page, where it is one line.
    let whole = "note: prefers mornings and does not like to be called before ten oclock because of the children";
    let text = "note: prefers mornings and does not like to be called before ten oclock\nbecause of the children\n\nHei\n";
    let page = format!("<div>{whole}</div><div><br></div><div>Hei</div>");
    let raw = [HEADER.as_bytes(), &body(text, &page)].concat();
    let head = head_lines(mail::read(&raw).opening(), "Hei");
    assert_eq!(head, [whole]);
    let sent = outward(&raw, &to_contact(), &head, &[]).unwrap();
    assert_eq!((sent.form, sent.text.as_str()), (Form::Whole, "Hei"));
    assert!(!everything(&sent.bytes).contains("children"));
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
